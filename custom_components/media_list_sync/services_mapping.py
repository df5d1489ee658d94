"""The actions about mappings: map_title, unmap_title, get_mappings, get_review, refresh_mappings."""

from __future__ import annotations

from collections.abc import Mapping
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
from homeassistant.util.json import JsonObjectType, JsonValueType
import voluptuous as vol

from . import answers_mapping as answers
from .atlas_keeper import atlas_keeper
from .const import DOMAIN
from .coordinator import PairingCoordinator
from .engine.identity import atlas
from .engine.identity.manual import MappingRefused, anime_id
from .engine.identity.refreshing import standing
from .engine.store import manual
from .engine.store.manual import ManualMapping
from .engine.store.mappings import MappingKind
from .errors import store_needed
from .mapping import Place, async_title, make, put, sync_title
from .mapping_pages import PAGE, async_mappings, async_review
from .mapping_target import NAMES, async_meant, refused
from .services_mapping_files import async_setup_mapping_files
from .shared import async_get_shared
from .targets import ATTR_CONFIG_ENTRY_ID, ATTR_SUBENTRY_ID, targeted_jobs
from .words import async_words

SERVICE_MAP_TITLE = "map_title"
SERVICE_UNMAP_TITLE = "unmap_title"
SERVICE_GET_MAPPINGS = "get_mappings"
SERVICE_GET_REVIEW = "get_review"
SERVICE_REFRESH_MAPPINGS = "refresh_mappings"

ATTR_ANILIST_ID = "anilist_id"
ATTR_CANDIDATES = "candidates"
ATTR_EPISODES = "episodes"
ATTR_FIRST_EPISODE = "first_episode"
ATTR_IGNORE = "ignore"
ATTR_KIND = "kind"
ATTR_LIMIT = "limit"
ATTR_NOTE = "note"
ATTR_OFFSET = "offset"
ATTR_RANGES = "ranges"
ATTR_SEARCH = "search"
ATTR_SEASON = "season"
ATTR_SYNC = "sync"

LONGEST_NOTE = 200

_WHERE = (ATTR_SEASON, ATTR_FIRST_EPISODE, ATTR_EPISODES, ATTR_RANGES)
_NUMBER = vol.Coerce(int)
_WINDOW = {
    vol.Optional(ATTR_LIMIT, default=50): vol.All(_NUMBER, vol.Range(min=1, max=PAGE)),
    vol.Optional(ATTR_OFFSET, default=0): vol.All(_NUMBER, vol.Range(min=0)),
}
MAP_TITLE_SCHEMA = vol.Schema(
    {
        vol.Required(ATTR_ANILIST_ID): _NUMBER,
        **{vol.Optional(name): vol.Any(int, cv.string) for name in NAMES},
        vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Optional(ATTR_SEASON): _NUMBER,
        vol.Optional(ATTR_FIRST_EPISODE): _NUMBER,
        vol.Optional(ATTR_EPISODES): vol.All(_NUMBER, vol.Range(min=1)),
        vol.Optional(ATTR_RANGES): {cv.string: cv.string},
        vol.Optional(ATTR_IGNORE, default=False): cv.boolean,
        vol.Optional(ATTR_NOTE, default=""): vol.All(cv.string, vol.Length(max=LONGEST_NOTE)),
        vol.Optional(ATTR_SYNC, default=True): cv.boolean,
    }
)
UNMAP_TITLE_SCHEMA = vol.Schema(
    {
        vol.Required(ATTR_ANILIST_ID): _NUMBER,
        vol.Optional(ATTR_SYNC, default=True): cv.boolean,
    }
)
GET_MAPPINGS_SCHEMA = vol.Schema(
    {
        vol.Optional(ATTR_SEARCH, default=""): vol.All(cv.string, vol.Length(max=200)),
        vol.Optional(ATTR_KIND, default=MappingKind.ALL): vol.Coerce(MappingKind),
        **_WINDOW,
    }
)
GET_REVIEW_SCHEMA = vol.Schema(
    {
        **cv.TARGET_SERVICE_FIELDS,
        vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Optional(ATTR_SUBENTRY_ID): vol.All(cv.ensure_list, [cv.string]),
        vol.Optional(ATTR_CANDIDATES, default=False): cv.boolean,
        **_WINDOW,
    }
)
REFRESH_MAPPINGS_SCHEMA = vol.Schema({})


@callback
def async_setup_mapping_services(hass: HomeAssistant) -> None:
    """Register the actions, which are an admin's."""
    for name, handler, schema, answers_are in (
        (SERVICE_MAP_TITLE, _map_title, MAP_TITLE_SCHEMA, SupportsResponse.OPTIONAL),
        (SERVICE_UNMAP_TITLE, _unmap_title, UNMAP_TITLE_SCHEMA, SupportsResponse.OPTIONAL),
        (SERVICE_GET_MAPPINGS, _get_mappings, GET_MAPPINGS_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_GET_REVIEW, _get_review, GET_REVIEW_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_REFRESH_MAPPINGS, _refresh, REFRESH_MAPPINGS_SCHEMA, SupportsResponse.OPTIONAL),
    ):
        async_register_admin_service(hass, DOMAIN, name, handler, schema, answers_are)
    async_setup_mapping_files(hass)


async def _map_title(call: ServiceCall) -> ServiceResponse:
    """Put on record where an anime lies, or that it is to be ignored; then sync it."""
    anilist: int = call.data[ATTR_ANILIST_ID]
    with store_needed():
        store = (await async_get_shared(call.hass)).store
        try:
            if call.data[ATTR_IGNORE]:
                mapping = _ignoring(call.data)
                await store.run(put, (mapping,))
            else:
                mapping = await _placed(call)
        except MappingRefused as error:
            raise refused(error) from error
        title = await async_title(store, anilist)
        answer: JsonObjectType = answers.of_manual(mapping, title)
        if call.data[ATTR_SYNC]:
            answer["pairings"] = list(await sync_title(call.hass, anilist))
    return answer


async def _placed(call: ServiceCall) -> ManualMapping:
    data = call.data
    store = (await async_get_shared(call.hass)).store
    meant = await async_meant(call.hass, store, data, is_show=ATTR_SEASON in data)
    first = data.get(ATTR_FIRST_EPISODE)
    if first is None and ATTR_RANGES not in data and ATTR_SEASON not in data:
        first = meant.episode
    place = Place(
        meant.target,
        data.get(ATTR_SEASON, meant.season),
        first,
        data.get(ATTR_EPISODES),
        data.get(ATTR_RANGES),
    )
    now = dt_util.utcnow()
    return await store.run(make, data[ATTR_ANILIST_ID], place, data[ATTR_NOTE], now)


def _ignoring(data: Mapping[str, Any]) -> ManualMapping:
    if any(name in data for name in (*NAMES, *_WHERE)):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="mapping_ignored_has_no_place"
        )
    return ManualMapping(anime_id(data[ATTR_ANILIST_ID]), None, data[ATTR_NOTE], dt_util.utcnow())


async def _unmap_title(call: ServiceCall) -> ServiceResponse:
    """Forget what a person said of an anime: from now on the tables say where it lies."""
    anilist: int = call.data[ATTR_ANILIST_ID]
    with store_needed():
        store = (await async_get_shared(call.hass)).store
        title = await async_title(store, anilist)
        if not await store.run(manual.remove, anilist):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="not_mapped",
                translation_placeholders={"title": title or str(anilist)},
            )
        known = (await store.run(atlas.load, (anilist,)))[anilist]
        answer: JsonObjectType = answers.of_known(known, title, ())
        if call.data[ATTR_SYNC]:
            answer["pairings"] = list(await sync_title(call.hass, anilist))
    return answer


async def _get_mappings(call: ServiceCall) -> ServiceResponse:
    """Return a page of what is known of anime, searched by title or id."""
    with store_needed():
        return await async_mappings(
            (await async_get_shared(call.hass)).store,
            search=call.data[ATTR_SEARCH],
            kind=call.data[ATTR_KIND],
            limit=call.data[ATTR_LIMIT],
            offset=call.data[ATTR_OFFSET],
        )


async def _get_review(call: ServiceCall) -> ServiceResponse:
    """Return what needs a person, the newest first."""
    pairings = {
        job.job_id: (job.subentry.title, job.subentry.data)
        for job in targeted_jobs(call.hass, call.data)
        if isinstance(job, PairingCoordinator)
    }
    if not pairings:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_pairings")
    words = await async_words(call.hass, "review_reason")
    with store_needed():
        return await async_review(
            (await async_get_shared(call.hass)).store,
            pairings,
            words,
            limit=call.data[ATTR_LIMIT],
            offset=call.data[ATTR_OFFSET],
            with_candidates=call.data[ATTR_CANDIDATES],
        )


async def _refresh(call: ServiceCall) -> ServiceResponse:
    """Ask for all tables now, and say of each what came of it."""
    words = await async_words(call.hass, "table_trouble")
    with store_needed():
        shared = await async_get_shared(call.hass)
        before = await standing(shared.store)
        after = await atlas_keeper(call.hass, shared).refresh(force=True)
    tables: list[JsonValueType] = [
        answers.of_refreshed(old, new, words)
        for old, new in zip(before.tables, after.tables, strict=True)
    ]
    return {"usable": after.is_usable, "tables": tables}
