"""How Trakt writes titles, seasons, episodes and people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
import unicodedata

from . import numbers

if TYPE_CHECKING:
    from simulators.catalog import CatalogTitle


def slug(text: str) -> str:
    """Return the text as it stands in an address; empty, where no Latin letter is in it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def movie(title: CatalogTitle) -> dict[str, object]:
    """Return a film. It has no TVDB id."""
    named = slug(f"{title.title} {title.year}" if title.year else title.title)
    return {
        "title": title.title,
        "year": title.year,
        "ids": {
            "trakt": title.trakt,
            "slug": named or str(title.trakt),
            "imdb": title.imdb,
            "tmdb": title.tmdb,
        },
    }


def show(title: CatalogTitle) -> dict[str, object]:
    """Return a show."""
    return {
        "title": title.title,
        "year": title.year,
        "ids": {
            "trakt": title.trakt,
            "slug": slug(title.title) or str(title.trakt),
            "tvdb": title.tvdb,
            "imdb": title.imdb,
            "tmdb": title.tmdb,
            "tvrage": None,
        },
    }


def season(title: CatalogTitle, number: int) -> dict[str, object]:
    """Return a season."""
    base = numbers.season_id(title, number)
    return {
        "number": number,
        "ids": {"trakt": base, "tvdb": base + 1, "tmdb": base + 2, "tvrage": None},
    }


def episode(title: CatalogTitle, season_number: int, number: int) -> dict[str, object]:
    """Return an episode."""
    base = numbers.episode_id(title, season_number, number)
    return {
        "season": season_number,
        "number": number,
        "title": f"Episode {number}",
        "ids": {"trakt": base, "tvdb": base + 1, "imdb": None, "tmdb": base + 2, "tvrage": None},
    }


def person(name: str, trakt: int) -> dict[str, object]:
    """Return a person."""
    return {
        "name": name,
        "ids": {"trakt": trakt, "slug": slug(name), "imdb": None, "tmdb": None, "tvrage": None},
    }
