"""What the actions answer: plain values, made from the engine's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from homeassistant.config_entries import ConfigEntry
from homeassistant.util.json import JsonObjectType

from .coordinator import JobCoordinator
from .engine.model import Problem, Report
from .engine.requests.account import Verification
from .engine.store.events import Event
from .engine.store.exclusions import Exclusion
from .errors import translation_key_of


def of_list(coordinator: JobCoordinator) -> JsonObjectType:
    """Name a list, and say what it is doing."""
    return {
        "list": coordinator.subentry.title,
        "subentry_id": coordinator.job_id,
        "account": coordinator.config_entry.title,
        "config_entry_id": coordinator.config_entry.entry_id,
        "status": str(coordinator.status),
    }


def of_report(report: Report) -> JsonObjectType:
    """Return what a sync came to; a dry run with its whole plan."""
    answer: JsonObjectType = {
        "status": str(report.status),
        "changed": report.changed,
        "counts": dict(report.counts),
        "new_titles": list(report.new_titles),
        "unmatched_titles": list(report.unmatched_titles),
        "failed_titles": list(report.failed_titles),
        "problems": [of_problem(problem) for problem in report.problems],
        "started_at": _time(report.started_at),
        "finished_at": _time(report.finished_at),
        "deferred_until": _time(report.deferred_until),
    }
    if report.dry_run or report.decisions:
        answer["dry_run"] = report.dry_run
        answer["plan"] = [cast(JsonObjectType, decision.as_dict()) for decision in report.decisions]
    return answer


def of_problem(problem: Problem) -> JsonObjectType:
    """Return a problem by its key, with what is known of it."""
    answer: JsonObjectType = {"problem": problem.key, **problem.placeholders}
    if problem.until is not None:
        answer["until"] = _time(problem.until)
    return answer


def of_exclusion(exclusion: Exclusion) -> JsonObjectType:
    """Return a title that is never requested."""
    return {
        "title": exclusion.title,
        "media_type": str(exclusion.media_type),
        "imdb_id": exclusion.ids.imdb,
        "tmdb_id": exclusion.ids.tmdb,
        "tvdb_id": exclusion.ids.tvdb,
        "excluded_at": exclusion.excluded_at,
    }


def of_event(event: Event, lists: Mapping[str, str]) -> JsonObjectType:
    """Return a line of the log."""
    return {
        "at": event.at.isoformat(),
        "list": lists.get(event.job_id or ""),
        "kind": event.kind,
        "title": event.title,
        "data": cast(JsonObjectType, dict(event.data)),
    }


def of_account(entry: ConfigEntry) -> JsonObjectType:
    """Name an account."""
    return {"account": entry.title, "config_entry_id": entry.entry_id}


def of_verification(result: Verification) -> JsonObjectType:
    """Return what trying an account came to."""
    return {
        "reachable": result.reachable,
        "signed_in": result.signed_in,
        "permitted": result.permitted,
        "milliseconds": result.milliseconds,
        "version": result.version,
        "error": translation_key_of(result.error) if result.error else None,
        "detail": result.error.detail if result.error else "",
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
