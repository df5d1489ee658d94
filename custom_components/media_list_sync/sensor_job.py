"""What sensors of lists and pairings are made of, and those that both have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory
from homeassistant.helpers.typing import StateType

from .coordinator import JobCoordinator
from .engine.model import SAMPLE, JobStatus, Report
from .entity import JobEntity


@dataclass(frozen=True, kw_only=True)
class JobSensorDescription(SensorEntityDescription):
    """A sensor of a list or pairing, with the titles that its number counts, if it names them."""

    value_fn: Callable[[JobCoordinator], StateType | datetime]
    titles_fn: Callable[[Report], tuple[str, ...]] | None = None


def count(
    key: str,
    *counted: str,
    text: str | None = None,
    titles: Callable[[Report], tuple[str, ...]] | None = None,
    is_diagnostic: bool = False,
    is_enabled: bool = True,
) -> JobSensorDescription:
    """Return the sensor of how many titles came to one of some outcomes.

    `text`: the key of its name, where it is not its own. `titles`: those that are meant.
    """

    def number(report: Report) -> int | None:
        if not report.counts:
            return None
        return sum(report.counts.get(outcome, 0) for outcome in counted)

    return JobSensorDescription(
        key=key,
        translation_key=text or key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC if is_diagnostic else None,
        entity_registry_enabled_default=is_enabled,
        value_fn=of_report(number),
        titles_fn=titles,
    )


def of_report[T](read: Callable[[Report], T | None]) -> Callable[[JobCoordinator], T | None]:
    """Return something of the last report, unknown before the first sync."""

    def value(coordinator: JobCoordinator) -> T | None:
        report = coordinator.data.report
        return None if report is None else read(report)

    return value


def _next_sync(coordinator: JobCoordinator) -> datetime | None:
    """Return when it is synced by itself next; nothing while it is paused."""
    return None if coordinator.data.paused else coordinator.data.due_at


def _time(
    key: str, value: Callable[[JobCoordinator], StateType | datetime]
) -> JobSensorDescription:
    return JobSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=value,
    )


JOB_SENSORS = (
    _time("last_sync", of_report(lambda report: report.finished_at)),
    _time("next_sync", _next_sync),
    JobSensorDescription(
        key="progress",
        translation_key="progress",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda coordinator: coordinator.data.progress,
    ),
    # The last to change: who waits for the end of a sync finds the others up to date.
    JobSensorDescription(
        key="status",
        translation_key="status",
        device_class=SensorDeviceClass.ENUM,
        options=[str(status) for status in JobStatus],
        value_fn=lambda coordinator: str(coordinator.status),
    ),
)
"""What lists and pairings have alike; they come after what is their own."""


class JobSensor(JobEntity[JobCoordinator], SensorEntity):
    """A sensor of a list or pairing."""

    entity_description: JobSensorDescription
    _unrecorded_attributes = frozenset({"titles"})

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return what the last report, or the runner, says."""
        return self.entity_description.value_fn(self.coordinator)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the first titles that the number counts; the log has all of them."""
        read, report = self.entity_description.titles_fn, self.coordinator.data.report
        if read is None:
            return None
        return {"titles": [] if report is None else list(read(report)[:SAMPLE])}
