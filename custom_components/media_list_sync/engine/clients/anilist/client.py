"""AniList's GraphQL, the part that lists are read and written with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, Final

from yarl import URL

from ...http import (
    Answer,
    CredentialsRejected,
    Doorway,
    InvalidAnswer,
    Limited,
    NotFound,
    Pace,
    ServiceError,
)
from ...http.doorway import utcnow
from ...watch import Anime, Entry
from ..shape import Row, read
from . import queries, shapes
from .errors import ApiClosed, UserGone, meaning, refusal
from .models import AniListUser, Change, Changes, Chunk, ListedEntry, Saved
from .queries import PER_CHUNK, PER_PAGE

PACE: Final = Pace(interval=2.0, at_once=1)
"""For reads and writes together: AniList takes thirty requests a minute."""

PER_BATCH: Final = 10
"""Changes that are sent in one request, at most."""

_HEADERS: Final = {
    "Accept": "application/json",
    "User-Agent": "MediaListSync/1 (Home Assistant custom integration)",
    # Since September 2026 it turns away who does not say where a request comes from.
    "Referer": "https://github.com/media-list-sync/media-list-sync",
}


type _Sent[T] = tuple[list[T | ServiceError], bool]
"""What became of each change of a request; and whether an error would be every other's, too."""


class AniListClient:
    """Reads and writes as the person of `token`, or without one reads what is public.

    Every method but `save` and `delete` raises Unreachable (ApiClosed among it), Limited, InvalidAnswer and
    Refused; CredentialsRejected where the token does not hold any more; UserGone where it is about
    a person. Ids are AniList's own, times in seconds since 1970.
    """

    def __init__(
        self,
        doorway: Doorway,
        endpoint: str,
        token: str | None = None,
        *,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self._doorway = doorway
        self._url = URL(endpoint)
        self._headers = dict(_HEADERS)
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._now = now

    async def viewer(self) -> AniListUser:
        """Return who is signed in. CredentialsRejected where nobody is."""
        return await self._ask(queries.VIEWER, {}, shapes.user("Viewer"))

    async def user(self, who: str | int) -> AniListUser:
        """Return a person, by name or by number."""
        variables = {"id" if isinstance(who, int) else "name": who}
        return await self._ask(queries.USER, variables, shapes.user("User"))

    async def list_chunk(self, user_id: int, chunk: int) -> Chunk:
        """Return a part of a list of 500 entries, counted from 1."""
        variables = {"userId": user_id, "chunk": chunk, "perChunk": PER_CHUNK}
        return await self._ask(queries.LIST, variables, shapes.chunk)

    async def whole_list(self, user_id: int) -> tuple[Entry, ...]:
        """Return all entries of a list, those that are on lists of the person's own making too.

        An entry that is deleted meanwhile may let another one slip by, unseen.
        """
        entries: dict[int, Entry] = {}
        number, has_next = 0, True
        while has_next:
            number += 1
            chunk = await self.list_chunk(user_id, number)
            has_next, before = chunk.has_next, len(entries)
            for entry in chunk.entries:
                known = entries.get(entry.anime.id)
                if known is None or known.updated_at < entry.updated_at:
                    entries[entry.anime.id] = entry
            if has_next and len(entries) == before:
                service, account = self._doorway.service, self._doorway.account
                raise InvalidAnswer(service, account, "chunks without an end")
        return tuple(entries.values())

    async def changed_since(self, user_id: int, updated_at: int, *, pages: int = 5) -> Changes:
        """Return what changed at `updated_at` or later: a request for every fifty entries.

        That second is read again, as more may have changed in it. More than so many pages are not
        read: then it was not reached.
        """
        entries: dict[int, Entry] = {}
        for page in range(1, pages + 1):
            variables = {"userId": user_id, "page": page}
            some = await self._ask(queries.CHANGED, variables, shapes.changed)
            for entry in some.entries:
                if entry.updated_at < updated_at:
                    return Changes(tuple(entries.values()), reached=True)
                entries.setdefault(entry.anime.id, entry)
            if not some.has_next:
                return Changes(tuple(entries.values()), reached=True)
        return Changes(tuple(entries.values()), reached=False)

    async def media(self, ids: Iterable[int]) -> tuple[Anime, ...]:
        """Return these anime, without those that do not exist: a request for every fifty."""
        found: list[Anime] = []
        for some in batched(sorted(set(ids)), PER_PAGE, strict=False):
            found += await self._ask(queries.MEDIA, {"ids": list(some)}, shapes.media)
        return tuple(found)

    async def listed(self, user_id: int, ids: Iterable[int]) -> tuple[ListedEntry, ...]:
        """Return the entries of these anime, with all that a person may have put to them.

        One that is not among them is not on the list, or not to be seen.
        """
        found: list[ListedEntry] = []
        for some in batched(sorted(set(ids)), PER_PAGE, strict=False):
            variables = {"userId": user_id, "ids": list(some)}
            found += await self._ask(queries.LISTED, variables, shapes.listed)
        return tuple(found)

    async def search(self, title: str) -> tuple[Anime, ...]:
        """Return anime by a title, the likeliest first, ten at most."""
        return await self._ask(queries.SEARCH, {"search": title}, shapes.media)

    async def save(self, changes: Sequence[Change]) -> tuple[Saved | ServiceError, ...]:
        """Save up to PER_BATCH changes, and return for each what was saved, or what kept it.

        All go in one request; where AniList refuses it, one by one. After Unreachable that was
        `sent`, and after InvalidAnswer, a change may have been saved; to save it again is no harm.
        NotFound: there is no such anime.
        """

        async def send(some: Sequence[Change]) -> _Sent[Saved]:
            query, variables = queries.save(some)
            build = shapes.saved([change.media_id for change in some])
            return await self._write(query, variables, build, len(some))

        return await _each(changes, send)

    async def delete(self, entries: Sequence[int]) -> tuple[ServiceError | None, ...]:
        """Delete up to PER_BATCH entries, by their own numbers; return for each what kept it.

        They go as changes do. What the answer leaves in doubt is to be read: an entry that is not
        there any more is NotFound, whoever deleted it.
        """

        async def send(some: Sequence[int]) -> _Sent[None]:
            query, variables = queries.delete(some)
            return await self._write(query, variables, shapes.deleted(len(some)), len(some))

        return await _each(entries, send)

    async def _write[T](
        self,
        query: str,
        variables: Mapping[str, Any],
        build: Callable[[Row], dict[int, T]],
        count: int,
    ) -> _Sent[T]:
        """Send changes in one request. True: its error is not about what is in it."""
        try:
            answer = await self._send(query, variables, repeat=False)
            reply = await self._reply(answer, shapes.reply(build, partial=True))
        except ServiceError as trouble:
            return [trouble] * count, True
        done: Mapping[int, T | ServiceError] = reply.value or {}
        error: ServiceError = answer.invalid("a change without an answer")
        if reply.errors:
            error = self._doorway.heed(meaning(answer, reply.errors[0], self._now()))
        outcomes = [done.get(index, error) for index in range(count)]
        return outcomes, isinstance(error, CredentialsRejected | Limited | ApiClosed)

    async def _ask[T](
        self, query: str, variables: Mapping[str, Any], build: Callable[[Row], T]
    ) -> T:
        answer = await self._send(query, variables, repeat=True)
        reply = await self._reply(answer, shapes.reply(build))
        if reply.errors:
            error = self._doorway.heed(meaning(answer, reply.errors[0], self._now()))
            # Of what is asked for, people are all that may not be there.
            if type(error) is NotFound:
                raise UserGone(error.service, error.account, error.detail)
            raise error
        if reply.value is None:
            raise answer.invalid("an answer without an answer")
        return reply.value

    async def _send(self, query: str, variables: Mapping[str, Any], *, repeat: bool) -> Answer:
        body = {"query": query, "variables": dict(variables)}
        return await self._doorway.send(
            "POST", self._url, headers=self._headers, json=body, repeat=repeat
        )

    @staticmethod
    async def _reply[T](
        answer: Answer, build: Callable[[object], shapes.Reply[T]]
    ) -> shapes.Reply[T]:
        if answer.status == 200:
            return await read(answer, build)
        try:
            reply = await read(answer, build)
        except InvalidAnswer:
            reply = shapes.Reply(None)
        if not reply.errors:
            raise refusal(answer)
        return reply


async def _each[C, T](
    changes: Sequence[C], send: Callable[[Sequence[C]], Awaitable[_Sent[T]]]
) -> tuple[T | ServiceError, ...]:
    """Send changes in one request, and those that were refused with it one by one."""
    if not changes:
        return ()
    if len(changes) > PER_BATCH:
        raise ValueError(f"{len(changes)} changes at once")
    outcomes, concerns_all = await send(changes)
    if len(changes) == 1:
        return tuple(outcomes)
    for index, change in enumerate(changes):
        if concerns_all:  # what is left would fare no better
            break
        if isinstance(outcomes[index], ServiceError):
            (outcome,), concerns_all = await send([change])
            outcomes[index] = outcome
            if concerns_all:
                outcomes[index:] = [
                    outcome if isinstance(one, ServiceError) else one for one in outcomes[index:]
                ]
    return tuple(outcomes)
