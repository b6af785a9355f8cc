"""Run by the tools' interpreter: read the contract strictly, and say what the tools are.

What it reads is written as JSON, which is what the generator is given: so one reader decides what
the document says, and the generator's own YAML has no part in it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from importlib.metadata import distribution, metadata, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from scripts.openapi.document import components, operations  # noqa: E402
from scripts.openapi.load_document import UnusableError, read  # noqa: E402

# The one template of the generator that ours takes the place of.
TEMPLATE = "openapi_python_client/templates/models_init.py.jinja"


def pins(requirements: Path) -> dict[str, str]:
    """The packages of a requirements file, with their exact versions."""
    text = requirements.read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def replaced_template() -> str:
    """The digest of the generator's own form of our template."""
    path = Path(str(distribution("openapi-python-client").locate_file(TEMPLATE)))
    return hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()


def main(contract: str, document: str, facts: str, requirements: str) -> int:
    """Write the contract as JSON, and what is to be known about it and the tools."""
    try:
        value = read(Path(contract)).value
    except UnusableError as error:
        print(error)
        return 1
    wanted = pins(Path(requirements))
    found = {name: version(name) for name in wanted}
    if found != wanted:
        wrong = [f"{name} {found[name]}" for name in wanted if found[name] != wanted[name]]
        print(
            f"The tools' environment has {', '.join(wrong)}, which is not what "
            f"{Path(requirements).name} says; remove {sys.prefix} and run this again"
        )
        return 1
    counts = {
        "operations": sum(1 for _ in operations(value)),
        "schemas": sum(1 for _ in components(value)),
    }
    told = {
        "versions": found,
        "python": metadata("openapi-python-client")["Requires-Python"],
        "replaced_template": replaced_template(),
        "counts": counts,
    }
    Path(document).write_text(json.dumps(value), "utf-8")
    Path(facts).write_text(json.dumps(told), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
