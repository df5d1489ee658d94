"""Titles that a server is never to be asked for, by whatever id a person names them."""

from __future__ import annotations

from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from .account_seerr import SeerrConfigEntry
from .const import DOMAIN
from .engine.http import ServiceError
from .engine.model import Ids, MediaType, TitleKey
from .engine.store import exclusions
from .engine.store.database import Store
from .errors import service_failed


async def exclude(
    store: Store, entry: SeerrConfigEntry, ids: Ids, media_type: MediaType | None
) -> None:
    """Put a title on the list of those never to request."""
    key, title = await _find(entry, ids, media_type)
    await store.run(
        exclusions.add,
        entry.entry_id,
        key.media_type,
        Ids(imdb=ids.imdb, tmdb=key.tmdb, tvdb=ids.tvdb),
        title,
        dt_util.utcnow(),
    )


async def allow(
    store: Store, entry: SeerrConfigEntry, ids: Ids, media_type: MediaType | None
) -> None:
    """Take a title off the list of those never to request."""
    removed = [
        await store.run(exclusions.remove, entry.entry_id, one, ids)
        for one in ([media_type] if media_type else MediaType)
    ]
    if not any(removed):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="title_not_excluded",
            translation_placeholders={"title": _named(ids)},
        )


async def _find(
    entry: SeerrConfigEntry, ids: Ids, media_type: MediaType | None
) -> tuple[TitleKey, str]:
    """Ask the server which title is meant, so that it is known by whatever id a list has of it."""
    if ids.imdb is not None:
        source, value = "imdb", ids.imdb
    elif ids.tvdb is not None:
        source, value = "tvdb", str(ids.tvdb)
    else:
        source, value = "tmdb", str(ids.tmdb)
    try:
        found = [
            one
            for one in await entry.runtime_data.client.find(source, value)
            if media_type in (None, one.key.media_type)
        ]
    except ServiceError as error:
        raise service_failed(error, entry.title) from error
    if len(found) == 1:
        return found[0].key, found[0].title
    if not found and ids.tmdb is not None and media_type is not None:
        # A server that cannot reach TMDB answers such a search with nothing.
        return TitleKey(media_type, ids.tmdb), _named(ids)
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="title_ambiguous" if found else "title_not_found",
        translation_placeholders={"title": _named(ids), "account": entry.title},
    )


def _named(ids: Ids) -> str:
    """Return an id as it is shown where there is no title."""
    if ids.imdb is not None:
        return ids.imdb
    return f"TMDB {ids.tmdb}" if ids.tmdb is not None else f"TVDB {ids.tvdb}"
