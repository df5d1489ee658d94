"""The fields that media queries may name, and what their types can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .items import Show, sort_title
from .media import DURATION
from .views import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .items import Item
    from .views import View


class FieldType(StrEnum):
    """Types by their names in `FieldType` elements."""

    INTEGER = "integer"
    BOOLEAN = "boolean"
    STRING = "string"
    DATE = "date"
    GUID = "guid"

    @property
    def operators(self) -> tuple[str, ...]:
        """Return the operators, each without the `=` that ends it."""
        return {
            FieldType.INTEGER: ("", "!", ">>", "<<", "<", ">"),
            # `>` and `<` are not in the description's table of dates, and in its examples.
            FieldType.DATE: ("", "!", ">>", "<<", "<", ">"),
            FieldType.BOOLEAN: ("", "!"),
            FieldType.STRING: ("", "!", "=", "!=", "<", ">"),
            FieldType.GUID: ("", "!"),
        }[self]

    def test(self, operator: str, wanted: Sequence[Any]) -> Callable[[Any], bool]:
        """Return what is asked of a value: that it stands so to one of those wanted, or a 400."""
        if operator not in self.operators:
            raise web.HTTPBadRequest(reason=f"a {self} has no operator {operator}=")
        if operator.startswith("!"):
            affirmed = self.test(operator[1:], wanted)
            return lambda value: value is None or not affirmed(value)
        compare = (_OF_TEXT if self is FieldType.STRING else _OF_NUMBERS)[operator]
        if self is FieldType.GUID:
            return lambda value: any(one in value for one in wanted)
        if len(wanted) == 1:  # the usual case, and asked of every item of a library
            only = wanted[0]
            return lambda value: value is not None and compare(value, only)
        return lambda value: value is not None and any(compare(value, one) for one in wanted)


_OF_NUMBERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "": lambda value, one: value == one,
    ">>": lambda value, one: value > one,
    "<<": lambda value, one: value < one,
    ">": lambda value, one: value >= one,
    "<": lambda value, one: value <= one,
}
_OF_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "": lambda value, one: one in value,
    "=": lambda value, one: value == one,
    "<": lambda value, one: value.startswith(one),
    ">": lambda value, one: value.endswith(one),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its type, and what it is for an item and a person's views. None: not set."""

    type: FieldType
    value: Callable[[Item, Mapping[str, View]], Any]


def _view(item: Item, views: Mapping[str, View]) -> View:
    return views.get(item.guid, NEVER)


def _unwatched_leaves(item: Item, views: Mapping[str, View]) -> bool:
    return any(not _view(leaf, views).count for leaf in item.leaves())


FIELDS: Mapping[str, Field] = {
    "title": Field(FieldType.STRING, lambda item, _: item.title.lower()),
    "titleSort": Field(FieldType.STRING, lambda item, _: sort_title(item.title).lower()),
    "guid": Field(FieldType.GUID, lambda item, _: (item.guid, *item.ids)),
    "index": Field(FieldType.INTEGER, lambda item, _: item.number),
    "year": Field(FieldType.INTEGER, lambda item, _: item.year),
    "duration": Field(FieldType.INTEGER, lambda _item, _views: DURATION),
    "addedAt": Field(FieldType.DATE, lambda item, _: item.added_at),
    "updatedAt": Field(FieldType.DATE, lambda item, _: item.updated_at),
    "originallyAvailableAt": Field(FieldType.DATE, lambda item, _: item.aired.toordinal()),
    "viewCount": Field(FieldType.INTEGER, lambda item, views: _view(item, views).count),
    "lastViewedAt": Field(FieldType.DATE, lambda item, views: _view(item, views).at),
    "userRating": Field(FieldType.INTEGER, lambda item, views: _view(item, views).rating),
    "lastRatedAt": Field(FieldType.DATE, lambda item, views: _view(item, views).rated_at),
    "unwatched": Field(
        FieldType.BOOLEAN,
        lambda item, views: None if isinstance(item, Show) else _unwatched_leaves(item, views),
    ),
    "unwatchedLeaves": Field(FieldType.BOOLEAN, _unwatched_leaves),
}
