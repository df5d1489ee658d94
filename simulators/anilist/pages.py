"""`Page`: some of many things, fifty at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
import re
from typing import Any

from .collection import filtered
from .entries import Account, entry_fields
from .errors import RefusedError
from .media import AniListMedia
from .state import State

PER_PAGE = 50


class Page:
    """One page. `pageInfo` tells of what else is asked for, and has to be answered after it."""

    def __init__(self, state: State, viewer: Account | None, arguments: Mapping[str, Any]) -> None:
        self._state = state
        self._viewer = viewer
        self._now = state.clock.stamp()
        self._page = max(arguments.get("page") or 1, 1)
        self._size = min(max(arguments.get("perPage") or PER_PAGE, 1), PER_PAGE)
        self._total = 0

    def fields(self) -> dict[str, object]:
        """Return all that may be asked of a `Page`."""
        return {
            "pageInfo": self._info,
            "media": self._media,
            "mediaList": self._media_list,
            "airingSchedules": self._airing,
        }

    def _info(self, _: Mapping[str, Any]) -> dict[str, Any]:
        last = -(-self._total // self._size) or 1
        return {
            "total": self._total,
            "perPage": self._size,
            "currentPage": self._page,
            "lastPage": last,
            "hasNextPage": self._page < last,
        }

    def _media(self, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = list(self._state.media.values())
        if arguments.get("type") == "MANGA":
            found = []
        if (one := arguments.get("id")) is not None:
            found = [media for media in found if media.id == one]
        if (ids := arguments.get("id_in")) is not None:
            found = [media for media in found if media.id in ids]
        if (ids := arguments.get("idMal_in")) is not None:
            found = [media for media in found if media.mal in ids]
        if (adult := arguments.get("isAdult")) is not None:
            found = [media for media in found if media.is_adult == adult]
        if (words := arguments.get("search")) is not None:
            found = matching(found, words)
        if "ID_DESC" in (arguments.get("sort") or ()):
            found.sort(key=lambda media: media.id, reverse=True)
        elif "SEARCH_MATCH" not in (arguments.get("sort") or ()):
            found.sort(key=lambda media: media.id)
        return [media_fields(self._state, media, self._viewer) for media in self._cut(found)]

    def _media_list(self, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
        user_id, name = arguments.get("userId"), arguments.get("userName")
        if user_id is None and name is None and arguments.get("mediaId") is None:
            raise RefusedError(400, "validation", {"userId": ["The user id field is required."]})
        owner = self._state.account(self._viewer, user_id, name)
        chosen = filtered(owner.visible(self._viewer), arguments)
        return [entry_fields(entry, owner, self._viewer, self._now) for entry in self._cut(chosen)]

    def _airing(self, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
        ids = arguments.get("mediaId_in")
        if (one := arguments.get("mediaId")) is not None:
            ids = [one]
        rows = [
            row
            for media in self._state.media.values()
            if (ids is None or media.id in ids) and (row := media.airing(self._now)) is not None
        ]
        key = "episode" if "EPISODE" in str(arguments.get("sort")) else "airingAt"
        rows.sort(key=lambda row: row[key], reverse="_DESC" in str(arguments.get("sort")))
        return self._cut(rows)

    def _cut[T](self, rows: Sequence[T]) -> list[T]:
        self._total = len(rows)
        return list(rows[(self._page - 1) * self._size : self._page * self._size])


def media_fields(state: State, media: AniListMedia, viewer: Account | None) -> dict[str, Any]:
    """Return all that may be asked of a `Media`."""
    now = state.clock.stamp()

    def own_entry(_: Mapping[str, Any]) -> dict[str, Any] | None:
        entry = viewer.entries.get(media.id) if viewer else None
        return entry_fields(entry, viewer, viewer, now) if viewer and entry else None

    return {**media.fields(now), "mediaListEntry": own_entry}


def matching(found: list[AniListMedia], words: str) -> list[AniListMedia]:
    """Return the anime whose names hold all the words, the best first."""
    asked = set(_words(words))

    def distance(media: AniListMedia) -> int:
        fits = [set(_words(name)) for name in media.names if asked <= set(_words(name))]
        return min((len(name - asked) for name in fits), default=-1)

    ranked = [(distance(media), media.id, media) for media in found]
    return [media for rank, _, media in sorted(ranked, key=lambda row: row[:2]) if rank >= 0]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
