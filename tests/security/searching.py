"""Finding secrets in texts, in whatever form they got there."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
import re
from urllib.parse import quote

SHORT = 10
"""Letters. What is shorter may stand inside of another word by chance, but not as one of its own."""
PIECE = 16
"""Letters of a long secret that are as good as all of it: a text may have been cut."""


def leaks(secrets: Iterable[str], places: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return which secrets stand where: pairs of a secret and the name of a place."""
    patterns = {secret: pattern_of(secret) for secret in secrets}
    return {
        (secret, place)
        for place, text in places.items()
        for secret, pattern in patterns.items()
        if pattern.search(text)
    }


def pattern_of(secret: str) -> re.Pattern[str]:
    """Return what finds a secret as it is, cut, in an address, in base64 and in hexadecimal."""
    if len(secret) < SHORT:
        return re.compile(rf"(?<![\w-]){re.escape(secret)}(?![\w=-])")
    texts = {secret, *_pieces(secret), quote(secret, safe=""), secret.encode().hex()}
    texts |= {part for encode in (b64encode, urlsafe_b64encode) for part in _inner(secret, encode)}
    return re.compile("|".join(map(re.escape, texts)))


def _pieces(secret: str) -> Iterator[str]:
    """Yield beginning and end. All JWTs begin alike, so that theirs says nothing."""
    if len(secret) >= 2 * PIECE:
        yield secret[-PIECE:]
        if not secret.startswith("eyJ"):
            yield secret[:PIECE]


def _inner(secret: str, encode) -> Iterator[str]:
    """Yield what of a secret's base64 does not depend on what stands around it."""
    for before in range(3):
        raw = b"\0" * before + secret.encode()
        whole = encode(raw[: len(raw) // 3 * 3]).decode()
        yield whole[4 if before else 0 :]
