"""Runs the demo: `script/demo`, or `script/demo --check`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
import fcntl
import signal
import sys
import time

import aiohttp

from . import telling, watched
from .assistant import PASSWORD, USERNAME
from .checking import judge
from .dashboard import URL_PATH, save_dashboard
from .furnishing import furnish
from .home import PROJECT, Home
from .lists import Lists
from .problem import DemoProblem
from .running import Demo, running

FOLDER = PROJECT / ".demo"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_STARTED = time.monotonic()


def main() -> int:
    """Run the demo, and return 0 where all went well."""
    parser = argparse.ArgumentParser(
        prog="script/demo",
        description="Starts a Home Assistant with Media List Sync beside simulated services.",
    )
    parser.add_argument("--fresh", action="store_true", help="forget what was kept, begin anew")
    parser.add_argument(
        "--check",
        action="store_true",
        help="begin anew in a folder of its own, check what came of it, and end",
    )
    options = parser.parse_args()
    place = Home(FOLDER / "check") if options.check else Home(FOLDER / "home")
    try:
        with _alone(place):
            if options.check or options.fresh or not place.is_furnished:
                place.forget()
            return asyncio.run(_checked(place) if options.check else _shown(place))
    except (DemoProblem, aiohttp.ClientError, TimeoutError) as problem:
        words = problem if isinstance(problem, DemoProblem) else f"no answer ({problem!r})"
        print(f"error: {words}", file=sys.stderr)
        for line in place.errors()[-10:]:
            print(f"  {line}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        # Somebody ended it, which is how a demo ends.
        return 130 if options.check else 0


async def _shown(place: Home) -> int:
    """Show Home Assistant until somebody ends it."""
    async with _stoppable(), running(place, say, usual_ports=True) as demo:
        lists = await _furnished(demo, place)
        plans = await demo.plans()
        print(f"\n{telling.lists_table(lists, plans)}\n")
        print(f"{telling.pairings_table(lists)}\n")
        print(f"Home Assistant:  {demo.assistant.url}/{URL_PATH}")
        print(f"Name, password:  {USERNAME}, {PASSWORD}")
        print(f"Services:        {demo.services.control}/state (see simulators/control.py)")
        print(
            f"Watch on Plex:   curl {demo.services.control}/plex/watch --json '{watched.example()}'"
        )
        print(f"Logs:            {place.folder.relative_to(PROJECT)}")
        print("Ctrl-C ends it.", flush=True)
        while True:
            await asyncio.sleep(1)
            demo.check()


async def _checked(place: Home) -> int:
    """Check what the first sync came to, that a second does nothing, that deleted stays deleted."""
    async with _stoppable(), running(place, say, usual_ports=False) as demo:
        lists = await _furnished(demo, place)
        wrong = await judge(demo, lists, say)
    wrong += [f"Home Assistant's log: {line}" for line in place.errors()]
    for what in wrong:
        print(f"wrong: {what}", file=sys.stderr)
    print(f"{len(wrong)} things are not as they must be" if wrong else "all is as it must be")
    return 1 if wrong else 0


async def _furnished(demo: Demo, place: Home) -> Lists:
    """Return the lists, set up where they are not yet."""
    if place.is_furnished:
        say("the accounts, lists and pairings of the last time are there")
    else:
        await furnish(demo.assistant, demo.services, say)
        place.call_furnished()
    lists = await Lists.read(demo.assistant)
    await save_dashboard(demo.assistant, lists)
    say("ready")
    return lists


def say(words: str) -> None:
    """Tell how far it has come."""
    print(f"{time.monotonic() - _STARTED:6.1f} s  {words}", flush=True)


@asynccontextmanager
async def _stoppable() -> AsyncIterator[None]:
    """Let a signal end what runs inside, in order: as a cancellation, once."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    told = False

    def stop() -> None:
        nonlocal told
        if not told:
            told = True
            task.cancel()
            print("\nstopping", flush=True)

    for number in STOPS:
        loop.add_signal_handler(number, stop)
    yield


@contextmanager
def _alone(place: Home) -> Iterator[None]:
    """Hold the demo's folder: two demos in one would spoil each other's."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{place.folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoProblem("The demo is running already.") from None
        yield


if __name__ == "__main__":
    sys.exit(main())
