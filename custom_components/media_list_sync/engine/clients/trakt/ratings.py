"""Scores, from 1 to 10."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...model import Ids
from ..shape import Misshapen, Row, child, moment, number, read, text_or_none
from . import shapes
from .api import TraktApi
from .targets import Episode, Film, Season, Show, Target, Written, body, written


@dataclass(frozen=True, slots=True)
class Rating:
    """A score on record. `rated_at` is aware, UTC.

    `ids` are all that Trakt has of what it is for, and `title` what it is called, if at all.
    """

    what: Target
    rating: int
    rated_at: datetime
    ids: Ids
    title: str = ""


class TraktRatings:
    """Reads, gives and takes away scores. All methods raise what those of TraktApi do."""

    def __init__(self, api: TraktApi) -> None:
        self._api = api

    async def read(self, *kinds: type[Target]) -> tuple[Rating, ...]:
        """Return all scores of these kinds (of all four, without any): a request or more for each.

        The reading of all kinds together is described as leaving out those of seasons.
        """
        out: list[Rating] = []
        for kind in kinds or (Film, Show, Season, Episode):
            path = f"/sync/ratings/{kind.section}"
            out += await self._api.all(path, _reader(kind), own=True, key=lambda row: row.what)
        return tuple(out)

    async def give(self, scores: Mapping[Target, int]) -> Written[Target]:
        """Rate, at most BATCH at once; an old score is replaced. ValueError for one off 1 to 10."""
        if not all(1 <= score <= 10 for score in scores.values()):
            raise ValueError("a score that Trakt does not have")
        sent = body((what, {"rating": score}) for what, score in scores.items())
        answer = await self._api.post("/sync/ratings", sent)
        return await read(answer, written(scores, "added"))

    async def remove(self, what: Sequence[Target]) -> Written[Target]:
        """Take scores away, at most BATCH at once."""
        answer = await self._api.post("/sync/ratings/remove", body((one, {}) for one in what))
        return await read(answer, written(what, "deleted"))


def _reader(kind: type[Target]) -> Callable[[Row], Rating]:
    key = kind.section.removesuffix("s")

    def build(row: Row) -> Rating:
        rating = number(row, "rating")
        if not 1 <= rating <= 10:
            raise Misshapen("a rating off 1 to 10")
        title = child(row, key)
        trakt = number(child(title, "ids"), "trakt")
        name = text_or_none(title, "title") or ""
        return Rating(kind(trakt), rating, moment(row, "rated_at"), shapes.ids(title), name)

    return build
