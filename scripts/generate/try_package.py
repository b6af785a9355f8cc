"""Import every module of a generated package; run by the interpreter of the tools."""

from __future__ import annotations

import importlib
import sys
import warnings
from pathlib import Path


def load_errors(package: Path) -> list[str]:
    """Import every module and access every public name; return the error messages."""
    problems = []
    sys.path.insert(0, str(package.parent))
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", SyntaxWarning)
                module = importlib.import_module(name)
            for public in getattr(module, "__all__", ()):
                getattr(module, public)
        except Exception as error:
            problems.append(f"{name} cannot be imported: {type(error).__name__}: {error}")
    return problems


if __name__ == "__main__":
    found = load_errors(Path(sys.argv[1]))
    print("\n".join(found))
    sys.exit(1 if found else 0)
