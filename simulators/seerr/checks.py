"""What every request goes through before its endpoint: in the servers' own order.

The body must be JSON; CSRF protection; path and method; a key at all; the parameters; whose key.
A wrong key is therefore noticed after a wrong parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from aiohttp import web
import orjson

from .answers import ForbiddenError, RefusedError
from .core import Core
from .endpoints import PREFIX, Call, Endpoint, Router
from .rows import SeerrUser
from .schema import Value, Wrong, check, check_body, coerce, js_number, missing

RESERVED = frozenset(":/?#[]@!$&'()*+,;=")
JSON = "application/json"
NO_COOKIE = "cookie 'connect.sid' required"
SESSION = "connect.sid"


class CrashError(Exception):
    """This request ends the server's process."""


def call_of(
    core: Core, router: Router, request: web.Request, raw_body: bytes, target: str
) -> Checked:
    """Return what is asked of which endpoint, or raise the server's refusal.

    `target` is the path with its query, raw, as the server behind a proxy sees it.
    """
    path, _, query = target.partition("?")
    body = _parsed(request, raw_body)
    if core.settings.csrf_protection and request.method not in ("GET", "HEAD", "OPTIONS"):
        raise RefusedError(403, "invalid csrf token")
    methods, found = router.find(path.removeprefix(PREFIX))
    if not methods:
        raise RefusedError(404, "not found", path=path)
    endpoint = methods.get(request.method)
    if endpoint is None:
        raise RefusedError(405, f"{request.method} method not allowed", path=path)
    keyed = request.headers.get("X-Api-Key") or request.cookies.get(SESSION)
    if not endpoint.open and not keyed:
        raise RefusedError(401, NO_COOKIE, path=path)
    _check_content_type(request, endpoint, path)
    _check_reserved(query, endpoint.query)
    params, values = _checked(endpoint, found, query, body)
    user = _user(core, request)
    if not endpoint.open and (user is None or not user.may(*endpoint.permissions)):
        raise ForbiddenError
    return endpoint, Call(user, params, values, body, query)


type Checked = tuple[Endpoint, Call]


def _parsed(request: web.Request, raw: bytes) -> Any:
    """Parse the body, as far as it says that it is JSON."""
    if request.content_type != JSON or not raw:
        return {}
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, _parse_error(raw.decode(errors="replace"), error.pos)) from error
    if not isinstance(value, dict | list):
        first = raw.strip()[:1].decode(errors="replace")
        raise RefusedError(400, f"Unexpected token {first} in JSON at position 0")
    return value


def _parse_error(text: str, position: int) -> str:
    if position >= len(text.rstrip()):
        return "Unexpected end of JSON input"
    return f"Unexpected token {text[position]} in JSON at position {position}"


def _check_content_type(request: web.Request, endpoint: Endpoint, path: str) -> None:
    if endpoint.body is None:
        return
    if "Content-Type" not in request.headers:
        raise RefusedError(415, "media type not specified", path=path)
    if request.content_type != JSON:
        raise RefusedError(415, f"unsupported media type {request.content_type}", path=path)


def _check_reserved(query: str, known: Mapping[str, Value]) -> None:
    """Refuse raw reserved characters. The validator overlooks the query's first `?`, and `=`."""
    for pair in query.replace("?", "", 1).split("&"):
        name, *value = pair.split("=")
        if name in known and value and RESERVED.intersection(value[0]):
            raise RefusedError(
                400,
                f"Parameter '{name}' must be url encoded. "
                "Its value may not contain reserved characters.",
                path=f".query.{name}",
            )


def _checked(
    endpoint: Endpoint, found: Mapping[str, str], query: str, body: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return path and query parameters in their types; raise with all that is wrong."""
    texts = _query_texts(query, endpoint.query)
    wrong = [missing(".query", name) for name in endpoint.required if name not in texts]
    values: dict[str, Any] = {}
    for name, given in texts.items():
        schema = endpoint.query[name]
        value = coerce(given[0], schema) if len(given) == 1 else given
        wrong.extend(check(value, schema, f".query.{name}"))
        values[name] = value
    params: dict[str, Any] = {}
    for name, text in found.items():
        schema = endpoint.params[name]
        params[name] = coerce(text, schema)
        wrong.extend(check(params[name], schema, f".params.{name}"))
    if endpoint.body is not None:
        wrong.extend(check_body(body, endpoint.body))
    if wrong:
        raise _refusal(wrong)
    return params, values


def _query_texts(query: str, known: Mapping[str, Value]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        texts.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    for name, values in texts.items():
        if name not in known:
            raise RefusedError(400, f"Unknown query parameter '{name}'", path=f".query.{name}")
        if values == [""]:
            raise RefusedError(
                400, f"Empty value found for query parameter '{name}'", path=f".query.{name}"
            )
    return texts


def _refusal(wrong: list[Wrong]) -> RefusedError:
    # What is missing is its parent's fault in the message, and has a path of its own.
    message = ", ".join(
        f"request{one.path.rpartition('.')[0] if one.code == 'required' else one.path} "
        f"{one.message}"
        for one in wrong
    )
    refusal = RefusedError(400, message)
    refusal.body["errors"] = [
        {
            "path": one.path,
            "message": one.message,
            "errorCode": f"{one.code}.openapi.validation",
        }
        for one in wrong
    ]
    return refusal


def _user(core: Core, request: web.Request) -> SeerrUser | None:
    """Return whom the request acts as.

    X-Api-User counts with the right key only. One that is no number ends the server: the database
    refuses it, and nobody catches that.
    """
    if request.headers.get("X-Api-Key") == core.settings.api_key:
        name = request.headers.get("X-Api-User")
        if not name:
            return core.tables.users.get(1)
        number = js_number(name)
        if number is None:
            raise CrashError
        return core.tables.users.get(int(number)) if number == int(number) else None
    session = request.cookies.get(SESSION)
    return core.tables.users.get(core.sessions.get(session, 0)) if session else None
