"""From IMDb's JSON to values. Everything here raises Misshapen for what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import re
from sys import intern

from ..shape import (
    Misshapen,
    Row,
    array,
    child,
    child_or_none,
    children,
    flag,
    mapping,
    moment_or_none,
    number,
    number_or_none,
    text,
    text_or_none,
    words_or_none,
)
from .models import ImdbList, ImdbPage, ImdbTitle

_TITLE_ID = re.compile(r"tt\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class GraphError:
    """An error, which comes with status 200."""

    code: str
    message: str
    can_pass: bool


def field[T](
    name: str, build: Callable[[Row], T | None]
) -> Callable[[object], T | GraphError | None]:
    """Return a reader of the one field that was asked for; None where IMDb has nothing for it.

    An error anywhere counts: what comes beside it has holes, and nothing is concluded from holes.
    """

    def read(value: object) -> T | GraphError | None:
        answer = mapping(value)
        if answer.get("errors"):
            return _error(mapping(array(answer["errors"], "errors")[0], "error"))
        row = child_or_none(child(answer, "data"), name)
        return None if row is None else build(row)

    return read


def error_words(value: object) -> str:
    """Return the message of the first error of a refusal."""
    return _error(mapping(array(mapping(value).get("errors"), "errors")[0], "error")).message


def _error(row: Row) -> GraphError:
    more = child_or_none(row, "extensions") or {}
    return GraphError(
        code=text_or_none(more, "code") or "",
        message=text_or_none(row, "message") or "",
        can_pass=more.get("isRetryable") is True or more.get("errorType") == "SERVER",
    )


def list_page(row: Row) -> ImdbPage:
    """Read a page of a list or watchlist."""
    search = child(row, "titleListItemSearch")
    info = child(search, "pageInfo")
    following = text_or_none(info, "endCursor") if flag(info, "hasNextPage") else None
    if flag(info, "hasNextPage") and following is None:
        raise Misshapen("endCursor is missing")
    kind = text_or_none(child_or_none(row, "listType") or {}, "id")
    author = child_or_none(row, "author") or {}
    return ImdbPage(
        about=ImdbList(
            id=text(row, "id"),
            name=words_or_none(child_or_none(row, "name") or {}, "originalText") or "",
            owner=words_or_none(child_or_none(author, "username") or {}, "text") or "",
            holds_titles=kind in (None, "TITLES"),
            modified=text_or_none(row, "lastModifiedDate"),
            total=number(search, "total"),
        ),
        titles=tuple(_listed(edge) for edge in children(search, "edges")),
        next=following,
    )


def _listed(edge: Row) -> ImdbTitle | None:
    row = child_or_none(edge, "title")
    return None if row is None else _title(row, child_or_none(edge, "node") or {})


def chart(row: Row) -> tuple[ImdbTitle, ...]:
    """Read a chart."""
    titles = tuple(_title(child(edge, "node"), {}) for edge in children(row, "edges"))
    if len(titles) < number(row, "total"):
        raise Misshapen("fewer titles than there are")
    return titles


def box_office(row: Row) -> tuple[ImdbTitle, ...]:
    """Read the box office of a weekend."""
    return tuple(_title(child(entry, "title"), {}) for entry in children(row, "entries"))


def user_of_profile(row: Row) -> str | None:
    """Read whose profile it is."""
    return text_or_none(row, "userId")


def _title(row: Row, node: Row) -> ImdbTitle:
    title_id = text(row, "id")
    if not _TITLE_ID.fullmatch(title_id):
        raise Misshapen("a title without an id")
    return ImdbTitle(
        id=title_id,
        title=words_or_none(child_or_none(row, "titleText") or {}, "text") or "",
        year=number_or_none(child_or_none(row, "releaseYear") or {}, "year"),
        kind=intern(text_or_none(child_or_none(row, "titleType") or {}, "id") or ""),
        listed_at=moment_or_none(node, "createdDate"),
    )
