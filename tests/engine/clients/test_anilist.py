"""Reading AniList."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.clients.anilist import AniListUser, expires_at, shapes
from custom_components.media_list_sync.engine.http import InvalidAnswer
from custom_components.media_list_sync.engine.watch import (
    Airing,
    Anime,
    Entry,
    Format,
    FuzzyDate,
    ListStatus,
)
from simulators.anilist import AniListMedia, AniListSimulator, Clock, generated

FRIEREN = AniListMedia(
    154587,
    "Sousou no Frieren",
    "Frieren: Beyond Journey's End",
    "葬送のフリーレン",
    mal=52991,
    episodes=28,
    start=(2023, 9, 29),
    end=(2024, 3, 22),
    synonyms=("Frieren at the Funeral", "Sousou no Frieren"),
)
AIRING = AniListMedia(
    200,
    "Mada Tsuzuku",
    format="ONA",
    status="RELEASING",
    start=(2026, 10, None),
    next_airing=(8, 1_795_700_000),
    is_adult=True,
)


def ids(entries) -> list[int]:
    return [entry.anime.id for entry in entries]


def fill(anilist: AniListSimulator, count: int) -> list[int]:
    media = generated(count)
    anilist.add_media(*media)
    for each in media:
        anilist.add_entry("viewer", each.id, "COMPLETED", progress=each.episodes or 3, score=80)
    return [each.id for each in media]


async def test_who_is_signed_in(anilist, anilist_client) -> None:
    anilist.user().score_format = "POINT_5"
    anilist.add_media(*generated(3))
    for media_id, status in ((200_001, "CURRENT"), (200_002, "PLANNING"), (200_003, "CURRENT")):
        anilist.add_entry("viewer", media_id, status)

    user = await anilist_client().viewer()

    counts = {ListStatus.CURRENT: 2, ListStatus.PLANNING: 1}
    assert user == AniListUser(5_000_001, "viewer", "POINT_5", counts)


async def test_a_person_by_name_and_by_number(anilist, anilist_client) -> None:
    made = anilist.add_user("Someone Else")
    client = anilist_client(public=True)
    expected = AniListUser(made.id, "Someone Else", "POINT_100", {})
    assert await client.user("someone else") == expected
    assert await client.user(made.id) == expected


async def test_an_entry_with_all_that_it_says(anilist, anilist_client) -> None:
    anilist.add_media(FRIEREN, AIRING)
    anilist.user().score_format = "POINT_3"
    first = anilist.add_entry(
        "viewer",
        FRIEREN.id,
        "REPEATING",
        progress=5,
        repeat=1,
        score=85,
        private=True,
        started=(2024, 5, 6),
        completed=(2024, 7, None),
    )
    second = anilist.add_entry("viewer", AIRING.id, "PLANNING")

    one, two = sorted(await anilist_client().whole_list(5_000_001), key=lambda e: -e.anime.id)

    assert one == Entry(
        first.id,
        Anime(
            FRIEREN.id,
            (
                "Sousou no Frieren",
                "Frieren: Beyond Journey's End",
                "葬送のフリーレン",
                "Frieren at the Funeral",
            ),
            Format.TV,
            Airing.FINISHED,
            28,
            started=FuzzyDate(2023, 9, 29),
            ended=FuzzyDate(2024, 3, 22),
            mal=52991,
        ),
        ListStatus.REPEATING,
        progress=5,
        repeat=1,
        score=85,
        started=FuzzyDate(2024, 5, 6),
        completed=FuzzyDate(2024, 7, None),
        is_private=True,
        updated_at=first.updated_at,
    )
    assert two == Entry(
        second.id,
        Anime(
            AIRING.id,
            ("Mada Tsuzuku",),
            Format.ONA,
            Airing.RELEASING,
            next_episode=8,
            next_airs_at=1_795_700_000,
            started=FuzzyDate(2026, 10, None),
            is_adult=True,
        ),
        ListStatus.PLANNING,
        updated_at=second.updated_at,
    )
    assert two.anime.aired == 7


async def test_what_rests_and_what_nobody_knows(anilist, anilist_client) -> None:
    anilist.add_media(AniListMedia(1, "Rests", status="HIATUS"))
    anilist.add_media(AniListMedia(2, "Nothing", format=None, status=None))
    rests, nothing = await anilist_client().media([1, 2])
    assert rests.airing is Airing.HIATUS
    assert (nothing.airing, nothing.format) == (Airing.UNKNOWN, Format.UNKNOWN)


async def test_lists_of_ones_own_are_read_too_and_nothing_twice(anilist, anilist_client) -> None:
    fill(anilist, 4)
    anilist.user().custom_lists = ["Seen with friends", "Best"]
    anilist.change_entry("viewer", 200_001, custom_lists=("Seen with friends", "Best"))
    anilist.change_entry("viewer", 200_002, custom_lists=("Best",), hidden=True)

    assert ids(await anilist_client().whole_list(5_000_001)) == [200_001, 200_003, 200_004, 200_002]


async def test_others_do_not_see_what_is_private(anilist, anilist_client) -> None:
    fill(anilist, 2)
    anilist.change_entry("viewer", 200_002, private=True)
    assert ids(await anilist_client(public=True).whole_list(5_000_001)) == [200_001]
    assert len(await anilist_client().whole_list(5_000_001)) == 2
    changes = await anilist_client(public=True).changed_since(5_000_001, 0)
    assert ids(changes.entries) == [200_001]


@pytest.mark.parametrize(
    ("count", "requests"), [(0, 1), (499, 1), (500, 1), (501, 2), (1000, 2), (1500, 3)]
)
async def test_reads_all_chunks(anilist, anilist_client, count, requests) -> None:
    expected = fill(anilist, count)
    assert ids(await anilist_client().whole_list(5_000_001)) == expected
    assert anilist.counts["POST /"] == requests


async def test_five_thousand_entries_take_ten_requests_near_half_a_megabyte(
    anilist, anilist_client
) -> None:
    expected = fill(anilist, 5000)
    sizes: list[int] = []
    client = anilist_client()
    send = client._send

    async def measured(*args, **kwargs):
        answer = await send(*args, **kwargs)
        sizes.append(len(answer.body))
        return answer

    client._send = measured
    assert ids(await client.whole_list(5_000_001)) == expected
    assert anilist.counts["POST /"] == 10
    assert max(sizes) < 600_000


async def test_what_changes_meanwhile_is_not_lost(anilist, anilist_client, monkeypatch) -> None:
    expected = fill(anilist, 1001)
    client = anilist_client()
    chunk = client.list_chunk

    async def with_a_change(user_id, number):
        found = await chunk(user_id, number)
        anilist.change_entry("viewer", 200_001 + 499 + number, progress=number)
        return found

    monkeypatch.setattr(client, "list_chunk", with_a_change)
    assert ids(await client.whole_list(5_000_001)) == expected


async def test_chunks_without_an_end_are_no_list(anilist, anilist_client, monkeypatch) -> None:
    fill(anilist, 3)
    client = anilist_client()
    first = await client.list_chunk(5_000_001, 1)

    async def again(*_):
        return type(first)(first.entries, True)

    monkeypatch.setattr(client, "list_chunk", again)
    with pytest.raises(InvalidAnswer, match="without an end"):
        await client.whole_list(5_000_001)


@pytest.fixture
def clock(anilist) -> Clock:
    anilist.clock = anilist.state.clock = Clock(1_700_000_000)
    return anilist.clock


async def test_what_changed_since(anilist, anilist_client, clock) -> None:
    fill(anilist, 120)
    clock.advance(10)
    known = clock.stamp()
    anilist.change_entry("viewer", 200_007, progress=1)
    anilist.change_entry("viewer", 200_008, progress=1)
    clock.advance(10)
    anilist.change_entry("viewer", 200_003, completed=(2024, 1, 1))
    client = anilist_client(now=lambda: datetime.now(UTC))

    changes = await client.changed_since(5_000_001, known)

    assert changes.reached
    # What changed in that very second is told again: there may have been more of it.
    assert ids(changes.entries) == [200_003, 200_008, 200_007]
    assert changes.entries[0].completed == FuzzyDate(2024, 1, 1)
    assert anilist.counts["POST /"] == 1
    assert ids((await client.changed_since(5_000_001, known + 20)).entries) == []


async def test_what_changed_since_goes_through_pages_and_no_further(
    anilist, anilist_client, clock
) -> None:
    fill(anilist, 120)
    client = anilist_client()

    everything = await client.changed_since(5_000_001, clock.stamp())
    assert (len(everything.entries), everything.reached) == (120, True)
    assert anilist.counts["POST /"] == 3

    some = await client.changed_since(5_000_001, clock.stamp(), pages=2)
    assert (len(some.entries), some.reached) == (100, False)


async def test_anime_by_number_fifty_at_a_time(anilist, anilist_client) -> None:
    media = generated(120)
    anilist.add_media(*media)
    asked = [each.id for each in media] * 2 + [7]
    found = await anilist_client(public=True).media(asked)
    assert [anime.id for anime in found] == [each.id for each in media]
    assert anilist.counts["POST /"] == 3
    assert await anilist_client().media([]) == ()


async def test_searching_a_title(anilist, anilist_client) -> None:
    anilist.add_media(FRIEREN, AniListMedia(3, "Frieren: Mini Anime"), *generated(30))
    client = anilist_client(public=True)
    assert [anime.id for anime in await client.search("frieren funeral")] == [FRIEREN.id]
    assert {anime.id for anime in await client.search("FRIEREN")} == {3, FRIEREN.id}
    assert len(await client.search("generated")) == 10
    assert await client.search("no such thing") == ()


async def test_a_status_of_later_is_not_left_out_silently(
    anilist, anilist_client, monkeypatch
) -> None:
    fill(anilist, 1)
    monkeypatch.delitem(shapes._STATUSES, "COMPLETED")
    with pytest.raises(InvalidAnswer, match="status"):
        await anilist_client().whole_list(5_000_001)


async def test_an_anime_that_is_not_shown_keeps_its_entry(anilist_client) -> None:
    row = {"id": 1, "mediaId": 2, "status": "CURRENT", "score": None, "media": None}
    data = {"MediaListCollection": {"hasNextChunk": False, "lists": [{"entries": [row]}]}}
    (entry,) = shapes.chunk(data).entries
    assert entry == Entry(1, Anime(2, ()), ListStatus.CURRENT)
    assert entry.anime.title == "2"


def test_when_a_token_ends(anilist) -> None:
    token = anilist.sign_in()
    ends_at = expires_at(token)
    assert ends_at is not None
    assert abs(ends_at - datetime.now(UTC) - timedelta(days=365)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "token", ["", "abc", "a.b.c", "a.e30.c", "a.bnVsbA.c", "a.eyJleHAiOiJ4In0.c", "ä.ö.ü"]
)
def test_what_is_no_token_tells_nothing(token: str) -> None:
    assert expires_at(token) is None
