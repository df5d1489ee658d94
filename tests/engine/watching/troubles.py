"""What can come between a sync and its end, at one of its requests or transactions."""

from dataclasses import dataclass
from enum import StrEnum

from simulators.faults import Failure, Fault, Faults

from .test_crashes import CrashError, CrashingStore


class Kind(StrEnum):
    """What happens. A request that is answered by a failure alone was not carried out."""

    CUT = "the connection breaks before a request is carried out"
    CUT_AFTER = "the connection breaks before the answer, after the request was carried out"
    LATE = "the connection breaks, and the request is carried out a while later"
    HALF = "the answer is cut short, and the request was carried out"
    LIMITED = "the service wants to hear nothing for ten minutes"
    ERROR = "the service fails, and does nothing"
    KILL = "the process dies before a request is carried out"
    KILL_AFTER = "the process dies before the answer, after the request was carried out"
    KILL_BEFORE_RECORD = "the process dies before one of its transactions"
    KILL_ON_RECORD = "the process dies right after one of its transactions"
    STOP = "the engine is stopped while a request is on its way"


@dataclass(frozen=True, slots=True)
class Trouble:
    """`at`: the how many-th request (of those that `writes`), or transaction, counted from 1."""

    kind: Kind
    at: int
    writes: bool = False


_FAULTS = {
    Kind.CUT: Fault(Failure.CUT),
    Kind.CUT_AFTER: Fault(Failure.CUT_AFTER),
    Kind.LATE: Fault(Failure.LATE),
    Kind.HALF: Fault(Failure.TRUNCATE),
    Kind.LIMITED: Fault(Failure.STATUS, status=429, retry_after="600"),
    Kind.ERROR: Fault(Failure.STATUS, status=500),
    Kind.KILL: Fault(Failure.CUT),
    Kind.KILL_AFTER: Fault(Failure.CUT_AFTER),
}
_IN_STORE = (Kind.KILL_BEFORE_RECORD, Kind.KILL_ON_RECORD)


class Troubles(Faults):
    """The failures of all services together: one request of a sync meets one."""

    def __init__(self):
        super().__init__()
        self.trouble = None
        self.interruption = None

    def expect(self, trouble, interruption, store, task):
        """Let a sync, which runs as a task and uses this store, meet some trouble."""
        self.trouble, self.store, self.task, self.seen = trouble, store, task, 0
        self.interruption = interruption
        if trouble is not None and trouble.kind in _IN_STORE:
            store.calls, store.at = 0, trouble.at
            store.after = trouble.kind is Kind.KILL_ON_RECORD

    def end(self):
        """Let nothing happen any more."""
        self.trouble = self.interruption = None
        self.clear()

    @property
    def waits(self):
        """Whether something that was asked for is yet to be carried out."""
        return bool(self._late)

    async def answer(self, request, handler):
        body = await request.read()
        writes = is_write(request.method, request.path, body)
        interruption, trouble = self.interruption, self.trouble
        if interruption is not None:
            await interruption.before(request.method, request.path, body, writes=writes)
        if trouble is not None and trouble.kind not in _IN_STORE and (writes or not trouble.writes):
            self.seen += 1
            if self.seen == trouble.at:
                self._strike(trouble.kind)
        answer = await super().answer(request, handler)
        if interruption is not None:
            await interruption.after(writes=writes)
        return answer

    def _strike(self, kind):
        if kind is Kind.STOP:
            self.task.cancel()
            return
        if kind in (Kind.KILL, Kind.KILL_AFTER):
            self.store.dead = True
        fault = _FAULTS[kind]
        self.add(Fault(fault.failure, status=fault.status, retry_after=fault.retry_after, times=1))


def is_write(method, path, body):
    """Say whether a request changes something at a service."""
    if method == "POST" and path == "/":
        return body.startswith(b'{"query":"mutation')
    return method == "PUT" or (method == "POST" and path.startswith("/sync/"))


class MortalStore(CrashingStore):
    """A store of a process that may die: what is done beside it ends with it, too."""

    def beside(self):
        if self.dead:
            raise CrashError
        return super().beside()
