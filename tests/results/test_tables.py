"""Results as tables: rows and columns, and the files that they are written to."""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pyarrow.parquet
import pytest

from vlmrun import results
from vlmrun.errors import (
    DependencyError,
    FileAccessError,
    InputError,
    InputTypeError,
    JobFailedError,
)
from vlmrun.testing import Outcome, Server
from vlmrun.types import BatchItem, BatchPlan, MarkdownTable, PredictionResponse
from vlmrun.types.page import Page

INVOICE = {
    "invoice_id": "A7",
    "seller": {"city": "Köln", "a.b": 1, "empty": {}},
    "items": [
        {"name": "=1+1", "total": 1, "total_metadata": {"confidence": "hi"}},
        {"name": "b", "total": 2.5, "tags": ["x"]},
    ],
}
HEAD = ["file", "id", "status", "error", "credits"]


def prediction(response: Any, id: str = "p1", **fields: Any) -> PredictionResponse:
    sent = {"id": id, "status": "completed", "response": response, **fields}
    return PredictionResponse.model_validate(sent)


def test_a_row_for_each_result_of_a_client(client: Any, server: Server, pdf: Path) -> None:
    server.on_predict(lambda run: INVOICE)
    server.on_execute(lambda run: Outcome.failure("blank"))
    done = client.document.generate(file=pdf, domain="document.invoice")
    with pytest.raises(JobFailedError):
        client.agent.execute(prompt="Read it", inputs={"file": pdf}, batch=False)

    (row,) = done.to_records()
    assert list(row) == [
        *HEAD,
        "invoice_id",
        "seller.city",
        'seller["a.b"]',
        "seller.empty",
        "items",
    ]
    assert row["file"] == "referral.pdf"
    assert (row["id"], row["status"], row["error"]) == (done.id, "completed", None)
    assert row["credits"] == done.usage.credits_used
    assert row["seller.city"] == "Köln"
    assert row["items"] == [{"name": "=1+1", "total": 1}, INVOICE["items"][1]]
    assert client.predictions.get(done.id).to_records() == [row]

    page = client.executions.list()
    assert [(each["status"], each["error"]) for each in page.to_records()] == [("failed", "blank")]
    models = client.agent.chat_models()
    assert list(models.to_dataframe()["id"]) == [model.id for model in models]


def test_a_row_for_each_record(tmp_path: Path) -> None:
    page = Page(
        [
            prediction(INVOICE),
            prediction({"invoice_id": "A8", "items": []}, "p2"),
            prediction({"invoice_id": "A9"}, "p3"),
            prediction(None, "p4", status="failed", message="blank"),
            prediction({"items": ["plain", None]}, "p5"),
        ]
    )
    rows = page.to_records("items")

    assert [(row["id"], row["items.name"], row["items"]) for row in rows] == [
        ("p1", "=1+1", None),
        ("p1", "b", None),
        ("p2", None, None),
        ("p3", None, None),
        ("p4", None, None),
        ("p5", None, "plain"),
        ("p5", None, None),
    ]
    assert [row["invoice_id"] for row in rows[:4]] == ["A7", "A7", "A8", "A9"]
    assert rows[0]["seller.city"] == rows[1]["seller.city"] == "Köln"
    assert "items.total_metadata.confidence" not in rows[0]


def test_records_inside_objects_and_other_lists() -> None:
    orders = {"shop": {"orders": [{"no": 1, "items": [{"n": "a"}, {"n": "b"}]}, {"no": 2}]}}
    rows = prediction(orders).to_records("shop.orders.items")
    assert [(row["shop.orders.no"], row["shop.orders.items.n"]) for row in rows] == [
        (1, "a"),
        (1, "b"),
        (2, None),
    ]
    assert [row["response"] for row in prediction([1, 2]).to_records("response")] == [1, 2]
    quoted = prediction({"a.b": {'"[x]"': [{"n": 1}, {"n": 2}]}})
    (path,) = set(quoted.to_records()[0]) - {"file", "id", "status", "error", "credits"}
    assert [row[f"{path}.n"] for row in quoted.to_records(path)] == [1, 2]


def test_columns_of_the_response_do_not_hide_those_about_the_result() -> None:
    (row,) = prediction({"id": "X", "status": {"a": 1}, "error": None}).to_records()
    assert (row["id"], row["response.id"], row["status"], row["status.a"]) == (
        "p1",
        "X",
        "completed",
        1,
    )
    assert row["response.error"] is None
    (row,) = prediction({"id": "X", "response": {"id": "Y"}}).to_records()
    assert (row["id"], row["response.response.id"], row["response.id"]) == ("p1", "X", "Y")


def test_files_of_the_same_name_have_their_paths() -> None:
    paths = [Path("a/x.pdf"), Path("b/x.pdf"), "c/y.pdf", "c/y.pdf", "https://x.y/z.pdf?key=1"]
    items = [BatchItem(index=index, input=path) for index, path in enumerate(paths)]
    files = [row["file"] for row in results.to_records(items)]
    assert files == [str(Path("a/x.pdf")), str(Path("b/x.pdf")), "y.pdf", "y.pdf", "z.pdf"]
    urls = ["https://x.y/a/z.pdf?key=1", "https://x.y/b/z.pdf?key=2"]
    items = [BatchItem(index=index, input=url) for index, url in enumerate(urls)]
    files = [row["file"] for row in results.to_records(items)]
    assert files == ["https://x.y/a/z.pdf", "https://x.y/b/z.pdf"]


@pytest.mark.parametrize("records", ["", 5, "itemz", "items.total", r'["\q"]'])
def test_records_that_no_response_has(records: Any) -> None:
    with pytest.raises(InputError, match="records"):
        prediction(INVOICE).to_records(records)
    with pytest.raises(InputError, match=re.escape("Did you mean 'items'?")):
        results.to_records([prediction(INVOICE)], "item")


def test_a_batch_has_the_names_of_its_files_and_its_errors(
    client: Any, server: Server, pdf: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    inputs = [pdf, ("b.pdf", pdf.read_bytes()), broken, "https://example.com/c.pdf?token=x"]
    server.on_predict(lambda run: Outcome.failure("blank") if "c.pdf" in str(run.body) else INVOICE)
    items = list(client.document.generate_many(inputs, "document.invoice"))
    rows = results.to_records(items)

    assert [row["file"] for row in rows] == ["referral.pdf", "b.pdf", "broken.pdf", "c.pdf"]
    assert [row["status"] for row in rows] == ["completed", "completed", None, "failed"]
    assert [bool(row["error"]) for row in rows] == [False, False, True, True]
    assert [row["id"] for row in rows] == [item.id for item in items]
    assert rows[0]["invoice_id"] == "A7"
    assert "token" not in str(rows)
    assert items[0].to_records()[0]["invoice_id"] == "A7"
    assert items[0].result.to_records()[0]["file"] == "referral.pdf"


def test_a_plan_has_columns_of_its_own() -> None:
    plan = BatchPlan(files=1, bytes=10, pages=2, credits=4.0)
    inputs = {"file": Path("q.pdf"), "question": "What is it?"}
    (row,) = results.to_records([BatchItem(0, inputs, plan=plan)])
    assert (row["file"], row["credits"], row["pages"]) == ("q.pdf", 4.0, 2)


def test_what_is_not_a_list_of_results() -> None:
    async def generator() -> Any:
        yield 1

    for items in ("text", 5, {"a": 1}):
        with pytest.raises(InputError, match="items must be a list of results"):
            results.to_records(items)
    with pytest.raises(InputError, match="async for"):
        results.to_dataframe(generator())
    assert results.to_records([]) == []
    for item in (1, "a", {"a": 1}, None):
        with pytest.raises(InputTypeError, match=r"items\[1\] must be an execution, a prediction"):
            results.to_csv([prediction(INVOICE), item], "never.csv")


WIDE = Page(
    [
        prediction({"n": 1, "x": "a", "big": 2**60 + 1, "odd": "\x0b_x000B_ \ud800", "bool": True}),
        prediction({"n": math.nan, "x": 5, "l": [{"y": math.inf}], "neg": -5, "f": "-1|cmd"}, "p2"),
    ]
)


def test_p79_dataframes_keep_large_integers_and_objects() -> None:
    frame = WIDE.to_dataframe()
    assert list(frame["big"]) == [2**60 + 1, None]
    assert frame["l"][1] == [{"y": math.inf}]
    assert frame["bool"][0] is True
    assert list(prediction({"huge": 10**400}).to_dataframe()["huge"]) == [10**400]
    assert prediction(INVOICE).to_dataframe("items")["items.total"].sum() == 3.5


def test_p79_csv_files(tmp_path: Path) -> None:
    path = WIDE.to_csv(tmp_path / "a.csv")
    with path.open(newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert first["big"] == str(2**60 + 1)
    assert first["odd"] == "\x0b_x000B_ \\ud800"
    assert (first["bool"], first["l"], second["bool"]) == ("true", "", "")
    assert (second["l"], second["neg"], second["f"]) == ('[{"y": null}]', "-5", "-1|cmd")
    assert second["n"] == ""
    assert len(pandas.read_csv(path)) == 2

    escaped = WIDE.to_csv(path, escape_formulas=True, encoding="utf-8-sig")
    with escaped.open(newline="", encoding="utf-8-sig") as file:
        second = list(csv.DictReader(file))[1]
    assert (second["neg"], second["f"]) == ("-5", "'-1|cmd")
    for start in "=+-@\t\r\n\uff1d\uff20":
        cell = prediction({"x": f"{start}1"}).to_csv(path, escape_formulas=True)
        assert f"'{start}1" in cell.read_bytes().decode()
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_jsonl_files(tmp_path: Path) -> None:
    lines = WIDE.to_jsonl(tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    first, second = map(json.loads, lines)
    assert first.keys() == second.keys()
    assert (first["big"], second["n"], second["l"]) == (2**60 + 1, None, [{"y": None}])


def test_p79_excel_files_have_no_formulas(tmp_path: Path) -> None:
    path = prediction(INVOICE).to_excel(tmp_path / "a.xlsx", "items")
    sheet = openpyxl.load_workbook(path).active
    header, first, _ = sheet.iter_rows()
    cells = {name.value: cell for name, cell in zip(header, first, strict=True)}
    assert (cells["items.name"].value, cells["items.name"].data_type) == ("=1+1", "s")
    assert cells["items.total"].value == 1

    sheet = openpyxl.load_workbook(WIDE.to_excel(path)).active
    values = dict(zip(*sheet.iter_rows(max_row=2, values_only=True), strict=True))
    assert values["big"] == str(2**60 + 1)
    assert values["odd"] == "_x000B__x005F_x000B_ _xD800_"
    with pytest.raises(InputError, match="'text' of row 1, which has more than 32767"):
        prediction({"text": "x" * 40_000}).to_excel(path)
    with pytest.raises(InputError, match="xx… as a header, which has more than 32767"):
        prediction({"x" * 40_000: 1}).to_excel(path)


def test_parquet_files(tmp_path: Path) -> None:
    first, second = pyarrow.parquet.read_table(WIDE.to_parquet(tmp_path / "a.parquet")).to_pylist()
    assert (first["big"], first["x"], second["x"]) == (str(2**60 + 1), "a", "5")
    assert (second["l"], first["bool"]) == ('[{"y": null}]', True)
    odd = prediction({"\ud800": 1, "\\ud800": 2}).to_parquet(tmp_path / "a.parquet")
    assert pyarrow.parquet.read_table(odd).column_names[-2:] == ["\\ud800", "\\ud800 (2)"]


@pytest.mark.parametrize(
    ("module", "method"), [("openpyxl", "to_excel"), ("pyarrow", "to_parquet")]
)
def test_files_that_need_an_extra(
    module: str, method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DependencyError, match=re.escape("vlmrun[tables]")):
        getattr(results, method)([prediction(INVOICE)], tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_only_once_it_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    with pytest.raises(InputError, match="encoding cannot be 'utf9'"):
        WIDE.to_csv(path, encoding="utf9")
    monkeypatch.setattr("vlmrun.types._table_files._text", lambda value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        WIDE.to_csv(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(InputError, match="is a folder"):
        WIDE.to_csv(tmp_path)


def test_missing_folders_are_created_and_nothing_remains_of_them_after_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = prediction(INVOICE)
    done.to_csv(tmp_path / "a" / "b" / "t.csv")
    done.to_html(tmp_path / "c" / "d" / "r.html")
    done.save(tmp_path / "e" / "f")
    with pytest.raises(InputError, match=re.escape(f"path: {tmp_path / 'c'} is a folder")):
        done.to_html(tmp_path / "c")
    with pytest.raises(InputError, match="no such file"):
        done.to_html(tmp_path / "g" / "h" / "r.html", tmp_path / "none.pdf")
    for write in (done.to_csv, done.to_html, done.save):
        with pytest.raises(FileAccessError, match="cannot be written: File name too long"):
            write(tmp_path / ("x" * 300))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c", "e"]


def test_markdown_tables_have_the_names_of_their_headers(tmp_path: Path) -> None:
    headers = [
        {"id": f"c{index}", "column": index, "name": name}
        for index, name in enumerate(["Item", "Total", "Total"])
    ]
    data = [{"c0": "a", "c1": 1, "c2": 2}, {"c0": "b", "extra": 3}]
    table = MarkdownTable(headers=headers, data=data)

    with table.to_csv(tmp_path / "t.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["Item", "Total", "Total (2)", "extra"],
            ["a", "1", "2", ""],
            ["b", "", "", "3"],
        ]
    assert json.loads(table.to_jsonl(tmp_path / "t").read_text().splitlines()[0])["Total (2)"] == 2
    sheet = openpyxl.load_workbook(table.to_excel(tmp_path / "t.xlsx")).active
    assert [cell.value for cell in sheet[1]] == ["Item", "Total", "Total (2)", "extra"]
    assert pyarrow.parquet.read_table(table.to_parquet(tmp_path / "t.pq")).num_rows == 2
    lists = MarkdownTable(headers=[], data=[{"x": 1}])
    assert lists.to_csv(tmp_path / "l.csv").read_text().split() == ["x", "1"]


def test_values_that_json_lacks_are_written_without_quotes(tmp_path: Path) -> None:
    headers = [{"id": id, "column": 0, "name": "Value"} for id in ("a", "a", "b")]
    row = {"a": Decimal("-1.50"), "b": date(2026, 1, 2)}
    table = MarkdownTable(headers=headers, data=[row, {"a": None, "b": 2**70}])
    with table.to_csv(tmp_path / "t.csv", escape_formulas=True).open(newline="") as file:
        assert list(csv.reader(file))[1:] == [
            ["-1.50", "-1.50", "2026-01-02"],
            ["", "", f"{2**70}"],
        ]
    sheet = openpyxl.load_workbook(table.to_excel(tmp_path / "t.xlsx")).active
    assert [cell.value for cell in sheet[2]] == ["-1.50", "-1.50", "2026-01-02"]
    read = pyarrow.parquet.read_table(table.to_parquet(tmp_path / "t.pq")).to_pylist()
    assert list(read[0].values()) == ["-1.50", "-1.50", "2026-01-02"]
    frame = table.to_dataframe()
    assert (list(frame), frame["b"][1]) == (["a", "a", "b"], 2**70)
    numbers = MarkdownTable(headers=headers[2:], data=[{"b": None}, {"b": 2**60 + 1}])
    assert numbers.to_dataframe()["b"][1] == 2**60 + 1
    response = {"big": 2**60 + 1, "none": None}
    assert prediction(response).evidence.to_dataframe()["value"][0] == 2**60 + 1
