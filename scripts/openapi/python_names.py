"""The Python names that the generator derives from the names of a document."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_DELIMITERS = r"\. _-"
# Without regard to case: the module of `Cast` is `cast`, which shadows `typing.cast`.
_SCHEMA_NAME = re.compile(
    "any|authenticatedclient|bytesio|cast|client|file|httpstatus|isoparse|literal|mapping"
    "|response|t|typevar|unset|uuid"
)
_PROPERTY_NAME = re.compile(
    "additional_keys|additional_properties|cls|d|field_dict|from_dict|isoparse|prop|prop_name"
    "|to_dict"
)

# The local variables of a generated function.
_ARGUMENT_NAME = re.compile("body|client|cookies|headers|params")


def words(name: str) -> list[str]:
    """Split a name into words as the generator does, and equate letters as Python does."""
    name = unicodedata.normalize("NFKC", name)
    name = re.sub(rf"[^\w{_DELIMITERS}]+", "", name)
    if any(letter.isupper() for letter in name):
        name = " ".join(re.split("([A-Z]?[a-z]+)", name))
    return re.findall(rf"[^{_DELIMITERS}]+", name)


def variable(name: str) -> str:
    """Return the name of a field, an argument or a module."""
    return "_".join(words(name)).lower()


def class_name(name: str) -> str:
    """Return the name of a class."""
    return "".join(word if word.isupper() else word.capitalize() for word in words(name))


def enum_member(value: Any, index: int) -> str:
    """Return the name of an enum member."""
    if not isinstance(value, str):
        return f"VALUE_{value}"
    if not value[:1].isalpha():
        return f"VALUE_{index}"
    value = unicodedata.normalize("NFKC", value)
    return "_".join(re.findall(r"[^. _-]+", re.sub(r"[^\w. _-]+", "", value))).upper()


def can_be_class(name: str) -> bool:
    """Return whether the generator can have a class of that name."""
    return not _SCHEMA_NAME.fullmatch(re.sub(r"[^a-z0-9]", "", name.lower()))


def can_be_argument(name: str) -> bool:
    """Return whether a generated function can have an argument of that name."""
    return not _ARGUMENT_NAME.fullmatch(re.sub(r"[^a-z0-9]+", "_", name.lower()))


def can_be_field(name: str) -> bool:
    """Return whether a generated class can have a field of that name."""
    return not _PROPERTY_NAME.fullmatch(variable(name))


def is_plain(text: str, quotes: str = "") -> bool:
    """Return whether the generator can write a string between quotes as it is."""
    return not any(char in f"\\{quotes}" or unicodedata.category(char) == "Cc" for char in text)
