"""What past requests say of the ledger (R10), and of requests in doubt."""

from datetime import timedelta

import pytest

pytest.importorskip("custom_components.media_list_sync.engine.clients.seerr")
from custom_components.media_list_sync.engine.clients.seerr import RequestRow
from custom_components.media_list_sync.engine.ledger import WHOLE, LedgerKey, LedgerRow
from custom_components.media_list_sync.engine.model import MediaStatus, MediaType, Quality, TitleKey
from custom_components.media_list_sync.engine.requests.history import settled, taken_back

from .worlds import NOW

FILM = TitleKey(MediaType.MOVIE, 550)
SHOW = TitleKey(MediaType.SHOW, 1396)
BEFORE = NOW - timedelta(minutes=5)


def request(key, *, status=2, media=MediaStatus.PROCESSING, seasons=(), is_4k=False, number=7):
    return RequestRow(
        id=number,
        key=key,
        is_4k=is_4k,
        status=status,
        media_status=media,
        seasons=seasons,
    )


def test_r10_a_declined_film_was_taken_back():
    rows = [request(FILM, status=3, media=MediaStatus.UNKNOWN)]
    assert set(taken_back(rows, NOW)) == {LedgerKey(FILM, WHOLE, Quality.HD)}


def test_r10_declined_seasons_beside_others_are_theirs_alone():
    rows = [
        request(SHOW, status=3, media=MediaStatus.PROCESSING, seasons=(2,)),
        request(SHOW, status=2, media=MediaStatus.PROCESSING, seasons=(1,)),
    ]
    assert set(taken_back(rows, NOW)) == {LedgerKey(SHOW, 2, Quality.HD)}


def test_r10_approved_and_since_deleted():
    """Overseerr leaves the request approved and sets the title to unknown."""
    rows = [request(FILM, status=2, media=MediaStatus.UNKNOWN)]
    assert set(taken_back(rows, NOW)) == {LedgerKey(FILM, WHOLE, Quality.HD)}


def test_r10_declined_in_4k_says_nothing_of_hd():
    rows = [request(FILM, status=3, media=MediaStatus.UNKNOWN, is_4k=True)]
    assert set(taken_back(rows, NOW)) == {LedgerKey(FILM, WHOLE, Quality.UHD)}


def test_a_request_in_doubt_that_arrived():
    key = LedgerKey(FILM, WHOLE, Quality.HD)
    row = settled({key: LedgerRow(intent_at=BEFORE)}, [request(FILM)], NOW)[key]
    assert (row.intent_at, row.requested_at, row.request_id) == (None, BEFORE, 7)


def test_a_request_in_doubt_that_never_arrived():
    key = LedgerKey(FILM, WHOLE, Quality.HD)
    assert settled({key: LedgerRow(intent_at=BEFORE)}, [], NOW)[key] == LedgerRow()


def test_a_request_in_doubt_that_was_declined_meanwhile():
    key = LedgerKey(FILM, WHOLE, Quality.HD)
    row = settled({key: LedgerRow(intent_at=BEFORE)}, [request(FILM, status=3)], NOW)[key]
    assert row.taken_back_at == NOW


def test_a_season_in_doubt_is_not_settled_by_another_season():
    keys = [LedgerKey(SHOW, n, Quality.HD) for n in (1, 2)]
    rows = settled(
        dict.fromkeys(keys, LedgerRow(intent_at=BEFORE)), [request(SHOW, seasons=(1,))], NOW
    )
    assert rows[keys[0]].requested_at == BEFORE
    assert rows[keys[1]].requested_at is None


def test_the_hd_request_does_not_settle_the_one_in_4k():
    key = LedgerKey(FILM, WHOLE, Quality.UHD)
    assert settled({key: LedgerRow(intent_at=BEFORE)}, [request(FILM)], NOW)[key] == LedgerRow()
