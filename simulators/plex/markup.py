"""Answers in JSON or XML: the same tree, written in the way that the request accepts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from aiohttp import hdrs, web

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

type Tree = Mapping[str, Any]

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_VIDEOS = frozenset({"movie", "episode"})


def wants_json(request: web.Request) -> bool:
    """Say whether JSON is asked for. Without a word of it, Plex answers XML."""
    return "application/json" in request.headers.get(hdrs.ACCEPT, "")


def container(
    request: web.Request, tree: Tree, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return a MediaContainer, as servers and discover do."""
    if wants_json(request):
        return json_response({"MediaContainer": tree}, headers=headers)
    return xml_response("".join(_element("MediaContainer", tree)), headers=headers)


def json_response(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return JSON without needless spaces."""
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)


def xml_response(
    text: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return XML."""
    return web.Response(
        text=_DECLARATION + text, status=status, content_type="application/xml", headers=headers
    )


def account_answer(request: web.Request, name: str, body: Any, status: int = 200) -> web.Response:
    """Answer as plex.tv's newer addresses do, in whose XML each list is an element of its own."""
    if wants_json(request):
        return json_response(body, status)
    text = "".join(_list(name, body) if isinstance(body, list) else _nested(name, body))
    return xml_response(text, status)


def _element(name: str, tree: Tree) -> Iterator[str]:
    children: list[tuple[str, Tree]] = []
    yield f"<{name}"
    for key, value in tree.items():
        if isinstance(value, list):
            children += [(_tag(key, child), child) for child in value]
        elif isinstance(value, dict):
            children.append((key, value))
        elif value is not None:
            yield _attribute(key, value)
    if not children:
        yield "/>"
        return
    yield ">"
    for tag, child in children:
        yield from _element(tag, child)
    yield f"</{name}>"


def _tag(key: str, child: Tree) -> str:
    if key != "Metadata":
        return key
    return "Video" if child.get("type") in _VIDEOS else "Directory"


def _nested(name: str, tree: Tree) -> Iterator[str]:
    yield f"<{name}"
    for key, value in tree.items():
        if not isinstance(value, list | dict):
            yield _attribute(key, "" if value is None else value)
    yield ">"
    for key, value in tree.items():
        if isinstance(value, list):
            yield from _list(key, value)
        elif isinstance(value, dict):
            yield from _nested(key, value)
    yield f"</{name}>"


def _list(name: str, members: Sequence[Any]) -> Iterator[str]:
    yield f"<{name}>"
    for member in members:
        yield from _nested(
            name.removesuffix("s"), member if isinstance(member, dict) else {"id": member}
        )
    yield f"</{name}>"


def _attribute(key: str, value: object) -> str:
    if isinstance(value, bool):
        value = int(value)
    return f" {key}={quoteattr(str(value))}"
