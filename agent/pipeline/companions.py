"""Card slips that wait for their sale: a terminal prints before or after the POS."""

from __future__ import annotations

from collections import deque
from typing import Final

from agent.clock import Clock
from agent.ids import JobId
from agent.pipeline.printing import Printing
from agent.pipeline.view import Paper

MAX_LOOSE_SLIPS: Final = 4
SLIP_NEAR_SALE_S: Final = 60.0
"""A terminal prints its slip just before or after the POS prints the receipt."""


class Companions:
    """Slips whose sale has not come."""

    def __init__(self, printing: Printing, clock: Clock) -> None:
        self._printing = printing
        self._clock = clock
        self._loose: deque[tuple[float, Paper]] = deque()

    async def wait(self, slip: Paper) -> None:
        """For the next sale; with too many of them the oldest is let go."""
        self._loose.append((self._clock.monotonic(), slip))
        while len(self._loose) > MAX_LOOSE_SLIPS:
            await self._printing.forget([self._loose.popleft()[1]])

    async def claimed(self) -> list[Paper]:
        """The slips that came just before; those of long ago nobody wanted."""
        since_s = self._clock.monotonic() - SLIP_NEAR_SALE_S
        slips = [slip for at_s, slip in self._loose if at_s >= since_s]
        stale = [slip for at_s, slip in self._loose if at_s < since_s]
        self._loose.clear()
        if stale:
            await self._printing.forget(stale)
        return slips

    def drop(self, job: JobId) -> None:
        """A slip that was asked for by itself no longer waits for its sale."""
        self._loose = deque(each for each in self._loose if each[1].job != job)
