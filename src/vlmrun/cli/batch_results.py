"""The results of a batch: a file for each input, a table, and a list on stdout."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.execute_one import write_text
from vlmrun.cli.problems import Problem, UsageProblem

TABLE_SUFFIXES = (".csv", ".jsonl", ".parquet")

_INPUT, _STATUS, _ID, _ERROR, _CREDITS = "input", "status", "id", "error", "credits_used"


class BatchResult(NamedTuple):
    """What became of an input.

    Attributes:
        number: Its place among the inputs, from 0.
        label: What it is called.
        id: The id of its execution.
        execution: The completed execution.
        error: Why there is none, in one line.
        path: The JSON file with it.
        artifacts: The files of its artifacts.
        from_journal: Whether it was over before this run.
    """

    number: int
    label: str
    id: str | None = None
    execution: Any = None
    error: str | None = None
    path: Path | None = None
    artifacts: tuple[Path, ...] = ()
    from_journal: bool = False

    @property
    def status(self) -> str:
        """The status: "completed", "submitted" or "failed"."""
        if self.error is not None:
            return "failed"
        return "submitted" if self.execution is None else "completed"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the result."""
        data: dict[str, Any] = {_INPUT: self.label, _ID: self.id, _STATUS: self.status}
        if self.execution is not None:
            usage = self.execution.usage
            data["response"] = (self.execution.raw or {}).get("response")
            data[_CREDITS] = None if usage is None else usage.credits_used
        if self.error is not None:
            data[_ERROR] = self.error
        if self.path is not None:
            data["output"] = str(self.path)
        if self.artifacts:
            data["artifacts"] = [str(path) for path in self.artifacts]
        return data

    def to_row(self) -> dict[str, Any]:
        """Return the row of the table: the fields of the response are columns of their own."""
        data = self.to_dict()
        response = data.pop("response", None)
        data.pop("artifacts", None)
        fields = response if isinstance(response, dict) else {"response": response}
        # A field of the response that has the name of one of ours.
        named = {f"response.{key}" if key in data else key: each for key, each in fields.items()}
        return {**data, **(named if self.execution is not None else {})}


def check_table(path: Path | None) -> Path | None:
    """Return the path of `--table`, once it is certain that the table can be written.

    Raises:
        UsageProblem: It has an unknown suffix.
        Problem: pyarrow is not installed.
    """
    if path is None:
        return None
    if path.suffix.lower() not in TABLE_SUFFIXES:
        known = ", ".join(TABLE_SUFFIXES)
        raise UsageProblem(f"--table {path} has an unknown suffix", f"Use one of: {known}")
    if path.suffix.lower() == ".parquet":
        import importlib.util

        if importlib.util.find_spec("pyarrow") is None:
            raise Problem(
                f"--table {path} needs pyarrow, which is not installed",
                "Install the extra: pip install 'vlmrun[parquet]'",
            )
    return path.expanduser()


def write_table(path: Path, results: Sequence[BatchResult]) -> None:
    """Write one row per input, in the order of the inputs.

    Raises:
        Problem: The file cannot be written.
    """
    rows = [result.to_row() for result in results]
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        write_text(path, text)
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    if suffix == ".csv":
        write_text(path, _as_csv(names, rows))
    else:
        _write_parquet(path, names, rows)


def _as_csv(names: list[str], rows: list[dict[str, Any]]) -> str:
    import csv
    import io

    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return target.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, (dict, list, bool)):
        return json.dumps(value, ensure_ascii=False)
    return value


def _write_parquet(path: Path, names: list[str], rows: list[dict[str, Any]]) -> None:
    import pyarrow
    import pyarrow.parquet

    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        try:
            columns[name] = pyarrow.array(values)
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError):
            # Values of different kinds: as JSON, so that none is lost.
            texts = [
                None if each is None else json.dumps(each, ensure_ascii=False) for each in values
            ]
            columns[name] = pyarrow.array(texts)
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(pyarrow.table(columns), aside)
        aside.replace(path)
    except (OSError, pyarrow.ArrowException) as error:
        aside.unlink(missing_ok=True)
        raise Problem(f"{path} cannot be written: {error}") from None
