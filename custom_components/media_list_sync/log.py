"""What of the syncs goes to Home Assistant's own log."""

from __future__ import annotations

from collections.abc import Callable
import logging

from .coordinator import JobCoordinator
from .engine.runner import JobState
from .engine.store.events import Event
from .syncing import as_error

_LOGGER = logging.getLogger(__name__)


class JobLog:
    """Writes a line for each sync that came to something, and for each problem that begins or ends.

    What became of each title stands there for who asks for details (debug): Home Assistant takes a
    module that writes 200 lines in five minutes for a broken one.
    """

    def __init__(self, coordinator: JobCoordinator) -> None:
        self._coordinator = coordinator
        report = coordinator.data.report
        # Those of the stored report were logged when they began.
        self._known = {problem.key for problem in report.problems} if report else set()

    def start(self) -> Callable[[], None]:
        """Listen until the returned function is called."""
        runner = self._coordinator.runner
        cancels = (
            runner.listen(self._coordinator.job_id, self._on_state),
            runner.listen_events(self._on_event),
        )

        def stop() -> None:
            for cancel in cancels:
                cancel()

        return stop

    def _on_event(self, event: Event) -> None:
        if event.job_id != self._coordinator.job_id:
            return
        title = self._coordinator.subentry.title
        if event.kind.startswith("sync_"):
            _LOGGER.info("%s: %s: %s", title, event.kind, _summary(event))
        else:
            about = event.title or event.data.get("count", "")
            _LOGGER.debug("%s: %s: %s", title, event.kind, about)

    def _on_state(self, state: JobState) -> None:
        if state.report is None or state.running:
            return
        title = self._coordinator.subentry.title
        problems = {problem.key: problem for problem in state.report.problems}
        for key in problems.keys() - self._known:
            _LOGGER.warning("%s", as_error(problems[key], self._coordinator))
        for key in self._known - problems.keys():
            _LOGGER.info("%s: %s is over", title, key)
        self._known = set(problems)


def _summary(event: Event) -> str:
    """Return what a sync came to, in numbers."""
    counts = (f"{count} {name}" for name, count in event.data["counts"].items() if count)
    return f"{event.data['status']} ({', '.join(counts) or 'nothing'})"
