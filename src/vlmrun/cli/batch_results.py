"""The results of a batch: a file for each input, a table, a report, and a list on stdout."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.formatting import count
from vlmrun.cli.job_options import JobOptions
from vlmrun.cli.problems import Problem, UsageProblem
from vlmrun.cli.run import Run
from vlmrun.cli.waiting import Kind, job_data, parts_data

# The formats of `--table`, and the packages that they need.
TABLE_PACKAGES = {".csv": None, ".jsonl": None, ".parquet": "pyarrow", ".xlsx": "openpyxl"}


class BatchResult(NamedTuple):
    """The outcome of an input.

    Attributes:
        item: The item of `execute_many` or `generate_many`; None if it was only submitted.
        label: What it is called.
        id: The id of its job.
        job: The completed execution or prediction.
        error: Why there is none, in one line.
        path: The JSON file with it.
        artifacts: The files of its artifacts.
        from_journal: Whether it was over before this run.
    """

    item: Any
    label: str
    id: str | None = None
    job: Any = None
    error: str | None = None
    path: Path | None = None
    artifacts: tuple[Path, ...] = ()
    from_journal: bool = False

    @property
    def status(self) -> str:
        """The status: "completed", "submitted" or "failed"."""
        if self.error is not None:
            return "failed"
        return "submitted" if self.job is None else "completed"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the result."""
        data: dict[str, Any] = {"input": self.label, "id": self.id, "status": self.status}
        if self.job is not None:
            usage = self.job.usage
            data["response"] = (self.job.raw or {}).get("response")
            data |= parts_data(self.job)
            data["credits_used"] = None if usage is None else usage.credits_used
        if self.error is not None:
            data["error"] = self.error
        if self.path is not None:
            data["output"] = str(self.path)
        if self.artifacts:
            data["artifacts"] = [str(path) for path in self.artifacts]
        return data


def check_files_of_all(options: JobOptions) -> None:
    """Check that the table and the report can be written, before anything is paid for.

    Raises:
        UsageProblem: The table has an unknown suffix.
        Problem: A package is not installed.
    """
    if options.table is not None:
        suffix = options.table.suffix.lower()
        if suffix not in TABLE_PACKAGES:
            known = ", ".join(TABLE_PACKAGES)
            raise UsageProblem(
                f"--table {options.table} has an unknown suffix", f"Use one of: {known}"
            )
        _require(f"--table {options.table}", TABLE_PACKAGES[suffix], "tables")
    if options.report is not None:
        check_report("--report", options.report)


def check_report(option: str, path: Path) -> None:
    """Check that a report can be written.

    Raises:
        UsageProblem: The file would not be shown by a browser.
        Problem: A package is not installed.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageProblem(f"{option} {path} has an unknown suffix", "Use .html")
    _require(f"{option} {path}", "PIL", "images")


def _require(what: str, package: str | None, extra: str) -> None:
    if package is not None and find_spec(package) is None:
        raise Problem(
            f"{what} needs {package}, which is not installed",
            f"Install the extra: pip install 'vlmrun[{extra}]'",
        )


def save_job(folder: Path, name: str, job: Any, facts: dict[str, Any]) -> Path:
    """Write the JSON of a job to a file, atomically, and return its path.

    Args:
        folder: The folder, which is created.
        name: The name of the file.
        job: The execution or prediction.
        facts: Fields that precede those of the job.

    Raises:
        FileAccessError: It cannot be written.
    """
    from vlmrun._files.staging import write_file

    data = {**facts, **job_data(job)}
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    write_file(folder / name, text.encode("utf-8", "backslashreplace"), is_durable=False)
    return folder / name


def save_artifacts(run: Run, kind: Kind, job: Any, folder: Path) -> list[Path]:
    """Save the artifacts of a job, and return their paths; without any, there is no folder.

    Raises:
        APIError: One cannot be downloaded.
        InputError: One cannot be stored.
    """
    from vlmrun.errors import ResourceNotFoundError
    from vlmrun.types.refs import refs_in

    artifacts = run.client.artifacts
    if kind == "predictions":  # these have no list of artifacts
        # The service does not know the joined prediction of a document in parts.
        jobs = [part.prediction for part in job.parts if part.prediction is not None] or [job]
        return [
            artifacts.download(ref, execution_id=each.id, to=f"{folder}/")
            for each in jobs
            for ref in refs_in((each.raw or {}).get("response"))
        ]
    try:
        paths = artifacts.download_all(job, to=folder)
    except ResourceNotFoundError:
        return []
    if not paths:
        with suppress(OSError):  # it has something else
            folder.rmdir()
    return paths


def write_files_of_all(options: JobOptions, results: Sequence[BatchResult]) -> None:
    """Write the table and the report, in the order of the inputs, as far as there are results.

    Raises:
        FileAccessError: A file cannot be written.
    """
    if not results:
        return
    items = [result.item for result in results]
    if options.table is not None:
        from vlmrun import results as tables

        writers: dict[str, Callable[[list[Any], Path], Path]] = {
            ".csv": tables.to_csv,
            ".jsonl": tables.to_jsonl,
            ".parquet": tables.to_parquet,
            ".xlsx": tables.to_excel,
        }
        writers[options.table.suffix.lower()](items, options.table.expanduser())
    if options.report is not None:
        from vlmrun import viz

        viz.report(items, options.report.expanduser())


def show_results(run: Run, results: Sequence[BatchResult], options: JobOptions, total: int) -> None:
    """Write the results to stdout, unless they are in files, and say where they are.

    Args:
        run: The run of the command.
        results: The results, in the order of the inputs.
        options: The options.
        total: The number of inputs.
    """
    output = run.output
    targets = [options.output, options.table, options.report]
    where = [str(path) for path in targets if path is not None]
    if output.is_json:
        output.rows(results, [], lambda _: [], empty="")
    elif not where:
        # Lines of JSON, so that the results of several inputs can be told apart.
        output.mode = "jsonl"
        output.rows([each for each in results if each.job is not None], [], lambda _: [], empty="")
    done = sum(result.error is None for result in results)
    earlier = sum(result.from_journal for result in results)
    known = f", {earlier} of them earlier" if earlier else ""
    target = f"; results are in {' and '.join(where)}" if where else ""
    output.note(f"{done} of {count(total, 'input')} completed{known}{target}")
