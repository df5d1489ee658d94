"""What happened to one anime, as far as it matters for what syncs may do, and for what has to hold."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from .titles import TITLES, Seen

WHOLE = ("COMPLETED", "REPEATING")
A_DAY = 86_400


@dataclass
class Told:
    """`sides`: who acted since all was last at rest; `seen`: how it was right after the last act."""

    sides: set[str] = field(default_factory=set)
    seen: Seen | None = None
    rested: Seen | None = None
    """How it was when all was last at rest."""
    in_review: set[str] = field(default_factory=set)
    """The trackers with which it was then in conflict."""
    agrees: bool = True
    """Whether nobody ever went back on anything, so that both sides should say the same."""
    is_skipped: bool = False
    """Whether an episode was left out: what follows it is no reason to go on."""
    is_gone: bool = False
    """Whether it was deleted, and nothing was played since (W7)."""
    unlisted: int = 0
    """How far it was watched when it was deleted since the last rest: that is not seen at once."""
    unmarked: set[tuple[str, int]] = field(default_factory=set)
    """What a person took back on a tracker (W3)."""
    on_plex: set[int] = field(default_factory=set)
    """What a person played on Plex, and has not taken back."""
    once: set[tuple[str, int]] = field(default_factory=set)
    """What a person ever played: that it was taken back may not be seen at once."""
    days: set[date] = field(default_factory=set)
    """On which a person played something of it."""
    played: list[float] = field(default_factory=list)
    """When, since the last rest."""
    is_dated: bool = True
    """Whether all of that has a date."""
    complete_since: float | None = None
    repeats: int = 0
    """How often we said since then that it was watched once more."""
    is_reopened: bool = False
    """Whether it is no longer complete, by a person who has played nothing since (W6)."""
    rewatches: int = 0
    """How often it was begun anew, or counted once more, on AniList."""
    ours: Counter[int] = field(default_factory=Counter)
    """How often we added a play of each episode to Trakt."""

    @property
    def is_at_rest(self):
        """Whether nothing happened to it since it was at rest, and nothing was left open then."""
        return self.rested is not None and not self.sides and not self.in_review

    def completes(self, now):
        """It is complete by a sync; what a person says may be back and forth, between two of them."""
        self.complete_since, self.repeats = now, 0

    def most_repeats(self):
        """How often it may have been watched again, all told: a day after the other, at least."""
        most, last = 0, self.complete_since or 0
        for at in self.played:
            if at >= last + A_DAY:
                most, last = most + 1, at
        return most

    def rests(self, seen, in_review):
        """Begin anew, from how it is now."""
        self.rested, self.in_review = seen, in_review
        if seen.listed is not None:  # what is made anew goes on from what was deleted
            self.complete_since = 0 if seen.listed.status in WHOLE else None
        self.sides, self.played = set(), []
        self.is_dated = True
        self.unlisted = self.repeats = 0


def reached(seen, anime):
    """How many episodes an entry says to be watched."""
    if seen.listed is None:
        return 0
    return TITLES[anime].total if seen.listed.status in WHOLE else seen.listed.progress
