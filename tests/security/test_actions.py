"""Whose the actions are: all of them read from accounts or write to them."""

from typing import Any

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.media_list_sync.const import DOMAIN

pytestmark = pytest.mark.usefixtures("services", "hurry")

ACTIONS: dict[str, dict[str, Any]] = {
    "exclude_title": {"config_entry_id": "1"},
    "export_mappings": {},
    "get_log": {},
    "get_mappings": {},
    "get_review": {},
    "import_mappings": {"data": {"anilist:1": {}}},
    "map_title": {"anilist_id": 1, "tmdb_show_id": 1},
    "refresh_mappings": {},
    "rotate_key": {},
    "sync": {},
    "undo_sync": {"config_entry_id": "1"},
    "unmap_title": {"anilist_id": 1},
    "verify": {},
}
"""All there are, each with what it needs at least."""


async def call(hass: HomeAssistant, action: str, user_id: str | None) -> None:
    """Call an action. That there is no account is what it says to who may call it."""
    try:
        await hass.services.async_call(
            DOMAIN,
            action,
            ACTIONS[action],
            blocking=True,
            return_response=True,
            context=Context(user_id=user_id),
        )
    except HomeAssistantError as error:
        if isinstance(error, Unauthorized):
            raise


def test_none_is_forgotten(hass: HomeAssistant) -> None:
    assert ACTIONS.keys() == hass.services.async_services_for_domain(DOMAIN).keys()


@pytest.mark.parametrize("action", ACTIONS)
async def test_users_are_refused(
    hass: HomeAssistant, hass_read_only_user: MockUser, action: str
) -> None:
    """Who may only look, who may control what there is, and who is not known at all."""
    user = MockUser(name="Controls all").add_to_hass(hass)
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    assert group is not None
    user.groups = [group]
    assert not user.is_admin
    for user_id in (hass_read_only_user.id, user.id, "nobody"):
        with pytest.raises(Unauthorized):
            await call(hass, action, user_id)


@pytest.mark.parametrize("action", ACTIONS)
async def test_admins_and_automations_are_not(
    hass: HomeAssistant, hass_admin_user: MockUser, action: str
) -> None:
    for user_id in (hass_admin_user.id, None):
        await call(hass, action, user_id)
