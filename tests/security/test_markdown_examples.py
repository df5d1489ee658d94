"""Cards and notices of the documentation, and of the demo, show titles as they are."""

from collections.abc import Iterator
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template
import pytest

from demo import dashboard
from tests.test_examples import EXAMPLES

from .hostile import HOSTILE, is_harmless


def templates(example: Any) -> Iterator[str]:
    """Return the texts of an example that Home Assistant shows as Markdown."""
    match example:
        case {"type": "markdown", "content": str(text)}:
            yield text
        case {"action": "persistent_notification.create", "data": {"message": str(text)}}:
            yield text
        case dict():
            for part in example.values():
                yield from templates(part)
        case list():
            for part in example:
                yield from templates(part)


MARKDOWN_EXAMPLES = {
    f"{name} {number}": text
    for name, example in EXAMPLES.items()
    for number, text in enumerate(templates(example))
}


@pytest.mark.parametrize("name", MARKDOWN_EXAMPLES)
async def test_examples(hass: HomeAssistant, name: str) -> None:
    """What is pasted from the documentation shows titles as they are."""
    hass.states.async_set("sensor.my_watchlist_newly_requested", "1", {"titles": [HOSTILE]})
    planned = {"title": HOSTILE, "outcome": "update", "episodes": ["S01E01"]}
    result = {"lists": [{"unmatched_titles": [HOSTILE], "plan": [planned]}]}
    shown = Template(MARKDOWN_EXAMPLES[name], hass).async_render({"result": result})
    assert "click" in shown
    assert is_harmless(shown)


async def test_the_dashboard_of_the_demo(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.new", "1", {"titles": [HOSTILE]})
    text = dashboard._titles(HOSTILE + " {{ 1 + 1 }}", "sensor.new", "")
    shown = Template(text, hass).async_render()
    assert shown.count("click") == 2
    assert is_harmless(shown)
    assert "1 + 1" in shown.replace("\\", "")
