"""What of a list is requested, for whom, where to, and how often."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.media_list_sync.engine.model import MediaType, Quality
from custom_components.media_list_sync.engine.requests.policy import Destination, Policy, SeasonRule
from simulators.imdb import ImdbSimulator
from simulators.seerr import ArrServer, Permission, SeerrSimulator, SeerrUser

from .dialog import Dialog

LIST = "ls000000001"
MATRIX, BREAKING_BAD = "tt0133093", "tt0903747"

RADARR = ArrServer(0, "Radarr", tags=((1, "kids"), (2, "lists")), root_folders=("/a", "/b"))
RADARR_4K = ArrServer(1, "Radarr 4K", is4k=True, root_folders=("/4k",))
SONARR = ArrServer(3, "Sonarr", profiles=((9, "Any"),), root_folders=("/tv",))


@pytest.fixture(autouse=True)
def lists(imdb: ImdbSimulator) -> None:
    imdb.add_list(LIST, "Film night", [MATRIX, BREAKING_BAD])


async def begin(hass: HomeAssistant, server: ConfigEntry, address: str = LIST) -> Dialog:
    """Go to the form of the policy."""
    dialog = await (await Dialog.list(hass, server.entry_id)).choose("address")
    await dialog.submit(address=address)
    assert dialog.step == "policy", dialog.result
    return dialog


async def saved(hass: HomeAssistant, dialog: Dialog, server: ConfigEntry) -> ConfigSubentry:
    assert dialog.kind is FlowResultType.CREATE_ENTRY, dialog.result
    await hass.async_block_till_done()
    return list(server.subentries.values())[-1]


def policy_of(added: ConfigSubentry) -> Policy:
    """Return the policy that the list's syncs will have."""
    return Policy.from_data(added.data)


async def test_click_through(hass: HomeAssistant, server: ConfigEntry) -> None:
    """Whoever changes nothing gets what most people want."""
    dialog = await begin(hass, server)
    assert dialog.shown == {
        "media_types": ["movie", "show"],
        "seasons": "all",
        "user_id": "1",
        "details": {"first_seasons": 1, "include_episodes": False, "approval": "user"},
        "pace": {
            "interval": {"days": 0, "hours": 6, "minutes": 0, "seconds": 0},
            "order": 50,
            "paused": False,
        },
    }
    added = await saved(hass, await dialog.submit(), server)
    assert dict(added.data) == {
        "list": {"kind": "imdb_list", "ref": {"id": LIST}},
        "media_types": ["movie", "show"],
        "seasons": "all",
        "first_seasons": 1,
        "include_episodes": False,
        "quality": "hd",
        "approval": "user",
        "interval": 21_600,
        "order": 50,
        "paused": False,
    }
    assert policy_of(added) == Policy()
    # What the runner makes of it: the list is there, and has its own device and entities.
    assert added.subentry_id in server.runtime_data.runner.job_ids()


async def test_everything(hass: HomeAssistant, server: ConfigEntry) -> None:
    dialog = await begin(hass, server)
    await dialog.submit(
        media_types=["show"],
        seasons="first_n",
        user_id="2",
        details={"first_seasons": 3, "include_episodes": True, "approval": "at_once"},
        pace={
            "interval": {"days": 1, "hours": 1, "minutes": 30},
            "max_requests": 5,
            "order": 7,
            "paused": True,
        },
    )
    added = await saved(hass, dialog, server)
    assert policy_of(added) == Policy(
        media_types=frozenset({MediaType.SHOW}),
        seasons=SeasonRule.FIRST_N,
        first_seasons=3,
        include_episodes=True,
        user_id=2,
        at_once=True,
        max_requests=5,
        order=7,
    )
    assert added.data["interval"] == 25 * 3600 + 1800
    assert server.runtime_data.runner.state(added.subentry_id).paused


async def test_users(hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator) -> None:
    """All of them, by their names; the owner of the key is chosen."""
    for number in range(3, 130):
        seerr.add_user(SeerrUser(number, f"user{number}"))
    dialog = await begin(hass, server)
    options = dialog.options("user_id")
    assert len(options) == 129
    assert options["2"] == "requester"
    assert options["129"] == "user129"
    assert dialog.shown["user_id"] == "1"


@pytest.mark.parametrize(
    ("entered", "error"),
    [
        ({"media_types": []}, {"media_types": "no_media_types"}),
        ({"pace": {"interval": {"minutes": 14}}}, {"pace": "interval_too_short"}),
        ({"pace": {"interval": {"minutes": 0}}}, {"pace": "interval_too_short"}),
    ],
)
async def test_what_cannot_work(
    hass: HomeAssistant,
    server: ConfigEntry,
    entered: Mapping[str, Any],
    error: Mapping[str, str],
) -> None:
    """What was entered besides stays in the form."""
    dialog = await begin(hass, server)
    await dialog.submit(**{"seasons": "latest", "user_id": "2", **entered})
    assert dialog.errors == error
    assert dialog.open_sections == error.keys() & {"pace"}, "an error there has to be seen"
    assert dialog.shown["seasons"] == "latest"
    assert dialog.shown["user_id"] == "2"
    await dialog.submit(media_types=["movie"], pace={"interval": {"minutes": 15}})
    added = await saved(hass, dialog, server)
    assert added.data["interval"] == 900
    assert added.data["seasons"] == "latest"


async def test_nothing_fits(hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator) -> None:
    imdb.add_list("ls000000002", "Shows", [BREAKING_BAD])
    dialog = await begin(hass, server, "ls000000002")
    await dialog.submit(media_types=["movie"])
    assert dialog.errors == {"media_types": "nothing_fits"}
    await saved(hass, await dialog.submit(media_types=["show"]), server)


@pytest.mark.parametrize(
    ("permissions", "media_types", "error"),
    [
        (Permission.REQUEST_MOVIE, ["movie", "show"], "user_may_not_show_hd"),
        (Permission.REQUEST_MOVIE, ["movie"], None),
        (Permission.REQUEST_TV, ["movie"], "user_may_not_movie_hd"),
        (0, ["show"], "user_may_not_show_hd"),
        (Permission.REQUEST, ["movie", "show"], None),
    ],
)
async def test_users_permissions(
    hass: HomeAssistant,
    server: ConfigEntry,
    seerr: SeerrSimulator,
    permissions: int,
    media_types: list[str],
    error: str | None,
) -> None:
    """A user who may not request is told of now, not at the first sync."""
    seerr.add_user(SeerrUser(5, "kid", permissions))
    dialog = await begin(hass, server)
    await dialog.submit(user_id="5", media_types=media_types)
    if error is None:
        await saved(hass, dialog, server)
    else:
        assert dialog.errors == {"user_id": error}
        assert dialog.placeholders["user"] == "kid"


# 4K.


async def test_no_4k_server(hass: HomeAssistant, server: ConfigEntry) -> None:
    assert "quality" not in (await begin(hass, server)).fields


@pytest.mark.parametrize(
    ("quality", "media_types", "error"),
    [
        ("4k", ["movie"], None),
        ("both", ["movie", "show"], None),
        ("4k", ["movie", "show"], "no_4k_show"),
        ("4k", ["show"], "no_4k"),
        ("both", ["show"], "no_4k"),
    ],
)
async def test_4k_for_films_only(
    hass: HomeAssistant,
    server: ConfigEntry,
    seerr: SeerrSimulator,
    quality: str,
    media_types: list[str],
    error: str | None,
) -> None:
    """4K is offered where the server has it, and for what it has it."""
    seerr.settings.radarr = [RADARR_4K]
    dialog = await begin(hass, server)
    assert list(dialog.options("quality")) == ["hd", "4k", "both"]
    await dialog.submit(quality=quality, media_types=media_types)
    if error is None:
        added = await saved(hass, dialog, server)
        assert Quality.UHD in policy_of(added).qualities
    else:
        assert dialog.errors == {"quality": error}


async def test_4k_for_shows_only(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    seerr.settings.sonarr = [ArrServer(4, "Sonarr 4K", is4k=True)]
    dialog = await begin(hass, server)
    await dialog.submit(quality="4k")
    assert dialog.errors == {"quality": "no_4k_movie"}


async def test_user_may_not_4k(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    seerr.settings.radarr = [RADARR_4K]
    seerr.add_user(SeerrUser(5, "kid", Permission.REQUEST))
    dialog = await begin(hass, server)
    await dialog.submit(quality="both", user_id="5")
    assert dialog.errors == {"user_id": "user_may_not_movie_4k"}
    await saved(hass, await dialog.submit(quality="hd"), server)


# Where requests go.


async def test_no_servers(hass: HomeAssistant, server: ConfigEntry) -> None:
    assert "choose_destinations" not in (await begin(hass, server)).fields


async def test_server_decides(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    """Nobody is asked about servers who does not want to be."""
    seerr.settings.radarr = [RADARR]
    dialog = await begin(hass, server)
    assert dialog.shown["choose_destinations"] is False
    added = await saved(hass, await dialog.submit(), server)
    assert "destinations" not in added.data


async def test_destinations(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    """First the servers, of those that fit; then what each of them offers."""
    seerr.settings.radarr = [RADARR, RADARR_4K]
    seerr.settings.sonarr = [SONARR]
    dialog = await begin(hass, server)
    await dialog.submit(quality="both", choose_destinations=True)
    assert dialog.step == "servers"
    assert dialog.shown == {}
    assert dialog.options("movie_hd") == {"0": "Radarr"}
    assert dialog.options("movie_4k") == {"1": "Radarr 4K"}
    assert dialog.options("show_hd") == {"3": "Sonarr"}
    assert "show_4k" not in dialog.fields

    await dialog.submit(movie_hd="0", show_hd="3")
    assert dialog.step == "movie_hd"
    assert dialog.placeholders["server"] == "Radarr"
    assert dialog.options("profile") == {
        "1": "Any",
        "4": "HD-1080p",
        "6": "HD - 720p/1080p",
    }
    assert dialog.options("root_folder") == {"/a": "/a", "/b": "/b"}
    assert dialog.options("tags") == {"1": "kids", "2": "lists"}
    await dialog.submit(profile="6", root_folder="/b", tags=["2"])
    assert dialog.step == "show_hd"
    assert "tags" not in dialog.fields
    added = await saved(hass, await dialog.submit(), server)
    assert added.data["destinations"] == {
        "movie_hd": {"server": 0, "profile": 6, "root_folder": "/b", "tags": [2]},
        "show_hd": {"server": 3},
    }
    assert policy_of(added).destinations == {
        (MediaType.MOVIE, Quality.HD): Destination(0, 6, "/b", (2,)),
        (MediaType.SHOW, Quality.HD): Destination(3),
    }


async def test_only_what_is_requested_is_asked_for(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    seerr.settings.radarr = [RADARR]
    seerr.settings.sonarr = [SONARR]
    dialog = await begin(hass, server)
    await dialog.submit(media_types=["movie"], choose_destinations=True)
    assert list(dialog.fields) == ["movie_hd"]
    added = await saved(hass, await dialog.submit(), server)
    assert "destinations" not in added.data


async def test_nothing_to_choose_from(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    """Films alone are requested, and there are servers for shows alone."""
    seerr.settings.sonarr = [SONARR]
    dialog = await begin(hass, server)
    await dialog.submit(media_types=["movie"], choose_destinations=True)
    await saved(hass, dialog, server)


async def test_4k_destinations(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    seerr.settings.radarr = [RADARR_4K]
    seerr.settings.sonarr = [ArrServer(4, "Sonarr 4K", is4k=True)]
    dialog = await begin(hass, server)
    await dialog.submit(quality="4k", choose_destinations=True)
    await dialog.submit(movie_4k="1", show_4k="4")
    assert dialog.step == "movie_4k"
    await dialog.submit(root_folder="/4k")
    assert dialog.step == "show_4k"
    added = await saved(hass, await dialog.submit(), server)
    assert added.data["destinations"] == {
        "movie_4k": {"server": 1, "root_folder": "/4k"},
        "show_4k": {"server": 4},
    }


async def test_radarr_is_away(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    """The error stands at the server that it is about; what was chosen stays."""
    seerr.settings.radarr = [RADARR]
    dialog = await begin(hass, server)
    await dialog.submit(choose_destinations=True)
    seerr.settings.arr_unreachable = True
    await dialog.submit(movie_hd="0")
    assert dialog.step == "servers"
    assert dialog.errors == {"movie_hd": "arr_unreachable"}
    assert dialog.placeholders["server"] == "Radarr"
    assert dialog.shown == {"movie_hd": "0"}
    added = await saved(hass, await dialog.submit(movie_hd=None), server)
    assert "destinations" not in added.data


async def test_error_keeps_the_wish_to_choose(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    seerr.settings.radarr = [RADARR]
    dialog = await begin(hass, server)
    await dialog.submit(choose_destinations=True, media_types=[])
    assert dialog.shown["choose_destinations"] is True
