"""The form of what a person wants of a list, and the subentry's data that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import (
    BooleanSelector,
    DurationSelector,
    DurationSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..const import (
    CONF_APPROVAL,
    CONF_FIRST_SEASONS,
    CONF_INCLUDE_EPISODES,
    CONF_INTERVAL,
    CONF_MAX_REQUESTS,
    CONF_MEDIA_TYPES,
    CONF_ORDER,
    CONF_PAUSED,
    CONF_QUALITY,
    CONF_SEASONS,
    CONF_USER_ID,
    DEFAULT_INTERVAL,
    DEFAULT_ORDER,
    MIN_INTERVAL,
)
from ..engine.model import ListContents, MediaType, Quality
from ..engine.requests.policy import SeasonRule
from .folding import folded
from .offer import SLOTS, Offer, Slot
from .problem import FlowProblem, Trouble

DETAILS = "details"
PACE = "pace"
CHOOSE_DESTINATIONS = "choose_destinations"

AS_USER = "user"
AT_ONCE = "at_once"
BOTH = "both"

_MOST_SEASONS = 50
_MOST_REQUESTS = 1_000

DEFAULTS: Mapping[str, Any] = {
    CONF_MEDIA_TYPES: [str(media_type) for media_type in MediaType],
    CONF_SEASONS: str(SeasonRule.ALL),
    CONF_FIRST_SEASONS: 1,
    CONF_INCLUDE_EPISODES: False,
    CONF_QUALITY: str(Quality.HD),
    CONF_APPROVAL: AS_USER,
    CONF_INTERVAL: DEFAULT_INTERVAL,
    CONF_ORDER: DEFAULT_ORDER,
    CONF_PAUSED: False,
}
"""The policy of a list of which a person has said nothing."""


def _choice(options: list[str], key: str, *, multiple: bool = False) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=options,
            multiple=multiple,
            mode=SelectSelectorMode.LIST if multiple else SelectSelectorMode.DROPDOWN,
            translation_key=key,
        )
    )


def _number(least: int, most: int) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=least, max=most, step=1, mode=NumberSelectorMode.BOX)
    )


_SEASONS = _choice([str(rule) for rule in SeasonRule], "seasons")
_MEDIA_TYPES = _choice([str(media_type) for media_type in MediaType], "media_types", multiple=True)
_QUALITY = _choice([*(str(quality) for quality in Quality), BOTH], "quality")
_APPROVAL = _choice([AS_USER, AT_ONCE], "approval")
_INTERVAL = DurationSelector(DurationSelectorConfig(enable_day=True, enable_second=False))


def policy_fields(
    offer: Offer, data: Mapping[str, Any], trouble: Trouble | None, *, choosing: bool
) -> dict[vol.Marker, Any]:
    """Return the fields of the policy, with `data` in them, which may have met with `trouble`.

    What a person may empty is suggested; the rest is a default, so that a section which was
    never opened keeps what it had. `choosing`: destinations are asked for afterwards.
    """
    data = {**DEFAULTS, **data}
    fields: dict[vol.Marker, Any] = {
        vol.Required(CONF_MEDIA_TYPES, default=data[CONF_MEDIA_TYPES]): _MEDIA_TYPES,
        vol.Required(CONF_SEASONS, default=data[CONF_SEASONS]): _SEASONS,
    }
    # Offered too where it was chosen before, so that it can be taken back.
    if offer.in_4k or data[CONF_QUALITY] != Quality.HD:
        fields[vol.Required(CONF_QUALITY, default=data[CONF_QUALITY])] = _QUALITY
    fields |= _user_field(offer, data.get(CONF_USER_ID))
    if any(offer.servers_of(slot) for slot in SLOTS):
        fields[vol.Required(CHOOSE_DESTINATIONS, default=choosing)] = BooleanSelector()
    return {**fields, **folded(DETAILS, _details(data)), **folded(PACE, _pace(data), trouble)}


def _user_field(offer: Offer, user_id: int | None) -> dict[vol.Marker, Any]:
    """Let a user be picked. One who is gone stays chosen, to be refused when the form comes back."""
    names = {str(user.id): user.name for user in offer.users}
    chosen = str(offer.owner.id if user_id is None else user_id)
    names.setdefault(chosen, f"#{chosen}")
    options = [SelectOptionDict(value=value, label=label) for value, label in names.items()]
    return {
        vol.Required(CONF_USER_ID, default=chosen): SelectSelector(
            SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN, sort=True)
        )
    }


def _details(data: Mapping[str, Any]) -> dict[vol.Marker, Any]:
    return {
        vol.Required(CONF_FIRST_SEASONS, default=data[CONF_FIRST_SEASONS]): _number(
            1, _MOST_SEASONS
        ),
        vol.Required(CONF_INCLUDE_EPISODES, default=data[CONF_INCLUDE_EPISODES]): BooleanSelector(),
        vol.Required(CONF_APPROVAL, default=data[CONF_APPROVAL]): _APPROVAL,
    }


def _pace(data: Mapping[str, Any]) -> dict[vol.Marker, Any]:
    minutes = data[CONF_INTERVAL] // 60
    interval = {
        "days": minutes // 1440,
        "hours": minutes // 60 % 24,
        "minutes": minutes % 60,
        "seconds": data[CONF_INTERVAL] % 60,
    }
    suggested = {"suggested_value": data.get(CONF_MAX_REQUESTS)}
    return {
        vol.Required(CONF_INTERVAL, default=interval): _INTERVAL,
        vol.Optional(CONF_MAX_REQUESTS, description=suggested): _number(1, _MOST_REQUESTS),
        vol.Required(CONF_ORDER, default=data[CONF_ORDER]): _number(1, 99),
        vol.Required(CONF_PAUSED, default=data[CONF_PAUSED]): BooleanSelector(),
    }


def policy_data(user_input: Mapping[str, Any], offer: Offer) -> dict[str, Any]:
    """Return what was entered as a subentry's data holds it. Destinations are not part of it."""
    details, pace = user_input[DETAILS], user_input[PACE]
    data: dict[str, Any] = {
        CONF_MEDIA_TYPES: [str(kind) for kind in user_input[CONF_MEDIA_TYPES]],
        CONF_SEASONS: str(user_input[CONF_SEASONS]),
        CONF_FIRST_SEASONS: int(details[CONF_FIRST_SEASONS]),
        CONF_INCLUDE_EPISODES: details[CONF_INCLUDE_EPISODES],
        CONF_QUALITY: str(user_input.get(CONF_QUALITY, Quality.HD)),
        CONF_APPROVAL: details[CONF_APPROVAL],
        CONF_INTERVAL: int(cv.time_period_dict(pace[CONF_INTERVAL]).total_seconds()),
        CONF_ORDER: int(pace[CONF_ORDER]),
        CONF_PAUSED: pace[CONF_PAUSED],
    }
    user_id = int(user_input[CONF_USER_ID])
    if user_id != offer.owner.id:  # absent: the owner of the key, whoever that is
        data[CONF_USER_ID] = user_id
    if CONF_MAX_REQUESTS in pace:
        data[CONF_MAX_REQUESTS] = int(pace[CONF_MAX_REQUESTS])
    return data


def slots_of(data: Mapping[str, Any]) -> tuple[Slot, ...]:
    """Return what a list requests."""
    media_types, quality = data[CONF_MEDIA_TYPES], data[CONF_QUALITY]
    return tuple(
        slot for slot in SLOTS if slot.media_type in media_types and quality in (slot.quality, BOTH)
    )


def check_policy(data: Mapping[str, Any], offer: Offer, contents: ListContents | None) -> None:
    """Raise a FlowProblem for what cannot work. `contents` is the list, where it was just read."""
    media_types = data[CONF_MEDIA_TYPES]
    if not media_types:
        raise FlowProblem("no_media_types", CONF_MEDIA_TYPES)
    if contents and not any(item.media_type in media_types for item in contents.items):
        raise FlowProblem("nothing_fits", CONF_MEDIA_TYPES)
    if data[CONF_INTERVAL] < MIN_INTERVAL:
        raise FlowProblem("interval_too_short", PACE, minutes=str(MIN_INTERVAL // 60))
    _check_4k(data, offer)
    _check_user(data, offer)


def _check_4k(data: Mapping[str, Any], offer: Offer) -> None:
    wanted = {slot.media_type for slot in slots_of(data) if slot.quality is Quality.UHD}
    if not wanted:
        return
    # Of both qualities, what cannot be had in 4K is still requested in HD.
    lacking = wanted - offer.in_4k
    if lacking and (data[CONF_QUALITY] == Quality.UHD or lacking == wanted):
        only = "no_4k" if lacking == wanted else f"no_4k_{min(lacking)}"
        raise FlowProblem(only, CONF_QUALITY)


def _check_user(data: Mapping[str, Any], offer: Offer) -> None:
    user = offer.user(data.get(CONF_USER_ID))
    if user is None:
        raise FlowProblem("user_gone", CONF_USER_ID)
    for slot in slots_of(data):
        if slot.quality is Quality.UHD and slot.media_type not in offer.in_4k:
            continue
        if not user.can_request(slot.media_type, slot.quality):
            raise FlowProblem(f"user_may_not_{slot.name}", CONF_USER_ID, user=user.name)
