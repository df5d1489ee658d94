"""Home Assistant is restored from a backup: lists and pairings do not act on what they knew then."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync import account_anilist, backup
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Pace
from custom_components.media_list_sync.engine.watching import doubts
from custom_components.media_list_sync.shared import _KEEPER, DATABASE_FILE
from simulators.faults import Failure, Fault

from .conftest import FILMS_ID, PAIRING_ID, PLEX_ID, House, films, pairing

REVIEW = f"review_waiting_{PAIRING_ID}"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a simulator be asked without pauses."""
    monkeypatch.setattr(account_anilist, "PACE", Pace(interval=0.001, at_once=1))


class Restored:
    """A household whose Home Assistant can be set back to a backup."""

    def __init__(self, house: House, entries: list[MockConfigEntry], show: Any) -> None:
        self.house = house
        self.entries = entries
        self.show = show

    @property
    def watched(self) -> set[int]:
        server, owner = self.house.plex.server, self.house.plex.owner
        return {number for _, number in server.watched(owner, self.show)}

    def unmark(self, number: int) -> None:
        episode = self.show.seasons[1].episodes[number]
        self.house.plex.server.unmark(self.house.plex.owner, episode)

    def status(self) -> str:
        return self.house.state("sensor", f"{PAIRING_ID}_status").state

    def issue(self, name: str) -> ir.IssueEntry | None:
        return ir.async_get(self.house.hass).async_get_issue(DOMAIN, name)

    async def sync(self, **data: Any) -> Any:
        answer: Any = await self.house.hass.services.async_call(
            DOMAIN, "sync", {"subentry_id": PAIRING_ID, **data}, blocking=True, return_response=True
        )
        await self.house.hass.async_block_till_done()
        (one,) = answer["lists"]
        return one

    @asynccontextmanager
    async def backup(self) -> AsyncIterator[None]:
        """Make a backup, let the world go on, and restore it."""
        hass = self.house.hass
        file = Path(hass.config.path(DATABASE_FILE))
        await backup.async_pre_backup(hass)
        copy = await hass.async_add_executor_job(file.read_bytes)
        await backup.async_post_backup(hass)
        yield
        await self.stop()
        await hass.async_add_executor_job(file.write_bytes, copy)

    async def stop(self) -> None:
        """Bring everything to an end, as when Home Assistant stops."""
        for entry in reversed(self.entries):
            await self.house.hass.config_entries.async_unload(entry.entry_id)
        await (await self.house.shared()).store.close()
        self.house.hass.data[_KEEPER].opened = None

    async def start(self) -> None:
        await self.house.set_up(*self.entries)


@pytest.fixture
async def home(house: House) -> Restored:
    """A pairing with Plex that has a yes to its plan, and a list."""
    show = await house.have_anime()
    library = next(iter(house.plex.state.libraries.values()))
    plex = await house.plex_entry()
    anilist = await house.anilist_entry(pairing(PLEX_ID, library.uuid), signed_in=False)
    entries = [plex, anilist, await house.seerr_entry(films())]
    found = Restored(house, entries, show)
    await found.start()
    return found


async def test_pairing_shows_its_plan_once_more(home: Restored) -> None:
    """W3, W12: the yes is asked for again, and is none to what a person unmarked."""
    await home.sync(approve=True)
    assert home.watched == {1, 2, 3}
    async with home.backup():
        home.unmark(2)
    await home.start()
    assert home.issue("store_restored") is not None
    home.house.anilist.change_entry("viewer", 101, progress=5)
    answer = await home.sync()
    assert answer["status"] == home.status() == "approval"
    assert home.watched == {1, 3}
    first_plan = home.issue(f"first_plan_{PAIRING_ID}")
    assert first_plan is not None
    (planned,) = (await home.sync(dry_run=True))["plan"]
    assert planned["episodes"] == ["S01E04", "S01E05"]
    answer = await home.sync(approve=True)
    assert answer["counts"]["episodes"] == 2
    assert home.watched == {1, 3, 4, 5}
    assert home.issue(f"first_plan_{PAIRING_ID}") is None


async def test_list_asks_its_server_for_everything(home: Restored) -> None:
    async with home.backup():
        request = home.house.seerr.requests[0]
        home.house.seerr.decline(request.id)
    await home.start()
    home.house.seerr.forget_requests()
    await home.house.press(FILMS_ID)
    assert home.house.seerr.counts["GET /api/v1/request"] == 1
    assert (await home.house.report(FILMS_ID)).counts["taken_back"] == 1
    assert len(home.house.seerr.requests) == 3


async def test_once_though_it_is_killed_right_after(home: Restored) -> None:
    """A dialog may be the first to open the database, long before an account is set up."""
    await home.sync(approve=True)
    async with home.backup():
        home.house.anilist.change_entry("viewer", 101, progress=4)
    await (await home.house.shared()).store.close()
    home.house.hass.data[_KEEPER].opened = None
    await home.start()
    assert (await home.sync())["status"] == "approval"
    await home.sync(approve=True)
    await home.stop()
    await home.start()
    home.house.anilist.change_entry("viewer", 101, progress=5)
    answer = await home.sync()
    assert (answer["status"], answer["counts"]["episodes"]) == ("completed", 1)
    assert home.watched == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("answer", ["mark", "leave"])
async def test_what_was_being_marked_is_asked_about(
    home: Restored,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
) -> None:
    monkeypatch.setattr(doubts, "LATE", timedelta())
    assert await async_setup_component(home.house.hass, REPAIRS, {})
    faults = home.house.plex.server.faults
    faults.add(Fault(Failure.CUT_AFTER, "PUT", "scrobble"))
    with pytest.raises(HomeAssistantError):
        await home.sync(approve=True)
    faults.clear()
    async with home.backup():
        await home.sync()
        home.unmark(2)
    await home.start()
    await home.sync(approve=True)
    assert home.watched == {1, 3}
    assert home.issue(REVIEW) is not None
    client = await hass_client()
    begun = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": REVIEW}
    )
    assert begun.status == HTTPStatus.OK
    shown = await begun.json()
    assert shown["menu_options"] == ["mark", "leave", "skip", "stop"]
    assert "just being marked" in shown["description_placeholders"]["reason"]
    done = await client.post(
        f"/api/repairs/issues/fix/{shown['flow_id']}", json={"next_step_id": answer}
    )
    assert (await done.json())["type"] == "create_entry"
    report = await home.sync()  # after the one that the answer asked for
    assert home.watched == ({1, 2, 3} if answer == "mark" else {1, 3})
    assert report["counts"]["review"] == 0
    assert home.issue(REVIEW) is None
