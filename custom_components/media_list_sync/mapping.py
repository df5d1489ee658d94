"""Mappings that a person makes or takes back, and what follows of them in the pairings."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
import sqlite3
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.json import JsonObjectType

from . import answers
from .account_anilist import AniListRuntime
from .const import CONF_LIBRARIES, CONF_TRACKER
from .coordinator import PairingCoordinator
from .engine.identity.candidates import Candidate
from .engine.identity.manual import placement
from .engine.model import Report, SyncRequest
from .engine.placement import TargetId
from .engine.store import anime as animes, manual, reviews
from .engine.store.database import Store
from .engine.store.manual import ManualMapping
from .engine.watching.offers import likely
from .targets import loaded_entries

WAIT_SECONDS = 60
"""How long an action waits for the syncs of a title; one that takes longer goes on by itself."""
CANDIDATES = 10
"""How many titles are offered for an anime."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an anime lies, as a person says it; `ranges` in AniBridge's way."""

    target: TargetId
    season: int | None = None
    first_episode: int | None = None
    episodes: int | None = None
    ranges: Mapping[str, str] | None = None


def make(
    connection: sqlite3.Connection, anilist: int, place: Place, note: str, now: datetime
) -> ManualMapping:
    """Put on record where an anime lies. MappingRefused.

    A special without a count is as long as AniList says: specials never go on by themselves (I2).
    """
    episodes = place.episodes
    if episodes is None and (place.season == 0 or place.target.provider.is_film):
        known = animes.load(connection, (anilist,)).get(anilist)
        episodes = known.episodes if known else None
    found = placement(
        anilist,
        place.target,
        season=place.season,
        first_episode=place.first_episode,
        episodes=episodes,
        ranges=place.ranges,
    )
    mapping = ManualMapping(anilist, found, note, now)
    put(connection, (mapping,))
    return mapping


def put(connection: sqlite3.Connection, mappings: Iterable[ManualMapping]) -> None:
    """Put mappings on record. What waited for them is answered, until a plan sees it otherwise."""
    for mapping in mappings:
        manual.put(connection, mapping)
        reviews.answer(connection, mapping.anilist)


@callback
def all_pairings(hass: HomeAssistant) -> Iterator[PairingCoordinator]:
    """Yield the pairings of all accounts that are set up."""
    for entry in loaded_entries(hass):
        if isinstance(entry.runtime_data, AniListRuntime):
            yield from entry.runtime_data.pairings.values()


@callback
def ask_for_syncs(hass: HomeAssistant, anilist: int | None = None) -> list[PairingCoordinator]:
    """Have all pairings synced, first of one anime alone if it is named; wait for none of them."""
    asked = list(all_pairings(hass))
    for pairing in asked:
        if anilist is None:
            pairing.runner.request(pairing.job_id, SyncRequest("action"))
        else:
            _ask(pairing, anilist)
    return asked


async def sync_title(hass: HomeAssistant, anilist: int) -> list[JsonObjectType]:
    """Sync an anime in all pairings, and say what came of it in each."""
    return list(await asyncio.gather(*(_sync(one, anilist) for one in all_pairings(hass))))


async def _sync(pairing: PairingCoordinator, anilist: int) -> JsonObjectType:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            report = await asyncio.shield(_ask(pairing, anilist))
    except TimeoutError:
        return answers.of_list(pairing)
    return answers.of_list(pairing) | answers.of_report(report)


def _ask(pairing: PairingCoordinator, anilist: int) -> asyncio.Future[Report]:
    """Have an anime synced alone, and then the pairing, to know how it stands as a whole."""
    runner, job_id = pairing.runner, pairing.job_id
    done = runner.request(job_id, SyncRequest("action", anilist=anilist))
    done.add_done_callback(lambda _: runner.due_now(job_id))
    return done


async def async_title(store: Store, anilist: int) -> str | None:
    """Return what an anime is called, if it was seen on somebody's list."""
    known = (await store.run(animes.load, (anilist,))).get(anilist)
    return None if known is None else known.title


async def async_candidates(
    store: Store, pairing: Mapping[str, Any], anime: Collection[int]
) -> dict[int, tuple[Candidate, ...]]:
    """Return what some anime may be on the tracker of a pairing, whose subentry's data is given."""
    return await likely(
        store, pairing[CONF_TRACKER], pairing.get(CONF_LIBRARIES), anime, CANDIDATES
    )
