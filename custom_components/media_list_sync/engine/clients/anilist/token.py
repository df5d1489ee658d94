"""What an access token tells of itself."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import orjson


def expires_at(token: str) -> datetime | None:
    """Return when a token ends (aware, UTC); None where it does not say.

    AniList's tokens are JWTs that hold for a year; nothing renews them. Whether one is genuine is
    for AniList to judge.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except ValueError, TypeError, KeyError, OverflowError, OSError:
        return None
