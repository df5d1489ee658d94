"""Names and titles that somebody wrote to do harm with stay texts, wherever Markdown is shown."""

import ast
from collections.abc import Iterator, Mapping
import logging
from pathlib import Path
import string
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

import custom_components.media_list_sync as component
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.markdown import SUFFIX, plain, short, with_markdown
from simulators.anilist import VIEWER, AniListMedia
from simulators.imdb import ImdbTitle
from tests.flows.dialog import TEXTS, Dialog
from tests.platforms.conftest import FILMS

from .hostile import HOSTILE, is_harmless
from .overhearing import of_dialogs
from .people import Household

FOLDER = Path(component.__file__).parent

SAFE = {
    *("apps_url", "imdb_example", "name_example", "path_example", "redirect_uri", "token_url"),
    *("trakt_example", "url_example", "vip_url", "example"),
    *(
        "count",
        "date",
        "entries",
        "episodes",
        "in_step",
        "minutes",
        "movies",
        "review",
        "saves",
        "shows",
    ),
    # Made of our own words, with escaped titles between them; the address is looked at before.
    *("address", "candidates", "left_out", "others", "reason", "tables", "titles"),
}
"""Placeholders whose values are no service's."""


def leaves(texts: Mapping[str, Any], *path: str) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Return the placeholders of each text, with its path."""
    for key, value in texts.items():
        if isinstance(value, str):
            yield (*path, key), {name for _, name, *_ in string.Formatter().parse(value) if name}
        else:
            yield from leaves(value, *path, key)


def is_markdown(path: tuple[str, ...]) -> bool:
    """Whether Home Assistant's user interface shows a text as Markdown."""
    match path:
        case ("config", "progress" | "abort", _) | (
            "config_subentries",
            _,
            "progress" | "abort",
            _,
        ):
            return True
        case ("issues", _, "description") | ("issues", _, "fix_flow", "abort", _):
            return True
        case (
            ("config", "step", *rest)
            | ("config_subentries", _, "step", *rest)
            | ("issues", _, "fix_flow", "step", *rest)
        ):
            return "description" in rest or "data_description" in rest
    return False


def test_texts_ask_for_what_is_escaped() -> None:
    """The end of a flow is always Markdown: what it is filled in with is escaped by its own name."""
    seen = 0
    for path, names in leaves(TEXTS):
        escaped = {name for name in names if name.endswith(SUFFIX)}
        if not is_markdown(path):
            assert not escaped, path
        elif "abort" not in path:
            assert names - escaped <= SAFE, path
            seen += len(escaped)
    assert seen > 30


def test_flows_end_in_one_way() -> None:
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="AbortFlow")):
                    assert file.name == "problem.py"
                case ast.Call(func=ast.Attribute(attr="async_abort"), keywords=given):
                    assert [one.arg for one in given] == ["reason"], file


def test_escaping() -> None:
    assert plain("2001: A Space  Odyssey\n(1968)") == r"2001\: A Space Odyssey \(1968\)"
    assert plain("a" * 300) == "a" * 99 + "…"
    assert short("  a\n b ") == "a b"
    given = {"detail": " (404. Not_found)", "list": "A"}
    escaped = {"detail_md": r" \(404\. Not\_found\)", "list_md": "A"}
    assert with_markdown(given) == given | escaped
    assert is_harmless(plain(HOSTILE))
    assert not is_harmless(HOSTILE)


def check(placeholders: Mapping[str, str] | None, *, is_end: bool = False) -> None:
    """Fail where a value that Markdown texts are filled in with is not harmless."""
    for name, text in (placeholders or {}).items():
        if is_end or name.endswith(SUFFIX) or name in SAFE:
            assert is_harmless(text), name


async def test_through_all_dialogs(
    household: Household, hurry: None, caplog: pytest.LogCaptureFixture
) -> None:
    """A list, a film, a server, a person: all called what nobody should be called."""
    caplog.set_level(logging.INFO)
    hass, house = household.hass, household.house
    heard = async_capture_events(hass, EVENT_STATE_CHANGED)
    house.plex.state.name = HOSTILE
    (child,) = [one for one in house.plex.state.people if one is not house.plex.owner]
    child.title = HOSTILE
    house.imdb.add_title(ImdbTitle("tt7777777", HOSTILE, "", 2001, "movie"))
    house.imdb.add_titles(FILMS, ["tt7777777"])
    house.imdb.lists[FILMS].name = HOSTILE
    shown: list[dict[str, Any]] = []
    with of_dialogs(shown.append):
        seerr = await household.add_seerr()
        await household.add_list(seerr, FILMS)
        plex = await household.add_plex(child)
        dialog = await (await (await Dialog.add(hass)).choose("plex")).choose("plex_link")
        await household.link(dialog)
        await (await dialog.submit(person=child.uuid)).submit(pin=child.pin)
        assert dialog.reason == "already_configured"
        plex.async_start_reauth(hass)
        await household.asked_again(plex)
    assert "plex_pin" in {one.get("step_id") for one in shown}
    assert any("click" in str(one) for one in shown)
    for one in shown:
        check(one["description_placeholders"], is_end=one["type"] is FlowResultType.ABORT)

    house.imdb.delete_list(FILMS)
    with pytest.raises(HomeAssistantError):
        await household.act("sync", full=True)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"list_gone_{next(iter(seerr.subentries))}")
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert "click" in issue.translation_placeholders["list_md"]
    check(issue.translation_placeholders)
    assert any("click" in str(event.data) for event in heard)
    assert all("\n" not in line.message for line in caplog.records if "click" in line.message)


async def test_through_the_repairs_of_a_pairing(
    household: Household, hurry: None, hass_client: ClientSessionGenerator
) -> None:
    hass, house = household.hass, household.house
    known, unknown = (
        AniListMedia(number, HOSTILE, episodes=12, start=(2015, 1, 5)) for number in (101, 102)
    )
    house.anilist.add_media(known, unknown)
    house.anilist.change_entry(VIEWER, known.id, media=known)
    house.anilist.add_entry(VIEWER, unknown.id, "CURRENT", progress=3, updated_at=1_700_000_000)
    house.plex.server.add_show(
        next(iter(house.plex.state.libraries.values())), HOSTILE, {1: 12}, guids=["tmdb://9"]
    )
    plex, anilist = await household.add_plex_by_hand(), await household.add_anilist()
    await household.add_pairing(anilist, plex)
    hass.config_entries.async_update_subentry(
        anilist, pairing := next(iter(anilist.subentries.values())), title=HOSTILE
    )
    await hass.async_block_till_done()
    await household.act("sync")
    client = await hass_client()

    async def begin(issue_id: str) -> dict[str, Any]:
        answer = await client.post(
            "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id}
        )
        found: dict[str, Any] = await answer.json()
        return found

    plan = await begin(f"first_plan_{pairing.subentry_id}")
    assert "click" in plan["description_placeholders"]["titles"]
    assert "click" in plan["description_placeholders"]["name_md"]
    check(plan["description_placeholders"])
    await household.act("sync", approve=True)
    await hass.async_block_till_done()
    review = await begin(f"review_waiting_{pairing.subentry_id}")
    assert "click" in review["description_placeholders"]["title"]
    assert "click" in review["description_placeholders"]["candidates"]
    check(review["description_placeholders"])
