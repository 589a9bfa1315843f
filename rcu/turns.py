"""Batches of one till take effect in its order, though its requests race each other.

A batch that left while the one before was in the air names that one's last entry, and
waits here until the entry is held or refused for good.  So long and so many only: what
waits is a request with up to 2 MB.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Final

from agent.wire.in_turn import MAX_IN_FLIGHT
from rcu.bells import Bells
from rcu.store.ledger import Ledger

WAIT_S: Final = 10.0
"""A second batch of 600 KB behind the first, on a line of 1 Mbit/s."""


class Turns:
    """Who waits for whom.  ``bells``: of their own, rung when a batch is durable."""

    def __init__(self, ledger: Ledger, bells: Bells, wait_s: float = WAIT_S) -> None:
        self._ledger = ledger
        self._bells = bells
        self._wait_s = wait_s
        self._waiting: Counter[str] = Counter()

    async def come(self, edge: str, after: int) -> bool:
        """Wait until that entry has come; ``False``: it has not."""
        if self._waiting[edge] >= MAX_IN_FLIGHT:
            return False
        self._waiting[edge] += 1
        try:
            return await self._wait(edge, after)
        finally:
            self._waiting[edge] -= 1
            if not self._waiting[edge]:
                del self._waiting[edge]

    async def _wait(self, edge: str, after: int) -> bool:
        with self._bells.heard(edge) as bell:
            try:
                async with asyncio.timeout(self._wait_s):
                    while not await self._ledger.has(edge, after):
                        await bell.wait()
                        bell.clear()
            except TimeoutError:
                return False
            return True

    def taken(self, edge: str) -> None:
        """A batch of that till is durable."""
        self._bells.ring(edge)
