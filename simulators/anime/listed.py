"""What stands on the list of somebody who watches anime: each entry is there for a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from .facts import ANIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

type Day = tuple[int | None, int | None, int | None]

NO_DAY: Final[Day] = (None, None, None)


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the list, in AniList's words. `score` is 0 to 100."""

    anime: int
    status: str
    progress: int = 0
    repeat: int = 0
    score: int = 0
    started: Day = NO_DAY
    completed: Day = NO_DAY
    private: bool = False
    custom_lists: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def watched(self) -> int:
        """Return how many episodes were watched: of a rewatch, the run before counts."""
        if self.status in ("COMPLETED", "REPEATING"):
            return ANIME[self.anime].episodes or 0
        return 0 if self.status == "PLANNING" else self.progress


CUSTOM_LISTS: Final = ("With friends",)

SEASON_BY_SEASON: Final = (16498, 20958, 99147, 104578, 14719, 20474, 20799, 131942, 1575, 2904)
"""Cours and seasons of one show, which both numberings have alike."""
NUMBERED_APART: Final = (21355, 108632, 119661, 918, 116674, 159322)
"""Those that TVDB and TMDB number in different ways."""
WITHIN_A_SEASON: Final = (140960, 142838, 101922, 129874)
FILMS: Final = (112151, 100643, 5, 32, 11981, 11577, 21519, 199, 1689)
SPECIALS: Final = (10863, 101432)
PLAIN: Final = (1, 1535, 5114, 9253, 30, 9756, 97986, 113415, 101348)
BY_ONE_TABLE: Final = (457, 21507, 101338, 140439)
"""The XML alone knows the first and the last; of the last, Fribb has the season wrong."""
RATIOS: Final = (21804, 21458, 144676)
"""Trakt does not know the last."""
FOR_REVIEW: Final = (2961, 2123, 20970, 4854, 12189)
"""Two that claim one special, one without numbers, one that is nowhere, one that no table has."""
AT_HOME: Final = (124080, 320)
"""Private, and adult."""

COMPLETED: Final = (
    *SEASON_BY_SEASON,
    *NUMBERED_APART,
    *WITHIN_A_SEASON,
    *FILMS,
    *SPECIALS,
    *PLAIN,
    *BY_ONE_TABLE,
    *RATIOS,
    *FOR_REVIEW,
    *AT_HOME,
)
CURRENT: Final = {
    110277: 16,  # all of it, and not yet called completed
    131681: 5,
    146722: 10,
    145064: 11,
    169755: 7,
    154587: 20,
    114745: 0,  # begun on Plex
    170942: 12,  # only Fribb knows it
    20: 80,
    21: 1100,
    21050: 13,  # half an episode more, where two are one
}
PAUSED: Final = {9969: 20, 11061: 70}
DROPPED: Final = {4224: 4}
REPEATING: Final = {2001: 5, 21827: 13}
PLANNING: Final = (189046, 136430, 47, 523)

_DATED: Final[Mapping[int, tuple[Day, Day]]] = {
    16498: ((2019, 5, 4), (2019, 6, 1)),
    99147: ((2019, 7, 6), (2019, 7, 27)),
    108632: ((2020, 7, 8), (2020, 9, 30)),
    918: ((2021, None, None), (2022, 11, None)),
    21519: ((2018, 2, 10), (2018, 2, 10)),
    112151: ((2021, 5, 29), (2021, 5, 29)),
    5114: ((2017, 1, 7), (2017, 4, 16)),
    154587: ((2025, 9, 13), NO_DAY),
    140960: (NO_DAY, (2024, 8, 3)),
}
"""When some were begun and finished; of one the days are missing."""

_SCORES: Final = {16498: 85, 5114: 95, 21519: 90, 1535: 77, 199: 100, 4224: 40}


def _all() -> Iterable[Listed]:
    for anime in COMPLETED:
        yield Listed(anime, "COMPLETED", ANIME[anime].episodes or 0)
    for status, some in (
        ("CURRENT", CURRENT),
        ("PAUSED", PAUSED),
        ("DROPPED", DROPPED),
        ("REPEATING", REPEATING),
    ):
        for anime, progress in some.items():
            yield Listed(anime, status, progress)
    for anime in PLANNING:
        yield Listed(anime, "PLANNING")


def _with_more(entry: Listed) -> Listed:
    started, completed = _DATED.get(entry.anime, (NO_DAY, NO_DAY))
    friends = entry.anime in (21519, 9253)
    return replace(
        entry,
        score=_SCORES.get(entry.anime, 0),
        started=started,
        completed=completed,
        repeat=1 if entry.anime == 1 else 0,
        private=entry.anime == 124080,
        custom_lists=CUSTOM_LISTS if friends else (),
        hidden=entry.anime == 9253,  # stands on the custom list alone
    )


LISTED: Final[Mapping[int, Listed]] = {entry.anime: _with_more(entry) for entry in _all()}
"""By AniList id."""
