"""The rules of requesting, each through a whole sync against a server."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine import model
from custom_components.media_list_sync.engine.model import JobStatus, MediaType, Outcome, Quality
from custom_components.media_list_sync.engine.requests.policy import SeasonRule
from simulators.catalog import Season
from simulators.seerr import OVERSEERR, SEERR
from simulators.seerr.codes import MediaStatus, Permission
from simulators.seerr.rows import Quota, SeerrUser
from simulators.seerr.settings import ArrServer

from . import house as houses
from .house import film, item, show

F1, F2, F3 = film(1), film(2), film(3)
S1, S2 = show(1), show(2)


async def test_r1_what_was_deleted_does_not_come_back(either):
    either.add_list("list", item(F1), item(S1))
    assert (await either.sync()).counts["new"] == 2
    either.sim.make_available(1, False)
    either.sim.make_available(1, True)
    assert (await either.sync()).counts[Outcome.AVAILABLE] == 2
    either.sim.delete_media(1, False)
    either.sim.delete_media(1, True)
    posts = either.posts()
    for _ in range(3):
        report = await either.sync()
        assert report.counts[Outcome.TAKEN_BACK] == 2
    assert either.posts() == posts


async def test_r1_nor_for_another_list_of_the_server(either):
    either.add_list("list", item(F1))
    await either.sync()
    either.sim.make_available(1, False)
    await either.sync()
    either.sim.delete_media(1, False)
    await either.sync()
    either.add_list("other", item(F1))
    assert (await either.sync("other")).counts[Outcome.TAKEN_BACK] == 1
    assert either.posts() == 1


async def test_r1_what_was_only_ever_seen_counts_as_well(either):
    """It was in the library before it came on a list, and a person deleted it then."""
    either.sim.make_available(2, False)
    either.add_list("list", item(F1))
    await either.sync()
    either.sim.delete_media(2, False)
    either.shelves["list"].put(item(F1), item(F2))
    assert (await either.sync()).counts[Outcome.TAKEN_BACK] == 1
    assert either.posts() == 1


async def test_r1_a_server_that_moved_keeps_its_ledger(house, socket_enabled):
    house.add_list("list", item(F1))
    await house.sync()
    house.sim.clear_media(1, False)
    await house.sync()
    moved = houses.SeerrSimulator(
        SEERR,
        catalog=[F1],
        vapid_public=house.sim.settings.vapid_public,
        base_path="/seerr",
    )
    await moved.start()
    await house.restart(moved)
    assert (await house.sync()).counts[Outcome.TAKEN_BACK] == 1
    assert not house.posts()


async def test_r1_a_list_that_was_removed_and_added_again_keeps_its_ledger(house):
    house.add_list("list", item(F1))
    await house.sync()
    house.sim.decline(house.sim.requests[0].id)
    await house.sync()
    house.add_list("again", item(F1))
    assert (await house.sync("again")).counts[Outcome.TAKEN_BACK] == 1
    assert house.posts() == 1


async def _declined(house, **options):
    shelf = house.add_list("list", item(F1), item(F2), **options)
    await house.sync()
    request = next(r for r in house.sim.requests if r.tmdb == 1)
    house.sim.decline(request.id)
    await house.sync()
    return shelf


async def test_r2_leaving_a_list_and_coming_back_reopens(house):
    shelf = await _declined(house)
    shelf.put(item(F2))
    await house.sync()
    shelf.put(item(F1), item(F2))
    assert (await house.sync()).new_titles == ("Film 1 (2000)",)


async def test_r2_never_on_charts(house):
    shelf = await _declined(house, curated=False)
    shelf.put(item(F2))
    await house.sync()
    shelf.put(item(F1), item(F2))
    assert (await house.sync()).counts[Outcome.TAKEN_BACK] == 1
    assert house.posts() == 2


async def test_r2_listed_anew_reopens(house):
    """Taken off and put on again between two readings: only the date tells."""
    before = houses.START - timedelta(days=9)
    shelf = house.add_list("list", item(F1, listed_at=before))
    await house.sync()
    house.sim.decline(house.sim.requests[0].id)
    await house.sync()
    shelf.put(item(F1, listed_at=before))
    assert (await house.sync()).counts[Outcome.TAKEN_BACK] == 1
    shelf.put(item(F1, listed_at=house.clock.time))
    assert (await house.sync()).counts["new"] == 1


async def test_r2_a_show_that_came_back_is_asked_for_with_all_its_seasons(either):
    shelf = either.add_list("list", item(S1), item(F1))
    await either.sync()
    either.sim.make_available(1, True)
    await either.sync()
    either.sim.delete_media(1, True)
    await either.sync()
    shelf.put(item(F1))
    await either.sync()
    shelf.put(item(S1), item(F1))
    await either.sync()
    assert either.sim.requests_of(1, True)[-1].season_numbers == [1, 2, 3]


async def test_r3_only_missing_seasons_are_asked_for(either):
    either.sim.make_available(1, True, seasons=[1])
    either.add_list("list", item(S1))
    await either.sync()
    assert either.sim.requested_seasons(1) == {2, 3}


async def test_r3_a_deleted_season_is_not_missing(either):
    either.sim.make_available(1, True)
    either.add_list("list", item(S1))
    await either.sync()
    either.sim.delete_media(1, True, seasons=[2])
    report = await either.sync()
    assert report.counts["new"] == 0
    assert not either.posts()


async def test_r3_a_new_season_of_an_available_show_is_topped_up(house):
    house.sim.make_available(1, True)
    house.add_list("list", item(S1))
    await house.sync()
    house.sim.add_title(show(1, 1, 2, 3, 4))
    for _ in range(8 * 4):
        await house.sync()
    assert house.sim.requested_seasons(1) == {4}
    assert house.posts() == 1


async def test_r4_a_list_that_was_never_read_claims_nothing(house):
    house.add_list("first", item(F1), order=1, user_id=2)
    house.add_list("second", item(F1), order=9)
    assert (await house.sync("second")).counts["new"] == 1
    assert (await house.sync("first")).counts[Outcome.REQUESTED] == 1
    assert house.posts() == 1


async def test_r4_what_the_first_list_claims_the_second_leaves_to_it(house):
    house.add_list("first", item(F1), order=1, user_id=2)
    house.add_list("second", item(F1), item(F2), order=9)
    await house.sync("first", dry_run=True)
    # A dry run has read the list; its titles are known now, and claimed.
    report = await house.sync("second")
    assert report.new_titles == ("Film 2 (2000)",)
    assert report.counts[Outcome.WAITING] == 1
    await house.sync("first")
    assert {r.tmdb: r.requested_by for r in house.sim.requests} == {2: 1, 1: 2}


async def test_r4_a_paused_list_claims_nothing(house):
    house.add_list("first", item(F1), order=1)
    house.add_list("second", item(F1), order=9)
    await house.sync("first", dry_run=True)
    house.job("first").pause(True)
    assert (await house.sync("second")).counts["new"] == 1


async def test_r4_a_list_at_its_limit_claims_nothing_more(house):
    house.add_list("first", item(F1), item(F2), order=1, max_requests=1)
    house.add_list("second", item(F1), item(F2), order=9)
    await house.sync("first", dry_run=True)
    assert (await house.sync("second")).new_titles == ("Film 2 (2000)",)


async def test_r4_a_decline_counts_for_the_whole_account(house):
    house.add_list("first", item(F1), order=1, user_id=2)
    await house.sync("first")
    house.sim.decline(house.sim.requests[0].id)
    house.add_list("second", item(F1), order=9)
    assert (await house.sync("second")).counts[Outcome.TAKEN_BACK] == 1
    assert house.posts() == 1


async def test_r5_the_first_seasons_that_fit_and_the_rest_with_the_time(house):
    house.sim.add_user(SeerrUser(7, "limited", tv_quota=Quota(2, 7)))
    house.add_list("list", item(S1), item(S2), user_id=7)
    report = await house.sync()
    assert house.sim.requested_seasons(1) == {1, 2}
    assert not house.sim.requested_seasons(2)
    assert report.status is JobStatus.DEFERRED
    assert report.deferred_until is not None
    assert report.deferred_until > report.finished_at
    assert report.counts[Outcome.FAILED] == 0
    assert report.quota_remaining == {"show": 0}


async def test_r5_a_restart_does_not_fill_a_quota(house):
    house.sim.add_user(SeerrUser(7, "limited", movie_quota=Quota(1, 7)))
    house.add_list("list", item(F1), item(F2), item(F3), user_id=7)
    report = await house.sync()
    assert [(problem.key, problem.until) for problem in report.problems] == [
        ("quota", report.deferred_until)
    ]
    posts = house.posts()
    await house.restart()
    planned = await house.sync(after=timedelta(hours=1), dry_run=True)
    assert planned.counts[Outcome.REQUEST] == 0
    await house.sync(after=timedelta(hours=1))
    assert house.posts() == posts


async def test_r5_goes_on_when_there_is_room_again(house):
    house.sim.add_user(SeerrUser(7, "limited", tv_quota=Quota(2, 7)))
    house.add_list("list", item(S1), user_id=7)
    await house.sync()
    house.clock.advance(days=8)
    await house.sync()
    assert house.sim.requested_seasons(1) == {1, 2, 3}


async def test_r5_films_have_a_quota_of_their_own(house):
    house.sim.add_user(SeerrUser(7, "limited", movie_quota=Quota(1, 7)))
    house.add_list("list", item(F1), item(F2), item(F3), item(S1), user_id=7)
    report = await house.sync()
    assert report.counts["new"] == 2
    assert report.counts[Outcome.WAITING] == 2
    assert house.sim.requested_seasons(1) == {1, 2, 3}
    # One film too many was enough to learn it.
    assert house.posts() == 3


async def test_r6_an_unchanged_server_is_asked_once_a_page(house):
    house.sim.add_library([film(n) for n in range(10, 40)])
    house.add_list("list", item(F1))
    await house.sync()
    await house.sync()
    house.sim.forget_requests()
    report = await house.sync()
    assert not report.changed
    assert dict(house.sim.counts) == {"GET /api/v1/media": 1}
    assert house.sim.exchanges[-1].status == 304


async def test_r6_lists_share_one_reading(house):
    for name in ("list", "b", "c"):
        house.add_list(name, item(F1))
        await house.sync(name)
    house.clock.advance(hours=6)
    house.sim.forget_requests()
    for name in ("list", "b", "c"):
        await house.job(name).run(houses.SyncRequest(), lambda _done: None)
    assert house.sim.counts["GET /api/v1/media"] == 1


async def test_r6_lists_that_a_person_syncs_together_share_one_too(house):
    for name in ("list", "b", "c"):
        house.add_list(name, item(F1))
        await house.sync(name)
    house.sim.forget_requests()
    asked = house.clock()
    for name in ("list", "b", "c"):
        await house.sync(name, after=timedelta(seconds=2), reason="action", asked_at=asked)
    assert house.sim.counts["GET /api/v1/media"] == 1
    await house.sync(after=timedelta(seconds=2), reason="action", asked_at=house.clock())
    assert house.sim.counts["GET /api/v1/media"] == 2
    await house.sync(after=timedelta(seconds=2), reason="action", asked_at=asked, full=True)
    assert house.sim.counts["GET /api/v1/media"] == 3


async def test_r6_seasons_asked_for_by_others_are_put_down_as_requested(either):
    """They do not show before they are scanned: the server says so with a 202, once."""
    either.add_list("list", item(S1))
    async with either.session.post(
        f"{either.sim.url}/api/v1/request",
        headers={"X-Api-Key": either.sim.api_key},
        json={"mediaType": "tv", "mediaId": 1, "seasons": [1, 2, 3], "is4k": False},
    ) as answer:
        assert answer.status == 201
    either.sim.forget_requests()
    report = await either.sync()
    assert (report.counts["new"], report.counts[Outcome.REQUESTED]) == (0, 1)
    for _ in range(3):
        await either.sync()
    assert either.posts() == 1


async def test_r7_latest_needs_an_aired_episode(house):
    coming = show(5, 1, Season(2, 8, "2026-12-24"))
    house.sim.add_title(coming)
    house.add_list("list", item(coming), seasons=SeasonRule.LATEST)
    await house.sync()
    assert house.sim.requested_seasons(5) == {1}
    house.clock.advance(days=40)
    await house.sync()
    assert house.sim.requested_seasons(5) == {1, 2}


async def test_r7_only_new_seasons_begins_where_it_first_sees_the_show(house):
    house.add_list("list", item(S1), seasons=SeasonRule.NEW)
    await house.sync()
    assert not house.posts()
    house.sim.add_title(show(1, 1, 2, 3, 4))
    house.clock.advance(days=8)
    await house.sync()
    assert house.sim.requested_seasons(1) == {4}


async def test_r7_a_returning_show_is_read_again_within_a_week_and_not_every_run(house):
    house.add_list("list", item(S1))
    await house.sync()
    house.sim.forget_requests()
    for _ in range(4 * 8):
        await house.sync()
    assert 1 <= house.sim.counts["GET /api/v1/tv/{tvId}"] <= 3


async def test_r8_no_permission_ends_the_writes_with_a_problem(house):
    house.sim.add_user(SeerrUser(8, "reader", permissions=Permission.NONE))
    house.add_list("list", item(F1), item(F2), item(F3), user_id=8)
    report = await house.sync()
    assert house.posts() == 1
    assert report.status is JobStatus.FAILED
    assert [p.key for p in report.problems] == ["permission"]
    assert report.counts[Outcome.WAITING] == 3


async def test_r8_a_user_that_is_gone(house):
    house.add_list("list", item(F1), item(F2), user_id=99)
    report = await house.sync()
    assert [p.key for p in report.problems] == ["user_gone"]
    assert house.posts() == 1


async def test_r8_4k_refused_never_stops_hd(house):
    house.sim.settings.radarr.append(ArrServer(1, "4K", is4k=True))
    house.sim.add_user(SeerrUser(8, "hd only", permissions=Permission.REQUEST))
    house.add_list("list", item(F1), item(F2), user_id=8, qualities=(Quality.UHD, Quality.HD))
    report = await house.sync()
    assert {(r.tmdb, r.is4k) for r in house.sim.requests} == {(1, False), (2, False)}
    assert [p.key for p in report.problems] == ["four_k_refused"]
    assert report.counts["new"] == 2


async def test_r9_a_list_that_reads_empty_once_keeps_its_titles(house):
    shelf = house.add_list("list", item(F1), item(F2))
    await house.sync()
    shelf.put()
    report = await house.sync()
    assert [p.key for p in report.problems] == ["list_shrunk"]
    assert report.counts["titles"] == 2
    shelf.put(item(F1), item(F2))
    report = await house.sync()
    assert report.status is JobStatus.COMPLETED
    assert house.posts() == 2


async def test_r9_and_is_believed_the_second_time(house):
    shelf = house.add_list("list", item(F1), item(F2))
    await house.sync()
    shelf.put()
    await house.sync()
    assert (await house.sync()).counts["titles"] == 0


async def test_r9_a_list_of_which_nothing_fits_is_a_problem(house):
    house.add_list("list", item(F1), media_types=frozenset({MediaType.SHOW}))
    report = await house.sync()
    assert [p.key for p in report.problems] == ["nothing_fits"]
    assert report.status is JobStatus.PARTIAL


async def test_r9_an_empty_list_is_no_problem(house):
    house.add_list("list")
    assert (await house.sync()).status is JobStatus.COMPLETED


async def test_r10_a_season_on_a_list_asks_for_that_season(house):
    house.add_list("list", item(S1, season=2), item(S2), item(S2, season=1))
    await house.sync()
    assert house.sim.requested_seasons(1) == {2}
    assert house.sim.requested_seasons(2) == {1, 2, 3}


async def test_r10_what_was_declined_before_our_time_is_not_asked_for(either):
    async with either.session.post(
        f"{either.sim.url}/api/v1/request",
        headers={"X-Api-Key": either.sim.api_key},
        json={"mediaType": "movie", "mediaId": 1, "is4k": False},
    ):
        pass
    either.sim.decline(either.sim.requests[0].id)
    either.sim.forget_requests()
    either.add_list("list", item(F1), item(F2))
    report = await either.sync()
    assert report.counts[Outcome.TAKEN_BACK] == 1
    assert report.new_titles == ("Film 2 (2000)",)
    await either.sync()
    # It makes the server ask every Radarr and Sonarr: once is enough.
    assert either.sim.counts["GET /api/v1/request"] == 1


@pytest.mark.parametrize("flavour", [SEERR, OVERSEERR])
async def test_a_film_and_a_show_share_a_tmdb_number(tmp_path, socket_enabled, flavour):
    house = await houses.start(tmp_path, [F1, S1], flavour)
    house.add_list("list", item(F1), item(S1))
    report = await house.sync()
    assert report.counts["new"] == 2
    assert house.sim.requested_titles() == {(False, 1), (True, 1)}
    await houses.stop(house)


def test_status_numbers_agree_with_the_server():
    for status in MediaStatus:
        assert model.MediaStatus(status.value).is_present == (2 <= status <= 5)
