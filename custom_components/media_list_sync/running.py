"""Letting the runner of an account run inside Home Assistant: its timers, its start, its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
import hashlib
import logging

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .engine.model import Problem
from .engine.runner import Runner
from .shared import Shared

_LOGGER = logging.getLogger(__name__)

STOP_SECONDS = 10
"""How long a sync may take to come to rest. What is left undone is in the journal."""


def make_runner(hass: HomeAssistant, entry: ConfigEntry, shared: Shared) -> Runner:
    """Return the runner of an account, with Home Assistant's timers."""
    return Runner(
        shared.store,
        entry.entry_id,
        now=dt_util.utcnow,
        call_at=lambda when, then: _call_at(hass, when, then),
    )


def fingerprint(*wanted: object) -> str:
    """Return what changes exactly when something of what a person wants does."""
    return hashlib.sha256(repr(wanted).encode()).hexdigest()[:16]


@callback
def async_start_runner(hass: HomeAssistant, entry: ConfigEntry, runner: Runner) -> None:
    """Let a runner run, once Home Assistant has started."""

    @callback
    def start(hass: HomeAssistant) -> None:
        entry.async_create_background_task(
            hass, runner.run_forever(), f"{DOMAIN} runner {entry.title}", eager_start=False
        )

    entry.async_on_unload(async_at_started(hass, start))


async def stop_runner(runner: Runner) -> None:
    """Bring a runner to rest."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await runner.stop()
    except TimeoutError:
        _LOGGER.warning("A sync did not come to rest within %s seconds", STOP_SECONDS)


def stop_before_the_end(hass: HomeAssistant, entry: ConfigEntry, runner: Runner) -> None:
    """Stop a runner before Home Assistant cancels background tasks as it shuts down."""

    async def stop() -> None:
        await stop_runner(runner)

    remove = hass.async_add_shutdown_job(HassJob(stop, f"{DOMAIN} stop {entry.title}"))
    entry.async_on_unload(remove)


def follow_accounts(
    hass: HomeAssistant, entry: ConfigEntry, runner: Runner, needed: set[str]
) -> None:
    """Wake the jobs that wait for another account (by entry id) when it comes back."""

    @callback
    def changed(change: ConfigEntryChange, other: ConfigEntry) -> None:
        is_back = change is ConfigEntryChange.UPDATED and other.state is ConfigEntryState.LOADED
        if (
            is_back
            and other.entry_id in needed
            and any(problem.account == other.entry_id for problem in problems_of(runner))
        ):
            runner.wake(due_now=True)

    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed))


def problems_of(runner: Runner) -> Iterator[Problem]:
    """Yield what the last reports of a runner's jobs complain of."""
    for job_id in runner.job_ids():
        report = runner.state(job_id).report
        if report is not None:
            yield from report.problems


def _call_at(hass: HomeAssistant, when: datetime, then: Callable[[], None]) -> Callable[[], None]:
    """Call back once so much time has passed, whatever the clock says by then.

    It may have been put back by a year: the runner then looks again at what is due.
    """

    @callback
    def fired(_now: datetime) -> None:
        then()

    left = max((when - dt_util.utcnow()).total_seconds(), 0)
    return async_call_later(hass, left, HassJob(fired, cancel_on_shutdown=True))
