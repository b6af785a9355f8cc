"""Write the screenshots of docs/guides/command-line.md: what a terminal of 80 columns shows.

    python -m tests.cli.screenshots

They are not compared in CI, since ids and times differ.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from io import StringIO
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.text import Text

import vlmrun.testing
from tests.cli.terminal import Terminal
from tests.conftest import EXAMPLES

FOLDER = EXAMPLES.parent / "docs/_static"
COLUMNS = 80
ANSWER = "# Referral\n\nThe patient **Jane Doe** is referred to:\n\n1. Cardiology\n2. Radiology\n"


COMMANDS = {
    "chat": ["chat", "Who is referred, and where to?", "-i", "examples/inputs/referral.pdf"],
    "execute": ["execute", "examples/inputs", "missing.pdf", "-p", "Read it", "-o", "out"],
}


def picture(terminal: Terminal, title: str) -> str:
    """Return what a terminal shows as SVG."""
    console = Console(record=True, width=COLUMNS, file=StringIO())
    for number, _ in enumerate(terminal.lines):
        row = terminal.screen.buffer[number]
        cells = [row[column] for column in range(COLUMNS)]
        line = Text()
        for (color, bold), group in groupby(cells, key=lambda cell: (cell.fg, cell.bold)):
            named = None if color == "default" else color.replace("brown", "yellow")
            line.append("".join(cell.data for cell in group), Style(color=named, bold=bold))
        line.rstrip()
        console.print(line)
    svg = console.export_svg(title=title)
    # The fonts would be fetched from another host.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def main() -> None:
    """Run each command in a terminal, and write its screenshot."""
    with tempfile.TemporaryDirectory() as name, vlmrun.testing.serve(polls=1) as server:
        server.on_chat(lambda chat: ANSWER)
        # The screenshots have no paths of this machine.
        os.chdir(name)
        Path("examples").symlink_to(EXAMPLES)
        env = {"VLMRUN_API_KEY": "test", "VLMRUN_BASE_URL": server.url, "HOME": name}
        for shot, arguments in COMMANDS.items():
            terminal = Terminal(*arguments, columns=COLUMNS, env=env)
            terminal.end()
            path = FOLDER / f"cli-{shot}.svg"
            path.write_text(picture(terminal, shlex.join(["vlmrun", *arguments])), "utf-8")
            print(path.name)


if __name__ == "__main__":
    main()
