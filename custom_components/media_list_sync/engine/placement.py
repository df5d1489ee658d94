"""Where an AniList entry lies in another numbering, and how episodes are carried between the two."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Provider(StrEnum):
    """Whose ids and numbers a target has; the words are AniBridge's own.

    Titles by ANILIST and MAL are the anime themselves, as Plex's agents for anime have them.
    """

    TVDB_SHOW = "tvdb_show"
    TMDB_SHOW = "tmdb_show"
    TMDB_MOVIE = "tmdb_movie"
    IMDB_MOVIE = "imdb_movie"
    ANIDB = "anidb"
    ANILIST = "anilist"
    MAL = "mal"

    @property
    def is_film(self) -> bool:
        """Whether its titles are films, which have no seasons."""
        return self in (Provider.TMDB_MOVIE, Provider.IMDB_MOVIE)


class TargetId(NamedTuple):
    """A show or film of a provider. The id is a number as text, or a `tt…` id."""

    provider: Provider
    id: str


class Spot(NamedTuple):
    """An episode of a target by season and number; a film is `FILM`."""

    season: int
    number: int


FILM = Spot(-1, 1)

ABSOLUTE = -2
"""In place of a season: the numbers count through all seasons of the target, without its specials.

Such a placement has no spots before somebody laid it out over the seasons.
"""


class Origin(StrEnum):
    """Where a placement comes from, the most trusted first (I1)."""

    MANUAL = "manual"
    AGENT = "agent"
    """The library itself says which anime it is."""
    ANIBRIDGE = "anibridge"
    ANIME_LISTS = "anime_lists"
    FRIBB = "fribb"


class Span(NamedTuple):
    """Episodes from `first` to `last`, both included; `last` None: as far as there are any."""

    first: int
    last: int | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A range of AniList episodes, and where it lies in one season of the target.

    `season` is -1 for a film. `targets` are taken one after the other. `ratio` n > 1: one source
    episode is n target episodes; n < -1: -n source episodes are one target episode.
    """

    source: Span
    season: int
    targets: tuple[Span, ...]
    ratio: int = 1


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one AniList entry lies in one show or film."""

    anilist: int
    target: TargetId
    segments: tuple[Segment, ...]
    origin: Origin
