"""The tables of jobs, reports, events, the journal, uploads and secrets."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import sqlite3
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import orjson
import pytest

from custom_components.media_list_sync.engine.model import (
    Ids,
    JobStatus,
    ListItem,
    MediaType,
    Outcome,
    Part,
    Problem,
    Report,
)
from custom_components.media_list_sync.engine.store import (
    Store,
    events,
    journal,
    reports,
    schedule,
    schema,
    secrets,
    uploads,
)
from custom_components.media_list_sync.engine.store.events import Event
from custom_components.media_list_sync.engine.store.reports import from_json, to_json

NOW = datetime(2026, 11, 21, 12, 0, 0, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
async def store(tmp_path) -> AsyncIterator[Store]:
    store = Store(tmp_path / "store.db")
    yield store
    await store.close()


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """Return a database in memory, for what needs no thread."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection)
    yield connection
    connection.close()


# Secrets


def test_secrets_belong_to_an_owner(db: sqlite3.Connection) -> None:
    secrets.put(db, "one", "key", "sealed 1")
    secrets.put(db, "one", "key", "sealed 2")
    secrets.put(db, "one", "token", "sealed 3")
    secrets.put(db, "two", "key", "sealed 4")
    assert secrets.get(db, "one", "key") == "sealed 2"
    assert secrets.get(db, "three", "key") is None
    assert [secret.sealed for secret in secrets.every(db)] == ["sealed 2", "sealed 3", "sealed 4"]
    assert "sealed" not in repr(secrets.every(db)).replace("Secret(", "")
    secrets.remove_owner(db, "one")
    assert [secret.owner for secret in secrets.every(db)] == ["two"]


# Jobs


def test_a_job_is_put_together_from_what_was_set(db: sqlite3.Connection) -> None:
    assert schedule.get(db, "job") is None
    schedule.set_paused(db, "job", "account", True)
    assert schedule.get(db, "job") == schedule.JobRow("job", "account", None, True)
    schedule.set_due(db, "job", "account", NOW)
    row = schedule.JobRow("job", "account", NOW, True)
    assert schedule.get(db, "job") == row
    schedule.set_due(db, "job", "account", None)
    schedule.set_paused(db, "job", "account", False)
    assert schedule.get(db, "job") == replace(row, due_at=None, paused=False)


def test_jobs_of_an_account_come_as_they_are_due(db: sqlite3.Connection) -> None:
    for job, account, due in (
        ("never", "a", None),
        ("late", "a", NOW + MINUTE),
        ("soon", "a", NOW),
        ("other", "b", NOW),
    ):
        schedule.set_due(db, job, account, due)
    assert [row.job_id for row in schedule.of_account(db, "a")] == ["soon", "late", "never"]
    schedule.remove(db, "late")
    assert [row.job_id for row in schedule.of_account(db, "a")] == ["soon", "never"]
    schedule.remove_account(db, "a")
    assert schedule.of_account(db, "a") == ()
    assert schedule.get(db, "other") is not None


# Reports

texts = st.text(max_size=20).filter(lambda text: text.isprintable())
moments = st.datetimes(timezones=st.just(UTC))
numbers = st.dictionaries(texts, st.integers(0, 10**9), max_size=3)
reports_made = st.builds(
    Report,
    job_id=st.just("job"),
    status=st.sampled_from(JobStatus),
    counts=st.dictionaries(st.sampled_from([str(o) for o in Outcome]), st.integers(0, 10**6)),
    started_at=st.none() | moments,
    finished_at=st.none() | moments,
    list_name=st.none() | texts,
    problems=st.lists(
        st.builds(
            Problem,
            key=texts,
            placeholders=st.dictionaries(texts, texts, max_size=3),
            account=st.none() | texts,
            until=st.none() | moments,
        ),
        max_size=3,
    ).map(tuple),
    new_titles=st.lists(texts, max_size=3).map(tuple),
    unmatched_titles=st.lists(texts, max_size=3).map(tuple),
    failed_titles=st.lists(texts, max_size=3).map(tuple),
    left_out=numbers,
    deferred_until=st.none() | moments,
    quota_remaining=numbers,
    changed=st.booleans(),
)


@unhurried
@given(reports_made)
def test_a_report_comes_back_as_it_was(report: Report) -> None:
    assert from_json("job", to_json(report)) == report


def test_every_field_of_a_report_is_stored() -> None:
    """A new field has to be written and read as well, or named here."""
    stored = set(orjson.loads(to_json(Report("job", JobStatus.COMPLETED))))
    left_out = {"job_id", "dry_run", "is_partial", "decisions"}
    assert stored | left_out == set(Report.__dataclass_fields__)
    assert not stored & left_out


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False) | texts,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(texts, children, max_size=3),
    max_leaves=8,
)


@unhurried
@given(
    st.dictionaries(
        st.sampled_from([*Report.__dataclass_fields__, "new field"]), json_values, max_size=20
    ),
    st.sampled_from(JobStatus),
)
def test_a_report_of_another_shape_is_still_read(stored: dict, status: JobStatus) -> None:
    report = from_json("job", orjson.dumps({**stored, "status": status}))
    assert report is not None
    assert (report.job_id, report.status) == ("job", status)
    assert all(isinstance(count, int) for count in report.counts.values())
    assert all(isinstance(problem.key, str) for problem in report.problems)
    assert all(isinstance(title, str) for title in report.new_titles)
    assert from_json("job", to_json(report)) == report


@pytest.mark.parametrize(
    "stored", [b"", b"{", b"[]", b"null", b"{}", b'{"status": "new one"}', b'{"status": ["x"]}']
)
def test_what_is_no_report_is_none(stored: bytes) -> None:
    assert from_json("job", stored) is None


def test_a_naive_time_is_no_time() -> None:
    report = from_json("job", b'{"status":"completed","started_at":"2026-11-21T12:00:00"}')
    assert report == Report("job", JobStatus.COMPLETED)


def test_the_last_report_is_kept(db: sqlite3.Connection) -> None:
    assert reports.last(db, "job") is None
    reports.save(db, Report("job", JobStatus.FAILED))
    reports.save(db, Report("job", JobStatus.COMPLETED, counts={"available": 3}))
    reports.save(db, Report("job", JobStatus.PARTIAL, dry_run=True))
    reports.save(db, Report("job", JobStatus.PARTIAL, is_partial=True))
    reports.save(db, Report("other", JobStatus.DEFERRED))
    kept = reports.last(db, "job")
    assert kept == Report("job", JobStatus.COMPLETED, counts={"available": 3})
    reports.remove(db, "job")
    assert reports.last(db, "job") is None
    assert reports.last(db, "other") is not None


# Events


def add(db: sqlite3.Connection, kind: str = "requested", **more: Any) -> Event:
    values: dict[str, Any] = {"at": NOW, "account": "account", "job_id": "job", **more}
    return events.add(db, kind=kind, **values)


def test_an_event_comes_back_as_it_was(db: sqlite3.Connection) -> None:
    added = add(db, title="A film", data={"seasons": [1, 2], "quality": "4k"})
    bare = events.add(db, at=NOW, account="account", kind="sync_failed")
    assert events.recent(db, 10) == (bare, added)
    assert added.data == {"seasons": [1, 2], "quality": "4k"}
    assert (bare.job_id, bare.title, bare.data) == (None, "", {})


def test_events_can_be_picked(db: sqlite3.Connection) -> None:
    first = add(db)
    second = add(db, "sync_finished")
    third = add(db, job_id="other")
    fourth = add(db, account="second", job_id="third")
    assert events.recent(db, 2) == (fourth, third)
    assert events.recent(db, 10, job_id="job") == (second, first)
    assert events.recent(db, 10, account="account") == (third, second, first)
    assert events.recent(db, 10, kinds=["requested"]) == (fourth, third, first)
    assert events.recent(db, 10, kinds=["requested", "sync_finished"]) == (
        fourth,
        third,
        second,
        first,
    )
    assert events.recent(db, 10, kinds=[]) == ()
    assert events.recent(db, 10, before_id=third.id) == (second, first)
    assert events.recent(db, 1, "job", "account", ["requested"], second.id) == (first,)
    assert events.recent(db, -1) == ()
    events.remove(db, "job")
    assert events.recent(db, 10) == (fourth, third)
    events.remove_account(db, "second")
    assert events.recent(db, 10) == (third,)


def test_the_log_has_an_end_but_keeps_the_syncs(db: sqlite3.Connection) -> None:
    """However many titles one sync requests, the last 200 syncs can be looked up."""
    for _ in range(300):
        add(db, "sync_finished")
    for _ in range(5_000):
        add(db)
    assert 2_200 <= len(events.recent(db, 100_000)) <= 2_300
    events.prune(db)
    kept = events.recent(db, 100_000)
    assert [event.id for event in kept[:2_000]] == list(range(5_300, 3_300, -1))
    assert [event.id for event in kept[2_000:]] == list(range(300, 100, -1))
    assert {event.kind for event in kept[2_000:]} == {"sync_finished"}


def test_an_id_is_never_used_twice(db: sqlite3.Connection) -> None:
    last = add(db)
    events.remove(db, "job")
    assert add(db).id > last.id


# Journal


def begin(db: sqlite3.Connection, number: int = 0, **more: Any) -> int:
    values: dict[str, Any] = {"run_id": "run", "job_id": "job", "account": "account", **more}
    return journal.begin(db, action={"number": number}, **values)


def test_an_entry_is_open_until_it_is_finished(db: sqlite3.Connection) -> None:
    entry_id = begin(db, 1, at=NOW)
    (entry,) = journal.open_entries(db, "account")
    assert entry.is_open
    assert (entry.id, entry.action, entry.begun_at) == (entry_id, {"number": 1}, NOW)
    assert journal.open_entries(db, "other") == ()
    journal.finish(db, entry_id, "done", {"undo": 5}, at=NOW + MINUTE)
    assert journal.open_entries(db, "account") == ()
    (entry,) = journal.of_run(db, "run")
    assert not entry.is_open
    assert (entry.outcome, entry.result, entry.finished_at) == ("done", {"undo": 5}, NOW + MINUTE)


def test_an_entry_is_finished_once(db: sqlite3.Connection) -> None:
    entry_id = begin(db)
    journal.finish(db, entry_id, "done")
    journal.finish(db, entry_id, "failed", {"late": True})
    (entry,) = journal.of_run(db, "run")
    assert (entry.outcome, entry.result) == ("done", {})


def test_old_entries_go_and_open_ones_stay(db: sqlite3.Connection) -> None:
    old = NOW - timedelta(days=91)
    young = NOW - timedelta(days=89)
    for number, at in enumerate((old, old, young, young)):
        entry_id = begin(db, number, at=at)
        if number % 2:
            journal.finish(db, entry_id, "done", at=at)
    journal.prune(db, NOW)
    assert [entry.action["number"] for entry in journal.of_run(db, "run")] == [0, 2, 3]


def test_the_journal_has_an_end(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEPT", 100)
    first = begin(db, -1)
    for number in range(2_000):
        journal.finish(db, begin(db, number), "done")
    assert len(journal.of_run(db, "run")) <= 100 + 500 + 1
    journal.prune(db, datetime.now(UTC))
    kept = journal.of_run(db, "run")
    assert [entry.id for entry in kept] == [first, *range(first + 1901, first + 2001)]


def test_the_journal_of_what_is_removed_goes(db: sqlite3.Connection) -> None:
    begin(db, job_id="one", account="a")
    begin(db, job_id="two", account="a")
    begin(db, job_id="three", account="b")
    journal.remove(db, "one")
    assert len(journal.of_run(db, "run")) == 2
    journal.remove_account(db, "a")
    assert [entry.job_id for entry in journal.of_run(db, "run")] == ["three"]


# Uploads

items = st.builds(
    ListItem,
    media_type=st.sampled_from(MediaType),
    ids=st.builds(
        Ids,
        imdb=st.none() | texts,
        tmdb=st.none() | st.integers(1, 10**9),
        tvdb=st.none() | st.integers(1, 10**9),
        trakt=st.none() | st.integers(1, 10**9),
    ),
    title=texts,
    year=st.none() | st.integers(1870, 2100),
    part=st.sampled_from(Part),
    season=st.none() | st.integers(0, 50),
    listed_at=st.none() | moments,
)


@unhurried
@given(st.lists(items, max_size=5), texts, numbers)
def test_an_upload_comes_back_as_it_was(rows: list, name: str, left_out: dict) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection)
    uploads.put(connection, "id", name, rows, left_out)
    found = uploads.get(connection, "id")
    connection.close()
    assert found is not None
    assert (found.name, found.items, found.left_out) == (name, tuple(rows), left_out)


def test_an_uploads_fingerprint_is_that_of_its_contents(db: sqlite3.Connection) -> None:
    item = ListItem(MediaType.MOVIE, Ids(imdb="tt0000001"), "A film")
    prints = []
    for name, rows, left_out in (
        ("a", [item], {"game": 1, "person": 2}),
        ("a", [item], {"person": 2, "game": 1}),
        ("b", [item], {"game": 1, "person": 2}),
        ("a", [item, item], {"game": 1, "person": 2}),
        ("a", [item], {}),
    ):
        uploads.put(db, "id", name, rows, left_out)
        found = uploads.get(db, "id")
        assert found is not None
        prints.append(found.fingerprint)
    assert prints[0] == prints[1]
    assert len(set(prints)) == 4


def test_uploads_that_nobody_uses_go_after_a_while(db: sqlite3.Connection) -> None:
    for upload_id, at in (("used", NOW), ("left", NOW), ("fresh", NOW + MINUTE)):
        uploads.put(db, upload_id, "name", [], at=at)
    uploads.remove_unused(db, {"used"}, NOW + MINUTE)
    assert uploads.get(db, "left") is None
    assert uploads.get(db, "used") is not None
    assert uploads.get(db, "fresh") is not None
    uploads.remove(db, "used")
    assert uploads.get(db, "used") is None
