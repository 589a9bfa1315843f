"""Jobs whose line broke in their middle: each waits a moment for the whole one.

A POS whose line broke sends the job again, all of it.  Then what came of it first is
neither a receipt nor paper.  A POS that has died sends nothing: what it had given is
printed, as by a printer, a little later.

A torn job is let go only for one whose beginning it is, from the same door and address: no
byte of it is lost.  It waits as a durable job like others; after a crash it is printed at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from agent.clock import Clock
from agent.store.records import Job

log = logging.getLogger(__name__)

WAIT_S: Final = 15.0
"""CUPS and programs send again within a second, a person who sees the error within ten."""
MAX_WAITING: Final = 8
"""Jobs: a line that breaks again and again sends each of them again."""
MAX_WAITING_BYTES: Final = 8 << 20
"""A picture is two megabytes at most.  Beyond, what has waited longest is printed."""


async def _nowhere(_job: Job, _raw: bytes) -> None:
    raise AssertionError("nobody takes torn jobs")


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job
    raw: bytes
    due_s: float


class Torn:
    """A service.  ``over`` takes a job that waits no more.

    One that has come again whole has the evidence ``abandoned`` then.
    """

    name = "torn jobs"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._came = asyncio.Event()
        self.over: Callable[[Job, bytes], Awaitable[None]] = _nowhere

    async def wait(self, job: Job, raw: bytes) -> None:
        """Keep it for a while."""
        due_s = self._clock.monotonic() + WAIT_S
        self._waiting.append(_Waiting(job, raw, due_s))
        self._came.set()
        while len(self._waiting) > 1 and self._full():
            await self._let_go(self._waiting.popleft())

    async def came(self, job: Job, raw: bytes) -> None:
        """A job came: those that are its beginning were torn from it."""
        sender = job.door, job.source
        for each in [*self._waiting]:
            # Half a picture was filled up with zeros when its line broke.
            same = (each.job.door, each.job.source) == sender
            if same and raw.startswith(each.raw.rstrip(b"\0")):
                self._waiting.remove(each)
                log.info("a torn job came again", extra={"job": str(each.job.id)})
                await self.over(replace(each.job, evidence="abandoned"), each.raw)

    async def run(self) -> None:
        """Let go of what nobody sent again, until cancelled."""
        while True:
            await self._came.wait()
            if not self._waiting:
                self._came.clear()
                continue
            left_s = self._waiting[0].due_s - self._clock.monotonic()
            if left_s > 0:
                await self._clock.sleep(left_s)
            else:
                await self._let_go(self._waiting.popleft())

    async def _let_go(self, torn: _Waiting) -> None:
        log.warning("a torn job is printed", extra={"job": str(torn.job.id)})
        await self.over(torn.job, torn.raw)

    def _full(self) -> bool:
        size = sum(len(each.raw) for each in self._waiting)
        return len(self._waiting) > MAX_WAITING or size > MAX_WAITING_BYTES
