"""Which list: its kind, and what names it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list, as configuration keeps it.

    What `ref` holds depends on the kind:

    - imdb_list: `id` (ls…)
    - imdb_watchlist: `user` (ur…); before `settle` perhaps `profile` (p.…)
    - imdb_chart, trakt_chart: `chart`, one of the kind's choices
    - imdb_box_office: nothing
    - imdb_csv: `path`, or `upload`
    - trakt_list: `id` (a number), and `owner` (a slug, or "me") where it is not public; before
      `settle` perhaps `user` and `slug`
    - trakt_watchlist: `user` (a slug, or "me"); after `settle` also `id`, which does not change
    """

    kind: str
    ref: Mapping[str, str]

    @property
    def unique_id(self) -> str:
        """Return what tells this list from every other, by ids that do not change."""
        names = ("id", "user", "profile", "chart", "path", "upload")
        named = next((self.ref[name] for name in names if name in self.ref), "")
        if "slug" in self.ref:
            named = f"{named}/{self.ref['slug']}"
        return f"{self.kind}:{named}" if named else self.kind

    def as_data(self) -> dict[str, Any]:
        """Return the list as configuration keeps it."""
        return {"kind": self.kind, "ref": dict(self.ref)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ListSpec:
        """Read a list from configuration."""
        return cls(data["kind"], dict(data["ref"]))
