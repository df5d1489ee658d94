"""What is watched on Plex while all runs: on AniList by itself, and taken back where it has to be."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from simulators.anime import followed

from . import watched
from .lists import Lists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .running import Demo

SOON = 60
"""Seconds within which AniList has to have it."""
_LOOK_AGAIN = 0.2


async def go_on_to_trakt(demo: Demo, lists: Lists) -> list[str]:
    """Have those entries synced that AniList has just gained from Plex.

    What is younger than half an hour is left to scrobblers, unless a person asks for it.
    """
    _, trakt = lists.pairings
    waiting = followed.ahead()
    wrong = []
    if trakt.count("waiting") != len(waiting):
        wrong.append(f"{trakt.title} shows {trakt.count('waiting')} waiting, not {len(waiting)}")
    for anime in waiting:
        await demo.sync_entry(trakt.id, anime)
    return wrong


async def watch_on_plex(demo: Demo, lists: Lists, say: Callable[[str], None]) -> list[str]:
    """Watch two episodes on Plex, and wait until AniList has them; nobody asks for a sync.

    The first one is taken back with the action, the second one goes on to Trakt.
    """
    plex, trakt = lists.pairings
    wrong = await _watch(demo, say, "/plex/watch", watched.PLAYED, watched.PLAYED_ANIME)
    wrong += await _take_back(demo, plex.id, watched.PLAYED_ANIME, say)
    wrong += await _watch(demo, say, "/plex/mark", watched.MARKED, watched.MARKED_ANIME)
    await demo.sync_entry(trakt.id, watched.MARKED_ANIME)
    return wrong


async def _watch(
    demo: Demo, say: Callable[[str], None], path: str, episode: Mapping[str, Any], anime: int
) -> list[str]:
    """Do it, and measure how long AniList takes to have one episode more."""
    name = f"{episode['title']} S{episode['season']}E{episode['episode']}"
    before = await _progress(demo, anime)
    say(f"{'playing' if path == '/plex/watch' else 'marking'} {name} on Plex")
    await demo.services.tell(path, episode)
    begun = time.monotonic()
    while (seconds := time.monotonic() - begun) < SOON:
        if await _progress(demo, anime) == before + 1:
            say(f"{seconds:.1f} s later AniList says {before + 1} episodes, not {before}")
            return []
        await asyncio.sleep(_LOOK_AGAIN)
    return [f"{name} was not on AniList {SOON} seconds after it was watched on Plex"]


async def _take_back(demo: Demo, pairing: str, anime: int, say: Callable[[str], None]) -> list[str]:
    """Undo the sync that told AniList: looked at first, then done."""
    after = await _progress(demo, anime)
    told = await demo.undo(pairing, dry_run=True)
    shown = [(one["anilist_id"], one["outcome"], one["anilist"]) for one in told]
    wrong = []
    if shown != [(anime, "undone", {"progress": after - 1})]:
        wrong.append(f"undoing would take back {told}")
    if await _progress(demo, anime) != after:
        wrong.append("a dry run of undoing has changed AniList")
    await demo.undo(pairing, dry_run=False)
    now = await _progress(demo, anime)
    say(f"undone: AniList says {now} episodes again")
    if now != after - 1:
        wrong.append(f"after undoing AniList says {now} episodes, not {after - 1}")
    return wrong


async def _progress(demo: Demo, anime: int) -> int:
    state = await demo.services.state()
    return int(state["listed"][str(anime)]["progress"])
