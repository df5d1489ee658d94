"""A house for every test."""

import pytest

from simulators.seerr import OVERSEERR, SEERR

from . import house as houses
from .house import film, show

CATALOG = [film(n) for n in range(1, 40)] + [show(n) for n in range(1, 20)]


@pytest.fixture
async def house(tmp_path, socket_enabled):
    made = await houses.start(tmp_path, CATALOG)
    yield made
    await houses.stop(made)


@pytest.fixture(params=[SEERR, OVERSEERR], ids=["seerr", "overseerr"])
async def either(request, tmp_path, socket_enabled):
    """A house with a server of each kind."""
    made = await houses.start(tmp_path, CATALOG, request.param)
    yield made
    await houses.stop(made)
