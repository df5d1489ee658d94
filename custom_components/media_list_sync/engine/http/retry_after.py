"""`Retry-After`: how long a service wants to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
import re

LONGEST = timedelta(days=1)
"""Nothing is put off further than this: a service that says more is asked again tomorrow."""

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]*)?")


def read(header: str | None, now: datetime) -> timedelta | None:
    """Return the wait that a header asks for, as seconds or as an HTTP date.

    None where there is none, or none that makes sense. A date that has passed is no wait.
    """
    if header is None:
        return None
    text = header.strip()
    if _SECONDS.fullmatch(text):
        # Compared as a float first: a timedelta cannot hold any number of digits.
        return timedelta(seconds=min(float(text), LONGEST.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000", and the two old forms of a date, mean UTC
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), LONGEST)
