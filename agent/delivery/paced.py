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
    """Whether somebody asks behind its last byte, and did so behind the stream before."""

    def __init__(self, now: Callable[[bytes], int] | None, pace: Pace) -> None:
        super().__init__(now)
        self._pace = pace
        pace.begin(fresh=self.asked_behind)
        self._read = 0
        """So much of the stream is known, with all places in it."""
        self._pausing = False

    def write(self, data: bytes) -> bool:
        self._pace.follow(data)
        return super().write(data)

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
        return self._stands and self._aside is None

    @property
    def _asks(self) -> bool:
        over = self.asked_behind and not self._pieces
        return not over and self._pace.due() and self._at_seam

    async def _ask(self) -> None:
        await self._pace.mark()

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

    async def _ask(self) -> None:
        self._idle = True
        await self._pace.mark_in_passing()
