"""Lists as people have them: names in every script, custom lists, duplicates, thousands of entries."""

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import events, reviews
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome

from .house import OLD
from .test_rules import BOTH, episodes, watched

NAMES = [
    "進撃の巨人",
    "Re:ゼロから始める異世界生活 “2nd”",
    "Café ☕ 🎌 Ünïcödé",
    "قصة",
    "a\u202eb\u0000c\nd",
    "<b>&amp;</b> {title}",
    "x" * 500,
]
SHOWN = [*NAMES[:4], "ab c d", NAMES[5], f"{'x' * 299}…"]
"""Kept in one line of a sane length, and without what would turn it around."""


@BOTH
async def test_names_in_every_script(house, on):
    for number, name in enumerate(NAMES, 1):
        await house.simple(number, status="CURRENT", progress=1)
        house.anilist.state.media[number].romaji = name
        house.add_anime(number + 50, status="COMPLETED", progress=12)
        house.anilist.state.media[number + 50].romaji = name
    report = await house.sync(on)
    assert report.counts["episodes"] == len(NAMES)
    assert set(report.new_titles) == set(SHOWN)
    rows = await house.store.run(reviews.load, [house.job.id], 100)
    assert {row.title for row in rows} == set(SHOWN)
    told = await house.store.run(events.recent, 100, job_id=house.job.id)
    assert set(SHOWN) <= {event.title for event in told}


@BOTH
async def test_an_entry_on_custom_lists_alone_and_one_on_several(house, on):
    house.anilist.user().custom_lists = ["Mine", "With friends"]
    await house.simple(1, status="CURRENT", progress=3, hidden=True, custom_lists=("Mine",))
    await house.simple(2, status="CURRENT", progress=2, custom_lists=("Mine", "With friends"))
    report = await house.sync(on)
    assert report.counts["entries"] == 2
    assert watched(house, on, 1) == episodes(1, 1, 3)
    assert watched(house, on, 2) == episodes(1, 1, 2)


@BOTH
async def test_an_entry_that_is_deleted_takes_nothing_with_it(house, on):
    """W7, and what is no longer on the list is nobody's to act on."""
    for number in (1, 2):
        await house.simple(number, status="CURRENT", progress=3)
    await house.sync(on)
    house.anilist.remove_entry("viewer", 1)
    report = await house.sync(full=True)
    assert (report.counts["entries"], report.counts["new"]) == (1, 0)
    assert watched(house, on, 1) == episodes(1, 1, 3)


@pytest.mark.parametrize("progress", [0, 13, 5000])
@BOTH
async def test_more_progress_than_there_are_episodes(house, on, progress):
    await house.simple(1, status="CURRENT", progress=progress)
    report = await house.sync(on)
    assert report.status is JobStatus.COMPLETED
    assert watched(house, on, 1) == (episodes(1, 1, 12) if progress else {})
    assert (await house.sync(full=True)).counts["new"] == 0


@BOTH
async def test_five_thousand_entries(house, on):
    """Most of them nowhere; what is somewhere is found among them."""
    for number in range(1000, 6000):
        status = ("PLANNING", "COMPLETED")[number % 2]
        house.add_anime(number, status=status, progress=12, updated_at=OLD - number)
    await house.simple(1, status="CURRENT", progress=3)
    house.requests()
    report = await house.sync(on)
    assert house.requests()["anilist"] == 11
    assert report.counts["entries"] == 5001
    assert report.counts[WatchOutcome.REVIEW] == 2500
    assert watched(house, on, 1) == episodes(1, 1, 3)
    assert len(report.unmatched_titles) == 50
    house.change(1, progress=4, at=OLD + 5000)
    report = await house.sync()
    assert report.counts["episodes"] == 1
    assert house.requests()["anilist"] == 1


async def test_a_show_with_hundreds_of_episodes(house):
    await house.simple(1, episodes=400, status="CURRENT", progress=350)
    for on in ("plex", "trakt"):
        report = await house.sync(on)
        assert report.counts["episodes"] == 350
        assert watched(house, on, 1) == episodes(1, 1, 350)
    assert house.trakt.counts["POST /sync/history"] == 4


@BOTH
async def test_scores_and_plays_of_many_entries_go_together(house, on):
    """In few requests, whatever their order."""
    house.policy = {"scores": True}
    for number in range(1, 31):
        await house.simple(number, episodes=4, score=number + 40)
    report = await house.sync(on)
    assert report.counts["episodes"] == 120
    if on == "trakt":
        assert house.trakt.counts["POST /sync/history"] == 2
        assert house.trakt.counts["POST /sync/ratings"] == 1
        assert len(house.trakt_ratings()) == 30
    assert (await house.sync(full=True)).counts["new"] == 0
