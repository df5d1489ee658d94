"""Which list: an address, a chart, a file; and what a person is told when it cannot be read."""

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import FormData
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.store import uploads
from custom_components.media_list_sync.shared import async_get_shared
from simulators.faults import Failure, Fault
from simulators.imdb import ImdbSimulator
from simulators.imdb.titles import ImdbTitle
from simulators.seerr import SeerrSimulator
from simulators.titles import real_titles
from simulators.trakt import TraktSimulator

from .dialog import Dialog

LIST, OTHER = "ls000000001", "ls000000002"
SHAWSHANK, GODFATHER, MATRIX = "tt0111161", "tt0068646", "tt0133093"
BREAKING_BAD = "tt0903747"
EPISODE, GAME, PODCAST = "tt0959621", "tt2140553", "tt9900001"

CSV = (
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,"
    "Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n"
    "1,tt0111161,2024-01-01,2024-01-01,,The Shawshank Redemption,The Shawshank Redemption,"
    "https://www.imdb.com/title/tt0111161/,Movie,9.3,142,1994,Drama,2900000,1994-09-10,"
    "Frank Darabont\n"
    "2,tt0903747,2024-01-02,2024-01-02,,Breaking Bad,Breaking Bad,"
    "https://www.imdb.com/title/tt0903747/,TV Series,9.5,45,2008,Crime,2200000,2008-01-20,\n"
)


async def name(hass: HomeAssistant, entry: ConfigEntry, way: str, **entered: Any) -> Dialog:
    """Name a list in one of the four ways."""
    dialog = await (await Dialog.list(hass, entry.entry_id)).choose(way)
    return await dialog.submit(**entered)


async def saved(hass: HomeAssistant, dialog: Dialog, entry: ConfigEntry) -> ConfigSubentry:
    """Click through what is left, and return the list."""
    assert dialog.step == "policy", dialog.result
    await dialog.submit()
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    return list(entry.subentries.values())[-1]


def title_of(imdb_id: str) -> Any:
    return next(title for title in real_titles() if title.imdb == imdb_id)


@pytest.fixture(autouse=True)
def lists(imdb: ImdbSimulator) -> None:
    imdb.add_list(LIST, "Film night", [SHAWSHANK, GODFATHER, BREAKING_BAD])
    imdb.add_watchlist("ur12345678", [MATRIX], profile="p.abcdefgh")


@pytest.mark.parametrize(
    "address", [LIST, f"https://www.imdb.com/list/{LIST}/?ref_=x", f"m.imdb.com/de/list/{LIST}"]
)
async def test_imdb_list(hass: HomeAssistant, server: ConfigEntry, address: str) -> None:
    dialog = await name(hass, server, "address", address=f" {address} ")
    assert dialog.placeholders == {
        "name": "Film night",
        "movies": "2",
        "shows": "1",
        "titles": r"The Shawshank Redemption \(1994\), The Godfather \(1972\), "
        r"Breaking Bad \(2008\)",
        "left_out": "nothing",
    }
    added = await saved(hass, dialog, server)
    assert added.title == "Film night"
    assert added.unique_id == f"imdb_list:{LIST}"
    assert added.data["list"] == {"kind": "imdb_list", "ref": {"id": LIST}}
    assert "trakt_account" not in added.data


@pytest.mark.parametrize(
    "address",
    ["p.abcdefgh", "https://www.imdb.com/user/p.abcdefgh/watchlist/", "ur12345678"],
)
async def test_imdb_watchlist(hass: HomeAssistant, server: ConfigEntry, address: str) -> None:
    """Kept by the id that does not change, whatever was entered."""
    added = await saved(hass, await name(hass, server, "address", address=address), server)
    assert added.unique_id == "imdb_watchlist:ur12345678"
    assert added.data["list"] == {"kind": "imdb_watchlist", "ref": {"user": "ur12345678"}}


async def test_what_is_left_out(
    hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator
) -> None:
    imdb.add_titles(LIST, [GAME, EPISODE, PODCAST, SHAWSHANK])
    dialog = await name(hass, server, "address", address=LIST)
    assert dialog.placeholders["movies"] == "2"
    assert (
        dialog.placeholders["left_out"]
        == "entries listed twice: 1, single episodes: 1, games: 1, podcasts: 1"
    )


async def test_words_of_a_stranger(
    hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator
) -> None:
    """A list may be called anything: nothing of it becomes a link, and it stays short."""
    imdb.lists[LIST].name = "One\n# two " + "x" * 200
    imdb.add_title(ImdbTitle("tt7777777", "[Click](https://x.example)", "", None, "movie"))
    imdb.add_titles(LIST, ["tt7777777"])
    dialog = await name(hass, server, "address", address=LIST)
    assert dialog.placeholders["name"].startswith("One # two x")
    assert len(dialog.placeholders["name"]) == 100
    assert dialog.placeholders["titles"].endswith(r"\[Click\]\(https\:\/\/x\.example\)")


async def test_many_titles(hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator) -> None:
    """The first few are shown; all are counted."""
    ids = [title.imdb for title in real_titles() if title.imdb and not title.is_show]
    imdb.add_list(OTHER, "Long", ids)
    dialog = await name(hass, server, "address", address=OTHER)
    assert dialog.placeholders["movies"] == str(len(set(ids)))
    assert dialog.placeholders["titles"].count(r"\)") == 5
    assert dialog.placeholders["titles"].endswith(", …")


async def test_same_list_again(hass: HomeAssistant, server: ConfigEntry) -> None:
    await saved(hass, await name(hass, server, "address", address=LIST), server)
    dialog = await name(hass, server, "address", address=f"imdb.com/list/{LIST}")
    assert dialog.reason == "already_configured"
    await saved(hass, await name(hass, server, "address", address="ur12345678"), server)
    # Only who asks IMDb knows that this is the same watchlist.
    dialog = await name(hass, server, "address", address="p.abcdefgh")
    assert dialog.reason == "already_configured"
    assert len(server.subentries) == 2


async def test_two_dialogs_for_one_list(hass: HomeAssistant, server: ConfigEntry) -> None:
    one = await name(hass, server, "address", address=LIST)
    other = await name(hass, server, "address", address=LIST)
    await saved(hass, one, server)
    await other.submit()
    assert other.reason == "already_configured"
    assert len(server.subentries) == 1


@pytest.mark.parametrize(
    "address", ["", "nonsense", "https://www.imdb.com/title/tt0111161/", "https://example.org"]
)
async def test_not_recognised(hass: HomeAssistant, server: ConfigEntry, address: str) -> None:
    """What was entered stays, to be corrected."""
    dialog = await name(hass, server, "address", address=address)
    assert dialog.errors == {"address": "not_recognised"}
    assert dialog.shown == {"address": address}
    await saved(hass, await dialog.submit(address=LIST), server)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("ls000000099", "list_gone"),
        ("ur99999999", "watchlist_gone"),
        ("p.zzzzzzzz", "watchlist_gone"),
        ("ls000000003", "list_private"),
        ("ur55555555", "watchlist_private"),
        ("ls000000004", "not_a_list"),
        ("ls000000005", "list_empty"),
        ("ls000000006", "nothing_requestable"),
    ],
)
async def test_unfit_lists(
    hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator, address: str, error: str
) -> None:
    imdb.add_list("ls000000003", "Private", [MATRIX], visibility="PRIVATE")
    imdb.add_watchlist("ur55555555", [MATRIX], visibility="PRIVATE")
    imdb.add_people_list("ls000000004", "People")
    imdb.add_list("ls000000005", "Empty")
    imdb.add_list("ls000000006", "Games", [GAME, PODCAST])
    dialog = await name(hass, server, "address", address=address)
    assert dialog.step == "address"
    assert dialog.errors == {"address": error}
    if error == "nothing_requestable":
        assert dialog.placeholders["count"] == "2"
    await saved(hass, await dialog.submit(address=LIST), server)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(Failure.HTML, status=403), "imdb_refused"),
        (Fault(Failure.TRUNCATE), "list_unreadable"),
        (Fault(Failure.STATUS, status=429, retry_after="3600"), "rate_limited"),
        (Fault(Failure.STATUS, status=418), "list_refused"),
    ],
)
async def test_imdb_does_not_do_its_part(
    hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator, fault: Fault, error: str
) -> None:
    imdb.faults.add(fault)
    dialog = await name(hass, server, "address", address=LIST)
    assert dialog.errors == {"address": error}
    if error == "rate_limited":
        assert dialog.placeholders["minutes"] == "60"
        assert dialog.placeholders["service"] == "IMDb"
    imdb.faults.clear()
    await saved(hass, await dialog.submit(), server)


async def test_imdb_is_away(hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator) -> None:
    """It is tried again for a while, in a step that says so; then the person is told."""
    imdb.faults.add(Fault(Failure.CUT))
    dialog = await name(hass, server, "address", address=LIST)
    await dialog.wait()
    assert dialog.step == "address"
    assert dialog.errors == {"address": "list_unreachable"}
    assert dialog.shown == {"address": LIST}
    imdb.faults.clear()
    await saved(hass, await dialog.submit(), server)


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every list for a long one."""
    monkeypatch.setattr(f"custom_components.{DOMAIN}.flows.list_naming._AT_ONCE", 0.0)


@pytest.mark.usefixtures("no_patience")
async def test_long_list(hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator) -> None:
    imdb.faults.add(Fault(Failure.DELAY, seconds=0.3))
    dialog = await name(hass, server, "address", address=LIST)
    assert dialog.kind is FlowResultType.SHOW_PROGRESS
    assert dialog.step == "reading"
    await saved(hass, await dialog.wait(), server)


@pytest.mark.usefixtures("no_patience")
async def test_closed_while_reading(
    hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator
) -> None:
    imdb.faults.add(Fault(Failure.DELAY, seconds=0.8))
    dialog = await name(hass, server, "address", address=LIST)
    hass.config_entries.subentries.async_abort(dialog.result["flow_id"])
    async with asyncio.timeout(5):
        await hass.async_block_till_done()


async def test_closed_before_it_shows_that_it_reads(
    hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator
) -> None:
    imdb.faults.add(Fault(Failure.DELAY, seconds=0.8))
    dialog = await (await Dialog.list(hass, server.entry_id)).choose("address")
    submitting = hass.async_create_task(dialog.submit(address=LIST))
    await asyncio.sleep(0.2)
    hass.config_entries.subentries.async_abort(dialog.result["flow_id"])
    with pytest.raises(UnknownFlow):
        await submitting


# The server that the list is for.


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(Failure.CUT), "server_unreachable"),
        (Fault(Failure.STATUS, status=503), "server_unreachable"),
        (Fault(Failure.HTML, status=200), "server_refused"),
        (Fault(Failure.STATUS, status=500, path="/user"), "server_refused"),
    ],
)
async def test_server_does_not_do_its_part(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator, fault: Fault, error: str
) -> None:
    seerr.faults.add(fault)
    dialog = await name(hass, server, "address", address=LIST)
    assert dialog.errors == {"base": error}
    assert dialog.placeholders["server"] == server.title
    seerr.faults.clear()
    await saved(hass, await dialog.submit(), server)


async def test_key_is_no_longer_good(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    """The person is asked for the new key, and comes back to this dialog."""
    old, seerr.settings.api_key = seerr.settings.api_key, "new"
    dialog = await name(hass, server, "address", address=LIST)
    assert dialog.errors == {"base": "server_key_rejected"}
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"
    seerr.settings.api_key = old
    await saved(hass, await dialog.submit(), server)


async def test_key_file_was_lost(hass: HomeAssistant, server: ConfigEntry) -> None:
    hass.config_entries.async_update_entry(server, data={**server.data, "api_key": "gAAAAABlost"})
    dialog = await name(hass, server, "address", address=LIST)
    assert dialog.errors == {"base": "key_lost"}


async def test_server_is_not_loaded(hass: HomeAssistant, server: ConfigEntry) -> None:
    """A list can be added all the same: the flow asks for itself."""
    await hass.config_entries.async_unload(server.entry_id)
    dialog = await name(hass, server, "address", address=LIST)
    assert dialog.step == "policy"
    await dialog.submit()
    assert dialog.kind is FlowResultType.CREATE_ENTRY


# Charts.


async def test_charts(hass: HomeAssistant, server: ConfigEntry) -> None:
    dialog = await (await Dialog.list(hass, server.entry_id)).choose("chart")
    options = dialog.options("chart")
    assert "imdb_chart_top_movies" in options
    assert "imdb_box_office" in options
    assert "trakt_chart_shows_trending" in options
    await dialog.submit(chart="imdb_chart_top_movies")
    assert dialog.placeholders["name"] == "IMDb Top 250 Movies"
    added = await saved(hass, dialog, server)
    assert added.data["list"] == {"kind": "imdb_chart", "ref": {"chart": "top_movies"}}
    assert (
        await name(hass, server, "chart", chart="imdb_chart_top_movies")
    ).reason == "already_configured"


async def test_box_office(hass: HomeAssistant, server: ConfigEntry) -> None:
    dialog = await name(hass, server, "chart", chart="imdb_box_office")
    added = await saved(hass, dialog, server)
    assert added.unique_id == "imdb_box_office"


async def test_every_chart(hass: HomeAssistant, server: ConfigEntry, viewer: ConfigEntry) -> None:
    """Whatever is offered can be read, as far as its service knows it."""
    dialog = await (await Dialog.list(hass, server.entry_id)).choose("chart")
    for chart in dialog.options("chart"):
        one = await name(hass, server, "chart", chart=chart)
        assert one.step == "policy" or one.errors == {"chart": "list_empty"}, chart
        hass.config_entries.subentries.async_abort(one.result["flow_id"])


async def test_chart_cannot_be_read(
    hass: HomeAssistant, server: ConfigEntry, imdb: ImdbSimulator
) -> None:
    imdb.faults.add(Fault(Failure.HTML, status=403))
    dialog = await name(hass, server, "chart", chart="imdb_box_office")
    assert dialog.errors == {"chart": "imdb_refused"}
    assert dialog.shown == {"chart": "imdb_box_office"}


# Trakt.


async def test_trakt_without_an_account(hass: HomeAssistant, server: ConfigEntry) -> None:
    for way, entered in (
        ("address", {"address": "https://trakt.tv/users/viewer/lists/best"}),
        ("chart", {"chart": "trakt_chart_movies_trending"}),
    ):
        dialog = await name(hass, server, way, **entered)
        assert dialog.errors == {way: "trakt_missing"}


async def test_trakt_account_is_not_loaded(
    hass: HomeAssistant, server: ConfigEntry, viewer: ConfigEntry
) -> None:
    await hass.config_entries.async_unload(viewer.entry_id)
    dialog = await name(hass, server, "chart", chart="trakt_chart_movies_trending")
    assert dialog.errors == {"chart": "trakt_not_loaded"}
    assert dialog.placeholders["account"] == viewer.title


@pytest.mark.parametrize("privacy", ["public", "private"])
async def test_trakt_list(
    hass: HomeAssistant,
    server: ConfigEntry,
    viewer: ConfigEntry,
    trakt: TraktSimulator,
    privacy: str,
) -> None:
    """Kept by its number, which stays when it is renamed (R9)."""
    made = trakt.add_list("viewer", "Best", [title_of(MATRIX)], privacy=privacy)
    address = f"https://app.trakt.tv/users/viewer/lists/{made.slug}"
    added = await saved(hass, await name(hass, server, "address", address=address), server)
    assert added.title == "Best"
    assert added.unique_id == f"trakt_list:{made.number}"
    assert added.data["trakt_account"] == viewer.entry_id


@pytest.mark.parametrize(
    "address", ["https://trakt.tv/users/viewer/watchlist", "https://app.trakt.tv/watchlist"]
)
async def test_own_watchlist(
    hass: HomeAssistant,
    server: ConfigEntry,
    viewer: ConfigEntry,
    trakt: TraktSimulator,
    address: str,
) -> None:
    trakt.user().private = True
    trakt.add_to_watchlist([title_of(MATRIX)])
    added = await saved(hass, await name(hass, server, "address", address=address), server)
    assert added.title == "Trakt watchlist (viewer)"
    assert added.data["list"]["ref"]["user"] == "me"
    assert str(added.unique_id).startswith("trakt_watchlist:")


async def public_account(hass: HomeAssistant, trakt: TraktSimulator) -> ConfigEntry:
    dialog = await (await Dialog.add(hass)).choose("trakt")
    await dialog.submit(client_id=trakt.app.client_id, access="public")
    await hass.async_block_till_done()
    entry: ConfigEntry = dialog.result["result"]
    return entry


@pytest.mark.parametrize("path", ["watchlist", "users/me/lists/secret"])
async def test_what_is_ones_own_needs_sign_in(
    hass: HomeAssistant, server: ConfigEntry, trakt: TraktSimulator, path: str
) -> None:
    await public_account(hass, trakt)
    dialog = await name(hass, server, "address", address=f"https://trakt.tv/{path}")
    assert dialog.errors == {"address": "trakt_not_signed_in"}
    await hass.async_block_till_done()
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN), "nobody was signed in"


async def test_several_trakt_accounts(
    hass: HomeAssistant, server: ConfigEntry, viewer: ConfigEntry, trakt: TraktSimulator
) -> None:
    """The person chooses; where the list cannot be read with it, they can choose again."""
    made = trakt.add_list("viewer", "Best", [title_of(MATRIX)], privacy="private")
    public = await public_account(hass, trakt)
    address = f"https://trakt.tv/users/viewer/lists/{made.slug}"
    dialog = await name(hass, server, "address", address=address)
    assert dialog.step == "trakt_account"
    assert dialog.options("trakt_account") == {
        viewer.entry_id: "Trakt (viewer)",
        public.entry_id: "Trakt",
    }
    await dialog.submit(trakt_account=public.entry_id)
    assert dialog.errors == {"address": "list_gone"}
    await dialog.submit()
    await dialog.submit(trakt_account=viewer.entry_id)
    added = await saved(hass, dialog, server)
    assert added.data["trakt_account"] == viewer.entry_id


async def test_trakt_accounts_go_meanwhile(
    hass: HomeAssistant, server: ConfigEntry, viewer: ConfigEntry, trakt: TraktSimulator
) -> None:
    public = await public_account(hass, trakt)
    dialog = await name(hass, server, "chart", chart="trakt_chart_movies_trending")
    assert dialog.step == "trakt_account"
    await hass.config_entries.async_remove(public.entry_id)
    await hass.config_entries.async_remove(viewer.entry_id)
    await dialog.refresh()
    assert dialog.step == "chart"
    assert dialog.errors == {"chart": "trakt_missing"}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, "trakt_app_deleted"),
        (423, "trakt_locked"),
        (426, "trakt_vip"),
    ],
)
async def test_trakt_refuses(
    hass: HomeAssistant,
    server: ConfigEntry,
    viewer: ConfigEntry,
    trakt: TraktSimulator,
    status: int,
    error: str,
) -> None:
    trakt.faults.add(Fault(Failure.STATUS, status=status))
    dialog = await name(hass, server, "chart", chart="trakt_chart_movies_trending")
    assert dialog.errors == {"chart": error}


async def test_trakt_sign_in_has_ended(
    hass: HomeAssistant, server: ConfigEntry, viewer: ConfigEntry, trakt: TraktSimulator
) -> None:
    """The person is asked to sign in, at the account that it is about."""
    trakt.revoke_all()
    dialog = await name(hass, server, "address", address="https://trakt.tv/watchlist")
    assert dialog.errors == {"address": "trakt_signed_out"}
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"
    assert flow["context"]["entry_id"] == viewer.entry_id


# Files.


async def test_file(hass: HomeAssistant, server: ConfigEntry, hass_config_dir: str) -> None:
    """However its path is written, it is kept as seen from the configuration folder."""
    folder = Path(hass_config_dir)
    (folder / "lists").mkdir()
    (folder / "lists/My list.csv").write_text(CSV)
    dialog = await name(hass, server, "file", path=" lists/../lists/My list.csv ")
    assert dialog.placeholders["name"] == "My list"
    assert (dialog.placeholders["movies"], dialog.placeholders["shows"]) == ("1", "1")
    added = await saved(hass, dialog, server)
    assert added.title == "My list"
    assert added.data["list"] == {"kind": "imdb_csv", "ref": {"path": "lists/My list.csv"}}
    dialog = await name(hass, server, "file", path=str(folder / "lists/My list.csv"))
    assert dialog.reason == "already_configured"


@pytest.fixture
def allowed(hass: HomeAssistant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder out of which Home Assistant may read, beside the configuration folder."""
    folder = tmp_path_factory.mktemp("media").resolve()
    hass.config.allowlist_external_dirs.add(str(folder))
    return folder


async def test_file_that_home_assistant_allows(
    hass: HomeAssistant, server: ConfigEntry, hass_config_dir: str, allowed: Path
) -> None:
    """Kept by its whole path, and read from there at each sync."""
    file = allowed / "My list.csv"
    file.write_text(CSV)
    (Path(hass_config_dir) / "link.csv").symlink_to(file)
    added = await saved(hass, await name(hass, server, "file", path=str(file)), server)
    assert added.data["list"] == {"kind": "imdb_csv", "ref": {"path": str(file)}}
    assert (await name(hass, server, "file", path="link.csv")).reason == "already_configured"
    async with asyncio.timeout(20):
        while (state := hass.states.get("sensor.my_list_titles")) is None or state.state != "2":
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("path", ["link.csv", "../secret.csv"])
async def test_way_out_of_an_allowed_folder(
    hass: HomeAssistant, server: ConfigEntry, allowed: Path, path: str
) -> None:
    secret = allowed.parent / "secret.csv"
    secret.write_text(CSV)
    (allowed / "link.csv").symlink_to(secret)
    dialog = await name(hass, server, "file", path=str(allowed / path))
    assert dialog.errors == {"path": "file_not_allowed"}


async def test_file_by_its_path_as_an_address(
    hass: HomeAssistant, server: ConfigEntry, hass_config_dir: str
) -> None:
    (Path(hass_config_dir) / "list.csv").write_text(CSV)
    added = await saved(hass, await name(hass, server, "address", address="list.csv"), server)
    assert added.data["list"] == {"kind": "imdb_csv", "ref": {"path": "list.csv"}}


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("missing.csv", "file_missing"),
        ("", "file_unreadable"),
        ("../outside.csv", "file_not_allowed"),
        ("/etc/passwd", "file_not_allowed"),
        ("link.csv", "file_not_allowed"),
        ("empty.csv", "file_empty"),
        ("binary.csv", "file_not_text"),
        ("other.csv", "file_not_imdb"),
        ("header.csv", "list_empty"),
    ],
)
async def test_unfit_files(
    hass: HomeAssistant, server: ConfigEntry, hass_config_dir: str, path: str, error: str
) -> None:
    folder = Path(hass_config_dir)
    (folder.parent / "outside.csv").write_text(CSV)
    (folder / "link.csv").symlink_to(folder.parent / "outside.csv")
    (folder / "empty.csv").write_text("")
    (folder / "binary.csv").write_bytes(bytes(range(256)))
    (folder / "other.csv").write_text("a,b,c\n1,2,3\n")
    (folder / "header.csv").write_text(CSV.partition("\n")[0] + "\n")
    dialog = await name(hass, server, "file", path=path)
    assert dialog.errors == {"path": error}
    assert dialog.shown == {"path": path}
    (folder / "good.csv").write_text(CSV)
    await saved(hass, await dialog.submit(path="good.csv"), server)


async def upload(client: ClientSessionGenerator, content: str | bytes, name: str = "My.csv") -> str:
    """Upload a file as the frontend does, and return its id."""
    form = FormData()
    form.add_field("file", content, filename=name, content_type="text/csv")
    response = await (await client()).post("/api/file_upload", data=form)
    assert response.status == 200
    found: str = (await response.json())["file_id"]
    return found


async def test_upload(
    hass: HomeAssistant, server: ConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """The file is gone at its first read: its rows are in the store when the list is saved."""
    file_id = await upload(hass_client, CSV, "Ratings.csv")
    dialog = await name(hass, server, "upload", file=file_id)
    assert dialog.placeholders["name"] == "Ratings"
    added = await saved(hass, dialog, server)
    upload_id = added.data["list"]["ref"]["upload"]
    assert added.title == "Ratings"
    assert added.unique_id == f"imdb_csv:{upload_id}"
    shared = await async_get_shared(hass)
    contents = await shared.store.run(uploads.get, upload_id)
    assert contents is not None
    assert [item.ids.imdb for item in contents.items] == [SHAWSHANK, BREAKING_BAD]

    dialog = await name(hass, server, "upload", file=file_id)
    assert dialog.errors == {"file": "upload_gone"}


async def test_upload_is_kept_through_an_error(
    hass: HomeAssistant,
    server: ConfigEntry,
    seerr: SeerrSimulator,
    hass_client: ClientSessionGenerator,
) -> None:
    """The server was away for a moment: the file need not be chosen again."""
    fault = seerr.faults.add(Fault(Failure.CUT))
    dialog = await name(hass, server, "upload", file=await upload(hass_client, CSV))
    assert dialog.errors == {"base": "server_unreachable"}
    assert not dialog.fields["file"]["required"]
    fault.times = 0
    await saved(hass, await dialog.submit(), server)


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", "file_empty"), (bytes(range(256)), "file_not_text"), (b"a,b\n", "file_not_imdb")],
)
async def test_unfit_uploads(
    hass: HomeAssistant,
    server: ConfigEntry,
    hass_client: ClientSessionGenerator,
    content: bytes,
    error: str,
) -> None:
    dialog = await name(hass, server, "upload", file=await upload(hass_client, content))
    assert dialog.errors == {"file": error}
    assert dialog.fields["file"]["required"]
    await saved(hass, await dialog.submit(file=await upload(hass_client, CSV)), server)
