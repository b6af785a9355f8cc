"""Deprecated methods, arguments and fields warn callers, at their own line."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import warnings
from typing import Any, ClassVar

import pytest

from vlmrun._deprecation import deprecated
from vlmrun.types._base import Received, read


class Old(Received):
    """A type with a deprecated field."""

    _deprecated: ClassVar[dict[str, str]] = {"size": "use bytes"}
    bytes: int | None = None
    size: int | None = None


class Newer(Old):
    """A subclass, which inherits that."""


@pytest.mark.parametrize("cls", [Old, Newer])
def test_a_deprecated_field_warns_when_it_is_read_or_passed(cls: type[Old]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        old = read(cls, {"bytes": 3, "size": 4})
        assert old == pickle.loads(pickle.dumps(old))
        assert (repr(old), old.to_dict()) == (f"{cls.__name__}(bytes=3, size=4)", old.raw)
        assert old.model_copy(update={"bytes": 5}).model_dump() == {"bytes": 5, "size": 4}
    with pytest.warns(DeprecationWarning, match=r"\w+\.size is deprecated: use bytes") as caught:
        assert old.size == 4
    assert caught[0].filename == __file__
    with pytest.warns(
        DeprecationWarning, match=rf"{cls.__name__}\(size=\) is deprecated"
    ) as caught:
        cls(size=4)
    assert caught[0].filename == __file__


class Things:
    """A resource."""

    @deprecated("use list()")
    async def find(self) -> int:
        return 1

    @deprecated(first="use skip")
    def list(self, first: int | None = None, skip: int | None = None) -> Any:
        return first, skip


def test_a_deprecated_method_warns_the_caller() -> None:
    async def find() -> int:
        return await Things().find()

    assert inspect.iscoroutinefunction(Things.find)
    with pytest.warns(
        DeprecationWarning, match=r"Things\.find\(\) is deprecated: use list"
    ) as found:
        assert asyncio.run(find()) == 1
    assert found[0].filename == __file__


@pytest.mark.parametrize(("args", "kwargs"), [((1,), {}), ((), {"first": 1})])
def test_a_deprecated_argument_warns_if_it_is_passed(args: Any, kwargs: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Things().list(skip=2) == (None, 2)
        assert Things().list(None, 2) == (None, 2)
    with pytest.warns(
        DeprecationWarning, match=r"Things\.list\(first=\) is deprecated: use skip"
    ) as found:
        assert Things().list(*args, **kwargs) == (1, None)
    assert found[0].filename == __file__
