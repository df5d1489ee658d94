"""What came of the entries of a pairing."""

from __future__ import annotations

from .sensor_job import JOB_SENSORS, count

PAIRING_SENSORS = (
    count("entries", "entries"),
    # What was carried over just now is in step, too.
    count("in_step", "in_step", "update"),
    count("updated", "new", titles=lambda report: report.new_titles),
    count("episodes", "episodes"),
    count("saved", "saved"),
    count("to_review", "review", titles=lambda report: report.unmatched_titles),
    count("waiting", "waiting", text="pairing_waiting"),
    count("not_there", "not_there", is_diagnostic=True),
    count("unmarked", "taken_back", is_diagnostic=True, is_enabled=False),
    count(
        "failed",
        "failed",
        text="pairing_failed",
        titles=lambda report: report.failed_titles,
        is_diagnostic=True,
    ),
    *JOB_SENSORS,
)
