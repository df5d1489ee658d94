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
from .engine.identity.candidates import Candidate, Offered, candidates
from .engine.identity.manual import placement
from .engine.model import JobStatus, SyncRequest
from .engine.placement import TargetId
from .engine.store import anime as animes, manual, reviews
from .engine.store.database import Store
from .engine.store.manual import ManualMapping
from .engine.watch import Anime
from .engine.watching.offers import offered
from .syncing import sync
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
    """Have all pairings synced, of one anime alone if it is named; wait for none of them."""
    asked = list(all_pairings(hass))
    for pairing in asked:
        pairing.runner.request(pairing.job_id, _request(pairing, anilist))
    return asked


async def sync_title(hass: HomeAssistant, anilist: int) -> list[JsonObjectType]:
    """Sync an anime in all pairings, and say what came of it in each."""
    return list(await asyncio.gather(*(_sync(one, anilist) for one in all_pairings(hass))))


async def _sync(pairing: PairingCoordinator, anilist: int) -> JsonObjectType:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            report = await sync(pairing, _request(pairing, anilist))
    except TimeoutError:
        return answers.of_list(pairing)
    return answers.of_list(pairing) | answers.of_report(report)


def _request(pairing: PairingCoordinator, anilist: int | None) -> SyncRequest:
    """Return a sync of one anime; a first plan that waits for its yes is made anew as a whole."""
    waits = pairing.status is JobStatus.APPROVAL
    return SyncRequest("action", anilist=None if waits else anilist)


async def async_title(store: Store, anilist: int) -> str | None:
    """Return what an anime is called, if it was seen on somebody's list."""
    known = (await store.run(animes.load, (anilist,))).get(anilist)
    return None if known is None else known.title


async def async_candidates(
    hass: HomeAssistant, store: Store, pairing: Mapping[str, Any], anime: Collection[int]
) -> dict[int, tuple[Candidate, ...]]:
    """Return what some anime may be on the tracker of a pairing, whose subentry's data is given."""
    known = await store.run(animes.load, anime)
    there = await store.run(offered, pairing[CONF_TRACKER], pairing.get(CONF_LIBRARIES))
    return await hass.async_add_executor_job(_alike, known, there)


def _alike(
    known: Mapping[int, Anime], there: Collection[Offered]
) -> dict[int, tuple[Candidate, ...]]:
    return {anilist: candidates(one, there, CANDIDATES) for anilist, one in known.items()}
