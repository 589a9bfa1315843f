"""What a line owes, done in order while the line is listened to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from agent.intake.limits import MAX_PENDING_JOBS


class InTurn:
    """One thing after the other; with ``MAX_PENDING_JOBS`` of them the line waits."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._last: asyncio.Task[None] | None = None
        self.pending = 0

    async def add(self, work: Callable[[], Awaitable[None]]) -> None:
        """To be done when all before it is."""
        self.pending += 1
        self._last = self._group.create_task(self._after(self._last, work))
        if self.pending >= MAX_PENDING_JOBS:
            await self._last

    async def done(self) -> None:
        """Until all of it is."""
        if self._last is not None:
            await self._last

    async def _after(
        self, before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]
    ) -> None:
        try:
            if before is not None:
                await before
            await work()
        finally:
            self.pending -= 1
