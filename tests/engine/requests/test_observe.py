"""What the server's library says of the ledger (R1, R3)."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
import pytest

from custom_components.media_list_sync.engine.ledger import WHOLE, LedgerKey, LedgerRow
from custom_components.media_list_sync.engine.model import (
    LibraryRow,
    MediaStatus as S,
    MediaType,
    Quality,
    SeasonRow,
    TitleKey,
)
from custom_components.media_list_sync.engine.requests.observe import observe

from .worlds import NOW, ledgers, libraries

FILM = TitleKey(MediaType.MOVIE, 1396)
SHOW = TitleKey(MediaType.SHOW, 1396)
BEFORE = NOW - timedelta(days=3)


def film(status, status_4k=S.UNKNOWN):
    return {FILM: LibraryRow(FILM, status, status_4k)}


def show(status, *seasons):
    rows = tuple(SeasonRow(number, status, S.UNKNOWN) for number, status in seasons)
    return {SHOW: LibraryRow(SHOW, status, S.UNKNOWN, seasons=rows)}


def whole(key, quality=Quality.HD):
    return LedgerKey(key, WHOLE, quality)


@pytest.mark.parametrize("status", [S.PENDING, S.PROCESSING, S.PARTIALLY_AVAILABLE, S.AVAILABLE])
@pytest.mark.parametrize("gone", [film(S.UNKNOWN), film(S.DELETED), {}])
def test_r1_once_seen_and_then_gone_was_taken_back(status, gone):
    seen = observe({}, film(status), BEFORE).changes
    assert seen == {whole(FILM): LedgerRow(seen=status, seen_at=BEFORE)}
    assert observe(seen, gone, NOW).changes[whole(FILM)].taken_back_at == NOW


def test_r1_requested_and_never_seen_then_gone_was_taken_back():
    """A series without a TVDB id vanishes from the server before anyone sees it there."""
    ledger = {whole(SHOW): LedgerRow(requested_at=BEFORE)}
    assert observe(ledger, {}, NOW).changes[whole(SHOW)].taken_back_at == NOW


def test_r1_deleted_before_our_time_counts_too():
    assert observe({}, film(S.DELETED), NOW).changes[whole(FILM)].taken_back_at == NOW


def test_r1_never_seen_is_not_taken_back():
    assert not observe({}, film(S.UNKNOWN), NOW).changes


def test_r1_a_film_and_a_show_with_one_number_are_two_titles():
    ledger = {whole(SHOW): LedgerRow(seen=S.AVAILABLE)}
    changes = observe(ledger, film(S.AVAILABLE), NOW).changes
    assert changes[whole(FILM)].seen is S.AVAILABLE
    assert changes[whole(SHOW)].taken_back_at == NOW


def test_r1_the_4k_copy_deleted_leaves_the_other_alone():
    ledger = observe({}, film(S.AVAILABLE, S.AVAILABLE), BEFORE).changes
    changes = observe(ledger, film(S.AVAILABLE, S.DELETED), NOW).changes
    assert set(changes) == {whole(FILM, Quality.UHD)}


def test_r1_a_title_taken_back_takes_its_seasons_along():
    """Otherwise they would still count as asked for when the title comes back (R2)."""
    season = LedgerKey(SHOW, 2, Quality.HD)
    ledger = {
        whole(SHOW): LedgerRow(seen=S.PROCESSING, requested_at=BEFORE),
        season: LedgerRow(requested_at=BEFORE),
    }
    assert observe(ledger, show(S.UNKNOWN), NOW).changes[season].taken_back_at == NOW


def test_r1_a_season_that_is_there_all_the_same_stays():
    season = LedgerKey(SHOW, 2, Quality.HD)
    ledger = {whole(SHOW): LedgerRow(seen=S.AVAILABLE), season: LedgerRow(seen=S.PENDING)}
    changes = observe(ledger, show(S.DELETED, (2, S.PENDING)), NOW).changes
    assert set(changes) == {whole(SHOW)}


@pytest.mark.parametrize("status", [S.UNKNOWN, S.DELETED])
def test_r3_a_season_deleted_on_either_server(status):
    """Overseerr sets deleted seasons to 1, Seerr to 7."""
    ledger = observe({}, show(S.AVAILABLE, (1, S.AVAILABLE), (2, S.AVAILABLE)), BEFORE).changes
    now = show(S.PARTIALLY_AVAILABLE, (1, S.AVAILABLE), (2, status))
    changes = observe(ledger, now, NOW).changes
    assert changes[LedgerKey(SHOW, 2, Quality.HD)].taken_back_at == NOW
    assert changes[whole(SHOW)].taken_back_at is None


def test_r6_a_season_asked_for_but_not_scanned_is_not_gone():
    ledger = {
        whole(SHOW): LedgerRow(seen=S.PROCESSING, requested_at=BEFORE),
        LedgerKey(SHOW, 1, Quality.HD): LedgerRow(requested_at=BEFORE),
    }
    assert not observe(ledger, show(S.PROCESSING), NOW).changes


def test_requests_in_doubt_are_left_alone():
    ledger = {whole(FILM): LedgerRow(intent_at=BEFORE)}
    assert not observe(ledger, {}, NOW).changes
    assert not observe(ledger, film(S.UNKNOWN), NOW).changes


def test_seen_again_is_no_longer_taken_back():
    ledger = {whole(FILM): LedgerRow(seen=S.AVAILABLE, taken_back_at=BEFORE)}
    assert observe(ledger, film(S.PENDING), NOW).changes[whole(FILM)].taken_back_at is None


def test_what_was_awaited_and_came_is_told_once():
    ledger = observe({}, film(S.PROCESSING), BEFORE).changes
    seen = observe(ledger, film(S.AVAILABLE), NOW)
    assert seen.became_available == (whole(FILM),)
    ledger.update(seen.changes)
    assert not observe(ledger, film(S.AVAILABLE), NOW).became_available


def test_what_was_there_all_along_is_not_told():
    assert not observe({}, film(S.AVAILABLE), NOW).became_available


@given(ledgers(), libraries())
@settings(max_examples=400, deadline=None)
def test_looking_twice_changes_nothing_more(ledger, library):
    ledger.update(observe(ledger, library, NOW).changes)
    assert not observe(ledger, library, NOW + timedelta(hours=1)).changes


@given(ledgers(), libraries())
@settings(max_examples=400, deadline=None)
def test_what_was_done_is_never_forgotten(ledger, library):
    for key, after in observe(ledger, library, NOW).changes.items():
        before = ledger.get(key, LedgerRow())
        assert after.requested_at == before.requested_at
        assert after.is_known or not before.is_known
        assert replace(after, seen=before.seen, seen_at=None, taken_back_at=None) == replace(
            before, seen_at=None, taken_back_at=None
        )
