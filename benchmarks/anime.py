"""A long anime list with its trackers, simulated in a process of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

from simulators.anilist import VIEWER, AniListMedia, AniListSimulator, Clock, RateLimit
from simulators.catalog import CatalogTitle, Season
from simulators.plex import Episode, PlexSimulator
from simulators.trakt import Entry, GetLimit, TraktSimulator

from .beside import Beside

SEASONS = 3
EPISODES = 10
WATCHED = 6
"""Of each entry's ten episodes."""
BEHIND = 100
"""One entry in so many is one episode behind on the trackers when all begins."""
_AHEAD = {"plex": 25, "trakt": 75}
"""And one in so many is one episode ahead on each of them: those with this remainder."""

_BEGAN = datetime(2015, 1, 5, tzinfo=UTC)
_LONG_AGO = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services are, and what signs in there."""

    anilist: str
    anilist_token: str
    anilist_user: int
    plex: str
    plex_token: str
    libraries: tuple[str, ...]
    trakt: str
    trakt_auth: str
    trakt_tokens: tuple[str, str]
    trakt_app: tuple[str, str]


class _Clock(Clock):
    """Time that passes with what is saved, as fast as AniList takes it: ten changes in two seconds.

    What was saved within one second is asked for again by every sync that follows.
    """

    def stamp(self) -> int:
        """Let a fifth of a second pass, and return the time."""
        self.advance(0.2)
        return super().stamp()


class AnimeServices(Beside[Addresses]):
    """AniList with `entries`, and Plex and Trakt with `shows`, nearly all of it in step.

    Every entry was watched in an hour of its own.
    """

    def __init__(self, entries: int, shows: int) -> None:
        super().__init__(_serve, entries, shows)

    def watch_one(self, where: str) -> None:
        """Let the person watch one more episode, as anilist, plex or trakt has it."""
        self._ask(where)

    def leave_nothing_out(self) -> None:
        """Let the Plex server answer with all there is, whatever is not wanted of it."""
        self._ask("leave nothing out")


def show_of(entry: int) -> tuple[int, int]:
    """Return the show (by its TMDB number) and the season that an entry is; both from 1 on."""
    show, season = divmod(entry - 1, SEASONS)
    return 100_000 + show, season + 1


def _media(entry: int) -> AniListMedia:
    began = _began(show_of(entry)[1])
    ended = began + timedelta(weeks=EPISODES - 1)
    return AniListMedia(
        entry,
        f"Generated {entry}",
        episodes=EPISODES,
        start=(began.year, began.month, began.day),
        end=(ended.year, ended.month, ended.day),
    )


def _began(season: int) -> datetime:
    return _BEGAN + timedelta(days=364 * (season - 1))


def _title(number: int) -> CatalogTitle:
    return CatalogTitle(
        is_show=True,
        tmdb=100_000 + number,
        imdb=f"tt{9_000_000 + number}",
        tvdb=500_000 + number,
        trakt=700_000 + number,
        title=f"Generated show {number}",
        year=2015,
        seasons=tuple(
            Season(season, EPISODES, _began(season).date().isoformat())
            for season in range(1, SEASONS + 1)
        ),
        imdb_type="tvSeries",
    )


def _serve(pipe: Connection[Any, Any], entries: int, shows: int) -> None:
    asyncio.run(_until_stopped(pipe, entries, shows))


def _watched(entry: int, where: str) -> int:
    """Return how many episodes of an entry were watched on a tracker."""
    return WATCHED - (entry % BEHIND == 0) + (entry % BEHIND == _AHEAD[where])


async def _until_stopped(pipe: Connection[Any, Any], entries: int, shows: int) -> None:
    anilist = AniListSimulator(limit=RateLimit(1_000_000), clock=_Clock())
    anilist.add_media(*(_media(entry) for entry in range(1, entries + 1)))
    for entry in range(1, entries + 1):
        anilist.add_entry(
            VIEWER, entry, "CURRENT", progress=WATCHED, updated_at=_LONG_AGO + _HOUR * entry
        )
    plex, trakt = PlexSimulator(), TraktSimulator(write_interval=0)
    titles = [_title(number) for number in range(shows)]
    library = plex.server.add_library("Anime")
    plex.server.add_titles(library, titles)
    trakt.know(titles)
    trakt.limit_reads(GetLimit(1_000_000, 300))
    there = {item.title: item for item in library.items.values()}

    def place(entry: int) -> tuple[CatalogTitle, int]:
        tmdb, season = show_of(entry)
        return titles[tmdb - 100_000], season

    def leaf(entry: int, number: int) -> Episode:
        title, season = place(entry)
        return there[title.title].seasons[season].episodes[number]  # type: ignore[union-attr]

    for entry in range(1, entries + 1):
        at = _LONG_AGO + _HOUR * entry
        plays = [Entry(*place(entry), number + 1) for number in range(_watched(entry, "trakt"))]
        trakt.watch(plays, datetime.fromtimestamp(at, UTC))
        for number in range(1, _watched(entry, "plex") + 1):
            plex.state.views.watched(plex.owner, leaf(entry, number), at + 60 * number)
    services = {"anilist": anilist, "plex": plex.server, "trakt": trakt}
    for service in services.values():
        service.keep_exchanges = False
    async with anilist, plex, trakt:
        pair = trakt.sign_in()
        pipe.send(
            Addresses(
                anilist.url,
                anilist.sign_in(),
                anilist.user().id,
                plex.server.url,
                plex.sign_in(),
                (library.uuid,),
                trakt.api_url,
                trakt.auth_url,
                (pair.access_token, pair.refresh_token),
                (trakt.app.client_id, trakt.app.client_secret),
            )
        )
        loop = asyncio.get_running_loop()
        last = 0
        while (asked := await loop.run_in_executor(None, pipe.recv)) != "stop":
            if asked in services:
                last += 1
                if asked == "anilist":
                    anilist.change_entry(VIEWER, last, progress=WATCHED + 1)
                elif asked == "plex":
                    plex.server.watch(plex.owner, leaf(last, WATCHED + 1))
                else:
                    trakt.watch([Entry(*place(last), WATCHED + 1)], datetime.now(UTC))
                pipe.send(None)
                continue
            if asked == "leave nothing out":
                plex.server.browsing.trims = False
                pipe.send(None)
                continue
            counted: dict[str, int] = {}
            for name, service in services.items():
                for kind, count in service.counts.items():
                    method = "reads" if kind.startswith("GET") else "writes"
                    key = f"{name} {'requests' if name == 'anilist' else method}"
                    if "season" in kind and name == "trakt":
                        key = "trakt seasons"
                    counted[key] = counted.get(key, 0) + count
                service.forget_requests()
            pipe.send(counted)
