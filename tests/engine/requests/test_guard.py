"""A reading that is suspiciously small is not believed at once (R9)."""

import pytest

from custom_components.media_list_sync.engine.requests.guard import is_doubtful
from custom_components.media_list_sync.engine.store.snapshots import Snapshot


def of(total, doubted=None):
    return Snapshot("List", None, total, {}, None, doubted)


@pytest.mark.parametrize(
    ("before", "now", "doubtful"),
    [
        (None, 0, False),
        (of(0), 0, False),
        (of(1), 0, True),
        (of(10), 3, False),
        (of(11), 5, True),
        (of(100), 50, False),
        (of(100), 49, True),
        (of(100), 100, False),
        (of(100), 5_000, False),
    ],
)
def test_r9_a_list_that_shrinks_too_far_is_doubted(before, now, doubtful):
    assert is_doubtful(before, now) is doubtful


def test_r9_the_same_small_reading_again_is_believed():
    assert not is_doubtful(of(100, doubted=0), 0)
    assert not is_doubtful(of(100, doubted=20), 22)


def test_r9_another_small_reading_is_doubted_again():
    assert is_doubtful(of(100, doubted=0), 30)
