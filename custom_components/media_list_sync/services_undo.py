"""The action that takes back what the last sync of a pairing wrote."""

from __future__ import annotations

import asyncio

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.helpers.target import TargetSelection
import voluptuous as vol

from . import answers
from .const import DOMAIN
from .coordinator import PairingCoordinator
from .engine.model import SyncRequest
from .syncing import raise_if_not_done, sync
from .targets import ATTR_CONFIG_ENTRY_ID, ATTR_SUBENTRY_ID, targeted_jobs

SERVICE_UNDO_SYNC = "undo_sync"
ATTR_DRY_RUN = "dry_run"

UNDO_SYNC_SCHEMA = vol.Schema(
    {
        **cv.TARGET_SERVICE_FIELDS,
        vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Optional(ATTR_SUBENTRY_ID): vol.All(cv.ensure_list, [cv.string]),
        vol.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
    }
)


@callback
def async_setup_undo_service(hass: HomeAssistant) -> None:
    """Register the action."""
    async_register_admin_service(
        hass,
        DOMAIN,
        SERVICE_UNDO_SYNC,
        _undo_sync,
        UNDO_SYNC_SCHEMA,
        SupportsResponse.OPTIONAL,
    )


async def _undo_sync(call: ServiceCall) -> ServiceResponse:
    """Undo the last sync of the pairings that the call names; it has to name one."""
    data = call.data
    is_named = data.keys() & {ATTR_CONFIG_ENTRY_ID, ATTR_SUBENTRY_ID}
    if not (is_named or TargetSelection(dict(data)).has_any_target):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="undo_of_what")
    pairings = [
        job for job in targeted_jobs(call.hass, data) if isinstance(job, PairingCoordinator)
    ]
    if not pairings:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="only_pairings")
    request = SyncRequest(reason="action", undo=True, dry_run=data[ATTR_DRY_RUN])
    reports = await asyncio.gather(*(sync(pairing, request) for pairing in pairings))
    if len(pairings) == 1:
        raise_if_not_done(reports[0], pairings[0])
        if not reports[0].decisions:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="nothing_to_undo",
                translation_placeholders={"list": pairings[0].subentry.title},
            )
    return {
        "lists": [
            answers.of_list(pairing) | answers.of_report(report)
            for pairing, report in zip(pairings, reports, strict=True)
        ]
    }
