"""Programs that the demo runs, and ends: each in a session of its own, its words in a file."""

from __future__ import annotations

import asyncio
from contextlib import suppress
import ctypes
import os
from pathlib import Path
import signal
import socket
import sys
from typing import IO, Self

from .problem import DemoProblem

LAST_LINES = 15
_PR_SET_PDEATHSIG = 1  # of linux/prctl.h


class Program:
    """A program that runs until it is stopped. What it prints goes to `log`."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    async def start(
        cls, name: str, *command: str, log: Path, folder: Path, reads_output: bool = False
    ) -> Self:
        """Start it. Ctrl-C in the terminal does not reach it: the demo ends it in its own order.

        With `reads_output` its standard output can be read with `line`.
        """
        with log.open("ab") as words:
            output: int | IO[bytes] = asyncio.subprocess.PIPE if reads_output else words
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=words,
                cwd=folder,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        return cls(name, process, log)

    @property
    def is_running(self) -> bool:
        """Say whether it still runs."""
        return self._process.returncode is None

    def check(self) -> None:
        """Raise DemoProblem where it has ended, with its last words."""
        if not self.is_running:
            raise DemoProblem(
                f"{self.name} ended by itself (status {self._process.returncode}).\n"
                f"{last_lines(self.log)}"
            )

    async def line(self, seconds: float) -> bytes:
        """Return the next line that it prints."""
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                said = await self._process.stdout.readline()
                if not said:
                    await self._process.wait()
        except TimeoutError:
            raise DemoProblem(
                f"{self.name} did not get ready within {seconds:.0f} seconds.\n"
                f"{last_lines(self.log)}"
            ) from None
        self.check()
        return said

    async def stop(self, number: signal.Signals, seconds: float) -> None:
        """Ask it to stop, and wait; what has not stopped then is killed."""
        if self.is_running:
            self._signal(number)
            try:
                async with asyncio.timeout(seconds):
                    await self._process.wait()
            except TimeoutError:
                pass
        # Whatever it started belongs to its session, and may still be there.
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _end_with_parent() -> None:
    """Have the kernel interrupt the program when the demo is killed and can stop nothing itself."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def last_lines(log: Path) -> str:
    """Return the end of a log, and where it lies."""
    try:
        lines = log.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return f"({log} could not be read)"
    return "\n".join([*(f"  {line}" for line in lines[-LAST_LINES:]), f"More in {log}"])


def free_port(wanted: int = 0) -> int:
    """Return `wanted` where nobody listens there, else any free port of 127.0.0.1."""
    for port in dict.fromkeys((wanted, 0)):
        with socket.socket() as probe:
            # As servers do: the remains of old connections do not block a port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                number: int = probe.getsockname()[1]
                return number
    raise DemoProblem("There is no free port on 127.0.0.1.")
