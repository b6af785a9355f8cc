"""Names that editors complete with jedi, such as Jupyter, vim and Spyder."""

from __future__ import annotations

import jedi  # type: ignore[import-untyped]
import pytest

CODE = {
    "the package": ("from vlmrun import ", {"VLMRun", "AsyncVLMRun", "GenerationConfig"}),
    "a client": ("import vlmrun\nvlmrun.VLMRun().", {"agent", "document", "with_options"}),
    "a resource": ("from vlmrun import VLMRun\nVLMRun().agent.", {"execute", "execute_many"}),
    "types": ("from vlmrun.types import ", {"AgentExecutionResponse", "FileUrl"}),
    "errors": ("from vlmrun.errors import ", {"APIError", "JobFailedError"}),
}


@pytest.mark.parametrize("name", CODE)
def test_jedi_completes(name: str) -> None:
    code, expected = CODE[name]
    names = {each.name for each in jedi.Script(code).complete()}
    assert expected <= names
    assert names.isdisjoint({"attrname", "func", "lock"})  # of cached_property
