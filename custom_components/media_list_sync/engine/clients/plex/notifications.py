"""What a media server tells of by itself: what is played, and what changes in its libraries."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing

import orjson

from ..shape import Misshapen, Row, children, mapping, number, number_or_none, text
from .models import LibraryChange, Notification, Playing, PlayState

_PROCESSED, _DELETED = 5, 9
"""States of the timeline in which an item has come to an end; the others are steps on the way."""
_LIBRARY = "com.plexapp.plugins.library"
_WORDS = frozenset(PlayState)


async def read_notifications(messages: AsyncGenerator[str]) -> AsyncGenerator[Notification]:
    """Yield what the messages of a server tell, as far as it is of use here.

    What is not understood is passed over: nothing is concluded from a notification alone.
    """
    async with aclosing(messages):
        async for message in messages:
            for notification in _read(message):
                yield notification


def _read(message: str) -> list[Notification]:
    try:
        container = mapping(mapping(orjson.loads(message)).get("NotificationContainer"))
        name, build = _KINDS[container["type"]]
        built = [build(row) for row in children(container, name)]
    except orjson.JSONDecodeError, Misshapen, KeyError, TypeError:
        return []
    return [one for one in built if one is not None]


def _playing(row: Row) -> Notification:
    word = text(row, "state")
    return Playing(
        key=text(row, "ratingKey"),
        state=PlayState(word) if word in _WORDS else PlayState.UNKNOWN,
        offset=number_or_none(row, "viewOffset") or 0,
    )


def _timeline(row: Row) -> Notification | None:
    state = number(row, "state")
    if row.get("identifier") != _LIBRARY or state not in (_PROCESSED, _DELETED):
        return None
    # Numbers, or numbers as text, by the server's version.
    return LibraryChange(
        key=str(row["itemID"]), section=str(row["sectionID"]), is_gone=state == _DELETED
    )


_KINDS: Mapping[object, tuple[str, Callable[[Row], Notification | None]]] = {
    "playing": ("PlaySessionStateNotification", _playing),
    "timeline": ("TimelineEntry", _timeline),
}
