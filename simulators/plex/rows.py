"""Items as rows: what an answer says of a film, show, season or episode.

Rows are made when they are asked for, which takes some microseconds each; 60,000 of them kept
ready would take some hundred megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .items import Episode, Movie, Season, Show, sort_title
from .media import DURATION, media_of
from .views import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .items import Item
    from .views import View

type Row = dict[str, Any]

_SUMMARY = (
    "Somebody sets out, meets somebody else, and neither of them comes back as they were. What "
    "looked like an errand for an afternoon takes them through a city that has its own plans, and "
    "what they find at the end of it is not what they were sent for."
)
_TAGS = {
    "Genre": [{"tag": "Animation"}, {"tag": "Drama"}],
    "Role": [{"tag": "First Voice"}, {"tag": "Second Voice"}, {"tag": "Third Voice"}],
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What rows are to have: `only` and `without` name fields and elements of any kind."""

    guids: bool = False
    media: bool = True
    only_fields: frozenset[str] | None = None
    only_elements: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    full: bool = False
    """A row of its own, which says more than a row of a list."""

    def trimmed(self, row: Row) -> Row:
        """Return what is to be shown of a row."""
        if self.only_fields is None and self.only_elements is None and not self.without:
            return row
        return {key: value for key, value in row.items() if self._shows(key, value)}

    def _shows(self, key: str, value: object) -> bool:
        if key in self.without:
            return False
        only = self.only_elements if isinstance(value, list) else self.only_fields
        return only is None or key in only


def row_of(item: Item, views: Mapping[str, View], shape: Shape) -> Row:
    """Return the row of an item, as a person sees it."""
    match item:
        case Episode():
            row = _episode(item)
        case Show():
            row = _show(item, views)
        case Season():
            row = _season(item, views)
        case _:
            row = _movie(item)
    row |= views.get(item.guid, NEVER).fields()
    if isinstance(item, Episode | Movie) and shape.media:
        row["Media"] = [media_of(item)]
    if (shape.guids or shape.full) and item.ids:
        row["Guid"] = [{"id": one} for one in item.ids]
    if shape.full:
        library = item.library
        row |= {
            "librarySectionID": library.number,
            "librarySectionKey": f"/library/sections/{library.number}",
            "librarySectionTitle": library.title,
        }
    return shape.trimmed(row)


def _movie(movie: Movie) -> Row:
    path = f"/library/metadata/{movie.key}"
    row = {
        "ratingKey": str(movie.key),
        "key": path,
        "guid": movie.guid,
        "studio": "A Studio",
        "type": "movie",
        "title": movie.title,
        "contentRating": "PG",
        "summary": _SUMMARY,
        "rating": 7.6,
        "year": movie.year,
        "thumb": f"{path}/thumb/{movie.updated_at}",
        "art": f"{path}/art/{movie.updated_at}",
        "duration": DURATION,
        "originallyAvailableAt": movie.aired.isoformat(),
        "addedAt": movie.added_at,
        "updatedAt": movie.updated_at,
        **_TAGS,
        "Director": [{"tag": "A Director"}],
        "Country": [{"tag": "Japan"}],
    }
    return _sorted_by(row, movie.title)


def _show(show: Show, views: Mapping[str, View]) -> Row:
    path = f"/library/metadata/{show.key}"
    leaves = list(show.leaves())
    row = {
        "ratingKey": str(show.key),
        "key": f"{path}/children",
        "guid": show.guid,
        "studio": "A Studio",
        "type": "show",
        "title": show.title,
        "contentRating": "TV-14",
        "summary": _SUMMARY,
        "index": 1,
        "rating": 8.3,
        "year": show.year,
        "thumb": f"{path}/thumb/{show.updated_at}",
        "art": f"{path}/art/{show.updated_at}",
        "banner": f"{path}/banner/{show.updated_at}",
        "theme": f"{path}/theme/{show.updated_at}",
        "duration": DURATION,
        "originallyAvailableAt": show.aired.isoformat(),
        "leafCount": len(leaves),
        "viewedLeafCount": _watched(leaves, views),
        "childCount": len(show.seasons),
        "addedAt": show.added_at,
        "updatedAt": show.updated_at,
        **_TAGS,
    }
    if show.collections:
        row["Collection"] = [{"tag": name} for name in show.collections]
    if show.ordering is not None:
        row["showOrdering"] = show.ordering
    return _sorted_by(row, show.title)


def _season(season: Season, views: Mapping[str, View]) -> Row:
    show = season.show
    path = f"/library/metadata/{season.key}"
    above = f"/library/metadata/{show.key}"
    return {
        "ratingKey": str(season.key),
        "key": f"{path}/children",
        "parentRatingKey": str(show.key),
        "guid": season.guid,
        "parentGuid": show.guid,
        "parentStudio": "A Studio",
        "type": "season",
        "title": season.title,
        "parentKey": above,
        "parentTitle": show.title,
        "summary": "",
        "index": season.number,
        "parentIndex": 1,
        "parentYear": show.year,
        "thumb": f"{path}/thumb/{season.updated_at}",
        "art": f"{above}/art/{show.updated_at}",
        "parentThumb": f"{above}/thumb/{show.updated_at}",
        "parentTheme": f"{above}/theme/{show.updated_at}",
        "leafCount": len(season.episodes),
        "viewedLeafCount": _watched(list(season.leaves()), views),
        "addedAt": season.added_at,
        "updatedAt": season.updated_at,
    }


def _episode(episode: Episode) -> Row:
    season, show = episode.season, episode.season.show
    path = f"/library/metadata/{episode.key}"
    parent = f"/library/metadata/{season.key}"
    above = f"/library/metadata/{show.key}"
    aired = episode.aired
    return {
        "ratingKey": str(episode.key),
        "key": path,
        "parentRatingKey": str(season.key),
        "grandparentRatingKey": str(show.key),
        "guid": episode.guid,
        "parentGuid": season.guid,
        "grandparentGuid": show.guid,
        "type": "episode",
        "title": episode.title,
        "grandparentKey": above,
        "parentKey": parent,
        "grandparentTitle": show.title,
        "parentTitle": season.title,
        "contentRating": "TV-14",
        "summary": _SUMMARY,
        "index": episode.number,
        "parentIndex": season.number,
        "rating": 7.4,
        "year": aired.year,
        "thumb": f"{path}/thumb/{episode.updated_at}",
        "art": f"{above}/art/{show.updated_at}",
        "parentThumb": f"{parent}/thumb/{season.updated_at}",
        "grandparentThumb": f"{above}/thumb/{show.updated_at}",
        "grandparentArt": f"{above}/art/{show.updated_at}",
        "grandparentTheme": f"{above}/theme/{show.updated_at}",
        "duration": DURATION,
        "originallyAvailableAt": aired.isoformat(),
        "addedAt": episode.added_at,
        "updatedAt": episode.updated_at,
        "Writer": [{"tag": "A Writer"}],
    }


def _watched(leaves: list[Episode], views: Mapping[str, View]) -> int:
    return sum(1 for leaf in leaves if (view := views.get(leaf.guid)) and view.count)


def _sorted_by(row: Row, title: str) -> Row:
    if (short := sort_title(title)) != title:
        row["titleSort"] = short
    return row
