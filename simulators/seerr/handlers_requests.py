"""Requests: made, listed, counted, decided upon, changed, taken back."""

from __future__ import annotations

from dataclasses import replace

from . import rows_json
from .answers import NOTHING, Answer, RefusedError
from .codes import MediaStatus, Permission, RequestStatus
from .core import Core
from .creating import NOTHING_LEFT, create, unknown_user
from .effects import request_removed, request_saved, save_request
from .endpoints import PAGING, Call, Endpoint
from .flavour import Flavour
from .handlers_about import check_may_view
from .rows import RequestRow, RequestSeason, SeerrUser
from .schema import BOOLEAN, NUMBER, TEXT, Body, Many, OneOf, Value, js_number
from .tmdb_json import Json

IN_LIBRARY = (
    MediaStatus.UNKNOWN,
    MediaStatus.PENDING,
    MediaStatus.PROCESSING,
    MediaStatus.PARTIAL,
    MediaStatus.AVAILABLE,
    MediaStatus.DELETED,
)
MISSING = IN_LIBRARY[:4]
ALL = tuple(RequestStatus)
FILTERS: dict[str, tuple[tuple[RequestStatus, ...], tuple[MediaStatus, ...]]] = {
    "all": (ALL, IN_LIBRARY),
    "approved": ((RequestStatus.APPROVED,), IN_LIBRARY),
    "available": ((RequestStatus.COMPLETED,), (MediaStatus.AVAILABLE,)),
    "pending": ((RequestStatus.PENDING,), IN_LIBRARY),
    "processing": ((RequestStatus.APPROVED,), MISSING),
    "unavailable": ((RequestStatus.PENDING, RequestStatus.APPROVED), MISSING),
    "failed": ((RequestStatus.FAILED,), IN_LIBRARY),
    "deleted": ((RequestStatus.COMPLETED,), (MediaStatus.DELETED,)),
    "completed": ((RequestStatus.COMPLETED,), IN_LIBRARY),
}
# Overseerr never completes a request: one of an available title stays approved.
OVERSEERR_FILTERS = {
    **{name: rule for name, rule in FILTERS.items() if name not in ("deleted", "completed")},
    "available": ((RequestStatus.APPROVED,), (MediaStatus.AVAILABLE,)),
}
COMMON_BODY: dict[str, Value | Many | OneOf] = {
    "mediaType": Value("string", enum=("movie", "tv")),
    "is4k": BOOLEAN,
    "serverId": NUMBER,
    "profileId": NUMBER,
    "rootFolder": TEXT,
    "languageProfileId": NUMBER,
    "userId": Value("number", nullable=True),
}
SEASONS = Many(Value("number", minimum=0))
NEW = Body(
    {
        **COMMON_BODY,
        "mediaId": NUMBER,
        "tvdbId": NUMBER,
        "seasons": OneOf((SEASONS, Value("string", enum=("all",)))),
    },
    required=("mediaType", "mediaId"),
)
CHANGED = Body({**COMMON_BODY, "seasons": SEASONS}, required=("mediaType",))
NOT_FOUND = "Request not found."
MANAGERS = (Permission.MANAGE_REQUESTS,)


def endpoints(flavour: Flavour) -> list[Endpoint]:
    """Return these endpoints."""
    filters = FILTERS if flavour.merged else OVERSEERR_FILTERS
    query = {
        **PAGING,
        "filter": Value("string", nullable=True, enum=tuple(filters)),
        "sort": Value("string", enum=("added", "modified")),
        "requestedBy": Value("number", nullable=True),
    }
    if flavour.merged:
        query |= {
            "sortDirection": Value("string", nullable=True, enum=("asc", "desc")),
            "mediaType": Value("string", nullable=True, enum=("movie", "tv", "all")),
        }
    one = {"requestId": TEXT}
    deciding = {"requestId": TEXT, "status": Value("string", enum=("approve", "decline"))}
    return [
        Endpoint("GET", "/request", listed, query=query),
        Endpoint("POST", "/request", create, body=NEW),
        Endpoint("GET", "/request/count", count),
        Endpoint("GET", "/request/{requestId}", get, params=one),
        Endpoint("PUT", "/request/{requestId}", change, params=one, body=CHANGED),
        Endpoint("DELETE", "/request/{requestId}", remove, params=one),
        Endpoint("POST", "/request/{requestId}/retry", retry, params=one, permissions=MANAGERS),
        Endpoint(
            "POST", "/request/{requestId}/{status}", decide, params=deciding, permissions=MANAGERS
        ),
    ]


async def listed(core: Core, call: Call) -> Answer:
    """Return a page of the requests: 10, where the page has no other size.

    The real server asks every Radarr and Sonarr for its profiles before it answers.
    """
    query, user = call.query, call.user
    filters = FILTERS if core.flavour.merged else OVERSEERR_FILTERS
    states, media_states = filters[query.get("filter") or "all"]
    owner = query.get("requestedBy")
    if not user.may(Permission.MANAGE_REQUESTS, Permission.REQUEST_VIEW):
        check_may_view(user, owner or user.id)
        owner = user.id
    kind = query.get("mediaType") or "all"
    rows = [
        row
        for row in core.tables.requests.values()
        if row.status in states
        and core.tables.media[row.media_id].state(row.is4k) in media_states
        and (not owner or row.requested_by == owner)
        and kind in ("all", "tv" if row.is_show else "movie")
    ]
    rows = _sorted(rows, query.get("sort"), ascending=query.get("sortDirection") == "asc")
    take, skip = query.get("take") or 10, query.get("skip") or 0
    shown: Json = {
        "pageInfo": rows_json.page_info(len(rows), take, skip),
        "results": [_in_list(core, row, user) for row in rows_json.cut(rows, take, skip)],
    }
    if core.flavour.merged:
        silent = core.settings.arr_unreachable
        shown["serviceErrors"] = {
            kind: [{"id": server.id, "name": server.name} for server in servers if silent]
            for kind, servers in (
                ("radarr", core.settings.radarr),
                ("sonarr", core.settings.sonarr),
            )
        }
    return Answer(shown)


async def count(core: Core, _call: Call) -> Answer:
    """Return how many requests there are of each kind."""
    rows = list(core.tables.requests.values())
    approved = [row for row in rows if row.status == RequestStatus.APPROVED]
    available = [
        row
        for row in approved
        if core.tables.media[row.media_id].state(row.is4k) == MediaStatus.AVAILABLE
    ]
    shown = {
        "total": len(rows),
        "movie": sum(not row.is_show for row in rows),
        "tv": sum(row.is_show for row in rows),
        "pending": sum(row.status == RequestStatus.PENDING for row in rows),
        "approved": len(approved),
        "declined": sum(row.status == RequestStatus.DECLINED for row in rows),
        "processing": len(approved) - len(available),
        "available": len(available),
    }
    if core.flavour.merged:
        shown["completed"] = sum(row.status == RequestStatus.COMPLETED for row in rows)
    return Answer(shown)


async def get(core: Core, call: Call) -> Answer:
    """Return a request."""
    row = _row(core, call)
    viewer = call.user
    sees = viewer.may(Permission.MANAGE_REQUESTS, Permission.REQUEST_VIEW)
    if row.requested_by != viewer.id and not sees:
        raise RefusedError(403, "You do not have permission to view this request.")
    return Answer(rows_json.request(core, row, settings=True))


async def change(core: Core, call: Call) -> Answer:
    """Change a request that nobody decided upon yet."""
    row, body = _row(core, call), call.body
    _check_may_change(call.user, row, body["mediaType"] == "tv")
    if row.status != RequestStatus.PENDING and core.flavour.merged:
        raise RefusedError(409, "Only pending requests can be modified.")
    row = replace(
        row,
        server_id=body.get("serverId"),
        profile_id=body.get("profileId"),
        root_folder=body.get("rootFolder"),
        tags=tuple(body["tags"]) if body.get("tags") is not None else None,
        requested_by=_new_owner(core, call.user, body.get("userId"), row.requested_by),
    )
    if body["mediaType"] == "tv":
        row = _with_seasons(core, row, body.get("seasons") or [])
        row = replace(row, language_profile_id=body.get("languageProfileId"))
    return Answer(rows_json.request(core, save_request(core, row)))


async def remove(core: Core, call: Call) -> Answer:
    """Take a request back: a manager any, its user while nobody decided upon it."""
    row = _row(core, call)
    own = row.requested_by == call.user.id and row.status == RequestStatus.PENDING
    if not own and not call.user.may(Permission.MANAGE_REQUESTS):
        raise RefusedError(401, "You do not have permission to delete this request.")
    core.tables.remove_request(row)
    request_removed(core, row)
    return NOTHING


async def retry(core: Core, call: Call) -> Answer:
    """Send a failed request to Radarr or Sonarr again."""
    row = replace(_row(core, call), status=RequestStatus.APPROVED, modified_by=call.user.id)
    saved = save_request(core, row)
    outcome = request_saved(core, saved)
    if outcome is None:
        raise RefusedError(404, NOT_FOUND)
    return Answer(rows_json.request(core, outcome, settings=True))


async def decide(core: Core, call: Call) -> Answer:
    """Approve or decline. The answer shows the title as it was before."""
    approving = call.params["status"] == "approve"
    return Answer(set_status(core, _row(core, call), approving=approving, by=call.user.id))


def set_status(core: Core, row: RequestRow, *, approving: bool, by: int) -> Json:
    """Approve or decline a request, and return it with its title as it was before."""
    status = RequestStatus.APPROVED if approving else RequestStatus.DECLINED
    saved = save_request(core, replace(row, status=status, modified_by=by))
    shown = rows_json.request(core, saved, settings=True)
    request_saved(core, saved)
    return shown


def _row(core: Core, call: Call) -> RequestRow:
    number = js_number(call.params["requestId"])
    row = core.tables.requests.get(int(number)) if number is not None else None
    if row is None:
        raise RefusedError(404, NOT_FOUND)
    return row


def _in_list(core: Core, row: RequestRow, viewer: SeerrUser) -> Json:
    shown = rows_json.request(core, row, canned=True)
    if not core.flavour.merged:
        return shown
    servers = core.settings.sonarr if row.is_show else core.settings.radarr
    server = next((server for server in servers if server.id == row.server_id), None)
    if server is not None and not core.settings.arr_unreachable:
        name = next((name for number, name in server.profiles if number == row.profile_id), None)
        if name is not None:
            shown["profileName"] = name
    if viewer.may(Permission.MANAGE_REQUESTS):
        media = core.tables.media[row.media_id]
        link = media.link4k if row.is4k else media.link
        shown["canRemove"] = link is not None and any(one.id == link.server for one in servers)
    return shown


def _sorted(rows: list[RequestRow], order: str | None, *, ascending: bool) -> list[RequestRow]:
    """Sort as SQLite does: of equal times, the smaller id comes first."""
    sign = 1 if ascending else -1
    if order == "modified":
        return sorted(rows, key=lambda row: (sign * row.updated_at.timestamp(), row.id))
    return sorted(rows, key=lambda row: sign * row.id)


def _check_may_change(user: SeerrUser, row: RequestRow, is_show: bool) -> None:
    own = row.requested_by == user.id and (is_show or user.may(Permission.REQUEST_ADVANCED))
    if not own and not user.may(Permission.MANAGE_REQUESTS):
        raise RefusedError(403, "You do not have permission to modify this request.")


def _new_owner(core: Core, user: SeerrUser, wanted: int | None, owner: int) -> int:
    if not wanted:
        return owner
    manages = user.may(Permission.MANAGE_USERS, Permission.MANAGE_REQUESTS, every=True)
    if wanted != owner and not manages:
        raise RefusedError(403, "You do not have permission to modify the request user.")
    if wanted not in core.tables.users:
        raise RefusedError(500, unknown_user(wanted))
    return wanted


def _with_seasons(core: Core, row: RequestRow, wanted: list[int]) -> RequestRow:
    if not wanted:
        raise RefusedError(
            500,
            "Missing seasons. If you want to cancel a series request, use the DELETE method.",
        )
    over = (RequestStatus.DECLINED, RequestStatus.COMPLETED)
    elsewhere = {
        number
        for other in core.tables.requests_of_media(row.media_id)
        if other.id != row.id and other.is4k is row.is4k and other.status not in over
        for number in other.season_numbers
    }
    numbers = [number for number in wanted if number not in elsewhere]
    if not numbers:
        raise RefusedError(202, NOTHING_LEFT)
    kept = tuple(season for season in row.seasons if season.number in numbers)
    now = core.now()
    added = tuple(
        RequestSeason(
            core.tables.next_id("season_request"), number, RequestStatus.PENDING, now, now
        )
        for number in numbers
        if number not in row.season_numbers
    )
    return replace(row, seasons=kept + added)
