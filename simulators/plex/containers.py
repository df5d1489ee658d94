"""What stands around the rows of an answer, and the rows of libraries themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .items import KINDS, MOVIE, Show
from .state import IDENTIFIER

if TYPE_CHECKING:
    from .items import Library, Season

MEDIA_TAGS: Final = {
    "mediaTagPrefix": "/system/bundle/media/flags/",
    "mediaTagVersion": 1634922197,
}


def section_row(library: Library) -> dict[str, Any]:
    """Return the row of a library."""
    return {
        "allowSync": True,
        "art": f"/:/resources/{library.type}-fanart.jpg",
        "composite": f"/library/sections/{library.number}/composite/{library.changed_at}",
        "filters": True,
        "refreshing": False,
        "thumb": f"/:/resources/{library.type}.png",
        "key": str(library.number),
        "type": library.type,
        "title": library.title,
        "agent": library.agent,
        "scanner": "Plex Movie" if library.type == "movie" else "Plex TV Series",
        "language": "en-US",
        "uuid": library.uuid,
        "updatedAt": library.changed_at,
        "createdAt": 1_600_000_000,
        "scannedAt": library.changed_at,
        "content": True,
        "directory": True,
        "contentChangedAt": library.version,
        "hidden": 0,
        "Location": [{"id": library.number, "path": f"/data/{library.title}"}],
    }


def above_items(library: Library, kind: int) -> dict[str, Any]:
    """Return what stands above the items of a library."""
    return {
        "allowSync": True,
        "art": f"/:/resources/{library.type}-fanart.jpg",
        "identifier": IDENTIFIER,
        "librarySectionID": library.number,
        "librarySectionTitle": library.title,
        "librarySectionUUID": library.uuid,
        **MEDIA_TAGS,
        **({} if kind == MOVIE else {"nocache": True}),
        "thumb": f"/:/resources/{library.type}.png",
        "title1": library.title,
        "title2": f"All {KINDS[kind].title()}s",
        "viewGroup": KINDS[kind],
        "viewMode": 65592,
    }


def above_seasons(show: Show) -> dict[str, Any]:
    """Return what stands above the seasons of a show."""
    path = f"/library/metadata/{show.key}"
    return {
        "allowSync": True,
        "art": f"{path}/art/{show.updated_at}",
        "banner": f"{path}/banner/{show.updated_at}",
        "identifier": IDENTIFIER,
        "key": str(show.key),
        **of_library(show.library),
        **MEDIA_TAGS,
        "nocache": True,
        "parentIndex": 1,
        "parentTitle": show.title,
        "parentYear": show.year,
        "summary": "",
        "theme": f"{path}/theme/{show.updated_at}",
        "thumb": f"{path}/thumb/{show.updated_at}",
        "title1": show.library.title,
        "title2": show.title,
        "viewGroup": "season",
        "viewMode": 65593,
    }


def above_episodes(item: Show | Season) -> dict[str, Any]:
    """Return what stands above the episodes of a show or a season."""
    show = item if isinstance(item, Show) else item.show
    path = f"/library/metadata/{show.key}"
    return {
        "allowSync": True,
        "art": f"{path}/art/{show.updated_at}",
        "banner": f"{path}/banner/{show.updated_at}",
        "identifier": IDENTIFIER,
        "key": str(item.key),
        "grandparentContentRating": "TV-14",
        "grandparentRatingKey": show.key,
        "grandparentStudio": "A Studio",
        "grandparentTheme": f"{path}/theme/{show.updated_at}",
        "grandparentThumb": f"{path}/thumb/{show.updated_at}",
        "grandparentTitle": show.title,
        **of_library(show.library),
        **MEDIA_TAGS,
        "nocache": True,
        "parentIndex": item.number,
        "parentTitle": "",
        "theme": f"{path}/theme/{show.updated_at}",
        "thumb": f"/library/metadata/{item.key}/thumb/{item.updated_at}",
        "title1": show.title,
        "title2": item.title,
        "viewGroup": "episode",
        "viewMode": 65592,
    }


def of_library(library: Library) -> dict[str, Any]:
    """Return which library something is in."""
    return {
        "librarySectionID": library.number,
        "librarySectionTitle": library.title,
        "librarySectionUUID": library.uuid,
    }
