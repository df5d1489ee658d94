"""What an account and its lists come to, in numbers and times."""

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
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .account_anilist import AniListRuntime
from .account_seerr import SeerrRuntime
from .account_trakt import TraktRuntime
from .accounts import AccountConfigEntry
from .coordinator import AccountCoordinator, JobCoordinator, TraktCoordinator
from .engine.model import SAMPLE, JobStatus, MediaType, Outcome, Report
from .engine.requests.account import AccountState
from .entity import AccountEntity, JobEntity, ServiceEntity
from .sensor_anilist import anilist_sensors

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(SensorEntityDescription):
    """A sensor of a Seerr account."""

    value_fn: Callable[[AccountState], StateType]


@dataclass(frozen=True, kw_only=True)
class TraktSensorDescription(SensorEntityDescription):
    """A sensor of a Trakt account. One that `applies` to no such account is not made."""

    value_fn: Callable[[TraktCoordinator], StateType | datetime]
    applies: Callable[[TraktRuntime], bool] = lambda _: True


@dataclass(frozen=True, kw_only=True)
class JobSensorDescription(SensorEntityDescription):
    """A sensor of a list or pairing."""

    value_fn: Callable[[JobCoordinator], StateType | datetime]
    attributes_fn: Callable[[JobCoordinator], Mapping[str, Any] | None] = lambda _: None


def _count(*outcomes: str) -> Callable[[JobCoordinator], int | None]:
    """Return how many titles came to one of the outcomes, unknown before the first sync."""

    def count(coordinator: JobCoordinator) -> int | None:
        report = coordinator.data.report
        if report is None or not report.counts:
            return None
        return sum(report.counts.get(outcome, 0) for outcome in outcomes)

    return count


def _of_report[T](read: Callable[[Report], T | None]) -> Callable[[JobCoordinator], T | None]:
    """Return something of the last report, unknown before the first sync."""

    def value(coordinator: JobCoordinator) -> T | None:
        report = coordinator.data.report
        return None if report is None else read(report)

    return value


def _next_sync(coordinator: JobCoordinator) -> datetime | None:
    """Return when the list is synced by itself next; nothing while it is paused."""
    return None if coordinator.data.paused else coordinator.data.due_at


def _titles(
    read: Callable[[Report], tuple[str, ...]],
) -> Callable[[JobCoordinator], Mapping[str, Any]]:
    """Return the first titles that a number counts; the log has all of them."""

    def titles(coordinator: JobCoordinator) -> Mapping[str, Any]:
        report = coordinator.data.report
        return {"titles": list(read(report)[:SAMPLE]) if report else []}

    return titles


ACCOUNT_SENSORS = (
    AccountSensorDescription(
        key="pending_requests",
        translation_key="pending_requests",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.pending_requests,
    ),
)

TRAKT_SENSORS = (
    TraktSensorDescription(
        key="sign_in_valid_until",
        translation_key="sign_in_valid_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda coordinator: coordinator.valid_until,
        applies=lambda runtime: runtime.tokens is not None,
    ),
    TraktSensorDescription(
        key="watchlist_limit",
        translation_key="watchlist_limit",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda coordinator: (
            coordinator.data.limits.watchlist if coordinator.data is not None else None
        ),
        applies=lambda runtime: runtime.tokens is not None,
    ),
)

JOB_SENSORS = (
    JobSensorDescription(
        key="last_sync",
        translation_key="last_sync",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_of_report(lambda report: report.finished_at),
    ),
    JobSensorDescription(
        key="next_sync",
        translation_key="next_sync",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_next_sync,
    ),
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
"""What lists and pairings have alike."""

LIST_SENSORS = (
    JobSensorDescription(
        key="titles",
        translation_key="titles",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count("titles"),
    ),
    JobSensorDescription(
        key="available",
        translation_key="available",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(Outcome.AVAILABLE),
    ),
    JobSensorDescription(
        key="requested",
        translation_key="requested",
        state_class=SensorStateClass.MEASUREMENT,
        # What was requested just now is requested, too.
        value_fn=_count(Outcome.REQUESTED, Outcome.REQUEST),
    ),
    JobSensorDescription(
        key="waiting",
        translation_key="waiting",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(Outcome.WAITING),
    ),
    JobSensorDescription(
        key="unmatched",
        translation_key="unmatched",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(Outcome.UNMATCHED, Outcome.AMBIGUOUS),
        attributes_fn=_titles(lambda report: report.unmatched_titles),
    ),
    JobSensorDescription(
        key="failed",
        translation_key="failed",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(Outcome.FAILED),
        attributes_fn=_titles(lambda report: report.failed_titles),
    ),
    JobSensorDescription(
        key="taken_back",
        translation_key="taken_back",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_count(Outcome.TAKEN_BACK),
    ),
    JobSensorDescription(
        key="excluded",
        translation_key="excluded",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_count(Outcome.EXCLUDED),
    ),
    JobSensorDescription(
        key="new",
        translation_key="new",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count("new"),
        attributes_fn=_titles(lambda report: report.new_titles),
    ),
    JobSensorDescription(
        key="quota_movies",
        translation_key="quota_movies",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_of_report(lambda report: report.quota_remaining.get(MediaType.MOVIE)),
    ),
    JobSensorDescription(
        key="quota_seasons",
        translation_key="quota_seasons",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        # A show's quota counts its seasons (R5).
        value_fn=_of_report(lambda report: report.quota_remaining.get(MediaType.SHOW)),
    ),
    *JOB_SENSORS,
)

PAIRING_SENSORS = (
    JobSensorDescription(
        key="entries",
        translation_key="entries",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count("entries"),
    ),
    JobSensorDescription(
        key="in_step",
        translation_key="in_step",
        state_class=SensorStateClass.MEASUREMENT,
        # What was carried over just now is in step, too.
        value_fn=_count("in_step", "update"),
    ),
    JobSensorDescription(
        key="updated",
        translation_key="updated",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count("new"),
        attributes_fn=_titles(lambda report: report.new_titles),
    ),
    JobSensorDescription(
        key="episodes",
        translation_key="episodes",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count("episodes"),
    ),
    JobSensorDescription(
        key="to_review",
        translation_key="to_review",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count("review"),
        attributes_fn=_titles(lambda report: report.unmatched_titles),
    ),
    JobSensorDescription(
        key="waiting",
        translation_key="pairing_waiting",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count("waiting"),
    ),
    JobSensorDescription(
        key="not_there",
        translation_key="not_there",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_count("not_there"),
    ),
    JobSensorDescription(
        key="unmarked",
        translation_key="unmarked",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_count("taken_back"),
    ),
    JobSensorDescription(
        key="failed",
        translation_key="pairing_failed",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_count("failed"),
        attributes_fn=_titles(lambda report: report.failed_titles),
    ),
    *JOB_SENSORS,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an account, and those of its lists to their devices."""
    match entry.runtime_data:
        case SeerrRuntime() as seerr:
            async_add_entities(
                AccountSensor(seerr.coordinator, description) for description in ACCOUNT_SENSORS
            )
            for subentry_id, coordinator in seerr.lists.items():
                async_add_entities(
                    (JobSensor(coordinator, description) for description in LIST_SENSORS),
                    config_subentry_id=subentry_id,
                )
        case TraktRuntime() as trakt:
            async_add_entities(
                TraktSensor(trakt.coordinator, description)
                for description in TRAKT_SENSORS
                if description.applies(trakt)
            )
        case AniListRuntime() as anilist:
            async_add_entities(anilist_sensors(anilist))
            for subentry_id, pairing in anilist.pairings.items():
                async_add_entities(
                    (JobSensor(pairing, description) for description in PAIRING_SENSORS),
                    config_subentry_id=subentry_id,
                )


class AccountSensor(AccountEntity, SensorEntity):
    """A sensor of a Seerr account."""

    entity_description: AccountSensorDescription

    def __init__(
        self, coordinator: AccountCoordinator, description: AccountSensorDescription
    ) -> None:
        super().__init__(coordinator, description)

    @property
    @override
    def native_value(self) -> StateType:
        """Return what the last check said."""
        return self.entity_description.value_fn(self.coordinator.data)


class TraktSensor(ServiceEntity[TraktCoordinator], SensorEntity):
    """A sensor of a Trakt account."""

    entity_description: TraktSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return what is known of the account."""
        return self.entity_description.value_fn(self.coordinator)


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
        """Return what belongs to the number."""
        return self.entity_description.attributes_fn(self.coordinator)
