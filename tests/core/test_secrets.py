"""P23: reprs, pickles and errors do not show secrets."""

from __future__ import annotations

import copy
import pickle

import pytest

from vlmrun._core.secrets import Secret, conceal
from vlmrun.errors import ResponseDecodeError

KEY = "sk-0123456789abcdef"


def test_p23_repr_of_a_secret_shows_at_most_four_characters() -> None:
    secret = Secret(KEY)

    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}"):
        assert shown.count(KEY[:4]) == 1
        assert KEY[4:8] not in shown
    assert repr(Secret("short")) == "<secret …>"
    assert not hasattr(secret, "__dict__")
    assert secret.reveal() == KEY


def test_p23_secret_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="holds a key and cannot be pickled"):
        pickle.dumps(Secret(KEY))


def test_secrets_compare_and_copy() -> None:
    assert Secret(KEY) == Secret(KEY) != Secret("other")
    assert len({Secret(KEY), Secret(KEY)}) == 1
    assert Secret(KEY) != KEY
    assert copy.deepcopy(Secret(KEY)) == Secret(KEY)


def test_p23_conceal_removes_a_secret_from_every_attribute() -> None:
    error = ResponseDecodeError(
        f"no {KEY}", 200, {"x-echo": KEY}, body=f"<{KEY}>", raw={"a": [KEY, (1, KEY)], "b": None}
    )

    conceal(error, KEY)

    assert KEY not in f"{vars(error)} {error.args} {error} {pickle.dumps(error)!r}"
    assert error.raw == {"a": ["…", (1, "…")], "b": None}
    assert (error.http_status, error.message) == (200, "no …")
