"""What every list can do, and what it needs for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from ..clients.imdb import ImdbClient
from ..clients.trakt import ME, TraktClient
from ..model import ListContents
from .errors import TraktMissing


class ListSource(Protocol):
    """A list that can be read."""

    async def read(self, known: str | None) -> ListContents | None:
        """Read the list, whole; None where nothing changed since it had the fingerprint `known`.

        To find out that nothing changed takes one request at most. Raises the family of
        ServiceError; nothing may be concluded about the list from an error.
        """


@dataclass(frozen=True, slots=True)
class ListClients:
    """What lists are read with.

    `trakt` is None without a Trakt account. `read_file` returns what is in a file
    that may be read (see `files.read_bounded`), `uploaded` what was uploaded in a flow; both raise
    FileMissing.
    """

    imdb: ImdbClient
    trakt: TraktClient | None
    read_file: Callable[[str], Awaitable[bytes]]
    uploaded: Callable[[str], Awaitable[ListContents]]

    def needed_trakt(self, user: str | None = None) -> TraktClient:
        """Return the Trakt client, to read what is `user`'s.

        TraktMissing without a client, and for ME where nobody is signed in.
        """
        if self.trakt is None:
            raise TraktMissing("trakt", None, "no Trakt account")
        if user == ME and not self.trakt.is_signed_in:
            raise TraktMissing("trakt", None, "not signed in")
        return self.trakt
