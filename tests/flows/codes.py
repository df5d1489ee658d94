"""Services that sign somebody in with a code, which is entered on another device."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, override

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from simulators.plex import PlexSimulator
from simulators.trakt import TraktSimulator

from .dialog import Dialog
from .test_plex import begin, link
from .test_trakt import ask, secrets_of, sign_in


class CodeService(ABC):
    """A service, as one and the same person uses it."""

    name: ClassVar[str]
    code_step: ClassVar[str]
    new_code: ClassVar[str]
    """What is chosen to get another code."""
    minutes: ClassVar[str]
    poll: ClassVar[str]
    """Part of the address that is asked whether the code was entered."""

    def __init__(self, hass: HomeAssistant, simulator: Any) -> None:
        self.hass = hass
        self.simulator = simulator

    @property
    @abstractmethod
    def address(self) -> str:
        """Where the code is to be entered."""

    @abstractmethod
    async def begin(self) -> Dialog:
        """Begin to add an account; a code is shown."""

    @abstractmethod
    async def begin_again(self, entry: ConfigEntry) -> Dialog:
        """Begin to sign in again, after the sign-in was ended there; a code is shown."""

    @abstractmethod
    async def enter(self, dialog: Dialog) -> Dialog:
        """Enter the code that is shown, and wait for what comes."""

    @abstractmethod
    def secrets(self) -> list[str]:
        """Return all that must not be seen anywhere."""

    @abstractmethod
    def give_short_codes(self, patch: pytest.MonkeyPatch) -> None:
        """Give out codes that hold for a second."""

    @abstractmethod
    def prolong(self) -> None:
        """Let the codes that were given out hold longer than was said."""

    def end(self, way: str, code: str) -> None:
        """Let nothing come of a code: it is `denied`, or `expired`."""
        if way == "denied":
            self.simulator.deny(code)
        else:
            self.simulator.expire_codes()


class PlexCode(CodeService):
    """Plex, where the owner of one server lives alone."""

    name = "plex"
    code_step = "plex_code"
    new_code = "plex_link"
    minutes = "15"
    poll = "pins/"
    simulator: PlexSimulator

    @property
    @override
    def address(self) -> str:
        return "https://plex.tv/link"

    @override
    async def begin(self) -> Dialog:
        return await begin(self.hass)

    @override
    async def begin_again(self, entry: ConfigEntry) -> Dialog:
        self.simulator.revoke()
        dialog = await _reauth(self.hass, entry)
        return await dialog.choose("plex_link")

    @override
    async def enter(self, dialog: Dialog) -> Dialog:
        return await link(dialog, self.simulator)

    @override
    def secrets(self) -> list[str]:
        return [*self.simulator.owner.tokens, self.simulator.owner.server_token]

    @override
    def give_short_codes(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr("simulators.plex.pins.LIFETIME", 1)

    @override
    def prolong(self) -> None:
        for pin in self.simulator.state.pins._pins.values():
            pin.expires += 900


class TraktCode(CodeService):
    """Trakt, with an app that the person made there."""

    name = "trakt"
    code_step = "trakt_device"
    new_code = "trakt_new_code"
    minutes = "10"
    poll = "device/token"
    simulator: TraktSimulator

    @property
    @override
    def address(self) -> str:
        return f"{self.simulator.auth_url}/activate"

    @override
    async def begin(self) -> Dialog:
        return await ask(self.hass)

    @override
    async def begin_again(self, entry: ConfigEntry) -> Dialog:
        self.simulator.revoke_all()
        dialog = await _reauth(self.hass, entry)
        return await dialog.submit()

    @override
    async def enter(self, dialog: Dialog) -> Dialog:
        return await sign_in(dialog, self.simulator)

    @override
    def secrets(self) -> list[str]:
        return secrets_of(self.simulator)

    @override
    def give_short_codes(self, patch: pytest.MonkeyPatch) -> None:
        self.simulator.state.devices.lifetime = 1

    @override
    def prolong(self) -> None:
        for code in self.simulator.state.devices._codes:
            code.expires_at += 900


async def _reauth(hass: HomeAssistant, entry: ConfigEntry) -> Dialog:
    return await Dialog.account(
        hass, data=entry.data, source=SOURCE_REAUTH, entry_id=entry.entry_id
    )
