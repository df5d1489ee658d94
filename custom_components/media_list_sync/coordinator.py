"""What the entities are told by: one coordinator for an account, one for each list."""

from __future__ import annotations

from abc import abstractmethod
import asyncio
from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .engine.clients.trakt import TraktAccount, TraktClient, TraktTracker
from .engine.clients.trakt_auth import TokenKeeper
from .engine.http import CredentialsRejected, Limited, ServiceError
from .engine.model import JobStatus
from .engine.requests.account import AccountState, SeerrAccount
from .engine.runner import JobState, Runner
from .errors import placeholders_of, store_needed, translation_key_of

_LOGGER = logging.getLogger(__name__)

CHECK_SECONDS = 20
"""How long a check may take: setting up an account must not hold Home Assistant's start up."""


class CheckingCoordinator[T](DataUpdateCoordinator[T]):
    """Asks a service now and then, with one small request, whether it is there."""

    config_entry: ConfigEntry

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, every: timedelta) -> None:
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} {entry.title}",
            update_interval=every,
            always_update=False,
        )
        self.last_error: ServiceError | None = None

    @abstractmethod
    async def check(self) -> T:
        """Ask the service. Raises the client's errors."""

    @override
    async def _async_update_data(self) -> T:
        """Check the service; a sign-in that no longer holds starts reauthentication."""
        try:
            with store_needed(UpdateFailed):  # new tokens are stored before they are used
                async with asyncio.timeout(CHECK_SECONDS):
                    data = await self.check()
        except TimeoutError as error:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="unreachable_timeout",
                translation_placeholders={"account": self.config_entry.title, "detail": ""},
            ) from error
        except ServiceError as error:
            self.last_error = error
            if not self.last_update_success:
                # Home Assistant tells of the first failure in a row only; this may be another one.
                self.async_update_listeners()
            raise self._failed(error) from error
        self.last_error = None
        return data

    def _failed(self, error: ServiceError) -> UpdateFailed | ConfigEntryAuthFailed:
        key = translation_key_of(error)
        placeholders = placeholders_of(error, self.config_entry.title)
        if isinstance(error, CredentialsRejected):
            if self.config_entry.state is not ConfigEntryState.LOADED:
                return ConfigEntryAuthFailed(
                    translation_domain=DOMAIN,
                    translation_key=key,
                    translation_placeholders=placeholders,
                )
            # Left to it, a coordinator would stop asking, and not see the key work again.
            self.config_entry.async_start_reauth_if_available(self.hass)
        wait = None
        if isinstance(error, Limited):
            wait = max((error.until - dt_util.utcnow()).total_seconds(), 1.0)
        return UpdateFailed(
            retry_after=wait,
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=placeholders,
        )


class AccountCoordinator(CheckingCoordinator[AccountState]):
    """Asks a Seerr server every five minutes."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, account: SeerrAccount) -> None:
        super().__init__(hass, entry, timedelta(minutes=5))
        self._account = account

    @override
    async def check(self) -> AccountState:
        """Return what the account's entities show."""
        return await self._account.check()


class TraktCoordinator(CheckingCoordinator[TraktAccount | None]):
    """Asks Trakt every hour; its lists say sooner when something is wrong."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: TraktClient,
        watching: TraktTracker | None,
        tokens: TokenKeeper | None,
    ) -> None:
        super().__init__(hass, entry, timedelta(hours=1))
        self._client = client
        self._watching = watching
        self._tokens = tokens

    @property
    def valid_until(self) -> datetime | None:
        """When the sign-in ends, unless it is renewed before, as it is while all is well."""
        return self._tokens.expires_at if self._tokens is not None else None

    @override
    async def check(self) -> TraktAccount | None:
        """Return who is signed in, and what the account may hold.

        Without a sign-in only see that the app is accepted.
        """
        if self._watching is not None:
            return await self._watching.own.account()
        await self._client.chart("movies/trending", 1)
        return None


class JobCoordinator(DataUpdateCoordinator[JobState]):
    """The face of a list or pairing: carries what the runner says, and polls nothing.

    It has the stored report from the moment it is made, and is never unavailable: a sync that
    failed or was deferred is a state of its own.
    """

    config_entry: ConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry, runner: Runner
    ) -> None:
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} {subentry.title}",
            update_interval=None,
        )
        self.subentry = subentry
        self.runner = runner
        self.data = runner.state(self.job_id)
        entry.async_on_unload(runner.listen(self.job_id, self._publish))

    @property
    def job_id(self) -> str:
        """Return the id of the job, which is that of its subentry."""
        return self.subentry.subentry_id

    @property
    def status(self) -> JobStatus:
        """Return what it is doing, or came to."""
        if self.data.running:
            return JobStatus.RUNNING
        if self.data.paused:
            return JobStatus.PAUSED
        return self.data.report.status if self.data.report else JobStatus.NEVER

    @callback
    def _publish(self, state: JobState) -> None:
        if state != self.data:
            self.async_set_updated_data(state)

    @override
    async def _async_update_data(self) -> JobState:
        """Return the runner's own state; a refresh that a person asks for costs nothing."""
        return self.runner.state(self.job_id)


class ListCoordinator(JobCoordinator):
    """The face of a list."""


class PairingCoordinator(JobCoordinator):
    """The face of a pairing."""
