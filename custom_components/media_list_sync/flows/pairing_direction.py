"""The part of a pairing's form that says which side follows which, and what counts if both changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.const import PERCENTAGE
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..const import CONF_ADD, CONF_BRAKE, CONF_CONFLICT, CONF_DIRECTION, CONF_SKIP_MISSING
from ..engine.watching.policy import BRAKE, Conflict, Direction
from .folding import folded
from .problem import FlowProblem

MERGE = "merge"

DEFAULTS: Mapping[str, Any] = {
    CONF_DIRECTION: str(Direction.TO_TRACKER),
    CONF_CONFLICT: str(Conflict.FURTHER),
    CONF_ADD: False,
    CONF_SKIP_MISSING: False,
    CONF_BRAKE: BRAKE,
}
"""Of a pairing of which a person has said nothing."""

_ARROWS = {Direction.TO_TRACKER: "→", Direction.TO_ANILIST: "←", Direction.BOTH: "↔"}


def direction_field(data: Mapping[str, Any]) -> dict[vol.Marker, Any]:
    """Return the field of the direction, with `data` in it."""
    return {
        vol.Required(
            CONF_DIRECTION, default=data.get(CONF_DIRECTION, DEFAULTS[CONF_DIRECTION])
        ): SelectSelector(
            SelectSelectorConfig(
                options=list(map(str, Direction)),
                mode=SelectSelectorMode.LIST,
                translation_key=CONF_DIRECTION,
            )
        )
    }


def merge_field(data: Mapping[str, Any]) -> dict[vol.Marker, Any]:
    """Return the section of how both sides are brought together, with `data` in it."""
    data = {**DEFAULTS, **data}
    fields: dict[vol.Marker, Any] = {
        vol.Required(CONF_CONFLICT, default=data[CONF_CONFLICT]): SelectSelector(
            SelectSelectorConfig(
                options=list(map(str, Conflict)),
                mode=SelectSelectorMode.DROPDOWN,
                translation_key=CONF_CONFLICT,
            )
        ),
        vol.Required(CONF_ADD, default=data[CONF_ADD]): BooleanSelector(),
        vol.Required(CONF_SKIP_MISSING, default=data[CONF_SKIP_MISSING]): BooleanSelector(),
        vol.Required(CONF_BRAKE, default=data[CONF_BRAKE]): NumberSelector(
            NumberSelectorConfig(
                min=1,
                max=100,
                mode=NumberSelectorMode.BOX,
                unit_of_measurement=PERCENTAGE,
            )
        ),
    }
    return folded(MERGE, fields)


def direction_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered as a subentry's data holds it."""
    merge = user_input[MERGE]
    return {
        CONF_DIRECTION: user_input[CONF_DIRECTION],
        **merge,
        CONF_BRAKE: int(merge[CONF_BRAKE]),
    }


def check_direction(data: Mapping[str, Any], *, can_save: bool) -> None:
    """Raise a FlowProblem where AniList would have to be written without a sign-in."""
    if data[CONF_DIRECTION] != Direction.TO_TRACKER and not can_save:
        raise FlowProblem("direction_needs_sign_in", CONF_DIRECTION)


def pairing_title(anilist: str, tracker: str, data: Mapping[str, Any]) -> str:
    """Return what a pairing is called, unless a person calls it otherwise."""
    direction = Direction(data.get(CONF_DIRECTION, Direction.TO_TRACKER))
    return f"{anilist} {_ARROWS[direction]} {tracker}"
