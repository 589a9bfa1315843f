"""A flow that is no further ahead of what is printed than the printer can be told past.

:mod:`agent.delivery.printer_pace` knows how far that is; the questions it wants asked
stand between two commands of the stream, which is what its places are for as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agent.delivery.flow import Flow
from agent.delivery.printer_pace import LATE_S, Pace


class Paced(Flow):
    """``pace`` is the printer's."""

    asked_behind = False
    """Whether somebody asks behind its last byte."""

    def __init__(self, now: Callable[[bytes], int] | None, pace: Pace) -> None:
        super().__init__(now)
        self._pace = pace
        pace.begin()
        self._read = 0
        """So much of the stream is known, with all places in it."""
        self._pausing = False
        self._asking = False
        self._seam = 0
        """The last place between two commands in what was given."""

    @property
    def drains(self) -> bool:
        return super().drains and not self._asking

    def write(self, data: bytes) -> bool:
        self._pace.follow(data)
        return super().write(data)

    def place(self, start: int, end: int) -> None:
        super().place(start, end)
        if start == end <= self._given:
            self._seam = end

    def known(self, count: int) -> None:
        self._read = max(self._read, count)
        self._move()

    @property
    def quiet(self) -> bool:
        return self._at_seam if self._pausing else super().quiet

    def _wrote(self, count: int) -> None:
        super()._wrote(count)
        self._pace.wrote(count)

    def _may_now(self, size: int) -> int:
        far = self._pace.far(self._written, self._places, self._read)
        return int(min(size, max(0, far - self._written)))

    @property
    def _at_seam(self) -> bool:
        if self._pieces:
            return bool(self._places.seams(self._written, self._written))
        # A text that is not over may be half a letter.
        return self._stands and self._aside is None and self._seam == self._written

    @property
    def _asks(self) -> bool:
        over = self.asked_behind and not self._pieces
        # What it ended with is not the end of what the wire has any more.
        over = over or self.follower is not None
        return not over and self._pace.due() and self._at_seam

    async def _ask(self, stall_s: float) -> None:
        self._asking = True
        try:
            await self._pace.mark(stall_s)
        finally:
            self._asking = False

    async def _pause(self, stall_s: float) -> None:
        self._pausing = True
        try:
            if self._pace.owed:
                await self._pace.wait(asks=self._at_seam, stall_s=stall_s)
            else:
                await self._until_read()
        finally:
            self._pausing = False

    async def _until_read(self) -> None:
        """What waits is not read yet; nobody waits for ever who cannot read it."""
        try:
            async with asyncio.timeout(LATE_S):
                await self._waiter().wait()
        except TimeoutError:
            self.known(self._given)


class Hurried(Paced):
    """While a POS still sends it.  What is no printer need not be waited for."""

    def end(self) -> None:
        self.known(self._given)
        super().end()

    def _may_now(self, size: int) -> int:
        return size if self._pace.quick else super()._may_now(size)

    async def _ask(self, stall_s: float) -> None:
        await super()._ask(stall_s)
        self._idle = True
        await self._pace.in_passing()
