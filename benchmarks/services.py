"""The simulated services in a process of their own, so that only our side is measured."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
import multiprocessing
from multiprocessing.connection import Connection
from typing import Any

from simulators.catalog import generated
from simulators.imdb import ImdbSimulator
from simulators.seerr import SeerrSimulator

LIST = "ls000000001"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services are, and the key of the Seerr server."""

    seerr: str
    api_key: str
    imdb: str


class Services:
    """A Seerr server, with other titles in its library, and an IMDb list of some length."""

    def __init__(self, titles: int, library: int) -> None:
        """Make a list of `titles`, and a library of `library` titles that are not on it."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, titles, library), daemon=True)

    def __enter__(self) -> Addresses:
        """Start, and return the addresses."""
        self._process.start()
        addresses: Addresses = self._pipe.recv()
        return addresses

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._pipe.send("stop")
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()

    def counts(self) -> dict[str, int]:
        """Return the requests since the last call, by service and kind."""
        self._pipe.send("counts")
        counted: dict[str, int] = self._pipe.recv()
        return counted


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
