"""What travels beside the episodes: scores, the watchlist, dropped shows (W13): pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..identity.numbering import Numbering
from ..placement import FILM, Placement
from ..spots import spots
from ..watch import Airing, Entry, ListStatus
from .bases import Base
from .plan import Action, ActionKind
from .scores import Scores, merged, rating_of
from .units import Unit

if TYPE_CHECKING:
    from .plan import PlanInputs


def extras_of(
    entry: Entry,
    placement: Placement,
    units: tuple[Unit, ...],
    base: Base,
    scores: Scores | None,
    inputs: PlanInputs,
) -> Iterator[Action]:
    """Yield what else of an entry is to be carried over. What was carried over once is not again.

    It goes only where the entry alone fills a film, a season, or a show. `scores` are what both
    sides' come to, where they were merged.
    """
    policy = inputs.policy
    season = _filled(entry, placement, inputs)
    if season is None:
        return
    is_title = season == _ALL
    if policy.scores and entry.score:
        rating = rating_of(entry.score)
        is_news = scores.to_tracker == rating if scores is not None else rating != base.rated
        if is_news and rating != base.unrated:
            for unit in units:
                if unit.rating != rating or not is_title:
                    yield _action(
                        ActionKind.RATE,
                        entry,
                        placement,
                        unit,
                        rating=rating,
                        season=None if is_title else season,
                    )
    if not is_title:
        return
    if (
        policy.watchlist
        and entry.status is ListStatus.PLANNING
        and not base.listed
        and not any(unit.watched for unit in units)
        and placement.target not in inputs.shelf.listed
    ):
        yield _action(ActionKind.LIST, entry, placement, units[0] if units else None)
    if (
        policy.dropped
        and inputs.is_trakt
        and entry.status is ListStatus.DROPPED
        and not placement.target.provider.is_film
        and not base.dropped
    ):
        yield from (
            _action(ActionKind.DROP, entry, placement, unit)
            for unit in units[:1]
            if not unit.is_dropped
        )


_ALL = -2
"""In place of a season: all of the show, or the film."""


def scores_of(
    entry: Entry,
    placement: Placement,
    units: tuple[Unit, ...],
    base: Base | None,
    inputs: PlanInputs,
) -> Scores | None:
    """Merge the scores of both sides; None where they do not travel both ways (W13).

    The ratings of seasons are not read: they go to the tracker alone.
    """
    policy = inputs.policy
    if not (policy.scores and policy.to_anilist and units):
        return None
    if _filled(entry, placement, inputs) != _ALL:
        return None
    rating = next((unit.rating for unit in units if unit.rating), None)
    conflict = inputs.prefer or policy.conflict
    return merged(entry, rating, base, conflict, to_tracker=policy.to_tracker)


def _filled(entry: Entry, placement: Placement, inputs: PlanInputs) -> int | None:
    is_sole = (entry.anime.id, placement.target) in inputs.sole
    return _fills(entry, placement, inputs.numberings.get(placement.target), is_sole=is_sole)


def _fills(
    entry: Entry, placement: Placement, numbering: Numbering | None, *, is_sole: bool
) -> int | None:
    """Return the season that an entry fills alone, `_ALL` for all of the title, or None."""
    if placement.target.provider.is_film:
        return _ALL
    total = entry.anime.episodes
    if not total or entry.anime.airing is not Airing.FINISHED or numbering is None:
        return None
    sizes = {number: season.episodes for number, season in numbering.seasons.items()}
    own = set(spots(placement, 1, total))
    if FILM in own:
        return None
    seasons = {spot.season for spot in own}
    if any(
        len([spot for spot in own if spot.season == season]) != sizes.get(season)
        for season in seasons
    ):
        return None
    if (numbering.is_whole or is_sole) and seasons == {number for number in sizes if number > 0}:
        return _ALL
    return next(iter(seasons)) if len(seasons) == 1 else None


def _action(
    kind: ActionKind,
    entry: Entry,
    placement: Placement,
    unit: Unit | None,
    *,
    rating: int | None = None,
    season: int | None = None,
) -> Action:
    return Action(
        kind=kind,
        anilist=entry.anime.id,
        title=entry.anime.title,
        unit=unit.key if unit else "",
        target=placement.target,
        rating=rating,
        season=season,
    )
