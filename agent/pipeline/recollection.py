"""What the shop's printer remembers: logos, macros, characters of the POS's own.

The relay holds it as bytes that only the worker can read, gives them along with each
job, and keeps what comes back when a job changed it.  Nothing of this is on the way
to the paper: a job is printed or offered first, and learned from then; what fails
costs a logo on a screen.

A logo is defined once and printed for weeks, so no lesson is lost to a bad moment.
That a job owes one is committed with where its paper goes, and is true until what was
learned is kept.  Lessons are taken in the order of their jobs, for an older definition
must not take the place of a newer one; one that fails twice is given up, so that no
job stops those behind it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final, Protocol

from agent.errors import StoreError, WorkerError
from agent.ids import JobId
from agent.store.records import Change, Job, KeepMemory, OweLesson

log = logging.getLogger(__name__)

LEARN_AT_MOST_S: Final = 10.0
"""With a cold worker on a slow till.  The next job would wait for it as long."""
TRIES: Final = 2
"""A worker that died of another job gets a second chance; a hostile job no third."""
MAX_OWED: Final = 50
"""Lessons of a worker that is down for long; then the oldest gives way."""


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def job_raw(self, job: JobId) -> bytes | None: ...

    async def printer_memory(self, printer: str) -> bytes | None: ...

    async def lessons_owed(self, limit: int) -> list[JobId]: ...


class Student(Protocol):
    """What can read a job; see :class:`agent.pipeline.workshop.Workshop`."""

    async def learn(self, raw: bytes, memory: bytes) -> bytes: ...


class Recollection:
    """Of one printer, by the name of its link."""

    def __init__(self, shelf: Shelf, student: Student, printer: str) -> None:
        self._shelf = shelf
        self._student = student
        self._printer = printer
        self._left: dict[JobId, int] = {}
        self._kept = b""
        self.memory = b""

    @property
    def behind(self) -> bool:
        """Whether some job has not been learned from: any job may matter then."""
        return bool(self._left)

    async def recall(self) -> None:
        """At a start; without an answer the printer is taken for a new one."""
        try:
            self.memory = await self._shelf.printer_memory(self._printer) or b""
            owed = await self._shelf.lessons_owed(MAX_OWED)
        except StoreError:
            log.exception("store does not say what the printer remembers")
        else:
            self._kept = self.memory
            self._left = dict.fromkeys(owed, TRIES)

    def owe(self, job: Job) -> None:
        """Note, before it is settled, that a job is to be learned from.

        A tail only when there is something that it may reset.
        """
        if job.shape == "tail" and not (self.memory or self.behind):
            return
        self._left.setdefault(job.id, TRIES)
        while len(self._left) > MAX_OWED:
            del self._left[next(iter(self._left))]

    def owed(self, job: JobId) -> tuple[Change, ...]:
        """What makes the note durable; belongs into the commit that settles the job."""
        if job not in self._left:
            return ()
        return (OweLesson(job, next(iter(self._left))),)

    async def catch_up(
        self, job: JobId | None = None, raw: bytes | None = None
    ) -> None:
        """Learn from what is owed until one fails.  Never raises, has its bound.

        ``raw`` are the bytes of ``job``; those of others are read from the store.
        """
        try:
            async with asyncio.timeout(LEARN_AT_MOST_S):
                while self._left:
                    first = next(iter(self._left))
                    if not await self._lesson(first, raw if first == job else None):
                        break
        except TimeoutError:
            log.warning("learning what a printer remembers takes too long")

    async def _lesson(self, job: JobId, raw: bytes | None) -> bool:
        """Whether the next may follow: this one is learned, or given up."""
        self._left[job] -= 1
        given_up = not self._left[job]
        if given_up:
            del self._left[job]
        try:
            if raw is None:
                raw = await self._shelf.job_raw(job)
            after = b"" if raw is None else await self._student.learn(raw, self.memory)
        except (StoreError, WorkerError) as error:
            why = {"job": str(job), "why": str(error)}
            log.warning("what a printer remembers may be wrong", extra=why)
        except Exception:
            # The job is on its way already: nothing here may touch that.
            log.exception("what a printer remembers is not understood")
        else:
            self._left.pop(job, None)
            await self._keep(job, after)
            return True
        return given_up

    async def _keep(self, job: JobId, after: bytes) -> None:
        self.memory = after or self.memory
        if self.memory == self._kept:
            return
        try:
            await self._shelf.commit(KeepMemory(self._printer, self.memory, job))
        except StoreError:
            log.exception("what a printer remembers is not kept")
        else:
            self._kept = self.memory
            size = {"bytes": len(self.memory)}
            log.info("printer remembers something new", extra=size)
