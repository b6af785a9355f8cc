"""From the contract to the low-level package: generate, mark, and try every module."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts.generate.environment import REQUIREMENTS, Environment
from scripts.generate.trees import files_in, write_header

_HERE = Path(__file__).parent
CONFIG = _HERE / "config.yaml"
TEMPLATES = _HERE / "templates"
_FACTS = "facts.json"


def build_package(
    contract: Path, into: Path, environment: Environment, requirements: Path = REQUIREMENTS
) -> None:
    """Generate the package of a contract.

    Args:
        contract: The OpenAPI document.
        into: The package's folder, which must not exist; its name is the package's name. What is
            to be known of the contract and the tools is written beside it.
        environment: Where the generator is.
        requirements: What the environment was made of.

    Raises:
        GenerationError: The document cannot be used, the generator would leave something of it
            out, or what it made cannot be imported.
    """
    document = into.with_name("contract.json")
    environment.run_python(
        [_HERE / "read_contract.py", contract, document, into.with_name(_FACTS), requirements], ""
    )
    command: list[str | Path] = ["-m", "openapi_python_client", "generate", "--fail-on-warning"]
    command += ["--meta", "none", "--path", document, "--output-path", into]
    command += ["--config", CONFIG, "--custom-template-path", TEMPLATES]
    refused = f"{contract}: the generator refuses the contract, or would leave a part of it out"
    hint = "`make lint-spec` may say where"
    environment.run_python(command, f"{refused}; {hint}", cwd=into.parent)
    (into / "py.typed").write_text("", "utf-8")
    for name in files_in(into):
        write_header(into / name, contract.name)
    environment.run_python(
        [_HERE / "try_package.py", document, into],
        f"{contract}: what the generator made of it does not hold",
        cwd=into.parent,
    )


def facts_beside(made: Path) -> dict[str, Any]:
    """What is known of the contract and the tools of a package that was just made."""
    return dict(json.loads(made.with_name(_FACTS).read_text("utf-8")))
