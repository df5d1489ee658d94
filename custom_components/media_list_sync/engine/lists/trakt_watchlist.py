"""Watchlists on Trakt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..clients.trakt import ME, TraktClient, TraktItems
from ..model import ListContents
from .errors import as_errors_of_a_list
from .source import ListClients


@dataclass(frozen=True, slots=True)
class TraktWatchlistSource:
    """The watchlist of who is signed in (ME), or of somebody else who shows it."""

    clients: ListClients
    user: str

    async def read(self, known: str | None) -> ListContents | None:
        """Read the watchlist.

        Of one's own, Trakt tells when it last changed. Of somebody else's, it is unchanged when
        its size is, and when its newest row came: a title that left while an older one was put
        back with its old date would be missed until the next change.
        """
        trakt = self.clients.needed_trakt(self.user)
        with as_errors_of_a_list():
            if self.user == ME:
                return await self._own(trakt, known)
            if known is not None and _glance(*await trakt.watchlist_glance(self.user)) == known:
                return None
            found = await trakt.watchlist(self.user)
        newest = max((row.listed_at for row in found.items if row.listed_at), default=None)
        count = len(found.items) + sum(found.left_out.values())
        return _contents(f"Trakt watchlist ({self.user})", found, _glance(count, newest))

    async def _own(self, trakt: TraktClient, known: str | None) -> ListContents | None:
        # Before the reading: what changes during it shows at the next one.
        changed = await trakt.watchlist_changed()
        if changed == known:
            return None
        return _contents("Trakt watchlist", await trakt.watchlist(), changed)


def _glance(count: int, newest: datetime | None) -> str:
    return f"{count} {newest.isoformat() if newest else ''}"


def _contents(name: str, found: TraktItems, fingerprint: str) -> ListContents:
    return ListContents(name, found.items, found.left_out, fingerprint)
