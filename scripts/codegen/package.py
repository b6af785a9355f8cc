"""From the contract to the low-level package: generate, mark, and try every module."""

from __future__ import annotations

from pathlib import Path

from codegen.environment import Environment
from codegen.failure import GenerationError
from codegen.trees import files_in, write_header

_HERE = Path(__file__).parent


def build_package(contract: Path, into: Path, environment: Environment) -> None:
    """Generate the package of a contract.

    Args:
        contract: The OpenAPI document.
        into: The package's folder, which must not exist; its name is the package's name.
        environment: Where the generator is.

    Raises:
        GenerationError: The document is not there or broken, the generator would leave something
            of it out, or what it made cannot be imported.
    """
    if not contract.is_file() or not contract.read_bytes().strip():
        raise GenerationError(f"{contract}: the contract is missing or empty")
    command: list[str | Path] = ["-m", "openapi_python_client", "generate", "--fail-on-warning"]
    command += ["--meta", "none", "--path", contract.resolve(), "--output-path", into]
    command += ["--config", _HERE / "config.yaml", "--custom-template-path", _HERE / "templates"]
    refused = f"{contract}: the generator refuses the contract, or would leave a part of it out"
    environment.run_python(command, refused, cwd=into.parent)
    (into / "py.typed").write_text("", "utf-8")
    for name in files_in(into):
        write_header(into / name, contract.name)
    environment.run_python(
        [_HERE / "try_package.py", contract.resolve(), into],
        f"{contract}: what the generator made of it does not hold",
        cwd=into.parent,
    )
