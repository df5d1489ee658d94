"""Serves the household's services on 127.0.0.1 until it is told to stop.

Usage: `python -m simulators [--state FILE] [--port NAME=NUMBER …] [--with-parent]`, with the names
of `Ports` and `WatchingPorts`, and control. Prints one line of JSON when all is ready: where Seerr,
Plex's server and the control endpoint are, and the `endpoints` of the public services.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import fields
import json
import os
from pathlib import Path
import signal
import sys

from .control import Control
from .keeping import restore, save
from .watching import WatchingPorts
from .world import Ports, World

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Read the command line, and serve."""
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    parser.add_argument("--state", type=Path, help="file that keeps the world over a restart")
    parser.add_argument("--port", action="append", default=[], metavar="NAME=NUMBER")
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when standard input is closed"
    )
    options = parser.parse_args()
    ports = {name: int(number) for name, _, number in (p.partition("=") for p in options.port)}
    control_port = ports.pop("control", 0)
    watching = WatchingPorts(
        **{field.name: ports.pop(field.name, 0) for field in fields(WatchingPorts)}
    )
    try:
        asyncio.run(_serve(options, Ports(**ports, watching=watching), control_port))
    except OSError as error:
        print(f"The simulators could not start: {error.strerror}", file=sys.stderr)
        return 1
    return 0


async def _serve(options: argparse.Namespace, ports: Ports, control_port: int) -> None:
    world = World.new()
    control = Control(world)
    restored = options.state is not None and restore(world, options.state)
    stop = asyncio.Event()
    _stop_when_told(stop, with_parent=options.with_parent)
    try:
        await world.start(ports)
        if not restored:
            await world.furnish()
        address = await control.start(control_port)
        told = {
            "seerr": world.seerr.url,
            "plex_server": world.watching.plex.server.url,
            "control": address,
            "endpoints": world.addresses,
            "restored": restored,
        }
        print(json.dumps(told), flush=True)
        await stop.wait()
    finally:
        await control.stop()
        await world.stop()
    if options.state is not None:
        save(world, options.state)


def _stop_when_told(stop: asyncio.Event, *, with_parent: bool) -> None:
    loop = asyncio.get_running_loop()
    for number in STOPS:
        loop.add_signal_handler(number, stop.set)
    if with_parent:
        loop.add_reader(sys.stdin.fileno(), _heard, stop)


def _heard(stop: asyncio.Event) -> None:
    """Stop at the end of standard input, which comes when the parent is gone."""
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()


if __name__ == "__main__":
    sys.exit(main())
