"""Scores: kept as 0 to 100, shown and taken in the way that a person chose."""

from __future__ import annotations

from .errors import invalid

_STARS = {0: 0, 1: 10, 2: 30, 3: 50, 4: 70, 5: 90}
_SMILEYS = {0: 0, 1: 35, 2: 60, 3: 85}

HIGHEST = {
    "POINT_100": 100.0,
    "POINT_10_DECIMAL": 10.0,
    "POINT_10": 10.0,
    "POINT_5": 5.0,
    "POINT_3": 3.0,
}


def shown(raw: int, form: str) -> float:
    """Return a score as it stands in a format."""
    match form:
        case "POINT_100":
            return raw
        case "POINT_10_DECIMAL":
            return raw / 10
        case "POINT_10":
            return raw // 10
    steps = _STARS if form == "POINT_5" else _SMILEYS
    if raw == 0:
        return 0
    return min((step for step in steps if step), key=lambda step: abs(steps[step] - raw))


def taken(score: float, form: str) -> int:
    """Return what is kept of a score in a format; what is off its scale is refused."""
    if not 0 <= score <= HIGHEST[form]:
        raise invalid("score", f"The score may not be greater than {HIGHEST[form]:g}.")
    match form:
        case "POINT_100":
            return round(score)
        case "POINT_10_DECIMAL" | "POINT_10":
            return round(score * 10)
    return (_STARS if form == "POINT_5" else _SMILEYS)[round(score)]
