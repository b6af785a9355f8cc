"""The results of a batch: a file for each input, a table, and a list on stdout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.problems import Problem, UsageProblem

# The formats of `--table`, and the packages that they need.
TABLE_PACKAGES = {".csv": None, ".jsonl": None, ".parquet": "pyarrow", ".xlsx": "openpyxl"}


class BatchResult(NamedTuple):
    """The outcome of an input.

    Attributes:
        number: Its place among the inputs, from 0.
        item: The item of `execute_many`; None if it was only submitted.
        label: What it is called.
        id: The id of its execution.
        execution: The completed execution.
        error: Why there is none, in one line.
        path: The JSON file with it.
        artifacts: The files of its artifacts.
        from_journal: Whether it was over before this run.
    """

    number: int
    item: Any
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
        data: dict[str, Any] = {"input": self.label, "id": self.id, "status": self.status}
        if self.execution is not None:
            usage = self.execution.usage
            data["response"] = (self.execution.raw or {}).get("response")
            data["credits_used"] = None if usage is None else usage.credits_used
        if self.error is not None:
            data["error"] = self.error
        if self.path is not None:
            data["output"] = str(self.path)
        if self.artifacts:
            data["artifacts"] = [str(path) for path in self.artifacts]
        return data


def check_table(path: Path | None) -> Path | None:
    """Return the path of `--table`, once it is certain that the table can be written.

    Raises:
        UsageProblem: It has an unknown suffix.
        Problem: The package for it is not installed.
    """
    if path is None:
        return None
    suffix = path.suffix.lower()
    if suffix not in TABLE_PACKAGES:
        known = ", ".join(TABLE_PACKAGES)
        raise UsageProblem(f"--table {path} has an unknown suffix", f"Use one of: {known}")
    package = TABLE_PACKAGES[suffix]
    if package is not None and find_spec(package) is None:
        # Found out before anything is paid for, rather than at the end.
        raise Problem(
            f"--table {path} needs {package}, which is not installed",
            "Install the extra: pip install 'vlmrun[tables]'",
        )
    return path.expanduser()


def write_table(path: Path, results: Sequence[BatchResult]) -> None:
    """Write one row per input, in the order of the inputs.

    Raises:
        InputError: The file cannot be written.
        Problem: Its folder cannot be created.
    """
    from vlmrun import results as tables

    writers: dict[str, Callable[[list[Any], Path], Path]] = {
        ".csv": tables.to_csv,
        ".jsonl": tables.to_jsonl,
        ".parquet": tables.to_parquet,
        ".xlsx": tables.to_excel,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"{path.parent} cannot be created: {error.strerror}") from None
    writers[path.suffix.lower()]([result.item for result in results], path)
