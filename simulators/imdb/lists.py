"""A list of a user: its state, and the page of it that a query asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from .cursors import page_bounds
from .errors import ErrorCode, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .titles import ImdbTitle

WATCHLIST = "WATCHLIST"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list. The same title may be entered more than once."""

    number: int
    title: ImdbTitle
    created: datetime


@dataclass(slots=True)
class ImdbList:
    """A list (`ls…`) of the user `ur…`; a watchlist is one with the class WATCH_LIST."""

    list_id: str
    name: str
    user: str
    visibility: str
    modified: datetime
    kind: str = "TITLES"
    items: list[Item] = field(default_factory=list)
    reads_empty: int = 0
    """How many reads from now on show no items although there are some."""
    entered: int = 0
    """How many items it ever had, from which their ids are made."""

    def enter(self, titles: Iterable[ImdbTitle]) -> None:
        """Put titles at its end, each entered an hour after the one before."""
        for title in titles:
            self.entered += 1
            created = datetime(2014, 1, 1, tzinfo=UTC) + timedelta(hours=self.entered)
            self.items.append(Item(self.entered, title, created))

    def touch(self) -> None:
        """Move the date of its last change, by a second at least, which is its resolution."""
        now = datetime.now(UTC).replace(microsecond=0)
        self.modified = max(now, self.modified + timedelta(seconds=1))

    def fields(self) -> dict[str, object]:
        """Return all that may be asked of a `List`."""
        watchlist = self.name == WATCHLIST
        return {
            "id": self.list_id,
            "name": {"originalText": self.name},
            "listType": {"id": self.kind},
            "listClass": {"id": "WATCH_LIST" if watchlist else "LIST"},
            "visibility": {"id": self.visibility},
            "author": {"userId": self.user, "profileId": None, "username": {"text": "viewer"}},
            "createdDate": "2014-01-01T00:00:00Z",
            "lastModifiedDate": f"{self.modified:%Y-%m-%dT%H:%M:%SZ}",
            "titleListItemSearch": self.search,
        }

    def search(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return one page of its titles. A list of people has none."""
        items: Sequence[Item] = self.items
        if self.reads_empty:
            self.reads_empty -= 1
            items = ()
        placed = _sorted(list(enumerate(items, start=1)), arguments.get("sort"))
        page = page_bounds(arguments, len(placed), self.list_id)
        return {
            "total": len(placed),
            "pageInfo": page.info,
            "edges": [_edge(position, item) for position, item in placed[page.start : page.stop]],
        }


def _edge(position: int, item: Item) -> dict[str, object]:
    return {
        "node": {
            "itemId": str(item.number),
            "absolutePosition": position,
            "createdDate": f"{item.created:%Y-%m-%dT%H:%M:%S}.000Z",
        },
        "title": item.title.fields,
    }


def _sorted(placed: list[tuple[int, Item]], sort: object) -> list[tuple[int, Item]]:
    if not isinstance(sort, dict):
        return placed
    match sort["by"]:
        case "LIST_ORDER":
            pass
        case "DATE_ADDED":
            placed.sort(key=lambda entry: entry[1].created)
        case "RELEASE_DATE":
            placed.sort(key=lambda entry: entry[1].title.year or 9999)
        case other:
            raise RefusedError(ErrorCode.BAD_USER_INPUT, f"Cannot sort by {other}")
    if sort["order"] == "DESC":
        placed.reverse()
    return placed
