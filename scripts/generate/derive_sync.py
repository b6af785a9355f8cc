"""Derive sync modules from async ones; run by the interpreter of the tools.

The project's own names are replaced first, as whole words and everywhere: code, imports, docstrings
and comments. unasyncd then converts the syntax, and regular expressions convert the same keywords
in docstrings and comments, which unasyncd leaves alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from unasyncd.transformers import TreeTransformer  # type: ignore[import-not-found]

_IN_TEXT = (
    (re.compile(r"\basync (def|for|with)\b"), r"\1"),
    (re.compile(r"\bawait (?=[\w(])"), ""),
    (re.compile(r"\.asyncio\("), ".sync("),
    (re.compile(r"\bAsync(Iterator|Iterable|Generator)\b"), r"\1"),
    # From an alias, such as `close = aclose`, or a method `close` that calls `aclose`.
    (re.compile(r"(?m)^ +(\w+) = \1\n"), ""),
    (re.compile(r'(?m)^ +def (\w+)\(self\) -> None:\n +""".*"""\n +self\.\1\(\)\n\n?'), ""),
)
_HIDDEN_ALL = "hidden_from_unasyncd_all"


def derive(source: str, names: Mapping[str, str]) -> str:
    """Return the sync form of an async module.

    Args:
        source: The text of the module.
        names: The replacement of each of the project's own names.
    """
    if not source.strip():
        return source
    if names:
        pattern = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
        source = pattern.sub(lambda found: names[found[0]], source)
    # unasyncd removes names from `__all__` that the module does not import, so `__all__` is hidden.
    source = re.sub(r"(?m)^__all__\b", _HIDDEN_ALL, source)
    source = TreeTransformer(transform_docstrings=False)(source)
    source = re.sub(rf"(?m)^{_HIDDEN_ALL}\b", "__all__", source)
    for pattern, replacement in _IN_TEXT:
        source = pattern.sub(replacement, source)
    return source


def _cached(source: str, names: Mapping[str, str]) -> str:
    """Derive a module, or return what an earlier run with this environment derived from it."""
    parts = (Path(__file__).read_text("utf-8"), repr(names), source)
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    cache = Path(sys.prefix, "derived", key)
    with suppress(OSError):
        return cache.read_text("utf-8")
    derived = derive(source, names)
    compile(derived, "derived", "exec")
    with suppress(OSError):  # the cache only saves time
        cache.parent.mkdir(exist_ok=True)
        aside = cache.with_suffix(f".{os.getpid()}")
        aside.write_text(derived, "utf-8", newline="\n")
        aside.replace(cache)
    return derived


def main(source: str, config: str, into: str, *names: str) -> int:
    """Derive the named modules; print an error for each that cannot be derived."""
    tools = msgspec.toml.decode(Path(config).read_bytes()).get("tool", {})
    replacements = tools.get("unasyncd", {}).get("add_replacements", {})
    problems = []
    for name in names:
        target = Path(into, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            derived = _cached(Path(source, name).read_text("utf-8"), replacements)
            target.write_text(derived, "utf-8", newline="\n")
        except Exception as error:
            problems.append(f"{name}: {error}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
