"""From the servers' JSON to values. Everything here raises Misshapen for what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
import re

from ...model import (
    LibraryRow,
    MediaStatus,
    MediaType,
    SeasonRow,
    ShowDetails,
    ShowSeason,
    TitleKey,
)
from ..shape import (
    Misshapen,
    Row,
    array,
    child,
    child_or_none,
    children,
    flag,
    mapping,
    number,
    number_or_none,
    text,
    text_or_none,
    words,
    words_or_none,
)
from .models import (
    ArrServer,
    ArrServerOptions,
    Choice,
    Flavour,
    Found,
    PublicSettings,
    Quota,
    QuotaLine,
    Requested,
    RequestRow,
    RequestStatus,
    SeerrUser,
    ServerStatus,
)

_MEDIA_TYPES = {"movie": MediaType.MOVIE, "tv": MediaType.SHOW}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_OVER = frozenset({"Ended", "Canceled"})
"""TMDB's words for a show of which no more seasons are made."""


def page[T](value: object, build: Callable[[Row], T | None]) -> tuple[list[T], int, int]:
    """Return the rows of a page that count, how many rows it has, and how many there are in all."""
    answer = mapping(value)
    rows = children(answer, "results")
    built = [built for row in rows if (built := build(row)) is not None]
    return built, len(rows), number(child(answer, "pageInfo"), "results")


def server_status(value: object) -> ServerStatus:
    """Read `/status`."""
    return ServerStatus(text(mapping(value), "version"))


def public_settings(value: object) -> PublicSettings:
    """Read `/settings/public`.

    Which server it is shows by what it names: Overseerr knows no kinds of media servers; Seerr
    says `hideBlocklisted` where Jellyseerr says `hideBlacklisted`, or in its old versions nothing.
    A title is no sign: people change it.
    """
    row = mapping(value)
    flavour = Flavour.JELLYSEERR
    if "mediaServerType" not in row:
        flavour = Flavour.OVERSEERR
    elif "hideBlocklisted" in row:
        flavour = Flavour.SEERR
    server_id = text_or_none(row, "vapidPublic")
    if server_id is None:
        raise Misshapen("vapidPublic is missing")
    return PublicSettings(
        server_id=server_id,
        title=words_or_none(row, "applicationTitle") or flavour.title(),
        movie_4k=flag(row, "movie4kEnabled"),
        series_4k=flag(row, "series4kEnabled"),
        special_episodes=flavour is Flavour.OVERSEERR or flag(row, "enableSpecialEpisodes"),
        flavour=flavour,
    )


def user(row: Row) -> SeerrUser:
    """Read a user."""
    names = ("displayName", "username", "plexUsername", "jellyfinUsername")
    number_of_user = number(row, "id")
    return SeerrUser(
        id=number_of_user,
        name=next(
            (name for key in names if (name := words_or_none(row, key))), f"#{number_of_user}"
        ),
        permissions=number(row, "permissions"),
    )


def quota(value: object) -> Quota:
    """Read the quotas of a user."""
    row = mapping(value)
    return Quota(_quota_line(child(row, "movie")), _quota_line(child(row, "tv")))


def _quota_line(row: Row) -> QuotaLine:
    return QuotaLine(
        limit=number_or_none(row, "limit") or None,  # 0 is no limit either
        remaining=number_or_none(row, "remaining"),
    )


def library_row(row: Row) -> LibraryRow | None:
    """Read a title of the library; None for a media type that is not ours (music, say)."""
    key = _key(text(row, "mediaType"), row, "tmdbId")
    if key is None:
        return None
    seasons = row.get("seasons")
    return LibraryRow(
        key=key,
        status=_media_status(row, "status"),
        status_4k=_media_status(row, "status4k"),
        tvdb=number_or_none(row, "tvdbId") or None,
        imdb=text_or_none(row, "imdbId"),
        seasons=tuple(map(_season_row, array(seasons, "seasons"))) if seasons else (),
    )


def _season_row(value: object) -> SeasonRow:
    row = mapping(value, "season")
    return _season(number(row, "seasonNumber"), number(row, "status"), number(row, "status4k"))


@lru_cache(maxsize=4096)
def _season(season: int, status: int, status_4k: int) -> SeasonRow:
    """Return a season. A library has tens of thousands, and few that differ."""
    return SeasonRow(season, MediaStatus.read(status), MediaStatus.read(status_4k))


def found(value: object) -> tuple[Found, ...]:
    """Read what a search by an id found: of persons and collections nothing is made."""
    rows = children(mapping(value), "results")
    return tuple(one for row in rows if (one := _found(row)) is not None)


def _found(row: Row) -> Found | None:
    key = _key(text(row, "mediaType"), row, "id")
    if key is None:
        return None
    is_movie = key.media_type is MediaType.MOVIE
    released = text_or_none(row, "releaseDate" if is_movie else "firstAirDate") or ""
    return Found(
        key=key,
        title=words_or_none(row, "title" if is_movie else "name") or "",
        year=int(released[:4]) if _DATE.match(released) else None,
    )


def show_details(value: object) -> ShowDetails:
    """Read what the server, or TMDB, knows of a show."""
    row = mapping(value)
    outside = child_or_none(row, "externalIds") or {}
    return ShowDetails(
        tmdb=number(row, "id"),
        title=words_or_none(row, "name") or "",
        seasons=tuple(_show_season(season) for season in children(row, "seasons")),
        ended=row.get("status") in _OVER,
        tvdb=number_or_none(outside, "tvdbId") or None,
    )


def _show_season(row: Row) -> ShowSeason:
    aired = text_or_none(row, "airDate") or ""
    return ShowSeason(
        number=number(row, "seasonNumber"),
        episodes=number_or_none(row, "episodeCount") or 0,
        air_date=aired if _DATE.fullmatch(aired) else None,
    )


def request_row(row: Row) -> RequestRow | None:
    """Read a request; None where it is for no film or show that the server still knows."""
    media = child_or_none(row, "media")
    if media is None:
        return None
    key = _key(text(row, "type"), media, "tmdbId")
    return None if key is None else _request_row(row, key, media)


def requests_of(key: TitleKey) -> Callable[[object], tuple[RequestRow, ...]]:
    """Return a reader of the requests that stand in the details of a title."""

    def build(value: object) -> tuple[RequestRow, ...]:
        media = child_or_none(mapping(value), "mediaInfo")
        if media is None or media.get("requests") is None:
            return ()
        return tuple(_request_row(row, key, media) for row in children(media, "requests"))

    return build


def _request_row(row: Row, key: TitleKey, media: Row) -> RequestRow:
    is_4k = flag(row, "is4k")
    return RequestRow(
        id=number(row, "id"),
        key=key,
        is_4k=is_4k,
        status=RequestStatus.read(number(row, "status")),
        media_status=_media_status(media, "status4k" if is_4k else "status"),
        seasons=_season_numbers(row),
    )


def requested(value: object) -> Requested:
    """Read the request that was just made."""
    row = mapping(value)
    status = RequestStatus.read(number(row, "status"))
    return Requested(number(row, "id"), _season_numbers(row), status is RequestStatus.PENDING)


def pending(value: object) -> int:
    """Read how many requests wait to be approved."""
    return number(mapping(value), "pending")


def servers(value: object) -> tuple[ArrServer, ...]:
    """Read the Radarr or Sonarr servers."""
    return tuple(
        ArrServer(
            id=number(row, "id"),
            name=words_or_none(row, "name") or f"#{number(row, 'id')}",
            is_4k=flag(row, "is4k"),
        )
        for row in (mapping(entry, "server") for entry in array(value))
    )


def server_options(value: object) -> ArrServerOptions:
    """Read what can be chosen on a Radarr or Sonarr server."""
    row = mapping(value)
    return ArrServerOptions(
        profiles=tuple(
            Choice(number(p, "id"), words(p, "name")) for p in children(row, "profiles")
        ),
        root_folders=tuple(text(folder, "path") for folder in children(row, "rootFolders")),
        tags=tuple(Choice(number(t, "id"), words(t, "label")) for t in children(row, "tags"))
        if row.get("tags") is not None
        else (),
    )


def _key(media_type: str, row: Row, name: str) -> TitleKey | None:
    kind = _MEDIA_TYPES.get(media_type)
    return None if kind is None else TitleKey(kind, number(row, name))


def _media_status(row: Row, key: str) -> MediaStatus:
    return MediaStatus.read(number(row, key))


def _season_numbers(row: Row) -> tuple[int, ...]:
    if row.get("seasons") is None:
        return ()
    return tuple(number(season, "seasonNumber") for season in children(row, "seasons"))
