"""The Python names that the generator makes of a document's names."""

from __future__ import annotations

import re
from typing import Any

_DELIMITERS = r"\. _-"


def words(name: str) -> list[str]:
    """The words of a name, as the generator parts them."""
    name = re.sub(rf"[^\w{_DELIMITERS}]+", "", name)
    if any(letter.isupper() for letter in name):
        name = " ".join(re.split("([A-Z]?[a-z]+)", name))
    return re.findall(rf"[^{_DELIMITERS}]+", name)


def variable(name: str) -> str:
    """The name of a field, an argument or a module."""
    return "_".join(words(name)).lower()


def class_name(name: str) -> str:
    """The name of a class."""
    return "".join(word if word.isupper() else word.capitalize() for word in words(name))


def member(value: Any, index: int) -> str:
    """The name of an enum's value."""
    if not isinstance(value, str):
        return f"VALUE_{value}"
    if not value[:1].isalpha():
        return f"VALUE_{index}"
    return "_".join(re.findall(r"[^. _-]+", re.sub(r"[^\w. _-]+", "", value))).upper()
