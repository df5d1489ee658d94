"""The blocklist of Seerr's family: what nobody may request."""

from __future__ import annotations

from dataclasses import replace

from . import rows_json
from .answers import CREATED, NOTHING, Answer, RefusedError
from .clock import stamp
from .codes import MediaStatus, Permission
from .core import Core
from .effects import save_media
from .endpoints import PAGING, Call, Endpoint
from .flavour import Flavour
from .rows import BlocklistItem, MediaRow
from .schema import NUMBER, TEXT, Body, Value, js_number

KINDS = ("all", "manual", "blocklistedTags")
NEW = Body({"tmdbId": NUMBER, "title": TEXT, "userId": NUMBER})
VIEWERS = (Permission.MANAGE_BLOCKLIST, Permission.VIEW_BLOCKLIST)
MANAGERS = (Permission.MANAGE_BLOCKLIST,)


def endpoints(flavour: Flavour) -> list[Endpoint]:
    """Return these endpoints, under the names that the server knows them by."""
    query = {
        **PAGING,
        "search": Value("string", nullable=True),
        "filter": Value("string", enum=KINDS),
    }
    one = {"tmdbId": TEXT}
    return [
        endpoint
        for path in flavour.blocklist_paths
        for endpoint in (
            Endpoint("GET", path, listed, query=query, permissions=VIEWERS),
            Endpoint("POST", path, add, body=NEW, permissions=MANAGERS),
            Endpoint("DELETE", f"{path}/{{tmdbId}}", remove, params=one, permissions=MANAGERS),
        )
    ]


async def listed(core: Core, call: Call) -> Answer:
    """Return a page of the list, the newest first."""
    words = str(call.query.get("search") or "").lower()
    items = [
        item for item in core.tables.blocklist.values() if words in (item.title or "").lower()
    ][::-1]
    take, skip = call.query.get("take") or 25, call.query.get("skip") or 0
    return Answer(
        {
            "pageInfo": rows_json.page_info(len(items), take, skip),
            "results": [
                {
                    "id": item.id,
                    "mediaType": "tv" if item.is_show else "movie",
                    "title": item.title,
                    "tmdbId": item.tmdb,
                    "blocklistedTags": None,
                    "createdAt": stamp(item.created_at),
                    "user": rows_json.user(core, core.tables.users[item.user]),
                }
                for item in rows_json.cut(items, take, skip)
            ],
        }
    )


async def add(core: Core, call: Call) -> Answer:
    """Put a title on the list, which gives it the status 6 in both qualities."""
    body = call.body
    if body.get("mediaType") not in ("movie", "tv") or body.get("user") not in core.tables.users:
        raise RefusedError(500, "Invalid input")
    is_show = body["mediaType"] == "tv"
    if (is_show, body.get("tmdbId")) in core.tables.blocklist:
        raise RefusedError(412, "Item already blocklisted")
    block(core, is_show, body["tmdbId"], title=body.get("title"), user=body["user"])
    return CREATED


async def remove(core: Core, call: Call) -> Answer:
    """Take a title off the list, and forget it."""
    number = js_number(call.params["tmdbId"])
    key = next((key for key in core.tables.blocklist if key[1] == number), None)
    if key is None:
        raise RefusedError(404, 'Could not find any entity of type "Blocklist"')
    unblock(core, *key)
    return NOTHING


def block(core: Core, is_show: bool, tmdb: int, *, title: str | None, user: int) -> None:
    """Put a title on the list."""
    now = core.now()
    item = BlocklistItem(core.tables.next_id("blocklist"), is_show, tmdb, title, user, now)
    core.tables.blocklist[is_show, tmdb] = item
    row = core.tables.find_media(is_show, tmdb)
    blocked = MediaStatus.BLOCKLISTED
    if row is not None:
        save_media(core, replace(row, status=blocked, status4k=blocked))
        return
    number = core.tables.next_id("media")
    core.tables.put_media(
        MediaRow(number, is_show, tmdb, None, None, blocked, blocked, now, now, now)
    )


def unblock(core: Core, is_show: bool, tmdb: int) -> None:
    """Take a title off the list."""
    del core.tables.blocklist[is_show, tmdb]
    row = core.tables.find_media(is_show, tmdb)
    if row is not None:
        core.tables.remove_media(row)
