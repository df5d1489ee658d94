"""Processes that sync against a house's simulators, and that are killed at any step."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
import itertools
import json
import os
from pathlib import Path
import signal
import subprocess
import sys
from typing import Any

from aiohttp import web

from simulators.faults import Faults
from tests.engine.watching import house as houses

from . import world
from .child import Order

ROOT = Path(__file__).parents[3]
KILLED = -signal.SIGKILL


class Nursery:
    """Starts processes: cheaply, as copies of one that has imported everything."""

    def __init__(self):
        self._process: Any = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.faults.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    async def begin(self, order):
        """Start a process, and return its id."""
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        return await self._number()

    async def ended(self):
        """Wait for the end of the process that was started, and return its exit code."""
        return await self._number()

    async def _number(self):
        return int(await asyncio.to_thread(self._process.stdout.readline))


class Reaper(Faults):
    """Kills the process at the n-th request to any of some simulators.

    Before it is carried out, or `after`; either way nobody hears an answer.
    """

    def __init__(self):
        super().__init__()
        self.forget()

    def forget(self):
        self.requests = 0
        self.kill_at = 0
        self.after = False
        self.pid = asyncio.get_running_loop().create_future()
        self.dead = asyncio.Event()

    async def answer(self, request, handler):
        self.requests += 1
        if self.requests != self.kill_at:
            return await super().answer(request, handler)
        response: web.StreamResponse = web.Response()
        if self.after:
            response = await super().answer(request, handler)
        await self._kill()
        return response

    async def _kill(self):
        os.kill(await asyncio.shield(self.pid), signal.SIGKILL)
        await self.dead.wait()


class Household:
    """A house whose engine lives in processes of its own."""

    def __init__(self, house, nursery, on):
        self.house = house
        self.nursery = nursery
        self.on = on
        self.now = datetime.now(UTC)
        self.reaper = Reaper()
        for service in (house.anilist, house.plex.server, house.trakt):
            service.faults = self.reaper
        self._numbers = itertools.count()
        self._folder = house.path.parent
        self.sign_in()

    def sign_in(self):
        house = self.house
        self.anilist = {
            "url": f"{house.anilist.url}/",
            "token": house.anilist.sign_in(),
            "user": house.anilist.user("viewer").id,
        }
        self.plex = {
            "url": house.plex.server.url,
            "token": house.plex.sign_in(),
            "sections": [library.uuid for library in house.libraries],
        }
        tokens = self._folder / "tokens.json"
        given = house.trakt.sign_in()
        tokens.write_text(
            json.dumps(
                {
                    "access_token": given.access_token,
                    "refresh_token": given.refresh_token,
                    "issued_at": self.now.isoformat(),
                    "expires_at": (self.now + timedelta(days=7)).isoformat(),
                }
            )
        )
        app = house.trakt.app
        self.trakt = {
            "url": house.trakt.api_url,
            "auth_url": house.trakt.auth_url,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "tokens": str(tokens),
        }

    async def run(self, *syncs, kill_at=0, die_at=0, after=False, copies=""):
        """Have a process sync; return what it tells, or None where it was killed.

        `syncs`: hours after now, and what is asked. `kill_at` counts requests, `die_at`
        transactions.
        """
        self.reaper.forget()
        self.reaper.kill_at, self.reaper.after = kill_at, after
        result = self._folder / f"result{next(self._numbers)}.json"
        order = Order(
            path=str(self.house.path),
            on=self.on,
            anilist=self.anilist,
            plex=self.plex,
            trakt=self.trakt,
            policy=self.house.policy,
            result=str(result),
            syncs=[
                {"at": (self.now + timedelta(hours=hours)).isoformat(), **asked}
                for hours, asked in syncs
            ],
            die_at=die_at,
            after=after,
            copies=str(copies),
        )
        self.reaper.pid.set_result(await self.nursery.begin(order))
        code = await self.nursery.ended()
        self.reaper.dead.set()
        if code == KILLED:
            return None
        assert code == 0, "it broke off by itself"
        return json.loads(result.read_text())


class World:
    """A house, filled, in a folder of its own; its engine lives in other processes."""

    def __init__(self, folder, nursery, on):
        self.folder, self.nursery, self.on = folder, nursery, on

    async def __aenter__(self):
        self.folder.mkdir()
        self.house = await houses.start(self.folder)
        await self.house.have_tables()
        await world.fill(self.house)
        world.watch_some(self.house, self.on)
        await self.house.store.close()
        return Household(self.house, self.nursery, self.on)

    async def __aexit__(self, *_):
        await houses.stop(self.house)
