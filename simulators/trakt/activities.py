"""When something of an account last changed: what a client asks before it reads anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .clock import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)

_KEYS = {
    "movies": "watched_at collected_at rated_at watchlisted_at favorited_at commented_at "
    "paused_at hidden_at",
    "episodes": "watched_at collected_at rated_at watchlisted_at commented_at paused_at",
    "shows": "rated_at watchlisted_at favorited_at commented_at hidden_at dropped_at",
    "seasons": "rated_at watchlisted_at commented_at hidden_at",
    "comments": "liked_at reacted_at blocked_at",
    "lists": "liked_at reacted_at updated_at commented_at",
    "watchlist": "updated_at",
    "favorites": "updated_at",
    "collaborations": "updated_at",
    "account": "settings_at followed_at following_at pending_at requested_at",
    "saved_filters": "updated_at",
    "notes": "updated_at",
}
_SECTIONS = {"movie": "movies", "show": "shows", "season": "seasons", "episode": "episodes"}


class Activities:
    """The times of the last changes, of each kind and of all."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], datetime] = {}

    def list_changed(self, moment: datetime) -> None:
        """Note that a list was made, changed or deleted."""
        self._times["lists", "updated_at"] = moment

    def watchlist_changed(self, moment: datetime, kinds: Iterable[str]) -> None:
        """Note that titles of these kinds came to the watchlist or left it."""
        self._times["watchlist", "updated_at"] = moment
        for kind in kinds:
            if kind in _SECTIONS:
                self._times[_SECTIONS[kind], "watchlisted_at"] = moment

    def changed(self, moment: datetime, key: str, sections: Iterable[str]) -> None:
        """Note that something else of these sections (movies, episodes, …) changed."""
        for section in sections:
            if key in _KEYS[section].split():
                self._times[section, key] = moment

    @property
    def fields(self) -> dict[str, object]:
        """Return all times."""
        out: dict[str, object] = {"all": iso(max(self._times.values(), default=BEGINNING))}
        for section, keys in _KEYS.items():
            out[section] = {
                key: iso(self._times.get((section, key), BEGINNING)) for key in keys.split()
            }
        return out
