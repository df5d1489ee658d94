"""Why an anime has no placement that may be written by: each a case for the review."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why nothing is written for an anime."""

    UNKNOWN = "unknown"
    """No table knows it."""
    OTHER_PROVIDER = "other_provider"
    """It is only known where this tracker does not look."""
    NO_EPISODES = "no_episodes"
    """Its title is known, but not which episodes of it: a special without numbers, mostly (I2)."""
    IGNORED = "ignored"
    """A person said so. No case for the review."""
    FAULTY = "faulty"
    """What the tables say contradicts itself."""
    ABSOLUTE = "absolute"
    """Numbers through all seasons, whose lengths are not known."""
    OUT_OF_BOUNDS = "out_of_bounds"
    """It would lie where the target has no episodes (I4)."""
    COUNTS = "counts"
    """It has not as many episodes as its place (I3)."""
    DATES = "dates"
    """What lies there aired at another time (I3)."""
    SHIFT = "shift"
    """Tables differ by some episodes, and nothing settles it (I3)."""
    SEVERAL_TITLES = "several_titles"
    """It lies in several shows or films."""
    OTHER_NUMBERING = "other_numbering"
    """Only another provider's numbers are known, and nothing shows that they are the same here."""
    ORDERING_UNKNOWN = "ordering_unknown"
    """Whose numbers the library has may not be seen, and those that it may have differ (I4)."""
    CLAIMED_TWICE = "claimed_twice"
    """Another anime on the list claims the same episodes (W10)."""
    CUT_SHORT = "cut_short"
    """Another anime on the list begins where this one should go on (W11)."""
