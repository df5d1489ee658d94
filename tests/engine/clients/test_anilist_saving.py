"""Writing to AniList."""

from typing import Any

import pytest

from custom_components.media_list_sync.engine.clients.anilist import (
    PER_BATCH,
    ApiClosed,
    Change,
    Saved,
    ValidationRefused,
)
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    InvalidAnswer,
    Limited,
    NotFound,
    ServiceError,
    Unreachable,
)
from custom_components.media_list_sync.engine.watch import FuzzyDate, ListStatus
from simulators.anilist import RateLimit, generated
from simulators.faults import Failure, Fault

WATCHED = Change(
    200_001,
    ListStatus.COMPLETED,
    progress=12,
    repeat=1,
    score=73,
    started=FuzzyDate(2026, 1, 2),
    completed=FuzzyDate(2026, 3, None),
)


@pytest.fixture(autouse=True)
def known(anilist) -> None:
    anilist.add_media(*generated(12))


def progress(anilist) -> dict[int, int]:
    return {number: entry.progress for number, entry in anilist.user().entries.items()}


def changes(*numbers: int) -> list[Change]:
    return [Change(200_000 + n, ListStatus.CURRENT, progress=n) for n in numbers]


async def test_a_new_entry(anilist, anilist_client) -> None:
    anilist.user().score_format = "POINT_3"
    (saved,) = await anilist_client().save([WATCHED])

    entry = anilist.user().entries[200_001]
    assert saved == Saved(
        entry.id,
        200_001,
        ListStatus.COMPLETED,
        progress=12,
        repeat=1,
        score=73,
        started=FuzzyDate(2026, 1, 2),
        completed=FuzzyDate(2026, 3, None),
        updated_at=entry.updated_at,
    )
    (write,) = anilist.writes
    assert (write.before, write.after["score"]) == (None, 73)


async def test_what_is_not_named_stays(anilist, anilist_client) -> None:
    client = anilist_client()
    await client.save([WATCHED])
    await client.save([Change(200_001, progress=0, score=0, started=FuzzyDate())])

    before, after = anilist.writes[1].before, anilist.writes[1].after
    changed = {key for key in after if before[key] != after[key]} - {"updated_at"}
    assert changed == {"progress", "score", "started"}
    assert (after["progress"], after["score"], after["started"]) == (0, 0, (None, None, None))


async def test_ten_at_once(anilist, anilist_client) -> None:
    outcomes = await anilist_client().save(changes(*range(1, 11)))

    assert [saved.media_id for saved in outcomes] == list(range(200_001, 200_011))
    assert anilist.counts["POST /"] == 1
    assert progress(anilist) == {200_000 + n: n for n in range(1, 11)}


async def test_the_fullest_batch_is_not_too_complex(anilist, anilist_client) -> None:
    full = [
        Change(200_000 + n, ListStatus.COMPLETED, 12, 1, 70, FuzzyDate(2026), FuzzyDate(2026))
        for n in range(1, 11)
    ]
    assert all(isinstance(one, Saved) for one in await anilist_client().save(full))
    assert anilist.counts["POST /"] == 1


async def test_nothing_and_too_much(anilist, anilist_client) -> None:
    client = anilist_client()
    assert await client.save([]) == ()
    with pytest.raises(ValueError, match="11 changes"):
        await client.save(changes(*range(1, PER_BATCH + 2)))
    assert anilist.counts["POST /"] == 0


@pytest.mark.parametrize("keeps_the_rest", [False, True])
@pytest.mark.parametrize("errors_in_200", [False, True])
async def test_one_that_is_refused_does_not_spoil_the_others(
    anilist, anilist_client, keeps_the_rest, errors_in_200
) -> None:
    anilist.keeps_the_rest, anilist.errors_in_200 = keeps_the_rest, errors_in_200
    batch = changes(1, 2, 3, 4)
    batch[1] = Change(999, ListStatus.CURRENT)
    batch[2] = Change(200_003, ListStatus.CURRENT, score=101)

    first, gone, refused, last = await anilist_client().save(batch)

    assert (first.media_id, last.media_id) == (200_001, 200_004)
    assert type(gone) is NotFound
    assert isinstance(refused, ValidationRefused)
    assert set(refused.fields) == {"scoreRaw"}
    assert "scoreRaw" in str(refused)
    assert progress(anilist) == {200_001: 1, 200_004: 4}
    # What is known to be saved is not sent again.
    assert anilist.counts["POST /"] == (3 if keeps_the_rest else 5)


async def test_one_alone_that_is_refused(anilist, anilist_client) -> None:
    (outcome,) = await anilist_client().save([Change(200_001, progress=3)])
    assert isinstance(outcome, ValidationRefused)
    assert anilist.counts["POST /"] == 1


@pytest.mark.parametrize("count", [1, 3])
async def test_what_is_said_of_all_is_not_asked_again(anilist, anilist_client, count) -> None:
    client = anilist_client()
    batch = changes(*range(1, count + 1))
    anilist.is_closed = True
    assert {type(one) for one in await client.save(batch)} == {ApiClosed}
    anilist.is_closed = False
    anilist.revoke_all()
    assert {type(one) for one in await client.save(batch)} == {CredentialsRejected}
    assert anilist.counts["POST /"] == 2
    assert anilist.writes == []


async def test_without_a_sign_in(anilist, anilist_client) -> None:
    outcomes = await anilist_client(public=True).save(changes(1, 2))
    assert {type(one) for one in outcomes} == {CredentialsRejected}
    assert anilist.counts["POST /"] == 1


async def test_the_limit_amid_single_ones_keeps_what_is_known(anilist, anilist_client) -> None:
    anilist.limit_requests(RateLimit(3))
    batch = changes(1, 2, 3, 4, 5)
    batch[0] = Change(999, ListStatus.CURRENT)

    outcomes = await anilist_client().save(batch)

    assert [type(one) for one in outcomes] == [NotFound, Saved, Limited, Limited, Limited]
    assert anilist.counts["POST /"] == 4


def entries(anilist, *numbers: int) -> list[int]:
    """Put anime on the list, and return the numbers of their entries."""
    return [anilist.add_entry("viewer", 200_000 + n).id for n in numbers]


async def test_deleting(anilist, anilist_client) -> None:
    made = entries(anilist, *range(1, 11))

    assert await anilist_client().delete(made[1:]) == (None,) * 9
    assert list(anilist.user().entries) == [200_001]
    assert anilist.counts["POST /"] == 1
    assert await anilist_client().delete([]) == ()
    with pytest.raises(ValueError, match="11 changes"):
        await anilist_client().delete(range(11))


async def test_an_entry_that_is_gone_does_not_keep_the_others(anilist, anilist_client) -> None:
    anilist.keeps_the_rest = True
    first, second, third = entries(anilist, 1, 2, 3)
    anilist.remove_entry("viewer", 200_002)

    outcomes = await anilist_client().delete([first, second, third])

    assert [type(one) for one in outcomes] == [type(None), NotFound, type(None)]
    assert anilist.user().entries == {}


async def test_what_anilist_says_is_not_deleted_is_in_doubt(anilist, anilist_client) -> None:
    (entry,) = entries(anilist, 1)
    anilist.faults.add(
        Fault(Failure.RESHAPE, reshape=lambda _: {"data": {"e0": {"deleted": False}}}, times=1)
    )
    (outcome,) = await anilist_client().delete([entry])
    assert isinstance(outcome, InvalidAnswer)


@pytest.mark.parametrize(
    ("values", "is_plain"),
    [
        ({}, True),
        ({"score": 70, "progress": 3, "started": (2026, 1, 2)}, True),
        ({"notes": ""}, True),
        ({"notes": "with friends"}, False),
        ({"priority": 1}, False),
        ({"private": True}, False),
        ({"hidden": True}, False),
        ({"custom_lists": ("Mine",)}, False),
        ({"advanced_scores": {"Story": 7.5}}, False),
    ],
)
async def test_what_a_person_has_put_to_an_entry(anilist, anilist_client, values, is_plain) -> None:
    anilist.user().custom_lists = ["Mine", "Others"]
    made = anilist.add_entry("viewer", 200_001, **values)
    anilist.add_entry("viewer", 200_002)
    client = anilist_client()

    (found,) = await client.listed(anilist.user().id, [200_001, 200_003])

    assert found.is_plain is is_plain
    assert (found.entry.id, found.entry.score) == (made.id, values.get("score", 0))


@pytest.mark.parametrize("nothing", [None, [], {}])
async def test_there_may_be_no_lists_of_the_persons_own(anilist, anilist_client, nothing) -> None:
    anilist.add_entry("viewer", 200_001)

    def without(value: Any) -> Any:
        for row in value["data"]["Page"]["mediaList"]:
            row |= {"customLists": nothing, "advancedScores": nothing}
        return value

    anilist.faults.add(Fault(Failure.RESHAPE, reshape=without, times=1))
    (found,) = await anilist_client().listed(anilist.user().id, [200_001])
    assert found.is_plain


async def test_many_are_read_fifty_at_once(anilist, anilist_client) -> None:
    anilist.add_media(*generated(60))
    entries(anilist, *range(1, 61))
    found = await anilist_client().listed(anilist.user().id, range(200_001, 200_061))
    assert len(found) == 60
    assert anilist.counts["POST /"] == 2


FAULTS = [
    (Fault(Failure.CUT, times=1), Unreachable),
    (Fault(Failure.CUT_AFTER, times=1), Unreachable),
    (Fault(Failure.TRUNCATE, times=1), InvalidAnswer),
    (Fault(Failure.HTML, status=200, times=1), InvalidAnswer),
    (Fault(Failure.HTML, status=403, times=1), ApiClosed),
    (Fault(Failure.STATUS, status=500, times=1), Unreachable),
    (Fault(Failure.STATUS, status=503, times=1), Unreachable),
    (Fault(Failure.STATUS, status=429, retry_after="60", times=1), Limited),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS, ids=lambda value: str(value)[:40])
async def test_a_write_is_never_repeated_by_itself(anilist, anilist_client, fault, error) -> None:
    fault.seen = 0
    anilist.faults.add(fault)
    client = anilist_client()

    outcomes = await client.save(changes(1, 2))

    assert [type(one) for one in outcomes] == [error, error]
    assert anilist.counts["POST /"] == 1
    carried_out = fault.failure in (Failure.CUT_AFTER, Failure.TRUNCATE)
    assert len(anilist.writes) == (2 if carried_out else 0)
    if carried_out:  # in doubt, and said to be
        assert isinstance(outcomes[0], InvalidAnswer) or outcomes[0].sent
    # To save it again does no harm.
    again = await anilist_client().save(changes(1, 2))
    assert not any(isinstance(one, ServiceError) for one in again)
    assert progress(anilist) == {200_001: 1, 200_002: 2}


async def test_an_answer_about_another_entry_is_none(anilist, anilist_client, monkeypatch) -> None:
    anilist.add_entry("viewer", 200_002)
    anilist.user().entries[200_001] = anilist.user().entries[200_002]
    (outcome,) = await anilist_client().save(changes(1))
    assert isinstance(outcome, InvalidAnswer)
