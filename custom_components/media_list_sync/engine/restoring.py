"""What a database that comes from a backup calls for: it must not act on old knowledge.

What was done since the backup, and taken back by people since, it does not know. So everything is
read anew, what is concluded from how things stood is forgotten, pairings ask before they write, and
what was under way is held. What is left of the past only ever keeps from doing something again.
"""

from __future__ import annotations

from datetime import datetime
import sqlite3

from .store import bases, entries, journal, ledger, library, pairings, standings, tracked_state
from .watching import held


def answer_restore(connection: sqlite3.Connection, now: datetime) -> None:
    """Answer a restore, for all lists and pairings; `Store` does so once, when it opens."""
    standings.forget_all(connection)
    library.distrust(connection)
    entries.distrust(connection)
    tracked_state.distrust(connection)
    ledger.hold_doubts(connection, now)
    for entry in journal.open_entries(connection):
        held.hold(connection, entry)
        journal.finish(connection, entry.id, "held", {"restored": True}, at=now)
    bases.distrust(connection)
    pairings.ask_again(connection)
