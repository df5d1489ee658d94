"""Requests on Seerr and Overseerr: who may, how much, what becomes of them."""

import asyncio
from typing import Any

import pytest

from simulators.catalog import CatalogTitle, Season
from simulators.seerr import (
    JELLYSEERR,
    OVERSEERR,
    SEERR,
    ArrServer,
    Flavour,
    MediaStatus,
    Permission,
    Quota,
    RequestStatus,
    SeerrUser,
)

from .test_seerr import CATALOG, FILM, SHOW, Api, served

pytestmark = pytest.mark.usefixtures("socket_enabled")

BOTH = pytest.mark.parametrize("flavour", [SEERR, OVERSEERR], ids=["seerr", "overseerr"])
NO_TVDB = CatalogTitle(True, 900, "tt9", None, 9, "Without", 2020, (Season(1, 8),), "tvSeries")
SAME_TVDB = CatalogTitle(True, 901, None, SHOW.tvdb, 9, "Twin", 2020, (Season(1, 8),), "tvSeries")
FILMS = tuple(CatalogTitle(False, n, None, None, n, f"Film {n}", 2000) for n in range(1, 9))
ADMIN = SeerrUser(1, "admin", Permission.ADMIN)
NOTHING_LEFT = (202, {"message": "No seasons available to request"})


def quota_user(films: Quota | None = None, seasons: Quota | None = None) -> SeerrUser:
    return SeerrUser(2, "limited", Permission.REQUEST, films, seasons)


def numbers(body: Any) -> list[int]:
    return [season["seasonNumber"] for season in body["seasons"]]


@BOTH
async def test_a_film_is_requested_once_in_each_quality(flavour: Flavour) -> None:
    async with served(flavour) as api:
        assert (await api.film())[0] == 201
        assert (await api.film()) == (409, {"message": "Request for this media already exists."})
        assert (await api.film(is4k=True))[0] == 201
        row = api.simulator.media_of(FILM.tmdb, is_show=False)
        assert row is not None
        assert (row.status, row.status4k) == (MediaStatus.PROCESSING, MediaStatus.PROCESSING)
        assert api.simulator.requested_titles() == {(False, FILM.tmdb)}


async def test_without_is4k_duplicates_are_made() -> None:
    async with served() as api:
        for _ in range(2):
            wish = {"mediaType": "movie", "mediaId": FILM.tmdb}
            assert (await api.ask("POST", "/request", body=wish))[0] == 201
            wish = {"mediaType": "tv", "mediaId": SHOW.tmdb, "seasons": [1]}
            assert (await api.ask("POST", "/request", body=wish))[0] == 201
        assert len(api.simulator.requests) == 4
        assert len(api.simulator.media) == 2


@pytest.mark.parametrize(
    ("flavour", "specials", "asked"),
    [
        (SEERR, None, [1, 2, 3]),
        (JELLYSEERR, None, [1, 2, 3]),
        (SEERR, True, [0, 1, 2, 3]),
        (OVERSEERR, None, [0, 1, 2, 3]),
    ],
)
async def test_all_seasons_mean_something_else_elsewhere(
    flavour: Flavour, specials: bool | None, asked: list[int]
) -> None:
    async with served(flavour) as api:
        api.simulator.settings.special_episodes = specials
        status, body = await api.show("all")
        assert (status, numbers(body)) == (201, asked)
        assert (await api.show("all")) == NOTHING_LEFT
        assert (await api.show([1, 2])) == NOTHING_LEFT


@pytest.mark.parametrize(("flavour", "status"), [(SEERR, 202), (OVERSEERR, 201)])
async def test_specials_by_number(flavour: Flavour, status: int) -> None:
    async with served(flavour) as api:
        assert (await api.show([0]))[0] == status


@BOTH
async def test_only_seasons_that_are_left_are_requested(flavour: Flavour) -> None:
    async with served(flavour) as api:
        api.simulator.make_available(SHOW.tmdb, True, seasons=[1])
        assert numbers((await api.show([1, 2]))[1]) == [2]
        assert numbers((await api.show([1, 2, 3, 99]))[1]) == [3, 99]
        assert (await api.show([])) == NOTHING_LEFT
        assert (await api.show([1], is4k=True))[0] == 201
        assert api.simulator.requested_seasons(SHOW.tmdb) == {2, 3, 99}
        assert api.simulator.requested_seasons(SHOW.tmdb, is4k=True) == {1}


async def test_a_requested_show_has_no_seasons_in_the_library_yet() -> None:
    async with served() as api:
        await api.show([1, 2])
        (row,) = (await api.get("/media"))[1]["results"]
        assert (row["status"], row["seasons"]) == (MediaStatus.PROCESSING, [])


async def test_permissions() -> None:
    users = [
        ADMIN,
        SeerrUser(2, "films", Permission.REQUEST_MOVIE),
        SeerrUser(3, "uhd", Permission.REQUEST | Permission.REQUEST_4K),
        SeerrUser(4, "auto", Permission.REQUEST | Permission.AUTO_APPROVE_TV),
    ]
    async with served(users=users) as api:
        refused = "You do not have permission to make {} requests."
        assert (await api.film(user=2))[0] == 201
        assert (await api.show([1], user=2)) == (403, {"message": refused.format("series")})
        assert (await api.film(user=2, is4k=True)) == (403, {"message": refused.format("4K movie")})
        assert (await api.film(user=3, is4k=True))[1]["status"] == RequestStatus.PENDING
        assert (await api.show([1], user=4))[1]["status"] == RequestStatus.APPROVED
        refusal = "You do not have permission to modify the request user."
        assert (await api.show([2], user=4, userId=2)) == (403, {"message": refusal})


async def test_as_a_user_or_for_a_user() -> None:
    """X-Api-User keeps the user's own approval; `userId` with an admin's key approves at once."""
    async with served(catalog=FILMS) as api:
        await api.film(1, user=2)
        await api.film(2, userId=2)
        own, given = api.simulator.requests
        assert (own.requested_by, own.status, own.modified_by) == (2, RequestStatus.PENDING, None)
        assert (given.requested_by, given.status) == (2, RequestStatus.APPROVED)
        assert given.modified_by == 1
        assert (await api.film(3, userId=77))[0] == 500


async def test_film_quota_in_its_window() -> None:
    async with served(catalog=FILMS, users=[ADMIN, quota_user(films=Quota(2, 7))]) as api:
        clock = api.simulator.clock
        assert (await api.film(1, user=2))[0] == 201
        clock.advance(days=3)
        assert (await api.film(2, user=2))[0] == 201
        assert (await api.film(3, user=2)) == (403, {"message": "Movie Quota exceeded."})
        assert (await api.get("/user/2/quota"))[1]["movie"] == {
            "days": 7,
            "limit": 2,
            "used": 2,
            "remaining": 0,
            "restricted": True,
        }
        clock.advance(days=4, seconds=1)
        assert (await api.film(3, user=2))[0] == 201
        assert (await api.film(4, user=2))[0] == 403


async def test_declined_requests_do_not_count_against_a_quota() -> None:
    async with served(catalog=FILMS, users=[ADMIN, quota_user(films=Quota(1))]) as api:
        await api.film(1, user=2)
        api.simulator.decline(1)
        assert (await api.film(2, user=2))[0] == 201


async def test_show_quota_counts_seasons_and_refuses_as_a_whole() -> None:
    async with served(users=[ADMIN, quota_user(seasons=Quota(2))]) as api:
        assert (await api.show([1, 2, 3], user=2)) == (403, {"message": "Series Quota exceeded."})
        assert (await api.show([1], user=2))[0] == 201
        assert (await api.get("/user/2/quota"))[1]["tv"]["remaining"] == 1
        assert (await api.show([1, 2], user=2))[0] == 201
        assert (await api.show([3], user=2))[0] == 403
        assert (await api.film(user=2))[0] == 201


async def test_quotas_of_users_without_one() -> None:
    """Of the owner `limit` is 0; of others it is missing, as are `days` and `remaining`."""
    async with served() as api:
        owner = (await api.get("/user/1/quota"))[1]["movie"]
        assert owner == {"limit": 0, "used": 0, "restricted": False}
        other = (await api.get("/user/2/quota"))[1]["movie"]
        assert other == {"used": 0, "restricted": False}
        assert (await api.get("/user/1/quota", X_Api_User="2"))[0] == 403
        assert (await api.get("/user/77/quota"))[0] == 404
        api.simulator.settings.movie_quota = Quota(5, 1)
        assert (await api.get("/user/2/quota"))[1]["movie"]["remaining"] == 5


@pytest.mark.parametrize("flavour", [SEERR, JELLYSEERR], ids=["seerr", "jellyseerr"])
async def test_blocklisted_titles(flavour: Flavour) -> None:
    async with served(flavour) as api:
        api.simulator.block(FILM.tmdb, is_show=False)
        assert await api.film() == (403, {"message": flavour.blocklisted})
        (row,) = (await api.get("/media"))[1]["results"]
        assert (row["status"], row["status4k"]) == (6, 6)
        api.simulator.unblock(FILM.tmdb, is_show=False)
        assert (await api.film())[0] == 201


@BOTH
async def test_a_series_without_tvdb_id_vanishes(flavour: Flavour) -> None:
    async with served(flavour, catalog=[NO_TVDB]) as api:
        api.simulator.settings.sonarr = [ArrServer()]
        status, body = await api.show([1], NO_TVDB.tmdb)
        assert (status, body["media"]["tmdbId"]) == (201, NO_TVDB.tmdb)
        assert (api.simulator.requests, api.simulator.media) == ([], [])
        assert (await api.get(f"/request/{body['id']}"))[0] == 404


async def test_a_series_without_tvdb_id_stays_without_sonarr_or_approval() -> None:
    async with served(catalog=[NO_TVDB]) as api:
        assert (await api.show([1], NO_TVDB.tmdb, user=2))[0] == 201
        api.simulator.settings.sonarr = [ArrServer()]
        assert len(api.simulator.requests) == 1
        api.simulator.approve(1)
        assert api.simulator.requests == []


async def test_two_series_with_one_tvdb_id() -> None:
    async with served(catalog=[SHOW, SAME_TVDB]) as api:
        assert (await api.show([1]))[0] == 201
        status, body = await api.show([1], SAME_TVDB.tmdb)
        assert status == 500
        assert "UNIQUE constraint failed: media.tvdbId" in body["message"]


async def test_radarr_gets_what_was_asked_for() -> None:
    async with served() as api:
        api.simulator.settings.radarr = [ArrServer(0), ArrServer(3, active_profile=1)]
        wish: dict[str, Any] = {"serverId": 3, "profileId": 6, "rootFolder": "/other"}
        wish["tags"] = [5, 7]
        status, body = await api.film(**wish)
        assert status == 201
        assert {key: body[key] for key in wish} == wish
        (sent,) = api.simulator.sent
        assert (sent.server, sent.profile, sent.root_folder, sent.tags) == (3, 6, "/other", (5, 7))
        row = api.simulator.media_of(FILM.tmdb, is_show=False)
        assert row is not None
        assert row.link is not None
        (listed,) = (await api.get("/request"))[1]["results"]
        assert (listed["canRemove"], listed["profileName"]) == (True, "HD - 720p/1080p")


@BOTH
async def test_radarr_refusing_leaves_a_failed_request(flavour: Flavour) -> None:
    async with served(flavour) as api:
        settings = api.simulator.settings
        settings.radarr, settings.arr_refuses = [ArrServer()], True
        status, body = await api.film()
        assert (status, body["status"]) == (201, RequestStatus.FAILED)
        assert (await api.get("/request/1"))[1]["status"] == RequestStatus.FAILED
        assert (await api.film())[0] == 409
        settings.arr_refuses = False
        assert (await api.ask("POST", "/request/1/retry"))[1]["status"] == RequestStatus.APPROVED
        assert len(api.simulator.sent) == 2


@BOTH
async def test_an_available_film_may_be_requested_again_on_seerr(flavour: Flavour) -> None:
    async with served(flavour) as api:
        await api.film()
        api.simulator.make_available(FILM.tmdb, is_show=False)
        assert (await api.film())[0] == (201 if flavour.merged else 409)


@BOTH
async def test_a_declined_title_may_be_requested_again(flavour: Flavour) -> None:
    async with served(flavour) as api:
        await api.film(user=2)
        api.simulator.decline(1)
        _, details = await api.get(f"/movie/{FILM.tmdb}")
        assert details["mediaInfo"]["status"] == MediaStatus.UNKNOWN
        assert (await api.film())[0] == 201


async def test_only_managers_decide() -> None:
    async with served() as api:
        await api.film(user=2)
        assert (await api.ask("POST", "/request/1/approve", X_Api_User="2"))[0] == 403
        assert (await api.ask("POST", "/request/1/maybe"))[0] == 400
        assert (await api.ask("POST", "/request/77/approve"))[0] == 404
        assert (await api.ask("POST", "/request/1/approve"))[1]["status"] == RequestStatus.APPROVED


async def test_taking_back() -> None:
    async with served() as api:
        await api.film(user=2)
        await api.show([1])
        assert (await api.ask("DELETE", "/request/2", X_Api_User="2"))[0] == 401
        assert (await api.ask("DELETE", "/request/1", X_Api_User="2"))[0] == 204
        assert (await api.ask("DELETE", "/request/1"))[0] == 404
        row = api.simulator.media_of(FILM.tmdb, is_show=False)
        assert row is not None
        assert row.status == MediaStatus.UNKNOWN


async def test_changing_a_pending_request() -> None:
    async with served() as api:
        await api.show([1, 2], user=2)
        body = {"mediaType": "tv", "seasons": [2, 3], "profileId": 6}
        status, changed = await api.ask("PUT", "/request/1", body=body)
        assert (status, sorted(numbers(changed)), changed["profileId"]) == (200, [2, 3], 6)
        assert api.simulator.requested_seasons(SHOW.tmdb) == {2, 3}
        api.simulator.approve(1)
        assert (await api.ask("PUT", "/request/1", body=body))[0] == 409


async def test_lists_of_requests() -> None:
    async with served(catalog=[*FILMS, SHOW]) as api:
        await api.film(1, user=2)
        await api.film(2)
        await api.show([1])
        api.simulator.decline(1)
        api.simulator.make_available(2, is_show=False)

        async def found(query: str) -> list[int]:
            _, page = await api.get(f"/request?{query}")
            return [row["id"] for row in page["results"]]

        assert await found("take=10") == [3, 2, 1]
        assert await found("sortDirection=asc") == [1, 2, 3]
        assert await found("filter=approved") == [3]
        assert await found("filter=available") == await found("filter=completed") == [2]
        assert await found("mediaType=tv") == [3]
        assert await found("requestedBy=2") == [1]
        assert (await api.get("/request?requestedBy=1", X_Api_User="2"))[0] == 403
        assert (await api.get("/user/2/requests"))[1]["pageInfo"]["results"] == 1
        assert (await api.get("/request/count"))[1]["declined"] == 1


# What happens when requests are not sent one after another.


async def test_requests_one_after_another_do_not_overlap() -> None:
    async with served(catalog=FILMS) as api:
        for film in FILMS:
            await api.film(film.tmdb)
        assert api.simulator.overlapping_posts == 0


async def test_the_same_film_twice_at_once_gives_two_rows() -> None:
    async with served() as api:
        answers = await _at_once(api, api.film(), api.film())
        assert answers == [201, 201]
        assert api.simulator.overlapping_posts == 1
        assert len(api.simulator.media) == len(api.simulator.requests) == 2


async def test_the_same_series_twice_at_once_fails_for_all() -> None:
    async with served() as api:
        assert await _at_once(api, api.show([1]), api.show([2])) == [500, 500]
        assert api.simulator.requests == []


async def test_a_failure_spoils_its_neighbours() -> None:
    async with served(catalog=[*FILMS, SHOW, SAME_TVDB]) as api:
        await api.show([1])
        posts = [api.show([1], SAME_TVDB.tmdb), *(api.film(film.tmdb) for film in FILMS)]
        answers = await _at_once(api, *posts)
        assert answers[0] == 500
        assert answers.count(500) > 1
        assert answers.count(201) > len(api.simulator.requests) - 1, "some were not stored"


async def _at_once(api: Api, *posts: Any) -> list[int]:
    api.simulator.post_seconds = 0.5
    return [status for status, _ in await asyncio.gather(*posts)]


# TMDB.


async def test_tmdb_down() -> None:
    async with served() as api:
        await api.get(f"/tv/{SHOW.tmdb}")
        api.simulator.tmdb.failure = 500
        assert (await api.get("/search?query=imdb%3Att0133093"))[0] == 500
        assert (await api.get("/search?query=tvdb%3A81189"))[0] == 500
        for query in ("tmdb%3A603", "The%20Matrix", "The%20Matrix%20year%3A1999"):
            status, body = await api.get(f"/search?query={query}")
            assert (status, body["totalResults"]) == (200, 0)
        assert (await api.get("/movie/603"))[0] == 500
        assert (await api.film())[1]["message"].endswith("status code 500")
        assert (await api.get(f"/tv/{SHOW.tmdb}"))[0] == 200, "kept from before"
        assert (await api.show([1]))[0] == 201


async def test_tmdb_is_asked_once() -> None:
    async with served() as api:
        for _ in range(3):
            assert (await api.get("/search?query=imdb%3Att0903747"))[1]["totalResults"] == 1
        assert api.simulator.tmdb.fetched == 1


async def test_a_new_season_is_seen() -> None:
    async with served() as api:
        await api.get(f"/tv/{SHOW.tmdb}")
        seasons = (*SHOW.seasons, Season(4, 13, "2011-07-17"))
        api.simulator.add_title(
            CatalogTitle(True, SHOW.tmdb, SHOW.imdb, SHOW.tvdb, 2, SHOW.title, 2008, seasons)
        )
        assert (await api.get(f"/tv/{SHOW.tmdb}"))[1]["numberOfSeasons"] == 4
        _, season = await api.get(f"/tv/{SHOW.tmdb}/season/4")
        assert [season["airDate"], season["episodes"][1]["airDate"]] == ["2011-07-17", "2011-07-24"]


async def test_looks_of_single_titles() -> None:
    looks = {(False, 603): {"voteAverage": 8.2, "genres": [{"id": 878, "name": "Sci-Fi"}]}}
    async with served(looks=looks) as api:
        assert (await api.get("/movie/603"))[1]["genres"] == [{"id": 878, "name": "Sci-Fi"}]
        ((result),) = (await api.get("/search?query=tmdb%3A603"))[1]["results"]
        assert (result["voteAverage"], result["genreIds"]) == (8.2, [878])


async def test_a_film_and_a_show_share_ids() -> None:
    twin = CatalogTitle(True, FILM.tmdb, FILM.imdb, 5, 7, "Twin", 2001, (Season(1, 3),))
    async with served(catalog=[*CATALOG, twin]) as api:
        await api.show([1], FILM.tmdb)
        for query in ("imdb%3Att0133093", "tmdb%3A603"):
            film, show = (await api.get(f"/search?query={query}"))[1]["results"]
            assert (film["mediaType"], show["mediaType"]) == ("movie", "tv")
            assert "mediaInfo" not in film
            assert show["mediaInfo"]["status"] == MediaStatus.PROCESSING
