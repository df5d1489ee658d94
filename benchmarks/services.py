"""A Seerr server and a list on IMDb, simulated."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from simulators.catalog import generated
from simulators.imdb import ImdbSimulator
from simulators.seerr import SeerrSimulator

from .beside import Beside

LIST = "ls000000001"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services are, and the key of the Seerr server."""

    seerr: str
    api_key: str
    imdb: str


class Services(Beside[Addresses]):
    """A Seerr server, with other titles in its library, and an IMDb list of some length."""

    def __init__(self, titles: int, library: int) -> None:
        """Make a list of `titles`, and a library of `library` titles that are not on it."""
        super().__init__(_serve, titles, library)


def _serve(pipe: Connection[Any, Any], titles: int, library: int) -> None:
    asyncio.run(_until_stopped(pipe, titles, library))


async def _until_stopped(pipe: Connection[Any, Any], titles: int, library: int) -> None:
    catalog = generated(titles + library)
    seerr = SeerrSimulator(catalog=catalog)
    seerr.add_library(catalog[titles:])
    imdb = ImdbSimulator(catalog)
    imdb.add_list(LIST, "Benchmark", [title.imdb for title in catalog[:titles] if title.imdb])
    seerr.keep_exchanges = imdb.keep_exchanges = False
    async with seerr, imdb:
        pipe.send(Addresses(seerr.url, seerr.api_key, imdb.url))
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, pipe.recv) != "stop":
            counted = {f"seerr {kind}": n for kind, n in seerr.counts.items()}
            counted |= {f"imdb {kind}": n for kind, n in imdb.counts.items()}
            seerr.forget_requests()
            imdb.forget_requests()
            pipe.send(counted)
