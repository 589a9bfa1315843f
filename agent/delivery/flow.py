"""A job on its way to the printer while the POS still sends it (cut-through).

The door gives bytes, the printer link takes them; between the two at most
``FLOW_BYTES`` wait, then the door waits, and the POS with it.  A flow that fails says
so to whoever asks whether its bytes were taken: those jobs are printed whole again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

FLOW_BYTES: Final = 64 << 10
"""What a printer's own buffer holds, at most."""


class Wire(Protocol):
    """The part of :class:`agent.delivery.transports.base.Transport` that this needs."""

    async def write(self, raw: bytes, *, stall_s: float) -> None: ...

    async def settle(self, *, within_s: float) -> None: ...


class Flow:
    """Made by the printer link, written to by one line."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._given = 0
        self._written = 0
        self._taken = 0
        self._asked = 0
        """Up to where somebody wants to know whether it was taken."""
        self._over = False
        self._failed = False
        self._nudged = False
        self.resting = True
        """Whether what was written so far ends with a whole command."""
        self._moved = asyncio.Event()

    # -- the door's side ----------------------------------------------------

    @property
    def failed(self) -> bool:
        return self._failed

    @property
    def given(self) -> int:
        """Bytes written so far."""
        return self._given

    def write(self, data: bytes) -> None:
        """Never waits; see :meth:`room`."""
        if not self._over and not self._failed:
            self._pieces.append(data)
            self._given += len(data)
            self._move()

    async def room(self) -> None:
        """Until the printer has taken enough that more may come."""
        await self._until(lambda: self._given - self._written <= FLOW_BYTES)

    async def taken(self, count: int) -> bool:
        """Whether the printer took the first ``count`` bytes; waits until that is clear."""
        self._asked = max(self._asked, count)
        self._move()
        await self._until(lambda: self._taken >= count)
        return self._taken >= count

    def end(self) -> None:
        """Nothing more comes."""
        self._over = True
        self._move()

    # -- the printer's side -------------------------------------------------

    async def pour(
        self, wire: Wire, between: Callable[[], Awaitable[None]], *, stall_s: float
    ) -> None:
        """Write to the printer what comes while it comes, until that was all.

        ``between`` is called after a :meth:`nudge`, where it tears nothing.

        Raises:
            TransportError: as the wire's.
        """
        while await self._wanted():
            if self._pieces:
                piece = self._pieces.popleft()
                await wire.write(piece, stall_s=stall_s)
                self._written += len(piece)
            elif self._nudged and self.resting:
                self._nudged = False
                await between()
            else:
                # Not after every piece: the kernel says it in steps of milliseconds.
                await wire.settle(within_s=stall_s)
                self._taken = self._written
            self._move()

    async def _wanted(self) -> bool:
        """Wait for something to do; false when all is done."""
        while not self._failed:
            asked = self._taken < min(self._asked, self._written)
            if self._pieces or asked or (self._nudged and self.resting):
                return True
            if self._over:
                return self._taken < self._written
            self._moved.clear()
            await self._moved.wait()
        return False

    def nudge(self) -> None:
        """Somebody else has something short for the printer."""
        self._nudged = True
        self._move()

    def fail(self) -> None:
        """What was not taken will not be."""
        self._failed = True
        self._move()

    # -- both ---------------------------------------------------------------

    async def _until(self, true: Callable[[], bool]) -> None:
        while not (true() or self._failed):
            waiter = self._waiter()
            await waiter.wait()

    def _waiter(self) -> asyncio.Event:
        self._moved.clear()
        return self._moved

    def _move(self) -> None:
        self._moved.set()
