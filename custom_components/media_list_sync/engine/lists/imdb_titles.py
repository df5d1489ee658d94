"""Which of the many kinds of titles that IMDb has can be requested, and as what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
import re

from ..clients.imdb import ImdbTitle
from ..model import Ids, ListItem, MediaType

_MOVIES = ("movie", "tvmovie", "short", "video", "tvspecial", "tvshort", "featurefilm")
_SHOWS = ("tvseries", "tvminiseries", "miniseries")
_LEFT_OUT = {
    "tvepisode": "episode",
    "videogame": "game",
    "podcastseries": "podcast",
    "podcastepisode": "podcast",
    "musicvideo": "music_video",
}
_KINDS: dict[str, MediaType | str] = {
    **dict.fromkeys(_MOVIES, MediaType.MOVIE),
    **dict.fromkeys(_SHOWS, MediaType.SHOW),
    **_LEFT_OUT,
}
_NO_LETTER = re.compile(r"[^a-z]+")


def kind_of(words: str) -> MediaType | str:
    """Return what a kind of title is requested as, or how it is counted as left out.

    `words` are IMDb's own: "tvSeries" as programs and old exports have it, or "TV Series" as
    people do.
    """
    return _KINDS.get(_NO_LETTER.sub("", words.lower()), "other")


class Collected:
    """The titles of a list in its order, each once, and a count of all that was left out."""

    def __init__(self) -> None:
        self.items: dict[str, ListItem] = {}
        self.left_out: Counter[str] = Counter()

    def add(self, title: ImdbTitle) -> None:
        """Take a title up, or count it."""
        kind = kind_of(title.kind)
        if not isinstance(kind, MediaType):
            self.left_out[kind] += 1
        elif title.id in self.items:
            self.left_out["duplicate"] += 1
        else:
            self.items[title.id] = ListItem(
                media_type=kind,
                ids=Ids(imdb=title.id),
                title=title.title,
                year=title.year,
                listed_at=title.listed_at,
            )


def collect(titles: Iterable[ImdbTitle | None]) -> Collected:
    """Sort titles; one that IMDb does not have any more (None) is left out as "other"."""
    collected = Collected()
    for title in titles:
        if title is None:
            collected.left_out["other"] += 1
        else:
            collected.add(title)
    return collected
