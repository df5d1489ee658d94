"""Plans of long lists are made in an interpreter that has the standard library alone."""

import logging

from custom_components.media_list_sync.engine import elsewhere
from custom_components.media_list_sync.engine.watching import rounds

from .test_rules import BOTH, episodes, watched


@BOTH
async def test_a_long_list_is_planned_in_an_interpreter_of_its_own(house, on, monkeypatch, caplog):
    """A thread would do it as well where that fails, and hold up everything else meanwhile."""
    monkeypatch.setattr(rounds, "MANY", 1)
    caplog.set_level(logging.DEBUG, elsewhere.__name__)
    await house.simple(1, status="CURRENT", progress=3)
    house.add_anime(2, status="COMPLETED", progress=12)
    await house.sync(on)
    assert watched(house, on, 1) == episodes(1, 1, 3)
    assert "No interpreter" not in caplog.text, "planning imports more than there is"


def test_what_a_fallback_says_is_looked_for(monkeypatch, caplog):
    monkeypatch.setattr(elsewhere, "_PREPARE", "raise RuntimeError")
    caplog.set_level(logging.DEBUG, elsewhere.__name__)
    assert elsewhere._elsewhere(len, "abc") == 3
    assert "No interpreter" in caplog.text
