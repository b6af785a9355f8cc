"""Generate the low-level package with another release of openapi-python-client, and compare.

    python -m scripts.try_generator 0.29.1

The package is generated in a scratch folder and compared with generated/vlmrun_api; its types are
checked as Python 3.10 sees them. Nothing in the project is changed.

Exit status: 0 no difference; 1 the package changes, cannot be generated, or has type errors; 2 the
release cannot be installed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from scripts.generate.differences import compare
from scripts.generate.environment import REQUIREMENTS, prepare
from scripts.generate.failure import GenerationError
from scripts.generate.package import build_package

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generated/vlmrun_api"
LOWEST_PYTHON = "3.10"
MOST_LINES = 40


def try_release(version: str, scratch: Path) -> int:
    """Print what a release changes; returns the exit status.

    Raises:
        GenerationError: The release cannot be installed.
    """
    pins = re.findall(r"^(?:ruff|ruamel\.yaml)==.*", REQUIREMENTS.read_text("utf-8"), re.M)
    requirements = scratch / "requirements.txt"
    requirements.write_text("\n".join([f"openapi-python-client=={version}", *pins]), "utf-8")
    environment = prepare(ROOT / ".codegen", requirements)
    built = scratch / PACKAGE.name
    try:
        build_package(ROOT / "openapi.yaml", built, environment)
    except GenerationError as error:
        print(f"the package cannot be generated:\n{error}")
        return 1
    difference = compare(PACKAGE, built)
    print(f"files: {difference.outcome()}")
    print(*difference.summary(PACKAGE.name)[:MOST_LINES], sep="\n")
    print(*islice(difference.diff(PACKAGE.name), MOST_LINES), sep="\n")
    mypy = ["-m", "mypy", "--config-file=", "--no-incremental", "--ignore-missing-imports"]
    mypy += [f"--python-version={LOWEST_PYTHON}", str(built)]
    sys.stdout.flush()
    types = subprocess.run([sys.executable, *mypy], cwd=scratch, check=False)
    return 1 if difference.kinds or types.returncode else 0


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit status."""
    if len(arguments) != 1 or not re.fullmatch(r"\d+(\.\d+)+([a-z]+\d+)?", arguments[0]):
        print(
            "usage: python -m scripts.try_generator RELEASE (0.29.1, for example)", file=sys.stderr
        )
        return 2
    with tempfile.TemporaryDirectory(prefix="try-") as scratch:
        try:
            return try_release(arguments[0], Path(scratch).resolve())
        except (GenerationError, OSError) as error:
            print(error, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
