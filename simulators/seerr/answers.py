"""Answers as Express writes them: compact JSON with a weak ETag, and 304 for what is known."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
import hashlib
from typing import Any

from aiohttp import web
import orjson

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with a JSON body: a value, its bytes where they are at hand, or no body at all."""

    body: Any = None
    status: int = 200
    encoded: bytes | None = None
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


NOTHING = Answer(status=204)
CREATED = Answer(status=201)


class RefusedError(Exception):
    """The server answers with an error."""

    def __init__(
        self, status: int, message: str, *, path: str | None = None, code: str | None = None
    ) -> None:
        """Keep the answer. With a `path` it comes from the validator, which lists its errors."""
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message}
        if path is not None:
            self.body["errors"] = [{"path": path, "message": message}]
            if code is not None:
                self.body["errors"][0]["errorCode"] = code


class ForbiddenError(RefusedError):
    """The key is wrong, or its user lacks the permission: the one error without a `message`."""

    def __init__(self) -> None:
        """Say what the servers say."""
        super().__init__(403, "")
        self.body = {
            "status": 403,
            "error": "You do not have permission to access this endpoint",
        }


def etag_of(body: bytes) -> str:
    """Return Express's weak ETag: the length, and 27 characters of the digest."""
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return f'W/"{len(body):x}-{base64.b64encode(digest).decode()[:27]}"'


def response(answer: Answer, request: web.Request) -> web.Response:
    """Return the response to a request."""
    if answer.encoded is None and answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    body = orjson.dumps(answer.body) if answer.encoded is None else answer.encoded
    etag = answer.etag or etag_of(body)
    if answer.status == 200 and _is_fresh(request, etag):
        return web.Response(status=304, headers={"ETag": etag})
    return web.Response(
        body=body,
        status=answer.status,
        headers={"Content-Type": JSON_TYPE, "ETag": etag, **answer.headers},
    )


def _is_fresh(request: web.Request, etag: str) -> bool:
    """Say whether the client has this already: compared weakly, for GET alone."""
    known = request.headers.get("If-None-Match")
    if known is None or request.method != "GET":
        return False
    if "no-cache" in request.headers.get("Cache-Control", ""):
        return False
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags
