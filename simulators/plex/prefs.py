"""Settings: those of a library, those of a show, and a few of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .items import Library, Show

ORDERINGS: Final = {
    "tmdbAiring": "The Movie Database (Aired)",
    "tvdbAiring": "TheTVDB (Aired)",
    "tvdbDvd": "TheTVDB (DVD)",
    "tvdbAbsolute": "TheTVDB (Absolute)",
    "aired": "TheTVDB (Aired)",
    "dvd": "TheTVDB (DVD)",
    "absolute": "TheTVDB (Absolute)",
}
"""The later names beside the earlier ones, which older libraries still have."""


def library_settings(library: Library) -> list[dict[str, Any]]:
    """Return the settings of a library. Legacy agents order by nothing but themselves."""
    settings = [
        _setting("hidden", "Visibility", "int", 0, 0, "0:Include|1:Exclude"),
        _setting("enableBIFGeneration", "Enable video preview thumbnails", "bool", True, True),
    ]
    if library.type == "show" and not library.legacy:
        settings.append(_ordering("tmdbAiring", library.ordering, ORDERINGS))
    return settings


def show_settings(show: Show) -> list[dict[str, Any]]:
    """Return the settings of a show, each of which may be that of its library."""
    settings = [
        _setting("flattenSeasons", "Seasons", "int", -1, -1, "-1:Library default|0:Show|1:Hide")
    ]
    if not show.library.legacy:
        words = {"": "Library default", **ORDERINGS}
        settings.append(_ordering("", show.ordering or "", words))
    return settings


def server_settings(name: str) -> list[dict[str, Any]]:
    """Return some of the server's settings."""
    return [
        _setting("FriendlyName", "Friendly name", "text", "", name),
        _setting("LibraryVideoPlayedThreshold", "Video played threshold", "int", 90, 90),
    ]


def _ordering(default: str, value: str, words: dict[str, str]) -> dict[str, Any]:
    choices = "|".join(f"{key}:{text}" for key, text in words.items())
    return _setting("showOrdering", "Episode ordering", "text", default, value, choices)


def _setting(
    key: str, label: str, kind: str, default: object, value: object, choices: str | None = None
) -> dict[str, Any]:
    setting = {
        "id": key,
        "label": label,
        "summary": "",
        "type": kind,
        "default": default,
        "value": value,
        "hidden": False,
        "advanced": False,
        "group": "",
    }
    return setting if choices is None else {**setting, "enumValues": choices}
