"""From Trakt's JSON to values. Everything here raises Misshapen for what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
import re

from ...model import Ids, ListItem, MediaType, Part
from ..shape import (
    Row,
    array,
    child,
    child_or_none,
    mapping,
    moment,
    moment_or_none,
    number,
    number_or_none,
    text,
    text_or_none,
    words,
    words_or_none,
)
from .models import TraktList, TraktUser

_IMDB_ID = re.compile(r"tt\d+")

type LeftOut = str
"""The kind of a row that can never be requested."""


def signed_in_user(value: object) -> TraktUser:
    """Read `/users/settings`."""
    return _user(child(mapping(value), "user"), "uuid")


def user(value: object) -> TraktUser:
    """Read a profile."""
    return _user(mapping(value), "trakt")


def _user(row: Row, id_key: str) -> TraktUser:
    known = child(row, "ids")
    return TraktUser(
        id=text(known, id_key) if id_key == "uuid" else str(number(known, id_key)),
        slug=text_or_none(known, "slug") or "",
        name=words(row, "username"),
    )


def trakt_list(value: object) -> TraktList:
    """Read what Trakt says of a list."""
    row = mapping(value)
    owner = child(row, "user")
    return TraktList(
        id=number(child(row, "ids"), "trakt"),
        name=words(row, "name"),
        owner=text_or_none(child_or_none(owner, "ids") or {}, "slug") or "",
        is_public=row.get("privacy") == "public",
        updated_at=moment(row, "updated_at"),
        item_count=number(row, "item_count"),
    )


def watchlist_changed(value: object) -> str:
    """Read, from `/sync/last_activities`, when the watchlist last changed."""
    return text(child(mapping(value), "watchlist"), "updated_at")


def rows[T](build: Callable[[Row], T]) -> Callable[[object], list[T]]:
    """Return a reader of a page of rows."""
    return lambda value: [build(mapping(row, "row")) for row in array(value)]


def list_row(row: Row) -> ListItem | LeftOut:
    """Read a row of a list or watchlist. A season or an episode stands for its show."""
    listed_at = moment_or_none(row, "listed_at")
    match text(row, "type"):
        case "movie":
            return _item(child(row, "movie"), MediaType.MOVIE, listed_at=listed_at)
        case "show":
            return _item(child(row, "show"), MediaType.SHOW, listed_at=listed_at)
        case "season":
            season = number(child(row, "season"), "number")
            return _item(child(row, "show"), MediaType.SHOW, Part.SEASON, season, listed_at)
        case "episode":
            season = number(child(row, "episode"), "season")
            return _item(child(row, "show"), MediaType.SHOW, Part.EPISODE, season, listed_at)
        case "person":
            return "person"
        case _:
            return "other"


def chart_row(media_type: MediaType) -> Callable[[Row], ListItem]:
    """Return a reader of the rows of a chart. In some of them the row itself is the title."""
    key = "movie" if media_type is MediaType.MOVIE else "show"
    return lambda row: _item(child(row, key) if key in row else row, media_type)


def ids(title: Row) -> Ids:
    """Read the ids of a film or a show."""
    found = child(title, "ids")
    imdb = text_or_none(found, "imdb")
    return Ids(
        imdb=imdb if imdb is not None and _IMDB_ID.fullmatch(imdb) else None,
        tmdb=number_or_none(found, "tmdb") or None,
        tvdb=number_or_none(found, "tvdb") or None,
        trakt=number(found, "trakt"),
    )


def name(title: Row) -> str:
    """Read the name of a film or a show, empty where it has none."""
    return words_or_none(title, "title") or ""


def year(title: Row) -> int | None:
    """Read the year of a film or a show."""
    return number_or_none(title, "year")


def _item(
    title: Row,
    media_type: MediaType,
    part: Part = Part.WHOLE,
    season: int | None = None,
    listed_at: datetime | None = None,
) -> ListItem:
    return ListItem(
        media_type=media_type,
        ids=ids(title),
        title=name(title),
        year=year(title),
        part=part,
        season=season,
        listed_at=listed_at,
    )
