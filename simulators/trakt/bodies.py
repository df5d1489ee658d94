"""What a write is about: films, shows, seasons and episodes, in Trakt's several ways to say so.

What does not fit is refused with 422, as Trakt does. What fits and does not exist is *not found*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .titles import SOURCES

if TYPE_CHECKING:
    from .entries import Entry
    from .titles import Titles

KINDS = {"movies": "movie", "shows": "show", "seasons": "season", "episodes": "episode"}
_TEXTS = frozenset({"slug", "imdb"})


@dataclass(slots=True)
class Wanted:
    """What was found, each with the rows that it stands in (the innermost first), and what not."""

    found: list[tuple[Entry, tuple[dict[str, Any], ...]]] = field(default_factory=list)
    not_found: dict[str, list[object]] = field(default_factory=lambda: {name: [] for name in KINDS})


async def read_body(request: web.Request) -> dict[str, Any]:
    """Return the body, an object."""
    try:
        body = await request.json()
    except json.JSONDecodeError:
        raise web.HTTPBadRequest from None
    if not isinstance(body, dict):
        raise web.HTTPUnprocessableEntity
    return body


def wanted(body: dict[str, Any], titles: Titles, allowed: frozenset[str]) -> Wanted:
    """Find everything that a body names. Seasons and episodes may stand in the row of a show."""
    out = Wanted()
    for name, kind in KINDS.items():
        for row in rows(body, name):
            if kind not in allowed:
                raise web.HTTPUnprocessableEntity
            entry = _find(row, kind, titles)
            if entry is None:
                out.not_found[name].append(row)
            else:
                _parts(entry, row, titles, out)
    return out


def rows(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of an array; none where it is missing or null."""
    given = body.get(name)
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise web.HTTPUnprocessableEntity
    return given


def moment(text: object) -> datetime:
    """Return a time that was sent."""
    try:
        read = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        read = None
    if read is None:
        raise web.HTTPUnprocessableEntity
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _find(row: dict[str, Any], kind: str, titles: Titles) -> Entry | None:
    ids = row.get("ids")
    if not isinstance(ids, dict):
        raise web.HTTPUnprocessableEntity
    given = {source: ids[source] for source in SOURCES if ids.get(source) is not None}
    if not given:
        raise web.HTTPUnprocessableEntity
    for source, value in given.items():
        if type(value) is not (str if source in _TEXTS else int):
            raise web.HTTPUnprocessableEntity
    found = (titles.find(kind, source, value) for source, value in given.items())
    return next((entry for entry in found if entry is not None), None)


def _parts(entry: Entry, row: dict[str, Any], titles: Titles, out: Wanted) -> None:
    """Add the show, or those of its seasons and episodes that stand in its row.

    Missing and empty are one: an empty list of seasons means the whole show.
    """
    seasons = rows(row, "seasons") if entry.kind == "show" else []
    if not seasons:
        out.found.append((entry, (row,)))
    for season in seasons:
        episodes = rows(season, "episodes")
        for episode in episodes or [{}]:
            part = titles.part(entry.title, _number(season), _number(episode) if episodes else None)
            if part is not None:
                out.found.append((part, (episode, season, row)))
                continue
            missing = {**season, "episodes": [episode] if episodes else []}
            out.not_found["shows"].append({"ids": row["ids"], "seasons": [missing]})


def _number(row: dict[str, Any]) -> int:
    number = row.get("number")
    if type(number) is not int:
        raise web.HTTPUnprocessableEntity
    return number
