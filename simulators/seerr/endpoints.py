"""What the API offers: paths, methods, and what each takes. And how a path finds its endpoint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from .answers import Answer
from .codes import Permission
from .core import Core
from .rows import SeerrUser
from .schema import NUMBER, TEXT, Body, Value

PREFIX = "/api/v1"
PAGING: Mapping[str, Value] = {
    "take": Value("number", nullable=True),
    "skip": Value("number", nullable=True),
}
LANGUAGE: Mapping[str, Value] = {"language": TEXT}


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed the checks: its parts in the types that the API describes."""

    who: SeerrUser | None
    params: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    raw_query: str = ""

    @property
    def user(self) -> SeerrUser:
        """Return the user, of an endpoint that only users reach."""
        if self.who is None:
            raise LookupError("this endpoint is open to everybody")
        return self.who


type Handler = Callable[[Core, Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one path."""

    method: str
    path: str
    handler: Handler
    query: Mapping[str, Value] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    """Query parameters that must be there."""
    params: Mapping[str, Value] = field(default_factory=dict)
    body: Body | None = None
    open: bool = False
    """Needs no key."""
    permissions: tuple[Permission, ...] = ()
    """One of these is needed."""


def numbered(*names: str) -> dict[str, Value]:
    """Return path parameters that are numbers."""
    return dict.fromkeys(names, NUMBER)


class Router:
    """Finds the endpoints of a path; the path with the most literal parts wins."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        """Know these endpoints."""
        self._by_length: defaultdict[int, dict[tuple[str, ...], dict[str, Endpoint]]] = defaultdict(
            dict
        )
        for endpoint in endpoints:
            parts = tuple(endpoint.path.split("/")[1:])
            self._by_length[len(parts)].setdefault(parts, {})[endpoint.method] = endpoint

    def find(self, path: str) -> tuple[dict[str, Endpoint], dict[str, str]]:
        """Return the methods of a path (none: unknown), and the values of its parameters."""
        parts = tuple(path.split("/")[1:])
        known = self._by_length.get(len(parts), {})
        if parts in known:
            return known[parts], {}
        best: tuple[dict[str, Endpoint], dict[str, str]] = ({}, {})
        fewest = len(parts) + 1
        for template, methods in known.items():
            values = _match(template, parts)
            if values is not None and len(values) < fewest:
                best, fewest = (methods, values), len(values)
        return best


def _match(template: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for wanted, part in zip(template, parts, strict=True):
        if wanted.startswith("{"):
            if not part:
                return None
            values[wanted[1:-1]] = unquote(part)
        elif wanted != part:
            return None
    return values
