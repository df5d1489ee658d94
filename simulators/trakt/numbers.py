"""The ids of seasons and episodes, made up from those of their show, and read back again.

TVDB's is one more than Trakt's, TMDB's two more. They are wider than 32 bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulators.catalog import CatalogTitle

SPREAD = 10_000
"""More than any show has seasons, and any season episodes."""

BESIDE = {"trakt": 0, "tvdb": 1, "tmdb": 2}
"""How far an id of each kind lies from Trakt's own."""


def season_id(title: CatalogTitle, number: int) -> int:
    """Return Trakt's id of a season."""
    return (title.trakt * SPREAD + number) * 10


def episode_id(title: CatalogTitle, season: int, number: int) -> int:
    """Return Trakt's id of an episode."""
    return ((title.trakt * SPREAD + season) * SPREAD + number) * 10


def season_of(source: str, number: int) -> tuple[int, int] | None:
    """Return the show's id and the season's number behind an id; None where it is none of ours."""
    base, odd = divmod(number - BESIDE[source], 10)
    return None if odd else divmod(base, SPREAD)


def episode_of(source: str, number: int) -> tuple[int, int, int] | None:
    """Return the show's id, the season's and the episode's number behind an id, as above."""
    base, odd = divmod(number - BESIDE[source], 10)
    if odd:
        return None
    season, episode = divmod(base, SPREAD)
    return (*divmod(season, SPREAD), episode)
