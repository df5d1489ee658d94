"""From the store to the snapshots that planning works on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
import sqlite3

from ..identity.numbering import Numbering, Season
from ..placement import Provider, Spot, TargetId
from ..store import bases as stored, tracked_seen
from ..store.times import from_text
from ..store.tracked import UNSEEN
from ..store.tracked_rows import providers_of
from . import bases
from .bases import Base
from .plan import BaseKey
from .units import Shelf, Unit


def load_bases(connection: sqlite3.Connection, job_id: str) -> dict[BaseKey, Base]:
    """Return the bases of a pairing."""
    return {
        (anilist, target_of(target)): bases.from_json(text)
        for (anilist, target), text in stored.load(connection, job_id).items()
    }


def load_shelf(
    connection: sqlite3.Connection,
    account: str,
    *,
    sections: Collection[str] | None,
    all_there: bool,
    marked: Collection[str] = (),
    stale_before: datetime | None = None,
) -> tuple[Shelf, dict[TargetId, Numbering]]:
    """Return what a tracker has, and the seasons of the shows that it was asked for.

    `sections`: the libraries that take part. `all_there`: every episode that there is can be
    marked, as on Trakt; else only those for which there is a row. Of the tracker's names for
    episodes only those are kept that may matter (W10): those that we `marked`. What was asked of
    the tracker before `stale_before` may have changed since.
    """
    units = _units(connection, account, sections)
    watched: defaultdict[str, dict[Spot, int]] = defaultdict(dict)
    there: defaultdict[str, set[Spot]] = defaultdict(set)
    seasons: defaultdict[str, dict[int, str]] = defaultdict(dict)
    names: defaultdict[str, dict[str, Spot]] = defaultdict(dict)
    wanted = set(marked)
    aired: defaultdict[str, dict[Spot, str]] = defaultdict(dict)
    replayed: defaultdict[str, set[Spot]] = defaultdict(set)
    spots: dict[tuple[int, int], Spot] = {}
    for unit, season, number, item, season_item, watched_at, plays, day in connection.execute(
        "SELECT unit, season, number, item, season_item, watched_at, plays, aired"
        " FROM tracked_episode WHERE account = ?",
        (account,),
    ):
        if unit not in units:
            continue
        spot = spots.get((season, number))
        if spot is None:
            spot = spots[(season, number)] = Spot(season, number)
        there[unit].add(spot)
        if watched_at is not None:
            watched[unit][spot] = watched_at
            if plays > 1:
                replayed[unit].add(spot)
        if season_item:
            seasons[unit][season] = season_item
        if item in wanted:
            names[unit][item] = spot
        if day:
            aired[unit][spot] = day
    sized = {
        target: numbering
        for key, (unit, sized_at) in units.items()
        if sized_at is not None
        for numbering in (_numbering(there[key], aired[key]),)
        for target in unit.ids
    }
    begun_anew = tracked_seen.begun_anew(connection, account)
    shelf = Shelf.of(
        replace(
            unit,
            watched=watched.get(key, {}),
            there=None if all_there else frozenset(there[key]),
            season_keys=seasons.get(key, {}),
            items=names.get(key, {}),
            aired={} if all_there else aired.get(key, {}),
            replayed=frozenset(replayed.get(key, ())),
            begun_anew=begun_anew.get(key, 0),
        )
        for key, (unit, _) in units.items()
        if not key.startswith("?")
    )
    missing = frozenset(
        target for key, (unit, _) in units.items() if key.startswith("?") for target in unit.ids
    )
    stale = frozenset(
        target
        for unit, sized_at in units.values()
        if sized_at is not None and stale_before is not None and sized_at < stale_before
        for target in unit.ids
    )
    shelf = replace(shelf, missing=missing, stale=stale, listed=_listed(connection, account))
    return shelf, sized


def _units(
    connection: sqlite3.Connection, account: str, sections: Collection[str] | None
) -> dict[str, tuple[Unit, datetime | None]]:
    """Return the units of some libraries; what is UNSEEN only where no other has its id."""
    rows = connection.execute(
        "SELECT unit, section, title, ids, numbering, rating, dropped, sized_at, twin"
        " FROM tracked_unit WHERE account = ? ORDER BY section = ?",
        (account, UNSEEN),
    )
    found: dict[str, tuple[Unit, datetime | None]] = {}
    named: set[TargetId] = set()
    for key, section, title, ids, numbering, rating, dropped, sized_at, twin in rows:
        targets = tuple(target_of(text) for text in ids.split())
        if section == UNSEEN and not named.isdisjoint(targets):
            continue
        named.update(targets)
        if sections is None or section in sections:
            unit = Unit(
                key=key,
                title=title,
                ids=targets,
                numbered_by=providers_of(numbering),
                rating=rating,
                is_dropped=bool(dropped),
                twin=twin,
            )
            found[key] = unit, from_text(sized_at)
    return found


def _listed(connection: sqlite3.Connection, account: str) -> frozenset[TargetId]:
    rows = connection.execute("SELECT target FROM tracked_listed WHERE account = ?", (account,))
    return frozenset(target_of(text) for (text,) in rows)


def target_of(text: str) -> TargetId:
    """Return the target that "provider:id" means."""
    provider, _, number = text.partition(":")
    return TargetId(Provider(provider), number)


def _numbering(spots: Collection[Spot], aired: Mapping[Spot, str]) -> Numbering:
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    for spot in spots:
        numbers[spot.season].append(spot.number)
    days = {spot: date.fromisoformat(day) for spot, day in aired.items()}
    return Numbering(
        {
            season: Season(
                episodes=max(found) - min(found) + 1,
                first=min(found),
                aired={
                    number: days[spot] for number in found if (spot := Spot(season, number)) in days
                },
            )
            for season, found in numbers.items()
        }
    )
