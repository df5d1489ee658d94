"""Holding requests to an API description (OpenAPI 3.0 or 3.1), as far as ours need it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft202012Validator
import yaml

from simulators.base import Exchange

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_PLACEHOLDER = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    path: str
    pattern: re.Pattern[str]
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]
    body: Mapping[str, Any] | None

    @property
    def takes_media_queries(self) -> bool:
        """Say whether the query is one of Plex's, which may name any field of an item."""
        return ("query", "mediaQuery") in self.parameters


class Description:
    """An API description."""

    def __init__(self, file: Path, prefix: str = "") -> None:
        text = file.read_text()
        self._document = json.loads(text) if file.suffix == ".json" else _load_yaml(text)
        self._prefix = prefix
        self._operations: dict[str, list[Operation]] = {}
        for path, item in self._document["paths"].items():
            for method in ("get", "post", "put", "delete"):
                if method in item:
                    operation = self._operation(path, item, item[method])
                    self._operations.setdefault(method.upper(), []).append(operation)
        for operations in self._operations.values():
            # The most particular first.
            operations.sort(key=lambda one: len(_PLACEHOLDER.findall(one.path)))

    def faults(self, exchange: Exchange) -> Iterator[str]:
        """Yield everything that a request has and should not, or should have and has not."""
        path, _, query = exchange.path.partition("?")
        path = path.removeprefix(self._prefix)
        found = next(
            (
                (one, match)
                for one in self._operations.get(exchange.method, ())
                if (match := one.pattern.fullmatch(path))
            ),
            None,
        )
        if found is None:
            yield f"there is no {exchange.method} {path}"
            return
        operation, match = found
        names = _PLACEHOLDER.findall(operation.path)
        for name, value in zip(names, match.groups(), strict=True):
            schema = operation.parameters[("path", name.strip("{}"))]["schema"]
            # An array in a path is written with commas between ("simple").
            is_array = schema.get("type") == "array"
            for part in value.split(",") if is_array else (value,):
                of_part = schema["items"] if is_array else schema
                yield from self._value_faults(name, unquote(part), of_part)
        yield from self._query_faults(operation, query)
        yield from self._body_faults(operation, exchange.body)

    def _query_faults(self, operation: Operation, query: str) -> Iterator[str]:
        sent = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
        for (place, name), parameter in operation.parameters.items():
            if place == "query" and parameter.get("required") and name not in sent:
                yield f"?{name} is missing"
        for name, value in sent.items():
            if ("query", name) not in operation.parameters:
                if not operation.takes_media_queries:
                    yield f"?{name} is not known"
            else:
                schema = operation.parameters[("query", name)]["schema"]
                yield from self._value_faults(f"?{name}", value, schema)
        if re.search(r"[:+/?@!$'()*,;\[\]]", query):
            yield f"not encoded: {query}"

    def _body_faults(self, operation: Operation, body: bytes) -> Iterator[str]:
        if operation.body is None:
            if body:
                yield "a body that nobody asked for"
            return
        parsed = json.loads(body)
        for error in self._errors(parsed, operation.body):
            yield f"body: {error}"
        for name in set(parsed) - set(_properties(operation.body)):
            yield f"body: {name} is not known"

    def _value_faults(self, name: str, text: str, schema: Mapping[str, Any]) -> Iterator[str]:
        kinds = schema.get("type", ())
        kinds = [kinds] if isinstance(kinds, str) else kinds
        value: object = text
        if {"number", "integer"}.intersection(kinds):
            value = _number(text) if _NUMBER.fullmatch(text) else text
        elif "boolean" in kinds:
            value = {"true": True, "false": False}.get(text, text)
        for error in self._errors(value, schema):
            yield f"{name}: {error}"

    def _errors(self, value: object, schema: Mapping[str, Any]) -> Iterator[str]:
        rooted = {**schema, "components": self._document.get("components", {})}
        for error in Draft202012Validator(rooted).iter_errors(value):
            yield error.message

    def _operation(self, path: str, item: Any, method: Any) -> Operation:
        pattern = "([^/]+)".join(re.escape(part) for part in _PLACEHOLDER.split(path))
        parameters = [
            self._followed(one)
            for one in (*item.get("parameters", ()), *method.get("parameters", ()))
        ]
        content = method.get("requestBody", {}).get("content", {})
        return Operation(
            path,
            re.compile(pattern),
            {(one["in"], one["name"]): one for one in parameters},
            content.get("application/json", {}).get("schema"),
        )

    def _followed(self, node: Any) -> Any:
        """Return what stands where a reference points to."""
        if "$ref" not in node:
            return node
        found = self._document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found


def _number(text: str) -> float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _load_yaml(text: str) -> Any:
    """Read YAML, and write OpenAPI 3.0's "nullable" as JSON Schema does."""

    def plain(node: Any) -> Any:
        if isinstance(node, list):
            return [plain(entry) for entry in node]
        if not isinstance(node, dict):
            return node
        out = {key: plain(value) for key, value in node.items()}
        if out.pop("nullable", False) is True and isinstance(out.get("type"), str):
            out["type"] = [out["type"], "null"]
        out.pop("example", None)
        return out

    return plain(yaml.load(text, Loader=yaml.CSafeLoader))


def _properties(schema: Mapping[str, Any]) -> set[str]:
    names = set(schema.get("properties", ()))
    for one in schema.get("oneOf", ()):
        names |= _properties(one)
    return names
