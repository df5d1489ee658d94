"""What a flow tells a person who has to correct something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
import re

BASE = "base"

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~])")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as a form shows it: the field that it belongs to, its translation key."""

    key: str
    where: str = BASE
    placeholders: Mapping[str, str] = field(default_factory=dict)


class FlowProblem(Exception):
    """What was entered cannot be used."""

    def __init__(self, key: str, where: str = BASE, **placeholders: str) -> None:
        super().__init__(key)
        self.trouble = Trouble(key, where, placeholders)


def errors_of(trouble: Trouble | None) -> dict[str, str]:
    """Return the errors of a form."""
    return {trouble.where: trouble.key} if trouble else {}


def placeholders_of(trouble: Trouble | None, **others: str) -> dict[str, str]:
    """Return what the texts of a form, its error among them, are filled in with."""
    return {**others, **(trouble.placeholders if trouble else {})}


def short(text: str, longest: int = _LONGEST) -> str:
    """Return a text of a service in one line that is not too long."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def plain(text: str) -> str:
    """Return a text of a service, in one line, so that Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", short(text))
