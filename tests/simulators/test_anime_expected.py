"""What the first sync has to come to: some of it by hand, and that the services can hold it."""

from __future__ import annotations

import pytest

from simulators.anilist import AniListSimulator
from simulators.anime import ANIME, FILMS, SHOWS, Spot, expected, followed
from simulators.anime.filling import (
    LONG_AGO,
    fill_anilist,
    fill_plex,
    fill_trakt,
    film_on_trakt,
    show_on_trakt,
)
from simulators.anime.listed import LISTED
from simulators.anime.places import BY_TMDB, BY_TVDB, FILM, FILM_LIBRARY, KEPT, spots_of
from simulators.plex import PlexSimulator, Show
from simulators.trakt import Entry, TraktSimulator


def _is(texts: str) -> frozenset[Spot]:
    return frozenset(spots_of(*texts.split()))


REZERO = "Re:ZERO -Starting Life in Another World-"


@pytest.mark.parametrize(
    ("library", "title", "texts"),
    [
        (BY_TMDB, "Attack on Titan", "S1E1-25 S2E1-12 S3E1-4 S3E6-19 S4E1-21"),
        (BY_TMDB, "JoJo's Bizarre Adventure", "S1E1-26 S2E1-48 S5E1-22"),
        (BY_TMDB, "JUJUTSU KAISEN", "S1E1-38"),
        (BY_TMDB, "Mob Psycho 100", "S1E1-12 S2E1-13 S3E1-12"),
        (BY_TMDB, "Naruto", "S1E1-52 S2E53-80"),
        (BY_TMDB, "One Piece", "S1E1-61 S2E62-77 S22E1089-1100"),
        (BY_TVDB, "Mobile Suit Gundam Thunderbolt", "S1E1-4"),
        (BY_TMDB, "Blue Box", "S1E1-10"),
        (BY_TMDB, "Toradora!", "S1E1-4"),
        (BY_TMDB, REZERO, "S1E1-50"),
        (BY_TVDB, REZERO, "S1E1-25 S2E1-25"),
        (BY_TVDB, "Bleach", "S17E1-40"),
        (BY_TVDB, "Demon Slayer: Kimetsu no Yaiba", "S1E1-26 S2E1-7"),
        (BY_TVDB, "Gintama", "S1E1-49 S2E1-50 S5E1-20"),
        (BY_TVDB, "Hunter x Hunter", "S1E1-58 S2E1-14"),
        (BY_TVDB, "Made in Abyss", "S1E1-13 S2E1-2"),
        (BY_TVDB, "Steins;Gate", "S0E1-2 S1E1-24"),
        (BY_TVDB, "Cowboy Bebop", "S0E3 S1E1-26"),
        (BY_TVDB, "Momokuri", "S1E1-6"),
        (BY_TVDB, "The Disastrous Life of Saiki K.", "S1E1-24"),
        (BY_TVDB, "Onipan!", "S1E1-12"),
        (BY_TVDB, "Gurren Lagann", "S1E1-27"),
    ],
)
def test_what_is_watched_on_plex(library: str, title: str, texts: str) -> None:
    assert expected.on_plex()[library, title] == _is(texts)


def test_films_on_plex() -> None:
    films = {title for library, title in expected.on_plex() if library == FILM_LIBRARY}
    assert films == {
        "Demon Slayer: Mugen Train",
        "Made in Abyss: Dawn of the Deep Soul",
        "The End of Evangelion",
        "Madoka Magica: Rebellion",
        "Your Name.",
        "A Silent Voice",
    }


def test_what_stays_unwatched_on_plex() -> None:
    watched = {title for _, title in expected.on_plex()}
    assert watched.isdisjoint({"Horimiya", "Hyouka", "Digimon: Digital Monsters", "Akira"})
    assert expected.on_plex()[BY_TMDB, "Vinland Saga"] == _is("S1E1-24")


@pytest.mark.parametrize(
    ("title", "texts"),
    [
        ("Attack on Titan", "S1E1-25 S2E1-12 S3E1-22 S4E1-21"),
        (REZERO, "S1E1-50"),
        ("Bleach", "S2E1-33"),
        ("Gintama", "S1E1-99 S2E1-102 S3E1-20"),
        ("Hunter x Hunter", "S1E1-62 S2E63-70"),
        ("Momokuri", "S1E1-13"),
        ("Mobile Suit Gundam Thunderbolt", "S1E1-8"),
        ("JUJUTSU KAISEN", "S1E1-35"),
        ("SPY x FAMILY", "S1E1-25 S2E1-3"),
        ("Violet Evergarden", "S0E1 S1E1-13"),
        ("Steins;Gate", "S0E1 S1E1-24"),
    ],
)
def test_what_is_watched_on_trakt(title: str, texts: str) -> None:
    assert expected.on_trakt()[f"show {title}"] == _is(texts)


def test_what_anilist_says_once_it_follows_plex() -> None:
    found = {n: (entry.status, entry.progress) for n, entry in followed.ahead().items()}
    assert found == {
        145064: ("CURRENT", 14),
        114745: ("CURRENT", 2),  # was begun there
        11061: ("CURRENT", 72),  # was paused
        169755: ("COMPLETED", 14),
    }


@pytest.mark.parametrize(
    ("title", "texts"),
    [
        ("JUJUTSU KAISEN", "S1E1-38"),
        ("Made in Abyss", "S1E1-13 S2E1-2"),
        ("Hunter x Hunter", "S1E1-62 S2E63-72"),
        ("Bleach", "S2E1-40"),
        ("SPY x FAMILY", "S1E1-25 S2E1-3"),
    ],
)
def test_what_goes_on_from_plex_to_trakt(title: str, texts: str) -> None:
    assert expected.on_trakt(followed.listed())[f"show {title}"] == _is(texts)


def test_one_piece_on_trakt_gains_a_hundred_plays() -> None:
    new = expected.new_on_trakt()["show One Piece"]
    assert new == _is("S21E1001-1088 S22E1089-1100")
    assert "show Death Note" not in expected.new_on_trakt()
    assert "film Your Name." not in expected.new_on_trakt()
    assert expected.new_on_trakt()["film Steins;Gate: The Movie"] == {FILM}


def test_who_needs_a_person() -> None:
    assert set(expected.review_on_plex()) == {2961, 2123, 20970, 4854, 12189}
    assert set(expected.review_on_trakt()) == {*expected.review_on_plex(), 144676}
    assert expected.stays_at_home() == {124080, 320}


def test_what_travels_beside_episodes() -> None:
    assert expected.planned() == {"film Akira", "film My Neighbor Totoro"}
    assert expected.dropped() == {"show Toradora!"}


def test_what_no_library_has() -> None:
    # Death Note, Brotherhood, Evangelion, Code Geass and its second season, and two films.
    assert expected.not_on_plex() == {1535, 5114, 30, 1575, 2904, 199, 1689}
    assert expected.not_on_trakt() == {144676}


def test_nothing_that_was_watched_is_lost() -> None:
    plex, trakt = expected.on_plex(), expected.on_trakt()
    assert plex[FILM_LIBRARY, "A Silent Voice"] == {FILM}
    assert trakt["show SPY x FAMILY"] >= _is("S2E1-3")
    assert trakt["show Death Note"] == _is("S1E1-37")


def test_the_list_has_every_status() -> None:
    assert {entry.status for entry in LISTED.values()} == {
        *("CURRENT", "PLANNING", "COMPLETED", "DROPPED", "PAUSED", "REPEATING")
    }
    assert 60 <= len(LISTED) <= len(ANIME)


def test_anilist_is_filled() -> None:
    service = AniListSimulator()
    fill_anilist(service)
    entries = service.user().entries
    assert entries.keys() == LISTED.keys()
    assert entries[131681].progress == 5
    assert entries[124080].private
    assert entries[320].media.is_adult
    assert entries[9253].hidden
    assert entries[16498].completed == (2019, 6, 1)
    assert all(entry.updated_at < LONG_AGO.timestamp() + 86_400 for entry in entries.values())
    one_piece = service.state.media[21]
    assert (one_piece.status, one_piece.episodes) == ("RELEASING", None)
    assert one_piece.next_airing is not None
    assert one_piece.next_airing[0] == 1151


def test_plex_is_filled_and_has_room_for_what_is_expected() -> None:
    service = PlexSimulator()
    fill_plex(service)
    before, new = expected.on_plex(), expected.new_on_plex()
    for library in service.state.libraries.values():
        for item in library.items.values():
            where = (library.title, item.title)
            watched = set(service.server.watched(service.owner, item))
            assert watched == before.get(where, frozenset()) - new.get(where, frozenset())
            if isinstance(item, Show):
                there = {(leaf.season.number, leaf.number) for leaf in item.leaves()}
                assert new.get(where, frozenset()) <= there
    assert [library.ordering for library in service.state.libraries.values()][:2] == [
        "tmdbAiring",
        "aired",
    ]


def test_a_show_is_there_twice_in_two_numberings() -> None:
    assert {kept.library for kept in KEPT if kept.show == REZERO} == {BY_TMDB, BY_TVDB}


def test_trakt_is_filled_and_has_room_for_what_is_expected() -> None:
    service = TraktSimulator()
    fill_trakt(service)
    plays = service.user().plays
    for name, spots in expected.on_trakt().items():
        kind, _, title = name.partition(" ")
        new = expected.new_on_trakt().get(name, frozenset())
        whole = film_on_trakt(title) if kind == "film" else show_on_trakt(SHOWS[title])
        for spot in spots:
            entry = Entry(whole) if spot == FILM else Entry(whole, *spot)
            assert len(plays.of(entry)) == (spot not in new)
    assert service.state.titles.find("show", "tmdb", 156911) is None
    assert service.state.titles.find("movie", "tmdb", FILMS["Your Name."].tmdb) is not None
