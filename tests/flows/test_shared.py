"""What all accounts share: opened once, when it is first asked for, and closed at the end."""

import asyncio
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.media_list_sync.const import DOMAIN, SECRET_TOKEN
from custom_components.media_list_sync.engine.endpoints import Endpoints
from custom_components.media_list_sync.engine.store import secrets
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from custom_components.media_list_sync.shared import (
    async_adopt_token,
    async_configure,
    async_get_shared,
)


async def test_opened_once(hass: HomeAssistant, hass_config_dir: str) -> None:
    """However many ask at once, on a fresh install."""
    first, *others = await asyncio.gather(*(async_get_shared(hass) for _ in range(10)))
    assert all(other is first for other in others)
    assert first.endpoints == Endpoints()
    files = {file.name for file in (Path(hass_config_dir) / ".storage").iterdir()}
    assert {f"{DOMAIN}.db", f"{DOMAIN}.key"} <= files


async def test_configured_before(hass: HomeAssistant, hass_config_dir: str) -> None:
    settings = {"endpoints": {"imdb": "http://127.0.0.1/"}, "key_file": "keys/lists.key"}
    await async_configure(hass, {DOMAIN: settings})
    shared = await async_get_shared(hass)
    assert shared.endpoints == Endpoints(imdb="http://127.0.0.1/")
    assert (Path(hass_config_dir) / "keys/lists.key").is_file()
    assert not (Path(hass_config_dir) / f".storage/{DOMAIN}.key").exists()


@pytest.mark.parametrize("config", [{}, {DOMAIN: None}, {DOMAIN: {"endpoints": {}}}])
async def test_set_up_after_a_flow(hass: HomeAssistant, config: dict[str, object]) -> None:
    """Where configuration.yaml says nothing, what the flow opened stays open."""
    shared = await async_get_shared(hass)
    await async_configure(hass, config)
    assert await async_get_shared(hass) is shared


async def test_configured_after_a_flow(hass: HomeAssistant) -> None:
    before = await async_get_shared(hass)
    await before.store.run(secrets.put, "somebody", "name", "sealed")
    await async_configure(hass, {DOMAIN: {"endpoints": {"imdb": "http://127.0.0.1/"}}})
    after = await async_get_shared(hass)
    assert after.endpoints.imdb == "http://127.0.0.1/"
    assert await after.store.run(secrets.get, "somebody", "name") == "sealed"


async def test_closed_at_the_end(hass: HomeAssistant) -> None:
    shared = await async_get_shared(hass)
    await hass.async_stop(force=True)
    with pytest.raises(StoreUnusable):
        await shared.store.run(secrets.every)


async def test_tokens_of_a_flow_find_their_entry(hass: HomeAssistant) -> None:
    """Kept under the unique id until there is an entry; a new sign-in replaces the old one."""
    shared = await async_get_shared(hass)
    entry = MockConfigEntry(domain=DOMAIN, unique_id="trakt:somebody")
    await async_adopt_token(shared, entry)
    assert await shared.store.run(secrets.every) == ()
    for sealed in ("first", "second"):
        await shared.store.run(secrets.put, "trakt:somebody", SECRET_TOKEN, sealed)
        await async_adopt_token(shared, entry)
        (kept,) = await shared.store.run(secrets.every)
        assert (kept.owner, kept.name, kept.sealed) == (entry.entry_id, SECRET_TOKEN, sealed)
    await async_adopt_token(shared, entry)
    assert len(await shared.store.run(secrets.every)) == 1
