"""The actions export_mappings and import_mappings: what people said, as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
import sqlite3
from typing import Any

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError, write_utf8_file_atomic
from homeassistant.util.json import JsonObjectType
import orjson
import voluptuous as vol

from . import answers
from .const import DOMAIN
from .engine.identity import exchange
from .engine.identity.exchange import Imported, NoMappings, RefusedRow
from .engine.lists.errors import FileInvalid, FileMissing
from .engine.lists.files import read_bounded
from .engine.store import manual
from .engine.store.manual import ManualMapping
from .errors import store_needed
from .mapping import ask_for_syncs, put
from .shared import async_get_shared
from .sources import allowed_file
from .words import async_messages

SERVICE_EXPORT_MAPPINGS = "export_mappings"
SERVICE_IMPORT_MAPPINGS = "import_mappings"

ATTR_DATA = "data"
ATTR_DRY_RUN = "dry_run"
ATTR_FORMAT = "format"
ATTR_NOTE = "note"
ATTR_OVERWRITE = "overwrite"
ATTR_PATH = "path"

OWN = "own"
ANIBRIDGE = "anibridge"
FORMATS = {OWN: exchange.to_own, ANIBRIDGE: exchange.to_anibridge}

SHOWN = 100
"""Rows that are not taken, and are named."""

EXPORT_MAPPINGS_SCHEMA = vol.Schema(
    {
        vol.Optional(ATTR_FORMAT, default=OWN): vol.In(FORMATS),
        vol.Optional(ATTR_PATH): cv.string,
        vol.Optional(ATTR_OVERWRITE, default=False): cv.boolean,
    }
)
IMPORT_MAPPINGS_SCHEMA = vol.Schema(
    {
        vol.Exclusive(ATTR_PATH, "source"): cv.string,
        vol.Exclusive(ATTR_DATA, "source"): vol.Any(dict, cv.string),
        vol.Optional(ATTR_NOTE, default=""): vol.All(cv.string, vol.Length(max=200)),
        vol.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
    }
)


@callback
def async_setup_mapping_files(hass: HomeAssistant) -> None:
    """Register the actions, which are an admin's."""
    for name, handler, schema in (
        (SERVICE_EXPORT_MAPPINGS, _export, EXPORT_MAPPINGS_SCHEMA),
        (SERVICE_IMPORT_MAPPINGS, _import, IMPORT_MAPPINGS_SCHEMA),
    ):
        async_register_admin_service(hass, DOMAIN, name, handler, schema, SupportsResponse.OPTIONAL)


async def _export(call: ServiceCall) -> ServiceResponse:
    """Answer with all mappings that people made, and write them to a file where one is named."""
    with store_needed():
        store = (await async_get_shared(call.hass)).store
        mappings = await store.run(_every)
    form: str = call.data[ATTR_FORMAT]
    text = await call.hass.async_add_executor_job(FORMATS[form], mappings)
    said = [one for one in mappings if form == OWN or one.placement is not None]
    answer: JsonObjectType = {
        "format": form,
        "count": len(said),
        "left_out": len(mappings) - len(said),
        "mappings": orjson.loads(text),
    }
    if (path := call.data.get(ATTR_PATH)) is not None:
        file = await call.hass.async_add_executor_job(
            _write, call.hass, path, text, call.data[ATTR_OVERWRITE]
        )
        answer["file"] = str(file)
    return answer


def _every(connection: sqlite3.Connection) -> tuple[ManualMapping, ...]:
    return tuple(manual.every(connection))


def _write(hass: HomeAssistant, path: str, text: str, overwrite: bool) -> Path:
    """Write a file where Home Assistant may, and nowhere where it keeps its own."""
    try:
        file = allowed_file(hass, path)
    except FileMissing:
        raise _not_writable(path) from None
    if file.suffix != ".json":
        raise _not_writable(path)
    if file.exists() and not overwrite:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="mappings_file_exists",
            translation_placeholders={"file": path},
        )
    try:
        write_utf8_file_atomic(str(file), text)
    except (WriteError, OSError) as error:
        raise _not_writable(path) from error
    return file


def _not_writable(path: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="mappings_file_not_writable",
        translation_placeholders={"file": path},
    )


async def _import(call: ServiceCall) -> ServiceResponse:
    """Take over the mappings of a file, or of what stands in the call itself."""
    text = await _text(call)
    try:
        found = await call.hass.async_add_executor_job(
            exchange.read, text, dt_util.utcnow(), call.data[ATTR_NOTE]
        )
    except NoMappings as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=f"mappings_file_{error.reason}"
        ) from error
    answer = await _answer(call.hass, found)
    answer["dry_run"] = call.data[ATTR_DRY_RUN]
    if found.mappings and not call.data[ATTR_DRY_RUN]:
        with store_needed():
            store = (await async_get_shared(call.hass)).store
            await store.run(put, found.mappings)
        answer["pairings"] = [answers.of_list(one) for one in ask_for_syncs(call.hass)]
    return answer


async def _text(call: ServiceCall) -> str | bytes:
    data: Any = call.data.get(ATTR_DATA)
    if data is not None:
        return data if isinstance(data, str) else orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)
    if ATTR_PATH not in call.data:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="mappings_need_a_source"
        )
    return await call.hass.async_add_executor_job(_read, call.hass, call.data[ATTR_PATH])


def _read(hass: HomeAssistant, path: str) -> bytes:
    try:
        return read_bounded(allowed_file(hass, path), exchange.MAX_BYTES)
    except (FileMissing, FileInvalid) as error:
        is_large = isinstance(error, FileInvalid) and error.reason == "too_large"
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="mappings_file_too_large" if is_large else "mappings_file_missing",
            translation_placeholders={"file": path},
        ) from error


async def _answer(hass: HomeAssistant, found: Imported) -> JsonObjectType:
    messages = await async_messages(hass)
    return {
        "count": len(found.mappings),
        "anime": len({mapping.anilist for mapping in found.mappings}),
        "refused_count": len(found.refused),
        "refused": [_refused(row, messages) for row in found.refused[:SHOWN]],
    }


def _refused(row: RefusedRow, messages: Mapping[str, str]) -> JsonObjectType:
    reason, detail = str(row.error.reason), row.error.detail
    return {
        "where": row.where,
        "reason": reason,
        "detail": detail,
        "message": messages[f"mapping_{reason}"].format(detail=detail),
    }
