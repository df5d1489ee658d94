"""The accounts that a person adds, each by its own forms.

After an account of lists or pairings Home Assistant goes on with the first of them by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators import household as home
from simulators.watching import ANILIST_USER, PLEX_OWNER
from simulators.world import TRAKT_APP

from .flows import ENTRIES, Answers, Pick, walk
from .home import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from .assistant import Assistant, Json
    from .services import Services

type Say = Callable[[str], None]


async def add_seerr(assistant: Assistant, services: Services, say: Say) -> tuple[str, str]:
    """Add the server by its address and key. Returns its entry, and the flow of the first list."""
    say("adding the Seerr account")
    added = await _add(
        assistant, Answers(("seerr",), {"url": services.seerr, "api_key": home.API_KEY})
    )
    _, first_list = added["next_flow"]
    return added["result"]["entry_id"], first_list


async def add_trakt(assistant: Assistant, services: Services, say: Say) -> None:
    """Sign in by a code."""

    async def allow(step: Json) -> None:
        code = step["description_placeholders"]["code"]
        say(f"allowing the device with the code {code} at Trakt")
        await services.tell("/trakt/approve", {"code": code})

    say("adding the Trakt account")
    app = {"client_id": TRAKT_APP.client_id, "client_secret": TRAKT_APP.client_secret}
    await _add(assistant, Answers(("trakt",), app, meanwhile=allow))


async def add_anilist(assistant: Assistant, say: Say) -> tuple[str, str]:
    """Add a public list, by its owner's name. Returns its entry, and the flow of the first pairing."""
    say(f"adding the AniList account of {ANILIST_USER}, by name")
    added = await _add(assistant, Answers(("anilist", "anilist_user"), {"username": ANILIST_USER}))
    _, first_pairing = added["next_flow"]
    return added["result"]["entry_id"], first_pairing


async def add_plex(assistant: Assistant, services: Services, say: Say) -> None:
    """Sign in by a code, and choose a person of the home."""

    async def link(step: Json) -> None:
        code = step["description_placeholders"]["code"]
        say(f"linking the device with the code {code} at Plex")
        await services.tell("/plex/link", {"code": code})

    say("adding the Plex account")
    person = {"person": Pick(PLEX_OWNER)}
    await _add(assistant, Answers(("plex", "plex_link"), person, meanwhile=link))


async def _add(assistant: Assistant, answers: Answers) -> Json:
    return await walk(assistant, ENTRIES, {"handler": DOMAIN}, answers)
