"""Who is let in: what looks like a browser on IMDb's own site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from simulators.faults import HTML_PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

SITE = "https://www.imdb.com"


def looks_like_a_browser(headers: Mapping[str, str]) -> bool:
    """Return whether all of the headers are there that a browser on IMDb's site sends."""
    content_type = headers.get("Content-Type", "").partition(";")[0].strip()
    return (
        content_type == "application/json"
        and headers.get("Accept") == "application/json"
        and "Mozilla/" in headers.get("User-Agent", "")
        and bool(headers.get("x-imdb-client-name"))
        and headers.get("Origin") == SITE
        and headers.get("Referer", "").startswith(f"{SITE}/")
    )


def turned_away() -> web.Response:
    """Return what others get: a page for people, where a program expects JSON."""
    return web.Response(text=HTML_PAGE, status=403, content_type="text/html")
