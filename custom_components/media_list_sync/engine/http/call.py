"""One request, as it goes over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yarl import URL


@dataclass(frozen=True, slots=True)
class Call:
    """A request. `url` may hold ids and search words, headers and body credentials.

    `is_public`: it has none of these, and may go to another host as it is. `into`: the file that the
    body of a 200 is written to, instead of being kept in memory.
    """

    method: str
    url: URL = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    is_public: bool = False
    into: Path | None = None

    @property
    def is_get(self) -> bool:
        """Whether it only asks."""
        return self.method == "GET"

    def __str__(self) -> str:
        """Say what is asked, without its query: for the log."""
        return f"{self.method} {self.url.path}"
