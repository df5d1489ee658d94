"""Results as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from .meter import Cost


def row(
    titles: int, name: str, cost: Cost, requests: Mapping[str, int], *, new: int, status: str = ""
) -> dict[str, object]:
    """Return a row: `new` is what came of it, `requests` by kind."""
    return {
        "titles": titles,
        "run": name,
        "requests": requests,
        "new": new,
        "status": status,
        **asdict(cost),
    }


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the runs as a table, and under it the requests of each by kind."""
    head = (
        "titles",
        "run",
        "requests",
        "seconds",
        "cpu s",
        "peak MB",
        "stall ms",
        "busy ms",
        "new",
    )
    body = [
        (
            f"{row['titles']:,}",
            row["run"],
            f"{sum(row['requests'].values()):,}",
            f"{row['seconds']:.2f}",
            f"{row['cpu_seconds']:.3f}",
            f"{row['peak_mb']:.1f}",
            f"{row['stall_ms']:.1f}",
            f"{row['busy_ms']:.1f}",
            f"{row['new']:,}",
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    lines = [
        "  ".join(cell.rjust(w) for cell, w in zip(r, widths, strict=True)) for r in (head, *body)
    ]
    lines.append("")
    lines.extend(
        f"{row['titles']:,} {row['run']}: "
        + (", ".join(f"{n:,} {kind}" for kind, n in sorted(row["requests"].items())) or "none")
        for row in rows
    )
    return "\n".join(lines)
