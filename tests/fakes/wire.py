"""A wire to a printer in memory: who wrote what is known, and its answers come when told.

Questions of ours are told from the same bytes of a job by how they are written: a job's
come by ``write_now``, or as a piece that its own writer waited for.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Final

from agent.delivery.transports.base import TransportError, nothing

MARK: Final = b"\x1dr\x01"
STATES: Final = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
CLEAR: Final = b"\x10\x14\x08"


class FakeWire:
    """Implements ``Transport``.  What is written is in ``job``, ours is left out of it."""

    name = "fake"
    hears = True

    def __init__(self, seed: int = 0, *, narrow: bool = False) -> None:
        self._dice = random.Random(seed)
        self._narrow = narrow
        self.job = bytearray()
        self.marks: list[int] = []
        """Where in ``job`` ours stand."""
        self.answers: Callable[[int], float | None] = lambda _nth: 0.0
        """After how many seconds the so manieth is answered; ``None``: never."""
        self.says = b"\0"
        self.room: int | None = None
        """Bytes that it takes; ``None``: all."""
        self.settles = asyncio.Event()
        self.settles.set()
        self.states = dict(STATES)
        self.mute = False
        self.cleared = 0
        self.opened = 0
        self._input: deque[bytes] = deque()
        self._came = asyncio.Event()

    async def open(self, *, within_s: float) -> None:
        del within_s
        self.opened += 1
        self._input.clear()

    def close(self) -> None:
        self._input.clear()

    def say(self, data: bytes) -> None:
        """The printer does."""
        self._input.append(data)
        self._came.set()

    def write_now(self, raw: bytes) -> int:
        count = len(raw)
        if self._narrow and count:
            count = self._dice.choice((0, 1, min(count, 7), count, count))
        return self._take(raw, count)

    def _take(self, raw: bytes, count: int) -> int:
        if self.room is not None:
            count = min(count, self.room)
            self.room -= count
        self.job += raw[:count]
        return count

    async def write(self, raw: bytes, *, stall_s: float) -> None:
        await asyncio.sleep(0)
        if raw.startswith(CLEAR):
            self.cleared += 1
            return
        loop = asyncio.get_running_loop()
        ends = loop.time() + stall_s
        ours = raw == MARK or (raw[:2] == b"\x10\x04" and len(raw) == 3)
        while self.room is not None and self.room < len(raw):
            if loop.time() > ends:
                raise TransportError("stalled", "no room")
            await asyncio.sleep(0.005)
        if not ours:
            self._take(raw, len(raw))
        elif raw == MARK:
            self.marks.append(len(self.job))
            if (after_s := self.answers(len(self.marks))) is not None:
                loop.call_later(after_s, self.say, self.says)
        elif not self.mute:
            self.say(bytes((self.states[raw[2]],)))

    async def settle(
        self, *, within_s: float, behind: Callable[[], int] = nothing
    ) -> None:
        del within_s, behind
        await self.settles.wait()

    async def read(self, *, within_s: float) -> bytes:
        self._came.clear()
        if not self._input:
            try:
                async with asyncio.timeout(within_s):
                    await self._came.wait()
            except TimeoutError:
                return b""
        return self._input.popleft() if self._input else b""

    def discard_input(self) -> bytes:
        found = b"".join(self._input)
        self._input.clear()
        return found
