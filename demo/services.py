"""The simulated services: a program of their own, and its control endpoint."""

from __future__ import annotations

import json
import signal
import sys
from typing import TYPE_CHECKING, Any, Self

import aiohttp

from .home import PROJECT
from .problem import DemoProblem
from .process import Program, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .home import Home

START_SECONDS = 30
STOP_SECONDS = 10

_WANTED = {
    "seerr": 5055,
    "imdb": 0,
    "trakt_api": 0,
    "trakt_auth": 0,
    "anilist": 0,
    "anilist_auth": 0,
    "plex_tv": 0,
    "plex_discover": 0,
    "plex_server": 32400,
    "tables": 0,
    "control": 0,
}
"""Where the services like to listen: what a household runs itself at its usual port."""


class Services:
    """Seerr, IMDb, Trakt, AniList, Plex and the mapping tables, running."""

    def __init__(self, program: Program, addresses: Mapping[str, Any]) -> None:
        self.program = program
        self.seerr: str = addresses["seerr"]
        self.plex_server: str = addresses["plex_server"]
        self.control: str = addresses["control"]
        self.restored: bool = addresses["restored"]
        """Whether they go on where they were; else they have just been made."""
        self.endpoints: Mapping[str, str] = addresses["endpoints"]

    @classmethod
    async def start(cls, home: Home, *, usual_ports: bool) -> Self:
        """Start them, at the ports of the last time where there was one."""
        kept = home.read_ports()
        for name, port in kept.items():
            if free_port(port) != port:
                raise DemoProblem(
                    f"Port {port}, where the simulated {name} was the last time, is in use. "
                    "End what listens there, or begin anew with --fresh."
                )
        ports = kept or {
            name: free_port(wanted if usual_ports else 0) for name, wanted in _WANTED.items()
        }
        home.write_ports(ports)
        arguments = [
            argument for name, port in ports.items() for argument in ("--port", f"{name}={port}")
        ]
        program = await Program.start(
            "The simulated services",
            sys.executable,
            "-m",
            "simulators",
            "--with-parent",
            "--state",
            str(home.world),
            *arguments,
            log=home.services_log,
            folder=PROJECT,
            reads_output=True,
        )
        try:
            said = json.loads(await program.line(START_SECONDS))
        except BaseException:
            await program.stop(signal.SIGTERM, STOP_SECONDS)
            raise
        return cls(program, said)

    async def stop(self) -> None:
        """Stop them; they keep their state for the next time."""
        await self.program.stop(signal.SIGTERM, STOP_SECONDS)

    async def state(self) -> dict[str, Any]:
        """Return what they know, and what they were asked."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.control}/state") as answer,
        ):
            state: dict[str, Any] = await answer.json()
            return state

    async def tell(self, path: str, body: Mapping[str, Any]) -> None:
        """Do what a person would do on their pages."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.control}{path}", json=body) as answer,
        ):
            if not answer.ok:
                said = await answer.json()
                raise DemoProblem(f"The services refused {path}: {said['error']}")
