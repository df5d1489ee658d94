"""What a flow tells a person who has to correct something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from homeassistant.data_entry_flow import AbortFlow

from ..markdown import LONGEST_DETAIL, plain, with_markdown

BASE = "base"


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
    """Return what the texts of a form, its error among them, are filled in with.

    What a text for Markdown says of a service has to be asked for as `name_md`.
    """
    return with_markdown({**others, **(trouble.placeholders if trouble else {})})


def end(reason: str, **placeholders: str) -> AbortFlow:
    """Return the end of a flow. What it says is Markdown, in which nothing is filled in as such."""
    shown = {name: plain(text, LONGEST_DETAIL) for name, text in placeholders.items()}
    return AbortFlow(reason, shown)


def end_of(problem: FlowProblem) -> AbortFlow:
    """Return the end of a flow that has no form to show a problem in."""
    return end(problem.trouble.key, **problem.trouble.placeholders)
