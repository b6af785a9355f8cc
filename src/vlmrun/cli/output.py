"""The output of a command: only its result on stdout, everything else on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from vlmrun.cli.recent_ids import RecentIds
from vlmrun.cli.streams import (
    has_color,
    is_terminal,
    printable,
    width_of,
    write,
    write_result,
)
from vlmrun.cli.tables import Column, lines_of_details, lines_of_table

Mode = Literal["text", "json", "jsonl"]

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Output:
    """Writes the result of a command, and messages about it.

    The text of the service is shown as it is: no markup in it is interpreted, and on a terminal
    its control characters are escaped.

    Args:
        mode: "text" for people, "json" for one JSON document, "jsonl" for one per line.
        quiet: Whether to leave out messages and progress; errors are always shown.
        recent: Where the ids of what is shown are stored for completion.
    """

    def __init__(
        self, mode: Mode = "text", quiet: bool = False, recent: RecentIds | None = None
    ) -> None:
        self.mode = mode
        self.quiet = quiet
        self.recent = RecentIds() if recent is None else recent

    @property
    def is_json(self) -> bool:
        """Whether stdout has JSON."""
        return self.mode != "text"

    def show(self, data: Any, text: Callable[[], Iterable[str]] | str) -> None:
        """Write one result.

        Args:
            data: The JSON data.
            text: The same for people: a str, or a function that returns lines.
        """
        if isinstance(data, dict):
            self.recent.add([data])
        if self.is_json:
            self.json(data)
        elif isinstance(text, str):
            self.text(text)
        else:
            self.lines(text())

    def rows(
        self,
        items: Iterable[Any],
        columns: Sequence[Column],
        row: Callable[[Any], Sequence[Any]],
        empty: str,
        data: Callable[[Any], Any] = lambda item: item.to_dict(),
    ) -> None:
        """Write a list as a table, as a JSON array, or as one JSON value per line.

        Args:
            items: The items.
            columns: The columns of the table.
            row: The values of an item in these columns.
            empty: What to say on stderr if there are no items.
            data: The JSON data of an item.
        """
        if self.mode == "jsonl":
            for item in items:
                self.json(data(item))
            return
        found = list(items)
        self.recent.add(found)
        if self.mode == "json":
            self.json([data(item) for item in found])
            return
        if not found:
            self.note(empty)
            return
        width = width_of(sys.stdout)
        first, *lines = lines_of_table(columns, [row(item) for item in found], width)
        if first.startswith(columns[0].title):  # narrow terminals get no headings
            first = self._styled(_BOLD, first, sys.stdout)
        self.lines([first, *lines])

    def details(self, data: Any, values: dict[str, Any]) -> None:
        """Write one object: its JSON data, or "Name: value" lines."""
        self.show(data, lambda: lines_of_details(values))

    def json(self, data: Any) -> None:
        """Write JSON, indented unless the mode is "jsonl"."""
        import json

        # Other encodings get escapes, which are the same JSON.
        is_utf8 = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
        indent = 2 if self.mode == "json" else None
        text = json.dumps(data, indent=indent, ensure_ascii=not is_utf8, default=str)
        if is_utf8:
            # A lone surrogate has no UTF-8 encoding, but an escape.
            text = text.encode("utf-8", "backslashreplace").decode("utf-8")
        write_result(text + "\n")

    def text(self, text: str) -> None:
        """Write text, which ends with a newline afterwards."""
        if is_terminal(sys.stdout):
            text = printable(text)
        write_result(text if text.endswith("\n") else text + "\n")

    def lines(self, lines: Iterable[str]) -> None:
        """Write lines."""
        write_result("".join(f"{line}\n" for line in lines))

    def binary(self, content: bytes) -> None:
        """Write bytes, unless stdout is a terminal.

        Raises:
            UsageProblem: It is one.
        """
        from vlmrun.cli.problems import UsageProblem

        if is_terminal(sys.stdout):
            raise UsageProblem("Bytes are not written to a terminal", "Pass --output FILE")
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

    def note(self, message: str) -> None:
        """Write a message to stderr, unless `--quiet` is set."""
        if not self.quiet:
            self.warn(message)

    def dim(self, message: str) -> None:
        """Write a message of minor importance to stderr, unless `--quiet` is set."""
        if not self.quiet:
            write(sys.stderr, self._styled(_DIM, printable(message), sys.stderr) + "\n")

    def warn(self, message: str) -> None:
        """Write a message to stderr, also if `--quiet` is set."""
        write(sys.stderr, printable(message) + "\n")

    def _styled(self, style: str, text: str, stream: Any) -> str:
        return f"{style}{text}{_PLAIN}" if has_color(stream) else text


def write_error(message: str) -> None:
    """Write an error to stderr."""
    prefix = f"{_BOLD}Error:{_PLAIN}" if has_color(sys.stderr) else "Error:"
    write(sys.stderr, f"{prefix} {message}\n")
