"""What the tables leave out and have wrong, as the real ones do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulators.anime import Numbering
from simulators.anime.values import stretches

if TYPE_CHECKING:
    from simulators.anime import Anime, Stretch

ONLY_ANIBRIDGE: Final = frozenset({320, 2961, 2123, 10863, 11981, 21050, 21804, 101432, 144676})
"""Specials without an AniDB number, and what only AniBridge can say: ratios, and doubtful ones.

Fribb has their ids, but for those that it does not know.
"""

ONLY_ANIME_LISTS: Final = frozenset({457, 140439})
"""Fribb leads to them by AniDB's number. Of the second it says something else: the wrong season."""

ONLY_FRIBB: Final = frozenset({170942})
"""Younger than the other two tables."""

IN_NO_TABLE: Final = frozenset({12189})
"""Left out of this copy of all three, although its show is well known."""

UNKNOWN_TO_FRIBB: Final = frozenset({320}) | IN_NO_TABLE

WRONG_SEASON: Final = {140439: 2}
"""In Fribb's lists, for both numberings."""

OTHER_TMDB: Final = {145064: "S2E1", 21458: "S1E1"}
"""What the XML and Fribb's lists say of TMDB, where AniBridge is right."""

NO_NUMBERS: Final = {20970: "Descending Stories: Showa Genroku Rakugo Shinju"}
"""In season 0 of a show by the XML and by Fribb, which do not say as which episodes."""

REMOVED: Final = {112151: ("tmdb_show:85937:s0",)}
"""What AniBridge says is not so, of what others may say."""

OTHER_SIGN: Final = frozenset({21050, 21804, 144676})
"""Where AniBridge writes several episodes that are one there as `|2` instead of `|-2`."""


def said_of(anime: Anime, numbering: Numbering) -> tuple[Stretch, ...]:
    """Return where the XML and Fribb's lists have an anime."""
    if numbering is Numbering.TMDB and anime.id in OTHER_TMDB:
        return stretches(OTHER_TMDB[anime.id], anime.episodes)
    return anime.stretches_in(numbering)
