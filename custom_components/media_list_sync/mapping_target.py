"""Which show or film a person means who names it by an id of Trakt, TMDB, TVDB, IMDb or Plex."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from .account_plex import PlexRuntime
from .account_seerr import SeerrRuntime
from .account_trakt import TraktRuntime
from .const import DOMAIN
from .engine.clients.trakt.titles import Source, TraktTitle
from .engine.http import ServiceError
from .engine.identity.manual import MappingRefused, target_id
from .engine.model import Ids, MediaType
from .engine.placement import Provider, TargetId
from .engine.store import items
from .engine.store.database import Store
from .errors import service_failed
from .targets import ATTR_CONFIG_ENTRY_ID, loaded_entries

ATTR_TMDB_SHOW_ID: Final = "tmdb_show_id"
ATTR_TMDB_MOVIE_ID: Final = "tmdb_movie_id"
ATTR_TVDB_ID: Final = "tvdb_id"
ATTR_IMDB_ID: Final = "imdb_id"
ATTR_TRAKT_ID: Final = "trakt_id"
ATTR_PLEX_ITEM: Final = "plex_item"
NAMES = (
    ATTR_TMDB_SHOW_ID,
    ATTR_TMDB_MOVIE_ID,
    ATTR_TVDB_ID,
    ATTR_IMDB_ID,
    ATTR_TRAKT_ID,
    ATTR_PLEX_ITEM,
)
"""What a title can be named by."""

_PROVIDERS = {
    ATTR_TMDB_SHOW_ID: Provider.TMDB_SHOW,
    ATTR_TMDB_MOVIE_ID: Provider.TMDB_MOVIE,
    ATTR_TVDB_ID: Provider.TVDB_SHOW,
}
_PLEX_KEY = re.compile(r"(?:.*metadata(?:/|%2F))?(?P<key>[0-9]{1,12})(?:[^0-9].*)?", re.ASCII)
"""A rating key, or the address of the item's page, which has it."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The title that is meant; on Plex, a season or episode says itself which it is."""

    target: TargetId
    season: int | None = None
    episode: int | None = None


async def async_meant(
    hass: HomeAssistant, store: Store, data: Mapping[str, Any], *, is_show: bool
) -> Meant:
    """Return the title that the data of an action names. `is_show`: a season of it is named.

    MappingRefused, ServiceValidationError, and HomeAssistantError where a service that was to be
    asked did not answer.
    """
    named = [name for name in NAMES if name in data]
    if len(named) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="mapping_needs_one_title"
        )
    (name,) = named
    value = str(data[name]).strip()
    if name in _PROVIDERS:
        return Meant(target_id(_PROVIDERS[name], value))
    if name == ATTR_PLEX_ITEM:
        return await _on_plex(hass, store, value, data.get(ATTR_CONFIG_ENTRY_ID))
    if name == ATTR_TRAKT_ID:
        target_id(Provider.TMDB_SHOW, value)  # a number, as all of Trakt's
        return Meant(await _on_trakt(hass, "trakt", value, is_show=is_show))
    film = target_id(Provider.IMDB_MOVIE, value)
    if not is_show:
        return Meant(film)
    return Meant(await _show_by_imdb(hass, value))


async def _on_plex(hass: HomeAssistant, store: Store, value: str, entry_id: str | None) -> Meant:
    servers = [
        entry
        for entry in _accounts(hass, PlexRuntime)
        if entry_id is None or entry.entry_id == entry_id
    ]
    found = _PLEX_KEY.fullmatch(value)
    if len(servers) != 1 or found is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="mapping_plex_key" if found is None else "mapping_plex_account",
            translation_placeholders={"title": value},
        )
    item = await store.run(items.find, servers[0].entry_id, found["key"])
    if item is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="mapping_plex_item",
            translation_placeholders={"title": found["key"], "account": servers[0].title},
        )
    if item.target is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="mapping_plex_numbers",
            translation_placeholders={"title": item.title},
        )
    if item.target.provider.is_film:
        return Meant(item.target)
    return Meant(item.target, item.season, item.number)


async def _show_by_imdb(hass: HomeAssistant, value: str) -> TargetId:
    """Return a show; no tracker and no table knows shows by IMDb, so somebody has to be asked."""
    servers = list(_accounts(hass, SeerrRuntime))
    if next(_accounts(hass, TraktRuntime, _can_look_up), None) is not None or not servers:
        return await _on_trakt(hass, "imdb", value, is_show=True)
    try:
        found = await servers[0].runtime_data.client.find("imdb", value)
    except ServiceError as error:
        raise service_failed(error, servers[0].title) from error
    for one in found:
        if one.key.media_type is MediaType.SHOW:
            return TargetId(Provider.TMDB_SHOW, str(one.key.tmdb))
    raise _unknown(value, servers[0])


async def _on_trakt(hass: HomeAssistant, source: Source, value: str, *, is_show: bool) -> TargetId:
    entry = next(_accounts(hass, TraktRuntime, _can_look_up), None)
    if entry is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="mapping_needs_trakt",
            translation_placeholders={"title": value},
        )
    kind = MediaType.SHOW if is_show else MediaType.MOVIE
    try:
        found: Iterable[TraktTitle] = await entry.runtime_data.watching.titles.find(
            source, value, kind
        )
    except ServiceError as error:
        raise service_failed(error, entry.title) from error
    for one in found:
        for target in _targets(one.ids, is_show=is_show):
            return target
    raise _unknown(value, entry)


def _targets(ids: Ids, *, is_show: bool) -> Iterable[TargetId]:
    """Yield the ids that placements go by; TMDB's first, whose numbers Trakt has."""
    pairs = (
        ((Provider.TMDB_SHOW, ids.tmdb), (Provider.TVDB_SHOW, ids.tvdb))
        if is_show
        else ((Provider.TMDB_MOVIE, ids.tmdb), (Provider.IMDB_MOVIE, ids.imdb))
    )
    return (TargetId(provider, str(value)) for provider, value in pairs if value)


def _accounts(
    hass: HomeAssistant, kind: type, fits: Callable[[Any], bool] = lambda _: True
) -> Iterator[ConfigEntry[Any]]:
    return (
        entry
        for entry in loaded_entries(hass)
        if isinstance(entry.runtime_data, kind) and fits(entry.runtime_data)
    )


def _can_look_up(runtime: TraktRuntime) -> bool:
    return runtime.watching is not None


def _unknown(value: str, entry: ConfigEntry) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="title_not_found",
        translation_placeholders={"title": value, "account": entry.title},
    )


def refused(error: MappingRefused) -> ServiceValidationError:
    """Return what is wrong with a mapping in words."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=f"mapping_{error.reason}",
        translation_placeholders={"detail": error.detail},
    )
