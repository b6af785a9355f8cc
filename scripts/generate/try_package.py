"""Check that a generated package is complete and imports; run by the interpreter of the tools."""

from __future__ import annotations

import importlib
import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.openapi.document import operations


def missing_operations(document: dict[str, Any], package: Path) -> list[str]:
    """Return a message for each operation of the document that has no module of its own."""
    ids = [operation.id for operation in operations(document)]
    modules = [path for path in package.glob("api/*/*.py") if path.stem != "__init__"]
    generated = {_letters(path.stem.removeprefix("field_")) for path in modules}
    missing = [id for id in ids if _letters(id) not in generated]
    problems = [f"operation {id} is not in the generated package" for id in missing]
    if not missing and len(modules) != len(ids):
        problems.append(
            f"the contract has {len(ids)} operations, the generated package {len(modules)}: "
            "two operationIds may be the same Python name"
        )
    return problems


def _letters(name: str) -> str:
    """Strip separators, which releases of the generator place differently."""
    return re.sub(r"[\W_]", "", name.lower())


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


def main(contract: str, package: str) -> int:
    """Print the problems; return 1 if there are any."""
    document = json.loads(Path(contract).read_bytes())
    problems = missing_operations(document, Path(package)) + load_errors(Path(package))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
