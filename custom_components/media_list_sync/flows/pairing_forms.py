"""The form of what a person wants of a pairing, and the subentry's data that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import (
    BooleanSelector,
    DurationSelector,
    DurationSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..const import (
    CONF_ADULT,
    CONF_DROPPED,
    CONF_FOLLOW,
    CONF_INTERVAL,
    CONF_LIBRARIES,
    CONF_PAUSED,
    CONF_PRIVATE,
    CONF_REPLAYS,
    CONF_SCORES,
    CONF_STATUSES,
    CONF_TRACKER,
    CONF_WATCHLIST,
    MIN_PAIRING_INTERVAL,
    PAIRING_INTERVAL,
)
from ..engine.watch import ListStatus
from ..engine.watching.policy import DEFAULT_STATUSES
from .folding import folded
from .pairing_direction import check_direction, direction_data, direction_field, merge_field
from .problem import FlowProblem, Trouble

WHAT = "what"
PACE = "pace"

_STATUSES = tuple(status for status in ListStatus if status is not ListStatus.PLANNING)
_INTERVAL = DurationSelector(DurationSelectorConfig(enable_day=True, enable_second=False))

_WHAT = (CONF_SCORES, CONF_WATCHLIST, CONF_DROPPED, CONF_REPLAYS, CONF_PRIVATE, CONF_ADULT)
_OF_TRAKT = frozenset({CONF_DROPPED, CONF_REPLAYS})

DEFAULTS: Mapping[str, Any] = {
    CONF_STATUSES: [str(status) for status in DEFAULT_STATUSES],
    CONF_SCORES: False,
    CONF_WATCHLIST: False,
    CONF_DROPPED: False,
    CONF_REPLAYS: False,
    CONF_PRIVATE: False,
    CONF_ADULT: False,
    CONF_FOLLOW: True,
    CONF_INTERVAL: PAIRING_INTERVAL,
    CONF_PAUSED: False,
}
"""The policy of a pairing of which a person has said nothing."""


def tracker_field(trackers: Mapping[str, str], chosen: str | None = None) -> vol.Schema:
    """Return the form in which a tracker is picked; `trackers` are titles by entry id."""
    # In order here: the frontend chooses the first one, which it would not sort before.
    options = [
        SelectOptionDict(value=value, label=label)
        for value, label in sorted(trackers.items(), key=lambda one: one[1].casefold())
    ]
    only = chosen or (next(iter(trackers)) if len(trackers) == 1 else None)
    key = (
        vol.Required(CONF_TRACKER, default=only) if only is not None else vol.Required(CONF_TRACKER)
    )
    return vol.Schema(
        {key: SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST))}
    )


def libraries_field(libraries: Mapping[str, str], chosen: list[str]) -> dict[vol.Marker, Any]:
    """Return the field of the libraries that take part; `libraries` are titles by their ids."""
    options = [SelectOptionDict(value=value, label=label) for value, label in libraries.items()]
    return {
        vol.Required(CONF_LIBRARIES, default=chosen): SelectSelector(
            SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST)
        )
    }


def policy_fields(
    data: Mapping[str, Any], trouble: Trouble | None, *, is_trakt: bool
) -> dict[vol.Marker, Any]:
    """Return the fields of the policy, with `data` in them, which may have met with `trouble`."""
    data = {**DEFAULTS, **data}
    statuses = SelectSelector(
        SelectSelectorConfig(
            options=[status.lower() for status in _STATUSES],
            multiple=True,
            mode=SelectSelectorMode.LIST,
            translation_key="statuses",
        )
    )
    what: dict[vol.Marker, Any] = {
        vol.Required(option, default=data[option]): BooleanSelector()
        for option in _WHAT
        if is_trakt or option not in _OF_TRAKT
    }
    minutes = data[CONF_INTERVAL] // 60
    interval = {
        "days": minutes // 1440,
        "hours": minutes // 60 % 24,
        "minutes": minutes % 60,
        "seconds": 0,
    }
    pace: dict[vol.Marker, Any] = {
        vol.Required(CONF_INTERVAL, default=interval): _INTERVAL,
        vol.Required(CONF_PAUSED, default=data[CONF_PAUSED]): BooleanSelector(),
    }
    if not is_trakt:
        follow = vol.Required(CONF_FOLLOW, default=data[CONF_FOLLOW])
        pace = {follow: BooleanSelector(), **pace}
    return {
        **direction_field(data),
        vol.Required(
            CONF_STATUSES, default=[status.lower() for status in data[CONF_STATUSES]]
        ): statuses,
        **merge_field(data),
        **folded(WHAT, what),
        **folded(PACE, pace, trouble),
    }


def policy_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered as a subentry's data holds it. Raises a FlowProblem."""
    pace = user_input[PACE]
    data: dict[str, Any] = {
        **direction_data(user_input),
        CONF_STATUSES: [status.upper() for status in user_input[CONF_STATUSES]],
        **user_input[WHAT],
        **pace,
        CONF_INTERVAL: int(cv.time_period_dict(pace[CONF_INTERVAL]).total_seconds()),
    }
    if CONF_LIBRARIES in user_input:
        data[CONF_LIBRARIES] = user_input[CONF_LIBRARIES]
    return data


def check_policy(data: Mapping[str, Any], *, can_save: bool) -> None:
    """Raise a FlowProblem for what cannot work. `can_save`: AniList may be written."""
    check_direction(data, can_save=can_save)
    if data.get(CONF_LIBRARIES) == []:
        raise FlowProblem("no_libraries", CONF_LIBRARIES)
    if not data[CONF_STATUSES] and not data[CONF_WATCHLIST]:
        raise FlowProblem("no_statuses", CONF_STATUSES)
    if data[CONF_INTERVAL] < MIN_PAIRING_INTERVAL:
        raise FlowProblem("interval_too_short", PACE)
