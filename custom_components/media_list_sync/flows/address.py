"""The address of a server, in whatever form a person pastes it."""

from __future__ import annotations

import re
from typing import Literal

from yarl import URL

type AddressProblem = Literal["invalid_url", "url_credentials"]

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_API = "api"
# The pages that a browser's address bar may show. A proxy may have put the server itself under
# such a path, which is why the longer address is tried first.
_PAGES = frozenset(
    {
        "blacklist",
        "blocklist",
        "collection",
        "discover",
        "issues",
        "login",
        "movie",
        "person",
        "profile",
        "requests",
        "resetpassword",
        "search",
        "settings",
        "setup",
        "tv",
        "users",
        "web",
    }
)


_LONGEST = 2_000
"""Letters; what is longer is no address."""
_MOST_PATHS = 5
"""Base paths that are tried: each of them takes as long as the server does to answer."""


class AddressInvalid(Exception):
    """What was entered is no address of a server."""

    def __init__(self, problem: AddressProblem) -> None:
        super().__init__(problem)
        self.problem: AddressProblem = problem


def candidates(text: str) -> tuple[URL, ...]:
    """Return the base addresses that a text may mean, the likeliest first.

    Without a scheme HTTPS comes before HTTP. A path is kept, because a server may live under one;
    what belongs to the API or to a page is cut off. Raises AddressInvalid.
    """
    text = text.strip()
    match = _SCHEME.match(text)
    schemes = [match[0].rstrip(":/").lower()] if match else ["https", "http"]
    rest = text[match.end() :] if match else text.lstrip("/")
    found: dict[URL, None] = {}
    for scheme in schemes:
        base = _parse(f"{scheme}://{rest}")
        for path in _paths(base.raw_path):
            found[base.with_path(path, encoded=True)] = None
    return tuple(found)


def _parse(text: str) -> URL:
    if len(text) > _LONGEST or any(letter.isspace() for letter in text):
        raise AddressInvalid("invalid_url")
    try:
        url = URL(text)
        port = url.port  # raises where it is no number, or too large a one
    except ValueError:
        raise AddressInvalid("invalid_url") from None
    if url.scheme not in ("http", "https") or not url.host or port == 0:
        raise AddressInvalid("invalid_url")
    if url.user is not None or url.password is not None:
        raise AddressInvalid("url_credentials")
    return url.with_query(None).with_fragment(None)


def _paths(path: str) -> list[str]:
    """Return the base paths that a path may stand for."""
    parts = [part for part in path.split("/") if part]
    for index, part in enumerate(parts):
        if part == _API and parts[index + 1 : index + 2] in (["v1"], []):
            parts = parts[:index]
            break
    cuts = [len(parts)]
    cuts += [index for index, part in enumerate(parts) if part in _PAGES][::-1]
    cuts = [*cuts[: _MOST_PATHS - 1], *cuts[_MOST_PATHS - 1 :][-1:]]  # the shortest is likely
    return ["/" + "/".join(parts[:cut]) for cut in cuts]
