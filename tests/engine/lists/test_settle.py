"""Names become ids that do not change (R9)."""

import pytest

from custom_components.media_list_sync.engine.http import Unreachable
from custom_components.media_list_sync.engine.lists import (
    KINDS,
    ListGone,
    ListPrivate,
    ListSpec,
    TraktMissing,
    build,
    settle,
)
from custom_components.media_list_sync.engine.lists.imdb_titles import collect
from simulators.faults import Failure, Fault
from simulators.titles import title_by_imdb

from .helpers import meant, whole

FILM = title_by_imdb("tt0133093")
USER, PROFILE = "ur12345678", "p.aBcDeF123456"


async def test_r9_a_profile_becomes_its_user(imdb, clients) -> None:
    imdb.add_watchlist(USER, [FILM.imdb], profile=PROFILE)
    spec = meant(f"https://www.imdb.com/user/{PROFILE}/watchlist/")

    settled = await settle(spec, clients)

    assert settled == ListSpec("imdb_watchlist", {"user": USER})
    assert settled == await settle(meant(USER), clients)
    assert len((await whole(build(settled, clients))).items) == 1


async def test_r9_names_of_a_public_list_become_its_number(trakt, strangers) -> None:
    trakt.add_user("some-body")
    made = trakt.add_list("some-body", "My List", [FILM])
    spec = meant("https://trakt.tv/users/some-body/lists/my-list?sort=rank")

    settled = await settle(spec, strangers)

    assert settled == ListSpec("trakt_list", {"id": str(made.number)})
    assert settled == await settle(meant(f"trakt.tv/lists/{made.number}"), strangers)
    assert settled.unique_id == f"trakt_list:{made.number}"
    trakt.rename_list(made, "Renamed")
    assert len((await whole(build(settled, strangers))).items) == 1


@pytest.mark.parametrize(
    "address", ["users/viewer/lists/secret", "users/me/lists/secret", "lists/{}"]
)
async def test_r9_ones_own_private_list_is_kept_under_oneself(trakt, clients, address) -> None:
    made = trakt.add_list("viewer", "Secret", [FILM], privacy="private")
    spec = meant(f"trakt.tv/{address.format(made.number)}")

    settled = await settle(spec, clients)

    assert settled == ListSpec("trakt_list", {"id": str(made.number), "owner": "me"})
    assert settled.unique_id == f"trakt_list:{made.number}"
    assert await settle(settled, clients) == settled
    assert len((await whole(build(settled, clients))).items) == 1


async def test_r9_watchlists_are_told_apart_by_accounts(trakt, clients, strangers) -> None:
    trakt.add_user("some-body")
    own = await settle(meant("trakt.tv/watchlist"), clients)

    assert own.ref["user"] == "me"
    assert own == await settle(meant("trakt.tv/users/viewer/watchlist"), clients)
    assert len(own.ref["id"]) == 64
    other = await settle(meant("trakt.tv/users/some-body/watchlist"), clients)
    assert other == ListSpec("trakt_watchlist", {"user": "some-body", "id": "2"})
    assert other == await settle(meant("trakt.tv/users/some-body/watchlist"), strangers)
    assert other.unique_id == "trakt_watchlist:2"
    assert await settle(other, clients) == other


async def test_what_needs_no_settling_asks_nobody(imdb, trakt, clients) -> None:
    for text in ("ls012345678", USER, "imdb.com/chart/top", "trakt.tv/movies/popular", "a.csv"):
        spec = meant(text)
        assert await settle(spec, clients) == spec
    assert not imdb.exchanges
    assert not trakt.exchanges


async def test_what_cannot_be_settled(imdb, trakt, clients, strangers, without_trakt) -> None:
    trakt.add_user("private", private=True)
    for address, expected in (
        ("imdb.com/user/p.nosuch/watchlist", ListGone),
        ("trakt.tv/users/viewer/lists/nosuch", ListGone),
        ("trakt.tv/lists/999", ListGone),
        ("trakt.tv/users/nobody/watchlist", ListGone),
        ("trakt.tv/users/private/watchlist", ListPrivate),
    ):
        with pytest.raises(expected):
            await settle(meant(address), clients)
    for address in ("trakt.tv/watchlist", "trakt.tv/users/me/lists/secret"):
        with pytest.raises(TraktMissing):
            await settle(meant(address), strangers)
    for address in ("trakt.tv/watchlist", "trakt.tv/lists/1"):
        with pytest.raises(TraktMissing):
            await settle(meant(address), without_trakt)
    imdb.faults.add(Fault(Failure.STATUS, status=503))
    with pytest.raises(Unreachable):
        await settle(meant(PROFILE), clients)


def test_kinds_are_complete() -> None:
    assert list(KINDS) == [
        "imdb_list",
        "imdb_watchlist",
        "imdb_chart",
        "imdb_box_office",
        "imdb_csv",
        "trakt_list",
        "trakt_watchlist",
        "trakt_chart",
    ]
    assert {kind.kind for kind in KINDS.values() if not kind.curated} == {
        "imdb_chart",
        "imdb_box_office",
        "trakt_chart",
    }
    for kind in KINDS.values():
        assert kind.needs_trakt is kind.kind.startswith("trakt_")
        assert all(choice.isascii() and choice.islower() for choice in kind.choices)
        assert bool(kind.choices) is kind.kind.endswith("_chart")


def test_a_title_that_imdb_lost_is_counted() -> None:
    assert collect([None]).left_out == {"other": 1}


def test_specs_survive_being_kept() -> None:
    spec = ListSpec("trakt_list", {"id": "1", "owner": "me"})
    assert spec.as_data() == {"kind": "trakt_list", "ref": {"id": "1", "owner": "me"}}
    assert ListSpec.from_data(spec.as_data()) == spec
    assert ListSpec("trakt_list", {"user": "a", "slug": "b"}).unique_id == "trakt_list:a/b"
    assert ListSpec("imdb_box_office", {}).unique_id == "imdb_box_office"
