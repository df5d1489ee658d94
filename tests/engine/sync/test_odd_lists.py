"""Lists as they really are: long, doubled, without years, with ids that lead to several titles."""

from datetime import timedelta

from custom_components.media_list_sync.engine.model import (
    Ids,
    JobStatus,
    ListItem,
    MediaType,
    Outcome,
    Part,
    SyncRequest,
)
from custom_components.media_list_sync.engine.requests import planning
from custom_components.media_list_sync.engine.requests.prepare import prepare
from custom_components.media_list_sync.engine.store import exclusions
from simulators.catalog import generated

from . import house as houses
from .house import film, item, show

F1, F2, S1 = film(1), film(2), show(1)


async def test_ten_thousand_titles(house):
    catalog = generated(10_000)
    for title in catalog:
        house.sim.tmdb.put(title)
    house.sim.add_library(catalog)
    wanted = film(39)
    house.add_list("list", *(item(title, by="tmdb") for title in catalog), item(wanted))
    report = await house.sync()
    assert report.counts["titles"] == 10_001
    assert report.counts[Outcome.AVAILABLE] == 10_000
    assert report.new_titles == ("Film 39 (2000)",)
    assert house.sim.counts["GET /api/v1/media"] == 10
    assert not house.sim.counts["GET /api/v1/tv/{tvId}"]
    # What was asked for is one title more in the library, and one page more.
    await house.sync(after=timedelta(minutes=5))
    house.sim.forget_requests()
    assert not (await house.sync(after=timedelta(minutes=5))).changed
    assert dict(house.sim.counts) == {"GET /api/v1/media": 11}


async def test_a_title_twice_on_a_list_is_asked_for_once(house):
    house.add_list("list", item(F1), item(F1), item(F1, by="tmdb"))
    report = await house.sync()
    assert (report.counts["titles"], report.counts["new"]) == (1, 1)


async def test_titles_in_any_script_and_without_a_year(house):
    names = ["千と千尋の神隠し", "Amélie 🎬", "", "O'Brien; DROP TABLE ledger--", "a" * 400]
    films = [film(100 + n, title=name, year=None) for n, name in enumerate(names)]
    for one in films:
        house.sim.add_title(one)
    house.add_list("list", *(item(one) for one in films))
    report = await house.sync()
    assert report.counts["new"] == len(names)
    assert set(report.new_titles) == set(names)


async def test_an_id_that_leads_to_a_film_and_a_show(house):
    house.sim.add_title(film(200, imdb="tt7777777"))
    house.sim.add_title(show(300, imdb="tt7777777"))
    house.add_list("list", item(film(200, imdb="tt7777777")))
    house.add_list("shows", item(show(300, imdb="tt7777777")))
    await house.sync()
    assert house.sim.requested_titles() == {(False, 200)}
    await house.sync("shows")
    assert house.sim.requested_titles() == {(False, 200), (True, 300)}


async def test_an_id_that_leads_to_two_films_waits_for_a_person(house):
    house.sim.add_title(film(200, imdb="tt7777777"))
    house.sim.add_title(film(201, imdb="tt7777777"))
    house.add_list("list", item(film(200, imdb="tt7777777", title="Twins")))
    report = await house.sync()
    assert report.counts[Outcome.AMBIGUOUS] == 1
    assert report.unmatched_titles == ("Twins (2000)",)
    assert not house.posts()


async def test_nothing_but_a_title_is_unmatched(house):
    house.add_list("list", ListItem(MediaType.MOVIE, Ids(), "Film 1", 2000))
    report = await house.sync()
    assert report.counts[Outcome.UNMATCHED] == 1
    assert not house.posts()


async def test_an_unknown_id_is_searched_for_once_a_day(house):
    house.add_list("list", item(film(999)))
    for _ in range(2):
        await house.sync()
    report = await house.sync()
    assert report.counts[Outcome.UNMATCHED] == 1
    assert house.sim.counts["GET /api/v1/search"] == 1
    for _ in range(3):
        await house.sync()
    assert house.sim.counts["GET /api/v1/search"] == 2


async def test_episodes_count_for_their_show_where_the_list_says_so(house):
    episodes = [item(S1, season=2, part=Part.EPISODE), item(S1, season=3, part=Part.EPISODE)]
    house.add_list("no", *episodes)
    house.add_list("yes", *episodes, include_episodes=True)
    assert (await house.sync("no")).counts[Outcome.FILTERED] == 1
    assert not house.posts()
    await house.sync("yes")
    assert house.sim.requested_seasons(1) == {1, 2, 3}


async def test_what_is_left_out_is_counted(house):
    shelf = house.add_list("list", item(F1))
    shelf.left_out = {"game": 2, "podcast": 1}
    report = await house.sync()
    assert report.counts["left_out"] == 3
    assert report.left_out == {"game": 2, "podcast": 1}


async def test_a_season_that_does_not_exist_is_never_asked_for(house):
    house.add_list("list", item(S1, season=99))
    report = await house.sync()
    assert report.counts[Outcome.UNMATCHED] == 1
    assert not house.posts()


async def test_a_limit_a_run_spreads_a_long_list_over_runs(house):
    house.add_list("list", *(item(film(n)) for n in range(1, 8)), max_requests=3)
    counts = [(await house.sync()).counts for _ in range(4)]
    assert [c["new"] for c in counts] == [3, 3, 1, 0]
    assert [c[Outcome.WAITING] for c in counts] == [4, 1, 0, 0]


async def test_one_title_alone(house):
    house.add_list("list", item(F1), item(F2), item(S1))
    report = await house.sync(reason="action", title=Ids(imdb=F2.imdb))
    assert report.new_titles == ("Film 2 (2000)",)
    assert [decision.outcome for decision in report.decisions] == [Outcome.REQUESTED]
    # The rest is wanted all the same, and comes with the next sync.
    assert (await house.sync()).counts["new"] == 2


async def test_a_server_in_a_folder_behind_a_proxy(tmp_path, socket_enabled):
    house = await houses.start(tmp_path, [F1], base_path="/media/seerr")
    house.add_list("list", item(F1))
    assert (await house.sync()).status is JobStatus.COMPLETED
    assert house.sim.requested_titles() == {(False, 1)}
    await houses.stop(house)


async def test_a_user_by_own_rules_or_approved_at_once(house):
    house.add_list("own", item(F1), user_id=2)
    house.add_list("at once", item(F2), user_id=2, at_once=True)
    await house.sync("own")
    await house.sync("at once")
    assert {r.tmdb: (r.requested_by, int(r.status)) for r in house.sim.requests} == {
        1: (2, 1),
        2: (2, 2),
    }


async def test_progress_only_ever_goes_forward_to_its_end(house):
    house.add_list("list", *(item(film(n)) for n in range(1, 20)), item(S1))
    seen: list[int] = []
    await house.job("list").run(SyncRequest(), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 100


async def test_a_show_that_imdb_does_not_lead_to_is_found_by_its_tvdb_id(house):
    lost = ListItem(MediaType.SHOW, Ids(imdb="tt9999999", tvdb=S1.tvdb), "Show 1", 2010)
    house.add_list("list", lost)
    assert (await house.sync()).new_titles == ("Show 1 (2010)",)
    assert house.sim.counts["GET /api/v1/search"] == 2


async def test_what_the_library_knows_is_not_searched_for(house):
    house.sim.add_library([F1, S1])
    house.add_list("list", item(F1), item(S1), item(F2))
    await house.sync()
    assert house.sim.counts["GET /api/v1/search"] == 1


async def test_only_shows_whose_seasons_matter_are_read(house):
    """A first sync reads no details that its plan would not need."""
    wanted, there, excluded = show(11), show(12), show(13)
    for one in (wanted, there, excluded):
        house.sim.add_title(one)
    house.sim.add_library([there])
    house.add_list("list", *(item(one) for one in (wanted, there, excluded)))
    await house.store.run(
        exclusions.add,
        "account",
        MediaType.SHOW,
        Ids(tmdb=excluded.tmdb),
        excluded.title,
        house.clock(),
    )
    assert (await house.sync()).new_titles == ("Show 11 (2010)",)
    assert house.sim.counts["GET /api/v1/tv/{tvId}"] == 1


async def test_shows_are_not_read_for_a_list_of_films(house):
    house.sim.add_title(show(11))
    house.add_list("list", item(show(11)), media_types=frozenset({MediaType.MOVIE}))
    assert (await house.sync()).counts[Outcome.FILTERED] == 1
    assert not house.sim.counts["GET /api/v1/tv/{tvId}"]


async def test_the_shows_of_a_new_list_are_read_before_its_first_plan(house, monkeypatch):
    """A plan over a long list takes a second: a first sync makes one, not two."""
    plans = []

    def counted(path, given):
        plans.append(given)
        return prepare(path, given)

    monkeypatch.setattr(planning, "prepare", counted)
    for number in (11, 12):
        house.sim.add_title(show(number))
    house.add_list("list", item(show(11)), item(show(12), by="tmdb"))
    assert (await house.sync()).counts["new"] == 2
    assert len(plans) == 1
