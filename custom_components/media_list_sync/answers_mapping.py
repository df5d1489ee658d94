"""What the actions about mappings answer: plain values, made from the engine's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from homeassistant.util.json import JsonObjectType, JsonValueType

from .engine.identity.atlas import Known
from .engine.identity.candidates import Candidate
from .engine.placement import ABSOLUTE, FILM, Placement, Segment, TargetId
from .engine.segments import span_to_text
from .engine.store.atlas import TableState
from .engine.store.manual import ManualMapping
from .engine.store.reviews import Review

type Words = Mapping[str, str]


def of_target(target: TargetId) -> str:
    """Return a show or film as AniBridge writes it."""
    return f"{target.provider}:{target.id}"


def of_placement(placement: Placement) -> JsonObjectType:
    """Return where an anime lies, and who says so."""
    return {
        "origin": str(placement.origin),
        "target": of_target(placement.target),
        "episodes": [_segment(segment) for segment in placement.segments],
    }


def _segment(segment: Segment) -> JsonObjectType:
    season: JsonValueType = segment.season
    if segment.season == FILM.season:
        season = None
    elif segment.season == ABSOLUTE:
        season = "absolute"
    there = ",".join(span_to_text(span) for span in segment.targets)
    return {
        "anilist": span_to_text(segment.source),
        "season": season,
        "target": there if segment.ratio == 1 else f"{there}|{segment.ratio}",
    }


def of_manual(mapping: ManualMapping, title: str | None) -> JsonObjectType:
    """Return what a person said of an anime."""
    return {
        "anilist_id": mapping.anilist,
        "title": title,
        "ignored": mapping.placement is None,
        "note": mapping.note,
        "mapped_at": mapping.mapped_at.isoformat(),
        "places": [of_placement(mapping.placement)] if mapping.placement else [],
    }


def of_known(known: Known, title: str | None, notes: Iterable[str]) -> JsonObjectType:
    """Return all that is known of an anime, the most trusted first."""
    return {
        "anilist_id": known.anilist,
        "title": title,
        "manual": known.is_manual or known.is_ignored,
        "ignored": known.is_ignored,
        "note": "; ".join(note for note in notes if note),
        "places": [of_placement(placement) for placement in known.placements],
        "without_episodes": [of_target(target) for target in known.titles],
    }


def of_review(review: Review, pairing: str, words: Words) -> JsonObjectType:
    """Return an entry that waits for a person."""
    return {
        "anilist_id": review.anilist,
        "title": review.title,
        "pairing": pairing,
        "subentry_id": review.job_id,
        "reason": review.reason,
        "message": words.get(review.reason, review.reason),
        "targets": [text for text in (review.target or review.detail).split(", ") if text],
        "others": [cast(JsonObjectType, other.as_dict()) for other in review.others],
        "since": review.since,
    }


def of_candidate(candidate: Candidate) -> JsonObjectType:
    """Return what an anime may be on a tracker."""
    offered = candidate.offered
    return {
        "target": of_target(offered.target),
        "title": offered.names[0],
        "year": offered.year,
        "score": round(candidate.score),
        "season_fits": candidate.has_count,
    }


def of_table(table: TableState, words: Words) -> JsonObjectType:
    """Return how it stands with a table."""
    return {
        "table": str(table.origin),
        "fetched_at": _time(table.fetched_at),
        "checked_at": _time(table.checked_at),
        "due_at": _time(table.due_at),
        "rows": table.rows,
        "bytes": table.bytes,
        "error": table.error,
        "message": words.get(table.error, "") if table.error else "",
    }


def of_refreshed(before: TableState, table: TableState, words: Words) -> JsonObjectType:
    """Return what came of asking for a table."""
    if table.error is not None:
        outcome = "failed"
    else:
        outcome = "unchanged" if table.fetched_at == before.fetched_at else "new"
    return {"outcome": outcome, **of_table(table, words)}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
