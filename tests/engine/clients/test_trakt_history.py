"""Writing to Trakt: plays, scores, the watchlist, dropped shows; and taking it all back."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
import json
import time
from typing import Any, cast

import pytest

from custom_components.media_list_sync.engine.clients.trakt import (
    BATCH,
    AccountLimit,
    AccountLocked,
    Episode,
    Film,
    NewPlay,
    Playable,
    Season,
    Show,
    TakenBack,
    Target,
    TraktApi,
    TraktTracker,
    VipNeeded,
    Written,
)
from custom_components.media_list_sync.engine.clients.trakt_auth import TokenKeeper
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    Doorway,
    InvalidAnswer,
    Limited,
    Pace,
    Refused,
    Unreachable,
)
from simulators.faults import Failure, Fault
from simulators.titles import title_by_imdb
from simulators.trakt import Entry

MATRIX, DUNE = title_by_imdb("tt0133093"), title_by_imdb("tt1160419")
BREAKING_BAD, CHERNOBYL = title_by_imdb("tt0903747"), title_by_imdb("tt7366338")
THEN = datetime(2024, 1, 1, 20, 15, tzinfo=UTC)
PLAY = NewPlay(Film(603, "tmdb"), THEN)


def id_of(entry: Entry) -> int:
    fields: Any = entry.fields
    return fields[entry.kind]["ids"]["trakt"]


def episode(number: int) -> Episode:
    return Episode(id_of(Entry(CHERNOBYL, 1, number)))


def sent(trakt) -> list:
    return [json.loads(one.body) for one in trakt.exchanges if one.method == "POST"]


async def test_adding_plays(trakt, tracker) -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    plays = [
        NewPlay(Film(603, "tmdb"), noon),
        NewPlay(episode(1), THEN),
        NewPlay(episode(2)),
    ]

    assert await tracker.history.add(plays) == Written(done=3)

    film, first, second = await tracker.history.since(datetime(1970, 1, 1, tzinfo=UTC))
    assert (film.what, film.watched_at) == (Film(MATRIX.trakt), noon)
    assert (first.what, first.watched_at, first.show) == (episode(1), THEN, CHERNOBYL.trakt)
    assert (second.season, second.number, second.watched_at) == (1, 2, None)
    assert film.id > 2**32
    assert sent(trakt) == [
        {
            "movies": [{"ids": {"tmdb": 603}, "watched_at": "2024-05-01T10:00:00.000Z"}],
            "episodes": [
                {"ids": {"trakt": episode(1).id}, "watched_at": "2024-01-01T20:15:00.000Z"},
                {"ids": {"trakt": episode(2).id}, "watched_at": "unknown"},
            ],
        }
    ]


async def test_what_trakt_has_not_is_a_value(tracker) -> None:
    unknown: list[Playable] = [Film("tt0000111", "imdb"), Episode(7, "tvdb"), Film(9)]
    plays = [*map(NewPlay, unknown), NewPlay(episode(1))]

    written = await tracker.history.add(plays)

    assert written.done == 1
    assert set(written.not_found) == set(unknown)


@pytest.mark.parametrize("what", [Show(1), Season(1)])
def test_there_is_no_play_of_a_whole_show(what) -> None:
    """Trakt would take it for all its episodes."""
    with pytest.raises(TypeError, match=what.section):
        NewPlay(what)


@pytest.mark.parametrize("count", [0, BATCH + 1])
async def test_the_size_of_a_batch(trakt, tracker, count) -> None:
    with pytest.raises(ValueError, match=str(count)):
        await tracker.history.add([PLAY] * count)
    with pytest.raises(ValueError, match=str(count)):
        await tracker.history.remove(range(count))
    assert sent(trakt) == []


async def test_a_full_batch_is_one_write(trakt, tracker) -> None:
    assert (await tracker.history.add([PLAY] * BATCH)).done == BATCH == 250
    assert len(sent(trakt)) == 1


async def test_history_since_and_of_one_thing(trakt, tracker) -> None:
    days = [THEN + timedelta(days=number) for number in range(4)]
    for number, day in enumerate(days, start=1):
        trakt.watch([Entry(CHERNOBYL, 1, number)], day)
    trakt.watch([Entry(MATRIX)] * 2, days[0])

    async def numbers(reading) -> list[int | None]:
        return [play.number for play in await reading]

    history = tracker.history
    assert await numbers(history.since(days[2])) == [4, 3]
    assert await numbers(history.of(Show(CHERNOBYL.trakt))) == [4, 3, 2, 1]
    assert await numbers(history.of(episode(2))) == [2]
    assert len(await history.of(Film(MATRIX.trakt))) == 2
    assert await history.of(Film(DUNE.trakt)) == ()
    with pytest.raises(ValueError, match="tmdb"):
        await history.of(Film(603, "tmdb"))


async def test_history_comes_in_pages(trakt, tracker) -> None:
    trakt.watch([Entry(MATRIX)] * 501, THEN)
    plays = await tracker.history.since(THEN)
    assert len({play.id for play in plays}) == 501
    assert len(trakt.exchanges) == 3


async def test_taking_back_what_was_added(trakt, tracker) -> None:
    """Only what is taken back goes; a play of the same thing that somebody else added stays."""
    (others,) = trakt.watch([Entry(MATRIX)], THEN)
    await tracker.history.add([PLAY])
    ours = [play.id for play in await tracker.history.of(Film(MATRIX.trakt)) if play.id != others]

    assert await tracker.history.remove(ours) == TakenBack(removed=1)
    assert [play.id for play in await tracker.history.of(Film(MATRIX.trakt))] == [others]
    assert await tracker.history.remove(ours) == TakenBack(removed=0, not_found=tuple(ours))


@pytest.mark.parametrize(
    ("fault", "error", "arrived"),
    [
        (Fault(Failure.CUT), Unreachable, False),
        (Fault(Failure.CUT_AFTER), Unreachable, True),
        (Fault(Failure.TRUNCATE), InvalidAnswer, True),
        (Fault(Failure.HTML, status=200), InvalidAnswer, False),
        (Fault(Failure.HTML, status=403), Limited, False),
        (Fault(Failure.STATUS, status=429, retry_after="1"), Limited, False),
        (Fault(Failure.STATUS, status=422), Refused, False),
        *((Fault(Failure.STATUS, status=n), Unreachable, False) for n in (500, 502, 503, 504)),
        *((Fault(Failure.STATUS, status=n), Unreachable, False) for n in (520, 521, 522)),
    ],
)
@pytest.mark.parametrize("kind", ["add", "remove", "rate", "want", "drop"])
async def test_a_write_is_sent_once_whatever_comes(
    trakt, tracker, fault, error, arrived, kind
) -> None:
    (number,) = trakt.watch([Entry(DUNE)], THEN)
    trakt.faults.add(
        Fault(fault.failure, method="POST", status=fault.status, retry_after=fault.retry_after)
    )
    calls = {
        "add": lambda: tracker.history.add([PLAY]),
        "remove": lambda: tracker.history.remove([number]),
        "rate": lambda: tracker.ratings.give({Film(603, "tmdb"): 9}),
        "want": lambda: tracker.watchlist.add([Film(603, "tmdb")]),
        "drop": lambda: tracker.dropped.add([Show(1396, "tmdb")]),
    }

    with pytest.raises(error):
        await calls[kind]()

    assert len(sent(trakt)) == 1
    trakt.faults.clear()
    # And whether it arrived can be read.
    plays = await tracker.history.of(Film(MATRIX.trakt))
    state = {
        "add": len(plays) == 1,
        "remove": await tracker.history.of(Film(DUNE.trakt)) == (),
        "rate": len(await tracker.ratings.read(Film)) == 1,
        "want": len(trakt.user().watchlist) == 1,
        "drop": len(await tracker.dropped.read()) == 1,
    }
    assert state[kind] is arrived


async def test_a_server_that_does_not_answer_in_time(trakt, session) -> None:
    trakt.limit_writes(0)
    trakt.faults.add(Fault(Failure.DELAY, method="POST", seconds=0.3))
    tracker = await signed_in(trakt, Doorway(session, service="trakt", timeout=0.1))

    with pytest.raises(Unreachable) as error:
        await tracker.history.add([PLAY])

    assert (error.value.reason, error.value.sent) == ("timeout", True)
    await asyncio.sleep(0.3)
    assert len(sent(trakt)) == 1


async def test_an_ended_token_is_renewed_before_a_write_is_sent_again(trakt, tracker) -> None:
    trakt.expire_tokens()
    assert (await tracker.history.add([PLAY])).done == 1
    assert len(trakt.user().plays) == 1
    trakt.revoke_all()
    with pytest.raises(CredentialsRejected):
        await tracker.history.add([PLAY])
    assert len(trakt.user().plays) == 1


async def test_nobody_writes_unless_signed_in(trakt, doorway) -> None:
    api = TraktApi(doorway("trakt"), trakt.api_url, trakt.app.client_id, None)
    with pytest.raises(CredentialsRejected):
        await TraktTracker(api).history.add([PLAY])
    assert trakt.exchanges == []


async def test_writes_keep_trakts_pace(trakt, session) -> None:
    trakt.limit_writes(0.2)
    paced = Doorway(session, service="trakt", write_pace=Pace(interval=0.2, at_once=1))
    tracker = await signed_in(trakt, paced)
    began = time.monotonic()
    for _ in range(3):
        await tracker.history.add([PLAY])
    assert 0.4 <= time.monotonic() - began < 2
    assert len(trakt.user().plays) == 3


async def test_what_keeps_an_account_from_writing(trakt, tracker) -> None:
    trakt.reach_account_limit("/sync/history", limit=100_000)
    with pytest.raises(AccountLimit) as limit:
        await tracker.history.add([PLAY])
    assert (limit.value.limit, limit.value.is_vip) == (100_000, False)
    assert limit.value.upgrade_url == "https://trakt.tv/vip"
    trakt.lift_refusals()
    trakt.require_vip()
    with pytest.raises(VipNeeded) as vip:
        await tracker.history.add([PLAY])
    assert vip.value.upgrade_url == "https://trakt.tv/vip"
    trakt.lift_refusals()
    trakt.lock()
    with pytest.raises(AccountLocked) as locked:
        await tracker.history.add([PLAY])
    assert not locked.value.deactivated
    assert len(trakt.user().plays) == 0


async def test_scores(trakt, tracker) -> None:
    season = Season(id_of(Entry(CHERNOBYL, 1)))
    missing = Show("tt0000111", "imdb")
    scores = {Film(603, "tmdb"): 9, Show(81189, "tvdb"): 8, season: 7, episode(1): 6, missing: 5}

    async def read() -> dict[Target, int]:
        found = await tracker.ratings.read()
        assert all(rating.rated_at.utcoffset() == timedelta() for rating in found)
        return {rating.what: rating.rating for rating in found}

    written = await tracker.ratings.give(scores)

    assert written == Written(done=4, not_found=(missing,))
    film, show = Film(MATRIX.trakt), Show(BREAKING_BAD.trakt)
    assert await read() == {film: 9, show: 8, season: 7, episode(1): 6}
    ids = {rating.what: rating.ids for rating in await tracker.ratings.read(Film, Show)}
    assert (ids[film].tmdb, ids[show].tvdb) == (603, 81189)
    await tracker.ratings.give({season: 1})
    assert (await tracker.ratings.remove([episode(1), Film(DUNE.trakt)])).done == 1
    assert await read() == {film: 9, show: 8, season: 1}
    assert {rating.what for rating in await tracker.ratings.read(Show, Season)} == {show, season}


@pytest.mark.parametrize("score", [0, 11, -1])
async def test_no_other_scores(trakt, tracker, score) -> None:
    with pytest.raises(ValueError, match="score"):
        await tracker.ratings.give({Film(603, "tmdb"): score})
    assert sent(trakt) == []


async def test_the_watchlist(trakt, tracker) -> None:
    trakt.add_to_watchlist([DUNE])
    wanted = [Film(603, "tmdb"), Film(DUNE.trakt), Show(81189, "tvdb"), Show(1, "tvdb")]

    written = await tracker.watchlist.add(wanted)

    assert written == Written(done=2, existing=1, not_found=(Show(1, "tvdb"),))
    assert [row.entry.title for row in trakt.user().watchlist] == [DUNE, MATRIX, BREAKING_BAD]
    trakt.add_to_watchlist([Entry(CHERNOBYL, 1)])
    rows = await tracker.watchlist.read()
    assert [(row.title, row.ids.trakt) for row in rows] == [
        (title.title, title.trakt) for title in (DUNE, MATRIX, BREAKING_BAD)
    ]
    assert all(row.listed_at is not None for row in rows)
    trakt.remove_from_watchlist([Entry(CHERNOBYL, 1)])
    written = await tracker.watchlist.remove(wanted)
    assert (written.done, written.not_found) == (3, (Show(1, "tvdb"),))
    assert trakt.user().watchlist == []


async def test_a_full_watchlist(trakt, tracker) -> None:
    trakt.user().item_limit = 1
    with pytest.raises(AccountLimit) as error:
        await tracker.watchlist.add([Film(603, "tmdb"), Film(DUNE.trakt)])
    assert error.value.limit == 1
    assert trakt.user().watchlist == []


async def test_dropped_shows(tracker) -> None:
    written = await tracker.dropped.add([Show(81189, "tvdb"), Show(1, "tvdb")])

    assert written == Written(done=1, not_found=(Show(1, "tvdb"),))
    (show,) = await tracker.dropped.read()
    assert (show.ids.trakt, show.title) == (BREAKING_BAD.trakt, "Breaking Bad")
    assert show.dropped_at is not None
    await tracker.dropped.remove([Show(BREAKING_BAD.trakt)])
    assert await tracker.dropped.read() == ()


async def signed_in(trakt, doorway: Doorway) -> TraktTracker:
    """Return a tracker with a doorway of its own."""
    token = trakt.sign_in().access_token

    class Holder:
        async def access_token(self) -> str:
            return token

    tokens = cast(TokenKeeper, Holder())
    return TraktTracker(TraktApi(doorway, trakt.api_url, trakt.app.client_id, tokens))
