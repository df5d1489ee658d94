"""A person in front of a flow's dialog. Every text that it shows has to be there."""

import asyncio
import json
from pathlib import Path
import re
import string
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import config_validation as cv
import probatio

import custom_components.media_list_sync as component
from custom_components.media_list_sync.const import DOMAIN, SUBENTRY_LIST
from custom_components.media_list_sync.markdown import SUFFIX

TEXTS = json.loads((Path(component.__file__).parent / "translations/en.json").read_text())

_PUNCTUATION = re.compile(r"[!-/:-@[-`{-~]")
_ESCAPED = re.compile(rf"\\({_PUNCTUATION.pattern})")

type Result = Any


def state_of(entry: ConfigEntry) -> ConfigEntryState:
    """Return the state that an entry is in now: to a type checker it would never change."""
    return entry.state


class Dialog:
    """Shows a flow as the frontend does, and holds `result`, the step that is shown now."""

    def __init__(self, manager: Any, texts: dict[str, Any]) -> None:
        self._manager = manager
        self._texts = texts
        self.result: Result = None

    @classmethod
    async def add(cls, hass: HomeAssistant) -> Dialog:
        """Begin to add an account."""
        return await cls.account(hass, source=SOURCE_USER)

    @classmethod
    async def account(cls, hass: HomeAssistant, data: Any = None, **context: Any) -> Dialog:
        """Begin a flow of an account."""
        dialog = cls(hass.config_entries.flow, TEXTS["config"])
        return await dialog._begin(DOMAIN, context, data)

    @classmethod
    async def list(cls, hass: HomeAssistant, entry_id: str, **context: Any) -> Dialog:
        """Begin to add a list to a server, or to change one."""
        dialog = cls(hass.config_entries.subentries, TEXTS["config_subentries"][SUBENTRY_LIST])
        return await dialog._begin((entry_id, SUBENTRY_LIST), context or {"source": SOURCE_USER})

    @classmethod
    async def subentry(
        cls, hass: HomeAssistant, entry_id: str, kind: str, **context: Any
    ) -> Dialog:
        """Begin to add something of a kind to an account, or to change it."""
        dialog = cls(hass.config_entries.subentries, TEXTS["config_subentries"][kind])
        return await dialog._begin((entry_id, kind), context or {"source": SOURCE_USER})

    @classmethod
    def open(cls, hass: HomeAssistant, flow_id: str, kind: str = "config") -> Dialog:
        """Open the dialog of a flow that was begun by somebody else."""
        if kind == "config":
            dialog = cls(hass.config_entries.flow, TEXTS["config"])
        else:
            texts = TEXTS["config_subentries"][SUBENTRY_LIST]
            dialog = cls(hass.config_entries.subentries, texts)
        dialog.result = {"flow_id": flow_id}
        return dialog

    async def _begin(self, handler: Any, context: Any, data: Any = None) -> Dialog:
        return self._show(await self._manager.async_init(handler, context=context, data=data))

    async def choose(self, option: str) -> Dialog:
        """Choose from a menu."""
        assert self.result["type"] is FlowResultType.MENU, self.result
        assert option in self.result["menu_options"]
        return await self._go({"next_step_id": option})

    async def submit(self, **entered: Any) -> Dialog:
        """Submit the form with what stands in it, changed by what is entered.

        Fields of a section are entered by its name; None empties a field.
        """
        assert self.result["type"] is FlowResultType.FORM, self.result
        values = self.shown
        for name, value in entered.items():
            if isinstance(values.get(name), dict) and isinstance(value, dict) and value:
                values[name] = _without_none(values[name] | value)
            else:
                values[name] = value
        return await self._go(_without_none(values))

    async def refresh(self) -> Dialog:
        """Look again, as the frontend does when it is told that something has changed."""
        return await self._go(None)

    async def wait(self) -> Dialog:
        """Wait until the progress that is shown comes to an end."""
        async with asyncio.timeout(20):
            while self.kind is FlowResultType.SHOW_PROGRESS:
                await asyncio.sleep(0.01)
                await self.refresh()
        return self

    async def _go(self, entered: dict[str, Any] | None) -> Dialog:
        return self._show(await self._manager.async_configure(self.result["flow_id"], entered))

    def _show(self, result: Result) -> Dialog:
        self.result = result
        _check(result, self._texts)
        return self

    @property
    def kind(self) -> Any:
        """What is shown: a form, a menu, the progress of something, the end."""
        return self.result["type"]

    @property
    def step(self) -> str:
        """The step that is shown."""
        return self.result["step_id"]

    @property
    def errors(self) -> dict[str, str]:
        return self.result["errors"]

    @property
    def placeholders(self) -> dict[str, str]:
        """What the texts are filled in with, as people read it; without what is meant for Markdown."""
        given = {
            name: text
            for name, text in self.result["description_placeholders"].items()
            if not name.endswith(SUFFIX)
        }
        if self.kind is FlowResultType.ABORT:  # which is Markdown
            return {name: _ESCAPED.sub(r"\1", text) for name, text in given.items()}
        return given

    @property
    def shown(self) -> dict[str, Any]:
        """What stands in the form before anything is entered."""
        return _initial(_fields(self.result))

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the form, by their names."""
        return {field["name"]: field for field in _fields(self.result)}

    @property
    def open_sections(self) -> set[str]:
        """The sections of the form that are not folded."""
        sections = (field for field in _fields(self.result) if field.get("type") == "expandable")
        return {section["name"] for section in sections if section["expanded"]}

    def options(self, name: str) -> dict[str, str]:
        """What can be chosen in a field: values with their labels."""
        options = self.fields[name]["selector"]["select"]["options"]
        return {
            option if isinstance(option, str) else option["value"]: (
                option if isinstance(option, str) else option["label"]
            )
            for option in options
        }

    @property
    def reason(self) -> str:
        """Why the flow was ended."""
        assert self.kind is FlowResultType.ABORT, self.result
        return self.result["reason"]


def _fields(result: Result) -> list[dict[str, Any]]:
    schema = result["data_schema"]
    if schema is None:
        return []
    fields: Any = probatio.to_field_list(schema, custom_serializer=cv.custom_serializer)
    found: list[dict[str, Any]] = fields
    return found


def _initial(fields: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the frontend puts into a form."""
    values: dict[str, Any] = {}
    for field in fields:
        suggested = (field.get("description") or {}).get("suggested_value")
        if field.get("type") == "expandable":
            values[field["name"]] = _initial(field["schema"])
        elif suggested is not None:
            values[field["name"]] = suggested
        elif "default" in field:
            values[field["name"]] = field["default"]
        elif field.get("required") and (options := _options(field)):
            values[field["name"]] = options[0]
    return values


def _options(field: dict[str, Any]) -> list[str]:
    found = field.get("selector", {}).get("select", {}).get("options", [])
    return [option if isinstance(option, str) else option["value"] for option in found]


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _check(result: Result, texts: dict[str, Any]) -> None:
    """Fail where a text is missing, or asks for something that the step does not give."""
    given = set(result.get("description_placeholders") or {})
    match result["type"]:
        case FlowResultType.FORM:
            step = texts["step"][result["step_id"]]
            _filled(step["title"], given)
            _filled(step["description"], given)
            _check_fields(_fields(result), step, given)
            for key in (result["errors"] or {}).values():
                _filled(texts["error"][key], given)
            known = {field["name"] for field in _fields(result)} | {"base"}
            assert set(result["errors"] or {}) <= known
        case FlowResultType.MENU:
            step = texts["step"][result["step_id"]]
            assert step["title"]
            assert step["description"]
            assert set(result["menu_options"]) <= set(step["menu_options"])
        case FlowResultType.SHOW_PROGRESS:
            _filled(texts["progress"][result["progress_action"]], given)
        case FlowResultType.ABORT if result.get("translation_domain") != "homeassistant":
            _filled(texts["abort"][result["reason"]], given)
            assert all(map(_escaped, (result["description_placeholders"] or {}).values())), result


def _check_fields(fields: list[dict[str, Any]], step: dict[str, Any], given: set[str]) -> None:
    for field in fields:
        name = field["name"]
        if field.get("type") == "expandable":
            section = step["sections"][name]
            assert section["name"]
            assert section["description"]
            _check_fields(field["schema"], section, given)
            continue
        assert step["data"][name]
        _filled(step["data_description"][name], given)
        select = field.get("selector", {}).get("select", {})  # Home Assistant's own have none
        if key := select.get("translation_key"):
            assert set(_options(field)) <= set(TEXTS["selector"][key]["options"])


def _escaped(text: str) -> bool:
    """Whether Markdown shows a text as it is."""
    return not _PUNCTUATION.search(_ESCAPED.sub("", text))


def _filled(text: str, given: set[str]) -> None:
    wanted = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    assert wanted <= given, f"{text!r} asks for {wanted - given}"
