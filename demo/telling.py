"""What the demo prints of lists, requests and pairings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .lists import Lists
    from .watched import Seen

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


PAIRING_COUNTS = ("entries", "in_step", "updated", "episodes", "to_review", "waiting", "not_there")
"""The sensors that count entries and episodes."""


def pairings_table(lists: Lists) -> str:
    """Return what each pairing came to, as its entities say it."""
    return table(
        ["pairing", "status", *(key.replace("_", " ") for key in PAIRING_COUNTS)],
        ([one.title, one.status, *map(one.count, PAIRING_COUNTS)] for one in lists.pairings),
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


def others_table(lists: Lists, plans: Plans) -> str:
    """Return the titles that were not requested, with the reason: all but what is there."""
    rows = [
        [lst.title, decision["title"], decision["outcome"], decision["reason"]]
        for lst in lists.all
        for decision in plans[lst.id]["plan"]
        if decision["outcome"] not in ("available", "requested")
    ]
    return table(["list", "not requested", "outcome", "reason"], rows)


def review_table(lists: Lists, plans: Plans) -> str:
    """Return the entries of which a person has to say where they lie."""
    rows = [
        [pairing.title, decision["title"], decision["reason"]]
        for pairing in lists.pairings
        for decision in plans[pairing.id]["plan"]
        if decision["outcome"] == "review"
    ]
    return table(["pairing", "for review", "reason"], rows)


def watched_table(seen: Iterable[Seen]) -> str:
    """Return what is watched on each tracker, beside what has to be."""
    return table(
        ["tracker", "show or film", "wanted", "watched", "wrong"],
        ([one.tracker, one.title, len(one.wanted), len(one.counts), one.wrong] for one in seen),
    )


def calls_table(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Return how often each service was asked what."""
    rows = [
        [service, kind, number]
        for service, kinds in counts.items()
        for kind, number in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return table(["service", "call", "times"], rows)
