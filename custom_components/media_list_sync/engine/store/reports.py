"""The last report of each job, so that entities show it at once after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
import sqlite3

import orjson

from ..model import JobStatus, Problem, Report
from .times import from_text, to_text


def save(connection: sqlite3.Connection, report: Report) -> None:
    """Keep a report as its job's last one, unless it is not about what came of the whole job."""
    if not (report.dry_run or report.is_partial):
        connection.execute(
            "INSERT OR REPLACE INTO report VALUES (?, ?)", (report.job_id, to_json(report))
        )


def last(connection: sqlite3.Connection, job_id: str) -> Report | None:
    """Return the last report of a job; None where there is none, or none that can be read."""
    row = connection.execute("SELECT report FROM report WHERE job_id = ?", (job_id,)).fetchone()
    return None if row is None else from_json(job_id, row[0])


def remove(connection: sqlite3.Connection, job_id: str) -> None:
    """Forget the last report of a job."""
    connection.execute("DELETE FROM report WHERE job_id = ?", (job_id,))


def to_json(report: Report) -> bytes:
    """Return a report as it is stored: without the decisions of a dry run."""
    return orjson.dumps(
        {
            "status": report.status,
            "counts": dict(report.counts),
            "started_at": to_text(report.started_at),
            "finished_at": to_text(report.finished_at),
            "list_name": report.list_name,
            "problems": [
                {
                    "key": problem.key,
                    "placeholders": dict(problem.placeholders),
                    "account": problem.account,
                    "until": to_text(problem.until),
                }
                for problem in report.problems
            ],
            "new_titles": report.new_titles,
            "unmatched_titles": report.unmatched_titles,
            "failed_titles": report.failed_titles,
            "left_out": dict(report.left_out),
            "deferred_until": to_text(report.deferred_until),
            "quota_remaining": dict(report.quota_remaining),
            "changed": report.changed,
        }
    )


def from_json(job_id: str, stored: bytes | str) -> Report | None:
    """Read a report that any version of the integration may have stored.

    What is missing or of another shape is left at its default, what is not known is left out.
    None where the status itself says nothing to us.
    """
    try:
        found: object = orjson.loads(stored)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict) or found.get("status") not in JobStatus:
        return None
    changed = found.get("changed")
    problems = found.get("problems")
    return Report(
        job_id=job_id,
        status=JobStatus(found["status"]),
        counts=_numbers(found.get("counts")),
        started_at=_moment(found.get("started_at")),
        finished_at=_moment(found.get("finished_at")),
        list_name=_text(found.get("list_name")),
        problems=tuple(
            problem for row in _rows(problems) if (problem := _problem(row)) is not None
        ),
        new_titles=_texts(found.get("new_titles")),
        unmatched_titles=_texts(found.get("unmatched_titles")),
        failed_titles=_texts(found.get("failed_titles")),
        left_out=_numbers(found.get("left_out")),
        deferred_until=_moment(found.get("deferred_until")),
        quota_remaining=_numbers(found.get("quota_remaining")),
        changed=changed if isinstance(changed, bool) else True,
    )


def _problem(row: object) -> Problem | None:
    if not isinstance(row, Mapping) or not isinstance(row.get("key"), str):
        return None
    placeholders = row.get("placeholders")
    return Problem(
        row["key"],
        {name: text for name, text in placeholders.items() if isinstance(text, str)}
        if isinstance(placeholders, Mapping)
        else {},
        _text(row.get("account")),
        _moment(row.get("until")),
    )


def _rows(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for text in _rows(value) if isinstance(text, str))


def _numbers(value: object) -> dict[str, int]:
    if not isinstance(value, Mapping):
        return {}
    return {
        str(name): number
        for name, number in value.items()
        if isinstance(number, int) and not isinstance(number, bool)
    }


def _moment(value: object) -> datetime | None:
    try:
        moment = from_text(_text(value))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
