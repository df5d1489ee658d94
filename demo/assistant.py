"""Home Assistant, from outside: signing in, its HTTP API, its websocket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import time
from typing import TYPE_CHECKING, Any, Self

import aiohttp

from .problem import DemoProblem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from .process import Program

NAME = "Demo"
USERNAME = "demo"
PASSWORD = "demo-password"  # noqa: S105  (printed for whoever looks at the demo)

START_SECONDS = 180
"""How long Home Assistant may take to start; the first time it compiles all of its Python."""
ANSWER_SECONDS = 60
_LOOK_AGAIN = 0.2

type Json = dict[str, Any]


class Assistant:
    """A running Home Assistant. Used as a context, inside of which its person is signed in."""

    def __init__(self, url: str, program: Program) -> None:
        self.url = url
        self._program = program
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_SECONDS))
        self._headers: dict[str, str] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._listening: asyncio.Task[None] | None = None
        self._heard: asyncio.Queue[Json] = asyncio.Queue()
        self._commands = 0

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        if self._socket is not None:
            await self._socket.close()
        if self._listening is not None:
            await self._listening
        await self._session.close()

    async def sign_in(self) -> None:
        """Wait until it is up, and sign in; on the first start the person is made before."""
        steps = await self._until("answer", self._onboarding)
        person = next((step["done"] for step in steps if step["step"] == "user"), True)
        code = await (self._log_in() if person else self._welcome())
        answer = await self._session.post(
            f"{self.url}/auth/token",
            data={
                "grant_type": "authorization_code",
                "code": code,
                "client_id": f"{self.url}/",
            },
        )
        token = (await self._read(answer))["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}
        await self._open_socket(token)

    async def wait_until_running(self) -> None:
        """Wait until everything is set up."""

        async def running() -> bool:
            config = await self.get("config")
            return bool(config["state"] == "RUNNING")

        await self._until("start", running)

    async def get(self, path: str) -> Any:
        """Return what `/api/<path>` answers, or raise DemoProblem."""
        return await self._read(
            await self._session.get(f"{self.url}/api/{path}", headers=self._headers)
        )

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return what `/api/<path>` answers to a body, or raise DemoProblem."""
        return await self._read(
            await self._session.post(f"{self.url}/api/{path}", json=body, headers=self._headers)
        )

    async def come_back(self, query: str) -> None:
        """Be the browser that another site sends back after a sign-in."""
        address = f"{self.url}/auth/external/callback?{query}"
        async with self._session.get(address) as answer:
            if not answer.ok:
                raise DemoProblem(f"Home Assistant took no sign-in: {await answer.text()}")

    async def command(self, kind: str, **fields: Any) -> Any:
        """Return the result of a command over the websocket, or raise DemoProblem."""
        assert self._socket is not None
        self._commands += 1
        await self._socket.send_json({"id": self._commands, "type": kind, **fields})
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                answer = await self._heard.get()
                if answer["id"] == self._commands and answer["type"] == "result":
                    break
        if not answer["success"]:
            raise DemoProblem(f"Home Assistant refused {kind}: {answer['error']['message']}")
        return answer["result"]

    async def act(self, action: str, data: Mapping[str, Any]) -> Any:
        """Perform an action, and return its response."""
        domain, _, service = action.partition(".")
        answer = await self.post(f"services/{domain}/{service}?return_response", data)
        return answer["service_response"]

    async def _until[T](
        self, what: str, look: Callable[[], Any], seconds: float = START_SECONDS
    ) -> Any:
        """Look again and again until there is something to see."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._program.check()
            try:
                if seen := await look():
                    return seen
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(_LOOK_AGAIN)
        raise DemoProblem(f"Home Assistant did not {what} within {seconds:.0f} seconds.")

    async def _onboarding(self) -> Any:
        answer = await self._session.get(f"{self.url}/api/onboarding")
        if answer.status == 404:
            # It is all done, or not there yet: the way to log in tells which.
            providers = await self._session.get(f"{self.url}/auth/providers")
            return [{"step": "user", "done": True}] if providers.ok else None
        return await answer.json() if answer.ok else None

    async def _welcome(self) -> str:
        body = {
            "client_id": f"{self.url}/",
            "name": NAME,
            "username": USERNAME,
            "password": PASSWORD,
            "language": "en",
        }
        code: str = (await self.post("onboarding/users", body))["auth_code"]
        return code

    async def _log_in(self) -> str:
        start = {
            "client_id": f"{self.url}/",
            "handler": ["homeassistant", None],
            "redirect_uri": f"{self.url}/",
        }
        flow = await self._read(await self._session.post(f"{self.url}/auth/login_flow", json=start))
        who = {"client_id": f"{self.url}/", "username": USERNAME, "password": PASSWORD}
        address = f"{self.url}/auth/login_flow/{flow['flow_id']}"
        step = await self._read(await self._session.post(address, json=who))
        if step["type"] != "create_entry":
            raise DemoProblem(
                "Home Assistant does not take the demo's password any more; "
                "start with --fresh to begin anew."
            )
        code: str = step["result"]
        return code

    async def _open_socket(self, token: str) -> None:
        self._socket = await self._session.ws_connect(
            f"{self.url}/api/websocket", max_msg_size=64 * 1024**2
        )
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": token})
        answer = await self._socket.receive_json()
        if answer["type"] != "auth_ok":
            raise DemoProblem(f"Home Assistant's websocket refused the token: {answer}")
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Hear all that is said: who answers no pings is hung up on."""
        async for said in socket:
            self._heard.put_nowait(said.json())

    async def _read(self, answer: aiohttp.ClientResponse) -> Any:
        if not answer.ok:
            words = (await answer.text())[:500]
            raise DemoProblem(
                f"Home Assistant answered {answer.status} to {answer.method} {answer.url.path}: "
                f"{words}"
            )
        return await answer.json()
