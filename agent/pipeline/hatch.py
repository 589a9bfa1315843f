"""The hatch between the doors and the corridor: a job is durable, or it is printed.

Implements :class:`agent.intake.ports.Counter`.  What is accepted waits here in order,
bounded: behind so many jobs the doors wait, and the POS with them.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final, Protocol

from agent.delivery.flow import Flow
from agent.errors import StoreError
from agent.escpos.replies.contents import Contents
from agent.ids import JobId
from agent.intake.http_documents import Refused, Tongue, Translated
from agent.intake.raw import without
from agent.pipeline.lane import PaperLane
from agent.pipeline.reading import Reading
from agent.store.records import AcceptJob, Change, Job, KeepPiece

log = logging.getLogger(__name__)

MAX_JOBS: Final = 256
"""Durable jobs waiting to be understood; then the doors wait, and the POS."""
MAX_WAITING_BYTES: Final = 16 << 20
"""Beyond it a waiting job's bytes are read from the store again in their turn."""


class Shelf(Protocol):
    """The part of the store that the hatch needs."""

    async def commit(self, *changes: Change) -> None: ...


class Printer(Protocol):
    """What does not go by the paper lane; see agent.delivery.printer."""

    def kick(self, raw: bytes) -> bool: ...

    def flow(self) -> Flow | None: ...


class Hatch:
    """What the doors do.  ``hold``: paper waits for the customer's choice."""

    def __init__(
        self,
        shelf: Shelf,
        lane: PaperLane,
        reading: Reading,
        printer: Printer,
        *,
        hold: bool,
    ) -> None:
        self._shelf = shelf
        self._lane = lane
        self._reading = reading
        self._printer = printer
        self.hold = hold
        self._jobs: asyncio.Queue[tuple[Job | str, bytes | None]] = asyncio.Queue(
            MAX_JOBS
        )
        """Jobs, and the names of doors whose POS gave up."""
        self._waiting_bytes = 0
        self._dropping = False

    # -- the doors' side -----------------------------------------------------

    async def keep(self, job: JobId, door: str, number: int, raw: bytes) -> None:
        try:
            await self._shelf.commit(KeepPiece(job, door, number, raw))
        except StoreError:
            # The whole job comes later and is printed if it can't be kept then.
            log.exception("a piece of a job could not be kept")

    async def accept(self, job: Job, raw: bytes) -> None:
        try:
            await self._shelf.commit(AcceptJob(job, raw))
        except Exception:
            log.exception("a job could not be kept, it is printed")
            if rest := without(raw, job.forwarded):
                await self._lane.print_unkept(rest)
            return
        log.info(
            "job accepted",
            extra={
                "job": str(job.id),
                "door": job.door,
                "shape": job.shape,
                "evidence": job.evidence,
                "bytes": len(raw),
            },
        )
        spare = self._waiting_bytes + len(raw) <= MAX_WAITING_BYTES
        self._waiting_bytes += len(raw) if spare else 0
        await self._jobs.put((job, raw if spare else None))

    def kick(self, raw: bytes) -> None:
        taken = self._printer.kick(raw)
        if not taken and not self._dropping:
            log.warning("drawer pulses are dropped, too many wait or too long")
        self._dropping = not taken

    def flow(self) -> Flow | None:
        return None if self.hold else self._printer.flow()

    async def contents(self, before: bytes, question: bytes) -> Contents:
        return await self._reading.contents(before, question)

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        return await self._reading.translated(tongue, body, dots_per_inch)

    async def abandoned(self, door: str) -> None:
        log.info("a POS gave up what it sent", extra={"door": door})
        # In its turn: the jobs before it may still wait.
        await self._jobs.put((door, None))

    # -- the corridor's side -------------------------------------------------

    @property
    def empty(self) -> bool:
        """Nothing waits."""
        return self._jobs.empty()

    async def next(self) -> tuple[Job | str, bytes | None]:
        """The next job, or the door whose POS gave up; then :meth:`done`."""
        job, raw = await self._jobs.get()
        self._waiting_bytes -= len(raw) if raw else 0
        return job, raw

    def done(self) -> None:
        """What :meth:`next` gave is on its way."""
        self._jobs.task_done()

    async def drained(self) -> None:
        """Until all that came is on its way."""
        await self._jobs.join()
