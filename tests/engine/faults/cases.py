"""Every way in which a service fails, at each kind of call that a pairing makes."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from custom_components.media_list_sync.engine.model import JobStatus, Report
from custom_components.media_list_sync.engine.store import journal
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.faults import Failure, Fault
from tests.engine.watching.house import tmdb
from tests.engine.watching.test_both_ways import episodes, listed, watch, watched

TIMEOUT = 0.1
"""Seconds that are waited for an answer where one comes too late."""


def in_a_list(value):
    return [value]


def nothing(_value):
    return None


def numbers_as_text(value):
    match value:
        case bool() | None | str():
            return value
        case int() | float():
            return str(value)
        case list():
            return [numbers_as_text(one) for one in value]
        case _:
            return {name: numbers_as_text(one) for name, one in value.items()}


def status(code, wait=None):
    return Fault(Failure.STATUS, status=code, retry_after=wait)


FAULTS = {
    "400": status(400),
    "401": status(401),
    "403": status(403),
    "404": status(404),
    "420": status(420),
    "423": status(423),
    "426": status(426),
    "429": status(429),
    "429 with Retry-After": status(429, "3600"),
    "500": status(500),
    "502": status(502),
    "503": status(503),
    "503 with Retry-After": status(503, "3600"),
    "web page (200)": Fault(Failure.HTML, status=200),
    "web page (403)": Fault(Failure.HTML, status=403),
    "web page (503)": Fault(Failure.HTML, status=503),
    "JSON cut short": Fault(Failure.TRUNCATE),
    "JSON of another shape": Fault(Failure.RESHAPE, reshape=in_a_list),
    "null": Fault(Failure.RESHAPE, reshape=nothing),
    "numbers as text": Fault(Failure.RESHAPE, reshape=numbers_as_text),
    "connection cut before it was done": Fault(Failure.CUT),
    "connection cut after it was done": Fault(Failure.CUT_AFTER),
    "no answer in time": Fault(Failure.DELAY, seconds=3 * TIMEOUT),
}
OF_JSON = frozenset(
    {
        "JSON cut short",
        "JSON of another shape",
        "null",
        "numbers as text",
    }
)
OF_TRAKT = frozenset({"420", "423", "426"})


@dataclass(frozen=True)
class Call:
    """A kind of call, and what reaches it: a sync, or the undo of one. `on`: the tracker."""

    client: str
    name: str
    on: str
    method: str
    path: str = ""
    body: str = ""
    is_undo: bool = False
    has_answer: bool = True

    @property
    def writes(self):
        return "write" in self.name

    @property
    def faults(self):
        return [
            name
            for name in FAULTS
            if (self.client == "trakt" or name not in OF_TRAKT)
            and (self.has_answer or name not in OF_JSON)
        ]


_SAVE = "SaveMediaListEntry"
_DELETE = "DeleteMediaListEntry"
_READ = rf"^(?![\s\S]*({_SAVE}|{_DELETE}))"

CALLS = (
    Call("anilist", "read", "plex", "POST", "^/$", _READ),
    Call("anilist", "write", "plex", "POST", "^/$", _SAVE),
    Call("anilist", "undo: read", "plex", "POST", "^/$", _READ, is_undo=True),
    Call("anilist", "undo: write", "plex", "POST", "^/$", _SAVE, is_undo=True),
    Call("anilist", "undo: delete", "plex", "POST", "^/$", _DELETE, is_undo=True),
    Call("plex", "read", "plex", "GET", "/library/"),
    Call("plex", "write", "plex", "PUT", "/:/scrobble", has_answer=False),
    Call("plex", "undo: read", "plex", "GET", "/library/", is_undo=True),
    Call("plex", "undo: write", "plex", "PUT", "/:/unscrobble", is_undo=True, has_answer=False),
    Call("trakt", "read", "trakt", "GET"),
    Call("trakt", "write", "trakt", "POST", "/sync/history$"),
    Call("trakt", "undo: read", "trakt", "GET", is_undo=True),
    Call("trakt", "undo: write", "trakt", "POST", "/sync/history/remove", is_undo=True),
)


@dataclass(frozen=True)
class Outcome:
    """What a sync came to that met a fault. `wait`: until it is tried again by itself."""

    status: JobStatus
    problem: str
    wait: timedelta | None
    is_doubtful: bool


class Case:
    """One fault at one call, in a house of its own: met, and then gone."""

    def __init__(self, house, call, fault):
        self.house = house
        self.call = call
        self.fault = fault
        self.adds = call.body == _DELETE
        self.house.policy = {"direction": Direction.BOTH, "add": self.adds}
        self.house.clock.time = datetime.now(UTC)  # a server puts down when it marked, by its own
        service = {"anilist": house.anilist, "plex": house.plex.server, "trakt": house.trakt}
        self.service = service[call.client]

    async def meet(self):
        """Sync, or undo, while the service fails."""
        await self._fill()
        if self.call.is_undo:
            report = await self._sync()
            assert report.status is JobStatus.COMPLETED
        if self.fault == "no answer in time":
            self.house.timeout = TIMEOUT
            await self.house.restart()
        fault = replace(
            FAULTS[self.fault],
            method=self.call.method,
            path=self.call.path,
            body=self.call.body,
        )
        self.service.faults.add(fault)
        begun = self.house.clock.utc()
        report = await self._again()
        assert fault.seen, "it was never met"
        self.service.faults.clear()
        return await self._outcome(report, begun)

    async def _fill(self):
        """One that the tracker gets, and one that AniList gets; the first is there already.

        And where it is about such, one that is begun there and comes to the list.
        """
        for number, progress in ((1, 3), (2, 1)):
            await self.house.simple(number, status="CURRENT", progress=progress)
        watch(self.house, self.call.on, 2, 1, range(1, 4))
        if self.adds:
            self.house.add_anime(3)
            self.house.add_show(3, {1: 12})
            await self.house.place(3, tmdb(3), "1:1-12>1-12")
            watch(self.house, self.call.on, 3, 1, range(1, 4))

    async def _sync(self, after=timedelta(), **asked):
        return await self.house.sync(self.call.on, after=after, **asked)

    async def _again(self, after=timedelta()):
        return await self._sync(after, **({"undo": True} if self.call.is_undo else {}))

    async def _outcome(self, report: Report, begun):
        wait = None
        times = [problem.until for problem in report.problems if problem.until is not None]
        if times:
            wait = timedelta(minutes=round((min(times) - begun) / timedelta(minutes=1)))
        open_ones = await self.house.store.run(journal.open_entries)
        (problem,) = {problem.key for problem in report.problems} or {""}
        return Outcome(report.status, problem, wait, bool(open_ones))

    def nothing_written(self):
        """Whether neither side was told anything."""
        return self._stands() == self._before()

    async def heal(self):
        """Sync, or undo, once more, now that the service works, and see that it is all done."""
        report = await self._again(timedelta(minutes=5))
        assert report.status is JobStatus.COMPLETED, self.fault
        expected = self._expected()
        await self._see(expected)
        for hours in (1, 2):
            report = await self._sync(timedelta(hours=hours), full=True)
            assert (report.status, report.counts["new"]) == (JobStatus.COMPLETED, 0), self.fault
        await self._see(expected)

    def _expected(self):
        if not self.call.is_undo:
            return self._after()
        if self.call.client == "plex" and self.fault == "404":  # what it says it has not, is let be
            return self._before() | {"plex": self._after()["plex"]}
        return self._before()

    async def _see(self, expected):
        assert self._stands() == expected, self.fault
        assert await self.house.store.run(journal.open_entries) == ()

    def _stands(self):
        house, on = self.house, self.call.on
        return {
            "anilist": [listed(house, number) for number in (1, 2)],
            on: [watched(house, on, number) for number in (1, 2)],
            "added": sorted(house.anilist.user("viewer").entries.keys() - {1, 2}),
        }

    def _before(self):
        return {
            "anilist": [("CURRENT", 3, 0), ("CURRENT", 1, 0)],
            self.call.on: [{}, episodes(1, 1, 3)],
            "added": [],
        }

    def _after(self):
        return {
            "anilist": [("CURRENT", 3, 0), ("CURRENT", 3, 0)],
            self.call.on: [episodes(1, 1, 3), episodes(1, 1, 3)],
            "added": [3] if self.adds else [],
        }
