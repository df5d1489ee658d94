"""A household as the demo plays it: who lives there, what they have, what is on their lists.

Titles are called by their names. Each list has its titles in groups by how they stand before the
first sync, and every group is there for a reason: what a group has to come to is what the demo
checks.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from .imdb import ODDITIES, ImdbTitle
from .seerr import ArrServer, Permission, Quota, SeerrUser
from .titles import real_titles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .catalog import CatalogTitle

OWNER: Final = SeerrUser(1, "owner", Permission.ADMIN)
PARENTS: Final = SeerrUser(
    2,
    "parents",
    Permission.REQUEST
    | Permission.AUTO_APPROVE
    | Permission.REQUEST_4K
    | Permission.AUTO_APPROVE_4K
    | Permission.REQUEST_ADVANCED,
)
KIDS: Final = SeerrUser(3, "kids", Permission.REQUEST, movie_quota=Quota(6, days=7))
GUEST: Final = SeerrUser(4, "guest", Permission.REQUEST)
USERS: Final = (OWNER, PARENTS, KIDS, GUEST)

API_KEY: Final = "demo-seerr-key"
VAPID_PUBLIC: Final = "BDemoServerOfTheSimulatedHousehold"
"""The server stays the same one however often the demo is started."""

RADARR: Final = (
    ArrServer(0, "Radarr", root_folders=("/library/films", "/library/kids"), tags=((1, "kids"),)),
    ArrServer(
        1,
        "Radarr 4K",
        is4k=True,
        profiles=((5, "Ultra-HD"), (7, "Remux-2160p")),
        root_folders=("/library/films-4k",),
        tags=((1, "reference"), (2, "projector")),
        active_profile=5,
    ),
)
SONARR: Final = (ArrServer(0, "Sonarr", root_folders=("/library/shows",), tags=((1, "kids"),)),)

# IMDb: a list of films.

FILM_NIGHT: Final = "ls049261033"
FILM_NIGHT_AVAILABLE: Final = (
    "The Shawshank Redemption",
    "The Godfather",
    "The Godfather Part II",
    "The Dark Knight",
    "Batman Begins",
    "Schindler's List",
    "The Lord of the Rings: The Fellowship of the Ring",
    "The Lord of the Rings: The Two Towers",
    "The Lord of the Rings: The Return of the King",
    "Pulp Fiction",
    "Fight Club",
    "Forrest Gump",
    "The Matrix",
    "GoodFellas",
    "Se7en",
    "The Silence of the Lambs",
    "The Green Mile",
    "Interstellar",
    "Psycho",
    "Star Wars",
    "Alien",
    "Back to the Future",
    "The Shining",
    "Jurassic Park",
)
FILM_NIGHT_REQUESTED: Final = ("City of God", "Life Is Beautiful", "Parasite")
"""The guest asked for them; the last one was approved."""
FILM_NIGHT_TAKEN_BACK: Final = ("Titanic", "Avatar", "Joker")
"""The first two were deleted, the guest's request for the last was declined."""
FILM_NIGHT_BLOCKED: Final = ("Top Gun: Maverick",)
FILM_NIGHT_MISSING: Final = (
    "12 Angry Men",
    "Seven Samurai",
    "One Flew Over the Cuckoo's Nest",
    "Inception",
    "Blade Runner",
    "Blade Runner 2049",
    "Gladiator",
    "Casablanca",
    "Citizen Kane",
    "Vertigo",
    "Das Boot",
    "Mirror",  # shares its TMDB number with Breaking Bad
    "Memento",
    "Oldboy",
    "Whiplash",
    "Mad Max: Fury Road",
    "Dune",
    "Dune: Part Two",
    "Oppenheimer",
    "Everything Everywhere All at Once",
    "Blade",  # has no year
)
FILM_NIGHT_TWICE: Final = ("Inception",)
HOME_MOVIE: Final = ImdbTitle(
    "tt9900010", "Summer Holiday 1998", "Summer Holiday 1998", 1998, "movie"
)
"""On IMDb only: no server can find it. Its id is made up."""

# IMDb: a watchlist of films and shows, read by the children.

KIDS_WATCHLIST: Final = "ur10263048"
KIDS_AVAILABLE: Final = (
    "The Lion King",
    "Toy Story",
    "Finding Nemo",
    "Monsters, Inc.",
    "Spirited Away",
)
KIDS_WITHIN_QUOTA: Final = (
    "WALL·E",
    "Up",
    "Inside Out",
    "Coco",
    "Piper",
    "Princess Mononoke",
)
KIDS_OVER_QUOTA: Final = (
    "Howl's Moving Castle",
    "My Neighbor Totoro",
    "Your Name.",
    "Pokémon Detective Pikachu",
    "Spider-Man: Into the Spider-Verse",
    "Spider-Man: Across the Spider-Verse",
)
KIDS_SHOWS: Final = ("Avatar: The Last Airbender", "Arcane")

# IMDb: a chart of shows.

CHART: Final = "TOP_RATED_TV_SHOWS"
CHART_AVAILABLE: Final = ("Breaking Bad", "Band of Brothers", "The Wire", "Game of Thrones")
CHART_FIRST: Final = ("Chernobyl", "The Sopranos", "Sherlock", "Firefly")
"""As many as are asked for in one run."""
CHART_LATER: Final = ("True Detective", "Twin Peaks", "Rome")

# Trakt: a public list of shows.

EVENINGS: Final = "Slow evenings"
EVENINGS_AVAILABLE: Final = ("The Last of Us", "Dark", "The Crown")
EVENINGS_REQUESTED: Final = ("House of the Dragon",)
"""The guest asked for its latest season, which waits for approval."""
EVENINGS_TAKEN_BACK: Final = ("Westworld",)
EVENINGS_MISSING: Final = (
    "Better Call Saul",  # seasons 1 to 5 are there
    "Andor",  # season 1 is there
    "Severance",
    "Black Mirror",
    "Succession",
    "Mr. Robot",
    "Fargo",
)

# Trakt: a private list, wanted in 4K.

REFERENCE: Final = "Reference discs"
REFERENCE_AVAILABLE: Final = ("The Matrix",)
REFERENCE_BLOCKED: Final = ("Top Gun: Maverick",)
REFERENCE_MISSING: Final = (
    "The Dark Knight",  # there in HD
    "Interstellar",  # there in HD
    "Blade Runner 2049",  # asked for in HD by another list
    "Oppenheimer",  # asked for in HD by another list
)

# Trakt: a watchlist.

WATCHLIST_AVAILABLE: Final = ("Loki", "Avengers: Infinity War")
WATCHLIST_SHARED: Final = ("Dune: Part Two", "Whiplash")
"""Film night asks for them first."""
WATCHLIST_FILMS: Final = ("Avengers: Endgame", "Iron Man", "The Prestige")
WATCHLIST_SHOWS: Final = (
    "The Boys",  # season 1 is there
    "Sherlock",  # the chart asks for season 1
    "The Mandalorian",
    "WandaVision",
    "Moon Knight",
)
WATCHLIST_SEASON: Final = ("Ted Lasso", 2)
WATCHLIST_EPISODE: Final = ("Squid Game", 1, 1)

# How the library stands beside what is whole, or not there at all.
PARTLY: Final[Mapping[str, tuple[int, ...]]] = {
    "Better Call Saul": (1, 2, 3, 4, 5),
    "Andor": (1,),
    "The Boys": (1,),
}
DELETED: Final = ("Titanic", "Avatar", "Westworld")
ELSEWHERE: Final = ("Friends", "The Walking Dead", "Dexter", "Akira", "Terminator 2: Judgment Day")
"""In the library and on no list."""


def named(*names: str) -> tuple[CatalogTitle, ...]:
    """Return titles by their names, or raise KeyError."""
    return tuple(_by_name()[name] for name in names)


def imdb_ids(*names: str) -> tuple[str, ...]:
    """Return the IMDb ids of titles, or raise KeyError."""
    return tuple(title.imdb for title in named(*names) if title.imdb is not None)


def film_night() -> tuple[str, ...]:
    """Return the rows of the list of films, by IMDb id: also what is neither film nor show."""
    return (
        *imdb_ids(*FILM_NIGHT_AVAILABLE[:12]),
        *(oddity.imdb for oddity in ODDITIES[:2]),
        *imdb_ids(*FILM_NIGHT_MISSING, *FILM_NIGHT_REQUESTED, *FILM_NIGHT_TWICE),
        HOME_MOVIE.imdb,
        *imdb_ids(*FILM_NIGHT_AVAILABLE[12:], *FILM_NIGHT_TAKEN_BACK, *FILM_NIGHT_BLOCKED),
        *(oddity.imdb for oddity in ODDITIES[2:]),
    )


def kids_watchlist() -> tuple[str, ...]:
    """Return the rows of the children's watchlist, by IMDb id."""
    return imdb_ids(*KIDS_AVAILABLE, *KIDS_WITHIN_QUOTA, *KIDS_SHOWS, *KIDS_OVER_QUOTA)


def chart() -> tuple[str, ...]:
    """Return the chart, by IMDb id, best first."""
    return imdb_ids(*CHART_AVAILABLE, *CHART_FIRST, *CHART_LATER)


@cache
def _by_name() -> Mapping[str, CatalogTitle]:
    return {title.title: title for title in real_titles()}
