"""What all tests of faults share."""

import pytest

for name in ("world", "failing", "cases"):
    pytest.register_assert_rewrite(f"tests.engine.faults.{name}")

from .processes import Nursery  # noqa: E402 - after what it asserts is told in full


@pytest.fixture(scope="session")
def started():
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def nursery(started, socket_enabled):
    return started
