"""What happens while a sync is on its way, and what that sync can know of it when it writes."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

MOMENT = timedelta(seconds=10)
"""So old may a reading of AniList be that something is written by."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """An act at one of a sync's requests that read, counted from 1: before the answer, or after it.

    `seconds`: the sync has taken so long until then.
    """

    act: Any
    at: int
    seconds: float = 0
    is_after: bool = False


class Sight:
    """What syncs have seen of what happened meanwhile, by what they asked for.

    What a sync writes may be at odds with what happened after the last reading that it has to make
    before it writes (W8): its second one of AniList (or of a moment ago), its second one of Trakt.
    Plex is read once, and what belongs on one service is not read again for a write to another.
    """

    def __init__(self, clock):
        self.clock = clock
        self.raced = set()
        """Anime of which something was written without knowing what had happened."""
        self._readings: Counter[str] = Counter()
        self._read_at = {}
        self._is_begun = False
        self._unseen: dict[tuple[int, str], int] = {}

    def begin(self):
        """Let a sync begin: it reads what there is, AniList's list maybe from a while ago."""
        self.raced.clear()
        self._readings.clear()
        self._is_begun = False
        self._unseen = {key: 0 for key in self._unseen if key[1] == "anilist"}

    def acts(self, anime, side):
        self._unseen[anime, side] = self._readings[side]

    def hears(self, method, path, body, *, writes):
        """Look at a request: what begins a reading sees all, what writes knows what was seen."""
        service = _service(path)
        if writes:
            self._write(service)
        elif _begins(service, path, body):
            # After another service, AniList's list is read for a write: that of a while ago was used.
            self._readings[service] += 2 if service == "anilist" and self._is_begun else 1
            self._read_at[service] = self.clock.time
            for anime, side in [*self._unseen]:
                if side == service:
                    del self._unseen[anime, side]
        self._is_begun = True

    def _write(self, service):
        for (anime, side), readings in self._unseen.items():
            if side != service or service == "plex" or readings > 1 or self._is_fresh(service):
                self.raced.add(anime)

    def _is_fresh(self, service):
        read_at = self._read_at.get(service)
        return service == "anilist" and read_at and self.clock.time - read_at <= MOMENT


class Interruption:
    """Lets something happen at a request of a sync."""

    def __init__(self, meanwhile, sight, happen):
        self.meanwhile = meanwhile
        self.sight = sight
        self.is_over = meanwhile is None
        self._happen = happen
        self._reads = 0

    async def before(self, method, path, body, *, writes):
        self._reads += not writes
        if not writes and self._is_due(is_after=False):
            await self.happen()
        self.sight.hears(method, path, body, writes=writes)

    async def after(self, *, writes):
        if not writes and self._is_due(is_after=True):
            await self.happen()

    async def happen(self):
        """Let it happen now, unless it has."""
        if not self.is_over:
            self.is_over = True
            await self._happen(self.meanwhile.act, timedelta(seconds=self.meanwhile.seconds))

    def _is_due(self, *, is_after):
        meanwhile = self.meanwhile
        return not self.is_over and meanwhile.is_after is is_after and self._reads >= meanwhile.at


def _service(path):
    if path == "/":
        return "anilist"
    first = path.split("/")[1]
    return "trakt" if first in ("sync", "users", "shows", "movies", "seasons") else "plex"


def _begins(service, path, body):
    if service == "anilist":
        return b"mediaList(" in body or b"MediaListCollection(" in body
    # How many plays there are says as well whether anything was added.
    return path in ("/sync/last_activities", "/users/me/stats")
