"""Reading lists of every kind."""

from datetime import UTC, datetime

import pytest

from custom_components.media_list_sync.engine.clients.imdb import ImdbRefuses
from custom_components.media_list_sync.engine.clients.trakt import AppDeleted, VipNeeded
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    InvalidAnswer,
    Limited,
    Unreachable,
)
from custom_components.media_list_sync.engine.lists import (
    KINDS,
    ListGone,
    ListPrivate,
    ListSpec,
    NotAList,
    TraktMissing,
    build,
)
from custom_components.media_list_sync.engine.model import Ids, MediaType, Part
from simulators.catalog import generated
from simulators.faults import Failure, Fault
from simulators.imdb import ODDITIES, ImdbTitle
from simulators.titles import title_by_imdb
from simulators.trakt import Entry, GetLimit, Person

from .helpers import whole

MATRIX, DUNE, BREAKING_BAD, CHERNOBYL = "tt0133093", "tt1160419", "tt0903747", "tt7366338"
PIPER = "tt5613402"  # a short
LIST, USER = "ls012345678", "ur12345678"
FILM, SHOW = title_by_imdb(MATRIX), title_by_imdb(BREAKING_BAD)

IMDB_LIST = ListSpec("imdb_list", {"id": LIST})
IMDB_WATCHLIST = ListSpec("imdb_watchlist", {"user": USER})


def trakt_list(number: int, owner: str | None = None) -> ListSpec:
    ref = {"id": str(number)}
    return ListSpec("trakt_list", ref if owner is None else {**ref, "owner": owner})


def watchlist(user: str) -> ListSpec:
    return ListSpec("trakt_watchlist", {"user": user})


class TestImdb:
    async def test_keeps_order_and_leaves_out_what_cannot_be_requested(self, imdb, clients):
        odd = [title.imdb for title in ODDITIES]
        ids = [MATRIX, *odd[:3], BREAKING_BAD, MATRIX, *odd[3:], CHERNOBYL, PIPER, MATRIX]
        imdb.add_title(ImdbTitle("tt7777777", "?", "?", None, "somethingNew"))
        imdb.add_list(LIST, "My list", [*ids, "tt7777777"])

        contents = await whole(build(IMDB_LIST, clients))

        assert contents.name == "My list"
        assert [(item.ids, item.media_type) for item in contents.items] == [
            (Ids(imdb=MATRIX), MediaType.MOVIE),
            (Ids(imdb=BREAKING_BAD), MediaType.SHOW),
            (Ids(imdb=CHERNOBYL), MediaType.SHOW),
            (Ids(imdb=PIPER), MediaType.MOVIE),
        ]
        assert contents.left_out == {
            "episode": 1,
            "game": 1,
            "music_video": 1,
            "podcast": 2,
            "duplicate": 2,
            "other": 1,
        }
        assert contents.total == len(ids) + 1
        assert contents.items[0].listed_at == datetime(2014, 1, 1, 1, tzinfo=UTC)

    @pytest.mark.parametrize("spec", [IMDB_LIST, IMDB_WATCHLIST])
    async def test_unchanged_is_one_small_request(self, imdb, clients, spec):
        imdb.add_list(LIST, "My list", [MATRIX])
        imdb.add_watchlist(USER, [MATRIX])
        source = build(spec, clients)
        contents = await whole(source)
        imdb.forget_requests()

        assert await source.read(contents.fingerprint) is None
        assert len(imdb.exchanges) == 1
        assert b'"first":1' in imdb.exchanges[0].body

        list_id = LIST if spec is IMDB_LIST else imdb.watchlist_of(USER).list_id
        imdb.add_titles(list_id, [DUNE])
        changed = await whole(source, contents.fingerprint)
        assert [item.ids.imdb for item in changed.items] == [MATRIX, DUNE]
        assert changed.fingerprint != contents.fingerprint
        imdb.remove_title(list_id, MATRIX)
        changed = await whole(source, changed.fingerprint)
        assert [item.ids.imdb for item in changed.items] == [DUNE]

    async def test_a_watchlist_has_a_name(self, imdb, clients):
        imdb.add_watchlist(USER, [MATRIX])
        assert (await whole(build(IMDB_WATCHLIST, clients))).name == "IMDb watchlist (viewer)"

    async def test_gone_private_and_something_else(self, imdb, clients):
        source = build(IMDB_LIST, clients)
        with pytest.raises(ListGone):
            await whole(source)
        with pytest.raises(ListGone):
            await whole(build(IMDB_WATCHLIST, clients))
        imdb.add_list(LIST, "My list", [MATRIX])
        contents = await whole(source)
        imdb.make_private(LIST)
        for known in (None, contents.fingerprint):
            with pytest.raises(ListPrivate):
                await whole(source, known)
        imdb.delete_list(LIST)
        with pytest.raises(ListGone):
            await whole(source, contents.fingerprint)
        imdb.add_people_list(LIST, "Actors")
        with pytest.raises(NotAList):
            await whole(source)
        with pytest.raises(NotAList):
            await whole(build(ListSpec("imdb_list", {"id": "ls1"}), clients))

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            (Fault(Failure.HTML, status=403), ImdbRefuses),
            (Fault(Failure.STATUS, status=503), Unreachable),
            (Fault(Failure.TRUNCATE), InvalidAnswer),
            (Fault(Failure.STATUS, status=429, retry_after="600"), Limited),
        ],
    )
    async def test_trouble_stays_what_it_is(self, imdb, clients, fault, expected):
        imdb.add_list(LIST, "My list", [MATRIX])
        imdb.faults.add(fault)
        for spec in (IMDB_LIST, ListSpec("imdb_chart", {"chart": "top_movies"})):
            with pytest.raises(expected) as error:
                await whole(build(spec, clients))
            assert type(error.value) is expected

    @pytest.mark.parametrize(
        "spec",
        [
            *(ListSpec("imdb_chart", {"chart": name}) for name in KINDS["imdb_chart"].choices),
            ListSpec("imdb_box_office", {}),
        ],
        ids=lambda spec: spec.unique_id,
    )
    async def test_charts(self, imdb, clients, spec):
        source = build(spec, clients)
        contents = await whole(source)

        assert contents.name.startswith("IMDb")
        assert len(contents.items) >= 10
        assert len({item.media_type for item in contents.items}) == 1
        imdb.forget_requests()
        assert await source.read(contents.fingerprint) is None
        assert len(imdb.exchanges) == 1

        for name in ("TOP_RATED_MOVIES", "TOP_RATED_TV_SHOWS", "BOX_OFFICE"):
            imdb.set_chart(name, [MATRIX, DUNE])
        for name in ("MOST_POPULAR_MOVIES", "MOST_POPULAR_TV_SHOWS"):
            imdb.set_chart(name, [MATRIX, DUNE])
        moved = await whole(source, contents.fingerprint)
        assert [item.ids.imdb for item in moved.items] == [MATRIX, DUNE]

    async def test_a_chart_in_another_order_is_another(self, imdb, clients):
        source = build(ListSpec("imdb_chart", {"chart": "top_movies"}), clients)
        imdb.set_chart("TOP_RATED_MOVIES", [MATRIX, DUNE])
        contents = await whole(source)
        imdb.set_chart("TOP_RATED_MOVIES", [DUNE, MATRIX])
        assert await source.read(contents.fingerprint) is not None

    async def test_ten_thousand_titles(self, imdb, clients):
        many = generated(10_000)
        for title in many:
            kind = "tvSeries" if title.is_show else "movie"
            imdb.add_title(ImdbTitle(str(title.imdb), title.title, title.title, title.year, kind))
        imdb.add_list(LIST, "Many", [title.imdb for title in many])

        contents = await whole(build(IMDB_LIST, clients))

        assert [item.ids.imdb for item in contents.items] == [title.imdb for title in many]
        assert len(imdb.exchanges) == 40


class TestTrakt:
    async def test_parts_of_shows_and_persons(self, trakt, clients):
        made = trakt.add_list(
            "viewer",
            "My list",
            [FILM, Entry(SHOW, 2), Entry(SHOW, 3, 1), Entry(SHOW, 3, 2), Person("A")],
        )

        contents = await whole(build(trakt_list(made.number), clients))

        assert contents.name == "My list"
        assert [(item.part, item.season) for item in contents.items] == [
            (Part.WHOLE, None),
            (Part.SEASON, 2),
            (Part.EPISODE, 3),
            (Part.EPISODE, 3),
        ]
        assert contents.left_out == {"person": 1}
        assert contents.total == 5

    async def test_unchanged_is_one_request(self, trakt, clients):
        made = trakt.add_list("viewer", "My list", [FILM])
        source = build(trakt_list(made.number), clients)
        contents = await whole(source)
        trakt.forget_requests()

        assert await source.read(contents.fingerprint) is None
        assert [one.path for one in trakt.exchanges] == [f"/lists/{made.number}"]
        trakt.add_items(made, [SHOW])
        assert len((await whole(source, contents.fingerprint)).items) == 2

    async def test_renaming_does_not_lose_a_list(self, trakt, clients):
        made = trakt.add_list("viewer", "My list", [FILM])
        source = build(trakt_list(made.number), clients)
        contents = await whole(source)
        trakt.rename_list(made, "Another name")

        renamed = await whole(source, contents.fingerprint)

        assert renamed.name == "Another name"
        assert renamed.items == contents.items

    async def test_a_list_that_became_private_is_still_ones_own(self, trakt, clients, strangers):
        made = trakt.add_list("viewer", "My list", [FILM])
        trakt.set_privacy(made, "private")

        contents = await whole(build(trakt_list(made.number), clients))

        assert len(contents.items) == 1
        assert await build(trakt_list(made.number), clients).read(contents.fingerprint) is None
        with pytest.raises(ListGone):
            await whole(build(trakt_list(made.number), strangers))

    async def test_somebodys_private_list_is_not_to_be_seen(self, trakt, clients):
        trakt.add_user("somebody")
        made = trakt.add_list("somebody", "Secret", [FILM], privacy="private")
        for owner in (None, "somebody", "me"):
            with pytest.raises(ListGone):
                await whole(build(trakt_list(made.number, owner), clients))
        trakt.user("somebody").private = True
        with pytest.raises(ListPrivate):
            await whole(build(trakt_list(made.number, "somebody"), clients))
        with pytest.raises(ListPrivate):
            await whole(build(watchlist("somebody"), clients))

    async def test_a_deleted_list_is_gone(self, trakt, clients):
        made = trakt.add_list("viewer", "My list", [FILM])
        source = build(trakt_list(made.number), clients)
        contents = await whole(source)
        trakt.delete_list(made)
        with pytest.raises(ListGone):
            await whole(source, contents.fingerprint)

    async def test_ones_own_watchlist(self, trakt, clients):
        trakt.add_to_watchlist([FILM, Entry(SHOW, 1)])
        source = build(watchlist("me"), clients)
        contents = await whole(source)
        assert [item.title for item in contents.items] == ["The Matrix", "Breaking Bad"]
        trakt.forget_requests()

        assert await source.read(contents.fingerprint) is None
        assert [one.path for one in trakt.exchanges] == ["/sync/last_activities"]
        trakt.remove_from_watchlist([FILM])
        assert len((await whole(source, contents.fingerprint)).items) == 1

    async def test_somebodys_watchlist(self, trakt, strangers):
        trakt.add_user("somebody")
        source = build(watchlist("somebody"), strangers)
        empty = await whole(source)
        assert await source.read(empty.fingerprint) is None
        trakt.add_to_watchlist([FILM], "somebody")
        trakt.add_to_watchlist([Entry(SHOW, 1)], "somebody")

        contents = await whole(source, empty.fingerprint)

        assert contents.name == "Trakt watchlist (somebody)"
        assert len(contents.items) == 2
        trakt.forget_requests()
        assert await source.read(contents.fingerprint) is None
        assert len(trakt.exchanges) == 1
        trakt.remove_from_watchlist([FILM], "somebody")
        trakt.add_to_watchlist([FILM], "somebody")  # the same size, and something newer
        assert await source.read(contents.fingerprint) is not None

    @pytest.mark.parametrize("chart", KINDS["trakt_chart"].choices)
    async def test_charts(self, trakt, strangers, chart):
        for title in generated(200):
            trakt.state.charts[("movies", "trending")].append(title)
        source = build(ListSpec("trakt_chart", {"chart": chart}), strangers)

        contents = await whole(source)

        assert contents.name.startswith("Trakt")
        assert 10 <= len(contents.items) <= 100
        trakt.forget_requests()
        assert await source.read(contents.fingerprint) is None
        assert len(trakt.exchanges) == 1
        media = chart.partition("_")[0]
        trakt.set_chart(media, chart.partition("_")[2], [FILM if media == "movies" else SHOW])
        assert len((await whole(source, contents.fingerprint)).items) == 1

    async def test_needs_an_account(self, trakt, without_trakt, strangers):
        made = trakt.add_list("viewer", "My list", [FILM])
        for spec in (
            trakt_list(made.number),
            watchlist("me"),
            watchlist("viewer"),
            ListSpec("trakt_chart", {"chart": "movies_popular"}),
        ):
            assert KINDS[spec.kind].needs_trakt
            with pytest.raises(TraktMissing):
                await build(spec, without_trakt).read(None)
        for spec in (watchlist("me"), trakt_list(made.number, "me")):
            with pytest.raises(TraktMissing):
                await whole(build(spec, strangers))

    async def test_trouble_stays_what_it_is(self, trakt, clients):
        made = trakt.add_list("viewer", "My list", [FILM])
        source = build(trakt_list(made.number), clients)
        trakt.require_vip()
        with pytest.raises(VipNeeded):
            await whole(source)
        trakt.lift_refusals()
        trakt.revoke_all()
        with pytest.raises(CredentialsRejected) as rejected:
            await whole(source)
        assert rejected.value.account == "trakt-entry"
        trakt.delete_app()
        with pytest.raises((AppDeleted, CredentialsRejected)):
            await whole(source)

    async def test_a_limit_stays_what_it_is(self, trakt, clients):
        made = trakt.add_list("viewer", "My list", [FILM])
        trakt.limit_reads(GetLimit(count=0))
        with pytest.raises(Limited):
            await whole(build(trakt_list(made.number), clients))

    async def test_ten_thousand_titles(self, trakt, clients):
        many = generated(10_000)
        made = trakt.add_list("viewer", "Many", many)

        contents = await whole(build(trakt_list(made.number), clients))

        assert [item.ids.tmdb for item in contents.items] == [title.tmdb for title in many]
        assert len(trakt.exchanges) == 41
