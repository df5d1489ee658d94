"""POST /request: who may ask for what, what is left to ask for, and the row that comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..catalog import CatalogTitle
from . import rows_json
from .answers import Answer, RefusedError
from .codes import MediaStatus, Permission, RequestStatus
from .core import Core
from .effects import request_saved, save_media
from .endpoints import Call
from .overlap import Flight, Spoiled
from .quota import quotas
from .rows import MediaRow, RequestRow, RequestSeason, SeerrUser
from .tmdb import TmdbError
from .tmdb_json import Json

NOTHING_LEFT = "No seasons available to request"
EXISTS = "Request for this media already exists."
NO_TRANSACTION = "SQLITE_ERROR: cannot commit - no transaction is active"
NOT_UNIQUE = "SQLITE_CONSTRAINT: UNIQUE constraint failed: media.tvdbId"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a body asks for. `is4k` is None where the body does not say."""

    is_show: bool
    tmdb: float
    is4k: bool | None
    body: dict[str, Any]

    @property
    def quality(self) -> bool:
        """Return whether 4K is asked for; silence means HD."""
        return bool(self.is4k)


@dataclass(frozen=True, slots=True)
class Approved:
    """A wish that passed all checks, with the rows as they were at that time."""

    wish: Wish
    actor: SeerrUser
    owner: SeerrUser
    title: CatalogTitle
    media: MediaRow | None
    seasons: tuple[int, ...]


async def create(core: Core, call: Call) -> Answer:
    """Answer POST /request."""
    body: dict[str, Any] = call.body
    wish = Wish(body["mediaType"] == "tv", body["mediaId"], body.get("is4k"), body)
    flight = core.flights.begin(wish.is_show, wish.tmdb)
    failed = True
    try:
        approved = _check(core, call.user, wish)
        await core.flights.wait()
        answer = _store(core, approved, flight)
        failed = False
    except RefusedError as refusal:
        failed = refusal.status >= 500
        raise
    finally:
        core.flights.end(flight, failed=failed)
    return answer


def unknown_user(number: object) -> str:
    """Return the database's words for a user who does not exist."""
    return (
        'Could not find any entity of type "User" matching: {\n'
        f'    "where": {{\n        "id": {number}\n    }}\n}}'
    )


def _check(core: Core, actor: SeerrUser, wish: Wish) -> Approved:
    owner = _owner(core, actor, wish)
    _check_permission(owner, wish)
    limits = quotas(core, owner)["tv" if wish.is_show else "movie"]
    if limits["restricted"]:
        raise _over_quota(wish)
    try:
        title = core.tmdb.title(wish.is_show, wish.tmdb)
    except TmdbError as error:
        kind = "TV show" if wish.is_show else "movie"
        raise RefusedError(
            500,
            f"[TMDB] Failed to fetch {kind} details: "
            f"Request failed with status code {error.status}",
        ) from error
    media = core.tables.find_media(wish.is_show, title.tmdb)
    if media is not None and media.status == MediaStatus.BLOCKLISTED:
        raise RefusedError(403, core.flavour.blocklisted)
    if not wish.is_show:
        _check_duplicate(core, title, wish)
        return Approved(wish, actor, owner, title, media, ())
    seasons = _seasons(core, title, media, wish)
    if not seasons:
        raise RefusedError(202, NOTHING_LEFT)
    if limits.get("limit") and len(seasons) > limits["remaining"]:
        raise _over_quota(wish)
    return Approved(wish, actor, owner, title, media, seasons)


def _owner(core: Core, actor: SeerrUser, wish: Wish) -> SeerrUser:
    number = wish.body.get("userId")
    if not number:
        return actor
    if not actor.may(Permission.MANAGE_USERS, Permission.MANAGE_REQUESTS, every=True):
        raise RefusedError(403, "You do not have permission to modify the request user.")
    owner = core.tables.users.get(number)
    if owner is None:
        raise RefusedError(500, unknown_user(number))
    return owner


def _check_permission(owner: SeerrUser, wish: Wish) -> None:
    needed = {
        (False, False): (Permission.REQUEST, Permission.REQUEST_MOVIE),
        (False, True): (Permission.REQUEST_4K, Permission.REQUEST_4K_MOVIE),
        (True, False): (Permission.REQUEST, Permission.REQUEST_TV),
        (True, True): (Permission.REQUEST_4K, Permission.REQUEST_4K_TV),
    }[wish.is_show, wish.quality]
    if not owner.may(*needed):
        kind = f"{'4K ' if wish.quality else ''}{'series' if wish.is_show else 'movie'}"
        raise RefusedError(403, f"You do not have permission to make {kind} requests.")


def _over_quota(wish: Wish) -> RefusedError:
    return RefusedError(403, f"{'Series' if wish.is_show else 'Movie'} Quota exceeded.")


def _check_duplicate(core: Core, title: CatalogTitle, wish: Wish) -> None:
    """Look at the first request of the quality. Without `is4k` in the body none is ever found."""
    requests = core.tables.requests_of_title(False, title.tmdb)
    first = next((request for request in requests if request.is4k is wish.is4k), None)
    over = (RequestStatus.DECLINED, RequestStatus.COMPLETED)
    if first is not None and first.status not in over:
        raise RefusedError(409, EXISTS)


def _seasons(
    core: Core, title: CatalogTitle, media: MediaRow | None, wish: Wish
) -> tuple[int, ...]:
    wanted = wish.body.get("seasons")
    if wanted == "all":
        wanted = [season.number for season in title.seasons]
    if wanted is None:
        raise RefusedError(500, "Cannot read properties of undefined (reading 'filter')")
    if not core.takes_specials:
        wanted = [number for number in wanted if number > 0]
    over = (RequestStatus.DECLINED, RequestStatus.COMPLETED)
    requests = core.tables.requests_of_media(media.id) if media is not None else []
    asked = {
        number
        for request in requests
        if request.is4k is wish.is4k and request.status not in over
        for number in request.season_numbers
    }
    return tuple(
        number
        for number in wanted
        if number not in asked and (media is None or media.takes(number, wish.quality))
    )


def _store(core: Core, approved: Approved, flight: Flight) -> Answer:
    if flight.twin:
        raise RefusedError(500, NOT_UNIQUE)
    if flight.spoiled is Spoiled.FAILS:
        raise RefusedError(500, NO_TRANSACTION)
    people = _people(core, approved)
    media, parent = _store_media(core, approved)
    request = core.tables.put_request(_row(core, approved, media))
    outcome = request_saved(core, request)
    shown = outcome if outcome is not None else request
    if flight.spoiled is Spoiled.IS_LOST:
        if approved.media is None and media.id in core.tables.media:
            core.tables.remove_media(core.tables.media[media.id])
        elif request.id in core.tables.requests:
            core.tables.remove_request(request)
    return Answer(rows_json.created(core, shown, parent, people), status=201)


def _people(core: Core, approved: Approved) -> tuple[Json, Json | None]:
    """Return the owner, and who approved, as they were before the request."""
    owner = rows_json.user(core, approved.owner, settings=True)
    if not _is_approved(approved):
        return owner, None
    if approved.actor.id == approved.owner.id:
        return owner, owner
    return owner, rows_json.user(core, approved.actor, settings=True)


def _is_approved(approved: Approved) -> bool:
    """Say whether it is approved at once: by the rights of who acts, not of whom it is for."""
    every, one = {
        (False, False): (Permission.AUTO_APPROVE, Permission.AUTO_APPROVE_MOVIE),
        (False, True): (Permission.AUTO_APPROVE_4K, Permission.AUTO_APPROVE_4K_MOVIE),
        (True, False): (Permission.AUTO_APPROVE, Permission.AUTO_APPROVE_TV),
        (True, True): (Permission.AUTO_APPROVE_4K, Permission.AUTO_APPROVE_4K_TV),
    }[approved.wish.is_show, approved.wish.quality]
    return approved.actor.may(every, one, Permission.MANAGE_REQUESTS)


def _store_media(core: Core, approved: Approved) -> tuple[MediaRow, Json]:
    """Store the title's row, and return it with the form in which the answer shows it."""
    is4k = approved.wish.quality
    media = core.tables.media.get(approved.media.id) if approved.media is not None else None
    if media is None:
        media = _new_media(core, approved)
        return core.tables.put_media(media), rows_json.media(core, media, seasons=False)
    free = [MediaStatus.UNKNOWN, *([MediaStatus.DELETED] if core.flavour.merged else [])]
    if media.state(is4k) in free:
        media = media.with_state(is4k, MediaStatus.PENDING)
    parent = rows_json.media_with_requests(core, media)
    if media is not core.tables.media[media.id]:
        media = save_media(core, media)
    return media, parent


def _new_media(core: Core, approved: Approved) -> MediaRow:
    tvdb = approved.wish.body.get("tvdbId")
    if tvdb is None and approved.wish.is_show:
        tvdb = approved.title.tvdb
    if core.tables.has_tvdb(tvdb):
        raise RefusedError(500, NOT_UNIQUE)
    now = core.now()
    row = MediaRow(
        id=core.tables.next_id("media"),
        is_show=approved.wish.is_show,
        tmdb=approved.title.tmdb,
        tvdb=tvdb,
        imdb=None,
        status=MediaStatus.UNKNOWN,
        status4k=MediaStatus.UNKNOWN,
        created_at=now,
        updated_at=now,
        added_at=now if core.flavour.merged else None,
    )
    return row.with_state(approved.wish.quality, MediaStatus.PENDING)


def _row(core: Core, approved: Approved, media: MediaRow) -> RequestRow:
    now = core.now()
    is_approved = _is_approved(approved)
    status = RequestStatus.APPROVED if is_approved else RequestStatus.PENDING
    body = approved.wish.body
    tags = body.get("tags")
    row = RequestRow(
        id=core.tables.next_id("request"),
        media_id=media.id,
        is_show=media.is_show,
        tmdb=media.tmdb,
        status=status,
        requested_by=approved.owner.id,
        modified_by=approved.actor.id if is_approved else None,
        is4k=approved.wish.quality,
        created_at=now,
        updated_at=now,
        server_id=body.get("serverId"),
        profile_id=body.get("profileId"),
        root_folder=body.get("rootFolder"),
        tags=tuple(tags) if tags is not None else None,
    )
    if not media.is_show:
        return row
    seasons = tuple(
        RequestSeason(core.tables.next_id("season_request"), number, status, now, now)
        for number in approved.seasons
    )
    return replace(row, seasons=seasons, language_profile_id=body.get("languageProfileId"))
