"""The fields that a query wants, once its fragments, directives and variables are put in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_directive_values,
    get_named_type,
)
from graphql.execution.values import get_argument_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation that fits the schema, with its variables."""

    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field: under which key, with which arguments, and which fields of it in turn."""

    key: str
    name: str
    type_name: str
    arguments: Mapping[str, Any]
    fields: tuple[Wanted, ...]
    node: FieldNode


def wanted(query: Asked) -> tuple[Wanted, ...]:
    """Return the root fields of a query or mutation."""
    root = query.schema.get_root_type(query.operation.operation)
    if root is None:
        raise TypeError("the schema has no such operations")
    return _Reader(query).fields(root, [query.operation.selection_set])


class _Reader:
    def __init__(self, query: Asked) -> None:
        self._variables = query.variables
        self._fragments = {
            node.name.value: node
            for node in query.document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def fields(
        self, parent: GraphQLObjectType, selections: list[SelectionSetNode]
    ) -> tuple[Wanted, ...]:
        # Selections under the same key are one field, in which all that they want is wanted.
        by_key: dict[str, list[FieldNode]] = {}
        for selection in selections:
            for node in self._flat(selection):
                key = node.alias.value if node.alias else node.name.value
                by_key.setdefault(key, []).append(node)
        return tuple(self._field(parent, key, nodes) for key, nodes in by_key.items())

    def _field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Wanted:
        name = nodes[0].name.value
        if name == "__typename":
            return Wanted(key, name, parent.name, {}, (), nodes[0])
        definition = parent.fields[name]
        kind = get_named_type(definition.type)
        fields: tuple[Wanted, ...] = ()
        if isinstance(kind, GraphQLObjectType):
            fields = self.fields(kind, [node.selection_set for node in nodes if node.selection_set])
        arguments = get_argument_values(definition, nodes[0], self._variables)
        return Wanted(key, name, parent.name, arguments, fields, nodes[0])

    def _flat(self, selection: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selection.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                yield from self._flat(self._fragments[node.name.value].selection_set)
            elif isinstance(node, InlineFragmentNode):
                yield from self._flat(node.selection_set)

    def _included(self, node: Any) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (skip and skip["if"]) and (include is None or include["if"])
