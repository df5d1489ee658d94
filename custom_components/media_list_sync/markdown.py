"""Texts of services where people read them.

Home Assistant shows some texts as Markdown: what steps of dialogs and repairs describe, and how a
dialog ends. Others it shows as they are: titles, errors, messages of actions. In the former, a
title of a film must not become a link, a picture or a heading.
"""

from __future__ import annotations

from collections.abc import Mapping
import re

SUFFIX = "_md"
"""What stands behind the name of a placeholder that is meant for Markdown."""

_PUNCTUATION = re.compile(r"([!-/:-@[-`{-~])")
LONGEST_DETAIL = 250
"""Letters of what a service says, or of a path. Titles are shorter."""
_LONGEST = 100


def short(text: str, longest: int = _LONGEST) -> str:
    """Return a text of a service in one line that is not too long."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def plain(text: str, longest: int = _LONGEST) -> str:
    """Return a text of a service, in one line, so that Markdown shows it as it is.

    All punctuation is escaped: addresses would become links by themselves, and a year a list.
    """
    return _PUNCTUATION.sub(r"\\\1", short(text, longest))


def with_markdown(placeholders: Mapping[str, str]) -> dict[str, str]:
    """Return placeholders as they are, and each once more for Markdown, as `name_md`.

    One that follows a word, after a space, still does.
    """
    escaped = {
        f"{name}{SUFFIX}": f"{' ' if text.startswith(' ') else ''}{plain(text, LONGEST_DETAIL)}"
        for name, text in placeholders.items()
    }
    return {**placeholders, **escaped}
