"""The programs under test, as a person starts them: processes with a log file.

A program is started, waited for, stopped with SIGTERM and, where that does not
help, with SIGKILL; whatever happens, none is left behind.  It never imports
them: what it knows is their command line.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

STOP_S: Final = 15.0
"""The RCU gives batches in hand ten seconds; then it is killed."""
LOOK_EVERY_S: Final = 0.03
"""Between two looks whether a starting program answers yet."""
TAIL_LINES: Final = 12
"""Of its log, when it fails: enough for a traceback's end."""


class ProgramError(Exception):
    """A program did not start, or ended by itself; says its last log lines."""


@dataclass(slots=True)
class Program:
    """``python -m MODULE ARGS``, its output appended to ``log``."""

    name: str
    arguments: Sequence[str]
    log: Path
    process: asyncio.subprocess.Process | None = None
    environment: dict[str, str] = field(default_factory=dict)

    async def start(
        self, ready: Callable[[], Awaitable[bool]], deadline_s: float
    ) -> float:
        """Start it and wait until ``ready()``; the seconds that took.

        Raises:
            ProgramError: it ended, or was not ready in time.
        """
        loop = asyncio.get_running_loop()
        since_s = loop.time()
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # A Ctrl-C at the terminal is ours; we stop them in order.
                start_new_session=True,
                env={**os.environ, **self.environment},
            )
        while not await ready():
            if self.process.returncode is not None:
                raise self.failed(f"ended with status {self.process.returncode}")
            if loop.time() - since_s > deadline_s:
                raise self.failed(f"is not ready after {deadline_s:.0f} s")
            await asyncio.sleep(LOOK_EVERY_S)
        return loop.time() - since_s

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def ended(self) -> None:
        """Until it ends by itself (at once when it was never begun)."""
        if self.process is not None:
            await self.process.wait()

    async def stop(self, number: int = signal.SIGTERM, within_s: float = STOP_S) -> int:
        """Send the signal and wait for the end; its exit status (0 if never begun).

        Escalates to SIGKILL after ``within_s``; killed processes give -9.
        """
        process = self.process
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(number)
            try:
                async with asyncio.timeout(within_s):
                    await process.wait()
            except TimeoutError:
                process.kill()
        return await process.wait()

    def failed(self, how: str) -> ProgramError:
        """What to raise: the end of the log included."""
        lines = self.said().splitlines()[-TAIL_LINES:]
        told = "\n".join(f"    {line}" for line in lines)
        return ProgramError(f"{self.name} {how}; its log {self.log} ends:\n{told}")

    def said(self) -> str:
        """All that it logged so far."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""


async def run_once(arguments: Sequence[str], log: Path, deadline_s: float) -> str:
    """Run a command to its end; its standard output.

    Raises:
        ProgramError: it failed or took too long.
    """
    once = Program(" ".join(arguments[:3]), arguments, log)
    with log.open("ab") as errors:
        once.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    try:
        async with asyncio.timeout(deadline_s):
            output, _ = await once.process.communicate()
    except TimeoutError:
        await once.stop(signal.SIGKILL)
        raise once.failed(f"did not end within {deadline_s:.0f} s") from None
    if once.process.returncode:
        raise once.failed(f"ended with status {once.process.returncode}")
    return output.decode()


def free_port() -> int:
    """A loopback port that nobody has now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port
