"""Generate the low-level package from the OpenAPI document, and try every module of it."""

from __future__ import annotations

from pathlib import Path

from scripts.generate.environment import Environment
from scripts.generate.trees import files_in, write_header

_HERE = Path(__file__).parent


def build_package(contract: Path, into: Path, environment: Environment) -> None:
    """Generate the package of a contract.

    Args:
        contract: The OpenAPI document.
        into: The folder of the package, which must not exist; its name is the package's name.
        environment: The environment of the generator.

    Raises:
        GenerationError: The document is not usable, the generator would leave a part of it out, or
            the package cannot be imported.
    """
    document = into.with_name("contract.json")
    environment.run_python([_HERE / "read_contract.py", contract, document], "")
    command: list[str | Path] = ["-m", "openapi_python_client", "generate", "--fail-on-warning"]
    command += ["--meta", "none", "--path", document, "--output-path", into]
    command += ["--config", _HERE / "openapi_python_client.yaml"]
    command += ["--custom-template-path", _HERE / "templates"]
    refused = f"{contract}: the generator refuses the contract, or would leave a part of it out"
    hint = "`make lint-spec` may say where"
    environment.run_python(command, f"{refused}; {hint}", cwd=into.parent)
    (into / "py.typed").write_text("", "utf-8")
    for name in files_in(into):
        write_header(into / name, contract.name)
    environment.run_python(
        [_HERE / "try_package.py", into],
        f"{contract}: the generated package does not work",
        cwd=into.parent,
    )
