"""The lists that a person adds, each by its own forms."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
import time
from typing import TYPE_CHECKING, Any

from simulators import household as home
from simulators.world import TRAKT_USER

from .flows import SUBENTRIES, Answers, Pick, walk
from .lists import Lists
from .problem import DemoProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .accounts import Say
    from .assistant import Assistant

SYNC_SECONDS = 120
"""How long the first sync of a list may take."""
_LOOK_AGAIN = 0.3


@dataclass(frozen=True, slots=True)
class ListToAdd:
    """A list with what is chosen for it.

    `title` is what it is to be called: where it calls itself otherwise, it is renamed.
    """

    title: str
    choices: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)


LISTS = (
    ListToAdd(
        "Film night",
        ("address",),
        {
            "address": f"https://www.imdb.com/list/{home.FILM_NIGHT}/?ref_=share",
            "user_id": Pick(home.PARENTS.username),
            "order": 10,
        },
    ),
    ListToAdd(
        "Kids' watchlist",
        ("address",),
        {
            "address": f"https://www.imdb.com/user/{home.KIDS_WATCHLIST}/watchlist/",
            "seasons": "first_n",
            "first_seasons": 2,
            "user_id": Pick(home.KIDS.username),
            "order": 20,
        },
    ),
    ListToAdd(
        "IMDb Top 250 TV Shows",
        ("chart",),
        {
            "chart": "imdb_chart_top_shows",
            "media_types": ["show"],
            "seasons": "first",
            "max_requests": 4,
            "order": 60,
        },
    ),
    ListToAdd(
        "Slow evenings",
        ("address",),
        {
            "address": f"https://app.trakt.tv/users/{TRAKT_USER}/lists/slow-evenings",
            "seasons": "latest",
            "user_id": Pick(home.PARENTS.username),
            "order": 30,
        },
    ),
    ListToAdd(
        "Reference discs",
        ("address",),
        {
            "address": f"https://trakt.tv/users/{TRAKT_USER}/lists/reference-discs",
            "media_types": ["movie"],
            "quality": "4k",
            "user_id": Pick(home.PARENTS.username),
            "choose_destinations": True,
            "movie_4k": Pick("Radarr 4K"),
            "profile": Pick("Remux"),
            "root_folder": Pick("/library/films-4k"),
            "tags": [Pick("reference")],
            "order": 40,
        },
    ),
    ListToAdd(
        f"Trakt watchlist ({TRAKT_USER})",
        ("address",),
        {
            "address": f"https://trakt.tv/users/{TRAKT_USER}/watchlist",
            "include_episodes": True,
            "user_id": Pick(home.GUEST.username),
            "approval": "at_once",
            "order": 50,
        },
    ),
)
"""In the order in which they are added."""


async def add_lists(assistant: Assistant, entry_id: str, first_list: str, say: Say) -> None:
    """Add all lists to a Seerr account, and wait for each one's first sync."""
    for number, lst in enumerate(LISTS):
        say(f"adding the list “{lst.title}”")
        start = first_list if number == 0 else {"handler": [entry_id, "list"]}
        await walk(assistant, SUBENTRIES, start, Answers(lst.choices, lst.values))
        await _wait_for_syncs(assistant, number + 1)
    await _rename(assistant, entry_id)


async def _wait_for_syncs(assistant: Assistant, lists: int) -> None:
    """Wait until so many lists are there, and all of them have been synced."""
    deadline = time.monotonic() + SYNC_SECONDS
    while True:
        found = await Lists.read(assistant)
        if len(found.all) == lists and all(lst.is_synced and lst.is_named for lst in found.all):
            return
        if time.monotonic() > deadline:
            states = ", ".join(f"{lst.title}: {lst.status}" for lst in found.all)
            raise DemoProblem(
                f"Not all lists were synced within {SYNC_SECONDS} seconds ({states})."
            )
        await asyncio.sleep(_LOOK_AGAIN)


async def _rename(assistant: Assistant, entry_id: str) -> None:
    """Rename what calls itself otherwise than it is to be called."""
    found = await Lists.read(assistant)
    for lst, wanted in zip(found.all, LISTS, strict=True):
        if lst.title != wanted.title:
            await assistant.command(
                "config_entries/subentries/update",
                entry_id=entry_id,
                subentry_id=lst.id,
                title=wanted.title,
            )
    await _wait_for_syncs(assistant, len(LISTS))
