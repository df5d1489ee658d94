"""Checking the body of a request against the schema."""

from __future__ import annotations

from functools import lru_cache

from graphql import (
    DocumentNode,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.values import get_variable_values

from simulators.wanted import Asked

from .errors import ErrorCode, UnfitError
from .schema import SCHEMA

_RULES = (*specified_rules, NoSchemaIntrospectionCustomRule)


def asked(body: object) -> Asked:
    """Return what a body asks, or raise UnfitError.

    All that does not fit is a 400, except variables of a wrong type.
    """
    if not (
        isinstance(body, dict)
        and isinstance(body.get("query", ""), str)
        and isinstance(body.get("variables") or {}, dict)
    ):
        raise UnfitError(400, "BAD_REQUEST", "Invalid request body")
    query = body.get("query")
    if not query:
        # A persisted query, known by a hash only: those change with every release of the site.
        if "persistedQuery" in (body.get("extensions") or {}):
            raise UnfitError(400, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        raise UnfitError(400, "BAD_REQUEST", "Must provide query string.")
    document = _document(query)
    operation = get_operation_ast(document, body.get("operationName"))
    if operation is None:
        raise UnfitError(400, "OPERATION_RESOLUTION_FAILURE", "Must provide operation name.")
    if operation.operation is not OperationType.QUERY:
        raise UnfitError(400, "GRAPHQL_VALIDATION_FAILED", "Only queries are answered.")
    variables = get_variable_values(
        SCHEMA, operation.variable_definitions or (), body.get("variables") or {}
    )
    if isinstance(variables, list):
        raise UnfitError(200, ErrorCode.BAD_USER_INPUT, *(error.message for error in variables))
    return Asked(SCHEMA, document, operation, variables)


@lru_cache(maxsize=64)
def _document(query: str) -> DocumentNode:
    try:
        document = parse(query)
    except GraphQLError as error:
        raise UnfitError(400, "GRAPHQL_PARSE_FAILED", error.message) from error
    if errors := validate(SCHEMA, document, _RULES):
        raise UnfitError(400, "GRAPHQL_VALIDATION_FAILED", *(error.message for error in errors))
    return document
