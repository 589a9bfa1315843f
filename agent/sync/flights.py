"""Batches on their way: in order, each behind the one before, the oldest answered first.

Each goes over a connection of its own.  A batch that leaves while the one before is still
in the air says so (``Batch-After``): the RCU lets it take effect behind that one only, so
a till's log takes effect in its order however its requests race.  When the oldest one
fails, the others are called back and go again behind it, with the same bytes and keys.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from agent.clock import Clock
from agent.sync.answers import Reply, Unreachable
from agent.sync.batch import Batch
from agent.sync.transport import Transport
from agent.wire.in_turn import BATCH_AFTER


@dataclass(slots=True)
class _Flight:
    batch: Batch
    task: asyncio.Task[Reply | Unreachable]
    begun_s: float
    beside: int


@dataclass(frozen=True, slots=True)
class Landed:
    """The oldest batch, what was answered, how long it took beside how many.

    ``epoch``: counts how often all was called back or forgotten before.
    """

    batch: Batch
    reply: Reply | Unreachable
    took_s: float
    beside: int
    epoch: int


class Flights:
    """``group`` runs the requests; they end with it."""

    def __init__(
        self, group: asyncio.TaskGroup, transport: Transport, clock: Clock
    ) -> None:
        self._group = group
        self._transport = transport
        self._clock = clock
        self._air: deque[_Flight] = deque()
        self._called_back: deque[Batch] = deque()
        self._epoch = 0

    def __len__(self) -> int:
        return len(self._air)

    @property
    def last(self) -> int | None:
        """The number up to which batches are made; ``None``: there is none."""
        if self._called_back:
            return self._called_back[-1].last
        return self._air[-1].batch.last if self._air else None

    def again(self) -> bool:
        """Send the next one that was called back; ``False``: there is none."""
        if not self._called_back:
            return False
        self.send(self._called_back.popleft())
        return True

    def send(self, batch: Batch) -> None:
        """Let it go, behind those that are in the air."""
        headers = dict(batch.headers)
        if self._air:
            headers[BATCH_AFTER] = f"{self._air[-1].batch.last:012d}"
        task = self._group.create_task(self._transport.post(batch.body, headers))
        beside = len(self._air) + 1
        self._air.append(_Flight(batch, task, self._clock.monotonic(), beside))

    async def landed(self) -> Landed | None:
        """Wait for the oldest one; ``None``: it was called back meanwhile."""
        flight = self._air[0]
        await asyncio.wait((flight.task,))
        if flight.task.cancelled() or not self._air or self._air[0] is not flight:
            return None
        self._air.popleft()
        took_s = self._clock.monotonic() - flight.begun_s
        reply = flight.task.result()
        return Landed(flight.batch, reply, took_s, flight.beside, self._epoch)

    def stale(self, landed: Landed) -> bool:
        """All was called back since: that batch is part of what goes again."""
        return landed.epoch != self._epoch

    def call_back(self, first: Batch | None = None) -> None:
        """All go again in their order, ``first`` before them."""
        batches = [] if first is None else [first]
        batches += [flight.batch for flight in self._air]
        self._called_back.extendleft(reversed(batches))
        self._ground()

    def forget(self) -> None:
        """They are made anew, of other sizes or from another number."""
        self._called_back.clear()
        self._ground()

    def _ground(self) -> None:
        self._epoch += 1
        for flight in self._air:
            flight.task.cancel()
        self._air.clear()
