"""Building blocks of error messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

# 0.62 for `create` and `iterate`, 0.94 for `retrieves` and `retrieve`.
_LOOKS_LIKE_AN_ATTRIBUTE = 0.75


def short_repr(value: Any, limit: int = 60) -> str:
    """Return the repr of a value, on one line and at most `limit` characters long."""
    if isinstance(value, (str, bytes, bytearray)):
        # The rest would be cut anyway, and the repr of a whole file costs twice its size.
        value = value[: limit + 1]
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a broken __repr__ must not hide the error that is being reported
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def type_and_repr(value: Any) -> str:
    """Return the type name and the short repr of a value, such as `int 5`."""
    return f"{type(value).__name__} {short_repr(value)}"


def how_to_pass(name: str, value: Any) -> str | None:
    """Return how to pass a value of a wrong type as a str, or None if that is not obvious.

    Args:
        name: The argument.
        value: Its value.
    """
    # Imported here, as in `closest`: only errors need it.
    from enum import Enum
    from os import PathLike

    argument = name.rpartition(".")[2]
    if type(value).__name__ == "coroutine":
        return f"Await it: {argument}=await ..."
    if isinstance(value, Enum):
        return f"Pass {argument}={type(value).__name__}.{value.name}.value"
    if isinstance(value, (bytes, bytearray)):
        return f"Pass it decoded: {argument}=x.decode()"
    if isinstance(value, PathLike) and argument.endswith("url"):
        return "Upload it: client.files.upload(path), or pass the Path itself in inputs"
    if isinstance(value, PathLike) and argument == "prompt":
        return "Pass its content: prompt=path.read_text()"
    if isinstance(value, PathLike) and argument == "file_id":
        return "Pass a local file as file=path"
    if isinstance(value, PathLike) and argument == "filename":
        return f"Pass {argument}=str(path)"
    if isinstance(value, (list, tuple, set)) and len(value) == 1:
        value = next(iter(value))
        return f"Pass one: {argument}={short_repr(value)}" if isinstance(value, str) else None
    if isinstance(getattr(value, "id", None), str):
        return f"Pass its id: {argument}=x.id"
    return None


def how_to_pass_scalar(name: str, value: Any, accepted: str) -> str:
    """Return how to pass a value of a wrong type as a str, a number or a bool.

    Args:
        name: The argument.
        value: Its value.
        accepted: The name of the type that is accepted.
    """
    argument = name.rpartition(".")[2]
    if accepted == "bool":
        return f"Pass {argument}=True or {argument}=False"
    if accepted == "str":
        meant = how_to_pass(name, value)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return meant or f"Pass {argument}=" + (repr(str(value)) if is_number else "'...'")
    convert: Any = int if accepted == "int" else float
    with suppress(TypeError, ValueError, OverflowError):
        if not isinstance(value, bool) and convert(value) == float(value):
            return f"Pass {argument}={short_repr(convert(value))}"
    return f"Pass a number, such as {argument}=1"


def how_to_pass_file(name: str, value: Any) -> str:
    """Return how to pass the file that a value was meant as.

    Args:
        name: The argument.
        value: Its value, which is neither a path nor an open file.
    """
    if isinstance(value, tuple) and len(value) == 2:
        return f"Pass {name}=content, filename='name.pdf'"
    if type(value).__name__ == "coroutine":
        return f"Await it: {name}=await ..."
    if isinstance(value, (list, tuple)):
        return "Pass one file; execute_many and generate_many take several"
    if type(value).__module__.startswith(("PIL.", "numpy")):
        return "Pass images to client.image.generate(images=[...])"
    return "Pass open(path, 'rb'), or io.BytesIO(data) with filename=..."


def did_you_mean(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return ` Did you mean 'x'?`, or a list of the known names if none is similar."""
    names = list(known)
    similar = synonym(name, names) or closest(name, names, cutoff)
    if similar is not None:
        return f" Did you mean {similar!r}?"
    return f" Known: {', '.join(sorted(names))}."


def synonym(name: str, known: Iterable[str]) -> str | None:
    """Return what a name of other packages is called here, if that is one of the known names.

    Args:
        name: The name, in any spelling: `file_path`, `filePath`.
        known: The known names.
    """
    # Imported here, as in `closest`: only errors need it.
    from vlmrun._synonyms import SYNONYMS

    names = {*known}
    for each in SYNONYMS.get(re.sub("[^a-z0-9]", "", name.lower()), ()):
        head = re.split(r"[=.(]", each)[0]
        if head in names or head == "client":
            return each
    return None


def attribute_error(owner: str, name: str, known: Iterable[str]) -> AttributeError:
    """Return the error for an attribute that does not exist.

    Args:
        owner: What lacks it, for the message.
        name: The attribute.
        known: The attributes that exist.
    """
    message = f"{owner} has no attribute {name!r}"
    if name.startswith("_"):
        return AttributeError(message)
    public = [each for each in known if each[0] != "_"]
    return AttributeError(f"{message}.{did_you_mean(name, public, _LOOKS_LIKE_AN_ATTRIBUTE)}")


def closest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known name that is most similar, or None if none is.

    Args:
        name: The name.
        known: The known names.
        cutoff: The similarity to require, from 0 to 1, as in `difflib.get_close_matches`.
    """
    # Imported here: difflib takes longer to import than the rest of this package's errors.
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)


def join_sentences(first: str, second: str | None) -> str:
    """Join two sentences, adding a full stop after the first where it has none."""
    if not second:
        return first
    return f"{first} {second}" if first.endswith((".", "!", "?")) else f"{first}. {second}"
