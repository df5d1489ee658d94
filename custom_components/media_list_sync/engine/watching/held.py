"""What may have been done after a backup that was restored: held until a person has said.

The database does not know what came of a write that was under way when it was copied. It was most
likely carried out, and what is not there any more was taken back by a person since (W3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
import sqlite3
from typing import Any

from ..placement import Spot
from ..store import bases as stored, reviews
from ..store.journal import Entry
from ..watch import ListStatus
from . import bases
from .bases import Base, Side
from .plan import Action, ActionKind
from .record import action_of, key_of


def hold(connection: sqlite3.Connection, entry: Entry) -> None:
    """Have a write not repeated by itself, if it is one to a tracker."""
    if not _is_to_tracker(entry.action):
        return
    action = action_of(entry.action)
    key = key_of(action)
    text = stored.get(connection, entry.job_id, key)
    known = Base(Side(ListStatus.PLANNING, 0)) if text is None else bases.from_json(text)
    stored.save(connection, entry.job_id, {key: bases.to_json(_held(known, action))})


def answer(connection: sqlite3.Connection, job_id: str, anilist: int, *, mark: bool) -> None:
    """Take up what a person says of an entry's episodes in doubt: to be marked, or left alone."""
    answered: dict[stored.Key, str] = {}
    for key, text in stored.load(connection, job_id).items():
        base = bases.from_json(text)
        if key[0] == anilist and base.doubtful:
            marked = base.doubtful if mark else frozenset[Spot]()
            declined = base.declined - marked
            answered[key] = bases.to_json(replace(base, declined=declined, doubtful=frozenset()))
    stored.save(connection, job_id, answered)
    reviews.answer(connection, anilist)


def _is_to_tracker(action: Mapping[str, Any]) -> bool:
    """Say whether an action of the journal is one of a pairing; lists keep requests there."""
    return action.get("kind") in tuple(ActionKind) and "target" in action


def _held(base: Base, action: Action) -> Base:
    """Return a base that keeps from carrying an action out once more."""
    match action.kind:
        case ActionKind.MARK:
            spots = frozenset(action.spots)
            return replace(base, declined=base.declined | spots, doubtful=base.doubtful | spots)
        case ActionKind.RATE:
            return replace(base, rated=action.rating)
        case ActionKind.LIST:
            return replace(base, listed=True)
        case ActionKind.DROP:
            return replace(base, dropped=True)
