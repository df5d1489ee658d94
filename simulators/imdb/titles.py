"""Titles as IMDb shows them, and kinds of title that lists hold but nobody can request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.catalog import CatalogTitle

_NAMES = {
    "movie": "Movie",
    "short": "Short",
    "tvMovie": "TV Movie",
    "tvSeries": "TV Series",
    "tvMiniSeries": "TV Mini Series",
    "tvSpecial": "TV Special",
    "tvEpisode": "TV Episode",
    "videoGame": "Video Game",
    "podcastSeries": "Podcast Series",
    "podcastEpisode": "Podcast Episode",
    "musicVideo": "Music Video",
}
_SERIES = {"tvSeries", "tvMiniSeries", "podcastSeries"}
_EPISODES = {"tvEpisode", "podcastEpisode"}


@dataclass(frozen=True, slots=True)
class ImdbTitle:
    """A title with its id (`tt…`), its two names, its year and its `titleType.id`."""

    imdb: str
    text: str
    original: str
    year: int | None
    kind: str

    @property
    def fields(self) -> dict[str, object]:
        """Return all that may be asked of a `Title`. Without a year, `releaseYear` is null."""
        return {
            "id": self.imdb,
            "titleText": {"text": self.text},
            "originalTitleText": {"text": self.original},
            "releaseYear": None if self.year is None else {"year": self.year, "endYear": None},
            "titleType": {
                "id": self.kind,
                # For a plain film the text is empty.
                "text": "" if self.kind == "movie" else _NAMES.get(self.kind, self.kind),
                "isSeries": self.kind in _SERIES,
                "isEpisode": self.kind in _EPISODES,
            },
        }


ODDITIES = (
    ImdbTitle("tt0959621", "Pilot", "Pilot", 2008, "tvEpisode"),
    ImdbTitle("tt2140553", "The Last of Us", "The Last of Us", 2013, "videoGame"),
    ImdbTitle("tt0088263", "Thriller", "Michael Jackson: Thriller", 1983, "musicVideo"),
    ImdbTitle("tt9900001", "A Podcast", "A Podcast", 2020, "podcastSeries"),
    ImdbTitle("tt9900002", "Episode One", "Episode One", 2020, "podcastEpisode"),
)
"""What real lists hold and no request can be made for. The ids of the podcasts are made up."""


def from_catalog(title: CatalogTitle, originals: Mapping[str, str]) -> ImdbTitle | None:
    """Return the title as IMDb shows it, or None where IMDb does not have it."""
    if title.imdb is None:
        return None
    original = originals.get(title.imdb, title.title)
    return ImdbTitle(title.imdb, title.title, original, title.year, title.imdb_type)
