"""Documents as Markdown: rendering, tables, figures, and round trips."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from typing import Any

import pytest

from vlmrun.client.types import (
    BoxCoords,
    MarkdownDocument,
    MarkdownFigure,
    MarkdownPage,
    MarkdownTable,
    TableCell,
    TableHeader,
    TableMetadata,
    replace_nan_recursive_fast,
)
from vlmrun.errors import InputError

BREAK = "\n\n---PAGE BREAK---\n\n"


def headers(*names: str) -> list[dict[str, Any]]:
    return [
        {"id": f"c{column}", "column": column, "name": name} for column, name in enumerate(names)
    ]


SALES: dict[str, Any] = {
    "metadata": {"title": "Sales", "caption": None, "notes": "in k€"},
    "headers": [{**each, "dtype": "currency"} for each in headers("Year", "Sum")],
    "data": [{"c0": 2024, "c1": 12.5}, {"c0": 2025, "c1": float("nan")}],
    "bbox": {"xywh": [0.1, 0.2, 0.5, 0.25]},
    "cells": [
        {"content": "2024", "index": [0, 0], "span": [1, None], "bbox": {"xywh": [0, 0, 1, 1]}}
    ],
}
WRITTEN: dict[str, Any] = {"headers": [], "content": "| done |\n| --- |"}
SENT: dict[str, Any] = {
    "pages": [
        {
            "content": '# Report\n\n<Table id="tb-0"/>\n\n<Figure id="fg-7"/>\n\nEnd',
            "tables": [SALES, WRITTEN],
            "figures": [
                {"id": 7, "title": "Chart", "content": "It rises."},
                {"id": 8, "content": "Has no place."},
            ],
            "metadata": {"page_number": 0, "language": "en", "rotation": 90},
            "skew": 0.1,
        },
        {"content": "Nothing here", "markdown_content": None, "tables": None, "figures": None},
    ]
}


@pytest.fixture
def document() -> MarkdownDocument:
    return MarkdownDocument.model_validate(copy.deepcopy(SENT))


def test_placeholders_are_replaced_by_tables_and_figures(document: MarkdownDocument) -> None:
    assert str(document[0]) == (
        "# Report\n\n"
        "| Year | Sum |\n| --- | --- |\n| 2024 | 12.5 |\n| 2025 |  |\n\n"
        '<Figure id="fg-7"/>\n\nIt rises.\n\nEnd\n\n'
        "| done |\n| --- |"
    )
    assert document[0].markdown_content == document[0].render() == str(document[0])


def test_document_is_a_sequence_of_pages(document: MarkdownDocument) -> None:
    assert len(document) == 2
    assert list(document) == document.pages == document[:]
    assert document[-1].content == "Nothing here"
    with pytest.raises(IndexError):
        document[2]


def test_content_is_the_text_of_all_pages(document: MarkdownDocument) -> None:
    assert str(document) == f"{document[0]}{BREAK}Nothing here"
    assert document.content == f"{SENT['pages'][0]['content']}{BREAK}Nothing here"


def test_all_tables_and_figures(document: MarkdownDocument) -> None:
    assert [table.metadata.title for table in document.all_tables] == ["Sales", None]
    assert [figure.id for figure in document.all_figures] == [7, 8]


def test_metadata_has_a_default(document: MarkdownDocument) -> None:
    assert document[0].metadata.page_number == 0
    assert document[0].metadata.language == "en"
    assert document[1].metadata.page_number is None
    assert document.all_tables[1].metadata == TableMetadata()
    assert MarkdownTable(headers=[], metadata=None).metadata.notes is None


def test_unknown_keys_are_kept(document: MarkdownDocument) -> None:
    assert document[0].model_extra == {"skew": 0.1}
    assert document[0].metadata.model_extra == {"rotation": 90}


def test_cells_and_boxes(document: MarkdownDocument) -> None:
    table = document.all_tables[0]
    assert table.cells is not None
    assert table.cells[0].index == (0, 0)
    assert table.cells[0].span == (1, None)
    assert isinstance(table.bbox, BoxCoords)
    assert table.bbox.xyxy == pytest.approx([0.1, 0.2, 0.6, 0.45])
    assert table.headers[1].dtype == "currency"


@pytest.mark.parametrize("index", [[0], [0, 1, 2], 5, ["a", "b"]])
def test_the_index_of_a_cell_is_two_numbers(index: Any) -> None:
    with pytest.raises(InputError, match=r"TableCell\.index"):
        TableCell(content="x", index=index)


@pytest.mark.parametrize(
    "again",
    [
        lambda document: MarkdownDocument(**document.model_dump()),
        lambda document: MarkdownDocument.model_validate_json(document.model_dump_json()),
        lambda document: MarkdownDocument.model_validate(json.loads(document.model_dump_json())),
        lambda document: MarkdownDocument(pages=list(document)),
        lambda document: pickle.loads(pickle.dumps(document)),
        copy.deepcopy,
        copy.copy,
    ],
    ids=["dump", "JSON", "dict", "pages", "pickle", "deepcopy", "copy"],
)
def test_round_trips_keep_everything(document: MarkdownDocument, again: Any) -> None:
    assert again(document) == document
    assert str(again(document)) == str(document)


def test_dicts_and_instances_may_be_mixed() -> None:
    table = MarkdownTable(headers=[TableHeader(id="c0", column=0, name="A")], data=[{"c0": 1}])
    page = {"content": "x", "tables": [table], "figures": [MarkdownFigure(id=1)]}
    document = MarkdownDocument(pages=[page])
    assert document.all_tables == [table]


def test_nan_from_the_service_is_not_dumped(document: MarkdownDocument) -> None:
    rows = document.model_dump()["pages"][0]["tables"][0]["data"]
    assert rows[1] == {"c0": 2025, "c1": ""}
    assert "NaN" not in document.model_dump_json()
    assert document.raw is not None
    assert document.raw["pages"][0]["tables"][0]["data"][1]["c1"] != ""


def test_nan_is_replaced_at_any_depth() -> None:
    value = {"a": [float("nan"), {"b": float("nan"), "c": [1.5, None, "nan"]}], "d": True}
    assert replace_nan_recursive_fast(value) == {
        "a": ["", {"b": "", "c": [1.5, None, "nan"]}],
        "d": True,
    }


def test_an_updated_page_is_rendered_again(document: MarkdownDocument) -> None:
    page = document[1].model_copy(update={"content": "Other"})
    assert page.markdown_content == "Other"


@pytest.mark.parametrize(
    ("content", "rendered"),
    [
        ('<Table id="tb-0"/>', "T0\n\nT1"),
        ('<Table id="tb-1"/> <Table id="tb-1" />', "T1 T1\n\nT0"),
        ('<Table id="tb-2"/>', '<Table id="tb-2"/>\n\nT0\n\nT1'),
        ('<Table id="tb-01"/>', "T1\n\nT0"),
        (f'<Table id="tb-{"9" * 5000}"/>', f'<Table id="tb-{"9" * 5000}"/>\n\nT0\n\nT1'),
        ('<Figure id="fg-2"/>', '<Figure id="fg-2"/>\n\nT0\n\nT1'),
        ("", "T0\n\nT1"),
    ],
)
def test_placeholders(content: str, rendered: str) -> None:
    tables = [{"headers": [], "content": name} for name in ("T0", "T1")]
    page = MarkdownPage(content=content, tables=tables, figures=[{"id": 1}])
    assert page.render() == rendered


def test_a_placeholder_inside_a_table_is_not_replaced() -> None:
    tables = [{"headers": [], "content": '<Table id="tb-1"/>'}, {"headers": [], "content": "T1"}]
    page = MarkdownPage(content='<Table id="tb-0"/>', tables=tables)
    assert page.render() == '<Table id="tb-1"/>\n\nT1'


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("a|b", r"a\|b"),
        (r"a\|b", r"a\\\|b"),
        (r"C:\path", r"C:\path"),
        ("one\ntwo\r\nthree\rfour", "one<br>two<br>three<br>four"),
        ("  wide  \n", "wide"),
        (None, ""),
        (0, "0"),
        (False, "False"),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_cell_values_are_escaped(value: Any, cell: str) -> None:
    table = MarkdownTable(headers=headers("A|B"), data=[{"c0": value}])
    assert table.render().splitlines() == [r"| A\|B |", "| --- |", f"| {cell} |"]


def test_rows_with_missing_or_extra_values() -> None:
    table = MarkdownTable(headers=headers("A", "B"), data=[{"c1": "x"}, {"c0": "y", "note": "z"}])
    assert str(table).splitlines()[2:] == ["|  | x |  |", "| y |  | z |"]
    assert str(table).startswith("| A | B | note |")
    assert table.to_dataframe().empty


def test_rows_with_other_keys_than_the_header_ids() -> None:
    table = MarkdownTable(headers=headers("A", "B"), data=[{"x": 1, "y": 2}])
    assert str(table).endswith("| 1 | 2 |")
    assert table.to_dataframe("name").to_dict("records") == [{"A": 1, "B": 2}]


@pytest.mark.parametrize("data", [None, []])
def test_a_table_without_rows(data: Any) -> None:
    table = MarkdownTable(headers=headers("A"), data=data)
    assert str(table) == "| A |\n| --- |"
    assert table.to_dataframe().empty
    assert str(MarkdownTable(headers=[])) == ""


def test_data_frame_with_each_kind_of_header(document: MarkdownDocument) -> None:
    table = document.all_tables[0]
    assert list(table.to_dataframe().columns) == ["c0", "c1"]
    assert list(table.to_dataframe(header="none").columns) == ["c0", "c1"]
    frame = table.to_dataframe("name")
    assert list(frame.columns) == ["Year", "Sum"]
    assert frame["Year"].tolist() == [2024, 2025]
    assert frame["Sum"].tolist() == [12.5, ""]


def test_data_frame_where_a_name_occurs_twice() -> None:
    table = MarkdownTable(headers=headers("A", "A"), data=[{"c0": 1, "c1": 2}])
    assert list(table.to_dataframe("name").columns) == ["c0", "c1"]
    assert str(table).startswith("| A | A |")


def test_data_frame_with_a_misspelt_header(document: MarkdownDocument) -> None:
    with pytest.raises(InputError, match=r"header cannot be 'names'.*'name'"):
        document.all_tables[0].to_dataframe("names")  # type: ignore[arg-type]


@pytest.mark.slow
def test_rendering_needs_neither_pandas_nor_tabulate() -> None:
    program = (
        "import sys; sys.modules['pandas'] = sys.modules['tabulate'] = None\n"
        "from vlmrun.client.types import MarkdownDocument\n"
        "from vlmrun.errors import DependencyError\n"
        "table = {'headers': [{'id': 'a', 'column': 0, 'name': 'A'}], 'data': [{'a': 1}]}\n"
        "document = MarkdownDocument(pages=[{'content': '', 'tables': [table]}])\n"
        "print(document)\n"
        "try:\n    document.all_tables[0].to_dataframe()\n"
        "except DependencyError as error:\n    print(error)\n"
    )
    output = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert output.startswith("| A |\n| --- |\n| 1 |\n")
    assert "pip install 'vlmrun[pandas]'" in output


def test_schema_and_fields_for_users_of_pydantic() -> None:
    schema = MarkdownDocument.model_json_schema()
    assert "MarkdownTable" in schema["$defs"]
    assert set(MarkdownPage.model_fields) >= {"content", "tables", "figures", "metadata"}
