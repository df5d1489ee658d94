"""Values checked as express-openapi-validator does it, down to its words (those of Ajv 6).

Every error is found, not only the first. Unknown body fields pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Any

_JS_NUMBER = re.compile(
    r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+"
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a value."""

    path: str
    message: str
    code: str


@dataclass(frozen=True, slots=True)
class Value:
    """A number, string or boolean."""

    type: str
    nullable: bool = False
    enum: tuple[str, ...] = ()
    minimum: int | None = None

    @property
    def type_name(self) -> str:
        """Return the type as the error names it."""
        return f"{self.type},null" if self.nullable else self.type


@dataclass(frozen=True, slots=True)
class Many:
    """An array."""

    items: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of several."""

    options: tuple[Value | Many, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON object. Where the description omits `required`, a content type is still demanded."""

    fields: Mapping[str, Value | Many | OneOf] = field(default_factory=dict)
    required: tuple[str, ...] = ()


NUMBER = Value("number")
TEXT = Value("string")
BOOLEAN = Value("boolean")


def js_number(text: str) -> float | None:
    """Return what JavaScript's Number() makes of a text: None for NaN, an int where it is one."""
    text = text.strip()
    if not text:
        return 0
    if not _JS_NUMBER.fullmatch(text):
        return None
    if text[:2].lower() in ("0x", "0b", "0o"):
        return int(text, 0)
    number = float(text)
    return int(number) if number.is_integer() else number


def check_body(value: Any, schema: Body) -> list[Wrong]:
    """Return what is wrong with a body."""
    if not isinstance(value, dict):
        return [_type_error(".body", "object")]
    wrong = [
        missing(".body", name) for name in schema.required if name not in value
    ]  # Ajv looks at what is missing first
    for name, part in schema.fields.items():
        if name in value:
            wrong.extend(check(value[name], part, f".body.{name}"))
    return wrong


def check(value: Any, schema: Value | Many | OneOf, path: str) -> list[Wrong]:
    """Return what is wrong with a value."""
    match schema:
        case Value():
            return _check_value(value, schema, path)
        case Many():
            if not isinstance(value, list):
                return [_type_error(path, "array")]
            return [
                wrong
                for index, item in enumerate(value)
                for wrong in check(item, schema.items, f"{path}[{index}]")
            ]
        case OneOf():
            outcomes = [check(value, option, path) for option in schema.options]
            if sum(not outcome for outcome in outcomes) == 1:
                return []
            return [
                *(wrong for outcome in outcomes for wrong in outcome),
                Wrong(path, "should match exactly one schema in oneOf", "oneOf"),
            ]


def coerce(text: str, schema: Value) -> Any:
    """Return a text of the address as the type that is wanted, where it can be one."""
    if schema.type == "number":
        number = js_number(text)
        return text if number is None else number
    return text


def missing(parent: str, name: str) -> Wrong:
    """Return that a property is missing."""
    return Wrong(f"{parent}.{name}", f"should have required property '{name}'", "required")


def _check_value(value: Any, schema: Value, path: str) -> list[Wrong]:
    if value is None and schema.nullable:
        return []
    wrong: list[Wrong] = []
    if not _is_a(value, schema.type):
        wrong.append(_type_error(path, schema.type_name))
    elif schema.minimum is not None and value < schema.minimum:
        wrong.append(Wrong(path, f"should be >= {schema.minimum}", "minimum"))
    if schema.enum and value not in schema.enum:
        allowed = ", ".join(schema.enum)
        wrong.append(
            Wrong(path, f"should be equal to one of the allowed values: {allowed}", "enum")
        )
    return wrong


def _is_a(value: Any, wanted: str) -> bool:
    match wanted:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case _:
            return isinstance(value, str)


def _type_error(path: str, wanted: str) -> Wrong:
    return Wrong(path, f"should be {wanted}", "type")
