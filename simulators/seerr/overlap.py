"""Requests for titles that are in flight at the same time, which the servers cannot take.

All of a server's work goes over one SQLite connection. Seen on the real ones: the same film twice
at once gives two rows; the same series twice at once gives 500 for all; and when one of many in
flight fails, neighbours fail with it, or are answered 201 and are not stored.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum

LOOP_TURNS = 4


class Spoiled(Enum):
    """What a neighbour's failure does to a request in flight."""

    NOT = "not"
    FAILS = "fails"
    IS_LOST = "is lost"
    """Answered 201, and not stored."""


@dataclass(eq=False, slots=True)
class Flight:
    """A request for a title, between its checks and its storing."""

    is_show: bool
    tmdb: float
    twin: bool = False
    """The same series is in flight."""
    spoiled: Spoiled = Spoiled.NOT


class Flights:
    """What is in flight."""

    def __init__(self) -> None:
        """Start with nothing in flight."""
        self.overlapping = 0
        """How many requests began while another was in flight. A good client keeps this at 0."""
        self.seconds = 0.0
        """How long a request takes. 0: a few turns of the loop; a real server needs some 0.02."""
        self._flying: list[Flight] = []

    def begin(self, is_show: bool, tmdb: float) -> Flight:
        """Let a request take off."""
        flight = Flight(is_show, tmdb)
        if self._flying:
            self.overlapping += 1
        for other in self._flying:
            if is_show and other.is_show and other.tmdb == tmdb:
                other.twin = flight.twin = True
        self._flying.append(flight)
        return flight

    async def wait(self) -> None:
        """Give others the time to come in between, as the real server's own waiting does."""
        if self.seconds:
            await asyncio.sleep(self.seconds)
            return
        for _ in range(LOOP_TURNS):
            await asyncio.sleep(0)

    def end(self, flight: Flight, *, failed: bool) -> None:
        """Let a request land. Its failure spoils the others in flight, one way and the other."""
        self._flying.remove(flight)
        if failed:
            whole = [other for other in self._flying if other.spoiled is Spoiled.NOT]
            for index, other in enumerate(whole):
                other.spoiled = Spoiled.IS_LOST if index % 2 else Spoiled.FAILS
