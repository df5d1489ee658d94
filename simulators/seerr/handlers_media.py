"""The library: everything that the server knows of, page by page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from . import rows_json
from .answers import NOTHING, Answer, RefusedError, etag_of
from .codes import MediaStatus, Permission
from .core import Core
from .effects import save_media
from .endpoints import PAGING, Call, Endpoint
from .flavour import Flavour
from .rows import MediaRow, MediaSeason
from .schema import BOOLEAN, TEXT, Body, Value, js_number

FILTERS = {
    "available": (MediaStatus.AVAILABLE,),
    "partial": (MediaStatus.PARTIAL,),
    "allavailable": (MediaStatus.AVAILABLE, MediaStatus.PARTIAL),
    "processing": (MediaStatus.PROCESSING,),
    "pending": (MediaStatus.PENDING,),
    "deleted": (MediaStatus.DELETED,),
}
STATES = {
    "available": MediaStatus.AVAILABLE,
    "partial": MediaStatus.PARTIAL,
    "processing": MediaStatus.PROCESSING,
    "pending": MediaStatus.PENDING,
    "unknown": MediaStatus.UNKNOWN,
    "deleted": MediaStatus.DELETED,
}
MANAGERS = (Permission.MANAGE_REQUESTS,)


def endpoints(flavour: Flavour) -> list[Endpoint]:
    """Return these endpoints."""
    filters = ["all", *FILTERS]
    states = list(STATES)
    if not flavour.merged:
        filters.remove("deleted")
        states.remove("deleted")
    query = {
        **PAGING,
        "filter": Value("string", nullable=True, enum=tuple(filters)),
        "sort": Value("string", enum=("added", "modified", "mediaAdded")),
    }
    return [
        Endpoint("GET", "/media", library, query=query),
        Endpoint(
            "DELETE", "/media/{mediaId}", remove, params={"mediaId": TEXT}, permissions=MANAGERS
        ),
        Endpoint(
            "POST",
            "/media/{mediaId}/{status}",
            set_state,
            params={"mediaId": TEXT, "status": Value("string", enum=tuple(states))},
            body=Body({"is4k": BOOLEAN}),
            permissions=MANAGERS,
        ),
    ]


async def library(core: Core, call: Call) -> Answer:
    """Return a page of the library: 20 rows, where the page has no other size."""
    known = core.pages.get(call.raw_query)
    if known is not None and known[0] == core.tables.version:
        return Answer(encoded=known[1], etag=known[2])
    rows = _sorted(_filtered(core, call.query.get("filter")), call.query.get("sort"))
    take, skip = call.query.get("take") or 20, call.query.get("skip") or 0
    info = rows_json.page_info(len(rows), take, skip)
    encoded = b",".join(
        rows_json.written_media(core, row) for row in rows_json.cut(rows, take, skip)
    )
    body = b'{"pageInfo":%b,"results":[%b]}' % (orjson.dumps(info), encoded)
    etag = etag_of(body)
    core.pages[call.raw_query] = (core.tables.version, body, etag)
    return Answer(encoded=body, etag=etag)


async def remove(core: Core, call: Call) -> Answer:
    """Forget a title and its requests."""
    row = _row(core, call)
    if row is None:
        raise RefusedError(404, "Media not found")
    core.tables.remove_media(row)
    return NOTHING


async def set_state(core: Core, call: Call) -> Answer:
    """Give a title a status."""
    row = _row(core, call)
    if row is None:
        raise RefusedError(404, "Media does not exist.")
    state = STATES[call.params["status"]]
    if state == MediaStatus.PARTIAL and not row.is_show:
        raise RefusedError(400, "Only series can be set to be partially available")
    is4k = bool(call.body.get("is4k"))
    row = row.with_state(is4k, state)
    if state == MediaStatus.AVAILABLE and row.is_show:
        row = _with_seasons(core, row, call.body.get("seasons") or [], is4k)
    return Answer(rows_json.media(core, save_media(core, row)))


def new_season(core: Core, number: int) -> MediaSeason:
    """Return a season that nothing is known of yet."""
    now = core.now()
    unknown = MediaStatus.UNKNOWN
    return MediaSeason(core.tables.next_id("season"), number, unknown, unknown, now, now)


def _with_seasons(core: Core, row: MediaRow, wanted: list[Any], is4k: bool) -> MediaRow:
    """Seerr makes the named seasons available; Overseerr those that it knows, whatever is named."""
    numbers = (
        [season["seasonNumber"] for season in wanted]
        if core.flavour.merged
        else [season.number for season in row.seasons]
    )
    seasons = {season.number: season for season in row.seasons}
    for number in numbers:
        season = seasons.get(number) or new_season(core, number)
        seasons[number] = season.with_state(is4k, MediaStatus.AVAILABLE)
    return replace(row, seasons=tuple(seasons.values()))


def _row(core: Core, call: Call) -> MediaRow | None:
    number = js_number(call.params["mediaId"])
    return core.tables.media.get(int(number)) if number is not None else None


def _filtered(core: Core, wanted: str | None) -> list[MediaRow]:
    rows = core.tables.media.values()
    if wanted is None or wanted not in FILTERS:
        return list(rows)
    return [row for row in rows if row.status in FILTERS[wanted]]


def _sorted(rows: list[MediaRow], order: str | None) -> list[MediaRow]:
    """Sort as SQLite does: of equal times, the smaller id comes first."""
    match order:
        case "modified":
            rows.sort(key=lambda row: (-row.updated_at.timestamp(), row.id))
        case "mediaAdded":
            rows.sort(key=lambda row: (-row.added_at.timestamp() if row.added_at else 0, row.id))
        case _:
            rows.sort(key=lambda row: -row.id)
    return rows
