"""Media queries: filters, sorting and limits in the query of an address.

As the API description has it, apart from `push`, `pop` and `or`, and with a stricter answer: a
field that is not known is a 400, where the real server looks away.
"""

from __future__ import annotations

from dataclasses import dataclass
import re
from typing import TYPE_CHECKING

from aiohttp import web

from .fields import FIELDS, Field, FieldType
from .items import KINDS, Episode, Season

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .items import Item
    from .views import View

type Views = Mapping[str, View]

# What is no filter. The last two lines are what clients send and nothing here heeds.
_NO_FILTERS = frozenset(
    {
        *("type", "sort", "limit", "includeGuids", "includeMeta"),
        *("excludeElements", "excludeFields", "includeElements", "includeFields"),
        *("includeOptionalFields", "includeOptionalElements", "includeAdvanced"),
        *("includeCollections", "includeExternalMedia"),
    }
)
_UNITS = {
    "": 1,
    "m": 60,
    "h": 3600,
    "d": 86_400,
    "w": 604_800,
    "mon": 2_592_000,
    "y": 31_536_000,
}
_NAMED = {name: kind for kind, name in KINDS.items()}


@dataclass(frozen=True, slots=True)
class _Condition:
    field: Field
    scope: int
    """The kind of item that the field is one of."""
    holds: Callable[[object], bool]

    def met(self, item: Item, views: Views) -> bool:
        if item.kind == self.scope:
            return self.holds(self.field.value(item, views))
        return any(self.holds(self.field.value(one, views)) for one in relatives(item, self.scope))


def selected(
    query: Mapping[str, str], kind: int, items: Sequence[Item], views: Views, now: int
) -> Sequence[Item]:
    """Return the items that a query asks for, in the order that it asks for, or raise a 400."""
    conditions = [
        _condition(name, text, kind, now)
        for name, text in query.items()
        if name not in _NO_FILTERS and not name.startswith("X-Plex-")
    ]
    for one in conditions:
        items = [item for item in items if one.met(item, views)]
    if "sort" in query:
        items = _in_order(items, query["sort"], kind, views)
    if "limit" in query:
        items = items[: whole_number(query["limit"], "limit")]
    return items


def relatives(item: Item, kind: int) -> Iterable[Item]:
    """Return what an item is, or is part of, or has, of a kind."""
    if item.kind == kind:
        return (item,)
    if kind < item.kind:
        if isinstance(item, Episode):
            return (item.season,) if kind == item.season.kind else (item.season.show,)
        return (item.show,) if isinstance(item, Season) else ()
    return (one for one in item.leaves() if one.kind == kind)


def whole_number(text: str, name: str) -> int:
    """Return a number of the query, or raise a 400."""
    if not text.isascii() or not text.isdigit():
        raise web.HTTPBadRequest(reason=f"{name} is no number")
    return int(text)


def _condition(name: str, text: str, kind: int, now: int) -> _Condition:
    if text.startswith("="):  # title==24: only the first sign divides
        name, text = f"{name}=", text[1:]
    match = re.fullmatch(r"(?:(\w+)\.)?(\w+)([!<>=]*)", name)
    if match is None:
        raise web.HTTPBadRequest(reason=f"{name} is no field")
    scope, field_name, operator = match.groups()
    field = _field(scope, field_name)
    holds = field.type.test(operator, [_meant(field, one, now) for one in text.split(",")])
    return _Condition(field, _NAMED[scope] if scope else kind, holds)


def _field(scope: str | None, name: str) -> Field:
    if name not in FIELDS or (scope is not None and scope not in _NAMED):
        raise web.HTTPBadRequest(reason=f"there is no field {name}")
    return FIELDS[name]


def _meant(field: Field, text: str, now: int) -> object:
    if field.type in (FieldType.STRING, FieldType.GUID):
        return text.lower() if field.type is FieldType.STRING else text
    relative = re.fullmatch(r"([+-])(\d+)([a-z]*)", text)
    if field.type is FieldType.DATE and relative and relative[3] in _UNITS:
        seconds = int(relative[2]) * _UNITS[relative[3]]
        return now + seconds if relative[1] == "+" else now - seconds
    try:
        return float(text)
    except ValueError:
        raise web.HTTPBadRequest(reason=f"{text} is no number") from None


def _in_order(items: Sequence[Item], sort: str, kind: int, views: Views) -> Sequence[Item]:
    # The last field first: sorting keeps the order of what is equal.
    for part in reversed(sort.split(",")):
        match = re.fullmatch(r"(?:(\w+)\.)?(\w+)(?::(asc|desc|nullsLast))?", part)
        if match is None:
            raise web.HTTPBadRequest(reason=f"{part} is no order")
        scope, name, way = match.groups()
        field, level = _field(scope, name), _NAMED[scope] if scope else kind

        def place(item: Item, field: Field = field, level: int = level) -> tuple[bool, object]:
            value = next((field.value(one, views) for one in relatives(item, level)), None)
            return value is not None, 0 if value is None else value

        ordered = sorted(items, key=place, reverse=way == "desc")
        if way == "nullsLast":
            ordered.sort(key=lambda item: not place(item)[0])
        items = ordered
    return items
