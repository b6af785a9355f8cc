"""The identity of items: what makes two of them equal, and what does not."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlmrun._files.upload_source import source_of
from vlmrun._journal.keys import file_identity, item_key, label_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def key(fields: Any, body: Any = None, operation: str = "execute_agent", url: str = "u") -> bytes:
    return item_key(operation, url, body or {}, fields)


@pytest.mark.slow
@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_the_order_of_fields_does_not_matter(fields: dict[str, Any]) -> None:
    assert key(dict(reversed(fields.items()))) == key(fields)


@pytest.mark.slow
@given(st.dictionaries(st.text(), JSON), st.dictionaries(st.text(), JSON))
def test_different_fields_have_different_keys(one: dict[str, Any], other: dict[str, Any]) -> None:
    # repr, since True == 1 == 1.0, which are different values in JSON.
    same = repr(sorted(one.items())) == repr(sorted(other.items()))
    assert (key(one) == key(other)) or not same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (key({"a": 1}), key({"a": "1"})),
        (key({"a": 1}), key({"a": True})),
        (key({"a": None}), key({})),
        (key({"a": 1}), key({}, {"a": 1})),
        (key({}), key({}, operation="generate_image")),
        (key({}), key({}, url="v")),
        (key({"a": ["b", "c"]}), key({"a": ["b,c"]})),
        (key({"a": "\ud800"}), key({"a": "\ufffd"})),
    ],
)
def test_what_differs_in_one_respect_is_another_item(one: bytes, other: bytes) -> None:
    assert one != other


def test_a_file_is_its_content_and_its_kind() -> None:
    def identity(content: bytes, name: str) -> dict[str, str]:
        source = source_of(BytesIO(content), name)
        md5, sha256 = source.digests()
        assert md5 == source.scan().digest
        return file_identity(source, sha256)

    assert identity(b"one", "a.pdf") == identity(b"one", "b.PDF")
    assert identity(b"one", "a.pdf") != identity(b"two", "a.pdf")
    assert identity(b"one", "a.pdf") != identity(b"one", "a.txt")


def test_the_key_of_an_item_never_changes() -> None:
    # Another key would submit again, and bill, what is in the journals of users.
    body = {"batch": True, "config": {"prompt": "Read it"}}
    found = key({"inputs": {"number": 1}}, body, url="https://api.vlm.run/v1")
    assert found.hex() == "9b3b995ac37d70de9a84320e8cc6dd00618a6758d69b9a6e444898303664f4e8"


def test_labels_name_files_and_no_values() -> None:
    assert label_of([source_of(BytesIO(b"x"), "a.pdf")], {"patient": "Maria"}) == "a.pdf"
    assert label_of([], {"patient": "Maria"}) == "dict"
