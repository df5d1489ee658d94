"""What a person sets up: four accounts, two pairings, six lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .accounts import add_anilist, add_plex, add_seerr, add_trakt
from .pairing import approve_plans, pair
from .requesting import add_lists

if TYPE_CHECKING:
    from .accounts import Say
    from .assistant import Assistant
    from .services import Services


async def furnish(assistant: Assistant, services: Services, say: Say) -> None:
    """Add everything, and wait for the first sync of each list and pairing.

    The pairings come first: while their plans are made, at the pace that Trakt allows, the lists
    are added.
    """
    await add_trakt(assistant, services, say)
    await add_plex(assistant, services, say)
    anilist, first_pairing = await add_anilist(assistant, services, say)
    await pair(assistant, anilist, first_pairing, say)
    seerr, first_list = await add_seerr(assistant, services, say)
    await add_lists(assistant, seerr, first_list, say)
    await approve_plans(assistant, say)
