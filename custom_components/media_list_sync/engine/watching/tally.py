"""What a report of a pairing counts: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..model import SAMPLE
from .plan import WatchDecision, WatchOutcome
from .tracker import Written

if TYPE_CHECKING:  # counted where planning has the standard library alone
    from .record_saves import SaveResult


@dataclass(slots=True)
class Tally:
    """How entries of a pairing stand, completed as one action after the other comes out."""

    outcomes: dict[int, WatchOutcome] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    """Of entries for which something is to be done."""
    then: dict[int, WatchOutcome] = field(default_factory=dict)
    """How those of them stand once it is done that are not simply in step."""
    in_review: list[str] = field(default_factory=list)
    episodes: int = 0
    """Marked on the tracker."""
    saved: int = 0
    """Entries changed on AniList."""
    _updated: dict[int, str] = field(default_factory=dict)
    _failed: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Iterable[WatchDecision]) -> Tally:
        """Begin with what a plan says."""
        tally = cls()
        for decision in decisions:
            tally.outcomes[decision.anilist] = decision.outcome
            if decision.outcome is WatchOutcome.UPDATE:
                tally.titles[decision.anilist] = decision.title
                if decision.then.outcome is not WatchOutcome.IN_STEP:
                    tally.then[decision.anilist] = decision.then.outcome
            if decision.is_review and len(tally.in_review) < SAMPLE:
                tally.in_review.append(decision.title)
        return tally

    def add(self, written: Written) -> None:
        """Count what became of an action."""
        media_id, title = written.action.anilist, written.action.title
        self.titles.pop(media_id, None)
        if written.is_refused:
            self.outcomes[media_id] = WatchOutcome.FAILED
            self._failed[media_id] = title
        elif written.not_found:
            self.outcomes[media_id] = WatchOutcome.NOT_THERE
        else:
            self._take_over(media_id, title)
        self.episodes += len(written.done)

    def add_saved(self, result: SaveResult) -> None:
        """Count what became of a save."""
        media_id, title = result.saving.anilist, result.saving.entry.anime.title
        if result.error is not None:
            self.titles.pop(media_id, None)
            self.outcomes[media_id] = WatchOutcome.FAILED
            self._failed[media_id] = title
        elif result.saved is not None:
            self.titles.pop(media_id, None)
            self._take_over(media_id, title)
            self.saved += 1

    def _take_over(self, media_id: int, title: str) -> None:
        """Count an entry as updated, and as what it is now: some of it may not be there."""
        self._updated[media_id] = title
        if self.outcomes.get(media_id) is WatchOutcome.UPDATE and media_id in self.then:
            self.outcomes[media_id] = self.then[media_id]

    def counts(self, *, is_dry: bool) -> dict[str, int]:
        """Return entries by outcome, with `entries`, `new` (updated in this run), `episodes`, `saved`.

        What was planned and not reached waits; in a dry run it stays what would be done.
        """
        outcomes = dict(self.outcomes)
        if not is_dry:
            outcomes.update(dict.fromkeys(self.titles, WatchOutcome.WAITING))
        counted = Counter(outcomes.values())
        return {
            **{str(outcome): counted[outcome] for outcome in WatchOutcome},
            "entries": len(outcomes),
            "new": len(self._updated),
            "episodes": self.episodes,
            "saved": self.saved,
        }

    @property
    def new_titles(self) -> tuple[str, ...]:
        """The first `SAMPLE` titles that were updated."""
        return tuple(self._updated.values())[:SAMPLE]

    @property
    def failed_titles(self) -> tuple[str, ...]:
        """The first `SAMPLE` titles that the tracker refused."""
        return tuple(self._failed.values())[:SAMPLE]
