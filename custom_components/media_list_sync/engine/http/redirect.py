"""Where a redirect may be followed to, and with what."""

from __future__ import annotations

from dataclasses import replace

from yarl import URL

from .answer import Answer
from .call import Call
from .echo import HARMLESS

_FOLLOWED = frozenset({301, 302, 303, 307, 308})


def follow(call: Call, answer: Answer) -> Call | None:
    """Return the request that a redirect leads to; None where the answer is to stand.

    A GET goes anywhere, but to another host without credentials; a public one as it is. A write
    goes only to the same host, as what it was: redirected, it has not been carried out. (A 303 says
    that it has.)
    """
    location = answer.headers.get("Location")
    if answer.status not in _FOLLOWED or not location:
        return None
    try:
        url = call.url.join(URL(location)).with_fragment(None).with_user(None)
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not url.host:
        return None
    if call.is_public:
        return replace(call, url=url)
    if _is_same_host(call.url, url):
        return None if answer.status == 303 and not call.is_get else replace(call, url=url)
    if not call.is_get:
        return None
    harmless = {name: text for name, text in call.headers.items() if name.lower() in HARMLESS}
    return replace(call, url=url, headers=harmless)


def _is_same_host(old: URL, new: URL) -> bool:
    """Whether credentials may go there too: the same origin, or the same host, now encrypted."""
    if old.host != new.host:
        return False
    upgraded = old.scheme == "http" and new.scheme == "https"
    return upgraded or (old.scheme == new.scheme and old.port == new.port)
