"""Answering a query.

The walk is our own, because graphql-core's takes a tenth of a second for 250 entries: benchmarks
would measure that instead of the client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from simulators.wanted import wanted

from .asked import asked
from .errors import RefusedError

if TYPE_CHECKING:
    from simulators.wanted import Wanted

type Resolver = Callable[[Mapping[str, Any]], object]
"""Takes the arguments of a field and returns what is asked of it, or raises RefusedError."""

type Errors = list[dict[str, object]]


def answer(body: object, roots: Mapping[str, Resolver]) -> dict[str, object]:
    """Answer the body of a request from the resolvers of the root fields, or raise UnfitError.

    A field that is refused is null, with an error beside the data.
    """
    errors: Errors = []
    data = _projected(roots, wanted(asked(body)), (), errors)
    return {"errors": errors, "data": data} if errors else {"data": data}


def _projected(
    value: Any, fields: tuple[Wanted, ...], path: tuple[str, ...], errors: Errors
) -> object:
    if value is None or not fields:
        return value
    if isinstance(value, list):
        return [_projected(entry, fields, path, errors) for entry in value]
    out: dict[str, object] = {}
    for field in fields:
        if field.name == "__typename":
            out[field.key] = field.type_name
            continue
        found = value[field.name]
        here = (*path, field.key)
        if callable(found):
            try:
                found = found(field.arguments)
            except RefusedError as refusal:
                errors.append(refusal.as_error(here))
                found = None
        out[field.key] = _projected(found, field.fields, here, errors) if field.fields else found
    return out
