"""A Plex media server: what is in its libraries, what was watched, and marking it so."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from typing import Final
from urllib.parse import quote

from yarl import URL

from ...http import Answer, CredentialsRejected, Doorway, Forbidden, NotFound
from ...model import MediaType
from ..shape import Row, read
from . import shapes
from .address import identify
from .errors import CutShort, refusal
from .headers import plex_headers
from .models import (
    Notification,
    PlexChanges,
    PlexEpisode,
    PlexIdentity,
    PlexMovie,
    PlexSeason,
    PlexSection,
    PlexShow,
)
from .notifications import read_notifications
from .pages import Ask, in_pages, latest, whole

FIRST: Final = 500
"""Rows of a first page: 1 MB where a server trims nothing, at 2 kB a row."""
MOST: Final = 2000
"""Rows of a page, at most: where they are short, their number is what takes time."""

_MOVIE, _SHOW, _EPISODE = 1, 2, 4
_IDENTIFIER = "com.plexapp.plugins.library"

# What is never looked at. A server leaves out what it can: "requests, not guarantees".
_ELEMENTS = (
    "Media,Genre,Country,Collection,Director,Writer,Producer,Role,Similar,Label,Field,Image,"
    "UltraBlurColors,Rating,Chapter,Marker,Location"
)
_FIELDS = (
    "summary,tagline,titleSort,originalTitle,slug,thumb,art,banner,hero,theme,composite,studio,"
    "contentRating,contentRatingAge,rating,ratingImage,audienceRating,audienceRatingImage,duration,"
    "addedAt,chapterSource,primaryExtraKey,key"
)
_TITLES: Mapping[str, str | int] = {
    "includeGuids": 1,
    "excludeElements": _ELEMENTS,
    "excludeFields": _FIELDS,
}
_EPISODES: Mapping[str, str | int] = {
    "excludeElements": f"{_ELEMENTS},Guid",
    "excludeFields": (
        f"{_FIELDS},title,year,guid,parentKey,parentGuid,parentTitle,parentThumb,parentYear,"
        "grandparentKey,grandparentGuid,grandparentSlug,grandparentTitle,grandparentThumb,"
        "grandparentArt,grandparentTheme"
    ),
}


class PlexServer:
    """Asks one server, as the person of `token`, whose watch states it reads and writes.

    Every method raises Unreachable, Limited, InvalidAnswer (CutShort and ChangedWhileRead among
    them) and Refused; CredentialsRejected where the token is not good; Forbidden; and NotFound for
    a library or item that is not there. Reads are repeated by the doorway. Writes are not: after
    Unreachable that was `sent`, and after InvalidAnswer, one may have been carried out, and the
    item is to be read before it is written again.
    """

    def __init__(self, doorway: Doorway, address: str, client_id: str, token: str) -> None:
        self._doorway = doorway
        self._address = address.rstrip("/")
        self._client_id = client_id
        self._headers = plex_headers(client_id, token)

    async def identity(self) -> PlexIdentity:
        """Return which server this is. Proves nothing about the token."""
        return await identify(self._doorway, self._address, self._client_id)

    async def sections(self) -> tuple[PlexSection, ...]:
        """Return the libraries of films and of shows that the person may see."""
        return await read(await self._get("/library/sections"), shapes.sections)

    async def default_ordering(self, section: PlexSection) -> str | None:
        """Return whose numbering a library's shows have that do not say so themselves.

        None where that is not known: only the owner may see its settings, and a library by an
        older agent has no such setting.
        """
        path = f"/library/sections/{_part(section.key)}/prefs"
        try:
            return await read(await self._get(path), shapes.ordering)
        except CredentialsRejected, Forbidden, NotFound:
            # A token that is not good shows elsewhere.
            return None

    async def shows(self, section: PlexSection) -> tuple[PlexShow, ...]:
        """Return the shows of a library."""
        return await self._whole(_all_of(section), {"type": _SHOW, **_TITLES}, shapes.show)

    async def movies(self, section: PlexSection) -> tuple[PlexMovie, ...]:
        """Return the films of a library."""
        return await self._whole(_all_of(section), {"type": _MOVIE, **_TITLES}, shapes.movie)

    def episodes(self, section: PlexSection) -> AsyncGenerator[tuple[PlexEpisode, ...]]:
        """Yield the episodes of a library in pages of about 1 MB.

        They count only once the last page has come: ChangedWhileRead is raised at the end, too.
        """
        ask = self._ask(_all_of(section), {"type": _EPISODE, **_EPISODES})
        return in_pages(ask, shapes.episode, first=FIRST, most=MOST)

    async def leaves(self, show: str) -> tuple[PlexEpisode, ...]:
        """Return the episodes of one show."""
        path = f"/library/metadata/{_part(show)}/allLeaves"
        return await self._whole(path, _EPISODES, shapes.episode)

    async def seasons(self, show: str) -> tuple[PlexSeason, ...]:
        """Return the seasons of one show, of which the key marks all episodes at once."""
        path = f"/library/metadata/{_part(show)}/children"
        return await self._whole(path, {"excludeAllLeaves": 1}, shapes.season)

    async def changed_since(self, section: PlexSection, when: int) -> PlexChanges:
        """Return what was watched at `when` or later (seconds since 1970): one request.

        What a person unmarked has no time any more, and is not among it.
        """
        return await self._changes(section, "lastViewedAt", lambda row: row.last_viewed_at, when)

    async def updated_since(self, section: PlexSection, when: int) -> PlexChanges:
        """Return what was added to a library, or changed in it, at `when` or later.

        What is gone is not among it.
        """
        return await self._changes(section, "updatedAt", lambda row: row.updated_at, when)

    async def mark_watched(self, key: str) -> None:
        """Mark a film or episode, or all episodes of a season or show, as watched.

        Never to be sent for what is watched already: each counts as one more play.
        """
        await self._put("/:/scrobble", {"key": key})

    async def mark_unwatched(self, key: str) -> None:
        """Take back `mark_watched`, and every play before it."""
        await self._put("/:/unscrobble", {"key": key})

    async def ratings(self, keys: Collection[str]) -> Mapping[str, float | None]:
        """Return what the person has rated items (films, shows, seasons), a page of them at most.

        One that is not there is not among them.
        """
        path = f"/library/metadata/{','.join(map(_part, keys))}"
        query = {"excludeElements": f"{_ELEMENTS},Guid", "excludeFields": _FIELDS}
        try:
            answer = await self._get(path, query)
        except NotFound:  # none of them
            return {}
        page = await read(answer, lambda value: shapes.page(value, shapes.rating))
        if len(page.rows) != page.says:
            raise CutShort(answer.service, answer.account, f"{len(page.rows)} rows of {page.says}")
        return {row.key: row.rating for row in page.rows}

    async def rate(self, key: str, rating: float | None) -> None:
        """Rate an item, from 0 to 10; None takes the rating away.

        For that it is sent -1: servers take it, and Plex's own clients send it, although the
        description begins at 0.
        """
        if rating is not None and not 0 <= rating <= 10:
            raise ValueError("a rating is from 0 to 10")
        await self._put(
            "/:/rate", {"key": key, "rating": "-1" if rating is None else f"{rating:g}"}
        )

    def notifications(
        self, opened: Callable[[], None] = lambda: None
    ) -> AsyncGenerator[Notification]:
        """Yield what happens on the server, for as long as it holds the connection.

        `opened` is called once there is one. Ends when the server ends it. Raises Unreachable where
        it breaks, CredentialsRejected, Forbidden and Refused. To connect anew, after a pause, is up
        to the caller.
        """
        # The description says "websocket"; every server and client, "websockets".
        url = self._url("/:/websockets/notifications", {})
        return read_notifications(self._doorway.listen(url, headers=self._headers, opened=opened))

    async def _changes(
        self,
        section: PlexSection,
        field: str,
        moment: Callable[[PlexEpisode | PlexMovie], int | None],
        when: int,
    ) -> PlexChanges:
        query: Mapping[str, str | int] = {f"{field}>": when, "sort": f"{field}:desc"}
        path = _all_of(section)
        if section.media_type is MediaType.MOVIE:
            ask = self._ask(path, {"type": _MOVIE, **query, **_TITLES})
            movies = await latest(ask, shapes.movie, moment, when, first=FIRST, most=MOST)
            return PlexChanges(movies=movies)
        ask = self._ask(path, {"type": _EPISODE, **query, **_EPISODES})
        episodes = await latest(ask, shapes.episode, moment, when, first=FIRST, most=MOST)
        return PlexChanges(episodes=episodes)

    async def _whole[T: PlexShow | PlexMovie | PlexEpisode | PlexSeason](
        self, path: str, query: Mapping[str, str | int], build: Callable[[Row], T]
    ) -> tuple[T, ...]:
        return await whole(self._ask(path, query), build, first=FIRST, most=MOST)

    def _ask(self, path: str, query: Mapping[str, str | int]) -> Ask:
        async def ask(start: int, size: int) -> Answer:
            return await self._get(path, query, start=start, size=size)

        return ask

    async def _get(
        self, path: str, query: Mapping[str, str | int] | None = None, **window: int
    ) -> Answer:
        """Ask, for the rows of a window (`start` and `size`) where there is one."""
        headers = self._headers | {
            f"X-Plex-Container-{name.title()}": str(value) for name, value in window.items()
        }
        answer = await self._doorway.get(self._url(path, query or {}), headers=headers)
        if answer.status != 200 or answer.is_html:
            raise refusal(answer)
        return answer

    async def _put(self, path: str, query: Mapping[str, str | int]) -> None:
        url = self._url(path, {"identifier": _IDENTIFIER, **query})
        answer = await self._doorway.send("PUT", url, headers=self._headers)
        # Done is answered with an empty page.
        if answer.status != 200 or (answer.is_html and answer.body.strip()):
            raise refusal(answer)

    def _url(self, path: str, query: Mapping[str, str | int]) -> URL:
        pairs = [f"{_part(name)}={_part(value)}" for name, value in query.items()]
        asked = f"?{'&'.join(pairs)}" if pairs else ""
        return URL(f"{self._address}{path}{asked}", encoded=True)


def _all_of(section: PlexSection) -> str:
    return f"/library/sections/{_part(section.key)}/all"


def _part(value: object) -> str:
    return quote(str(value), safe="")
