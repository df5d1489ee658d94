"""The tables, as the steps that lead to them. A step that was published never changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
import sqlite3

from .problems import StoreTooNew

type Migration = Sequence[str] | Callable[[sqlite3.Connection], None]
"""Statements, or what carries them out. It begins and ends no transaction."""

_FIRST: Migration = (
    # Small things by name: the marks of a backup.
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # Sealed credentials. owner = config entry id.
    """CREATE TABLE secret (owner TEXT NOT NULL, name TEXT NOT NULL, sealed TEXT NOT NULL,
    PRIMARY KEY (owner, name)) WITHOUT ROWID""",
    # When a list or pairing is due, and whether a person paused it. account = config entry id.
    """CREATE TABLE job (job_id TEXT PRIMARY KEY, account TEXT NOT NULL, due_at TEXT,
    paused INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID""",
    "CREATE TABLE report (job_id TEXT NOT NULL PRIMARY KEY, report BLOB NOT NULL)",
    # The log. AUTOINCREMENT: an id is never used twice, so that reading on from one is safe.
    """CREATE TABLE event (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL,
    account TEXT NOT NULL, job_id TEXT, kind TEXT NOT NULL, title TEXT NOT NULL,
    data BLOB NOT NULL)""",
    "CREATE INDEX event_by_job ON event (job_id, id)",
    "CREATE INDEX event_by_kind ON event (kind, id)",
    # What a sync did, action by action. finished_at is NULL while its outcome is not known.
    """CREATE TABLE journal (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL,
    job_id TEXT NOT NULL, account TEXT NOT NULL, action BLOB NOT NULL, begun_at TEXT NOT NULL,
    finished_at TEXT, outcome TEXT, result BLOB)""",
    "CREATE INDEX journal_open ON journal (account, id) WHERE finished_at IS NULL",
    "CREATE INDEX journal_by_run ON journal (run_id, id)",
    "CREATE INDEX journal_by_age ON journal (finished_at) WHERE finished_at IS NOT NULL",
    # What an uploaded file said: Home Assistant deletes the file itself at its first reading.
    """CREATE TABLE upload (upload_id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL,
    items BLOB NOT NULL, left_out BLOB NOT NULL, fingerprint TEXT NOT NULL,
    uploaded_at TEXT NOT NULL)""",
    # A title, a season or a copy on a server, and what was ever done for it.
    # season -1 = the whole title.
    """CREATE TABLE ledger (server TEXT NOT NULL, media_type TEXT NOT NULL, tmdb INTEGER NOT NULL,
    season INTEGER NOT NULL, quality TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0, seen_at TEXT,
    intent_at TEXT, requested_at TEXT, request_id INTEGER, user_id INTEGER, job_id TEXT,
    title TEXT NOT NULL DEFAULT '', taken_back_at TEXT,
    PRIMARY KEY (server, media_type, tmdb, season, quality)) WITHOUT ROWID""",
    """CREATE TABLE servers (server TEXT PRIMARY KEY, history_read_at TEXT, library_read_at TEXT)
    WITHOUT ROWID""",
    # What a user of a server may still request, where that is limited. user_id 0 = the key's owner.
    """CREATE TABLE allowance (server TEXT NOT NULL, user_id INTEGER NOT NULL,
    media_type TEXT NOT NULL, remaining INTEGER NOT NULL, until TEXT NOT NULL,
    PRIMARY KEY (server, user_id, media_type)) WITHOUT ROWID""",
    """CREATE TABLE library_page (server TEXT NOT NULL, skip INTEGER NOT NULL, etag TEXT NOT NULL,
    total INTEGER NOT NULL, PRIMARY KEY (server, skip)) WITHOUT ROWID""",
    """CREATE TABLE library (server TEXT NOT NULL, media_type TEXT NOT NULL, tmdb INTEGER NOT NULL,
    skip INTEGER NOT NULL, status INTEGER NOT NULL, status_4k INTEGER NOT NULL, tvdb INTEGER,
    imdb TEXT, seasons TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (server, media_type, tmdb)) WITHOUT ROWID""",
    """CREATE TABLE list_snapshot (job_id TEXT PRIMARY KEY, account TEXT NOT NULL,
    name TEXT NOT NULL, fingerprint TEXT, total INTEGER NOT NULL, left_out TEXT NOT NULL,
    read_at TEXT NOT NULL, doubted_total INTEGER, doubted_at TEXT) WITHOUT ROWID""",
    """CREATE TABLE list_item (job_id TEXT NOT NULL, identity TEXT NOT NULL,
    position INTEGER NOT NULL, media_type TEXT NOT NULL, imdb TEXT, tmdb INTEGER, tvdb INTEGER,
    trakt INTEGER, title TEXT NOT NULL, year INTEGER, part TEXT NOT NULL, season INTEGER NOT NULL,
    listed_at TEXT, returned_at TEXT, left_at TEXT, PRIMARY KEY (job_id, identity)) WITHOUT ROWID""",
    """CREATE TABLE identity (source TEXT NOT NULL, value TEXT NOT NULL,
    media_type TEXT NOT NULL DEFAULT '', tmdb INTEGER, found TEXT NOT NULL,
    looked_up_at TEXT NOT NULL, again_at TEXT,
    PRIMARY KEY (source, value, media_type)) WITHOUT ROWID""",
    """CREATE TABLE show (server TEXT NOT NULL, tmdb INTEGER NOT NULL, title TEXT NOT NULL,
    tvdb INTEGER, ended INTEGER NOT NULL, seasons TEXT NOT NULL, read_at TEXT NOT NULL,
    again_at TEXT NOT NULL, PRIMARY KEY (server, tmdb)) WITHOUT ROWID""",
    """CREATE TABLE baseline (job_id TEXT NOT NULL, tmdb INTEGER NOT NULL, season INTEGER NOT NULL,
    PRIMARY KEY (job_id, tmdb)) WITHOUT ROWID""",
    """CREATE TABLE exclusion (account TEXT NOT NULL, media_type TEXT NOT NULL,
    tmdb INTEGER NOT NULL DEFAULT 0, imdb TEXT NOT NULL DEFAULT '', tvdb INTEGER NOT NULL DEFAULT 0,
    title TEXT NOT NULL, excluded_at TEXT NOT NULL,
    PRIMARY KEY (account, media_type, tmdb, imdb, tvdb)) WITHOUT ROWID""",
    """CREATE TABLE standing (job_id TEXT PRIMARY KEY, inputs TEXT NOT NULL, until TEXT)
    WITHOUT ROWID""",
)

_WATCHING: Migration = (
    # AniList: the list of each account. account = config entry id; times of AniList in seconds.
    """CREATE TABLE anilist_list (account TEXT PRIMARY KEY, changed_at INTEGER NOT NULL,
    total INTEGER NOT NULL, read_at TEXT NOT NULL, whole_at TEXT, doubted INTEGER) WITHOUT ROWID""",
    """CREATE TABLE anilist_entry (account TEXT NOT NULL, anilist INTEGER NOT NULL,
    entry_id INTEGER NOT NULL, status TEXT NOT NULL, progress INTEGER NOT NULL,
    repeat INTEGER NOT NULL, score INTEGER NOT NULL, started TEXT NOT NULL,
    completed TEXT NOT NULL, private INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    PRIMARY KEY (account, anilist)) WITHOUT ROWID""",
    # Plex and Trakt: what each has, and what was watched there. watched_at NULL = not watched,
    # 0 = nobody knows when. A film is season -1, number 1.
    """CREATE TABLE tracker (account TEXT PRIMARY KEY, cursor TEXT NOT NULL, read_at TEXT NOT NULL,
    whole_at TEXT) WITHOUT ROWID""",
    """CREATE TABLE tracked_unit (account TEXT NOT NULL, unit TEXT NOT NULL, section TEXT NOT NULL,
    title TEXT NOT NULL, ids TEXT NOT NULL, numbering TEXT, rating INTEGER,
    dropped INTEGER NOT NULL DEFAULT 0, sized_at TEXT, twin TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account, unit)) WITHOUT ROWID""",
    """CREATE TABLE tracked_episode (account TEXT NOT NULL, unit TEXT NOT NULL,
    season INTEGER NOT NULL, number INTEGER NOT NULL, item TEXT NOT NULL DEFAULT '',
    season_item TEXT NOT NULL DEFAULT '', watched_at INTEGER, plays INTEGER NOT NULL DEFAULT 0,
    aired TEXT, PRIMARY KEY (account, unit, season, number)) WITHOUT ROWID""",
    # What was watched by the tracker's own names, also of shows whose episodes are not known yet.
    """CREATE TABLE tracked_seen (account TEXT NOT NULL, unit TEXT NOT NULL, episode TEXT NOT NULL,
    watched_at INTEGER NOT NULL, plays INTEGER NOT NULL, PRIMARY KEY (account, unit, episode))
    WITHOUT ROWID""",
    """CREATE TABLE tracked_listed (account TEXT NOT NULL, target TEXT NOT NULL, item TEXT NOT NULL,
    PRIMARY KEY (account, target)) WITHOUT ROWID""",
    # Pairings: whether a person said yes, what both sides showed last, what needs a person.
    "CREATE TABLE pairing (job_id TEXT PRIMARY KEY, approved_at TEXT) WITHOUT ROWID",
    """CREATE TABLE base (job_id TEXT NOT NULL, anilist INTEGER NOT NULL, target TEXT NOT NULL,
    base TEXT NOT NULL, PRIMARY KEY (job_id, anilist, target)) WITHOUT ROWID""",
    """CREATE TABLE review (job_id TEXT NOT NULL, anilist INTEGER NOT NULL, title TEXT NOT NULL,
    reason TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL, since TEXT NOT NULL,
    PRIMARY KEY (job_id, anilist, reason)) WITHOUT ROWID""",
    # Where anime lie, as the tables say. source = whose number the id is: anilist or anidb.
    # segments '' = only the id is known, '-' = not there, whatever less trusted tables say.
    """CREATE TABLE atlas (source TEXT NOT NULL, id INTEGER NOT NULL, provider TEXT NOT NULL,
    target TEXT NOT NULL, origin TEXT NOT NULL, segments TEXT NOT NULL,
    PRIMARY KEY (source, id, provider, target, origin)) WITHOUT ROWID""",
    "CREATE INDEX atlas_by_target ON atlas (provider, target)",
    # The last good copy of each table: rows = 0 where there never was one.
    """CREATE TABLE atlas_source (origin TEXT PRIMARY KEY, etag TEXT, bytes INTEGER NOT NULL,
    rows INTEGER NOT NULL, fetched_at TEXT, checked_at TEXT, due_at TEXT, error TEXT)
    WITHOUT ROWID""",
    # What a person said. provider '' = this anime is to be ignored.
    """CREATE TABLE manual_mapping (anilist INTEGER NOT NULL, provider TEXT NOT NULL,
    target TEXT NOT NULL, segments TEXT NOT NULL, note TEXT NOT NULL, mapped_at TEXT NOT NULL,
    PRIMARY KEY (anilist, provider, target)) WITHOUT ROWID""",
    # Anime that were seen on somebody's list. words = all titles, folded, for searching.
    """CREATE TABLE anime (anilist INTEGER PRIMARY KEY, title TEXT NOT NULL, words TEXT NOT NULL,
    anime BLOB NOT NULL, seen_at TEXT NOT NULL)""",
)

# Tells a remake from what it remakes, where a person looks for what an anime is.
_YEAR: Migration = ("ALTER TABLE tracked_unit ADD COLUMN year INTEGER",)

# What a person wanted of a list or pairing when it was last set up, as a fingerprint.
_POLICY: Migration = ("ALTER TABLE job ADD COLUMN policy TEXT",)

# Whether all that a person said yes to was done.
_FULFILLED: Migration = ("ALTER TABLE pairing ADD COLUMN fulfilled_at TEXT",)

# When a person began a show anew (Trakt's reset), in seconds since 1970.
_BEGUN_ANEW: Migration = (
    """CREATE TABLE tracked_begun_anew (account TEXT NOT NULL, unit TEXT NOT NULL,
    begun_at INTEGER NOT NULL, PRIMARY KEY (account, unit)) WITHOUT ROWID""",
)

# Which other entries are in the way of one that is for review: JSON of ids and titles.
_OTHERS: Migration = ("ALTER TABLE review ADD COLUMN others TEXT NOT NULL DEFAULT '[]'",)

MIGRATIONS: tuple[Migration, ...] = (
    _FIRST,
    _WATCHING,
    _YEAR,
    _POLICY,
    _FULFILLED,
    _BEGUN_ANEW,
    _OTHERS,
)
"""Step n leads from schema n to n + 1."""


def version(connection: sqlite3.Connection) -> int:
    """Return which schema a database has; 0 is a new one. StoreTooNew where we know less."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > len(MIGRATIONS):
        raise StoreTooNew(found, len(MIGRATIONS))
    return found


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the newest schema, wholly or not at all."""
    if version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[version(connection) :]:
            if callable(step):
                step(connection)
            else:
                for statement in step:
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have ended it already
            connection.execute("ROLLBACK")
        raise
