"""What a library says of its types, filters and sorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .fields import FIELDS, FieldType
from .items import EPISODE, KINDS, MOVIE, SEASON, SHOW

if TYPE_CHECKING:
    from .items import Library

_OPERATORS = {
    "": "is",
    "!": "is not",
    "=": "is exactly",
    "!=": "is not exactly",
    ">>": "is greater than",
    "<<": "is less than",
    ">": "is at least",
    "<": "is at most",
}
_SORTS = ("titleSort", "addedAt", "updatedAt", "lastViewedAt", "viewCount", "userRating", "index")


def meta_of(library: Library) -> dict[str, Any]:
    """Return the `Meta` element of a library."""
    kinds = (MOVIE,) if library.type == "movie" else (SHOW, SEASON, EPISODE)
    return {
        "Meta": {
            "Type": [_type(library, kind) for kind in kinds],
            "FieldType": [_field_type(one) for one in FieldType if one is not FieldType.GUID],
        }
    }


def _type(library: Library, kind: int) -> dict[str, Any]:
    name, path = KINDS[kind], f"/library/sections/{library.number}"
    return {
        "key": f"{path}/all?type={kind}",
        "type": name,
        "title": f"{name.title()}s",
        "active": kind in (MOVIE, SHOW),
        "Filter": [
            {
                "filter": field,
                "filterType": "boolean",
                "key": f"{path}/{field}",
                "title": "Unwatched",
                "type": "filter",
            }
            for field in ("unwatchedLeaves" if kind == SHOW else "unwatched",)
        ],
        "Sort": [
            {
                "default": "asc" if field == "titleSort" else None,
                "defaultDirection": "asc" if field == "titleSort" else "desc",
                "descKey": f"{field}:desc",
                "key": field,
                "title": field,
            }
            for field in _SORTS
        ],
        "Field": [
            {"key": f"{name}.{field}", "title": field, "type": str(found.type)}
            for field, found in FIELDS.items()
            if found.type is not FieldType.GUID
        ],
    }


def _field_type(one: FieldType) -> dict[str, Any]:
    return {
        "type": str(one),
        "Operator": [{"key": f"{key}=", "title": _OPERATORS[key]} for key in one.operators],
    }
