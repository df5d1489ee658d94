"""The single plays of an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..shape import Row, array, child, mapping, number, read, text
from .api import TraktApi
from .moments import watched_at, written as written_moment
from .targets import Episode, Film, Playable, Show, Written, body, check_size, written

_PLAYED = frozenset({Film.section, Episode.section})


@dataclass(frozen=True, slots=True)
class Play:
    """One play on record. `id` is wider than 32 bits, and what a play is taken back by.

    `watched_at` (aware, UTC, whole minutes where a client wrote it) is None where the person did
    not know it. For an episode `show` is the id of its show at Trakt.
    """

    id: int
    what: Playable
    watched_at: datetime | None
    action: str
    show: int | None = None
    season: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class NewPlay:
    """A play to be added. `watched_at` (aware) None: watched, nobody knows when.

    Trakt does not look whether it has the same play already: whoever adds one has to. And it takes
    a show or a season for all its episodes, so that there are no plays of those: TypeError.
    """

    what: Playable
    watched_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what is more than one thing, whatever the type checker was told."""
        if self.what.section not in _PLAYED:
            raise TypeError(f"a play of {self.what.section}")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of taking plays back: how many went, and which ids Trakt has not (any more)."""

    removed: int
    not_found: tuple[int, ...] = ()


class TraktHistory:
    """Reads, adds and takes back plays. All methods raise what those of TraktApi do."""

    def __init__(self, api: TraktApi) -> None:
        self._api = api

    async def since(self, start: datetime) -> tuple[Play, ...]:
        """Return the plays watched since, the newest first.

        One that was added since, but dated further back, is not among them.
        """
        path = "/users/me/history/"
        start_at = written_moment(start)
        plays = await self._api.all(path, _play, own=True, key=_id, start_at=start_at)
        return tuple(plays)

    async def of(self, what: Playable | Show) -> tuple[Play, ...]:
        """Return all plays of a film, of an episode, or of all episodes of a show.

        By Trakt's own id alone: ValueError for another.
        """
        if what.source != "trakt":
            raise ValueError(f"a history by {what.source}")
        path = f"/users/me/history/{what.section}/{what.id}"
        return tuple(await self._api.all(path, _play, own=True, key=_id))

    async def add(self, plays: Sequence[NewPlay]) -> Written[Playable]:
        """Add plays, at most BATCH of them (ValueError for more, and for none).

        Never sent again once it may have arrived. After Unreachable with `sent`, and after
        InvalidAnswer, `of` tells whether it did.
        """
        sent = body((play.what, {"watched_at": _sent(play)}) for play in plays)
        answer = await self._api.post("/sync/history", sent)
        return await read(answer, written([play.what for play in plays], "added"))

    async def remove(self, ids: Sequence[int]) -> TakenBack:
        """Take back plays by their ids, at most BATCH of them (ValueError as above).

        May be done again: an id that is gone is not found, and nothing else happens.
        """
        check_size(len(ids))
        answer = await self._api.post("/sync/history/remove", {"ids": list(ids)})
        return await read(answer, _taken_back)


def _sent(play: NewPlay) -> str:
    return "unknown" if play.watched_at is None else written_moment(play.watched_at)


def _id(play: Play) -> int:
    return play.id


def _play(row: Row) -> Play:
    kind = text(row, "type")
    found = child(row, kind)
    trakt = number(child(found, "ids"), "trakt")
    about = (number(row, "id"), watched_at(row), text(row, "action"))
    if kind == "movie":
        return Play(about[0], Film(trakt), *about[1:])
    return Play(
        about[0],
        Episode(trakt),
        *about[1:],
        show=number(child(child(row, "show"), "ids"), "trakt"),
        season=number(found, "season"),
        number=number(found, "number"),
    )


def _taken_back(value: object) -> TakenBack:
    row = mapping(value)
    deleted, missing = child(row, "deleted"), child(row, "not_found")
    ids = array(missing.get("ids") or [], "ids")
    return TakenBack(
        removed=number(deleted, "movies") + number(deleted, "episodes"),
        not_found=tuple(number({"id": entry}, "id") for entry in ids),
    )
