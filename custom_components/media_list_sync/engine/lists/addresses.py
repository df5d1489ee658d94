"""Which list a person means by what they pasted: an address, an id, or a path. Pure."""

from __future__ import annotations

import re
from typing import Final
import unicodedata
from urllib.parse import parse_qs, unquote, urlsplit

from . import trakt_chart
from .spec import ListSpec

LONGEST: Final = 2_000
"""Letters; what is longer is no address."""

_QUOTES = "<>\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_PUNCTUATION = ".,;:!?)]}\"'"
"""What follows an address in a sentence."""

_ADDRESS = re.compile(
    r"(?<![\w.@/-])(?:https?://)?(?:[a-z0-9-]+\.)*?(?P<site>imdb\.com|trakt\.tv)"
    r"(?::\d+)?(?P<rest>[/?#]\S*)?(?![\w.:@-])",
    re.ASCII | re.IGNORECASE,
)
_LIST_ID = re.compile(r"ls[0-9]{6,15}", re.IGNORECASE)
_USER_ID = re.compile(r"ur[0-9]{4,15}", re.IGNORECASE)
_PROFILE_ID = re.compile(r"p\.[a-z0-9]{4,64}", re.IGNORECASE)
_LOCALE = re.compile(r"[a-z]{2}(?:-[a-z]{2,4})?", re.IGNORECASE)
_CSV_PATH = re.compile(r".*[^/\\]\.csv", re.IGNORECASE)
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,199}")
_NUMBER = re.compile(r"[0-9]{1,18}")

_IMDB_CHARTS = {
    "top": "top_movies",
    "toptv": "top_shows",
    "moviemeter": "popular_movies",
    "tvmeter": "popular_shows",
}
_TRAKT_CHARTS = {path: name for name, (path, _) in trakt_chart.CHARTS.items()}
_NOT_SLUGS = frozenset({"movies", "shows", "view", "favorites", "collaborations", "liked"})
"""What stands in addresses where lists do, and is none."""


def recognise(text: str) -> ListSpec | None:
    """Return the list that a text names; None where it names none that we know.

    Never raises, and asks nobody: the list may not exist. What the address has names in it for is
    for `settle`.
    """
    text = _cleaned(text)
    if not text or len(text) > LONGEST:
        return None
    if (found := _ADDRESS.search(text)) is not None:
        path, query = _split(found["rest"] or "")
        return _on_imdb(path) if found["site"].lower() == "imdb.com" else _on_trakt(path, query)
    if (named := _imdb_id(text)) is not None:
        return named
    if _CSV_PATH.fullmatch(text) and "://" not in text and text.isprintable():
        return ListSpec("imdb_csv", {"path": text})
    return None


def _cleaned(text: str) -> str:
    """Return a text without what copying and pasting adds: quotes, brackets, what cannot be seen."""
    text = unicodedata.normalize("NFKC", text[: LONGEST * 2])
    seen = "".join(" " if c.isspace() else c for c in text if unicodedata.category(c) != "Cf")
    return seen.strip().strip(_QUOTES).strip()


def _split(rest: str) -> tuple[list[str], dict[str, list[str]]]:
    """Return what stands between the slashes, and the query."""
    parts = urlsplit(f"//x{rest.rstrip(_PUNCTUATION)}")
    return [part for part in unquote(parts.path).split("/") if part], parse_qs(parts.query)


def _on_imdb(path: list[str]) -> ListSpec | None:
    if len(path) > 1 and _LOCALE.fullmatch(path[0]):
        path = path[1:]
    match [path[0].lower(), *path[1:]] if path else []:
        case ["list", list_id, *_] if _LIST_ID.fullmatch(list_id):
            return _imdb_id(list_id)
        case ["user", user] | ["user", user, "watchlist", *_] if not _LIST_ID.fullmatch(user):
            return _imdb_id(user)
        case ["chart", "boxoffice", *_]:
            return ListSpec("imdb_box_office", {})
        case ["chart", chart, *_] if chart.lower() in _IMDB_CHARTS:
            return ListSpec("imdb_chart", {"chart": _IMDB_CHARTS[chart.lower()]})
    return None


def _imdb_id(text: str) -> ListSpec | None:
    if _LIST_ID.fullmatch(text):
        return ListSpec("imdb_list", {"id": text.lower()})
    if _USER_ID.fullmatch(text):
        return ListSpec("imdb_watchlist", {"user": text.lower()})
    if _PROFILE_ID.fullmatch(text):
        return ListSpec("imdb_watchlist", {"profile": f"p.{text[2:]}"})
    return None


def _on_trakt(path: list[str], query: dict[str, list[str]]) -> ListSpec | None:
    path = [part.lower() for part in path]
    match path:
        case ["users", user, "watchlist", *_] | ["users", user, "lists", "watchlist"]:
            return ListSpec("trakt_watchlist", {"user": user}) if _SLUG.fullmatch(user) else None
        case ["watchlist", *_]:
            return ListSpec("trakt_watchlist", {"user": "me"})
        case ["users", user, "lists", slug, *_] if slug not in _NOT_SLUGS:
            if _SLUG.fullmatch(user) and _SLUG.fullmatch(slug):
                return ListSpec("trakt_list", {"user": user, "slug": slug})
        case ["lists", "official", number, *_] | ["lists", number] if _NUMBER.fullmatch(number):
            return ListSpec("trakt_list", {"id": str(int(number))})
        case ["movies" | "shows" as media, *chart]:
            return _trakt_chart(media, chart)
        case ["discover" | "media", *chart]:
            return _trakt_chart(f"{(query.get('mode') or ['?'])[0].lower()}s", chart)
    return None


def _trakt_chart(media: str, chart: list[str]) -> ListSpec | None:
    if chart in (["watched"], ["favorited"]):
        chart = [*chart, "weekly"]
    name = _TRAKT_CHARTS.get("/".join([media, *chart]))
    return None if name is None else ListSpec("trakt_chart", {"chart": name})
