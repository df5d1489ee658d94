"""What people paste, and which list they mean."""

import re

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.media_list_sync.engine.lists import KINDS, ListSpec, recognise

LS, UR, P = "ls012345678", "ur12345678", "p.aBcDeF123456"


def imdb_list() -> ListSpec:
    return ListSpec("imdb_list", {"id": LS})


def watchlist() -> ListSpec:
    return ListSpec("imdb_watchlist", {"user": UR})


def profile() -> ListSpec:
    return ListSpec("imdb_watchlist", {"profile": P})


def imdb_chart(chart: str) -> ListSpec:
    return ListSpec("imdb_chart", {"chart": chart})


def trakt_list() -> ListSpec:
    return ListSpec("trakt_list", {"user": "some-body", "slug": "my-list_2"})


def trakt_chart(chart: str) -> ListSpec:
    return ListSpec("trakt_chart", {"chart": chart})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"https://www.imdb.com/list/{LS}/", imdb_list()),
        (f"https://www.imdb.com/list/{LS}", imdb_list()),
        (f"http://imdb.com/list/{LS}/?sort=list_order,asc&view=compact#x", imdb_list()),
        (f"https://m.imdb.com/list/{LS}/", imdb_list()),
        (f"https://www.imdb.com/de/list/{LS}/", imdb_list()),
        (f"https://www.imdb.com/pt-br/list/{LS}/export", imdb_list()),
        (f"www.imdb.com/list/{LS}/", imdb_list()),
        (f"imdb.com/list/{LS}", imdb_list()),
        (f"HTTPS://WWW.IMDB.COM/LIST/{LS.upper()}/", imdb_list()),
        (f"https://www.imdb.com:443/list/{LS}", imdb_list()),
        (f"https://www.imdb.com//list//{LS}//", imdb_list()),
        (f"https://www.imdb.com/list/{LS}?ref_=ext_shr_lnk", imdb_list()),
        (f"  <https://www.imdb.com/list/{LS}/>\n", imdb_list()),
        (f"“https://www.imdb.com/list/{LS}/”", imdb_list()),
        (f"My list: https://www.imdb.com/list/{LS}/ (films)", imdb_list()),
        (f"My list (https://www.imdb.com/list/{LS}).", imdb_list()),
        (f"https://www.imdb.com/list/{LS}?{'a&' * 200}", imdb_list()),
        (f"\ufeffhttps://www.imdb.com/list/{LS}\u200b/", imdb_list()),
        (LS, imdb_list()),
        (f" {LS.upper()}\t", imdb_list()),
        # In letters and digits of full width.
        ("".join(chr(ord(letter) + 0xFEE0) for letter in LS), imdb_list()),
        (f"https://www.imdb.com/user/{UR}/watchlist", watchlist()),
        (f"https://www.imdb.com/user/{UR}/watchlist/?sort=date_added", watchlist()),
        (f"https://www.imdb.com/fr/user/{UR}/watchlist/", watchlist()),
        (f"https://www.imdb.com/user/{UR}/", watchlist()),
        (f"imdb.com/user/{UR.upper()}", watchlist()),
        (UR, watchlist()),
        (f"https://www.imdb.com/user/{P}/watchlist/", profile()),
        (f"https://www.imdb.com/user/{P}/", profile()),
        (P, profile()),
        (f"P{P[1:]}", profile()),
        ("https://www.imdb.com/chart/top/", imdb_chart("top_movies")),
        ("https://www.imdb.com/chart/top/?ref_=nv_mv_250", imdb_chart("top_movies")),
        ("https://www.imdb.com/es-es/chart/TOPTV/", imdb_chart("top_shows")),
        ("https://m.imdb.com/chart/moviemeter", imdb_chart("popular_movies")),
        ("imdb.com/chart/tvmeter/", imdb_chart("popular_shows")),
        ("https://www.imdb.com/chart/boxoffice/", ListSpec("imdb_box_office", {})),
        ("https://trakt.tv/users/some-body/lists/my-list_2", trakt_list()),
        ("https://trakt.tv/users/Some-Body/lists/My-List_2/?sort=rank,asc", trakt_list()),
        ("https://app.trakt.tv/users/some-body/lists/my-list_2?mode=media", trakt_list()),
        ("www.trakt.tv/users/some-body/lists/my-list_2/movies", trakt_list()),
        (
            "https://trakt.tv/users/me/lists/x",
            ListSpec("trakt_list", {"user": "me", "slug": "x"}),
        ),
        ("https://trakt.tv/lists/1248149", ListSpec("trakt_list", {"id": "1248149"})),
        ("https://trakt.tv/lists/01248149/", ListSpec("trakt_list", {"id": "1248149"})),
        (
            "https://app.trakt.tv/lists/official/1248149?type=movie",
            ListSpec("trakt_list", {"id": "1248149"}),
        ),
        (
            "https://trakt.tv/users/some_body/watchlist?display=movie",
            ListSpec("trakt_watchlist", {"user": "some_body"}),
        ),
        (
            "https://app.trakt.tv/users/me/watchlist",
            ListSpec("trakt_watchlist", {"user": "me"}),
        ),
        (
            "app.trakt.tv/users/me/lists/watchlist",
            ListSpec("trakt_watchlist", {"user": "me"}),
        ),
        ("https://trakt.tv/watchlist", ListSpec("trakt_watchlist", {"user": "me"})),
        ("https://trakt.tv/movies/trending", trakt_chart("movies_trending")),
        ("https://trakt.tv/shows/popular?page=2", trakt_chart("shows_popular")),
        ("https://app.trakt.tv/movies/anticipated/", trakt_chart("movies_anticipated")),
        ("https://trakt.tv/shows/watched/weekly", trakt_chart("shows_watched")),
        ("https://trakt.tv/movies/watched", trakt_chart("movies_watched")),
        ("https://trakt.tv/movies/favorited/weekly", trakt_chart("movies_favorited")),
        ("https://trakt.tv/movies/boxoffice", trakt_chart("movies_boxoffice")),
        ("https://app.trakt.tv/discover/trending?mode=show", trakt_chart("shows_trending")),
        ("https://app.trakt.tv/media/popular?mode=movie", trakt_chart("movies_popular")),
        ("list.csv", ListSpec("imdb_csv", {"path": "list.csv"})),
        (
            "/config/lists/Meine Liste.CSV",
            ListSpec("imdb_csv", {"path": "/config/lists/Meine Liste.CSV"}),
        ),
        (' "media/ünï.csv" ', ListSpec("imdb_csv", {"path": "media/ünï.csv"})),
    ],
)
def test_recognises(text: str, expected: ListSpec) -> None:
    assert recognise(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "nothing",
        "https://www.imdb.com/",
        "https://www.imdb.com/title/tt0133093/",
        "https://www.imdb.com/name/nm0000151/",
        "https://www.imdb.com/chart/bottom/",
        f"https://www.imdb.com/user/{UR}/ratings",
        f"https://www.imdb.com/user/{UR}/lists",
        f"https://www.imdb.com/user/{LS}/watchlist",
        f"https://www.imdb.com/list/{UR}/",
        "https://www.imdb.com/list/watchlist",
        f"https://notimdb.com/list/{LS}/",
        f"https://imdb.com.example.org/list/{LS}/",
        f"https://example.org/imdb.com/list/{LS}/",
        f"https://imdb.com@example.org/list/{LS}/",
        f"https://imdb.company/list/{LS}/",
        "ls1",
        "ls12345678x",
        "tt0133093",
        "ur",
        "p.",
        "p.a-b",
        "https://trakt.tv/movies/the-matrix-1999",
        "https://trakt.tv/users/some-body",
        "https://trakt.tv/users/some-body/lists",
        "https://trakt.tv/users/some-body/lists/movies",
        "https://trakt.tv/users/some body/lists/x",
        "https://trakt.tv/users/some-body/ratings",
        "https://trakt.tv/lists/popular",
        "https://trakt.tv/movies/watched/monthly",
        "https://app.trakt.tv/discover/trending",
        "https://example.org/list.csv",
        "https://www.imdb.com/list.csv",
        "two\nlines.csv\x00",
        "x" * 5000,
        f"{'x' * 5000} {LS}",
    ],
)
def test_does_not_recognise(text: str) -> None:
    assert recognise(text) is None


PIECES = st.sampled_from(
    [
        *("https://", "www.", "m.", "app.", "imdb.com", "trakt.tv", "/", "?", "#", "=", "&", "%"),
        *("list", "user", "users", "lists", "watchlist", "chart", "top", "movies", "trending"),
        *("de", LS, UR, P, "ls", "ur", "me", "1248149", ".csv", "mode=movie", "[", "]", "@", ":"),
        *("%2F", "%00", "\u0000", " ", "\u202e", "\u0663", "\u00b2", "\uff4c\uff53"),
    ]
)
FORMS = {
    "id": re.compile(r"ls[0-9]{6,15}|[1-9][0-9]*|0"),
    "user": re.compile(r"ur[0-9]{4,15}|[a-z0-9][a-z0-9_-]*"),
    "profile": re.compile(r"p\.[A-Za-z0-9]{4,64}"),
    "slug": re.compile(r"[a-z0-9][a-z0-9_-]*"),
    "chart": re.compile(r"[a-z_]+"),
    "path": re.compile(r".+\.csv", re.IGNORECASE),
}


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join)))
@example("https://www.imdb.com/list/ls\u0660\u0661\u0662\u0663\u0664\u0665\u0666/")
@example("https://[imdb.com/list/ls012345678")
@example("//imdb.com:99999999/list/ls012345678?" + "a&" * 200)
def test_whatever_is_pasted(text: str) -> None:
    spec = recognise(text)

    if spec is not None:
        assert KINDS[spec.kind].choices == () or spec.ref["chart"] in KINDS[spec.kind].choices
        assert all(FORMS[name].fullmatch(value) for name, value in spec.ref.items())
        assert ListSpec.from_data(spec.as_data()) == spec
        assert spec.unique_id.startswith(spec.kind)
        if spec.kind.startswith("imdb_") and "id" in spec.ref:
            assert spec.ref["id"].startswith("ls")
        if spec.kind == "imdb_watchlist" and "user" in spec.ref:
            assert spec.ref["user"].startswith("ur")


@settings(deadline=None)
@given(
    st.sampled_from(["", "https://", "http://"]),
    st.sampled_from(["", "www.", "m."]),
    st.sampled_from(["", "/de", "/pt-br", "/fr-ca"]),
    st.from_regex(r"ls[0-9]{9}", fullmatch=True),
    st.sampled_from(["", "/", "/?view=grid", "#top", "/edit"]),
    st.sampled_from(["", " ", "\n", "\u200b"]),
)
def test_every_form_of_an_address_means_the_same(
    scheme: str, host: str, locale: str, list_id: str, rest: str, around: str
) -> None:
    text = f"{around}{scheme}{host}imdb.com{locale}/list/{list_id}{rest}{around}"
    assert recognise(text) == ListSpec("imdb_list", {"id": list_id})
