"""The real titles, and how they reach IMDb's simulator."""

from collections import Counter

from simulators.titles import ORIGINAL_TITLES, real_titles, title_by_imdb


def test_no_two_titles_share_an_id() -> None:
    titles = real_titles()
    assert len(titles) > 120
    for ids in (
        [title.imdb for title in titles],
        [title.tvdb for title in titles if title.tvdb],
        [title.trakt for title in titles],
        [(title.is_show, title.tmdb) for title in titles],
    ):
        assert [key for key, count in Counter(ids).items() if count > 1] == []


def test_a_film_and_a_show_share_a_tmdb_number() -> None:
    films = {title.tmdb: title.title for title in real_titles() if not title.is_show}
    shows = {title.tmdb: title.title for title in real_titles() if title.is_show}
    assert {(films[number], shows[number]) for number in films.keys() & shows.keys()} == {
        ("Mirror", "Breaking Bad"),
        ("The Empire Strikes Back", "Rome"),
    }


def test_shows_have_seasons_and_films_have_none() -> None:
    for title in real_titles():
        assert bool(title.seasons) == title.is_show
        numbers = [season.number for season in title.seasons]
        assert numbers == sorted(set(numbers))
        assert all(season.episodes > 0 for season in title.seasons)
        # Specials may come at any time; regular seasons follow one another.
        dates = [season.air_date for season in title.seasons if season.number]
        assert all(dates)
        assert dates == sorted(dates)  # type: ignore[type-var]
        if dates:
            assert str(dates[0]).startswith(str(title.year))


def test_what_is_hard_is_in_it() -> None:
    titles = real_titles()
    assert [title.title for title in titles if title.year is None] == ["Blade"]
    assert title_by_imdb("tt0211915").title == "Amélie"
    assert ORIGINAL_TITLES["tt0245429"] == "千と千尋の神隠し"
    assert title_by_imdb("tt0903747").seasons[0].number == 0
    kinds = {title.imdb_type for title in titles}
    assert kinds == {"movie", "short", "tvMovie", "tvSeries", "tvMiniSeries"}
    assert ORIGINAL_TITLES.keys() <= {title.imdb for title in titles}
