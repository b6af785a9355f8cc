"""A call that is cancelled ends at any moment, leaves nothing behind, and names its job."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.cancelled_calls import CALLS, Trials
from tests.many import batch_program
from vlmrun.testing import Server

pytestmark = pytest.mark.vlmrun_server(polls=1)

# More than there are in any of the calls.
_MOMENTS = range(1, 1000)


@pytest.fixture(autouse=True)
def wait_for_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    batch_program.shorten_pauses(monkeypatch.setattr)


def test_p44_p52_an_execution_is_cancelled_at_each_moment(server: Server, tmp_path: Path) -> None:
    trials = Trials("execute", server, tmp_path)
    assert trials.assert_nothing_is_lost(_MOMENTS) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CALLS if name != "execute"])
def test_p44_p52_a_call_is_cancelled_at_many_moments(
    server: Server, tmp_path: Path, name: str
) -> None:
    trials = Trials(name, server, tmp_path)
    assert trials.assert_nothing_is_lost(_MOMENTS[::5] if "journal" in name else _MOMENTS) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["execute_with_file", "upload_to_storage", "download", "stream"])
def test_p44_p52_the_first_call_of_a_client_is_cancelled_at_many_moments(
    server: Server, tmp_path: Path, name: str
) -> None:
    trials = Trials(name, server, tmp_path, is_fresh=True)
    assert trials.assert_nothing_is_lost(_MOMENTS[::3]) >= 3
