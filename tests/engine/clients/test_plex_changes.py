"""What changed in a library of Plex since a time."""

from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qs

import pytest

from custom_components.media_list_sync.engine.clients.plex import (
    ChangedWhileRead,
    PlexChanges,
    PlexServer,
)

from .plex_stub import (
    ALL_MOVIES,
    ALL_SHOWS,
    CLIENT,
    MOVIES,
    SHOWS,
    TOKEN,
    PlexStub,
    episode,
    in_pages,
    one_after_the_other,
)

SINCE = 1_700_000_000
ROWS = [episode(n, lastViewedAt=SINCE + 3 - n, viewCount=1) for n in range(700)]
"""Four of them at that time or later, the latest first."""


@pytest.fixture
async def plex(socket_enabled: None) -> AsyncIterator[PlexStub]:
    async with PlexStub() as service:
        yield service


@pytest.fixture
def client(plex: PlexStub, doorway: Callable) -> PlexServer:
    return PlexServer(doorway("plex"), plex.url, CLIENT, TOKEN)


def keys(changes: PlexChanges) -> list[str]:
    return [row.key for row in changes.episodes]


async def test_watched_since(plex, client) -> None:
    plex.answers[ALL_SHOWS] = in_pages(ROWS[:4])

    changes = await client.changed_since(SHOWS, SINCE)

    assert keys(changes) == ["10000", "10001", "10002", "10003"]
    assert changes.movies == ()
    assert len(plex.exchanges) == 1
    asked = parse_qs(plex.query())
    assert (asked["type"], asked["lastViewedAt>"]) == (["4"], [str(SINCE)])
    assert asked["sort"] == ["lastViewedAt:desc"]


async def test_films_watched_since(plex, client) -> None:
    row = {"ratingKey": "55", "title": "Film", "viewCount": 1, "lastViewedAt": SINCE}
    plex.answers[ALL_MOVIES] = in_pages([row])
    changes = await client.changed_since(MOVIES, SINCE)
    assert [row.key for row in changes.movies] == ["55"]
    assert changes.episodes == ()
    assert parse_qs(plex.query())["type"] == ["1"]


async def test_updated_since(plex, client) -> None:
    rows = [episode(n, updatedAt=SINCE + 1 - n) for n in range(3)]
    plex.answers[ALL_SHOWS] = in_pages(rows)
    assert keys(await client.updated_since(SHOWS, SINCE)) == ["10000", "10001"]
    asked = parse_qs(plex.query())
    assert asked["updatedAt>"] == [str(SINCE)]
    assert asked["sort"] == ["updatedAt:desc"]


async def test_nothing_changed(plex, client) -> None:
    plex.answers[ALL_SHOWS] = in_pages([])
    assert await client.changed_since(SHOWS, SINCE) == PlexChanges()


async def test_a_server_that_does_not_filter(plex, client) -> None:
    """It answers with all that there is: still one request, and what is old is left out."""
    plex.answers[ALL_SHOWS] = in_pages(ROWS)
    assert len(keys(await client.changed_since(SHOWS, SINCE))) == 4
    assert len(plex.exchanges) == 1


async def test_a_server_that_neither_filters_nor_sorts(plex, client) -> None:
    unseen = [episode(n) for n in range(1000, 1100)]
    plex.answers[ALL_SHOWS] = in_pages([*unseen, *reversed(ROWS)])
    found = keys(await client.changed_since(SHOWS, SINCE))
    assert sorted(found) == ["10000", "10001", "10002", "10003"]
    assert len(plex.exchanges) == 2


async def test_more_than_a_page(plex, client) -> None:
    plex.answers[ALL_SHOWS] = in_pages([episode(n, lastViewedAt=SINCE) for n in range(600)])
    assert len(keys(await client.changed_since(SHOWS, SINCE))) == 600
    assert len(plex.exchanges) == 2


async def test_watched_while_it_was_read(plex, client) -> None:
    """A row more in front moves one to the next page, where it is seen twice: read anew."""
    many = [episode(n, lastViewedAt=SINCE + 9) for n in range(600)]

    one, other = in_pages(many), in_pages([episode(700, lastViewedAt=SINCE), *many])
    plex.answers[ALL_SHOWS] = one_after_the_other(one, other, other, other)
    assert len(keys(await client.changed_since(SHOWS, SINCE))) == 601
    plex.answers[ALL_SHOWS] = one_after_the_other(*[one, other] * 3)
    with pytest.raises(ChangedWhileRead):
        await client.changed_since(SHOWS, SINCE)
