"""What follows from a change: requests approve, complete and fail; titles change their status.

The servers do this in database subscribers, in an order that can be seen from outside: the answer
to a write shows the title as it was before its consequences.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from .arr import send
from .codes import MediaStatus, RequestStatus
from .core import Core
from .rows import MediaRow, RequestRow, RequestSeason

HAVING_AN_END = (MediaStatus.PARTIAL, MediaStatus.AVAILABLE, MediaStatus.DELETED)
DONE = (MediaStatus.AVAILABLE, MediaStatus.DELETED)


def save_media(core: Core, row: MediaRow) -> MediaRow:
    """Store a changed row, with what follows for its requests."""
    old = core.tables.media[row.id]
    if core.flavour.moves_updated_at:
        row = replace(row, updated_at=core.now())
    for is4k in (False, True):
        became = old.state(is4k) == MediaStatus.PENDING
        if became and row.state(is4k) == MediaStatus.AVAILABLE:
            _approve_pending(core, row, is4k)
    core.tables.put_media(row)
    if core.flavour.merged:
        for is4k in (False, True):
            _complete(core, old, row, is4k)
    return row


def save_request(core: Core, row: RequestRow) -> RequestRow:
    """Store a changed request."""
    if core.flavour.moves_updated_at:
        row = replace(row, updated_at=core.now())
    return core.tables.put_request(row)


def request_saved(core: Core, request: RequestRow) -> RequestRow | None:
    """Let a stored request have its consequences. None: it vanished with its title."""
    outcome: RequestRow | None = request
    if request.status == RequestStatus.APPROVED:
        outcome = send(core, request)
    media = core.tables.media.get(request.media_id)
    if media is None:
        return None
    match request.status:
        case RequestStatus.APPROVED:
            _approved(core, request, media)
        case RequestStatus.DECLINED:
            _declined(core, request, media)
    if outcome is not None and outcome.status == RequestStatus.FAILED:
        outcome = replace(core.tables.requests[request.id], status=RequestStatus.FAILED)
        return save_request(core, outcome)
    return core.tables.requests.get(request.id)


def request_removed(core: Core, request: RequestRow) -> None:
    """Let a removed request have its consequences: without any left, a title is unknown again."""
    media = core.tables.media[request.media_id]
    left = core.tables.requests_of_media(media.id)
    for is4k in (False, True):
        if any(other.is4k is is4k for other in left):
            continue
        if media.state(is4k) != MediaStatus.AVAILABLE:
            media = media.with_state(is4k, MediaStatus.UNKNOWN)
    save_media(core, media)


def _approved(core: Core, request: RequestRow, media: MediaRow) -> None:
    has_it = (MediaStatus.AVAILABLE, MediaStatus.PARTIAL, MediaStatus.PROCESSING)
    if media.state(request.is4k) not in has_it:
        save_media(core, media.with_state(request.is4k, MediaStatus.PROCESSING))
    if any(season.status != RequestStatus.APPROVED for season in request.seasons):
        _mark_seasons(core, request, RequestStatus.APPROVED)


def _declined(core: Core, request: RequestRow, media: MediaRow) -> None:
    status = media.state(request.is4k)
    if not media.is_show:
        if status != MediaStatus.DELETED:
            save_media(core, media.with_state(request.is4k, MediaStatus.UNKNOWN))
        return
    waiting = any(
        other.status == RequestStatus.PENDING
        and other.is4k is request.is4k
        and other.id != request.id
        for other in core.tables.requests_of_media(media.id)
    )
    if status == MediaStatus.PENDING and not waiting:
        media = save_media(core, media.with_state(request.is4k, MediaStatus.UNKNOWN))
    if core.flavour.merged:
        _mark_seasons(core, request, RequestStatus.DECLINED)
        numbers = request.season_numbers
        seasons = tuple(
            season.with_state(request.is4k, MediaStatus.UNKNOWN)
            if season.number in numbers
            else season
            for season in media.seasons
        )
        if seasons != media.seasons:
            core.tables.put_media(replace(media, seasons=seasons))


def _mark_seasons(core: Core, request: RequestRow, status: int) -> None:
    seasons = tuple(replace(season, status=status) for season in request.seasons)
    core.tables.put_request(replace(core.tables.requests[request.id], seasons=seasons))


def _approve_pending(core: Core, media: MediaRow, is4k: bool) -> None:
    for request in core.tables.requests_of_media(media.id):
        if request.is4k is is4k and request.status == RequestStatus.PENDING:
            approved = save_request(core, replace(request, status=RequestStatus.APPROVED))
            request_saved(core, approved)


def _complete(core: Core, old: MediaRow, row: MediaRow, is4k: bool) -> None:
    """Complete the requests whose film, or whose every season, has come (or gone)."""
    changed = row.state(is4k) != old.state(is4k) or (
        row.is_show
        and any(
            (before := old.season(season.number)) is None
            or before.state(is4k) != season.state(is4k)
            for season in row.seasons
        )
    )
    if not changed or row.state(is4k) not in HAVING_AN_END:
        return
    for request in core.tables.requests_of_media(row.id):
        open_states = (RequestStatus.APPROVED, RequestStatus.FAILED)
        if request.is4k is not is4k or request.status not in open_states:
            continue
        if row.is_show:
            seasons = tuple(_completed(season, old, row, is4k) for season in request.seasons)
            core.tables.put_request(replace(request, seasons=seasons))
            done = all(season.status == RequestStatus.COMPLETED for season in seasons)
        else:
            done = row.state(is4k) in DONE
        if done:
            core.late.append(partial(_finish, core, request.id))


def _completed(season: RequestSeason, old: MediaRow, row: MediaRow, is4k: bool) -> RequestSeason:
    now, before = row.season(season.number), old.season(season.number)
    if now is None or now.state(is4k) not in DONE:
        return season
    if before is not None and before.state(is4k) == now.state(is4k):
        return season  # nothing happened to it
    return replace(season, status=RequestStatus.COMPLETED)


def _finish(core: Core, number: int) -> None:
    request = core.tables.requests.get(number)
    if request is not None:
        save_request(core, replace(request, status=RequestStatus.COMPLETED))
