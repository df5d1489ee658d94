"""Sealing everything with a new key."""

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.media_list_sync.const import DOMAIN, SECRET_TOKEN
from custom_components.media_list_sync.engine.store import secrets
from custom_components.media_list_sync.rotation import OLD_KEYS_STAY

from .conftest import ANILIST_ID, FILMS_ID, PLEX_ID, TRAKT_ID, House, films


async def rotate(hass: HomeAssistant) -> Any:
    answer = await hass.services.async_call(
        DOMAIN, "rotate_key", {}, blocking=True, return_response=True
    )
    await hass.async_block_till_done()
    return answer


async def keys(hass: HomeAssistant) -> list[str]:
    file = Path(hass.config.path(".storage/media_list_sync.key"))
    return (await hass.async_add_executor_job(file.read_text)).split()


async def test_everything_is_sealed_anew_and_still_opens(house: House) -> None:
    trakt = await house.trakt_entry()
    anilist, plex = await house.anilist_entry(), await house.plex_entry()
    entry = await house.seerr_entry(films())
    await house.set_up(trakt, anilist, plex, entry)
    shared = await house.shared()
    owners = (TRAKT_ID, ANILIST_ID, PLEX_ID)
    before = {
        entry.data["api_key"],
        trakt.data["client_secret"],
        *[await shared.store.run(secrets.get, owner, SECRET_TOKEN) for owner in owners],
    }
    (old,) = await keys(house.hass)
    assert await rotate(house.hass) == {"resealed": 5}
    assert (await keys(house.hass))[1:] == [old]
    after = {
        entry.data["api_key"],
        trakt.data["client_secret"],
        *[await shared.store.run(secrets.get, owner, SECRET_TOKEN) for owner in owners],
    }
    assert not before & after
    async_fire_time_changed(house.hass, dt_util.utcnow() + OLD_KEYS_STAY)
    await house.hass.async_block_till_done()
    (new,) = await keys(house.hass)
    assert new != old
    # Without the old key: all accounts are set up again, and a sync goes through.
    for one in (trakt, anilist, plex, entry):
        assert await house.hass.config_entries.async_reload(one.entry_id)
    await house.press(FILMS_ID)
    assert house.state("sensor", f"{FILMS_ID}_status").state == "completed"


async def test_a_key_file_that_cannot_be_written_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    sealed = entry.data["api_key"]
    (old,) = await keys(house.hass)

    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("custom_components.media_list_sync.engine.vault.os.fsync", full)
    with pytest.raises(HomeAssistantError) as caught:
        await rotate(house.hass)
    assert caught.value.translation_key == "key_file_unwritable"
    assert entry.data["api_key"] == sealed
    assert await keys(house.hass) == [old]
