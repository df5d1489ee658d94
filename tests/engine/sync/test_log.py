"""What a sync puts into the log, and tells those who listen."""

from custom_components.media_list_sync.engine.store import events
from simulators.seerr.rows import Quota, SeerrUser

from .house import film, item, show

F1, F2, F3, S1 = film(1), film(2), film(3), show(1)


def told(house):
    """Return kind and title of all that was told, and forget it."""
    found = [(event.kind, event.title) for event in house.events]
    house.events.clear()
    return found


async def test_every_title_and_the_sync_itself(house):
    house.add_list("list", item(F1), item(S1))
    await house.sync()
    assert told(house) == [
        ("requested", "Film 1"),
        ("requested", "Show 1"),
        ("sync_finished", ""),
    ]
    house.sim.make_available(1, False)
    await house.sync()
    assert told(house) == [("available", "Film 1"), ("sync_finished", "")]
    await house.sync()
    assert told(house) == []


async def test_what_became_available_is_told_of_every_list(house):
    house.add_list("a", item(F1))
    house.add_list("b", item(F1))
    await house.sync("a")
    await house.sync("b")
    house.sim.make_available(1, False)
    house.events.clear()
    await house.sync("b")
    assert {(e.kind, e.job_id) for e in house.events if e.title} == {
        ("available", "a"),
        ("available", "b"),
    }


async def test_titles_that_wait_for_a_quota(house):
    house.sim.add_user(SeerrUser(7, "limited", movie_quota=Quota(1, 7)))
    house.add_list("list", item(F1), item(F2), item(F3), user_id=7)
    await house.sync()
    assert told(house) == [
        ("requested", "Film 1"),
        ("deferred", "Film 2"),
        ("deferred", "Film 3"),
        ("sync_deferred", ""),
    ]


async def test_the_log_is_what_was_told_and_survives_a_restart(house):
    house.add_list("list", item(F1), item(F2))
    await house.sync()
    heard = list(house.events)
    await house.restart()
    assert await house.store.run(events.recent, 10) == tuple(reversed(heard))


async def test_a_dry_run_is_not_logged(house):
    house.add_list("list", item(F1))
    report = await house.sync(dry_run=True)
    assert report.counts["request"] == 1
    assert [decision.reason for decision in report.decisions] == ["missing"]
    assert told(house) == []
    assert not house.posts()
