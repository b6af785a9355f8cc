"""Building blocks of error messages."""

from __future__ import annotations

from vlmrun._messages import did_you_mean, join_sentences, short_repr


class BrokenRepr:
    def __repr__(self) -> str:
        raise RuntimeError


class MultilineRepr:
    def __repr__(self) -> str:
        return "line one\n  line two"


def test_short_repr_is_one_line_of_limited_length() -> None:
    assert short_repr("a\nb") == r"'a\nb'"
    assert short_repr(MultilineRepr()) == "line one line two"
    assert len(short_repr(b"x" * 10_000_000)) == 60
    assert short_repr("x" * 100).endswith("…")
    assert short_repr("x" * 58) == repr("x" * 58)
    assert short_repr(BrokenRepr()) == "<BrokenRepr>"


def test_did_you_mean_names_the_most_similar_or_all_known_names() -> None:
    assert did_you_mean("promt", ["prompt", "mode"]) == " Did you mean 'prompt'?"
    assert did_you_mean("zzz", ["prompt", "mode"]) == " Known: mode, prompt."


def test_join_sentences_adds_a_full_stop_only_where_it_is_missing() -> None:
    assert join_sentences("One", "Two") == "One. Two"
    assert join_sentences("One?", "Two") == "One? Two"
    assert join_sentences("One", None) == "One"
