"""Setting up a Seerr server: its client, its runner, and a job for each of its lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_API_KEY, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util
from yarl import URL

from .const import (
    CONF_INTERVAL,
    CONF_LIST,
    CONF_PAUSED,
    CONF_TRAKT_ACCOUNT,
    DEFAULT_INTERVAL,
    DOMAIN,
    SUBENTRY_LIST,
)
from .coordinator import AccountCoordinator, ListCoordinator
from .engine.clients.seerr import Flavour, SeerrClient
from .engine.http import Doorway
from .engine.lists import KINDS, ListSpec
from .engine.requests.account import SeerrAccount, Verification
from .engine.requests.job import ListJob, Roster
from .engine.requests.policy import Policy
from .engine.runner import JobState, Runner
from .issues import AccountIssues, JobIssues
from .log import JobLog
from .opening import open_secret
from .running import (
    fingerprint,
    follow_accounts,
    make_runner,
    problems_of,
    stop_before_the_end,
    stop_runner,
)
from .shared import Shared
from .sources import ListReader, imdb_client

_LOGGER = logging.getLogger(__name__)

_MODELS = {Flavour.SEERR: "Seerr", Flavour.OVERSEERR: "Overseerr", Flavour.JELLYSEERR: "Jellyseerr"}


@dataclass(frozen=True, slots=True)
class SeerrRuntime:
    """What a loaded Seerr entry holds. `lists` is by subentry id."""

    account: SeerrAccount
    runner: Runner
    client: SeerrClient
    coordinator: AccountCoordinator
    lists: dict[str, ListCoordinator]

    async def verify(self) -> Verification:
        """Try the server."""
        return await self.account.verify()

    async def stop(self) -> None:
        """Bring the runner to rest."""
        await stop_runner(self.runner)


type SeerrConfigEntry = ConfigEntry[SeerrRuntime]


async def async_setup_seerr(
    hass: HomeAssistant, entry: SeerrConfigEntry, shared: Shared
) -> SeerrRuntime:
    """Set a Seerr server up, which takes three requests; the first sync comes later.

    Raises ConfigEntryNotReady where the server cannot be reached, and ConfigEntryAuthFailed where
    the key does not work or cannot be opened.
    """
    client = await _client(hass, entry, shared)
    account = SeerrAccount(client, shared.store, entry.entry_id, dt_util.utcnow)
    coordinator = AccountCoordinator(hass, entry, account)
    AccountIssues(coordinator).start()
    await coordinator.async_config_entry_first_refresh()
    _register_device(hass, entry, coordinator)

    runner = make_runner(hass, entry, shared)
    _add_jobs(hass, entry, shared, account, runner)
    await runner.load()
    _resume_after_sign_in(runner)
    lists = {
        subentry.subentry_id: ListCoordinator(hass, entry, subentry, runner)
        for subentry in entry.get_subentries_of_type(SUBENTRY_LIST)
    }
    for lst in lists.values():
        entry.async_on_unload(JobIssues(lst).start())
        entry.async_on_unload(JobLog(lst).start())
        entry.async_on_unload(_look_when_down(hass, entry, runner, lst.job_id, coordinator))
    runtime = SeerrRuntime(account, runner, client, coordinator, lists)
    needed = {
        subentry.data[CONF_TRAKT_ACCOUNT]
        for subentry in entry.get_subentries_of_type(SUBENTRY_LIST)
        if CONF_TRAKT_ACCOUNT in subentry.data
    }
    follow_accounts(hass, entry, runner, needed)
    stop_before_the_end(hass, entry, runner)
    return runtime


async def _client(hass: HomeAssistant, entry: SeerrConfigEntry, shared: Shared) -> SeerrClient:
    api_key = await open_secret(hass, entry, shared, entry.data[CONF_API_KEY])
    session = async_get_clientsession(hass, verify_ssl=entry.data.get(CONF_VERIFY_SSL, True))
    doorway = Doorway(session, service="seerr", account=entry.entry_id)
    return SeerrClient(doorway, URL(entry.data[CONF_URL]), api_key)


def _register_device(
    hass: HomeAssistant, entry: SeerrConfigEntry, coordinator: AccountCoordinator
) -> None:
    state = coordinator.data
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.entry_id)},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
        manufacturer=_MODELS[state.settings.flavour],
        configuration_url=entry.data[CONF_URL],
        sw_version=state.version,
    )


def _add_jobs(
    hass: HomeAssistant,
    entry: SeerrConfigEntry,
    shared: Shared,
    account: SeerrAccount,
    runner: Runner,
) -> None:
    """Give the runner a job for each list."""
    roster = Roster()
    imdb = imdb_client(hass, shared, entry.entry_id)
    for subentry in entry.get_subentries_of_type(SUBENTRY_LIST):
        data: Mapping[str, Any] = subentry.data
        spec = ListSpec.from_data(data[CONF_LIST])
        policy, paused = Policy.from_data(data), bool(data.get(CONF_PAUSED, False))
        job = ListJob(
            account=account,
            id=subentry.subentry_id,
            title=subentry.title,
            source=ListReader(hass, shared, imdb, spec, data.get(CONF_TRAKT_ACCOUNT)),
            curated=KINDS[spec.kind].curated,
            policy=policy,
            roster=roster,
            tell=runner.tell,
            paused=paused,
        )
        roster.add(job)
        interval = timedelta(seconds=data.get(CONF_INTERVAL, DEFAULT_INTERVAL))
        wanted = fingerprint(
            spec.kind, sorted(spec.ref.items()), data.get(CONF_TRAKT_ACCOUNT), policy.fingerprint()
        )
        runner.add(job, interval=interval, policy=wanted, paused=paused)


def _look_when_down(
    hass: HomeAssistant,
    entry: SeerrConfigEntry,
    runner: Runner,
    job_id: str,
    coordinator: AccountCoordinator,
) -> Callable[[], None]:
    """Have the account's own entities say at once that the server is down, when a list finds so."""

    @callback
    def changed(state: JobState) -> None:
        if state.running or state.report is None or not coordinator.last_update_success:
            return
        if any(problem.key == "server_down" for problem in state.report.problems):
            entry.async_create_task(hass, coordinator.async_request_refresh())

    return runner.listen(job_id, changed)


def _resume_after_sign_in(runner: Runner) -> None:
    """Have the lists that failed for the key synced at once: the check has just proved it good."""
    if any(problem.key == "key_rejected" for problem in problems_of(runner)):
        runner.wake(due_now=True)
