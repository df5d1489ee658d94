"""Candidates for an unmatched anime: what is offered, and what must not be."""

from collections.abc import Iterable
from datetime import date

import pytest

from custom_components.media_list_sync.engine.identity.candidates import (
    Candidate,
    Candidates,
    Offered,
)
from custom_components.media_list_sync.engine.placement import Provider, TargetId
from custom_components.media_list_sync.engine.watch import Anime, Format

from .helpers import anime


def show(
    number: int, *names: str, year: int | None = None, lengths: tuple[int, ...] = ()
) -> Offered:
    return Offered(TargetId(Provider.TVDB_SHOW, str(number)), names, year, season_lengths=lengths)


def film(number: int, *names: str, year: int | None = None) -> Offered:
    return Offered(TargetId(Provider.TMDB_MOVIE, str(number)), names, year)


def candidates(one: Anime, offered: Iterable[Offered]) -> tuple[Candidate, ...]:
    """Return what an anime may be of some titles, as the ten likeliest are shown."""
    there = Candidates()
    there.add(offered)
    return there.of(one, 10)


def ids(title: str, *offered: Offered, **given) -> list[str]:
    found = candidates(anime(titles=(title,), **given), offered)
    return [one.offered.target.id for one in found]


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Overlord II", "Overlord III"),
        ("Attack on Titan Season 2", "Attack on Titan Season 3"),
        ("Attack on Titan 2nd Season", "Attack on Titan Season 3"),
        ("Spice and Wolf Part 1", "Spice and Wolf Part 2"),
        ("K-On! 2", "K-On! 3"),
        ("進撃の巨人 第2期", "進撃の巨人 第3期"),
        ("Attack on Titan Final Season", "Attack on Titan Season 3"),
    ],
)
def test_seasons_and_parts_have_to_agree(title: str, other: str) -> None:
    assert ids(title, show(1, other)) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Overlord II", "Overlord"),
        ("Overlord II", "OVERLORD 2nd Season"),
        ("Overlord Ⅱ", "Overlord Season 2"),
        ("Attack on Titan Season 3 Part 2", "Attack on Titan"),
        ("Mob Psycho 100", "Mob Psycho 100"),
        ("\uff26ate\uff0f\uff3aero", "Fate Zero"),  # full width
    ],
)
def test_one_show_is_found_by_its_other_seasons(title: str, name: str) -> None:
    assert ids(title, show(1, name)) == ["1"]


def test_all_titles_and_synonyms_are_compared() -> None:
    """The romaji and the English title of one show have hardly a letter in common."""
    attack = anime(titles=("Shingeki no Kyojin", "Attack on Titan", "進撃の巨人"))
    found = candidates(attack, [show(1, "Titans", "Attack on Titan"), show(2, "Shinkai")])
    assert [one.offered.target.id for one in found] == ["1"]
    assert found[0].score == 100


def test_years_have_to_agree() -> None:
    began = date(2013, 4, 7)
    assert ids("Hellsing", film(1, "Hellsing", year=2001), started=began) == []
    assert ids("Hellsing", show(1, "Hellsing", year=2015), started=began) == []
    assert ids("Hellsing", show(1, "Hellsing", year=2001), started=began) == ["1"]
    seasons = Offered(
        TargetId(Provider.TVDB_SHOW, "1"), ("Hellsing",), 2001, frozenset({2001, 2005})
    )
    assert ids("Hellsing", seasons, started=began) == []


def test_films_and_shows_are_not_mistaken_for_each_other() -> None:
    assert ids("Akira", film(1, "Akira"), kind=Format.TV) == []
    assert ids("Akira", show(1, "Akira"), kind=Format.MOVIE) == []
    assert ids("Akira", film(1, "Akira"), kind=Format.MOVIE, episodes=1) == ["1"]
    assert ids("Akira", film(1, "Akira"), kind=Format.OVA, episodes=1) == ["1"]
    assert ids("Akira", film(1, "Akira"), kind=Format.OVA, episodes=3) == []


def test_the_number_of_episodes_supports_but_does_not_decide() -> None:
    found = candidates(
        anime(12, titles=("Kanon",)),
        [show(1, "Kanon Air", lengths=(13,)), show(2, "Kanon Air", lengths=(12, 1))],
    )
    assert [(one.offered.target.id, one.has_count) for one in found] == [("2", True), ("1", False)]
    assert ids("Kanon", show(1, "Clannad", lengths=(12,))) == []


def test_only_the_likeliest_are_offered() -> None:
    many = [show(n, "Naruto") for n in range(50)]
    assert len(candidates(anime(titles=("Naruto",)), many)) == 10
    assert candidates(anime(titles=("!?",)), many) == ()
    assert candidates(anime(titles=()), many) == ()
