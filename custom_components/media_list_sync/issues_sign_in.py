"""Asking for a new sign-in in good time, where the old one ends and nothing renews it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import override

from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .coordinator_anilist import AniListCoordinator
from .issues import AccountIssues, Issue

AHEAD = timedelta(days=14)
"""How long before its end a new sign-in is asked for."""
SIGN_IN_ENDING = "sign_in_ending"


class SignInIssues(AccountIssues):
    """Raises what an AniList account's checks find, and that its sign-in is about to end."""

    def __init__(self, coordinator: AniListCoordinator) -> None:
        super().__init__(coordinator)
        self._anilist = coordinator
        self._has_asked = False

    @callback
    @override
    def notices(self) -> Iterable[Issue]:
        """Return the notice that the sign-in is about to end, and open the dialog for it once."""
        until = self._anilist.valid_until
        if until is None or until - dt_util.utcnow() > AHEAD:
            return ()
        entry = self._anilist.config_entry
        if not self._has_asked:
            self._has_asked = True
            entry.async_start_reauth_if_available(self._anilist.hass)
        return (
            Issue(
                issue_id=f"{SIGN_IN_ENDING}_{entry.entry_id}",
                key=SIGN_IN_ENDING,
                severity=ir.IssueSeverity.WARNING,
                placeholders={
                    "account": entry.title,
                    "date": dt_util.as_local(until).date().isoformat(),
                },
            ),
        )
