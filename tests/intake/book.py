"""A corridor that only writes down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from agent.escpos.replies.contents import Contents
from agent.ids import JobId
from agent.intake.http_documents import Refused, Tongue, Translated
from agent.intake.ports import Flow
from agent.store.records import Job


@dataclass
class Book:
    """Writes down what the door hands over; ``durable_s`` is how long that takes."""

    durable_s: float = 0.0
    jobs: list[tuple[Job, bytes]] = field(default_factory=list)
    pieces: list[tuple[JobId, int, bytes]] = field(default_factory=list)
    kicks: list[bytes] = field(default_factory=list)
    flows: list[Any] = field(default_factory=list)
    """Printers that take a job while it comes; each takes one."""
    given_up: list[str] = field(default_factory=list)
    """The addresses of POS that gave up."""
    broken: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    kicked: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self, job: JobId, door: str, number: int, raw: bytes) -> None:
        await asyncio.sleep(self.durable_s)
        self.pieces.append((job, number, raw))

    async def accept(self, job: Job, raw: bytes) -> None:
        self.begun.set()
        if self.broken:
            raise OSError("neither kept nor printed")
        await asyncio.sleep(self.durable_s)
        self.jobs.append((job, raw))
        self.came.set()

    def kick(self, raw: bytes) -> None:
        self.kicks.append(raw)
        self.kicked.set()

    def flow(self) -> Flow | None:
        return self.flows.pop(0) if self.flows else None

    async def contents(self, before: bytes, question: bytes) -> Contents:
        return Contents(nv_keys=("G1",), nv_bytes=len(before))

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        raise AssertionError("no documents here")

    async def abandoned(self, door: str, source: str) -> None:
        self.given_up.append(source)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.jobs) < count:
                self.came.clear()
                await self.came.wait()
