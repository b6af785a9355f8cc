"""Use an installation without extras: it works, and errors name the extra that is missing."""

from __future__ import annotations

import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import vlmrun_api

import vlmrun
import vlmrun.testing
from vlmrun import VLMRun
from vlmrun.client.types import AgentSkill
from vlmrun.errors import DependencyError, NetworkError

SKILL = "---\nname: adding-up\ndescription: Adds up invoices\n---\n\nAdd it up.\n"


def main() -> None:
    """Use the parts that need neither network nor extras."""
    missing: list[str] = []
    folders = [Path(package.__file__ or "").parent for package in (vlmrun, vlmrun_api)]
    assert all(folder.is_relative_to(sys.prefix) for folder in folders), folders
    assert vlmrun.__version__ == version("vlmrun")
    assert len(vlmrun.operations()) > 50
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "SKILL.md").write_text(SKILL, "utf-8")
        assert AgentSkill.from_directory(folder).name == "adding-up"
    with VLMRun(api_key="x", base_url="http://127.0.0.1:9/v1", max_retries=0) as client:
        try:
            client.models.list()
        except NetworkError as error:
            print("network:", error.message)
        try:
            client.agent.completions
        except DependencyError as error:
            missing.append(str(error))
    try:
        vlmrun.testing.serve()
    except DependencyError as error:
        missing.append(str(error))
    print(*missing, sep="\n")
    assert "pip install 'vlmrun[openai]'" in missing[0]
    assert "pip install 'vlmrun[testing]'" in missing[1]


if __name__ == "__main__":
    main()
