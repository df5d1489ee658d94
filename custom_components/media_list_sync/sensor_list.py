"""What came of the titles of a list, and what its user may still request."""

from __future__ import annotations

from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import EntityCategory

from .engine.model import MediaType, Outcome
from .sensor_job import JOB_SENSORS, JobSensorDescription, count, of_report


def _quota(key: str, media_type: MediaType) -> JobSensorDescription:
    """Return the sensor of what may still be requested of a kind."""
    return JobSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=of_report(lambda report: report.quota_remaining.get(media_type)),
    )


LIST_SENSORS = (
    count("titles", "titles"),
    count("available", Outcome.AVAILABLE),
    # What was requested just now is requested, too.
    count("requested", Outcome.REQUESTED, Outcome.REQUEST),
    count("waiting", Outcome.WAITING),
    count(
        "unmatched",
        Outcome.UNMATCHED,
        Outcome.AMBIGUOUS,
        titles=lambda report: report.unmatched_titles,
    ),
    count("failed", Outcome.FAILED, titles=lambda report: report.failed_titles),
    count("taken_back", Outcome.TAKEN_BACK, is_diagnostic=True, is_enabled=False),
    count("excluded", Outcome.EXCLUDED, is_diagnostic=True, is_enabled=False),
    count("new", "new", titles=lambda report: report.new_titles),
    _quota("quota_movies", MediaType.MOVIE),
    # A show's quota counts its seasons (R5).
    _quota("quota_seasons", MediaType.SHOW),
    *JOB_SENSORS,
)
