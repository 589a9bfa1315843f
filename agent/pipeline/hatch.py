"""The hatch between the doors and the corridor: a job is durable, or it is printed.

Implements :class:`agent.intake.ports.Counter`.  What is accepted waits here in order,
bounded: behind so many jobs the doors wait, and the POS with them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from agent.delivery.flow import Flow
from agent.errors import StoreError
from agent.escpos.replies.contents import Contents
from agent.ids import JobId
from agent.intake.http_documents import Refused, Tongue, Translated
from agent.intake.raw import without
from agent.pipeline.lane import PaperLane
from agent.pipeline.reading import Reading
from agent.pipeline.torn import Torn
from agent.store.records import AcceptJob, Change, GaveUp, Job, KeepPiece

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

    def __init__(  # noqa: PLR0913 -- the rooms that it stands between
        self,
        shelf: Shelf,
        lane: PaperLane,
        reading: Reading,
        printer: Printer,
        torn: Torn,
        now_ms: Callable[[], int],
        *,
        hold: bool,
    ) -> None:
        self._shelf = shelf
        self._lane = lane
        self._reading = reading
        self._printer = printer
        self._now_ms = now_ms
        self._torn = torn
        torn.over = self._put
        self.hold = hold
        self._jobs: asyncio.Queue[tuple[Job | GaveUp, bytes | None]] = asyncio.Queue(
            MAX_JOBS
        )
        """Jobs, and that a POS gave up those before."""
        self._waiting_bytes = 0
        self._dropping = False
        self._owed: set[JobId] = set()
        """Jobs here or in the corridor's hand that did not go to paper as they came."""
        self._in_hand: Job | GaveUp | None = None
        self._came: set[JobId] | None = set()
        """Of this run, until it is known what an earlier one left."""
        self.resumed = False
        """What an earlier run left is in its line."""

    # -- the doors' side -----------------------------------------------------

    async def keep(self, job: JobId, door: str, number: int, raw: bytes) -> None:
        try:
            await self._shelf.commit(KeepPiece(job, door, number, raw))
        except StoreError:
            # The whole job comes later and is printed if it can't be kept then.
            log.exception("a piece of a job could not be kept")

    async def accept(self, job: Job, raw: bytes) -> None:
        if self._came is not None:
            self._came.add(job.id)
        try:
            await self._shelf.commit(AcceptJob(job, raw))
        except Exception:
            log.exception("a job could not be kept, it is printed")
            if job.shape == "document":
                self._lane.on_unkept()
            if rest := without(raw, job.forwarded):
                await self._lane.print_unkept(rest)
            return
        self._lane.say_keeps(keeps=True)
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
        if self.hold:
            await self._torn.came(job, raw)
        if self.hold and job.evidence == "torn":
            # The whole one may be here in a moment: first things first.
            await self._torn.wait(job, raw)
        else:
            await self._put(job, raw)
        if job.evidence == "torn":
            await self.abandoned(job.door, job.source)

    async def _put(self, job: Job, raw: bytes) -> None:
        spare = self._waiting_bytes + len(raw) <= MAX_WAITING_BYTES
        self._waiting_bytes += len(raw) if spare else 0
        if (0, len(raw)) not in job.forwarded:
            self._owed.add(job.id)
        await self._jobs.put((job, raw if spare else None))

    def kick(self, raw: bytes) -> None:
        taken = self._printer.kick(raw)
        if not taken and not self._dropping:
            log.warning("drawer pulses are dropped, too many wait or too long")
        self._dropping = not taken

    def flow(self) -> Flow | None:
        # What came before and is not on paper yet goes first, also of an earlier run.
        if self.hold or not self.resumed or self._owed or self._lane.owed:
            return None
        return self._printer.flow()

    async def contents(self, before: bytes, question: bytes) -> Contents:
        return await self._reading.contents(before, question)

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        return await self._reading.translated(tongue, body, dots_per_inch)

    async def abandoned(self, door: str, source: str) -> None:
        log.info("a POS gave up what it sent", extra={"door": door, "source": source})
        what = GaveUp(door, self._now_ms(), source)
        # In its turn: the jobs before it may still wait.
        await self._jobs.put((what, None))
        try:
            # The POS may send again when we have died and are back.
            await self._shelf.commit(what)
        except StoreError:
            log.exception("that a POS gave up could not be kept")

    # -- the corridor's side -------------------------------------------------

    def left(self, jobs: Iterable[Job]) -> list[Job]:
        """Those of an earlier run, to be asked once.

        The doors are open before the store says what it left: what came meanwhile is
        there too, and waits here.
        """
        came, self._came = self._came or set(), None
        return [job for job in jobs if job.id not in came]

    @property
    def waiting(self) -> int:
        """So many."""
        return self._jobs.qsize()

    @property
    def empty(self) -> bool:
        """Nothing waits."""
        return self._jobs.empty()

    async def next(self) -> tuple[Job | GaveUp, bytes | None]:
        """The next job, or that a POS gave up; then :meth:`done`."""
        job, raw = await self._jobs.get()
        self._waiting_bytes -= len(raw) if raw else 0
        self._in_hand = job
        return job, raw

    def done(self) -> None:
        """What :meth:`next` gave is on its way."""
        job, self._in_hand = self._in_hand, None
        if isinstance(job, Job):
            self._owed.discard(job.id)
        self._jobs.task_done()

    async def drained(self) -> None:
        """Until all that came is on its way."""
        await self._jobs.join()
