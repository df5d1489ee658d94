"""Answering a query or mutation.

The walk is our own, because graphql-core's takes a fifth of a second for a chunk of a list:
benchmarks would measure that instead of the client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import OperationType, get_location

from simulators.wanted import Wanted, wanted

from .asked import asked, check_complexity
from .errors import RefusedError

type Resolver = Callable[[Mapping[str, Any]], object]
"""Takes the arguments of a field and returns what is asked of it, or raises RefusedError."""


def answer(
    body: object,
    queries: Mapping[str, Resolver],
    mutations: Mapping[str, Resolver],
    *,
    keeps_the_rest: bool = False,
) -> tuple[int, dict[str, object]]:
    """Return status and body of an answer.

    Every root field is carried out, one after another. Where one of several is refused, nothing of
    the others is shown, unless `keeps_the_rest`.
    """
    try:
        query = asked(body)
        fields = wanted(query)
        check_complexity(fields)
    except RefusedError as refusal:
        return refusal.status, refusal.as_body()
    roots = mutations if query.operation.operation is OperationType.MUTATION else queries
    data: dict[str, object] = {}
    errors: list[dict[str, object]] = []
    status = 200
    for field in fields:
        try:
            data[field.key] = projected({**roots, "__typename": field.type_name}, field)
        except RefusedError as refusal:
            if not errors:
                status = refusal.status
            errors.append(refusal.as_error(*_place(field)))
            data[field.key] = None
    if not errors:
        return 200, {"data": data}
    shown = data if keeps_the_rest or len(data) == 1 else None
    return status, {"errors": errors, "data": shown}


def projected(row: Mapping[str, Any], field: Wanted) -> object:
    """Return what a field wants of a row."""
    if field.name == "__typename":
        return field.type_name
    found = row[field.name]
    if callable(found):
        found = found(field.arguments)
    if found is None or not field.fields:
        return found
    fields = field.fields
    if field.name == "Page":
        fields = tuple(sorted(fields, key=lambda each: each.name == "pageInfo"))
    if isinstance(found, list):
        return [{each.key: projected(one, each) for each in fields} for one in found]
    return {each.key: projected(found, each) for each in fields}


def _place(field: Wanted) -> tuple[int, int]:
    where = field.node.loc
    if where is None:
        return 1, 1
    place = get_location(where.source, where.start)
    return place.line, place.column
