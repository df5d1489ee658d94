"""What people and library scanners do to the server meanwhile: for tests to play."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..catalog import CatalogTitle
from .clock import Clock
from .codes import MediaStatus
from .core import Core, Sent
from .effects import request_removed, save_media
from .handlers_blocklist import block, unblock
from .handlers_media import new_season
from .handlers_requests import set_status
from .rows import MediaRow, MediaSeason, RequestRow, SeerrUser
from .settings import Settings
from .tmdb import Tmdb

OWNER = 1


class People:
    """Looks at, and meddles with, a server from the test's side.

    Everything here takes effect at once. Rows never change in one's hands: look again.
    """

    def __init__(self, core: Core) -> None:
        """Meddle with this server."""
        self.core = core

    @property
    def clock(self) -> Clock:
        """Return the server's clock, to be moved."""
        return self.core.clock

    @property
    def settings(self) -> Settings:
        """Return the server's settings, to be changed."""
        return self.core.settings

    @property
    def tmdb(self) -> Tmdb:
        """Return the TMDB behind the server: `tmdb.failure = 500` takes it down."""
        return self.core.tmdb

    @property
    def sent(self) -> list[Sent]:
        """Return what Radarr and Sonarr were asked to get."""
        return self.core.sent

    @property
    def requests(self) -> list[RequestRow]:
        """Return all requests, the oldest first."""
        self.core.settle()
        return list(self.core.tables.requests.values())

    @property
    def media(self) -> list[MediaRow]:
        """Return all titles that the server knows of, the oldest first."""
        self.core.settle()
        return list(self.core.tables.media.values())

    @property
    def overlapping_posts(self) -> int:
        """Return how many requests for titles began while another was in flight."""
        return self.core.flights.overlapping

    @property
    def post_seconds(self) -> float:
        """Return how long a request for a title takes: 0 is as short as possible."""
        return self.core.flights.seconds

    @post_seconds.setter
    def post_seconds(self, seconds: float) -> None:
        self.core.flights.seconds = seconds

    def media_of(self, tmdb: int, is_show: bool) -> MediaRow | None:
        """Return what the server knows of a title."""
        self.core.settle()
        return self.core.tables.find_media(is_show, tmdb)

    def requests_of(self, tmdb: int, is_show: bool) -> list[RequestRow]:
        """Return the requests for a title, the oldest first."""
        self.core.settle()
        return self.core.tables.requests_of_title(is_show, tmdb)

    def requested_titles(self) -> set[tuple[bool, int]]:
        """Return (is_show, TMDB id) of everything that has a request."""
        return {(request.is_show, request.tmdb) for request in self.requests}

    def requested_seasons(self, tmdb: int, *, is4k: bool = False) -> set[int]:
        """Return the seasons of a show that requests in one quality ask for."""
        requests = self.requests_of(tmdb, is_show=True)
        return {
            number
            for request in requests
            if request.is4k is is4k
            for number in request.season_numbers
        }

    def add_user(self, user: SeerrUser) -> None:
        """Let somebody use the server, or change their permissions and quota."""
        self.core.tables.users[user.id] = user

    def add_title(self, title: CatalogTitle) -> None:
        """Let TMDB know a title, or another season of it. The server's cache is emptied."""
        self.tmdb.put(title)

    def add_library(
        self,
        titles: Iterable[CatalogTitle],
        status: int = MediaStatus.AVAILABLE,
        status4k: int = MediaStatus.UNKNOWN,
    ) -> None:
        """Let a scan find many titles that the server knows nothing of yet, quickly.

        Of available shows all seasons are there, of partly available ones the first. Requested
        ones (pending, processing) have no seasons yet, as on the real servers.
        """
        now = self.core.now()
        tables = self.core.tables
        for title in titles:
            if tables.find_media(title.is_show, title.tmdb) is not None:
                raise ValueError(f"{title.title} is in the library already")
            number = tables.next_id("media")
            has = [season.number for season in title.seasons if season.number > 0]
            if status == MediaStatus.PARTIAL:
                has = has[:1]
            elif status not in (MediaStatus.AVAILABLE, MediaStatus.DELETED):
                has = []
            state = MediaStatus.AVAILABLE if status == MediaStatus.PARTIAL else status
            seasons = tuple(
                MediaSeason(tables.next_id("season"), season, state, status4k, now, now)
                for season in has
            )
            tables.put_media(
                MediaRow(
                    number,
                    title.is_show,
                    title.tmdb,
                    title.tvdb if title.is_show else None,
                    title.imdb,
                    status,
                    status4k,
                    now,
                    now,
                    now,
                    seasons,
                    rating_key=str(number),
                )
            )

    def make_available(
        self,
        tmdb: int,
        is_show: bool,
        seasons: Iterable[int] | None = None,
        is4k: bool = False,
    ) -> MediaRow:
        """Let a scan find a film, or seasons of a show (all regular ones, if none are named)."""
        row = self._row(tmdb, is_show)
        if is_show:
            regular = self._regular_seasons(tmdb)
            found = sorted(regular) if seasons is None else list(seasons)
            for number in found:
                row = self._with_season(row, number, MediaStatus.AVAILABLE, is4k)
            row = row.with_state(is4k, self._extent(row, regular, is4k))
        else:
            row = row.with_state(is4k, MediaStatus.AVAILABLE)
        return self._save(row)

    def delete_media(
        self,
        tmdb: int,
        is_show: bool,
        seasons: Iterable[int] | None = None,
        is4k: bool = False,
    ) -> MediaRow:
        """Let a person delete a title, or seasons of it, from the library, and a scan notice.

        Seerr's family marks it 7 and keeps the requests; Overseerr marks it 1 and drops them.
        """
        row = self._row(tmdb, is_show)
        gone = MediaStatus.DELETED if self.core.flavour.merged else MediaStatus.UNKNOWN
        having = (MediaStatus.AVAILABLE, MediaStatus.PARTIAL)
        has = [season.number for season in row.seasons if season.state(is4k) in having]
        lost = has if seasons is None else list(seasons)
        for number in lost if is_show else ():
            row = self._with_season(row, number, gone, is4k)
        left = [season for season in row.seasons if season.state(is4k) in having]
        row = row.with_state(is4k, MediaStatus.PARTIAL if is_show and left else gone)
        row = self._save(row)
        if not self.core.flavour.merged:
            self._drop_requests(row, lost, is4k)
        return row

    def clear_media(self, tmdb: int, is_show: bool) -> None:
        """Let a person press "clear data": the server forgets title and requests."""
        row = self.media_of(tmdb, is_show)
        if row is None:
            raise LookupError(f"nothing is known of {tmdb}")
        self.core.tables.remove_media(row)

    def set_status(
        self,
        tmdb: int,
        is_show: bool,
        status: int,
        season: int | None = None,
        is4k: bool = False,
    ) -> MediaRow:
        """Give a title, or one season of it alone, any status, with what follows from that."""
        row = self._row(tmdb, is_show)
        if season is None:
            row = row.with_state(is4k, status)
        else:
            row = self._with_season(row, season, status, is4k)
        return self._save(row)

    def approve(self, request_id: int, by: int = OWNER) -> None:
        """Let somebody approve a request."""
        self._decide(request_id, by, approving=True)

    def decline(self, request_id: int, by: int = OWNER) -> None:
        """Let somebody decline a request."""
        self._decide(request_id, by, approving=False)

    def remove_request(self, request_id: int) -> None:
        """Let somebody take a request back."""
        self.core.settle()
        request = self.core.tables.requests[request_id]
        self.core.tables.remove_request(request)
        request_removed(self.core, request)
        self.core.settle()

    def block(self, tmdb: int, is_show: bool) -> None:
        """Let the owner put a title on the blocklist."""
        block(self.core, is_show, tmdb, title=None, user=OWNER)
        self.core.settle()

    def unblock(self, tmdb: int, is_show: bool) -> None:
        """Let the owner take a title off the blocklist."""
        unblock(self.core, is_show, tmdb)

    def revive(self) -> None:
        """Let somebody start a crashed server again. What it had cached is gone."""
        self.core.crashed = False
        self.core.tmdb.forget()
        self.core.settle()

    def _decide(self, request_id: int, by: int, *, approving: bool) -> None:
        self.core.settle()
        set_status(self.core, self.core.tables.requests[request_id], approving=approving, by=by)
        self.core.settle()

    def _save(self, row: MediaRow) -> MediaRow:
        saved = save_media(self.core, row)
        self.core.settle()
        return saved

    def _row(self, tmdb: int, is_show: bool) -> MediaRow:
        """Return a title's row, made by a scan if there is none."""
        self.core.settle()
        row = self.core.tables.find_media(is_show, tmdb)
        if row is not None:
            return row
        title = self.tmdb.known(is_show, tmdb)
        if title is None:
            raise LookupError(f"{tmdb} is not in the catalogue")
        self.add_library([title], status=MediaStatus.UNKNOWN)
        row = self.core.tables.find_media(is_show, tmdb)
        if row is None:
            raise LookupError(tmdb)
        return row

    def _regular_seasons(self, tmdb: int) -> set[int]:
        title = self.tmdb.known(True, tmdb)
        return {season.number for season in title.seasons if season.number > 0} if title else set()

    def _with_season(self, row: MediaRow, number: int, status: int, is4k: bool) -> MediaRow:
        seasons = {season.number: season for season in row.seasons}
        season = seasons.get(number) or new_season(self.core, number)
        seasons[number] = season.with_state(is4k, status)
        return replace(row, seasons=tuple(seasons.values()))

    @staticmethod
    def _extent(row: MediaRow, regular: set[int], is4k: bool) -> MediaStatus:
        there = {
            season.number for season in row.seasons if season.state(is4k) == MediaStatus.AVAILABLE
        }
        return MediaStatus.AVAILABLE if regular <= there else MediaStatus.PARTIAL

    def _drop_requests(self, row: MediaRow, lost: list[int], is4k: bool) -> None:
        """Take the lost film, or seasons, out of the requests, as Overseerr does."""
        tables = self.core.tables
        for request in tables.requests_of_media(row.id):
            if request.is4k is not is4k:
                continue
            seasons = tuple(season for season in request.seasons if season.number not in lost)
            if seasons:
                tables.put_request(replace(request, seasons=seasons))
            else:
                tables.remove_request(request)
