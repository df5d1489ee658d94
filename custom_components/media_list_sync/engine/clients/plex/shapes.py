"""From a media server's JSON, and Discover's, to values.

Everything here raises Misshapen for what does not fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import re
from sys import intern

from ...model import MediaType
from ..shape import (
    Misshapen,
    Row,
    child,
    children,
    mapping,
    number,
    number_or_none,
    text,
    text_or_none,
    words,
)
from .guids import PlexIds, plex_ids
from .models import (
    PlexEpisode,
    PlexIdentity,
    PlexMovie,
    PlexRating,
    PlexSeason,
    PlexSection,
    PlexShow,
    WatchlistItem,
)

_MEDIA_TYPES = {"movie": MediaType.MOVIE, "show": MediaType.SHOW}


@dataclass(frozen=True, slots=True)
class Page[T]:
    """A page of rows. `says` is how many rows it claims to have, `total` how many there are.

    `total` is None where the answer does not tell, `start` where it does not say which rows.
    """

    rows: tuple[T, ...]
    says: int
    start: int | None
    total: int | None


_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)


def page[T](value: object, build: Callable[[Row], T]) -> Page[T]:
    """Read a page of a list. One without rows has no `Metadata` at all.

    In front of seasons there may be a `Directory` for all episodes, which is counted, but is none.
    """
    container = child(mapping(value), "MediaContainer")
    rows = children(container, "Metadata") if "Metadata" in container else []
    others = len(children(container, "Directory")) if "Directory" in container else 0
    total = number_or_none(container, "totalSize")
    return Page(
        rows=tuple([build(row) for row in rows]),
        says=number(container, "size") - others,
        start=number_or_none(container, "offset"),
        total=None if total is None else total - others,
    )


def identity(value: object) -> PlexIdentity:
    """Read `/identity`."""
    container = child(mapping(value), "MediaContainer")
    return PlexIdentity(text(container, "machineIdentifier"), text(container, "version"))


def sections(value: object) -> tuple[PlexSection, ...]:
    """Read the libraries of films and shows."""
    container = child(mapping(value), "MediaContainer")
    rows = children(container, "Directory") if "Directory" in container else []
    if len(rows) < number(container, "size"):
        raise Misshapen("fewer libraries than there are")
    return tuple(_section(row) for row in rows if row.get("type") in _MEDIA_TYPES)


def _section(row: Row) -> PlexSection:
    return PlexSection(
        key=_key(row, "key"),
        media_type=_MEDIA_TYPES[text(row, "type")],
        title=words(row, "title"),
        uuid=text_or_none(row, "uuid"),
        agent=text_or_none(row, "agent") or "",
        language=text_or_none(row, "language") or "",
    )


def ordering(value: object) -> str | None:
    """Read whose numbering shows have, out of a library's settings."""
    container = child(mapping(value), "MediaContainer")
    for row in children(container, "Setting") if "Setting" in container else ():
        if row.get("id") == "showOrdering":
            return text_or_none(row, "value") or text_or_none(row, "default")
    return None


def show(row: Row) -> PlexShow:
    """Read a show."""
    return PlexShow(
        key=_key(row, "ratingKey"),
        title=words(row, "title"),
        year=number_or_none(row, "year"),
        ids=_ids(row),
        ordering=text_or_none(row, "showOrdering"),
        episodes=number_or_none(row, "leafCount") or 0,
        watched=number_or_none(row, "viewedLeafCount") or 0,
        user_rating=_rating(row),
    )


def movie(row: Row) -> PlexMovie:
    """Read a film."""
    return PlexMovie(
        key=_key(row, "ratingKey"),
        title=words(row, "title"),
        year=number_or_none(row, "year"),
        ids=_ids(row),
        view_count=number_or_none(row, "viewCount") or 0,
        last_viewed_at=number_or_none(row, "lastViewedAt"),
        updated_at=number_or_none(row, "updatedAt"),
        user_rating=_rating(row),
    )


def episode(row: Row) -> PlexEpisode:
    """Read an episode."""
    return PlexEpisode(
        key=_key(row, "ratingKey"),
        # One text for all episodes of a show: with 60,000 of them that is some MB.
        show=intern(_key(row, "grandparentRatingKey")),
        season_key=intern(_key(row, "parentRatingKey")) if "parentRatingKey" in row else None,
        season=number_or_none(row, "parentIndex"),
        number=number_or_none(row, "index"),
        view_count=number_or_none(row, "viewCount") or 0,
        last_viewed_at=number_or_none(row, "lastViewedAt"),
        updated_at=number_or_none(row, "updatedAt"),
        user_rating=_rating(row),
        aired=_day(row),
    )


def _day(row: Row) -> str | None:
    """Read the day on which something aired; what is no day is left out."""
    text = text_or_none(row, "originallyAvailableAt")
    if text is None or not _DAY.fullmatch(text):
        return None
    return intern(text)


def season(row: Row) -> PlexSeason:
    """Read a season."""
    return PlexSeason(
        key=_key(row, "ratingKey"),
        number=number(row, "index"),
        episodes=number(row, "leafCount"),
        watched=number_or_none(row, "viewedLeafCount") or 0,
    )


def rating(row: Row) -> PlexRating:
    """Read what an item is rated."""
    return PlexRating(_key(row, "ratingKey"), _rating(row))


def watchlist_item(row: Row) -> WatchlistItem:
    """Read a title of Discover; there is nothing but films and shows to be watched later."""
    media_type = _MEDIA_TYPES.get(text(row, "type"))
    if media_type is None:
        raise Misshapen("neither film nor show")
    return WatchlistItem(
        key=_key(row, "ratingKey"),
        media_type=media_type,
        title=words(row, "title"),
        year=number_or_none(row, "year"),
        ids=_ids(row),
        listed_at=number_or_none(row, "watchlistedAt"),
    )


def _ids(row: Row) -> PlexIds:
    others = children(row, "Guid") if "Guid" in row else []
    return plex_ids(text_or_none(row, "guid"), [text(other, "id") for other in others])


def _key(row: Row, name: str) -> str:
    """Return a key: a text, or with some answers a number."""
    value = row.get(name)
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Misshapen(f"{name} is no key")


def _rating(row: Row) -> float | None:
    value = row.get("userRating")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misshapen("userRating is no number")
    return float(value)
