"""The database fails under a pairing: what is shown of it, where a person looks, and until when."""

from pathlib import Path
import sqlite3
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.shared import _KEEPER, DATABASE_FILE
from tests.engine.faults.failing import FailingStore

from .conftest import ANILIST_ID, PAIRING_ID, PLEX_ID, House, pairing

FIRST_PLAN = f"first_plan_{PAIRING_ID}"
TROUBLE = {
    "full": sqlite3.SQLITE_FULL,
    "read_only": sqlite3.SQLITE_READONLY,
    "locked": sqlite3.SQLITE_BUSY,
    "damaged": sqlite3.SQLITE_CORRUPT,
}


class Home:
    """A household with a pairing, of which the first plan waits, and nothing else."""

    def __init__(self, house: House, show: Any) -> None:
        self.house = house
        self.show = show

    async def store(self) -> Store:
        return (await self.house.shared()).store

    async def fail(self, reason: str) -> FailingStore:
        """Let everything fail from now on that would change the database."""
        store: Any = await self.store()
        store.__class__ = FailingStore
        store.error, store.at = TROUBLE[reason], 1
        failing: FailingStore = store
        return failing

    def issues(self) -> dict[str, ir.IssueEntry]:
        registry = ir.async_get(self.house.hass)
        return {
            name: issue for (domain, name), issue in registry.issues.items() if domain == DOMAIN
        }

    def problem(self) -> dict[str, Any]:
        """Return what the pairing's sensors say: its status, and the problem that comes first."""
        shown = self.house.state("binary_sensor", f"{PAIRING_ID}_problem")
        status = self.house.state("sensor", f"{PAIRING_ID}_status").state
        first = (shown.attributes["problems"] or [{}])[0]
        return {"status": status, "is_on": shown.state, **first}


@pytest.fixture
async def home(house: House) -> Home:
    show = await house.have_anime()
    library = next(iter(house.plex.state.libraries.values()))
    plex = await house.plex_entry()
    entry = await house.anilist_entry(pairing(PLEX_ID, library.uuid), signed_in=False)
    await house.set_up(plex, entry)
    return Home(house, show)


@pytest.mark.parametrize("reason", TROUBLE)
async def test_a_database_that_cannot_be_written(
    home: Home, hass_client: ClientSessionGenerator, reason: str
) -> None:
    """The repair names what is in the way, and goes once it is not; what was found before stays."""
    assert await async_setup_component(home.house.hass, REPAIRS, {})
    assert set(home.issues()) == {FIRST_PLAN}
    store = await home.fail(reason)
    error = await home.house.call_failing("button", f"{PAIRING_ID}_sync_now")
    assert error.translation_key == "sync_store_unusable"
    assert reason in str(error)
    shown = home.problem()
    assert (shown["status"], shown["is_on"]) == ("failed", "on")
    assert (shown["problem"], shown["reason"]) == ("store_unusable", reason)
    assert set(home.issues()) == {FIRST_PLAN, "store_unusable"}
    raised = home.issues()["store_unusable"]
    assert raised.severity is ir.IssueSeverity.ERROR
    assert raised.translation_placeholders is not None
    assert raised.translation_placeholders["reason"] == reason

    client = await hass_client()
    answer = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": "store_unusable"}
    )
    flow = await answer.json()
    path = f"/api/repairs/issues/fix/{flow['flow_id']}"
    assert (await (await client.post(path, json={})).json())["errors"] == {"base": "still_there"}
    store.at = None
    assert (await (await client.post(path, json={})).json())["type"] == "create_entry"
    await home.house.hass.async_block_till_done()
    assert set(home.issues()) == {FIRST_PLAN}
    assert home.problem()["status"] == "approval"


async def test_a_review_outlives_a_database_that_cannot_be_used(home: Home) -> None:
    """A sync that is broken off says nothing of what was wrong before."""
    shared = await home.house.shared()
    await shared.store.run(_lose_placement)
    await _sync(home, approve=True)
    review = f"review_waiting_{PAIRING_ID}"
    assert set(home.issues()) == {review}
    store = await home.fail("full")
    await home.house.call_failing("button", f"{PAIRING_ID}_sync_now")
    assert set(home.issues()) == {review, "store_unusable"}
    store.at = None
    await home.house.press(PAIRING_ID)
    assert set(home.issues()) == {review}


async def test_a_database_that_is_damaged(home: Home) -> None:
    """Sign-ins are asked for, and then a first plan waits: nothing is written before (W12)."""
    house = home.house
    await _sync(home, approve=True)
    for entry_id in (ANILIST_ID, PLEX_ID):
        await house.hass.config_entries.async_unload(entry_id)
    await (await home.store()).close()
    file = Path(house.hass.config.path(DATABASE_FILE))
    await house.hass.async_add_executor_job(file.write_bytes, b"no database at all" * 500)
    house.hass.data[_KEEPER].opened = None
    house.anilist.change_entry("viewer", 101, progress=5)

    for entry_id in (PLEX_ID, ANILIST_ID):
        await house.hass.config_entries.async_setup(entry_id)
    await house.hass.async_block_till_done()
    assert "store_damaged" in home.issues()
    (asked,) = house.hass.config_entries.flow.async_progress()
    assert asked["context"]["source"] == SOURCE_REAUTH
    assert asked["context"]["entry_id"] == PLEX_ID

    await house.give_plex_tokens()
    await (await home.store()).run(_have_placement)
    await house.hass.config_entries.async_reload(PLEX_ID)
    await _sync(home)
    assert home.problem()["status"] == "approval"
    assert {"store_damaged", FIRST_PLAN} <= set(home.issues())
    assert len(house.plex.server.watched(house.plex.owner, home.show)) == 3


async def _sync(home: Home, **data: Any) -> None:
    await home.house.hass.services.async_call(
        DOMAIN, "sync", {"subentry_id": PAIRING_ID, **data}, blocking=True, return_response=True
    )
    await home.house.hass.async_block_till_done()


def _lose_placement(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM atlas")


def _have_placement(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO atlas VALUES ('anilist', 101, 'tmdb_show', '7', 'anibridge', '1:1-12>1-12')"
    )
    connection.execute(
        "INSERT OR REPLACE INTO atlas_source (origin, bytes, rows, fetched_at)"
        " VALUES ('anibridge', 1, 1, '2026-11-20T12:00:00+00:00')"
    )
