"""Following a Plex server: hearing of it at once when something was watched there.

Nothing is concluded from what is heard but that it is time to look: a sync reads what changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
import logging
import random

from ..clients.plex import LibraryChange, Notification, PlayState, PlexServer
from ..http import CredentialsRejected, Limited, ServiceError
from ..http.doorway import utcnow
from .debounce import Debounce
from .plex_rows import section_id

_LOGGER = logging.getLogger(__name__)

QUIET, MOST = 10.0, 30.0
"""Seconds of quiet before a look is asked for; and for how long, and how often, at most."""

SHORTEST, LONGEST = 2.0, 300.0
"""Seconds to the next try to connect, doubled from one to the next; by chance, up to half less."""

STEADY = 60.0
"""Seconds that a connection has to hold to count as one: an end of it is the first in a row."""


class Follower:
    """Listens to one server, whoever is paired with it, and asks for a look.

    `server` returns the server where it is now, `libraries` those that are followed. `ask` is
    called when a look is due, `changed` when the connection came or went.
    """

    def __init__(
        self,
        server: Callable[[], PlexServer],
        libraries: Callable[[], frozenset[str]],
        *,
        ask: Callable[[], None],
        changed: Callable[[], None],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._server = server
        self._libraries = libraries
        self._changed = changed
        self._sleep = sleep
        self._hints = Debounce(ask, quiet=QUIET, most=MOST)
        self._names: dict[str, str] = {}
        self._failures = 0
        self._since: float | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the server would be heard now."""
        return self._since is not None

    async def run(self) -> None:
        """Listen until cancelled; where the connection ends, make another one."""
        try:
            while True:
                server = self._server()
                error = await self._listen(server)
                if isinstance(error, CredentialsRejected):
                    # Not again with the same token. With another one it is another server.
                    while self._server() is server:
                        await self._sleep(LONGEST)
                    continue
                await self._sleep(_pause(self._failures, error))
                self._failures += 1
        finally:
            self._hints.drop()

    def hint(self) -> None:
        """Have a look asked for soon. Without a connection, that comes with the next one."""
        if self.is_connected:
            self._hints.hint()

    async def _listen(self, server: PlexServer) -> ServiceError | None:
        """Hear what a server tells; return what ended it, None where the server did."""
        try:
            self._names = {one.key: section_id(one) for one in await server.sections()}
            async with aclosing(server.notifications(self._opened)) as told:
                async for one in told:
                    if self._matters(one):
                        self.hint()
        except ServiceError as error:
            _LOGGER.debug("Following ended: %s", error)
            return error
        finally:
            self._closed()
        return None

    def _opened(self) -> None:
        self._since = asyncio.get_running_loop().time()
        self._changed()
        self.hint()  # what was told before, nobody heard

    def _closed(self) -> None:
        if self._since is None:
            return
        if asyncio.get_running_loop().time() - self._since > STEADY:
            self._failures = 0
        self._since = None
        self._changed()

    def _matters(self, told: Notification) -> bool:
        """Say whether it may be about what is followed."""
        if not isinstance(told, LibraryChange):
            # In which library that is, and who it was, it does not say.
            return told.state is PlayState.STOPPED
        if told.is_gone:
            return False
        followed = self._libraries()
        name = self._names.get(told.section)
        if name is None:
            # One of music, or one that is newer than the connection: followed, perhaps.
            return not followed <= set(self._names.values())
        return name in followed


def _pause(failures: int, error: ServiceError | None) -> float:
    """Return the seconds until the next try, after so many in a row that came to nothing."""
    longest = min(SHORTEST * 2.0 ** min(failures, 16), LONGEST)
    pause = longest * random.uniform(0.5, 1.0)  # noqa: S311  (to spread, not to hide)
    if isinstance(error, Limited):
        return max(pause, (error.until - utcnow()).total_seconds())
    return pause
