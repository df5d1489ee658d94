"""What of films and shows is watched, read whole.

Two readings of the episodes, each with what the other has not:

- *whole*: every play with its date, by the ids of shows and episodes, in one request however much
  it is. Nothing in the answer says that it is all; `/users/me/stats` does, for one more.
- *paged*: by season and number, with the ids of the shows, in a request for each hundred shows. Its
  headers say how many there are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from ...http import Answer, Refused
from ...model import Ids
from ..shape import Misshapen, Row, array, child, children, mapping, moment_or_none, number, read
from . import shapes
from .api import TraktApi, page_header
from .moments import date_of, number_of, watched_at

type Place = tuple[int, int]
"""Season and number of an episode."""


class Seen(NamedTuple):
    """How often something was played, and when: `dates` has what is known of that (aware, UTC).

    All dates from the whole reading, the last one alone from the paged one.
    """

    plays: int
    dates: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchedTitle:
    """A film or show of which something is watched."""

    ids: Ids
    title: str
    year: int | None
    seen: Seen


@dataclass(frozen=True, slots=True)
class WatchedShows:
    """All watched episodes, by Trakt's id of their show.

    From the whole reading `by_id`, with Trakt's ids of the episodes; from the paged one `by_place`,
    and `titles`. What the reading has not is empty. `is_proven`: that it is all.
    """

    by_id: Mapping[int, Mapping[int, Seen]]
    by_place: Mapping[int, Mapping[Place, Seen]]
    titles: tuple[WatchedTitle, ...]
    is_proven: bool = False

    @property
    def totals(self) -> Totals:
        """How much a whole reading has."""
        seen = [one for episodes in self.by_id.values() for one in episodes.values()]
        return Totals(len(self.by_id), len(seen), sum(one.plays for one in seen))

    def of(self, show: int, episode: int, season: int, number: int) -> Seen | None:
        """Return how an episode (ids at Trakt) was watched; None where it was not."""
        seen = self.by_id.get(show, {}).get(episode)
        return seen or self.by_place.get(show, {}).get((season, number))


class Totals(NamedTuple):
    """How much of all episodes was watched."""

    shows: int
    episodes: int
    plays: int


class Stats(NamedTuple):
    """How much was watched, as Trakt counts it."""

    of_episodes: Totals
    films: int
    film_plays: int


class TraktWatched:
    """Reads what is watched. All methods raise what those of TraktApi do."""

    def __init__(self, api: TraktApi) -> None:
        self._api = api

    async def films(self) -> tuple[WatchedTitle, ...]:
        """Return the watched films: a request for each 250 of them."""
        return await self._titles("/sync/watched/movies", "movie")

    async def shows(self) -> tuple[WatchedTitle, ...]:
        """Return the watched shows without their episodes: a request for each 250 of them."""
        return await self._titles("/sync/watched/shows", "show")

    async def episodes(
        self, holds: Callable[[WatchedShows], Awaitable[bool]] | None = None
    ) -> WatchedShows:
        """Return all watched episodes: by the whole reading, or by the paged one if that fails.

        Trakt is not asked to prove of a reading that it is all where it `holds` all that was known.
        """
        seen = await self.episodes_whole()
        if seen is not None and holds is not None and await holds(seen):
            return seen
        if seen is not None and seen.totals == (await self.stats()).of_episodes:
            return replace(seen, is_proven=True)
        return await self.episodes_paged()

    async def episodes_whole(self) -> WatchedShows | None:
        """Return the whole reading, which is all if its totals say so; None where there is none."""
        try:
            answer = await self._api.get(
                "/users/me/watched/shows",
                own=True,
                extended="min",
                season_numbers="true",
                specials="true",
            )
        except Refused as error:
            if error.status == 413:  # of ninety-nine thousand episodes on
                return None
            raise
        by_id = await read(answer, _whole)
        return None if _is_in_pages(answer) else WatchedShows(by_id, {}, ())

    async def stats(self) -> Stats:
        """Return how much there is of all that the readings should have."""
        return await read(await self._api.get("/users/me/stats", own=True), _stats)

    async def episodes_paged(self) -> WatchedShows:
        """Return the paged reading."""
        rows = await self._api.all(
            "/sync/watched/shows",
            lambda row: (_title(row, "show"), _places(row)),
            own=True,
            key=lambda row: row[0].ids.trakt,
            extended="progress",
        )
        by_place = {title.ids.trakt: places for title, places in rows if title.ids.trakt}
        return WatchedShows({}, by_place, tuple(title for title, _ in rows), is_proven=True)

    async def begun_anew(self) -> dict[int, datetime]:
        """Return when shows were begun anew by their person, by Trakt's id of the show."""
        rows = await self._api.all(
            "/sync/progress/watched",
            _begun_anew,
            own=True,
            key=lambda row: row[0],
            only_rewatching="true",
        )
        return {show: at for show, at in rows if show is not None and at is not None}

    async def _titles(self, path: str, key: str) -> tuple[WatchedTitle, ...]:
        rows = await self._api.all(
            path, lambda row: _title(row, key), own=True, key=lambda title: title.ids.trakt
        )
        return tuple(rows)


def _is_in_pages(answer: Answer) -> bool:
    told = "X-Pagination-Page-Count" in answer.headers
    return told and page_header(answer, "Page-Count") > 1


def _title(row: Row, key: str) -> WatchedTitle:
    title = child(row, key)
    last = watched_at(row, "last_watched_at")
    return WatchedTitle(
        ids=shapes.ids(title),
        title=shapes.name(title),
        year=shapes.year(title),
        seen=Seen(number(row, "plays"), () if last is None else (last,)),
    )


def _begun_anew(row: Row) -> tuple[int | None, datetime | None]:
    return shapes.ids(child(row, "show")).trakt, moment_or_none(child(row, "progress"), "reset_at")


def _places(row: Row) -> dict[Place, Seen]:
    out: dict[Place, Seen] = {}
    for season in children(row, "seasons"):
        for episode in children(season, "episodes"):
            last = watched_at(episode, "last_watched_at")
            dates = () if last is None else (last,)
            place = (number(season, "number"), number(episode, "number"))
            out[place] = Seen(number(episode, "plays"), dates)
    return out


def _whole(value: object) -> dict[int, dict[int, Seen]]:
    """Read `{show: {"season id|season number": {episode: [dates]}}}`, in which all ids are keys."""
    # Nothing watched may be an empty array: languages differ in what an empty map looks like.
    shows = {} if value == [] else mapping(value)
    return {
        number_of(show): {
            number_of(episode): _seen(dates)
            for season in mapping(seasons, "show").values()
            for episode, dates in mapping(season, "season").items()
        }
        for show, seasons in shows.items()
    }


def _seen(dates: object) -> Seen:
    plays = array(dates, "dates")
    if not plays:
        raise Misshapen("an episode without plays")
    known = (date for date in map(date_of, plays) if date is not None)
    return Seen(len(plays), tuple(sorted(known)))


def _stats(value: object) -> Stats:
    row = mapping(value)
    shows, episodes, films = child(row, "shows"), child(row, "episodes"), child(row, "movies")
    return Stats(
        Totals(number(shows, "watched"), number(episodes, "watched"), number(episodes, "plays")),
        number(films, "watched"),
        number(films, "plays"),
    )
