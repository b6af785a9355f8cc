"""P71: a missing number or date is refused in every spelling, wherever inputs may hold one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs
import numpy
import pandas
import pydantic
import pytest

from vlmrun._validation import check_finite
from vlmrun.errors import InputError
from vlmrun.testing import Server

SPELLINGS: dict[str, Any] = {
    "nan": float("nan"),
    "inf": float("inf"),
    "-inf": float("-inf"),
    "numpy.nan": numpy.nan,
    "numpy.float64": numpy.float64("nan"),
    "Decimal NaN": Decimal("NaN"),
    "Decimal sNaN": Decimal("sNaN"),
    "Decimal -Infinity": Decimal("-Infinity"),
    "pandas.NaT": pandas.NaT,
    "enum": Enum("Level", {"missing": float("nan")})["missing"],
}


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)
    value: Any


@dataclass
class DataClass:
    value: Any


@attrs.define
class Attrs:
    value: Any


HOLDERS: dict[str, Any] = {
    "value": lambda value: value,
    "list": lambda value: [value],
    "dict": lambda value: {"value": value},
    "dataclass": DataClass,
    "attrs": Attrs,
    "pydantic": lambda value: Model(value=value),
}


@pytest.mark.parametrize("value", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("hold", HOLDERS.values(), ids=HOLDERS)
def test_p71_a_missing_value_is_refused(client: Any, server: Server, hold: Any, value: Any) -> None:
    # pydantic itself cannot dump a NaT.
    message = r"inputs\['a'\].* (is .*not valid JSON.*None for a missing|cannot be sent)"
    with pytest.raises(InputError, match=message):
        client.agent.execute(prompt="Read it", inputs={"a": hold(value)})
    assert server.requests == []


@pytest.mark.parametrize("value", [numpy.float32("nan"), numpy.datetime64("NaT"), pandas.NA])
def test_p71_other_missing_values_cannot_be_sent_either(client: Any, value: Any) -> None:
    with pytest.raises(InputError, match=r"inputs\['a'\] cannot be sent"):
        client.agent.execute(prompt="Read it", inputs={"a": value})


@pytest.mark.parametrize("value", [0.0, -1.5, Decimal("1.10"), pandas.Timestamp("2026-01-02")])
def test_p71_values_are_accepted(value: Any) -> None:
    assert check_finite("a", value) is None  # type: ignore[func-returns-value]
