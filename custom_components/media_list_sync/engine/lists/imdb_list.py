"""Lists and watchlists of people on IMDb."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ..clients.imdb import ImdbClient, ImdbList, ImdbTitle
from ..model import ListContents
from .errors import NotAList, as_errors_of_a_list
from .imdb_titles import collect


@dataclass(frozen=True, slots=True)
class ImdbListSource:
    """The list `ls…`."""

    imdb: ImdbClient
    list_id: str

    async def read(self, known: str | None) -> ListContents | None:
        """Read the list. It is unchanged when its date of change and its size are."""
        with as_errors_of_a_list():
            if known is not None:
                info = await self.imdb.list_info(self.list_id)
                if info.fingerprint == known:
                    return None
            about, titles = await self.imdb.list_titles(self.list_id)
        if not about.holds_titles:
            raise NotAList("imdb", None, "a list of people", status=400)
        return await asyncio.to_thread(_contents, about, titles, about.name)


@dataclass(frozen=True, slots=True)
class ImdbWatchlistSource:
    """The watchlist of the user `ur…`."""

    imdb: ImdbClient
    user_id: str

    async def read(self, known: str | None) -> ListContents | None:
        """Read the watchlist. It is unchanged when its date of change and its size are."""
        with as_errors_of_a_list():
            if known is not None:
                info = await self.imdb.watchlist_info(self.user_id)
                if info.fingerprint == known:
                    return None
            about, titles = await self.imdb.watchlist_titles(self.user_id)
        name = f"IMDb watchlist ({about.owner or self.user_id})"
        return await asyncio.to_thread(_contents, about, titles, name)


def _contents(about: ImdbList, titles: tuple[ImdbTitle | None, ...], name: str) -> ListContents:
    collected = collect(titles)
    return ListContents(
        name=name,
        items=tuple(collected.items.values()),
        left_out=collected.left_out,
        fingerprint=about.fingerprint,
    )
