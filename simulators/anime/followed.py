"""What AniList has to say once it follows Plex, too, worked out from the world itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .expected import copies, plex_before, review_on_plex, travels
from .facts import ANIME, show
from .listed import LISTED
from .places import NUMBERINGS

if TYPE_CHECKING:
    from .listed import Listed

_UNDER_WAY = frozenset({"CURRENT", "PAUSED"})


def listed() -> dict[int, Listed]:
    """Return the list as it is then, by AniList id."""
    return {**LISTED, **ahead()}


def ahead() -> dict[int, Listed]:
    """Return the entries that were watched further on Plex, as AniList has them then."""
    review = review_on_plex()
    after = {
        number: _followed(entry)
        for number, entry in LISTED.items()
        if entry.status in _UNDER_WAY and travels(entry) and number not in review
    }
    return {number: entry for number, entry in after.items() if entry != LISTED[number]}


def _followed(entry: Listed) -> Listed:
    anime, progress = ANIME[entry.anime], entry.progress
    while progress < anime.aired and _is_watched(entry.anime, progress + 1):
        progress += 1
    if progress == entry.progress:
        return entry
    is_whole = anime.airing == "FINISHED" and progress == anime.episodes
    return replace(entry, progress=progress, status="COMPLETED" if is_whole else "CURRENT")


def _is_watched(number: int, episode: int) -> bool:
    """Say whether an episode was watched on Plex, in any copy of its show."""
    anime = ANIME[number]
    its_show = show(anime)
    if its_show is None:
        return False
    before = plex_before()
    for copy in copies(its_show.title):
        numbering = NUMBERINGS[copy.library]
        own = {*anime.spots(numbering, episode)} - {*anime.spots(numbering, episode - 1)}
        if own and own <= before.get((copy.library, copy.show), set()):
            return True
    return False
