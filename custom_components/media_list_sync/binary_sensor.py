"""Whether an account can be reached, and whether a list or pairing needs a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .account_plex import PlexRuntime
from .accounts import AccountConfigEntry, jobs_of
from .binary_sensor_plex import add_following
from .coordinator import JobCoordinator
from .engine.model import JobStatus
from .entity import JobEntity, ServiceEntity

PARALLEL_UPDATES = 0

_NEEDS_A_PERSON = frozenset({JobStatus.FAILED, JobStatus.PARTIAL})


@dataclass(frozen=True, kw_only=True)
class JobBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor of a list or pairing."""

    is_on_fn: Callable[[JobCoordinator], bool]
    attributes_fn: Callable[[JobCoordinator], Mapping[str, Any]]


def _has_problem(coordinator: JobCoordinator) -> bool:
    report = coordinator.data.report
    return report is not None and report.status in _NEEDS_A_PERSON


def _problems(coordinator: JobCoordinator) -> Mapping[str, Any]:
    """Return the problems by their keys, whose texts stand with the other translations."""
    report = coordinator.data.report
    problems = report.problems if report else ()
    return {
        "problem": problems[0].key if problems else None,
        "problems": [
            {
                "problem": problem.key,
                **problem.placeholders,
                "until": problem.until.isoformat() if problem.until else None,
            }
            for problem in problems
        ],
    }


REACHABLE = BinarySensorEntityDescription(
    key="reachable",
    translation_key="reachable",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

JOB_BINARY_SENSORS = (
    JobBinarySensorDescription(
        key="problem",
        translation_key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on_fn=_has_problem,
        attributes_fn=_problems,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of an account, and those of its lists or pairings to their devices."""
    runtime = entry.runtime_data
    async_add_entities([ReachableBinarySensor(runtime.coordinator, REACHABLE)])
    if isinstance(runtime, PlexRuntime):
        add_following(hass, entry, runtime, async_add_entities)
    for subentry_id, coordinator in jobs_of(runtime).items():
        async_add_entities(
            (JobBinarySensor(coordinator, description) for description in JOB_BINARY_SENSORS),
            config_subentry_id=subentry_id,
        )


class ReachableBinarySensor(ServiceEntity[DataUpdateCoordinator[Any]], BinarySensorEntity):
    """Whether an account could be reached, and its sign-in was accepted, at the last check."""

    @property
    @override
    def available(self) -> bool:
        """Say yes: that the service is not there is what this sensor is for."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the last check went well."""
        return self.coordinator.last_update_success


class JobBinarySensor(JobEntity[JobCoordinator], BinarySensorEntity):
    """A binary sensor of a list or pairing."""

    entity_description: JobBinarySensorDescription
    _unrecorded_attributes = frozenset({"problems"})

    @property
    @override
    def is_on(self) -> bool:
        """Return what the last report says."""
        return self.entity_description.is_on_fn(self.coordinator)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return what belongs to it."""
        return self.entity_description.attributes_fn(self.coordinator)
