"""Setting up the pairings of an AniList account: its runner, and a job for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .atlas_keeper import atlas_keeper
from .const import (
    CONF_INTERVAL,
    CONF_LIBRARIES,
    CONF_PAUSED,
    CONF_TRACKER,
    PAIRING_INTERVAL,
    SUBENTRY_PAIRING,
)
from .coordinator import PairingCoordinator
from .engine.clients.anilist import AniListClient
from .engine.runner import Runner
from .engine.watching.anilist import AniListAccount
from .engine.watching.job import LIST_LASTS, PairingJob
from .engine.watching.policy import PairingPolicy
from .issues import JobIssues
from .log import JobLog
from .running import fingerprint, follow_accounts, make_runner, problems_of, stop_before_the_end
from .shared import Shared
from .trackers import trackers

NO_MAPPINGS = "no_mappings"
"""What a sync says that waits for the first tables."""
_SIGNED_OUT = frozenset({"anilist_signed_out", "anilist_user_gone"})


async def async_set_up_pairings(
    hass: HomeAssistant,
    entry: ConfigEntry,
    shared: Shared,
    client: AniListClient,
    user_id: int,
) -> tuple[Runner, dict[str, PairingCoordinator]]:
    """Return the runner of an AniList account, and the coordinators of its pairings by subentry."""
    account = AniListAccount(client, shared.store, entry.entry_id, user_id, dt_util.now)
    runner = make_runner(hass, entry, shared)
    subentries = entry.get_subentries_of_type(SUBENTRY_PAIRING)
    for subentry in subentries:
        data: Mapping[str, Any] = subentry.data
        job = _job(hass, shared, account, runner, subentry)
        runner.add(
            job,
            interval=_interval(data),
            policy=fingerprint(job.policy.fingerprint(), sorted(job.sections or ())),
            paused=bool(data.get(CONF_PAUSED, False)),
        )
    await runner.load()
    if any(problem.key in _SIGNED_OUT for problem in problems_of(runner)):
        runner.wake(due_now=True)  # the check has just proved the sign-in good
    pairings = {
        subentry.subentry_id: PairingCoordinator(hass, entry, subentry, runner)
        for subentry in subentries
    }
    for pairing in pairings.values():
        entry.async_on_unload(JobIssues(pairing).start())
        entry.async_on_unload(JobLog(pairing).start())
    keeper = atlas_keeper(hass, shared)

    def wake() -> None:
        if any(problem.key == NO_MAPPINGS for problem in problems_of(runner)):
            runner.wake(due_now=True)

    entry.async_on_unload(keeper.start(entry.entry_id, wake))
    follow_accounts(hass, entry, runner, {one.data[CONF_TRACKER] for one in subentries})
    stop_before_the_end(hass, entry, runner)
    return runner, pairings


def _job(
    hass: HomeAssistant,
    shared: Shared,
    account: AniListAccount,
    runner: Runner,
    subentry: ConfigSubentry,
) -> PairingJob:
    data: Mapping[str, Any] = subentry.data
    libraries = data.get(CONF_LIBRARIES)
    return PairingJob(
        anilist=account,
        id=subentry.subentry_id,
        title=subentry.title,
        tracker=lambda: trackers(hass).of(data[CONF_TRACKER], shared.store),
        policy=PairingPolicy.from_data(data),
        sections=None if libraries is None else frozenset(libraries),
        tell=runner.tell,
        now=dt_util.now,
        # Who has AniList looked at every minute is not served with an older reading.
        list_lasts=min(LIST_LASTS, _interval(data)),
    )


def _interval(data: Mapping[str, Any]) -> timedelta:
    return timedelta(seconds=data.get(CONF_INTERVAL, PAIRING_INTERVAL))
