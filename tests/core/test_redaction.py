"""P22: no error shows the query of a URL, in whatever form a response has it."""

from __future__ import annotations

import pytest

from vlmrun import _redaction
from vlmrun._redaction import redact

SIGNED = [
    "see https://a.b/c?sig=SECRET now",
    r'{"url": "https:\/\/a.b\/c?sig=SECRET"}',
    "https://user:SECRET@a.b/c",
    "</next?sig=SECRET>; rel=next",
    "//a.b/c?sig=SECRET",
    "?sig=SECRET",
    "0;url=/c?sig=SECRET",
    "https://a.b/c#access_token=SECRET",
    "/c#access_token=SECRET",
    "https%3A%2F%2Fa.b%2Fc%3Fsig%3DSECRET",
]


@pytest.mark.parametrize("text", SIGNED)
def test_p22_signature_of_a_url_is_removed(text: str) -> None:
    assert "SECRET" not in redact(text)
    assert "SECRET" not in redact({text: [text.encode()]}).__repr__()
    assert "SECRET" not in redact(text.encode()).decode("latin-1")


@pytest.mark.parametrize(
    "text",
    ["https://docs.vlm.run/errors#limits", "why? because a=b", "what?a=b", "100% (50 @ 2)", "a#1"],
)
def test_text_without_a_signed_url_is_kept(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("word", ["a", ";?", "://", "a:", "=?", "%3a%2f%2f", "(/", "@", ":\\/\\/"])
def test_p68_words_of_any_length_take_linear_time(word: str) -> None:
    assert len(redact(word * 1_000_000 + "?")) <= 9 * 1_000_000 + 20


def test_p68_words_that_cannot_have_a_query_take_no_call_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[str] = []

    def record(word: str) -> str:
        looked_at.append(word)
        return word

    monkeypatch.setattr(_redaction, "_without_query", record)
    redact("many plain words, " * 1000 + "'https://a.b/c?sig=SECRET' <p>50%</p>")
    assert looked_at == ["https://a.b/c?sig=SECRET", "50%"]
