"""Starting and ending all that the demo consists of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import signal
import time
from typing import TYPE_CHECKING, Any

from .assistant import Assistant
from .home import DOMAIN, HASS, PROJECT
from .process import Program, free_port
from .services import Services

if TYPE_CHECKING:
    from .home import Home
    from .telling import Plans

USUAL_PORT = 8123
STOP_SECONDS = 30
QUIET_SECONDS = 32
"""Longer than a sync is put off after the Plex server has told something."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What runs. Home Assistant's person is signed in."""

    services: Services
    assistant: Assistant
    hass: Program

    async def sync(self) -> None:
        """Have all lists and pairings synced."""
        await self.assistant.act(f"{DOMAIN}.sync", {})

    async def sync_entry(self, pairing: str, anime: int) -> None:
        """Have one entry synced, by its number on AniList."""
        await self.assistant.act(f"{DOMAIN}.sync", {"subentry_id": pairing, "anilist_id": anime})

    async def undo(self, pairing: str, *, dry_run: bool) -> list[dict[str, Any]]:
        """Take back what the last sync of a pairing wrote; return what becomes of each title."""
        answer = await self.assistant.act(
            f"{DOMAIN}.undo_sync", {"subentry_id": pairing, "dry_run": dry_run}
        )
        (done,) = answer["lists"]
        plan: list[dict[str, Any]] = done["plan"]
        return plan

    async def quiet(self) -> None:
        """Wait until nobody has asked AniList or the Plex server for anything for a while.

        The server tells of what was marked there, by us, too, and a sync has a look.
        """
        seen, since = None, time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            counts = (await self.services.state())["counts"]
            now = counts["anilist"], counts["plex_server"]
            if now != seen:
                seen, since = now, time.monotonic()
            await asyncio.sleep(1)

    async def read_whole(self, job: str) -> None:
        """Have a list or pairing synced, with everything read anew."""
        await self.assistant.act(f"{DOMAIN}.sync", {"subentry_id": job, "full": True})

    async def plans(self) -> Plans:
        """Return what a sync would do now, by the id of each list and pairing."""
        answer = await self.assistant.act(f"{DOMAIN}.sync", {"dry_run": True})
        return {plan["subentry_id"]: plan for plan in answer["lists"]}

    def check(self) -> None:
        """Raise DemoProblem where something has ended by itself."""
        self.services.program.check()
        self.hass.check()


@asynccontextmanager
async def running(
    home: Home, say: Callable[[str], None], *, usual_ports: bool
) -> AsyncIterator[Demo]:
    """Start the services, then Home Assistant; stop both at the end, whatever the end is.

    Services that are new make everything new: Home Assistant would look for what they never had.
    """
    home.folder.mkdir(parents=True, exist_ok=True)
    home.log.unlink(missing_ok=True)
    say("starting the simulated services")
    services = await Services.start(home, usual_ports=usual_ports)
    try:
        if not services.restored:
            home.forget_home_assistant()
        say("starting Home Assistant")
        port = free_port(USUAL_PORT if usual_ports else 0)
        home.prepare(port, services.endpoints)
        hass = await Program.start(
            "Home Assistant",
            str(HASS),
            "-c",
            str(home.config),
            "--log-no-color",
            "--skip-pip",
            log=home.log,
            folder=PROJECT,
        )
        try:
            async with Assistant(f"http://127.0.0.1:{port}", hass) as assistant:
                await assistant.sign_in()
                await assistant.wait_until_running()
                yield Demo(services, assistant, hass)
        finally:
            await hass.stop(signal.SIGINT, STOP_SECONDS)
    finally:
        await services.stop()
