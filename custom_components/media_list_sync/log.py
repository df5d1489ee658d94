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
    """Writes a line for every event of a list or pairing, and one for each problem that begins or ends."""

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
        if event.job_id == self._coordinator.job_id:
            about = event.title or event.data.get("status", "")
            _LOGGER.info("%s: %s: %s", self._coordinator.subentry.title, event.kind, about)

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
