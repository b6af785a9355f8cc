"""How messages show a value."""

from __future__ import annotations

from vlmrun._messages import did_you_mean, join_sentences, short_repr


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError


class Long:
    def __repr__(self) -> str:
        return "line one\n  line two"


def test_values_are_shown_short_on_one_line() -> None:
    assert short_repr("a\nb") == r"'a\nb'"
    assert short_repr(Long()) == "line one line two"
    assert len(short_repr(b"x" * 10_000_000)) == 60
    assert short_repr("x" * 100).endswith("…")
    assert short_repr("x" * 58) == repr("x" * 58)
    assert short_repr(Broken()) == "<Broken>"


def test_the_nearest_word_or_all() -> None:
    assert did_you_mean("promt", ["prompt", "mode"]) == " Did you mean 'prompt'?"
    assert did_you_mean("zzz", ["prompt", "mode"]) == " Known: mode, prompt."


def test_sentences_are_joined_by_one_full_stop() -> None:
    assert join_sentences("One", "Two") == "One. Two"
    assert join_sentences("One?", "Two") == "One? Two"
    assert join_sentences("One", None) == "One"
