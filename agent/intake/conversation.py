"""One POS on one line: its bytes become jobs, its questions are answered.

The law: a question that a printer answers at once is answered before anything
else is done; one that it answers after printing is answered when everything
before it is durable; the POS's hang-up is answered when its last job is.
When the reader of jobs fails, the rest of the line is kept raw
(:mod:`agent.intake.raw`) and printed without being understood.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from agent.clock import Clock
from agent.entropy import Entropy
from agent.escpos.jobs import Ask, JobEnd, JobReader, KickNow, Step
from agent.escpos.status import Answering
from agent.events import PrinterState
from agent.ids import JobId, uuid7
from agent.intake.ports import Counter, Line
from agent.intake.raw import RawReader
from agent.intake.slices import slices
from agent.store.records import Evidence, Job, Shape

log = logging.getLogger(__name__)

MAX_PENDING_JOBS: Final = 8
"""Jobs of one POS on their way to the disk; then it waits, and so do its questions."""
MAX_HELD_BYTES: Final = 32 << 20
"""Of all unfinished jobs together: eight of the longest, in a quarter of the unit's
memory."""
CROWDED_JOB_BYTES: Final = 256 << 10
"""What each may hold when they hold too much together."""


@dataclass(slots=True)
class Held:
    """How much the conversations of a door hold."""

    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every conversation of a door shares."""

    door: str
    counter: Counter
    state: Callable[[], PrinterState]
    clock: Clock
    entropy: Entropy
    idle_close_s: float
    held: Held = field(default_factory=Held)


class Conversation:
    """From hello to hang-up."""

    def __init__(self, around: Surroundings, line: Line, answering: Answering) -> None:
        self._around = around
        self._line = line
        self._answering = answering
        self._reader = JobReader()
        self._raw: RawReader | None = None
        self._bytes = bytearray()
        self._begin = 0
        """Where ``_bytes`` starts in the line's stream."""
        self._job: JobId | None = None
        self._pieces = 0
        self._kept_to = 0
        self._document: JobId | None = None
        self._stopping = False
        self._abandoned = False
        self._group = asyncio.TaskGroup()
        self._pending = 0
        self._last: asyncio.Task[None] | None = None

    def printer_changed(self, state: PrinterState) -> None:
        """Tell a POS that asked to be told (automatic status back)."""
        if news := self._answering.changed(state):
            self._line.write(news)

    async def serve(self) -> None:
        """Until the POS hangs up, or says nothing for ``idle_close_s``."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                await self._converse()
            finally:
                # Also when the agent stops: what the POS gave us is in our hands.
                if not self._abandoned:
                    await self._hang_up()
                    await self._all_accepted()
                self._around.held.bytes -= len(self._bytes)

    async def _converse(self) -> None:
        quiet_s = 0.0
        while quiet_s < self._around.idle_close_s:
            patience_s = self._patience_s(quiet_s)
            data = await self._line.read(patience_s)
            if data == b"":
                return
            if data is None:
                quiet_s += patience_s
                await self._silence(quiet_s)
            else:
                quiet_s = 0.0
                await self._listen(data)

    def interrupt(self) -> None:
        """The agent stops: the hang-up that follows is ours, not the POS's."""
        self._stopping = True

    def abandon(self) -> None:
        """There is no time left: nothing more is taken in."""
        self._abandoned = True

    @property
    def _stream_end(self) -> int:
        return self._begin + len(self._bytes)

    def _patience_s(self, quiet_s: float) -> float:
        patience_s = self._raw.patience_s if self._raw else self._reader.patience_s
        left_s = self._around.idle_close_s - quiet_s
        if patience_s is None or patience_s <= quiet_s:
            return left_s
        return min(patience_s - quiet_s, left_s)

    async def _listen(self, data: bytes) -> None:
        for piece in slices(data):
            await self._read_slice(piece)
            await asyncio.sleep(0)

    async def _read_slice(self, data: bytes) -> None:
        self._bytes += data
        self._around.held.bytes += len(data)
        full = self._around.held.bytes > MAX_HELD_BYTES
        if full and len(self._bytes) >= CROWDED_JOB_BYTES:
            log.warning("too many unfinished jobs at once, this one is printed")
            await self._end(self._begin, self._stream_end, "raw", "size", ())
            self._raw = RawReader(self._begin, self._begin)
            await self._all_accepted()
            return
        if self._raw is not None:
            await self._raw_end(self._raw.feed(len(data)))
            return
        await self._follow(lambda: self._reader.feed(data))

    async def _silence(self, quiet_s: float) -> None:
        if self._raw is not None:
            await self._raw_end(self._raw.quiet())
            return
        await self._follow(lambda: self._reader.quiet(quiet_s))

    async def _hang_up(self) -> None:
        if self._raw is not None:
            await self._raw_end(self._raw.close())
            return
        await self._follow(self._reader.close)
        if reader := self._fallback():
            await self._raw_end(reader.close())

    def _fallback(self) -> RawReader | None:
        return self._raw

    async def _follow(self, read: Callable[[], list[Step]]) -> None:
        """Do what the reader says; if it cannot read, do without it."""
        try:
            steps = read()
        except Exception:
            log.exception(
                "reader of jobs failed, the line is kept raw",
                extra={"door": self._around.door},
            )
            self._raw = RawReader(self._begin, self._stream_end)
            return
        self._answer_at_once(steps)
        for step in steps:
            await self._do(step)

    def _answer_at_once(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if isinstance(step, Ask) and step.realtime:
                self._answer(step)

    async def _do(self, step: Step) -> None:
        match step:
            case Ask(realtime=True):
                pass
            case Ask():
                await self._all_accepted()
                await self._keep(step.at)
                self._answer(step)
            case KickNow(raw=raw):
                self._around.counter.kick(raw)
            case JobEnd():
                await self._job_end(step)

    async def _job_end(self, step: JobEnd) -> None:
        match step.shape:
            case "document" | "tail" | "control" as shape:
                await self._end(
                    step.start, step.end, shape, step.evidence, step.forwarded
                )
            case "drawer" | "queries" | "empty":
                # Pulses that were sent, questions that were answered.
                self._drop(step.end)

    def _answer(self, ask: Ask) -> None:
        if reply := self._answering.answer(ask.token, self._around.state()):
            self._line.write(reply)

    async def _keep(self, to: int) -> None:
        """Make what stands before ``to`` durable, if it is part of a document."""
        start = max(self._kept_to, self._begin)
        if to <= start or not self._reader.marked:
            return
        piece = bytes(self._bytes[start - self._begin : to - self._begin])
        await self._around.counter.keep(
            self._job_id(), self._around.door, self._pieces, piece
        )
        self._pieces += 1
        self._kept_to = to

    async def _raw_end(
        self, end: tuple[int, int, Literal["size", "idle", "close"]] | None
    ) -> None:
        if end is not None:
            await self._end(end[0], end[1], "raw", end[2], ())

    async def _end(
        self,
        start: int,
        end: int,
        shape: Shape,
        evidence: Evidence,
        forwarded: Sequence[tuple[int, int]],
    ) -> None:
        raw = bytes(self._bytes[start - self._begin : end - self._begin])
        job = Job(
            id=self._job_id(),
            door=self._around.door,
            at_ms=int(self._around.clock.now().timestamp() * 1000),
            evidence="stop" if self._stopping and evidence == "close" else evidence,
            shape=shape,
            follows=self._document if shape == "tail" else None,
            forwarded=tuple((a - start, b - start) for a, b in forwarded),
        )
        if shape == "document":
            self._document = job.id
        self._drop(end)
        self._around.held.bytes += len(raw)
        self._pending += 1
        self._last = self._group.create_task(self._accept(self._last, job, raw))
        if self._pending >= MAX_PENDING_JOBS:
            await self._last

    async def _accept(
        self, before: asyncio.Task[None] | None, job: Job, raw: bytes
    ) -> None:
        """In order, while the POS is listened to: its questions do not wait."""
        try:
            if before is not None:
                await before
            await self._around.counter.accept(job, raw)
        finally:
            self._pending -= 1
            self._around.held.bytes -= len(raw)

    async def _all_accepted(self) -> None:
        if self._last is not None:
            await self._last

    def _drop(self, end: int) -> None:
        self._around.held.bytes -= end - self._begin
        del self._bytes[: end - self._begin]
        self._begin = self._kept_to = end
        self._job, self._pieces = None, 0

    def _job_id(self) -> JobId:
        if self._job is None:
            now_ms = int(self._around.clock.now().timestamp() * 1000)
            self._job = JobId(uuid7(now_ms, self._around.entropy.draw(10)))
        return self._job
