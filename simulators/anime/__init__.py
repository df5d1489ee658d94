"""A small world of real anime: what they are on AniList, on TVDB and on TMDB.

The facts are written down here by hand, and the mapping tables, libraries and accounts of the
simulators are made from them. Ids are the real ones, but for Trakt's.
"""

from .facts import ANIME, FILMS, SHOWS, film, of_show, show
from .seasons import Episode, Season, aired_on, seasons
from .values import Anime, Film, Numbering, Show, Spot, Stretch

__all__ = [
    "ANIME",
    "FILMS",
    "SHOWS",
    "Anime",
    "Episode",
    "Film",
    "Numbering",
    "Season",
    "Show",
    "Spot",
    "Stretch",
    "aired_on",
    "film",
    "of_show",
    "seasons",
    "show",
]
