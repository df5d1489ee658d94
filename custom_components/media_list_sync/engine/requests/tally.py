"""What a report counts, title by title: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..model import SAMPLE, Decision, ListItem, Outcome, TitleKey

# A title that is wanted in two qualities counts once, as what is most worth telling of it.
_RANK = {
    outcome: rank
    for rank, outcome in enumerate(
        (
            Outcome.FAILED,
            Outcome.REQUEST,
            Outcome.WAITING,
            Outcome.REQUESTED,
            Outcome.AVAILABLE,
            Outcome.TAKEN_BACK,
            Outcome.BLOCKED,
            Outcome.AMBIGUOUS,
            Outcome.UNMATCHED,
            Outcome.EXCLUDED,
            Outcome.FILTERED,
        )
    )
}
_FOR_A_PERSON = (Outcome.UNMATCHED, Outcome.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Summary:
    """How the titles of a list stand: how many by outcome, and the names of the unmatched.

    `undecided` has the titles for which something is to be done; they are not in `counts` yet.
    """

    counts: Mapping[Outcome, int]
    unmatched: tuple[str, ...]
    undecided: Mapping[TitleKey, Outcome | None] = field(default_factory=dict)


def more_telling(one: Outcome | None, other: Outcome | None) -> Outcome | None:
    """Return which of two outcomes of a title counts."""
    if one is None or other is None:
        return one or other
    return one if _RANK[one] <= _RANK[other] else other


def summarise(decisions: Iterable[Decision], doing: frozenset[TitleKey]) -> Summary:
    """Summarise decisions; titles in `doing` stay open, with what their other quality came to."""
    by_title: dict[TitleKey, Outcome] = {}
    counts: Counter[Outcome] = Counter()
    undecided: dict[TitleKey, Outcome | None] = {}
    unmatched: dict[str, None] = {}
    for decision in decisions:
        if decision.outcome in _FOR_A_PERSON and len(unmatched) < SAMPLE:
            unmatched[label(decision.item)] = None
        if decision.key is None:
            counts[decision.outcome] += 1
        elif decision.key in doing:
            before = undecided.get(decision.key)
            is_action = decision.outcome is Outcome.REQUEST
            undecided[decision.key] = more_telling(before, None if is_action else decision.outcome)
        else:
            best = more_telling(by_title.get(decision.key), decision.outcome)
            by_title[decision.key] = best or decision.outcome
    counts.update(by_title.values())
    return Summary(dict(counts), tuple(unmatched), undecided)


class Tally:
    """A summary, completed as one action after the other comes out."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._came_out = dict(summary.undecided)
        self._new: dict[TitleKey, str] = {}
        self._failed: dict[str, None] = {}

    def add(self, key: TitleKey, item: ListItem, outcome: Outcome, *, is_new: bool) -> None:
        """Count what became of an action."""
        self._came_out[key] = more_telling(self._came_out.get(key), outcome)
        if is_new:
            self._new.setdefault(key, label(item) if len(self._new) < SAMPLE else "")
        if outcome is Outcome.FAILED and len(self._failed) < SAMPLE:
            self._failed[label(item)] = None

    def counts(self, left_out: Mapping[str, int]) -> dict[str, int]:
        """Return titles by outcome, each title once, with `titles`, `new` and `left_out`."""
        tally = Counter(self._summary.counts)
        tally.update(outcome for outcome in self._came_out.values() if outcome is not None)
        return {
            **{str(outcome): tally[outcome] for outcome in Outcome},
            "titles": tally.total(),
            "new": len(self._new),
            "left_out": sum(left_out.values()),
        }

    @property
    def new_titles(self) -> tuple[str, ...]:
        """The first `SAMPLE` titles that were requested."""
        return tuple(self._new.values())[:SAMPLE]

    @property
    def unmatched_titles(self) -> tuple[str, ...]:
        """The first `SAMPLE` titles that need a person to say which they are."""
        return self._summary.unmatched

    @property
    def failed_titles(self) -> tuple[str, ...]:
        """The first `SAMPLE` titles that the server refused."""
        return tuple(self._failed)


def label(item: ListItem) -> str:
    """Return a title as people read it, with its year where it is known."""
    return f"{item.title} ({item.year})" if item.year else item.title
