"""What the first sync of each list has to come to. Written by hand, title by title."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from simulators import household as home
from simulators.anime.places import NUMBERINGS, known_to_trakt
from simulators.world import TRAKT_USER

if TYPE_CHECKING:
    from collections.abc import Mapping


class Request(NamedTuple):
    """A request that the server has to have, once."""

    title: str
    seasons: tuple[int, ...] = ()
    is4k: bool = False
    user: str = "owner"
    status: str = "approved"


class Destination(NamedTuple):
    """Where a request goes to."""

    server: int
    profile: int
    root_folder: str
    tags: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a list comes to. `counts` are those that its sensors show after the first sync."""

    status: str
    counts: Mapping[str, int]
    requests: tuple[Request, ...]
    later: tuple[Request, ...] = field(default=())
    """What its next sync asks for."""
    over_quota: tuple[str, ...] = ()
    """What it may not ask for. A plan knows that only once the server has said so."""


def _films(names: tuple[str, ...], user: str, status: str = "approved") -> tuple[Request, ...]:
    return tuple(Request(name, user=user, status=status) for name in names)


FIRST_SYNC: Mapping[str, Expected] = {
    "Film night": Expected(
        status="completed",
        counts={
            "titles": 53,
            "available": 24,
            "requested": 24,  # three of them by the guest, before
            "new": 21,
            "waiting": 0,
            "unmatched": 1,
            "failed": 0,
        },
        requests=_films(home.FILM_NIGHT_MISSING, "parents"),
    ),
    "Kids' watchlist": Expected(
        status="deferred",
        counts={
            "titles": 19,
            "available": 5,
            "requested": 8,
            "new": 8,
            "waiting": 6,
            "unmatched": 0,
            "failed": 0,
        },
        requests=(
            *_films(home.KIDS_WITHIN_QUOTA, "kids", "pending"),
            Request("Avatar: The Last Airbender", (1, 2), user="kids", status="pending"),
            Request("Arcane", (1, 2), user="kids", status="pending"),
        ),
        over_quota=home.KIDS_OVER_QUOTA,
    ),
    "IMDb Top 250 TV Shows": Expected(
        status="completed",
        counts={
            "titles": 11,
            "available": 4,
            "requested": 4,
            "new": 4,
            "waiting": 3,
            "unmatched": 0,
            "failed": 0,
        },
        requests=tuple(Request(name, (1,)) for name in home.CHART_FIRST),
        later=tuple(Request(name, (1,)) for name in home.CHART_LATER),
    ),
    "Slow evenings": Expected(
        status="completed",
        counts={
            "titles": 12,
            "available": 3,
            "requested": 8,  # one of them by the guest, before
            "new": 7,
            "waiting": 0,
            "unmatched": 0,
            "failed": 0,
        },
        requests=(
            Request("Better Call Saul", (6,), user="parents"),
            Request("Andor", (2,), user="parents"),
            Request("Severance", (2,), user="parents"),
            Request("Black Mirror", (7,), user="parents"),
            Request("Succession", (4,), user="parents"),
            Request("Mr. Robot", (4,), user="parents"),
            Request("Fargo", (5,), user="parents"),
        ),
    ),
    "Reference discs": Expected(
        status="completed",
        counts={
            "titles": 6,
            "available": 1,
            "requested": 4,
            "new": 4,
            "waiting": 0,
            "unmatched": 0,
            "failed": 0,
        },
        requests=tuple(Request(name, is4k=True, user="parents") for name in home.REFERENCE_MISSING),
    ),
    f"Trakt watchlist ({TRAKT_USER})": Expected(
        status="completed",
        counts={
            "titles": 14,
            "available": 2,
            "requested": 12,  # two of them by another list
            "new": 10,
            "waiting": 0,
            "unmatched": 0,
            "failed": 0,
        },
        requests=(
            *_films(home.WATCHLIST_FILMS, "guest"),
            Request("The Boys", (2, 3, 4), user="guest"),
            Request("Sherlock", (2, 3, 4), user="guest"),
            Request("The Mandalorian", (1, 2, 3), user="guest"),
            Request("WandaVision", (1,), user="guest"),
            Request("Moon Knight", (1,), user="guest"),
            Request("Ted Lasso", (2,), user="guest"),
            Request("Squid Game", (1, 2, 3), user="guest"),
        ),
    ),
}
"""By the list's name, in the order in which the lists are added."""

BEFORE: tuple[Request, ...] = (
    *_films(home.FILM_NIGHT_REQUESTED[:-1], "guest", "pending"),
    *_films(home.FILM_NIGHT_REQUESTED[-1:], "guest"),
    *_films(home.FILM_NIGHT_TAKEN_BACK[-1:], "guest", "declined"),
    *(Request(name, (2,), user="guest", status="pending") for name in home.EVENINGS_REQUESTED),
)
"""What the guest asked for by hand."""

IN_4K = Destination(1, 7, "/library/films-4k", (1,))
"""Radarr 4K, Remux-2160p, with the tag "reference"."""

NEVER: tuple[str, ...] = (
    *home.FILM_NIGHT_TAKEN_BACK,
    *home.FILM_NIGHT_BLOCKED,
    *home.EVENINGS_TAKEN_BACK,
    *home.FILM_NIGHT_AVAILABLE[:1],
)
"""Some that must not be asked for: deleted, declined or blocked by a person, or there already."""

# How often a service may be asked what, by kind of call; "" is all kinds together. What a person
# reads in the forms is asked for too, and is not counted here.
CALLS: Mapping[str, Mapping[str, int]] = {
    "seerr": {
        # One for each title that only its IMDb id is known of, and that the library does not have:
        # 27 on film night, 14 on the children's watchlist, 7 on the chart.
        "GET /api/v1/search": 48,
        # One for each show whose seasons have to be known.
        "GET /api/v1/tv/{tvId}": 26,
        # Once, to learn what was declined before.
        "GET /api/v1/request": 1,
        "GET /api/v1/user/{userId}/quota": 2,
    },
    "trakt": {
        # One for each show that AniList's entries lie in, to know its episodes.
        "GET /{media}/{id}/seasons": len(tuple(known_to_trakt())),
    },
    "tables": {"": 4},  # three, and one of them tells where it is
}
CALLS_UNCHANGED: Mapping[str, Mapping[str, int]] = {
    "seerr": {
        "GET /api/v1/search": 0,
        "GET /api/v1/tv/{tvId}": 0,
        "GET /api/v1/request": 0,
        # A person asked for the sync: each list has the library looked at, and is told 304.
        "GET /api/v1/media": len(FIRST_SYNC),
    },
    # One look at each list.
    "imdb": {"": 3},
    # And one for the pairing.
    "trakt": {"": 4},
    "anilist": {"": 1},
    # One look at each library: those of shows, and that of films. What was marked in the last two
    # minutes is read again, and of one library does not fit a page.
    "plex_server": {"": len(NUMBERINGS) + 1 + 1},
    "plex": {"": 0},
    "tables": {"": 0},
}
