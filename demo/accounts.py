"""The accounts that a person adds, each by its own forms.

After an account of lists or pairings Home Assistant goes on with the first of them by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from simulators import household as home
from simulators.anilist import App
from simulators.watching import ANILIST_USER, PLEX_OWNER
from simulators.world import TRAKT_APP

from .flows import ENTRIES, Answers, Pick, walk
from .home import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from .assistant import Assistant, Json
    from .services import Services

type Say = Callable[[str], None]

ANILIST_APP = App()
"""The API client that the person made at AniList."""


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


async def add_anilist(assistant: Assistant, services: Services, say: Say) -> tuple[str, str]:
    """Add a public list, by its owner's name, and then sign in, so that it can be written.

    Returns its entry, and the flow of the first pairing.
    """
    say(f"adding the AniList account of {ANILIST_USER}, by name")
    added = await _add(assistant, Answers(("anilist", "anilist_user"), {"username": ANILIST_USER}))
    entry_id = added["result"]["entry_id"]
    await _sign_in_to_anilist(assistant, services, entry_id, say)
    _, first_pairing = added["next_flow"]
    return entry_id, first_pairing


async def _sign_in_to_anilist(
    assistant: Assistant, services: Services, entry_id: str, say: Say
) -> None:
    async def allow(step: Json) -> None:
        """Be led to AniList, allow the app there, and be led back."""
        await services.tell("/anilist/approve", {})
        async with (
            aiohttp.ClientSession() as browser,
            browser.get(step["url"], allow_redirects=False) as answer,
        ):
            back = answer.headers.get("Location", "")
        # My Home Assistant leads a browser on to where its Home Assistant is.
        _, _, query = back.partition("?")
        await assistant.come_back(query)

    say("signing in to AniList, for its list to be written")
    await assistant.command(
        "application_credentials/create",
        domain=DOMAIN,
        client_id=ANILIST_APP.client_id,
        client_secret=ANILIST_APP.client_secret,
        name="AniList",
    )
    answers = Answers(("anilist_sign_in",), meanwhile=allow, reason="reconfigure_successful")
    await walk(assistant, ENTRIES, {"handler": DOMAIN, "entry_id": entry_id}, answers)


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
