"""Names that editors complete with jedi, such as Jupyter, vim and Spyder."""

from __future__ import annotations

from pathlib import Path

import jedi  # type: ignore[import-untyped]
import pytest

CODE = {
    "from vlmrun import ": {"VLMRun", "AsyncVLMRun", "GenerationConfig"},
    "import vlmrun\nvlmrun.VLMRun().": {"agent", "document", "with_options"},
    "from vlmrun import VLMRun\nVLMRun().agent.": {"execute", "execute_many"},
    "import vlmrun\nvlmrun.VLMRun().agent.completions.": {"create", "parse"},
    "import vlmrun\nvlmrun.AsyncVLMRun().gateway.systemone.": {"decide", "stream"},
    "from vlmrun.types import ": {"AgentExecutionResponse", "FileUrl"},
    "from vlmrun.errors import ": {"APIError", "JobFailedError"},
}


@pytest.mark.slow
def test_jedi_completes_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Its cache is not safe for several processes.
    monkeypatch.setattr(jedi.settings, "cache_directory", str(tmp_path))
    completed = {code: {each.name for each in jedi.Script(code).complete()} for code in CODE}
    missing = {code: names - completed[code] for code, names in CODE.items()}
    assert not any(missing.values()), missing
    # The attributes of functools.cached_property.
    assert {"attrname", "func", "lock"}.isdisjoint(set().union(*completed.values()))
