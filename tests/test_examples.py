"""The examples of the documentation work when they are pasted."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
import yaml

from custom_components.media_list_sync import CONFIG_SCHEMA
from custom_components.media_list_sync.const import DOMAIN

from .test_translations import SCHEMAS

ROOT = Path(__file__).parent.parent
EXAMPLES = {
    f"{file.name}-{number}": yaml.safe_load(block)
    for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", file.read_text(), re.DOTALL))
}


def actions(example: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the calls of our own actions, wherever they stand in an example."""
    match example:
        case {"action": str(name)} if name.startswith(f"{DOMAIN}."):
            yield name.removeprefix(f"{DOMAIN}."), example
        case dict():
            for part in example.values():
                yield from actions(part)
        case list():
            for part in example:
                yield from actions(part)


def test_actions() -> None:
    shown = [call for example in EXAMPLES.values() for call in actions(example)]
    assert {name for name, _ in shown} == set(SCHEMAS)
    for name, call in shown:
        SCHEMAS[name]({**call.get("data", {}), **call.get("target", {})})


@pytest.mark.parametrize("name", [name for name, one in EXAMPLES.items() if "triggers" in one])
async def test_automations(hass: HomeAssistant, name: str) -> None:
    assert await async_setup_component(hass, "automation", {})
    found = await async_validate_config_item(hass, name, EXAMPLES[name])
    assert found is not None
    assert found.validation_error is None


@pytest.mark.parametrize("name", [name for name, one in EXAMPLES.items() if DOMAIN in one])
def test_configuration(name: str) -> None:
    CONFIG_SCHEMA(EXAMPLES[name])
