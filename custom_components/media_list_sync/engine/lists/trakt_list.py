"""Personal and official lists on Trakt."""

from __future__ import annotations

from dataclasses import dataclass

from ..clients.trakt import ME, TraktClient, TraktList
from ..http import NotFound
from ..model import ListContents
from .errors import as_errors_of_a_list
from .source import ListClients


@dataclass(frozen=True, slots=True)
class TraktListSource:
    """A list by its number, which never changes. `owner` only where it is not public."""

    clients: ListClients
    list_id: str
    owner: str | None

    async def read(self, known: str | None) -> ListContents | None:
        """Read the list. It is unchanged when its date of change and its size are."""
        trakt = self.clients.needed_trakt(self.owner)
        with as_errors_of_a_list():
            info, owner = await look(trakt, self.list_id, self.owner)
            if info.fingerprint == known:
                return None
            found = await trakt.list_items(self.list_id, owner)
        return ListContents(info.name, found.items, found.left_out, info.fingerprint)


async def look(trakt: TraktClient, list_id: str, owner: str | None) -> tuple[TraktList, str | None]:
    """Return what Trakt says of a list, and the owner under whom it is to be read.

    A public list is found by its number alone. One that has become private since is still found
    by who is signed in and owns it.
    """
    try:
        return await trakt.list_info(list_id, owner), owner
    except NotFound:
        if owner == ME or not trakt.is_signed_in:
            raise
    return await trakt.list_info(list_id, ME), ME
