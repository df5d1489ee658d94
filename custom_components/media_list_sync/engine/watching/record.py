"""What is put on record before and after each write: journal, bases, snapshot and log in one go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
import sqlite3
from typing import Any

from ..placement import Provider, Spot, TargetId
from ..store import bases as stored, events, journal, tracked
from ..store.events import Event
from . import bases, spot_text
from .bases import Base
from .plan import Action, ActionKind, BaseKey
from .tracker import Written


@dataclass(frozen=True, slots=True)
class Run:
    """Which run of which pairing it is that puts something on record."""

    run_id: str
    job_id: str
    account_id: str
    tracker: str
    """The config entry of the tracker, whose snapshot is kept up to date with what we write."""


def begin(
    connection: sqlite3.Connection,
    run: Run,
    batch: Sequence[Action],
    after: Mapping[BaseKey, Base],
    now: datetime,
) -> tuple[int, ...]:
    """Write the intent of a batch, and return its numbers in the journal."""
    return tuple(
        journal.begin(
            connection,
            run.run_id,
            run.job_id,
            run.account_id,
            described(action, after.get((action.anilist, action.target))),
            at=now,
        )
        for action in batch
    )


def finish(
    connection: sqlite3.Connection,
    run: Run,
    entries: Mapping[int, Written],
    after: Mapping[BaseKey, Base],
    now: datetime,
) -> tuple[Event, ...]:
    """Write how a batch ended: what was done holds from now on, what was not is planned again."""
    told: list[Event] = []
    for entry_id, written in entries.items():
        action = written.action
        outcome = "refused" if written.is_refused else "done"
        journal.finish(
            connection,
            entry_id,
            outcome,
            {
                "done": spot_text.to_text(written.done),
                "not_found": spot_text.to_text(written.not_found),
                "detail": written.detail,
            },
            at=now,
        )
        # A score that was refused is on record, too: it would be refused again.
        if not written.is_refused or action.kind is ActionKind.RATE:
            _hold(connection, run, written, after.get((action.anilist, action.target)), now)
        if written.is_refused:
            told.append(_event(connection, run, action, "failed", written, now))
        elif written.done or action.kind is not ActionKind.MARK:
            told.append(_event(connection, run, action, "marked", written, now))
    return tuple(told)


def give_up(
    connection: sqlite3.Connection, entries: Iterable[int], detail: str, now: datetime
) -> None:
    """Write that a batch was certainly not carried out: it is planned again."""
    for entry_id in entries:
        journal.finish(connection, entry_id, "not_sent", {"detail": detail}, at=now)


def moved_on(known: Base | None, after: Base | None, written: Written) -> Base | None:
    """Return an entry's base as it is after one action: pure. `after`: when all are done."""
    action = written.action
    if known is None or after is None:
        base = known or after
    else:
        base = replace(
            known,
            anilist=after.anilist,
            fingerprint=after.fingerprint,
            watched=known.watched | after.watched,
            declined=after.declined,
            since=after.since,
            reopened=after.reopened,
            saved=after.saved,
            doubtful=after.doubtful,
        )
    if base is None:
        return None
    match action.kind:
        case ActionKind.MARK:
            items = {spot: written.items.get(spot, "") for spot in written.done}
            retold = {
                spot: int(datetime.fromisoformat(action.dates[spot]).timestamp())
                for spot in written.done
                if action.since
            }
            return replace(
                base,
                watched=base.watched | written.done,
                marked={**base.marked, **items},
                declined=base.declined - written.done,
                doubtful=base.doubtful - written.done,
                retold={**base.retold, **retold},
            )
        case ActionKind.RATE if written.is_refused:
            return replace(base, refused={**base.refused, action.rated: action.rating or 0})
        case ActionKind.RATE:
            refused = {what: no for what, no in base.refused.items() if what != action.rated}
            return replace(base, rated=action.rating, unrated=None, refused=refused)
        case ActionKind.LIST:
            return replace(base, listed=True)
        case ActionKind.DROP:
            return replace(base, dropped=True)


def _hold(
    connection: sqlite3.Connection,
    run: Run,
    written: Written,
    after: Base | None,
    now: datetime,
) -> None:
    """Put on record what one action did."""
    action = written.action
    base = moved_on(_base(connection, run, action), after, written)
    if base is not None:
        stored.save(connection, run.job_id, {key_of(action): bases.to_json(base)})
    if action.kind is ActionKind.MARK and written.done:
        at = int(now.timestamp())
        tracked.mark(connection, run.tracker, action.unit, dict.fromkeys(written.done, at))
    if action.kind is ActionKind.RATE and not written.is_refused:
        note_rating(connection, run.tracker, action, action.rating)


def note_rating(
    connection: sqlite3.Connection, tracker: str, action: Action, rating: int | None
) -> None:
    """Have the snapshot say what a title is rated: an old reading would look like a person's own."""
    if action.season is None:
        tracked.rate(connection, tracker, action.unit, rating)


def settle(
    connection: sqlite3.Connection,
    run: Run,
    doubts: Iterable[journal.Entry],
    watched: Mapping[str, frozenset[Spot]],
    shown: Collection[int],
    now: datetime,
) -> None:
    """Say of actions in doubt what became of them, from a reading that came after them.

    What is watched now counts as done by us; what is not was never done, and is planned again. So
    does what is beside episodes: `shown` are the entries of which the tracker shows what was sent.
    """
    for entry in doubts:
        action = action_of(entry.action)
        done = watched.get(action.unit, frozenset()) & frozenset(action.spots)
        if action.since:
            done &= tracked.played_since(connection, run.tracker, action.unit, action.since)
        is_done = bool(done) or entry.id in shown
        journal.finish(
            connection,
            entry.id,
            "done" if is_done else "not_done",
            {"done": spot_text.to_text(done), "doubtful": True},
            at=now,
        )
        if not is_done:
            continue
        items = tracked.items(connection, run.tracker, action.unit, done)
        after = entry.action.get("after")
        base = moved_on(
            _base(connection, run, action),
            None if after is None else bases.from_json(after),
            Written(action, done, items=items),
        )
        if base is not None:
            stored.save(connection, run.job_id, {key_of(action): bases.to_json(base)})
        if action.kind is ActionKind.RATE:
            note_rating(connection, run.tracker, action, action.rating)


def _base(connection: sqlite3.Connection, run: Run, action: Action) -> Base | None:
    text = stored.get(connection, run.job_id, key_of(action))
    return None if text is None else bases.from_json(text)


def key_of(action: Action) -> stored.Key:
    """Return under what the base is kept that an action is about."""
    return action.anilist, f"{action.target.provider}:{action.target.id}"


def described(action: Action, after: Base | None = None) -> dict[str, object]:
    """Return an action as the journal keeps it, with the base that holds after it."""
    return {
        "kind": str(action.kind),
        "anilist": action.anilist,
        "title": action.title,
        "unit": action.unit,
        "target": f"{action.target.provider}:{action.target.id}",
        "spots": spot_text.to_text(action.spots),
        "dates": {f"{s.season}:{s.number}": when for s, when in action.dates.items()},
        "rating": action.rating,
        "season": action.season,
        "since": action.since,
        "former": action.former,
        "after": None if after is None else bases.to_json(after),
    }


def action_of(kept: Mapping[str, Any]) -> Action:
    """Return an action that was put into the journal."""
    provider, _, target = str(kept["target"]).partition(":")
    return Action(
        kind=ActionKind(kept["kind"]),
        anilist=kept["anilist"],
        title=kept["title"],
        unit=kept["unit"],
        target=TargetId(Provider(provider), target),
        spots=tuple(sorted(spot_text.from_text(kept["spots"]))),
        dates={
            Spot(*map(int, name.split(":"))): when for name, when in kept.get("dates", {}).items()
        },
        rating=kept.get("rating"),
        season=kept.get("season"),
        since=kept.get("since", 0),
        former=kept.get("former"),
    )


def _event(
    connection: sqlite3.Connection,
    run: Run,
    action: Action,
    kind: str,
    written: Written,
    now: datetime,
) -> Event:
    return events.add(
        connection,
        at=now,
        account=run.account_id,
        job_id=run.job_id,
        kind=kind,
        title=action.title,
        data={
            "anilist_id": action.anilist,
            "action": str(action.kind),
            "episodes": spot_text.names(sorted(written.done)),
            "rating": action.rating,
            "detail": written.detail,
        },
    )
