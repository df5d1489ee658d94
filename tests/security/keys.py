"""Keys as they are in real houses."""

from base64 import b64encode
import secrets
from uuid import uuid4

CHOSEN_KEY = "correct-horse-battery-staple"
"""A key of Seerr's may be given to it from outside, and then is whatever its owner likes."""


def seerr_key() -> str:
    """Return a key as Seerr makes them: of the time and a random number, in base64."""
    return b64encode(f"{secrets.randbelow(10**13):013}{uuid4()}".encode()).decode()
