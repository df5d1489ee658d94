"""The database: rows by id, and the ways to find them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from .rows import BlocklistItem, MediaRow, RequestRow, SeerrUser


class Tables:
    """All rows. `version` moves with every change of a media row."""

    def __init__(self, users: Iterable[SeerrUser]) -> None:
        """Start with users and nothing else."""
        self.users = {user.id: user for user in users}
        self.media: dict[int, MediaRow] = {}
        self.requests: dict[int, RequestRow] = {}
        self.blocklist: dict[tuple[bool, int], BlocklistItem] = {}
        self.version = 0
        self._ids: Counter[str] = Counter()
        self._titles: defaultdict[tuple[bool, int], list[int]] = defaultdict(list)
        self._tvdb: dict[int, int] = {}
        self._of_media: defaultdict[int, dict[int, None]] = defaultdict(dict)
        self._of_user: defaultdict[int, dict[int, None]] = defaultdict(dict)

    def next_id(self, table: str) -> int:
        """Return a new row's id. Ids of removed rows do not come back."""
        self._ids[table] += 1
        return self._ids[table]

    def find_media(self, is_show: bool, tmdb: int) -> MediaRow | None:
        """Return the first row of a title: only posts in parallel ever make a second one."""
        ids = self._titles.get((is_show, tmdb))
        return self.media[ids[0]] if ids else None

    def has_tvdb(self, tvdb: int | None) -> bool:
        """Say whether a row has this TVDB id, which no second one may have then."""
        return tvdb in self._tvdb

    def put_media(self, row: MediaRow) -> MediaRow:
        """Insert a row, or put it in the place of the one with its id."""
        if row.tvdb is not None and self._tvdb.setdefault(row.tvdb, row.id) != row.id:
            raise ValueError(f"TVDB id {row.tvdb} is taken")
        if row.id not in self.media:
            self._titles[row.is_show, row.tmdb].append(row.id)
        self.media[row.id] = row
        self.version += 1
        return row

    def remove_media(self, row: MediaRow) -> None:
        """Remove a row with its requests, which the database does without telling anybody."""
        for request in self.requests_of_media(row.id):
            self.remove_request(request)
        del self.media[row.id]
        self._titles[row.is_show, row.tmdb].remove(row.id)
        if row.tvdb is not None and self._tvdb.get(row.tvdb) == row.id:
            del self._tvdb[row.tvdb]
        self.version += 1

    def put_request(self, row: RequestRow) -> RequestRow:
        """Insert a row, or put it in the place of the one with its id."""
        before = self.requests.get(row.id)
        if before is not None and before.requested_by != row.requested_by:
            del self._of_user[before.requested_by][row.id]
        self.requests[row.id] = row
        self._of_media[row.media_id][row.id] = None
        self._of_user[row.requested_by][row.id] = None
        return row

    def remove_request(self, row: RequestRow) -> None:
        """Remove a row."""
        del self.requests[row.id]
        del self._of_media[row.media_id][row.id]
        del self._of_user[row.requested_by][row.id]

    def requests_of_media(self, media_id: int) -> list[RequestRow]:
        """Return a media row's requests, the oldest first."""
        return [self.requests[number] for number in self._of_media.get(media_id, ())]

    def requests_of_title(self, is_show: bool, tmdb: int) -> list[RequestRow]:
        """Return a title's requests, the oldest first."""
        ids = self._titles.get((is_show, tmdb), ())
        return [request for number in ids for request in self.requests_of_media(number)]

    def requests_of_user(self, user_id: int) -> list[RequestRow]:
        """Return a user's requests, the oldest first."""
        return [self.requests[number] for number in self._of_user.get(user_id, ())]

    def request_count(self, user_id: int) -> int:
        """Return how many requests a user has."""
        return len(self._of_user.get(user_id, ()))
