"""What is in the libraries of the Plex server, what Trakt knows, and what was watched before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .facts import SHOWS
from .seasons import spots_of_show
from .values import Numbering, Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILM: Final = Spot(0, 0)
"""A film, where episodes are listed, too."""

BY_TMDB: Final = "Anime"
BY_TVDB: Final = "Anime by TVDB"
FILM_LIBRARY: Final = "Anime films"

ORDERINGS: Final = {BY_TMDB: "tmdbAiring", BY_TVDB: "aired"}
"""Plex's own words for whose numbers a library has."""

NUMBERINGS: Final = {BY_TMDB: Numbering.TMDB, BY_TVDB: Numbering.TVDB}


@dataclass(frozen=True, slots=True)
class Kept:
    """A show in a library. `seasons`: only those have files; `missing`: none of these has one."""

    library: str
    show: str
    seasons: tuple[int, ...] | None = None
    missing: tuple[str, ...] = ()

    @property
    def files(self) -> frozenset[Spot]:
        """Return the episodes for which there is a file."""
        gone = set(spots_of(*self.missing))
        return frozenset(
            spot
            for spot in spots_of_show(self.show, NUMBERINGS[self.library])
            if spot not in gone and (self.seasons is None or spot.season in self.seasons)
        )


def spots_of(*texts: str) -> tuple[Spot, ...]:
    """Read episodes such as `S1E3` and `S1E3-9`."""
    out: list[Spot] = []
    for text in texts:
        season, _, numbers = text.removeprefix("S").partition("E")
        first, _, last = numbers.partition("-")
        out += [Spot(int(season), number) for number in range(int(first), int(last or first) + 1)]
    return tuple(out)


_REZERO: Final = "Re:ZERO -Starting Life in Another World-"

KEPT: Final[tuple[Kept, ...]] = (
    Kept(BY_TMDB, "Attack on Titan", (1, 2, 3, 4), ("S3E5", "S3E20-22")),
    Kept(BY_TMDB, "JoJo's Bizarre Adventure", (1, 2, 5)),
    Kept(BY_TMDB, "JUJUTSU KAISEN"),
    Kept(BY_TMDB, "SPY x FAMILY"),
    Kept(BY_TMDB, "Mob Psycho 100"),
    Kept(BY_TMDB, "Frieren: Beyond Journey's End"),
    Kept(BY_TMDB, "Mushi-Shi"),
    Kept(BY_TMDB, "Blue Box", missing=("S1E11-25",)),
    Kept(BY_TMDB, "Naruto", (1, 2)),
    Kept(BY_TMDB, "One Piece", (1, 2, 22), ("S22E1111-1150",)),
    Kept(BY_TMDB, "Toradora!"),
    Kept(BY_TMDB, "Vinland Saga"),
    Kept(BY_TMDB, "Horimiya"),
    Kept(BY_TMDB, "Hyouka"),
    Kept(BY_TMDB, _REZERO),
    Kept(BY_TVDB, _REZERO),
    Kept(BY_TVDB, "Bleach", (16, 17)),
    Kept(BY_TVDB, "Demon Slayer: Kimetsu no Yaiba", (1, 2, 3)),
    Kept(BY_TVDB, "Gintama", (1, 2, 5)),
    Kept(BY_TVDB, "Hunter x Hunter"),
    Kept(BY_TVDB, "Made in Abyss", (1, 2)),
    Kept(BY_TVDB, "Steins;Gate"),
    Kept(BY_TVDB, "Cowboy Bebop", missing=("S0E1-2",)),
    Kept(BY_TVDB, "Violet Evergarden"),
    Kept(BY_TVDB, "Puella Magi Madoka Magica", (1,)),
    Kept(BY_TVDB, "Momokuri"),
    Kept(BY_TVDB, "The Disastrous Life of Saiki K."),
    Kept(BY_TVDB, "Mobile Suit Gundam Thunderbolt"),
    Kept(BY_TVDB, "Onipan!"),
    Kept(BY_TVDB, "Gurren Lagann"),
    Kept(BY_TVDB, "Digimon: Digital Monsters"),
    Kept(BY_TVDB, "Descending Stories: Showa Genroku Rakugo Shinju"),
)
"""One of them twice, in both numberings. Some shows of the list are in no library."""

FILMS_KEPT: Final = (
    "Demon Slayer: Mugen Train",
    "Made in Abyss: Dawn of the Deep Soul",
    "Cowboy Bebop: The Movie",
    "The End of Evangelion",
    "Madoka Magica: Rebellion",
    "Your Name.",
    "A Silent Voice",
    "Akira",
)

PLEX_BEFORE: Final[Mapping[tuple[str, str], tuple[Spot, ...]]] = {
    (BY_TMDB, "Attack on Titan"): spots_of("S1E1-25", "S2E1-3"),
    (BY_TMDB, "Frieren: Beyond Journey's End"): spots_of("S1E1-5"),
    (BY_TVDB, "Made in Abyss"): spots_of("S2E1-2"),
    # As a special; the film of it need not be watched as well.
    (BY_TVDB, "Cowboy Bebop"): spots_of("S0E3", "S1E1-26"),
    # In one copy; the first season of the other is the same to the server.
    (BY_TMDB, _REZERO): spots_of("S1E1-4"),
    (FILM_LIBRARY, "A Silent Voice"): (FILM,),
    # Further than AniList says: gone on with, taken up again, and watched to the end.
    (BY_TMDB, "JUJUTSU KAISEN"): spots_of("S1E36-38"),
    (BY_TVDB, "Hunter x Hunter"): spots_of("S2E13-14"),
    (BY_TVDB, "Bleach"): spots_of("S17E34-40"),
}
"""What was watched on Plex, more than AniList knows in places."""

UNKNOWN_TO_TRAKT: Final = frozenset({"Onipan!"})

TRAKT_BEFORE: Final[Mapping[str, tuple[Spot, ...]]] = {
    "Attack on Titan": spots_of("S1E1-25"),
    "Death Note": spots_of("S1E1-37"),
    "One Piece": spots_of(
        *("S1E1-61", "S2E62-77", "S3E78-91", "S4E92-130", "S5E131-143", "S6E144-195"),
        *("S7E196-228", "S8E229-263", "S9E264-336", "S10E337-381", "S11E382-407"),
        *("S12E408-421", "S13E422-522", "S14E523-580", "S15E581-642", "S16E643-692"),
        *("S17E693-748", "S18E749-803", "S19E804-877", "S20E878-891", "S21E892-1000"),
    ),
    "SPY x FAMILY": spots_of("S2E1-3"),
    "Steins;Gate": spots_of("S1E1-24", "S0E1"),
    "Your Name.": (FILM,),
}
"""What was watched on Trakt, by title; films and shows of this world share none that both have."""


def known_to_trakt() -> Iterable[str]:
    """Return the titles of the shows that Trakt knows."""
    return (
        title
        for title, show in SHOWS.items()
        if show.tmdb is not None and title not in UNKNOWN_TO_TRAKT
    )
