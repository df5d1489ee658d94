"""Titles and names of a service as they are kept: whoever can edit them there writes into our log."""

from __future__ import annotations

from typing import Final
import unicodedata

LONGEST: Final = 300
"""Letters; the longest titles of films have some 200."""

_JOINERS = "\u200c\u200d"
"""Without which words of some languages, and some emoji, come apart."""


def caption(text: str) -> str:
    """Return a text in one line that is not too long.

    Nothing in it forges a line of a log, turns the direction of what stands beside it, or is not
    to be seen at all.
    """
    if text.isprintable() and len(text) <= LONGEST:
        return text
    text = "".join(map(_shown, text[: LONGEST * 4]))
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _shown(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    return "" if unicodedata.category(letter) == "Cf" else " "
