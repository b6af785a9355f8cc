"""Fixtures for the command line: a runner in this process, and real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import vlmrun.testing
from vlmrun.cli import app

KEY = "test-key-0123456789"


class Command:
    """Runs `vlmrun` in this process, against the mock server of the test."""

    def __init__(self, server: vlmrun.testing.Server) -> None:
        self.server = server
        self.env: dict[str, str | None] = {
            "VLMRUN_API_KEY": KEY,
            "VLMRUN_BASE_URL": server.url,
            "VLMRUN_GATEWAY_BASE_URL": server.gateway_url,
        }

    def __call__(self, *arguments: Any, input: str | bytes | None = None) -> Result:
        """Return what a run prints, and its exit code."""
        return CliRunner().invoke(app, list(map(str, arguments)), input=input, env=self.env)

    def ok(self, *arguments: Any, input: str | bytes | None = None) -> str:
        """Return the stdout of a run that must succeed."""
        result = self(*arguments, input=input)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: Any, input: str | bytes | None = None) -> Any:
        """Return the JSON of a run that must succeed, with nothing else on stdout."""
        return json.loads(self.ok(*arguments, "--json", input=input))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory, and no settings of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    for name in (
        "VLMRUN_CACHE_DIR",
        "VLMRUN_PROFILE",
        "VLMRUN_WEBHOOK_SECRET",
        "NO_COLOR",
        "COLUMNS",
        "FORCE_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def vlm(server: vlmrun.testing.Server) -> Command:
    return Command(server)


@pytest.fixture
def start(server: vlmrun.testing.Server) -> Callable[..., subprocess.Popen[str]]:
    """Start `python -m vlmrun` as a process of its own."""

    def start(*arguments: Any, **options: Any) -> subprocess.Popen[str]:
        env = {
            **os.environ,
            "VLMRUN_API_KEY": KEY,
            "VLMRUN_BASE_URL": server.url,
            **options.pop("env", {}),
        }
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        program = [sys.executable, "-m", "vlmrun", *map(str, arguments)]
        return subprocess.Popen(program, env=env, **{"text": True, **pipes, **options})

    vars(start)["url"] = server.url
    return start
