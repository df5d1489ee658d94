"""What the demo prints of lists and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .lists import Lists

type Plans = Mapping[str, Mapping[str, Any]]
"""What a dry run says of each list, by the list's id."""

COUNTS = ("titles", "available", "requested", "new", "waiting", "unmatched", "failed")
"""The sensors that count titles."""


def lists_table(lists: Lists, plans: Plans) -> str:
    """Return what each list came to, as its entities say it.

    What is left out has no sensor; the plan knows it.
    """
    return table(
        ["list", "status", *COUNTS, "left out"],
        (
            [
                lst.title,
                lst.status,
                *(lst.count(key) for key in COUNTS),
                plans[lst.id]["counts"].get("left_out"),
            ]
            for lst in lists.all
        ),
    )


def requests_table(requests: Iterable[Mapping[str, Any]]) -> str:
    """Return requests that the server has."""
    return table(
        ["requested", "seasons", "", "as", "status"],
        (
            [
                one["title"],
                ", ".join(str(number) for number in one["seasons"]),
                "4K" if one["is4k"] else "",
                one["user"],
                one["status"],
            ]
            for one in requests
        ),
    )


def others_table(plans: Plans) -> str:
    """Return the titles that were not requested, with the reason: all but what is there."""
    rows = [
        [plan["list"], decision["title"], decision["outcome"], decision["reason"]]
        for plan in plans.values()
        for decision in plan["plan"]
        if decision["outcome"] not in ("available", "requested")
    ]
    return table(["list", "not requested", "outcome", "reason"], rows)


def calls_table(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Return how often each service was asked what."""
    rows = [
        [service, kind, number]
        for service, kinds in counts.items()
        for kind, number in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return table(["service", "call", "times"], rows)
