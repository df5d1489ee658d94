"""What people and scanners do to a simulated Seerr, and what a client then sees of it."""

import pytest

from simulators.catalog import generated
from simulators.seerr import (
    JELLYSEERR,
    OVERSEERR,
    SEERR,
    Flavour,
    MediaStatus,
    RequestStatus,
    SeerrSimulator,
)

from .test_seerr import CATALOG, FILM, SHOW, served

pytestmark = pytest.mark.usefixtures("socket_enabled")

FLAVOURS = pytest.mark.parametrize(
    "flavour", [SEERR, OVERSEERR, JELLYSEERR], ids=["seerr", "overseerr", "jellyseerr"]
)


@FLAVOURS
async def test_a_requested_film_becomes_available_and_is_deleted(flavour: Flavour) -> None:
    async with served(flavour) as api:
        simulator = api.simulator
        await api.film()
        assert simulator.make_available(FILM.tmdb, False).status == MediaStatus.AVAILABLE
        done = RequestStatus.COMPLETED if flavour.merged else RequestStatus.APPROVED
        assert [request.status for request in simulator.requests] == [done]
        deleted = simulator.delete_media(FILM.tmdb, False)
        assert deleted.status == (7 if flavour.merged else 1)
        assert len(simulator.requests) == (1 if flavour.merged else 0)
        assert (await api.film())[0] == 201


@FLAVOURS
async def test_seasons_come_one_by_one(flavour: Flavour) -> None:
    async with served(flavour) as api:
        simulator = api.simulator
        await api.show([1, 2])
        assert simulator.make_available(SHOW.tmdb, True, [1]).status == MediaStatus.PARTIAL
        (request,) = simulator.requests
        assert request.status == RequestStatus.APPROVED
        simulator.make_available(SHOW.tmdb, True, [2])
        (request,) = simulator.requests
        assert (request.status == RequestStatus.COMPLETED) == flavour.merged
        row = simulator.make_available(SHOW.tmdb, True)
        assert row.status == MediaStatus.AVAILABLE
        assert sorted(season.number for season in row.seasons) == [1, 2, 3]


@FLAVOURS
async def test_deleted_seasons(flavour: Flavour) -> None:
    async with served(flavour) as api:
        simulator = api.simulator
        simulator.make_available(SHOW.tmdb, True)
        row = simulator.delete_media(SHOW.tmdb, True, [2])
        gone = 7 if flavour.merged else 1
        assert row.status == MediaStatus.PARTIAL
        assert {season.number: season.status for season in row.seasons} == {1: 5, 2: gone, 3: 5}
        assert simulator.delete_media(SHOW.tmdb, True).status == gone
        assert (await api.show([2]))[0] == 201


async def test_qualities_are_apart() -> None:
    async with served() as api:
        row = api.simulator.make_available(FILM.tmdb, False, is4k=True)
        assert (row.status, row.status4k) == (MediaStatus.UNKNOWN, MediaStatus.AVAILABLE)
        row = api.simulator.make_available(SHOW.tmdb, True, [1], is4k=True)
        assert (row.seasons[0].status, row.seasons[0].status4k) == (1, 5)


@FLAVOURS
async def test_a_pending_request_is_approved_when_its_film_turns_up(flavour: Flavour) -> None:
    async with served(flavour) as api:
        await api.film(user=2)
        api.simulator.make_available(FILM.tmdb, False)
        (request,) = api.simulator.requests
        assert request.status == (5 if flavour.merged else 2)


@pytest.mark.parametrize(("flavour", "moves"), [(SEERR, False), (OVERSEERR, True)])
async def test_updated_at_moves_on_overseerr_only(flavour: Flavour, moves: bool) -> None:
    async with served(flavour) as api:
        simulator = api.simulator
        simulator.add_library(CATALOG, status=MediaStatus.PROCESSING)
        before = simulator.media_of(FILM.tmdb, False)
        simulator.clock.advance(hours=1)
        after = simulator.set_status(FILM.tmdb, False, MediaStatus.AVAILABLE)
        assert before is not None
        assert (after.updated_at > before.updated_at) == moves
        _, page = await api.get("/media?sort=modified")
        first = page["results"][0]["tmdbId"]
        assert first == FILM.tmdb
        assert (page["results"][0]["updatedAt"] != page["results"][1]["updatedAt"]) == moves


async def test_any_status_can_be_given() -> None:
    async with served() as api:
        row = api.simulator.set_status(SHOW.tmdb, True, 4, season=2)
        assert (row.status, row.seasons[0].status) == (1, 4)
        assert api.simulator.set_status(FILM.tmdb, False, 42).status == 42
        statuses = {row["tmdbId"]: row["status"] for row in (await api.get("/media"))[1]["results"]}
        assert statuses == {FILM.tmdb: 42, SHOW.tmdb: 1}


async def test_imdb_ids_come_from_scans_alone() -> None:
    async with served() as api:
        await api.film()
        api.simulator.make_available(SHOW.tmdb, True)
        ids = {row["tmdbId"]: row["imdbId"] for row in (await api.get("/media"))[1]["results"]}
        assert ids == {FILM.tmdb: None, SHOW.tmdb: SHOW.imdb}


async def test_seasons_in_searches_are_overseerrs_alone() -> None:
    for flavour in (SEERR, OVERSEERR):
        async with served(flavour) as api:
            api.simulator.make_available(SHOW.tmdb, True)
            (result,) = (await api.get("/search?query=imdb%3Att0903747"))[1]["results"]
            assert ("seasons" in result["mediaInfo"]) == (flavour is OVERSEERR)


@FLAVOURS
async def test_clearing_forgets_title_and_requests(flavour: Flavour) -> None:
    async with served(flavour) as api:
        await api.film()
        api.simulator.clear_media(FILM.tmdb, False)
        assert (api.simulator.media, api.simulator.requests) == ([], [])
        assert "mediaInfo" not in (await api.get(f"/movie/{FILM.tmdb}"))[1]
        with pytest.raises(LookupError):
            api.simulator.clear_media(FILM.tmdb, False)


async def test_a_request_taken_back() -> None:
    async with served() as api:
        await api.show([1])
        api.simulator.remove_request(1)
        assert api.simulator.requests == []
        row = api.simulator.media_of(SHOW.tmdb, True)
        assert row is not None
        assert row.status == MediaStatus.UNKNOWN


async def test_declining_a_show() -> None:
    """A show that was pending is unknown again; one that was approved stays in processing."""
    async with served() as api:
        simulator = api.simulator
        await api.show([1], user=2)
        await api.show([2], user=2)
        simulator.decline(1)
        assert simulator.media[0].status == MediaStatus.PENDING
        simulator.decline(2)
        assert simulator.media[0].status == MediaStatus.UNKNOWN
        await api.show([1])
        simulator.decline(3)
        assert simulator.media[0].status == MediaStatus.PROCESSING


async def test_setting_a_status_by_hand_over_the_wire() -> None:
    async with served() as api:
        await api.film()
        await api.show([1])
        assert (await api.ask("POST", "/media/1/partial", body={}))[0] == 400
        assert (await api.ask("POST", "/media/2/partial", body={}))[1]["status"] == 4
        assert (await api.ask("POST", "/media/1/deleted", body={}))[1]["status"] == 7
        assert (await api.ask("POST", "/media/1/gone", body={}))[0] == 400
        assert (await api.ask("POST", "/media/9/available", body={}))[0] == 404
        assert (await api.ask("DELETE", "/media/9"))[0] == 404
        assert (await api.ask("DELETE", "/media/1", X_Api_User="2"))[0] == 403


async def test_a_completed_request_is_seen_one_answer_late() -> None:
    """The real server does not wait for its own bookkeeping."""
    async with served() as api:
        await api.film()
        await api.ask("POST", "/media/1/available", body={"is4k": False})
        assert (await api.get("/request/1"))[1]["status"] == RequestStatus.APPROVED
        assert (await api.get("/request/1"))[1]["status"] == RequestStatus.COMPLETED


def test_rows_are_what_was_true_when_looked_at() -> None:
    simulator = SeerrSimulator(catalog=CATALOG)
    simulator.add_library(CATALOG)
    before = simulator.media_of(FILM.tmdb, False)
    simulator.delete_media(FILM.tmdb, False)
    assert before is not None
    assert before.status == MediaStatus.AVAILABLE
    with pytest.raises(LookupError):
        simulator.make_available(1, False)


async def test_ten_thousand_titles() -> None:
    titles = generated(10_000)
    async with served(catalog=titles) as api:
        api.simulator.add_library(titles[:9_000])
        api.simulator.add_library(titles[9_000:], status=MediaStatus.PARTIAL)
        _, page = await api.get("/media?take=1000&skip=9000")
        assert page["pageInfo"] == {"pages": 10, "pageSize": 1000, "results": 10_000, "page": 10}
        show = next(row for row in page["results"] if row["mediaType"] == "tv")
        assert {season["status"] for season in show["seasons"]} == {5}
        assert {row["status"] for row in (await api.get("/media?take=1000"))[1]["results"]} == {4}
