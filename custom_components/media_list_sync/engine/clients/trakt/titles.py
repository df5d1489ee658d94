"""Looking titles up by an id, and the seasons and episodes of a show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ...model import Ids, MediaType
from ..shape import (
    Misshapen,
    Row,
    child,
    children,
    moment_or_none,
    number,
    number_or_none,
    read,
    text,
)
from . import shapes
from .api import TraktApi, part

type Source = Literal["trakt", "tmdb", "tvdb", "imdb"]


@dataclass(frozen=True, slots=True)
class TraktTitle:
    """A film or a show."""

    media_type: MediaType
    ids: Ids
    title: str
    year: int | None


@dataclass(frozen=True, slots=True)
class TraktEpisode:
    """An episode; `trakt` is its own id. `first_aired` (aware, UTC) None: no date is set."""

    season: int
    number: int
    trakt: int
    tvdb: int | None
    tmdb: int | None
    first_aired: datetime | None


@dataclass(frozen=True, slots=True)
class TraktSeason:
    """A season with all its episodes, in their order. Number 0 has the specials."""

    number: int
    trakt: int
    tvdb: int | None
    tmdb: int | None
    episodes: tuple[TraktEpisode, ...]


class TraktTitles:
    """Looks titles up. All methods raise what those of TraktApi do."""

    def __init__(self, api: TraktApi) -> None:
        self._api = api

    async def find(
        self, source: Source, value: int | str, media_type: MediaType
    ) -> tuple[TraktTitle, ...]:
        """Return the films or shows of an id: none, one, or (by a mistake of Trakt's) several.

        ValueError for films by TVDB, whose ids for them Trakt does not have.
        """
        if source == "tvdb" and media_type is MediaType.MOVIE:
            raise ValueError("Trakt has no TVDB ids of films")
        path = f"/search/{source}/{part(value)}"
        answer = await self._api.get(path, own=self._api.is_signed_in, type=str(media_type))
        return tuple(await read(answer, shapes.rows(_found)))

    async def seasons(self, show: int) -> tuple[TraktSeason, ...]:
        """Return all seasons of a show, by its id at Trakt, with all their episodes."""
        path = f"/shows/{show}/seasons"
        answer = await self._api.get(path, own=self._api.is_signed_in, extended="full,episodes")
        return tuple(await read(answer, shapes.rows(_season)))


def _found(row: Row) -> TraktTitle:
    kind = text(row, "type")
    if kind not in list(MediaType):
        raise Misshapen("another type than was asked for")
    title = child(row, kind)
    return TraktTitle(MediaType(kind), shapes.ids(title), shapes.name(title), shapes.year(title))


def _season(row: Row) -> TraktSeason:
    ids, season = child(row, "ids"), number(row, "number")
    episodes = sorted(map(_episode, children(row, "episodes")), key=lambda one: one.number)
    # In the spring of 2026 the list of episodes came empty for some weeks.
    if not episodes and number_or_none(row, "episode_count"):
        raise Misshapen("a season without its episodes")
    if any(episode.season != season for episode in episodes):
        raise Misshapen("episodes of another season")
    return TraktSeason(
        season,
        number(ids, "trakt"),
        number_or_none(ids, "tvdb") or None,
        number_or_none(ids, "tmdb") or None,
        tuple(episodes),
    )


def _episode(row: Row) -> TraktEpisode:
    ids = child(row, "ids")
    return TraktEpisode(
        number(row, "season"),
        number(row, "number"),
        number(ids, "trakt"),
        number_or_none(ids, "tvdb") or None,
        number_or_none(ids, "tmdb") or None,
        moment_or_none(row, "first_aired"),
    )
