"""Taking out of a refusal what it repeats of the credentials that it was asked with.

What a service says of a refusal is shown and logged, and a page for debugging, of a proxy for
instance, says all that it was sent. Texts of any service are tidied as well, but keys that are as
short as a PIN can only be known by where they were sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import orjson

from .call import Call

HARMLESS: Final = frozenset({"accept", "accept-language", "user-agent"})
"""Headers that another host may be told. Everything else may be, or tell of, credentials."""

_ORDINARY = HARMLESS | {"content-type", "if-none-match", "origin", "referer"}
_SECRET = frozenset({"client_secret", "code", "device_code", "pin", "refresh_token", "token"})
"""What credentials are called in queries and bodies."""
_SHORTEST_KEY = 8
"""Letters of the shortest key; what is shorter, in a header, is a word."""
_SHORTEST = 4
"""Letters of a PIN."""


def without_echo(call: Call, body: bytes) -> bytes:
    """Return the body of a refusal with "…" for each of the request's credentials."""
    for secret in sorted(set(_sent(call)), key=len, reverse=True):
        body = body.replace(secret.encode(), "…".encode())
    return body


def _sent(call: Call) -> Iterator[str]:
    for name, value in call.headers.items():
        words = [] if name.lower() in _ORDINARY else value.split()
        if words and len(words[-1]) >= _SHORTEST_KEY:  # before it stands, for instance, "Bearer"
            yield words[-1]
    yield from _named(call.url.query)
    if call.body is not None:
        sent = orjson.loads(call.body)
        if isinstance(sent, dict):
            yield from _named(sent)


def _named(values: Mapping[str, object]) -> Iterator[str]:
    for name, value in values.items():
        if name in _SECRET and isinstance(value, str) and len(value) >= _SHORTEST:
            yield value
