"""The report of a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from pathlib import Path


class HtmlReport:
    """The method `to_html` of executions and predictions."""

    def to_html(
        self,
        path: str | os.PathLike[str],
        source: Any = None,
        *,
        title: str | None = None,
        artifacts: Mapping[str, Any] | bool = True,
    ) -> Path:
        """Write an HTML report: one file, which needs no network.

        It shows the pages with the boxes of the fields, and the fields beside them, those with a
        low confidence first; status, usage and times; artifacts; and the response as JSON.
        `vlmrun.viz.report` does so for several results.

        Args:
            path: The file to write; it is replaced if it exists, and only once the report is
                complete. Missing folders are created.
            source: The document: a path, bytes, an open file, a PIL image, or a list of these.
                Default: the file that this client sent. Without it, the pages are left out.
            title: The heading; by default, the name of the document.
            artifacts: True (default) downloads the artifacts that the response refers to, by the
                client that the job is from: images are shown, and others named with their types
                and sizes. With an `AsyncVLMRun`, `await asyncio.to_thread(job.to_html, path)` does
                so. For a job that was unpickled, pass pictures by their ids, in the forms of
                `source`. False only names them.

        Returns:
            The path of the report.

        Raises:
            InputError: The source cannot be read, there is a folder at the path, or the file cannot
                be written (also a `ValueError`).
            DependencyError: The extra `images` or `pdf` is not installed.

        Example:
            >>> prediction.to_html("report.html", "invoice.pdf")
        """
        from vlmrun._files.paths import check_path
        from vlmrun._report.write import write_report
        from vlmrun._validation import check_optional, check_str
        from vlmrun.types._report_artifacts import ReportArtifacts
        from vlmrun.types._report_items import report_item

        target = check_path("path", path)
        check_optional(check_str, "title", title)
        found = ReportArtifacts(artifacts)
        item = report_item(self, source, artifacts=found)
        return write_report(target, [item], item.title if title is None else title)
