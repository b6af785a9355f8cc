"""The pytest plugin, in a separate pytest run."""

from __future__ import annotations

import re

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import asyncio
import pytest

def test_server(vlmrun_server):
    assert vlmrun_server.url.endswith("/v1")

def test_client(vlmrun_client, vlmrun_server):
    vlmrun_client.healthcheck()
    assert [each.operation for each in vlmrun_server.requests] == ["check_health"]

def test_async_client(vlmrun_async_client, vlmrun_server):
    async def use():
        async with vlmrun_async_client as client:
            await client.healthcheck()
    asyncio.run(use())
    assert [each.operation for each in vlmrun_server.requests] == ["check_health"]

@pytest.mark.vlmrun_server(polls=0)
def test_settings(vlmrun_client):
    assert vlmrun_client.agent.execute(prompt="Read it").status == "completed"
"""


@pytest.mark.slow
def test_fixtures_are_available_without_configuration(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest("-W", "error", "--strict-markers")
    result.assert_outcomes(passed=4)


@pytest.mark.slow
def test_fixtures_and_marker_are_listed_with_their_docstrings(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    fixtures = pytester.runpytest("--fixtures").stdout.str()
    markers = pytester.runpytest("--markers").stdout.str()
    described = r"^vlmrun_server.*\n +A mock server of the VLM Run API, for one test\."
    assert re.search(described, fixtures, re.M)
    assert re.search(r"^vlmrun_async_client", fixtures, re.M)
    assert re.search(r"^@pytest\.mark\.vlmrun_server", markers, re.M)
