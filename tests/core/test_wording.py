"""How messages show a value."""

from __future__ import annotations

from vlmrun._messages import nearest, sentences, show


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError


class Long:
    def __repr__(self) -> str:
        return "line one\n  line two"


def test_values_are_shown_short_on_one_line() -> None:
    assert show("a\nb") == r"'a\nb'"
    assert show(Long()) == "line one line two"
    assert len(show(b"x" * 10_000_000)) == 60
    assert show("x" * 100).endswith("…")
    assert show("x" * 58) == repr("x" * 58)
    assert show(Broken()) == "<Broken>"


def test_the_nearest_word_or_all() -> None:
    assert nearest("promt", ["prompt", "mode"]) == " Did you mean 'prompt'?"
    assert nearest("zzz", ["prompt", "mode"]) == " Known: mode, prompt."


def test_sentences_are_joined_by_one_full_stop() -> None:
    assert sentences("One", "Two") == "One. Two"
    assert sentences("One?", "Two") == "One? Two"
    assert sentences("One", None) == "One"
