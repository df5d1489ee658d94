"""The demo's dashboard and the cards of the documentation, as Home Assistant renders them."""

from collections.abc import Iterator
from typing import Any, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template
import pytest

from custom_components.media_list_sync.engine.model import SAMPLE
from demo.assistant import Assistant
from demo.dashboard import MOST_TITLES, save_dashboard
from demo.lists import Lists, Shown

from .test_examples import EXAMPLES

NEW = "sensor.my_watchlist_newly_requested"
ENTITIES = {
    key: f"sensor.my_watchlist_{key}"
    for key in (
        *("available", "entries", "episodes", "in_step", "next_sync", "problem", "requested"),
        *("status", "sync_now", "to_review", "unmatched", "updated", "waiting"),
    )
} | {"new": NEW}


class Desk:
    """A Home Assistant that keeps the dashboard that it is given."""

    def __init__(self) -> None:
        self.config: dict[str, Any] = {}

    async def command(self, kind: str, **given: Any) -> list[Any]:
        self.config = given.get("config", {})
        return []


async def demo_cards(**shown: tuple[Shown, ...]) -> list[str]:
    """Return the templates of the demo's dashboard."""
    desk = Desk()
    none: dict[str, tuple[Shown, ...]] = {"all": (), "pairings": (), "accounts": ()}
    await save_dashboard(cast("Assistant", desk), Lists(**none | shown))
    return list(_contents(desk.config))


def _contents(card: Any) -> Iterator[str]:
    match card:
        case {"content": str(content)}:
            yield content
        case dict():
            for part in card.values():
                yield from _contents(part)
        case list():
            for part in card:
                yield from _contents(part)


def counted(hass: HomeAssistant, entity: str, count: int) -> None:
    """Let a sensor count some titles, of which it names the first."""
    titles = [f"Title {number}" for number in range(1, min(count, SAMPLE) + 1)]
    hass.states.async_set(entity, str(count), {"titles": titles})


def rendered(hass: HomeAssistant, template: str) -> str:
    return str(Template(template, hass).async_render(parse_result=False)).strip()


@pytest.mark.parametrize(
    ("count", "more"),
    [(1, ""), (MOST_TITLES, ""), (MOST_TITLES + 1, " and 1 more"), (94, " and 88 more")],
)
@pytest.mark.parametrize("key", ["new", "unmatched", "updated", "to_review"])
async def test_demo_says_how_many_titles_there_are(
    hass: HomeAssistant, key: str, count: int, more: str
) -> None:
    """Not only how many of them the sensor names."""
    counted(hass, ENTITIES[key], count)
    shown = (Shown("1", "My watchlist", ENTITIES, {}),)
    cards = await demo_cards(all=shown, pairings=shown)
    (text,) = {rendered(hass, card) for card in cards} - {"Nothing."}
    names = ", ".join(f"Title {number}" for number in range(1, min(count, MOST_TITLES) + 1))
    assert text.endswith(f"{names}{more}")


@pytest.mark.parametrize("state", ["unknown", "unavailable", "0"])
async def test_demo_says_where_there_is_nothing(hass: HomeAssistant, state: str) -> None:
    hass.states.async_set(NEW, state)
    cards = await demo_cards(all=(Shown("1", "My watchlist", ENTITIES, {}),))
    assert {rendered(hass, card) for card in cards} == {"Nothing."}


@pytest.mark.parametrize(
    ("count", "end"),
    [(0, "Nothing new in the last sync."), (3, "- Title 3"), (94, "… and 44 more.")],
)
async def test_example_says_how_many_titles_there_are(
    hass: HomeAssistant, count: int, end: str
) -> None:
    counted(hass, NEW, count)
    (template,) = (
        example["content"]
        for example in EXAMPLES.values()
        if isinstance(example, dict) and "content" in example
    )
    assert rendered(hass, template).endswith(end)
