"""What becomes of a title that somebody wrote to do harm with."""

from hypothesis import given, strategies as st
import pytest

from custom_components.media_list_sync.engine.captions import LONGEST, caption


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The Matrix", "The Matrix"),
        ("僕のヒーローアカデミア", "僕のヒーローアカデミア"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("Fine\n2026-11-02 WARNING (MainThread) [core] Not fine", None),
        ("red \x1b[31m alert\0", "red [31m alert"),
        ("gpj\u202e.exe", "gpj.exe"),
        ("a\u2028b\u2029c\u00a0d", "a b c d"),
        ("\u200b\ufeff", ""),
    ],
)
def test_what_is_kept(text: str, shown: str | None) -> None:
    assert caption(text) == (" ".join(text.split()) if shown is None else shown)


def test_a_title_that_is_a_book() -> None:
    told = caption("word " * 1_000_000)
    assert len(told) <= LONGEST
    assert told.endswith("word…")


@given(st.text(max_size=2_000))
def test_always_one_line(text: str) -> None:
    told = caption(text)
    assert len(told) <= LONGEST
    assert told.splitlines() in ([], [told])
    assert caption(told) == told
