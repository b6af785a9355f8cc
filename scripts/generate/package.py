"""Generate the low-level package from the OpenAPI document, and try every module of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from scripts.generate.environment import Environment
from scripts.generate.trees import files_in, write_header

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"

# Without these options, a ruff configuration or a .gitignore in a parent folder would apply.
_RUFF = ("--isolated", "--no-cache", "--no-respect-gitignore", "--target-version=py310")
_LINES = "--line-length=120"

_DATEUTIL = "from dateutil.parser import isoparse\n"
_DATES = "from ..dates import isoparse\n"
_MODEL = re.compile(r"^from \.\.\.models\.\w+ import (\w+)\n", re.MULTILINE)


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
    command += ["--custom-template-path", _TEMPLATES]
    refused = f"{contract}: the generator refuses the contract, or would leave a part of it out"
    hint = "`make lint-spec` may say where"
    environment.run_python(command, f"{refused}; {hint}", cwd=into.parent)
    (into / "py.typed").write_text("", "utf-8")
    _import_late(into)
    _tidy(into, environment)
    for name in files_in(into):
        write_header(into / name, contract.name)
    environment.run_python(
        [_HERE / "try_package.py", into],
        f"{contract}: the generated package does not work",
        cwd=into.parent,
    )


def _import_late(package: Path) -> None:
    """Let operations import models, and models import dateutil, when they first use them.

    Together they take a fifth of the time until a new process has its first response.
    """
    shutil.copy(_TEMPLATES / "dates.py", package)
    for path in package.glob("models/*.py"):
        text = path.read_text("utf-8")
        path.write_text(text.replace(_DATEUTIL, _DATES), "utf-8", newline="\n")
    for path in package.glob("api/*/*.py"):
        text = path.read_text("utf-8")
        names = _MODEL.findall(text)
        if names:
            text = _MODEL.sub("", text).replace(
                "from ... import errors", "from ... import errors, models"
            )
            # Not in strings, such as the name of a header.
            pattern = rf"(?<![\w\"'/.-])({'|'.join(names)})(?![\w\"'/-])"
            text = re.sub(pattern, r"models.\1", text)
            path.write_text(text, "utf-8", newline="\n")


def _tidy(package: Path, environment: Environment) -> None:
    """Sort and format, and move imports that only annotations need, such as httpx."""
    future = "lint.isort.required-imports=['from __future__ import annotations']"
    fix = ["-m", "ruff", "check", "--fix-only", "--unsafe-fixes", *_RUFF, "--config", future]
    for folder, rules in ((package / "api", "I002,TC001,TC002"), (package, "F401,I001")):
        environment.run_python(
            [*fix, f"--select={rules}", _LINES, folder],
            "the imports of the generated package cannot be sorted",
        )
    environment.run_python(
        ["-m", "ruff", "format", *_RUFF, _LINES, package],
        "the generated package cannot be formatted",
    )
    # With `annotations`, a name that is missing would only be noticed when a function is called.
    undefined = ["-m", "ruff", "check", *_RUFF, "--select=F821", "--output-format=concise"]
    environment.run_python([*undefined, package], "the generated package does not work")
