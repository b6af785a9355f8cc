"""Arguments that are text or JSON, the name of a file with it, or `-` for standard input."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, Any

from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.streams import is_terminal


def read_stdin_bytes(what: str) -> bytes:
    """Return all of standard input.

    Args:
        what: What is read, for the message: "the prompt".

    Raises:
        UsageProblem: It is closed, or cannot be read.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise UsageProblem(f"{what} cannot be read: standard input is closed")
    try:
        buffer: IO[bytes] | None = getattr(sys.stdin, "buffer", None)
        return buffer.read() if buffer else sys.stdin.read().encode()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageProblem(f"{what} cannot be read from standard input: {reason}") from None


def read_stdin(what: str) -> str:
    """Return all of standard input as text; see `read_stdin_bytes`."""
    try:
        # Not the encoding of the locale, which is ASCII in many containers.
        return read_stdin_bytes(what).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(f"{what} from standard input is not UTF-8 text") from None


def read_text(option: str, path: Path) -> str:
    """Return the text of a file.

    Raises:
        UsageProblem: It cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(f"{option}: the file {path} is not UTF-8 text") from None
    except FileNotFoundError:
        raise UsageProblem(f"{option}: the file {path} does not exist") from None
    except OSError as error:
        raise UsageProblem(f"{option}: the file {path} cannot be read: {error.strerror}") from None


def text_or_file(option: str, value: str) -> str:
    """Return the content of the file that a value names, or the value itself.

    Raises:
        UsageProblem: The file cannot be read.
    """
    return read_text(option, Path(value)).strip() if _is_file(value) else value


def chat_prompt(argument: str | None, option: str | None, takes_stdin: bool = True) -> str:
    """Return the prompt: the argument, else `-p`, else what is piped to standard input.

    Args:
        argument: The argument PROMPT; "-" is standard input.
        option: The value of `-p`: "stdin", "-", the path of a file, or the text itself.
        takes_stdin: Whether standard input can have the prompt, and not a file.

    Raises:
        UsageProblem: There is none.
    """
    if argument is not None and argument != "-":
        return argument
    if argument is None and option is not None:
        if option not in ("stdin", "-"):
            return text_or_file("--prompt", option)
    elif argument is None and (not takes_stdin or _is_not_piped()):
        raise UsageProblem(
            "There is no prompt",
            "Pass it as an argument, with -p TEXT or -p FILE, or through a pipe",
        )
    if not takes_stdin:
        raise UsageProblem(
            "The prompt and --input both read standard input", "Pass one of them in another way"
        )
    text = read_stdin("The prompt").strip()
    if not text:
        raise UsageProblem("There is no prompt: standard input is empty")
    return text


def read_json_file(option: str, path: Path) -> Any:
    """Return the JSON of a file.

    Raises:
        UsageProblem: It cannot be read, or is not JSON; the message has line and column.
    """
    return parse_json(f"{option} {path}", read_text(option, path))


def read_schema(path: Path | None) -> dict[str, Any] | None:
    """Return the JSON schema of `--schema`.

    Raises:
        UsageProblem: The file cannot be read, or has no JSON object.
    """
    if path is None:
        return None
    schema = read_json_file("--schema", path)
    if not isinstance(schema, dict):
        raise UsageProblem(
            f"--schema {path} must be a JSON object, got {type(schema).__name__}",
            'A schema begins with {"type": "object", "properties": ...',
        )
    return schema


def parse_json(where: str, text: str) -> Any:
    """Return the JSON in a text.

    Args:
        where: Where it is from, for the message.
        text: The text.

    Raises:
        UsageProblem: It is not JSON; the message has line and column.
    """
    import json

    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UsageProblem(f"{where} is not JSON: {error.msg} ({place})") from None
    except RecursionError:
        raise UsageProblem(f"{where} is nested too deeply") from None


def json_argument(option: str, value: str) -> Any:
    """Return the JSON of a value, of a file `@path`, or of standard input for `-`."""
    if value == "-":
        return parse_json(option, read_stdin(option))
    if value.startswith("@"):
        return read_json_file(option, Path(value[1:]))
    return parse_json(option, value)


def _is_file(value: str) -> bool:
    try:
        return os.path.isfile(value)
    except ValueError:  # a null byte
        return False


def _is_not_piped() -> bool:
    return sys.stdin is None or sys.stdin.closed or is_terminal(sys.stdin)
