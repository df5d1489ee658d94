"""The household's services, running, each on ports of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import aiohttp

from . import household as home
from .anime.filling import fill_trakt
from .imdb import ImdbSimulator
from .seerr import SeerrSimulator
from .titles import real_titles
from .trakt import App, Entry, TraktSimulator
from .watching import IMDB_IDS, Watching, WatchingPorts

if TYPE_CHECKING:
    from .base import Simulator
    from .trakt import TraktList

TRAKT_USER = "household"
TRAKT_APP = App("demo-trakt-client-id", "demo-trakt-client-secret")


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the services listen; 0 is a free port."""

    seerr: int = 0
    imdb: int = 0
    trakt_api: int = 0
    trakt_auth: int = 0
    watching: WatchingPorts = field(default_factory=WatchingPorts)


@dataclass(slots=True)
class World:
    """All services, and Trakt's lists by name."""

    seerr: SeerrSimulator
    imdb: ImdbSimulator
    trakt: TraktSimulator
    watching: Watching

    @classmethod
    def new(cls) -> Self:
        """Make the services as they are before anything has happened."""
        seerr = SeerrSimulator(
            catalog=real_titles(),
            users=home.USERS,
            api_key=home.API_KEY,
            vapid_public=home.VAPID_PUBLIC,
        )
        seerr.settings.radarr = list(home.RADARR)
        seerr.settings.sonarr = list(home.SONARR)
        # A real server takes its time; two requests at once would be seen.
        seerr.post_seconds = 0.02
        imdb = ImdbSimulator(real_titles())
        # What is anime comes to Trakt with its history, by other seasons than the catalogue's.
        others = [title for title in real_titles() if title.imdb not in IMDB_IDS]
        trakt = TraktSimulator(others, app=TRAKT_APP, interval=1)
        return cls(seerr, imdb, trakt, Watching.new())

    @property
    def addresses(self) -> dict[str, str]:
        """Return where the public services are, under the names of the integration's endpoints."""
        return {
            "imdb": self.imdb.url,
            "trakt_api": self.trakt.api_url,
            "trakt_auth": self.trakt.auth_url,
            **self.watching.addresses,
        }

    @property
    def services(self) -> dict[str, Simulator]:
        """Return the services by name."""
        return {
            "seerr": self.seerr,
            "imdb": self.imdb,
            "trakt": self.trakt,
            **self.watching.services,
        }

    def trakt_list(self, name: str) -> TraktList:
        """Return one of Trakt's lists, or raise LookupError."""
        for found in self.trakt.state.lists.values():
            if found.name == name:
                return found
        raise LookupError(f"Trakt has no list {name!r}")

    async def start(self, ports: Ports) -> None:
        """Serve."""
        await self.seerr.start(ports.seerr)
        await self.imdb.start(ports.imdb)
        await self.trakt.start(ports.trakt_api, auth_port=ports.trakt_auth)
        await self.watching.start(ports.watching)

    async def stop(self) -> None:
        """Stop serving."""
        await self.watching.stop()
        await self.trakt.stop()
        await self.imdb.stop()
        await self.seerr.stop()

    async def furnish(self) -> None:
        """Let happen what happened before the first sync. The services have to be running."""
        self._fill_lists()
        self._fill_library()
        self.watching.furnish()
        fill_trakt(self.trakt, TRAKT_USER)
        await self._let_guest_ask()
        self.forget_requests()

    def forget_requests(self) -> None:
        """Begin counting anew on all services."""
        for service in self.services.values():
            service.forget_requests()

    def _fill_lists(self) -> None:
        imdb, trakt = self.imdb, self.trakt
        imdb.add_title(home.HOME_MOVIE)
        imdb.add_list(home.FILM_NIGHT, "Film night", home.film_night())
        imdb.add_watchlist(home.KIDS_WATCHLIST, home.kids_watchlist())
        imdb.set_chart(home.CHART, home.chart())

        trakt.add_user(TRAKT_USER, username="household")
        evenings = (
            *home.EVENINGS_AVAILABLE,
            *home.EVENINGS_MISSING,
            *home.EVENINGS_REQUESTED,
            *home.EVENINGS_TAKEN_BACK,
        )
        trakt.add_list(TRAKT_USER, home.EVENINGS, home.named(*evenings))
        reference = (*home.REFERENCE_AVAILABLE, *home.REFERENCE_MISSING, *home.REFERENCE_BLOCKED)
        trakt.add_list(TRAKT_USER, home.REFERENCE, home.named(*reference), privacy="private")
        watchlist = (
            *home.WATCHLIST_AVAILABLE,
            *home.WATCHLIST_FILMS,
            *home.WATCHLIST_SHARED,
            *home.WATCHLIST_SHOWS,
        )
        season_show, season = home.WATCHLIST_SEASON
        episode_show, episode_season, episode = home.WATCHLIST_EPISODE
        trakt.add_to_watchlist(
            [
                *home.named(*watchlist),
                Entry(home.named(season_show)[0], season),
                Entry(home.named(episode_show)[0], episode_season, episode),
            ],
            TRAKT_USER,
        )

    def _fill_library(self) -> None:
        seerr = self.seerr
        there = (
            *home.FILM_NIGHT_AVAILABLE,
            *home.KIDS_AVAILABLE,
            *home.CHART_AVAILABLE,
            *home.EVENINGS_AVAILABLE,
            *home.WATCHLIST_AVAILABLE,
            *home.DELETED,
            *home.ELSEWHERE,
        )
        seerr.add_library(home.named(*there))
        for name, seasons in home.PARTLY.items():
            seerr.make_available(home.named(name)[0].tmdb, is_show=True, seasons=seasons)
        for title in home.named(*home.DELETED):
            seerr.delete_media(title.tmdb, title.is_show)
        for title in home.named(*home.REFERENCE_AVAILABLE):
            seerr.make_available(title.tmdb, title.is_show, is4k=True)
        for title in home.named(*home.FILM_NIGHT_BLOCKED):
            seerr.block(title.tmdb, title.is_show)

    async def _let_guest_ask(self) -> None:
        """Have the guest ask for a few titles, as one does by hand, and the owner decide."""
        async with aiohttp.ClientSession() as session:
            asked = [await self._ask(session, name) for name in home.FILM_NIGHT_REQUESTED]
            self.seerr.approve(asked[-1])
            for name in home.EVENINGS_REQUESTED:
                await self._ask(session, name)
            self.seerr.decline(await self._ask(session, home.FILM_NIGHT_TAKEN_BACK[-1]))

    async def _ask(self, session: aiohttp.ClientSession, name: str) -> int:
        (title,) = home.named(name)
        body: dict[str, object] = {
            "mediaType": "tv" if title.is_show else "movie",
            "mediaId": title.tmdb,
            "is4k": False,
        }
        if title.is_show:
            body["seasons"] = [title.seasons[-1].number]
        headers = {"X-Api-Key": home.API_KEY, "X-Api-User": str(home.GUEST.id)}
        url = f"{self.seerr.url}/api/v1/request"
        async with session.post(url, json=body, headers=headers) as response:
            response.raise_for_status()
            number: int = (await response.json())["id"]
            return number
