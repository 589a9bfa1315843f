"""What an earlier process had received and not finished becomes jobs.

Its bytes are read again as if they came now.  A document that is complete (its cut is
there) is a job like any other.  The rest of a line is one that a crash cut off: it is
printed, since nobody knows what would have followed.

Every job's id follows from the file and the offset, so that a second crash in the
middle of this makes no second job.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, cast

from agent.errors import StoreError
from agent.escpos.jobs import JobEnd, Step
from agent.ids import JobId, uuid7
from agent.intake.arriving import Left
from agent.intake.dialect import Dialect
from agent.intake.ports import Counter
from agent.intake.slices import slices
from agent.store.records import Evidence, Job, Shape

log = logging.getLogger(__name__)


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def job(self, job: JobId) -> Job | None: ...


class Salvage:
    """A service that is done soon."""

    name = "salvage"

    def __init__(
        self,
        left: Sequence[Left],
        shelf: Shelf,
        counter: Counter,
        dialects: Mapping[str, Dialect],
        again: Callable[[Left], Left | None],
    ) -> None:
        self._again = again
        self._left = list(left)
        self._shelf = shelf
        self._counter = counter
        self._dialects = dialects
        self.taken_up = asyncio.Event()
        """All of it is in the corridor: what comes now comes behind it."""
        if not left:
            self.taken_up.set()

    async def run(self) -> None:
        """Take all of it in; then wait to be cancelled."""
        await self.take_up()
        await asyncio.Event().wait()

    async def take_up(self) -> None:
        """All that was left, oldest first."""
        while self._left:
            left = await asyncio.to_thread(self._again, self._left[0])
            if left is None:
                log.error("what was left of a line cannot be read any more")
                self._left.pop(0)
                continue
            for job, raw in await jobs_of(left, self._dialects.get(left.door)):
                if not await self._known(job.id):
                    await self._counter.accept(job, raw)
            # Its line was reset: it may send again what it was not told is done.
            await self._counter.abandoned(left.door, left.source)
            await asyncio.to_thread(left.path.unlink, missing_ok=True)
            self._left.pop(0)
            log.warning(
                "a line was cut off by a crash",
                extra={"door": left.door, "bytes": len(left.raw)},
            )
        self.taken_up.set()

    async def _known(self, job: JobId) -> bool:
        """It was durable, and we died before we could note that."""
        try:
            return await self._shelf.job(job) is not None
        except StoreError:
            return False


async def jobs_of(left: Left, dialect: Dialect | None) -> list[tuple[Job, bytes]]:
    """The jobs in what was left of a line, in order."""
    starts = sorted({left.start, *left.jobs})
    bounds = [*starts[1:], left.start + len(left.raw)]
    jobs: list[tuple[Job, bytes]] = []
    document: JobId | None = None
    for start, end in zip(starts, bounds, strict=True):
        raw = left.raw[start - left.start : end - left.start]
        ended = end != bounds[-1]
        for step in await _ends(dialect, raw):
            if step.shape in {"drawer", "queries", "empty"}:
                # A pulse of then must not open the drawer now.
                continue
            job = _job(left, start, step, ended=ended, document=document)
            document = job.id if job.shape == "document" else document
            jobs.append((job, raw[step.start : step.end]))
    return jobs


async def _ends(dialect: Dialect | None, raw: bytes) -> list[JobEnd]:
    """Without a dialect, or when it cannot be read: one job."""
    steps: list[Step] = []
    try:
        if dialect is not None:
            reader = dialect.reader()
            for piece in slices(raw, dialect.costly):
                steps += reader.feed(piece)
                await asyncio.sleep(0)
            steps += reader.close()
    except Exception:
        log.exception("what was left cannot be read, it is printed")
        steps = []
    found = [step for step in steps if isinstance(step, JobEnd)]
    return found or ([JobEnd(0, len(raw), "document", "close")] if raw else [])


def _job(
    left: Left, start: int, step: JobEnd, *, ended: bool, document: JobId | None
) -> Job:
    """``ended``: it was over when we died, however that was seen."""
    at = start + step.start
    dice = hashlib.sha256(f"{left.path.name}:{at}".encode()).digest()
    shape = cast("Shape", step.shape)
    whole = ended or step.evidence in {"cut", "abandoned"}
    return Job(
        id=left.jobs.get(at) or JobId(uuid7(left.at_ms, dice)),
        door=left.door,
        at_ms=left.at_ms,
        evidence=cast("Evidence", step.evidence) if whole else "crash",
        shape=shape,
        follows=document if shape == "tail" else None,
        # Pulses were sent when they were read, or are too old to be sent now.
        forwarded=tuple((a - step.start, b - step.start) for a, b in step.forwarded),
        source=left.source,
    )
