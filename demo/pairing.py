"""The pairings that a person adds, and the yes to the first plan of each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
import time
from typing import TYPE_CHECKING, Any

from simulators.anime.places import BY_TMDB, BY_TVDB, FILM_LIBRARY

from .flows import FIXES, SUBENTRIES, Answers, Pick, walk
from .lists import APPROVAL, Lists
from .problem import DemoProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .accounts import Say
    from .assistant import Assistant, Json
    from .lists import Shown

SYNC_SECONDS = 150
"""How long the plan, or the first sync, of a pairing may take. Trakt is asked slowly."""
_LOOK_AGAIN = 0.3


@dataclass(frozen=True, slots=True)
class PairingToAdd:
    """A pairing by its tracker's name, with what is chosen for it."""

    tracker: str
    values: Mapping[str, Any] = field(default_factory=dict)


_LIBRARIES = (BY_TMDB, BY_TVDB, FILM_LIBRARY)
PAIRINGS = (
    # By their whole names: one begins as the other is called.
    PairingToAdd(
        "Plex",
        {"direction": "both", "libraries": [Pick(name, whole=True) for name in _LIBRARIES]},
    ),
    PairingToAdd("Trakt", {"dropped": True}),
)
"""In the order in which they are added: both ways, and from AniList alone."""


async def pair(assistant: Assistant, entry_id: str, first_pairing: str, say: Say) -> None:
    """Add all pairings to an AniList account."""
    for number, pairing in enumerate(PAIRINGS):
        say(f"pairing AniList with {pairing.tracker}")
        start = first_pairing if number == 0 else {"handler": [entry_id, "pairing"]}
        values = {"tracker": Pick(pairing.tracker), **pairing.values}
        await walk(assistant, SUBENTRIES, start, Answers(values=values))


async def approve_plans(assistant: Assistant, say: Say) -> None:
    """Look at the first plan of each pairing, say yes to it, and wait for the sync."""
    for number, pairing in enumerate(PAIRINGS):
        await _approve(assistant, await _wait(assistant, number, APPROVAL), say)
        done = await _wait(assistant, number, "completed")
        say(
            f"{pairing.tracker}: {done.count('episodes')} episodes of {done.count('updated')} "
            f"entries were marked, {done.count('to_review')} entries are for review"
        )


async def _approve(assistant: Assistant, pairing: Shown, say: Say) -> None:
    """Say yes where it is asked for: in Home Assistant's repairs."""
    found = await assistant.command("repairs/list_issues")
    issue = next(
        (one for one in found["issues"] if one["issue_id"] == f"first_plan_{pairing.id}"), None
    )
    if issue is None:
        raise DemoProblem(f"{pairing.title} waits for a yes, but no repair asks for it.")

    def look(step: Json) -> None:
        plan = step["description_placeholders"]
        say(f"approving the first plan of {pairing.title}: {plan['episodes']} episodes")

    start = {"handler": issue["domain"], "issue_id": issue["issue_id"]}
    await walk(assistant, FIXES, start, Answers(("approve",), look=look))


async def _wait(assistant: Assistant, number: int, status: str) -> Shown:
    """Wait until a pairing shows a status, and return it."""
    deadline = time.monotonic() + SYNC_SECONDS
    while True:
        found = (await Lists.read(assistant)).pairings[number:]
        if found and found[0].status == status:
            return found[0]
        if time.monotonic() > deadline:
            shown = found[0].status if found else "not there"
            raise DemoProblem(
                f"The pairing was not {status!r} within {SYNC_SECONDS} seconds ({shown})."
            )
        await asyncio.sleep(_LOOK_AGAIN)
