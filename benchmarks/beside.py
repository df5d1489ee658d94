"""Simulated services in a process of their own, so that only our side is measured."""

from __future__ import annotations

from collections.abc import Callable
import multiprocessing
from multiprocessing.connection import Connection
from typing import Any


class Beside[Addresses]:
    """A process that sends the addresses of its services, and answers until it is stopped."""

    def __init__(self, serve: Callable[..., None], *sizes: int) -> None:
        """Serve, with a pipe and the sizes of what is to be served as arguments."""
        context = multiprocessing.get_context("spawn")
        self._pipe: Connection[Any, Any]
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, *sizes), daemon=True)

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
        counted: dict[str, int] = self._ask("counts")
        return counted

    def _ask(self, question: str) -> Any:
        self._pipe.send(question)
        return self._pipe.recv()
