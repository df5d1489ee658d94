"""A house of its own for each test."""

import pytest

from . import house as houses


@pytest.fixture
async def house(tmp_path, socket_enabled):
    made = await houses.start(tmp_path)
    await made.have_tables()
    yield made
    await houses.stop(made)
