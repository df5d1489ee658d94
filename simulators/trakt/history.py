"""Single plays: reading them, adding them, taking them back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import airing, bodies
from .clock import iso
from .demands import viewer_of
from .entries import Entry
from .limits import limit_reached
from .paging import paged
from .plays import UNKNOWN, Play

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .accounts import Account
    from .state import State

_SINGULAR = {"movies": "movie", "shows": "show", "seasons": "season", "episodes": "episode"}
_ALL = frozenset(_SINGULAR.values())


def history_routes(state: State) -> list[web.RouteDef]:
    """Return the routes. The same history is found under two addresses."""
    history = History(state)
    types = "{type:movies|shows|seasons|episodes}"
    return [
        *(
            web.get(f"{base}{tail}", history.read)
            for base in ("/sync/history", "/users/me/history")
            for tail in ("", "/", f"/{types}", f"/{types}/{{id}}")
        ),
        web.post("/sync/history", history.add),
        web.post("/sync/history/remove", history.remove),
    ]


class History:
    """Answers each route from the state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def read(self, request: web.Request) -> web.Response:
        """Return a page of plays, newest first: of all, of one type, or of one title.

        `start_at` and `end_at` are about when it was watched, not about when Trakt was told.
        """
        plays = viewer_of(request).plays
        kind = _SINGULAR.get(request.match_info.get("type", ""))
        found = plays.newest_first()
        if "id" in request.match_info:
            entry = self._entry(kind or "", request.match_info["id"])
            found = sorted(plays.of(entry), key=_order, reverse=True) if entry else []
        elif kind is not None:
            found = [play for play in found if (play.entry.kind == "movie") is (kind == "movie")]
        since, until = (_bound(request, name) for name in ("start_at", "end_at"))
        found = [
            play
            for play in found
            if (since is None or play.watched_at >= since)
            and (until is None or play.watched_at <= until)
        ]
        return paged(request, found, _row)

    async def add(self, request: web.Request) -> web.Response:
        """Add a play of everything that is named, and of all episodes of what is named whole."""
        viewer = viewer_of(request)
        body = await bodies.read_body(request)
        wanted = bodies.wanted(body, self._state.titles, _ALL)
        moment = self._state.clock.stamp()
        coming = [
            Play(next(self._state.play_numbers), leaf, _watched_at(leaf, rows, moment), moment)
            for entry, rows in wanted.found
            for leaf in _leaves(entry)
        ]
        limit = viewer.history_limit
        if len(viewer.plays) + len(coming) > limit:
            return limit_reached(viewer, limit)
        for play in coming:
            viewer.plays.add(play)
        told = {
            "added": _counts(viewer, coming, moment),
            "updated": {"movies": 0, "episodes": 0},
            "not_found": wanted.not_found,
        }
        return web.json_response(told, status=201)

    async def remove(self, request: web.Request) -> web.Response:
        """Remove single plays by their numbers, and all plays of everything that is named."""
        viewer = viewer_of(request)
        body = await bodies.read_body(request)
        numbers = body.get("ids") or []
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            raise web.HTTPUnprocessableEntity
        wanted = bodies.wanted(body, self._state.titles, _ALL)
        going = [play.number for entry, _ in wanted.found for play in viewer.plays.of(entry)]
        gone = [(number, viewer.plays.remove(number)) for number in [*numbers, *going]]
        unknown = [number for number, play in gone if play is None and number in numbers]
        deleted = [play for _, play in gone if play is not None]
        counts = _counts(viewer, deleted, self._state.clock.stamp())
        told = {"deleted": counts, "not_found": {**wanted.not_found, "ids": unknown}}
        return web.json_response(told)

    def _entry(self, kind: str, text: str) -> Entry | None:
        if kind in ("movie", "show"):
            title = self._state.titles.slug_or_number(kind, text)
            return Entry(title) if title else None
        number = int(text) if text.isascii() and text.isdigit() else -1
        return self._state.titles.find(kind, "trakt", number)


def _leaves(entry: Entry) -> Iterator[Entry]:
    """Yield what is played of it: the film, the episode, or every episode."""
    if entry.kind in ("movie", "episode"):
        yield entry
        return
    for season in entry.title.seasons:
        if entry.season in (None, season.number):
            for number in season.numbers:
                yield Entry(entry.title, season.number, number)


def _watched_at(leaf: Entry, rows: tuple[dict[str, Any], ...], now: datetime) -> datetime:
    """Return when it was watched by the innermost row that says so, to the minute; else now."""
    given = next((row["watched_at"] for row in rows if row.get("watched_at") is not None), None)
    match given:
        case None:
            watched = now
        case "unknown":
            return UNKNOWN
        case "released":
            watched = airing.released(leaf.title, leaf.season, leaf.episode) or UNKNOWN
        case _:
            watched = bodies.moment(given)
    return watched.replace(second=0, microsecond=0)


def _counts(viewer: Account, plays: list[Play], moment: datetime) -> dict[str, int]:
    """Count plays that came or went, and note that there were some."""
    films = sum(play.entry.kind == "movie" for play in plays)
    counts = {"movies": films, "episodes": len(plays) - films}
    viewer.activities.changed(moment, "watched_at", [name for name in counts if counts[name]])
    return counts


def _order(play: Play) -> tuple[datetime, int]:
    return play.watched_at, play.number


def _bound(request: web.Request, name: str) -> datetime | None:
    text = request.query.get(name)
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise web.HTTPUnprocessableEntity from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def _row(play: Play) -> dict[str, object]:
    return {
        "id": play.number,
        "watched_at": iso(play.watched_at),
        "action": play.action,
        "type": play.entry.kind,
        **play.entry.fields,
    }
