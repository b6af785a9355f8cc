"""How the generator turns names of the contract into names of Python.

The rules are those of openapi-python-client at the release that `scripts/generate/requirements.txt`
pins; tests compare what follows from them with what it wrote into `generated/`.
"""

from __future__ import annotations

import builtins
import re
from keyword import iskeyword

_DELIMITERS = r"\. _-"
_RESERVED = (set(dir(builtins)) | {"self", "true", "false", "datetime"}) - {"id"}


def _sanitize(value: str) -> str:
    return re.sub(rf"[^\w{_DELIMITERS}]+", "", value)


def _words(value: str) -> list[str]:
    if any(letter.isupper() for letter in value):
        value = " ".join(re.split("([A-Z]?[a-z]+)", value))
    return re.findall(rf"[^{_DELIMITERS}]+", value)


def _unreserved(value: str) -> str:
    return f"{value}_" if value in _RESERVED or iskeyword(value) else value


def snake_case(value: str) -> str:
    """`FileResponse` → `file_response`."""
    return "_".join(_words(_sanitize(value))).lower()


def pascal_case(value: str) -> str:
    """`file_response` → `FileResponse`."""
    words = _words(_sanitize(value))
    return "".join(word if word.isupper() else word.capitalize() for word in words)


def identifier(value: str, prefix: str = "field_", raw: bool = False) -> str:
    """The name of an argument, a field or a module; `raw` leaves its case alone."""
    name = _unreserved(_sanitize(value) if raw else snake_case(_sanitize(value)))
    return name if name.isidentifier() and not value.startswith("_") else f"{prefix}{name}"


def class_name(value: str) -> str:
    """The name of a class."""
    value = value.rsplit("/", 1)[-1]
    name = _unreserved(pascal_case(_sanitize(value)))
    return name if name.isidentifier() else _unreserved(pascal_case(_sanitize(f"field_{name}")))


def member(value: object, index: int) -> str:
    """The name of an enum's member."""
    if isinstance(value, int):
        return f"VALUE_{value}" if value >= 0 else f"VALUE_NEGATIVE_{-value}"
    text = str(value)
    key = text.upper() if text and text[0].isalpha() else f"VALUE_{index}"
    return snake_case(key).upper()
