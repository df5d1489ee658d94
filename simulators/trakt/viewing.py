"""What tests and the demo let people do who watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .plays import UNKNOWN, Play

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from simulators.catalog import CatalogTitle

    from .accounts import Account
    from .clock import Clock
    from .entries import Entry
    from .state import State

VIEWER = "viewer"


class Viewing:
    """The part of the simulator that is about watching."""

    state: State
    clock: Clock

    def user(self, slug: str = VIEWER) -> Account:
        """Return an account; its fields (private, vip, locked) may be changed."""
        return self.state.accounts[slug]

    def know(self, titles: Iterable[CatalogTitle]) -> None:
        """Let Trakt know more titles."""
        for title in titles:
            self.state.titles.add(title)

    def watch(
        self,
        entries: Iterable[Entry],
        watched_at: datetime | None = None,
        *,
        user: str = VIEWER,
        action: str = "scrobble",
    ) -> list[int]:
        """Let a person watch films and episodes, at a time or (None) nobody knows when.

        Returns the numbers of the plays.
        """
        account, moment = self.user(user), self.clock.stamp()
        when = UNKNOWN if watched_at is None else watched_at.replace(second=0, microsecond=0)
        plays = [
            Play(next(self.state.play_numbers), entry, when, moment, action) for entry in entries
        ]
        for play in plays:
            account.plays.add(play)
        sections = {"movies" if play.entry.kind == "movie" else "episodes" for play in plays}
        account.activities.changed(moment, "watched_at", sections)
        return [play.number for play in plays]

    def reset_progress(
        self, show: CatalogTitle, user: str = VIEWER, at: datetime | None = None
    ) -> datetime:
        """Begin a show anew, as a person does who watches it again; return when that was.

        `at`: when it was, if not now.
        """
        account, moment = self.user(user), self.clock.stamp()
        account.resets[show.trakt] = at or moment
        account.activities.changed(moment, "hidden_at", ["shows"])
        return at or moment

    def cut_least(self, shows: int | None) -> None:
        """Let `extended=min` leave out all but so many shows, without a word; None: nothing."""
        self.state.least_cut = shows
