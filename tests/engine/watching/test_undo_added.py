"""Taking back entries that a sync put on AniList: deleted while they are as they were made (W12)."""

from datetime import timedelta

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import entries
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.anilist.saving import Saving
from simulators.faults import Failure, Fault, Faults

from .house import OLD, tmdb
from .test_both_ways import DAY, LATE, listed, watch, watched
from .test_rules import reasons
from .test_undo import outcomes

BOTH = pytest.mark.parametrize("on", ["plex", "trakt"])
SOON = timedelta(minutes=5)


@pytest.fixture
async def adding(house):
    """A pairing both ways that puts new shows on the list, with one entry that was there before."""
    house.policy = {"direction": Direction.BOTH, "add": True}
    await house.simple(100, status="PAUSED", progress=0)
    return house


async def begin(house, on, *numbers, episodes=2):
    """Let shows be begun on the tracker, and have the pairing put them on the list."""
    await house.sync(on)
    for number in numbers:
        house.add_anime(number)
        house.add_show(number, {1: 12})
        await house.place(number, tmdb(number), "1:1-12>1-12")
        watch(house, on, number, 1, range(1, episodes + 1))
    await house.sync(full=True)
    assert set(numbers) <= there(house)


def there(house):
    return set(house.anilist.user("viewer").entries)


def deletions(house):
    return [write for write in house.anilist.writes if write.kind == "DeleteMediaListEntry"]


async def assert_not_again(house, *numbers):
    """See that no sync puts them on the list again."""
    for full in (False, True, False):
        report = await house.sync(full=full)
        assert (report.status, report.counts["new"]) == (JobStatus.COMPLETED, 0)
        assert there(house).isdisjoint(numbers)


@BOTH
async def test_w12_what_was_put_on_the_list_is_taken_off_it_and_stays_off(adding, on):
    await begin(adding, on, 1)
    assert listed(adding, 1) == ("CURRENT", 2, 0)
    dry = await adding.sync(undo=True, dry_run=True, after=SOON)
    assert outcomes(dry) == {1: "undone"}
    assert deletions(adding) == []
    report = await adding.sync(undo=True, after=SOON)
    assert (report.status, outcomes(report)) == (JobStatus.COMPLETED, {1: "undone"})
    (told,) = [one.as_dict() for one in report.decisions]
    assert (told["action"], told["anilist"]) == ("add", None)
    assert there(adding) == {100}
    assert [write.media_id for write in deletions(adding)] == [1]
    await assert_not_again(adding, 1)
    assert watched(adding, on, 1) == {(1, 1): 1, (1, 2): 1}


@BOTH
async def test_w7_a_newer_play_puts_it_there_again(adding, on):
    await begin(adding, on, 1)
    await adding.sync(undo=True, after=SOON)
    watch(adding, on, 1, 1, [3], LATE + DAY)
    await adding.sync(full=True)
    assert listed(adding, 1) == ("CURRENT", 3, 0)


CHANGES = {
    "status": "PAUSED",
    "progress": 3,
    "repeat": 1,
    "score": 70,
    "started": (2020, 1, 1),
    "completed": (2020, 1, 1),
    "notes": "with friends",
    "priority": 1,
    "private": True,
    "hidden": True,
    "custom_lists": ("Mine",),
    "advanced_scores": {"Story": 9.0},
}


@pytest.mark.parametrize("name", CHANGES)
async def test_what_a_person_has_put_to_it_is_not_deleted(adding, name):
    adding.anilist.user("viewer").custom_lists = ["Mine", "Others"]
    await begin(adding, "plex", 1, 2)
    # What is put to an entry need not show in when it was changed.
    setattr(adding.anilist.user("viewer").entries[1], name, CHANGES[name])
    for is_dry in (True, False):
        report = await adding.sync(undo=True, dry_run=is_dry, after=SOON)
        assert outcomes(report) == {1: "changed", 2: "undone"}
    assert there(adding) == {100, 1}
    assert getattr(adding.anilist.user("viewer").entries[1], name) == CHANGES[name]


async def test_another_entry_that_says_the_same_is_not_deleted(adding):
    """A person has deleted ours, and made one of their own."""
    await begin(adding, "plex", 1)
    ours = adding.anilist.user("viewer").entries[1]
    adding.anilist.remove_entry("viewer", 1)
    adding.anilist.add_entry("viewer", 1, ours.status, progress=ours.progress, started=ours.started)
    assert outcomes(await adding.sync(undo=True, after=SOON)) == {1: "changed"}
    assert there(adding) == {100, 1}


async def test_what_a_person_has_deleted_is_no_error(adding):
    await begin(adding, "plex", 1)
    adding.anilist.remove_entry("viewer", 1)
    for is_dry in (True, False):
        report = await adding.sync(undo=True, dry_run=is_dry, after=SOON)
        assert outcomes(report) == {1: "gone"}
    await assert_not_again(adding, 1)
    assert (await adding.sync(undo=True, after=SOON)).decisions == ()


async def test_what_was_saved_later_is_taken_back_first(adding):
    await begin(adding, "plex", 1)
    watch(adding, "plex", 1, 1, [3, 4], LATE + DAY)
    await adding.sync(full=True)
    assert listed(adding, 1) == ("CURRENT", 4, 0)
    assert outcomes(await adding.sync(undo=True, after=SOON)) == {1: "undone"}
    assert listed(adding, 1) == ("CURRENT", 2, 0)
    assert outcomes(await adding.sync(undo=True, after=SOON)) == {1: "undone"}
    await assert_not_again(adding, 1)


async def test_a_whole_show_with_dates_and_a_score(adding):
    """All that a sync may save of a new entry."""
    adding.policy["scores"] = True
    await adding.sync("plex")
    adding.add_anime(1)
    adding.add_show(1, {1: 12})
    await adding.place(1, tmdb(1), "1:1-12>1-12")
    adding.plex.state.views.rated(adding.owner, adding.shows[1], 7, OLD)
    watch(adding, "plex", 1, 1, range(1, 13))
    await adding.sync(full=True)
    entry = adding.anilist.user("viewer").entries[1]
    assert (entry.status, entry.progress, entry.score) == ("COMPLETED", 12, 70)
    assert entry.started[0]
    assert entry.completed[0]
    assert outcomes(await adding.sync(undo=True, after=SOON)) == {1: "undone"}
    await assert_not_again(adding, 1)
    assert adding.plex_rating(1) == 7


async def test_what_anilist_has_put_to_it_by_itself_is_ours(adding, monkeypatch):
    apply = Saving._apply

    def altering(self, entry, changes):
        apply(self, entry, changes)
        entry.started = (2026, 1, 1)

    monkeypatch.setattr(Saving, "_apply", altering)
    await begin(adding, "plex", 1)
    assert adding.anilist.user("viewer").entries[1].started == (2026, 1, 1)
    assert outcomes(await adding.sync(undo=True, after=SOON)) == {1: "undone"}
    assert there(adding) == {100}


async def test_an_answer_that_is_lost_deletes_nothing_else(adding):
    await begin(adding, "plex", 1)
    adding.anilist.faults.add(Fault(Failure.CUT_AFTER, "POST", body="DeleteMediaListEntry"))
    report = await adding.sync(undo=True, after=SOON)
    assert report.status is JobStatus.DEFERRED
    adding.anilist.faults.clear()
    assert there(adding) == {100}
    await assert_not_again(adding, 1)
    assert outcomes(await adding.sync(undo=True, after=SOON)) == {1: "gone"}
    await assert_not_again(adding, 1)
    assert (await adding.sync(undo=True, after=SOON)).decisions == ()


async def test_a_play_after_an_answer_that_was_lost(adding):
    """The list on record has the entry still: it is not saved to what is not there any more."""
    await begin(adding, "plex", 1)
    adding.anilist.faults.add(Fault(Failure.CUT_AFTER, "POST", body="DeleteMediaListEntry"))
    await adding.sync(undo=True, after=SOON)
    adding.anilist.faults.clear()
    watch(adding, "plex", 1, 1, [3], LATE + DAY)
    for _ in range(3):
        await adding.sync(after=SOON)
    assert listed(adding, 1) == ("CURRENT", 3, 0)


async def test_many_go_ten_at_once_and_a_break_off_goes_on(adding):
    await begin(adding, "plex", *range(1, 16))
    adding.anilist.faults.add(
        Fault(Failure.STATUS, status=500, body="DeleteMediaListEntry", after=1)
    )
    report = await adding.sync(undo=True, after=SOON)
    assert (report.status, report.counts["undone"]) == (JobStatus.DEFERRED, 10)
    adding.anilist.faults.clear()
    report = await adding.sync(undo=True, after=SOON)
    assert (report.status, report.counts["undone"]) == (JobStatus.COMPLETED, 5)
    assert there(adding) == {100}
    # A list that is that much shorter is no surprise.
    state = await adding.store.run(entries.state, "anilist")
    assert state.total == 1
    await assert_not_again(adding, *range(1, 16))


class Refusing(Faults):
    """An AniList that does not delete one entry."""

    def __init__(self, number):
        super().__init__()
        self.number = number

    async def answer(self, request, handler):
        body = await request.json()
        if "Delete" not in body["query"] or self.number not in body["variables"].values():
            return await handler(request)
        error = {"message": "validation", "status": 400, "validation": {"id": ["no"]}}
        return web.json_response({"errors": [error], "data": None}, status=400)


async def test_what_anilist_refuses_does_not_keep_the_rest(adding):
    await begin(adding, "plex", 1, 2, 3)
    number = adding.anilist.user("viewer").entries[2].id
    usual, adding.anilist.faults = adding.anilist.faults, Refusing(number)
    report = await adding.sync(undo=True, after=SOON)
    assert report.status is JobStatus.PARTIAL
    assert outcomes(report) == {1: "undone", 2: "failed", 3: "undone"}
    adding.anilist.faults = usual
    assert outcomes(await adding.sync(undo=True, after=SOON)) == {2: "undone"}
    assert there(adding) == {100}


async def test_what_was_saved_without_an_answer_can_be_taken_back(adding):
    await adding.sync("plex")
    adding.add_anime(1)
    adding.add_show(1, {1: 12})
    await adding.place(1, tmdb(1), "1:1-12>1-12")
    watch(adding, "plex", 1, 1, [1, 2])
    adding.anilist.faults.add(Fault(Failure.CUT_AFTER, body="SaveMediaListEntry"))
    await adding.sync(full=True)
    adding.anilist.faults.clear()
    await adding.sync(after=SOON)
    assert listed(adding, 1) == ("CURRENT", 2, 0)
    assert outcomes(await adding.sync(undo=True, after=SOON)) == {1: "undone"}
    await assert_not_again(adding, 1)


async def test_w10_what_was_taken_off_is_nothing_to_ask_about(adding):
    """What AniList says of it by now comes from the person, wherever it lies."""
    await begin(adding, "plex", 1)
    await adding.sync(undo=True, after=SOON)
    adding.anilist.add_entry("viewer", 1, "CURRENT", progress=2)
    await adding.place(1, tmdb(1), "1:1-11>2-12")
    await adding.sync(full=True)
    assert await reasons(adding) == {}
