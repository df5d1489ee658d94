"""Repairs: each is raised for what a person has to mend, and taken away when it is mended."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync import repairs
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.shared import _KEEPER, DATABASE_FILE
from simulators.faults import Failure, Fault
from simulators.seerr import ArrServer, Permission, SeerrUser

from .conftest import FILMS, FILMS_ID, SEERR_ID, SHOWS_ID, TRAKT_ID, House, films, shows, watchlist


def issue(house: House, issue_id: str) -> ir.IssueEntry | None:
    return ir.async_get(house.hass).async_get_issue(DOMAIN, issue_id)


def issues(house: House) -> set[str]:
    return {issue_id for domain, issue_id in ir.async_get(house.hass).issues if domain == DOMAIN}


async def problem(house: House, job_id: str = FILMS_ID) -> str:
    """Sync a list, and return the problem that it meets."""
    error = await house.call_failing("button", f"{job_id}_sync_now")
    return str(error.translation_key).removeprefix("sync_")


async def test_list_gone(house: House) -> None:
    entry = await house.seerr_entry(films(), shows())
    await house.set_up(entry)
    kept = house.imdb.lists[FILMS]
    house.imdb.delete_list(FILMS)
    assert await problem(house) == "list_gone"
    assert issues(house) == {f"list_gone_{FILMS_ID}"}
    raised = issue(house, f"list_gone_{FILMS_ID}")
    assert raised is not None
    assert raised.is_fixable
    assert raised.severity is ir.IssueSeverity.ERROR
    assert raised.translation_placeholders is not None
    assert raised.translation_placeholders["list"] == "Films"
    assert raised.translation_placeholders["account"] == "Seerr"
    assert raised.learn_more_url is not None
    assert raised.learn_more_url.endswith("/docs/troubleshooting.md#list_gone")

    house.imdb.lists[FILMS] = kept
    await house.press(FILMS_ID)
    assert not issues(house)


async def test_list_private(house: House) -> None:
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.make_private(FILMS)
    assert await problem(house) == "list_private"
    assert issues(house) == {f"list_private_{FILMS_ID}"}
    house.imdb.make_public(FILMS)
    await house.press(FILMS_ID)
    assert not issues(house)


async def test_service_that_is_down_mends_nothing(house: House) -> None:
    """Where the list could not be looked at, nothing is known of what was wrong with it."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.make_private(FILMS)
    await problem(house)
    house.imdb.make_public(FILMS)
    house.imdb.faults.add(Fault(Failure.STATUS, status=503))
    assert await problem(house) == "list_unreachable"
    assert issues(house) == {f"list_private_{FILMS_ID}"}
    house.imdb.faults.clear()
    await house.press(FILMS_ID)
    assert not issues(house)


async def test_imdb_refuses(house: House) -> None:
    """One issue however many lists meet it; it goes when none of them does any more."""
    entry = await house.seerr_entry(films(), shows())
    await house.set_up(entry)
    house.imdb.faults.add(Fault(Failure.HTML, status=403))
    assert await problem(house, FILMS_ID) == "imdb_refused"
    assert await problem(house, SHOWS_ID) == "imdb_refused"
    assert issues(house) == {"imdb_refused"}
    house.imdb.faults.clear()
    await house.press(FILMS_ID)
    assert issues(house) == {"imdb_refused"}
    await house.press(SHOWS_ID)
    assert not issues(house)


async def test_csrf(house: House) -> None:
    entry = await house.seerr_entry(films())
    house.seerr.settings.csrf_protection = True
    await house.set_up(entry)
    assert issues(house) == {f"csrf_{SEERR_ID}"}
    house.seerr.settings.csrf_protection = False
    await house.press(FILMS_ID)
    assert not issues(house)
    assert len(house.seerr.requests) == 3


async def test_permission(house: House) -> None:
    house.seerr.add_user(SeerrUser(3, "guest", 0))
    entry = await house.seerr_entry(films(user_id=3))
    await house.set_up(entry)
    assert issues(house) == {f"permission_{FILMS_ID}"}
    house.seerr.add_user(SeerrUser(3, "guest", Permission.REQUEST))
    await house.press(FILMS_ID)
    assert not issues(house)


async def test_user_gone(house: House) -> None:
    entry = await house.seerr_entry(films(user_id=77))
    await house.set_up(entry)
    assert issues(house) == {f"user_gone_{FILMS_ID}"}
    house.seerr.add_user(SeerrUser(77, "back", Permission.REQUEST))
    await house.press(FILMS_ID)
    assert not issues(house)


async def test_four_k_refused(house: House) -> None:
    """4K refused never stops HD (R8)."""
    house.seerr.settings.radarr[:] = [ArrServer(0), ArrServer(1, is4k=True)]
    entry = await house.seerr_entry(films(user_id=2, quality="both"))
    await house.set_up(entry)
    assert issues(house) == {f"four_k_refused_{FILMS_ID}"}
    raised = issue(house, f"four_k_refused_{FILMS_ID}")
    assert raised is not None
    assert raised.severity is ir.IssueSeverity.WARNING
    assert len(house.seerr.requests) == 3


async def test_nothing_fits(house: House) -> None:
    entry = await house.seerr_entry(films(media_types=["show"]))
    await house.set_up(entry)
    assert issues(house) == {f"nothing_fits_{FILMS_ID}"}
    house.imdb.add_titles(FILMS, ["tt0903747"])
    await house.press(FILMS_ID)
    assert not issues(house)


async def test_file_missing_and_invalid(house: House) -> None:
    entry = await house.seerr_entry(
        {
            **films(),
            "data": {"list": {"kind": "imdb_csv", "ref": {"path": "lists/films.csv"}}},
        }
    )
    await house.set_up(entry)
    assert issues(house) == {f"file_missing_{FILMS_ID}"}
    file = Path(house.hass.config.path("lists/films.csv"))

    def write(text: str) -> None:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    await house.hass.async_add_executor_job(write, "this is no export\n")
    assert await problem(house) == "file_invalid"
    assert issues(house) == {f"file_invalid_{FILMS_ID}"}
    await house.hass.async_add_executor_job(
        write,
        "Position,Const,Created,Modified,Description,Title,URL,Title Type,Year\n"
        "1,tt0111161,2024-01-01,2024-01-01,,The Shawshank Redemption,,Movie,1994\n",
    )
    await house.press(FILMS_ID)
    assert not issues(house)
    assert house.seerr.requested_titles() == {(False, 278)}


async def test_upload_that_is_gone(house: House) -> None:
    entry = await house.seerr_entry(
        {**films(), "data": {"list": {"kind": "imdb_csv", "ref": {"upload": "gone"}}}}
    )
    await house.set_up(entry)
    assert issues(house) == {f"file_missing_{FILMS_ID}"}


@pytest.mark.parametrize("path", ["../outside.csv", "/etc/hostname"])
async def test_files_elsewhere_are_not_read(house: House, path: str) -> None:
    """A list reads files of the configuration folder, and of nowhere else."""
    outside = Path(house.hass.config.config_dir).parent / "outside.csv"
    await house.hass.async_add_executor_job(outside.write_text, "Const\ntt0111161\n")
    entry = await house.seerr_entry(
        {**films(), "data": {"list": {"kind": "imdb_csv", "ref": {"path": path}}}}
    )
    await house.set_up(entry)
    assert issues(house) == {f"file_missing_{FILMS_ID}"}


TRAKT_REFUSALS: dict[str, Callable[[House], None]] = {
    "trakt_app_deleted": lambda house: house.trakt.delete_app(),
    "trakt_vip": lambda house: house.trakt.require_vip(),
    "trakt_locked": lambda house: house.trakt.lock(),
}


@pytest.mark.parametrize("key", TRAKT_REFUSALS)
async def test_trakt_refuses_a_list(house: House, key: str) -> None:
    """The issue is the Trakt account's, whichever list meets it."""
    trakt = await house.trakt_entry()
    entry = await house.seerr_entry(watchlist())
    await house.set_up(trakt, entry)
    TRAKT_REFUSALS[key](house)
    assert await problem(house) == key
    assert issues(house) == {f"{key}_{TRAKT_ID}"}
    raised = issue(house, f"{key}_{TRAKT_ID}")
    assert raised is not None
    assert raised.translation_placeholders is not None
    assert raised.translation_placeholders["account"] == "Trakt (viewer)"


@pytest.mark.parametrize("key", TRAKT_REFUSALS)
async def test_trakt_refuses_an_account(house: House, key: str) -> None:
    """An account that no list uses says so as well; when Trakt takes it again, it is over."""
    trakt = await house.trakt_entry()
    await house.set_up(trakt)
    TRAKT_REFUSALS[key](house)
    await trakt.runtime_data.coordinator.async_refresh()
    assert issues(house) == {f"{key}_{TRAKT_ID}"}
    assert house.state("binary_sensor", f"{TRAKT_ID}_reachable").state == "off"

    house.trakt.state.app = house.trakt.app
    house.trakt.user().locked = False
    house.trakt.lift_refusals()
    await trakt.runtime_data.coordinator.async_refresh()
    assert not issues(house)
    assert house.state("binary_sensor", f"{TRAKT_ID}_reachable").state == "on"


async def test_trakt_refuses_an_account_after_an_outage(house: House) -> None:
    """One failed check after another is news, too; an outage takes nothing away."""
    trakt = await house.trakt_entry()
    await house.set_up(trakt)
    refresh = trakt.runtime_data.coordinator.async_refresh
    outage = house.trakt.faults.add(Fault(Failure.STATUS, status=503))
    await refresh()
    assert not issues(house)
    house.trakt.faults.clear()
    house.trakt.lock()
    await refresh()
    assert issues(house) == {f"trakt_locked_{TRAKT_ID}"}
    house.trakt.faults.add(outage)
    await refresh()
    assert issues(house) == {f"trakt_locked_{TRAKT_ID}"}


async def test_trakt_app_deleted_before_set_up(house: House) -> None:
    trakt = await house.trakt_entry(signed_in=False)
    house.trakt.delete_app()
    await house.set_up(trakt, synced=False)
    assert issues(house) == {f"trakt_app_deleted_{TRAKT_ID}"}
    house.trakt.state.app = house.trakt.app
    await house.hass.config_entries.async_reload(TRAKT_ID)
    assert not issues(house)


async def test_trakt_account_removed(house: House) -> None:
    entry = await house.seerr_entry(watchlist())
    await house.set_up(entry)
    assert issues(house) == {f"trakt_missing_{FILMS_ID}"}


async def test_trakt_account_that_is_only_not_ready(house: House) -> None:
    """It comes back by itself: there is nothing for a person to do."""
    trakt = await house.trakt_entry()
    house.trakt.faults.add(Fault(Failure.STATUS, status=503))
    entry = await house.seerr_entry(watchlist())
    await house.set_up(trakt, synced=False)
    await house.set_up(entry)
    report = house.list_of(FILMS_ID).data.report
    assert report is not None
    assert [found.key for found in report.problems] == ["trakt_missing"]
    assert not issues(house)

    house.trakt.faults.clear()
    await house.hass.config_entries.async_reload(TRAKT_ID)
    await house.report(FILMS_ID, fits=lambda r: r.status is JobStatus.COMPLETED)


async def test_issues_outlive_a_reload(house: House) -> None:
    """What a person ignored stays ignored, and what is not mended is raised again after a start."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.make_private(FILMS)
    await problem(house)
    issue_id = f"list_private_{FILMS_ID}"
    ir.async_ignore_issue(house.hass, DOMAIN, issue_id, True)
    await house.hass.config_entries.async_reload(SEERR_ID)
    await house.hass.async_block_till_done()
    raised = issue(house, issue_id)
    assert raised is not None
    assert raised.dismissed_version is not None

    ir.async_delete_issue(house.hass, DOMAIN, issue_id)
    house.hass.data.pop("media_list_sync_issues")
    await house.hass.config_entries.async_reload(SEERR_ID)
    await house.hass.async_block_till_done()
    assert issue(house, issue_id)


async def test_issues_of_an_account_that_is_switched_off(house: House) -> None:
    """Nobody is asked to mend what they do not use; switched on again, it is asked for again."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.make_private(FILMS)
    await problem(house)
    set_disabled = house.hass.config_entries.async_set_disabled_by
    await set_disabled(SEERR_ID, ConfigEntryDisabler.USER)
    assert not issues(house)
    await set_disabled(SEERR_ID, None)
    await house.hass.async_block_till_done()
    assert issues(house) == {f"list_private_{FILMS_ID}"}


async def test_damaged_database(house: House) -> None:
    """It is set aside, and a person is told once where it is."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    await house.hass.config_entries.async_unload(SEERR_ID)
    await (await house.shared()).store.close()
    file = Path(house.hass.config.path(DATABASE_FILE))
    await house.hass.async_add_executor_job(file.write_bytes, b"no database at all" * 500)
    house.hass.data[_KEEPER].opened = None

    await house.set_up(entry)
    raised = issue(house, "store_damaged")
    assert raised is not None
    assert raised.is_fixable
    assert raised.is_persistent
    assert raised.translation_placeholders is not None
    aside = raised.translation_placeholders["file"]
    assert await house.hass.async_add_executor_job((file.parent / aside).exists)

    ir.async_delete_issue(house.hass, DOMAIN, "store_damaged")
    await house.hass.config_entries.async_reload(SEERR_ID)
    assert issue(house, "store_damaged") is None


async def test_restored_database(house: House) -> None:
    """A database from a backup says so, and what it does not know is asked of the server."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    await house.hass.config_entries.async_unload(SEERR_ID)
    shared = await house.shared()
    await shared.store.prepare_backup()
    file = Path(house.hass.config.path(DATABASE_FILE))
    copy = await house.hass.async_add_executor_job(file.read_bytes)
    await shared.store.finish_backup()
    await shared.store.close()
    await house.hass.async_add_executor_job(file.write_bytes, copy)
    house.hass.data[_KEEPER].opened = None

    await house.set_up(entry)
    raised = issue(house, "store_restored")
    assert raised is not None
    assert raised.is_persistent
    await house.press(FILMS_ID)
    assert issue(house, "store_restored")
    assert len(house.seerr.requests) == 3


async def _start_fix(house: House, client: Any, issue_id: str) -> dict[str, Any]:
    answer = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id}
    )
    assert answer.status == HTTPStatus.OK
    flow: dict[str, Any] = await answer.json()
    return flow


async def _submit(client: Any, flow: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert answer.status == HTTPStatus.OK
    result: dict[str, Any] = await answer.json()
    return result


@pytest.fixture
async def fixing(
    house: House, hass_client: ClientSessionGenerator
) -> Callable[[str], Awaitable[tuple[Any, dict[str, Any]]]]:
    """Return what opens the fix flow of an issue, as a person does."""
    assert await async_setup_component(house.hass, REPAIRS, {})

    async def fix(issue_id: str) -> tuple[Any, dict[str, Any]]:
        client = await hass_client()
        return client, await _start_fix(house, client, issue_id)

    return fix


async def test_check_again(house: House, fixing: Any) -> None:
    """The flow says whether it is mended, by trying."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.make_private(FILMS)
    await problem(house)
    client, flow = await fixing(f"list_private_{FILMS_ID}")
    assert flow["step_id"] == "check"
    assert flow["description_placeholders"]["list"] == "Films"
    flow = await _submit(client, flow)
    assert flow["errors"] == {"base": "still_there"}
    house.imdb.make_public(FILMS)
    flow = await _submit(client, flow)
    assert flow["type"] == "create_entry"
    assert not issues(house)


async def test_check_again_takes_its_time(
    house: House, fixing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long sync goes on by itself, and raises the issue again where it has to."""
    monkeypatch.setattr(repairs, "WAIT_SECONDS", 0.05)
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.make_private(FILMS)
    await problem(house)
    house.imdb.faults.add(Fault(Failure.DELAY, seconds=0.3))
    client, flow = await fixing(f"list_private_{FILMS_ID}")
    flow = await _submit(client, flow)
    assert flow["type"] == "create_entry"
    await house.report(FILMS_ID)
    assert issues(house) == {f"list_private_{FILMS_ID}"}


async def test_check_again_while_not_loaded(house: House, fixing: Any) -> None:
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.make_private(FILMS)
    await problem(house)
    client, flow = await fixing(f"list_private_{FILMS_ID}")
    await house.hass.config_entries.async_unload(SEERR_ID)
    flow = await _submit(client, flow)
    assert (flow["type"], flow["reason"]) == ("abort", "not_loaded")


async def test_check_trakt_account_again(house: House, fixing: Any) -> None:
    trakt = await house.trakt_entry()
    await house.set_up(trakt)
    house.trakt.lock()
    await trakt.runtime_data.coordinator.async_refresh()
    client, flow = await fixing(f"trakt_locked_{TRAKT_ID}")
    flow = await _submit(client, flow)
    assert flow["errors"] == {"base": "still_there"}
    house.trakt.user().locked = False
    flow = await _submit(client, flow)
    assert flow["type"] == "create_entry"
    assert not issues(house)


async def test_notice_is_confirmed(house: House, fixing: Any) -> None:
    entry = await house.seerr_entry()
    (await house.shared()).store.set_aside = Path("media_list_sync.db.damaged-20261121T120000")
    await house.set_up(entry)
    client, flow = await fixing("store_damaged")
    assert flow["step_id"] == "confirm"
    assert flow["description_placeholders"]["file"].endswith("T120000")
    flow = await _submit(client, flow)
    assert flow["type"] == "create_entry"
    assert not issues(house)
