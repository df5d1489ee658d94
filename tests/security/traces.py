"""All that Home Assistant and the integration leave behind of a run, as texts by place."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
import json
from pathlib import Path
import traceback
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.const import MATCH_ALL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from pytest_homeassistant_custom_component.common import get_system_health_info
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.const import DOMAIN

from .overhearing import of_dialogs, of_exceptions

KEY_FILE = f"{DOMAIN}.key"


class Traces:
    """Texts by place."""

    def __init__(self, hass: HomeAssistant, client: ClientSessionGenerator) -> None:
        self._hass = hass
        self._client = client
        self._texts: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def note(self, place: str, value: object) -> None:
        """Put down what is to be seen at a place."""
        text = value if isinstance(value, str) else json.dumps(value, default=repr)
        self._texts[place][text] = None

    @property
    def places(self) -> dict[str, str]:
        """Return all that was put down."""
        return {place: "\n".join(some) for place, some in self._texts.items()}

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Put down all events, exceptions and dialogs."""
        stop = self._hass.bus.async_listen(MATCH_ALL, self._on_event)
        with of_exceptions(self._on_exception), of_dialogs(lambda one: self.note("dialogs", one)):
            yield
        stop()

    async def look(self) -> None:
        """Put down all that is to be seen just now."""
        hass = self._hass
        self.note("states", [state.as_dict() for state in hass.states.async_all()])
        for issue in ir.async_get(hass).issues.values():
            self.note("issues", repr(issue))
        notices = persistent_notification._async_get_or_create_notifications(hass)
        self.note("notifications", list(notices.values()))
        for entry in hass.config_entries.async_entries(DOMAIN):
            runtime = getattr(entry, "runtime_data", None)
            self.note("entries", [entry.title, entry.reason, repr(entry), repr(runtime)])
        await self._look_at_diagnostics()
        await self._look_at_system_health()

    async def look_into_files(self, stored: Mapping[str, Any]) -> None:
        """Put down what Home Assistant stores, and the database as it is on the disk just now."""
        for name, content in stored.items():
            self.note(f"stored: {name}", content)
        folder = Path(self._hass.config.path(".storage"))
        for name, raw in await self._hass.async_add_executor_job(_read, folder):
            if name != KEY_FILE:
                self.note(f"file: {name}", raw.decode("latin-1"))

    async def _look_at_diagnostics(self) -> None:
        devices = dr.async_get(self._hass)
        for entry in self._hass.config_entries.async_entries(DOMAIN):
            found = await get_diagnostics_for_config_entry(self._hass, self._client, entry)
            self.note("diagnostics", found)
            for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
                of_it = await get_diagnostics_for_device(self._hass, self._client, entry, device)
                self.note("diagnostics", of_it)

    async def _look_at_system_health(self) -> None:
        for key, value in (await get_system_health_info(self._hass, DOMAIN)).items():
            told = await value if hasattr(value, "__await__") else value
            self.note("system health", {key: told})

    @callback
    def _on_event(self, event: Event) -> None:
        self.note("events", event.as_dict())

    def _on_exception(self, error: BaseException) -> None:
        self.note("exceptions", "".join(traceback.format_exception(error)))
        self.note("exceptions", repr(error))


def _read(folder: Path) -> list[tuple[str, bytes]]:
    return [(file.name, file.read_bytes()) for file in folder.iterdir() if file.is_file()]
