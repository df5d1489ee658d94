"""What needs a person, gone through in Repairs, one entry after the other."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any
from unittest.mock import patch

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.model import JobStatus, SyncRequest
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from custom_components.media_list_sync.markdown import plain
from custom_components.media_list_sync.syncing import sync
from simulators.anilist import VIEWER, AniListMedia
from simulators.anime import expected

from .anime import AnimeHouse, anime_house
from .conftest import PAIRING_ID, House

ISSUE = f"review_waiting_{PAIRING_ID}"
SHOW = "Hotel of the Deep"
CHOICE = f"{SHOW} (2019) · TMDB 777"
NEW = 900_001


class Fixing:
    """A fix flow, as the user interface goes through it."""

    def __init__(self, client: Any, answer: dict[str, Any]) -> None:
        self.client = client
        self.shown = answer

    @property
    def texts(self) -> dict[str, str]:
        found: dict[str, str] = self.shown["description_placeholders"]
        return found

    async def send(self, data: dict[str, Any]) -> dict[str, Any]:
        path = f"/api/repairs/issues/fix/{self.shown['flow_id']}"
        answer = await self.client.post(path, json=data)
        assert answer.status == HTTPStatus.OK, await answer.text()
        self.shown = await answer.json()
        return self.shown

    async def choose(self, option: str) -> dict[str, Any]:
        return await self.send({"next_step_id": option})

    async def look_for(self, title: str) -> None:
        """Skip what comes before an entry."""
        while self.shown["type"] == "menu" and self.texts["title"] != title:
            await self.choose("skip")
        assert self.shown["type"] == "menu"


@pytest.fixture
async def anime(house: House) -> AsyncIterator[AnimeHouse]:
    async with anime_house(house) as found:
        # No table knows this one, but the library has it.
        house.anilist.add_media(AniListMedia(NEW, SHOW, episodes=6, start=(2019, 4, 2)))
        house.anilist.add_entry(VIEWER, NEW, "CURRENT", progress=2, updated_at=1_700_000_000)
        (library, *_) = (one for one in house.plex.state.libraries.values() if one.title == "Anime")
        house.plex.server.add_show(library, SHOW, {1: 6, 2: 12}, guids=["tmdb://777"], year=2019)
        yield found


async def begin(anime: AnimeHouse, hass_client: ClientSessionGenerator) -> Fixing:
    await anime.pair()
    assert await async_setup_component(anime.house.hass, REPAIRS, {})
    return await begin_again(anime, hass_client)


async def begin_again(anime: AnimeHouse, hass_client: ClientSessionGenerator) -> Fixing:
    client = await hass_client()
    answer = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": ISSUE}
    )
    assert answer.status == HTTPStatus.OK
    return Fixing(client, await answer.json())


def issue(anime: AnimeHouse) -> ir.IssueEntry | None:
    return ir.async_get(anime.house.hass).async_get_issue(DOMAIN, ISSUE)


async def waiting(anime: AnimeHouse) -> dict[int, str]:
    answer = await anime.call("get_review")
    return {one["anilist_id"]: one["reason"] for one in answer["review"]}


async def test_it_is_told_how_many_wait(anime: AnimeHouse) -> None:
    await anime.pair()
    raised = issue(anime)
    assert raised is not None
    assert raised.is_fixable
    assert raised.severity is ir.IssueSeverity.WARNING
    assert raised.translation_placeholders is not None
    count = len(expected.review_on_plex()) + 1
    assert raised.translation_placeholders["count"] == str(count)
    assert raised.translation_placeholders["list"] == "Anime"
    assert raised.learn_more_url is not None
    assert raised.learn_more_url.endswith("#review_waiting")


async def test_before_the_first_yes_only_the_plan_is_told(anime: AnimeHouse) -> None:
    await anime.pair(approved=False)
    assert issue(anime) is None


async def test_who_is_in_the_way_is_named(
    anime: AnimeHouse, hass_client: ClientSessionGenerator
) -> None:
    """W10: which other entry lies on the same episodes, in the dialog and in the answer."""
    fix = await begin(anime, hass_client)
    rows = {row["anilist_id"]: row for row in (await anime.call("get_review"))["review"]}
    one, other = (
        rows[number]
        for number, reason in expected.review_on_plex().items()
        if reason == expected.CLAIMED_TWICE
    )
    assert one["others"] == [{"anilist_id": other["anilist_id"], "title": other["title"]}]
    assert rows[NEW]["others"] == []
    await fix.look_for(one["title"])
    assert fix.texts["reason"] == "Another anime on the list lies on the same episodes."
    link = f"[{plain(other['title'])}](https://anilist.co/anime/{other['anilist_id']})"
    assert fix.texts["others"] == f" That is: {link}."
    await fix.choose("stop")
    fix = await begin_again(anime, hass_client)
    await fix.look_for(SHOW)
    assert fix.texts["others"] == ""


async def test_saying_what_it_is(anime: AnimeHouse, hass_client: ClientSessionGenerator) -> None:
    fix = await begin(anime, hass_client)
    assert fix.shown["menu_options"] == ["place", "ignore", "skip", "stop"]
    await fix.look_for(SHOW)
    assert fix.texts["reason"] == "No table knows this anime."
    assert fix.texts["address"] == f"https://anilist.co/anime/{NEW}"
    assert f"{SHOW} \\(2019\\) · TMDB 777" in fix.texts["candidates"]
    before = await waiting(anime)
    form = await fix.choose("place")
    (target, season, first) = form["data_schema"]
    # What was chosen is shown by its value.
    assert target["selector"]["select"]["options"] == [CHOICE]
    # Nothing is chosen beforehand: else a wrong title would only have to be confirmed.
    assert target["required"]
    assert target["description"] == {"suggested_value": ""}
    assert (season["name"], first["name"]) == ("season", "first_episode")
    left = len(before) - 1
    await fix.send({"target": CHOICE, "season": 2, "first_episode": 3})
    await anime.house.until(lambda: anime.watched("Anime", SHOW) == {(2, 3), (2, 4)})
    assert fix.shown["type"] in ("menu", "abort")
    report = await anime.house.report(
        PAIRING_ID, anime.entry, lambda report: report.counts["review"] == left
    )
    assert report.status is JobStatus.COMPLETED
    assert NEW not in await waiting(anime)
    raised = issue(anime)
    assert raised is not None
    assert raised.translation_placeholders is not None
    assert raised.translation_placeholders["count"] == str(left)


async def test_what_nothing_is_known_of(
    anime: AnimeHouse, hass_client: ClientSessionGenerator
) -> None:
    fix = await begin(anime, hass_client)
    await fix.look_for(SHOW)
    assert fix.texts["detail"] == "nothing"
    await fix.choose("ignore")
    seen = {fix.texts["candidates"]}
    while (await fix.choose("skip"))["type"] == "menu":
        seen.add(fix.texts["candidates"])
    assert "Nothing that it has bears a similar name." in seen


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"target": "tmdb_show:777"}, "It is a show, so say in which season"),
        ({"target": "tmdb_show:777", "season": 0}, "Specials need their numbers"),
        ({"target": "777", "season": 1}, "“777” is not an ID"),
        ({"target": "netflix:777", "season": 1}, "“netflix:777” is not an ID"),
        ({"target": "tmdb_show:tt0000777", "season": 1}, "“tt0000777” is not an ID"),
        ({"target": "tmdb_movie:777", "season": 1}, "It is a film"),
    ],
)
async def test_what_cannot_be_is_said(
    anime: AnimeHouse, hass_client: ClientSessionGenerator, given: dict[str, Any], why: str
) -> None:
    fix = await begin(anime, hass_client)
    await fix.look_for(SHOW)
    await fix.choose("place")
    answer = await fix.send(given)
    assert answer["errors"] == {"base": "mapping_refused"}
    assert fix.texts["why"].startswith(why)
    # What was entered stays.
    assert answer["data_schema"][0]["description"] == {"suggested_value": given["target"]}
    answer = await fix.send({"target": " tmdb_show:777 ", "season": 1})
    assert answer["type"] in ("menu", "abort")
    await anime.house.until(lambda: anime.watched("Anime", SHOW) == {(1, 1), (1, 2)})


async def test_ignoring_all(anime: AnimeHouse, hass_client: ClientSessionGenerator) -> None:
    """The issue goes with the last entry, and does not come back."""
    fix = await begin(anime, hass_client)
    for number in range(len(expected.review_on_plex()) + 1, 0, -1):
        # What was in the way of another entry may be settled along with it.
        if fix.shown["type"] != "menu":
            break
        assert int(fix.texts["count"]) == number
        await fix.choose("ignore")
    assert fix.shown["type"] == "create_entry"
    await anime.house.report(PAIRING_ID, anime.entry, lambda report: report.counts["review"] == 0)
    assert await waiting(anime) == {}
    assert issue(anime) is None
    assert not anime.watched("Anime", SHOW)


async def test_ignoring_all_while_the_pairing_is_paused(
    anime: AnimeHouse, hass_client: ClientSessionGenerator
) -> None:
    """Entries are synced one by one, which is no reason to tell the old number once more."""
    fix = await begin(anime, hass_client)
    pairing = anime.house.list_of(PAIRING_ID, anime.entry)
    await pairing.runner.set_paused(PAIRING_ID, True)
    while fix.shown["type"] == "menu":
        await fix.choose("ignore")
    await sync(pairing, SyncRequest("action", anilist=NEW))
    assert issue(anime) is None
    await sync(pairing, SyncRequest("button"))
    assert issue(anime) is None
    assert (await anime.house.report(PAIRING_ID, anime.entry)).counts["review"] == 0


async def test_leaving_it_for_another_time(
    anime: AnimeHouse, hass_client: ClientSessionGenerator
) -> None:
    fix = await begin(anime, hass_client)
    before = await waiting(anime)
    while fix.shown["type"] == "menu":
        await fix.choose("skip")
    assert (fix.shown["type"], fix.shown["reason"]) == ("abort", "left")
    assert await waiting(anime) == before
    assert issue(anime) is not None
    answer = await fix.client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": ISSUE}
    )
    again = Fixing(fix.client, await answer.json())
    answered = await again.choose("stop")
    assert (answered["type"], answered["reason"]) == ("abort", "left")
    assert issue(anime) is not None


async def test_while_the_account_is_not_loaded(
    anime: AnimeHouse, hass_client: ClientSessionGenerator
) -> None:
    fix = await begin(anime, hass_client)
    assert anime.entry is not None
    await anime.house.hass.config_entries.async_unload(anime.entry.entry_id)
    answer = await fix.choose("skip")
    assert (answer["type"], answer["reason"]) == ("abort", "not_loaded")


async def test_while_the_database_is_in_the_way(
    anime: AnimeHouse, hass_client: ClientSessionGenerator
) -> None:
    fix = await begin(anime, hass_client)
    with patch.object(Store, "run", side_effect=StoreUnusable("full")):
        answer = await fix.choose("ignore")
    assert (answer["type"], answer["reason"]) == ("abort", "store_unusable")
