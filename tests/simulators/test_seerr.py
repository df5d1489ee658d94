"""Seerr over the wire: who is let in, what is refused, and how answers are repeated."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
import json
from pathlib import Path
import ssl
from typing import Any

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
import pytest
from yarl import URL

from simulators.catalog import CatalogTitle, Season, generated
from simulators.faults import Failure, Fault
from simulators.seerr import JELLYSEERR, OVERSEERR, SEERR, ArrServer, Flavour, SeerrSimulator

pytestmark = pytest.mark.usefixtures("socket_enabled")

FILM = CatalogTitle(False, 603, "tt0133093", None, 1, "The Matrix", 1999)
SHOW = CatalogTitle(
    True,
    1396,
    "tt0903747",
    81189,
    2,
    "Breaking Bad",
    2008,
    (Season(0, 9), Season(1, 7, "2008-01-20"), Season(2, 13, "2009-03-08"), Season(3, 13)),
    "tvSeries",
)
CATALOG = (FILM, SHOW)
FORBIDDEN = {"status": 403, "error": "You do not have permission to access this endpoint"}


class Api:
    """Asks a simulator, with its key unless told otherwise."""

    def __init__(self, simulator: SeerrSimulator, session: aiohttp.ClientSession) -> None:
        self.simulator = simulator
        self._session = session

    async def ask(
        self, method: str, path: str, *, body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Return the status and the parsed body of an answer to raw path bytes."""
        given = {"X-Api-Key": self.simulator.api_key}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._session.request(
            method,
            URL(f"{self.simulator.url}/api/v1{path}", encoded=True),
            headers={name: value for name, value in given.items() if value},
            json=body,
            skip_auto_headers=["Content-Type"] if body is None else [],
        ) as answer:
            raw = await answer.read()
            return answer.status, json.loads(raw) if raw else None

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Ask with GET."""
        return await self.ask("GET", path, **headers)

    async def film(self, tmdb: int = FILM.tmdb, user: int | None = None, **body: Any) -> Any:
        """Request a film in HD."""
        wish = {"mediaType": "movie", "mediaId": tmdb, "is4k": False} | body
        return await self._request(wish, user)

    async def show(
        self,
        seasons: list[int] | str | None,
        tmdb: int = SHOW.tmdb,
        user: int | None = None,
        **body: Any,
    ) -> Any:
        """Request seasons of a show in HD."""
        wish = {"mediaType": "tv", "mediaId": tmdb, "is4k": False, "seasons": seasons} | body
        return await self._request(wish, user)

    async def _request(self, wish: dict[str, Any], user: int | None) -> tuple[int, Any]:
        acting = {} if user is None else {"X_Api_User": str(user)}
        return await self.ask("POST", "/request", body=wish, **acting)


@asynccontextmanager
async def served(flavour: Flavour = SEERR, **options: Any) -> AsyncIterator[Api]:
    """Serve a simulator and ask it."""
    simulator = SeerrSimulator(flavour, **{"catalog": CATALOG, **options})
    async with simulator, aiohttp.ClientSession() as session:
        yield Api(simulator, session)


@pytest.mark.parametrize(
    ("flavour", "version"), [(SEERR, "3.1.0"), (OVERSEERR, "1.34.0"), (JELLYSEERR, "2.7.3")]
)
async def test_each_flavour_names_itself(flavour: Flavour, version: str) -> None:
    async with served(flavour) as api:
        assert (await api.get("/status", X_Api_Key=""))[1]["version"] == version
        _, settings = await api.get("/settings/public", X_Api_Key="")
        assert settings["applicationTitle"] == flavour.name
        assert settings["vapidPublic"] == api.simulator.settings.vapid_public


async def test_a_server_keeps_its_identity_only_when_told() -> None:
    async with served() as api, served() as other:
        assert api.simulator.settings.vapid_public != other.simulator.settings.vapid_public
    async with served(vapid_public="Babc") as api:
        assert (await api.get("/settings/public"))[1]["vapidPublic"] == "Babc"


async def test_keys_and_users() -> None:
    async with served() as api:
        assert (await api.get("/auth/me"))[1]["id"] == 1
        assert (await api.get("/auth/me", X_Api_User="2"))[1]["id"] == 2
        assert await api.get("/auth/me", X_Api_Key="wrong") == (403, FORBIDDEN)
        assert await api.get("/auth/me", X_Api_User="999") == (403, FORBIDDEN)
        assert (await api.get("/auth/me", X_Api_Key=""))[0] == 401
        assert (await api.get("/status", X_Api_Key="wrong"))[0] == 200


async def test_a_wrong_parameter_is_noticed_before_a_wrong_key() -> None:
    async with served() as api:
        assert (await api.get("/media?nonsense=1", X_Api_Key="wrong"))[0] == 400
        assert (await api.get("/media?nonsense=1", X_Api_Key=""))[0] == 401


@pytest.mark.parametrize("name", ["abc", "12a", "1_0", "NaN"])
async def test_a_user_that_is_no_number_ends_the_server(name: str) -> None:
    async with served() as api:
        await api.film()
        for headers in ({"X_Api_User": name}, {}):
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await api.get("/status", **headers)
        assert api.simulator.crashed
        api.simulator.revive()
        assert (await api.get("/status"))[0] == 200
        assert len(api.simulator.requests) == 1


async def test_a_wrong_key_does_not_let_the_user_end_the_server() -> None:
    async with served() as api:
        assert (await api.get("/auth/me", X_Api_Key="wrong", X_Api_User="abc"))[0] == 403
        assert not api.simulator.crashed


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/search?query=imdb:tt1", "Parameter 'query' must be url encoded. Its value"),
        ("/search?query=a+b", "Parameter 'query' must be url encoded. Its value"),
        ("/search?query=a&region=de", "Unknown query parameter 'region'"),
        ("/search?query=a&page=", "Empty value found for query parameter 'page'"),
        ("/search?page=1", "request.query should have required property 'query'"),
        ("/media?take=x&skip=y", "request.query.take should be number,null, request.query.skip"),
        ("/media?sort=title", "request.query.sort should be equal to one of the allowed values"),
        ("/media?take=1&take=2", "request.query.take should be number,null"),
        ("/tv/1/season/x", "request.params.seasonNumber should be number"),
    ],
)
async def test_addresses_are_checked(path: str, message: str) -> None:
    async with served() as api:
        status, body = await api.get(path)
        assert status == 400
        assert body["message"].startswith(message)
        assert body["errors"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"serverId": None}, "request.body.serverId should be number"),
        ({"is4k": "false"}, "request.body.is4k should be boolean"),
        ({"mediaId": True}, "request.body.mediaId should be number"),
        ({"seasons": "some"}, "request.body.seasons should be array, request.body.seasons should"),
        ({"seasons": [-1]}, "request.body.seasons[0] should be >= 0, request.body.seasons should"),
        ({"mediaType": 1, "profileId": "4"}, "request.body.mediaType should be string, "),
    ],
)
async def test_bodies_are_checked(wrong: dict[str, Any], message: str) -> None:
    async with served() as api:
        status, body = await api.film(**wrong)
        assert status == 400
        assert body["message"].startswith(message)
        assert api.simulator.requests == []


async def test_bodies_need_their_content_type() -> None:
    async with served() as api:
        status, body = await api.ask("POST", "/request")
        assert (status, body["message"]) == (415, "media type not specified")
        assert (await api.ask("POST", "/request", body=[]))[1]["message"] == (
            "request.body should be object"
        )


async def test_methods_and_paths_are_checked() -> None:
    async with served() as api:
        assert (await api.ask("PATCH", "/request/1"))[0] == 405
        assert (await api.get("/request/1/approve"))[0] == 405
        assert (await api.get("/nosuch", X_Api_Key=""))[0] == 404


@pytest.mark.parametrize(
    ("flavour", "paths"),
    [(SEERR, {"blocklist", "blacklist"}), (JELLYSEERR, {"blacklist"}), (OVERSEERR, set())],
)
async def test_the_blocklist_has_other_names_elsewhere(flavour: Flavour, paths: set[str]) -> None:
    async with served(flavour) as api:
        for path in ("blocklist", "blacklist"):
            assert (await api.get(f"/{path}"))[0] == (200 if path in paths else 404)


async def test_csrf_protection_refuses_every_write_and_no_read() -> None:
    async with served() as api:
        api.simulator.settings.csrf_protection = True
        assert await api.film() == (403, {"message": "invalid csrf token"})
        assert (await api.ask("DELETE", "/request/1"))[0] == 403
        assert (await api.get("/media"))[0] == 200
        assert api.simulator.requests == []


async def test_a_session_serves_instead_of_a_key() -> None:
    async with served() as api:
        api.simulator.core.sessions["abc"] = 2
        assert (await api.get("/auth/me", X_Api_Key="", Cookie="connect.sid=abc"))[1]["id"] == 2
        assert (await api.get("/auth/me", X_Api_Key="", Cookie="connect.sid=x"))[0] == 403


async def test_what_is_known_is_not_sent_again() -> None:
    async with served() as api, aiohttp.ClientSession() as session:
        simulator = api.simulator
        simulator.add_library(CATALOG)
        url = f"{simulator.url}/api/v1/media?take=1000"
        headers = {"X-Api-Key": simulator.api_key}
        async with session.get(url, headers=headers) as first:
            etag = first.headers["ETag"]
            assert etag.startswith('W/"')
        headers["If-None-Match"] = etag
        async with session.get(url, headers=headers) as again:
            assert (again.status, await again.read()) == (304, b"")
        simulator.delete_media(FILM.tmdb, is_show=False)
        async with session.get(url, headers=headers) as changed:
            assert changed.status == 200
            assert changed.headers["ETag"] != etag


async def test_every_json_answer_can_be_conditional() -> None:
    async with served() as api, aiohttp.ClientSession() as session:
        url = f"{api.simulator.url}/api/v1/settings/public"
        async with session.get(url) as first:
            etag = first.headers["ETag"].removeprefix("W/")
        async with session.get(url, headers={"If-None-Match": f'"other", {etag}'}) as again:
            assert again.status == 304
        no_cache = {"If-None-Match": etag, "Cache-Control": "no-cache"}
        async with session.get(url, headers=no_cache) as anew:
            assert anew.status == 200


async def test_pages() -> None:
    async with served(catalog=generated(45)) as api:
        api.simulator.add_library(generated(45))
        _, page = await api.get("/media")
        assert page["pageInfo"] == {"pages": 3, "pageSize": 20, "results": 45, "page": 1}
        assert [row["id"] for row in page["results"]] == list(range(45, 25, -1))
        assert (await api.get("/media?take=0"))[1] == page
        _, last = await api.get("/media?take=40&skip=40")
        assert len(last["results"]) == 5
        assert last["pageInfo"]["page"] == 2
        assert (await api.get("/media?take=10&skip=100"))[1]["results"] == []


async def test_a_proxy_puts_the_server_under_a_path() -> None:
    async with served(base_path="/seerr/") as api, aiohttp.ClientSession() as session:
        assert api.simulator.url.endswith("/seerr")
        assert (await api.get("/auth/me"))[0] == 200
        assert (await api.get("/nosuch"))[1]["errors"][0]["path"] == "/api/v1/nosuch"
        origin = api.simulator.url.removesuffix("/seerr")
        for path, status in (("/api/v1/status", 404), ("/seerr", 200), ("/seerr/login", 200)):
            async with session.get(origin + path) as page:
                assert (page.status, page.content_type) == (status, "text/html")


async def test_faults_and_the_record_of_requests() -> None:
    async with served() as api:
        api.simulator.faults.add(Fault(Failure.CUT_AFTER, method="POST", path="/request$", times=1))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await api.film()
        assert len(api.simulator.requests) == 1
        assert (await api.film())[0] == 409
        await api.get(f"/movie/{FILM.tmdb}?language=en")
        assert api.simulator.counts == {
            "POST /api/v1/request": 2,
            "GET /api/v1/movie/{movieId}": 1,
        }
        assert api.simulator.exchanges[-1].path == f"/api/v1/movie/{FILM.tmdb}?language=en"


async def test_tls(tmp_path: Path) -> None:
    server, client = _certificate(tmp_path)
    simulator = SeerrSimulator()
    url = await simulator.start(ssl_context=server)
    try:
        assert url.startswith("https://")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{url}/api/v1/status", ssl=client) as answer:
                assert answer.status == 200
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await session.get(f"{url}/api/v1/status")
    finally:
        await simulator.stop()


async def test_radarr_and_sonarr_are_listed_with_what_they_offer() -> None:
    async with served() as api:
        settings = api.simulator.settings
        assert await api.get("/service/radarr") == (200, [])
        settings.radarr = [ArrServer(0, "HD"), ArrServer(1, "UHD", is4k=True)]
        settings.sonarr = [ArrServer(0, tags=((3, "lists"),), root_folders=("/tv", "/anime"))]
        _, radarrs = await api.get("/service/radarr")
        assert [(server["name"], server["is4k"]) for server in radarrs] == [
            ("HD", False),
            ("UHD", True),
        ]
        _, sonarr = await api.get("/service/sonarr/0")
        assert [folder["path"] for folder in sonarr["rootFolders"]] == ["/tv", "/anime"]
        assert sonarr["tags"] == [{"id": 3, "label": "lists"}]
        assert (await api.get("/service/radarr/7"))[0] == 404
        _, public = await api.get("/settings/public")
        assert (public["movie4kEnabled"], public["series4kEnabled"]) == (True, False)
        settings.arr_unreachable = True
        assert (await api.get("/service/sonarr/0"))[0] == 500


def _certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the contexts of a server with a certificate of its own, and of who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + certificate.public_bytes(pem))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(path)
    client = ssl.create_default_context(cadata=certificate.public_bytes(pem).decode())
    return server, client
