"""Has damaged databases read by a process of its own, while the till goes on.

What it found is taken over by a fresh process: jobs that were not printed are taken up
in their order, before anything else is.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Final

from agent.clock import Clock
from agent.store import salvage

log = logging.getLogger(__name__)

FIRST_S: Final = 3.0
"""Not while the daemon starts."""
LONGEST_S: Final = 1800.0
"""For one file; a gigabyte takes some minutes."""


class Salvaging:
    """Runs for as long as the store is open."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self.found = asyncio.Event()
        """Something waits to be taken over by a fresh process."""

    async def run(self) -> None:
        """Until cancelled."""
        await self._clock.sleep(FIRST_S)
        for damaged in await asyncio.to_thread(salvage.waiting, self._path):
            if await self._read(damaged):
                self.found.set()

    async def _read(self, damaged: Path) -> bool:
        reading = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-m", "agent.store.salvage", str(damaged)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(LONGEST_S):
                said, _ = await reading.communicate()
        except TimeoutError:
            log.error("a damaged database takes too long to read")  # noqa: TRY400 -- it says it all
            return False
        finally:
            if reading.returncode is None:
                reading.kill()
                await reading.wait()
        log.warning(
            "a damaged database was read",
            extra={"aside": str(damaged), "found": said.decode("utf-8", "replace")},
        )
        return reading.returncode == 0
