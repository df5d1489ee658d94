"""Checking the body of a request against the schema, and against AniList's limits for a query."""

from __future__ import annotations

from functools import lru_cache

from graphql import DocumentNode, GraphQLError, get_operation_ast, parse, validate
from graphql.execution.values import get_variable_values

from simulators.wanted import Asked, Wanted

from .errors import RefusedError
from .schema import SCHEMA

MOST_COMPLEX = 500
"""Fields that one request may ask for, each counted as often as it is written down."""


def asked(body: object) -> Asked:
    """Return what a body asks, or raise RefusedError (400)."""
    if not isinstance(body, dict):
        # Several queries in an array, too.
        raise RefusedError(400, "No query or mutation provided.")
    query, variables = body.get("query"), body.get("variables") or {}
    if not isinstance(query, str) or not query or not isinstance(variables, dict):
        raise RefusedError(400, "No query or mutation provided.")
    document = _document(query)
    operation = get_operation_ast(document, body.get("operationName"))
    if operation is None:
        raise RefusedError(400, "Must provide operation name.")
    values = get_variable_values(SCHEMA, operation.variable_definitions or (), variables)
    if isinstance(values, list):
        raise RefusedError(400, values[0].message)
    return Asked(SCHEMA, document, operation, values)


def check_complexity(fields: tuple[Wanted, ...]) -> None:
    """Refuse what asks for too much at once."""
    cost = sum(_cost(field) for field in fields)
    if cost > MOST_COMPLEX:
        raise RefusedError(400, f"Max query complexity should be {MOST_COMPLEX} but got {cost}.")


def _cost(field: Wanted) -> int:
    return 1 + sum(_cost(each) for each in field.fields)


@lru_cache(maxsize=64)
def _document(query: str) -> DocumentNode:
    try:
        document = parse(query)
    except GraphQLError as error:
        raise RefusedError(400, error.message) from error
    if errors := validate(SCHEMA, document):
        raise RefusedError(400, errors[0].message)
    return document
