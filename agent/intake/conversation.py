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
import math
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Literal

from agent.escpos.jobs import Abandon, Ask, JobEnd, KickNow, Step, shifted
from agent.escpos.replies.contents import Contents
from agent.events import PrinterState
from agent.ids import JobId, LineId, uuid7
from agent.intake.arriving import Spool
from agent.intake.cut_through import CutThrough
from agent.intake.dialect import Voice
from agent.intake.in_turn import InTurn
from agent.intake.limits import MAX_SPOOLED_BYTES, PROBE_BYTES
from agent.intake.ports import Flow, Line
from agent.intake.raw import RawReader
from agent.intake.resumed import Resumed
from agent.intake.slices import slices
from agent.intake.surroundings import Surroundings
from agent.intake.unfinished import Unfinished
from agent.pieces import breath, joined
from agent.store.records import Evidence, Job, Shape

log = logging.getLogger(__name__)

_STATUS: Final = re.compile(rb"(?:\x10\x04[\x01-\x04])+")
"""Nothing but questions: what is most often said, and nothing of a job."""


class Conversation:
    """From hello to hang-up."""

    def __init__(self, around: Surroundings, line: Line, voice: Voice) -> None:
        self._around = around
        dialect = around.dialect
        self._line = Resumed(line, dialect.completion, again=dialect.again)
        self._voice = voice
        self._reader = around.dialect.reader()
        self._raw: RawReader | None = None
        self._id = LineId(uuid7(self._now_ms(), around.entropy.draw(10)))
        self._base = 0
        """Where in the line's stream the reader's own begins."""
        self._kept = Unfinished()
        self._job: JobId | None = None
        self._pieces = 0
        self._kept_to = 0
        self._document: JobId | None = None
        self._stopping = False
        self._abandoned = False
        self._turn = InTurn(asyncio.TaskGroup())
        self._spool: Spool | None = None
        self._heard = 0
        """Bytes of the line's stream so far."""
        self._done_to = 0
        """Where what nobody needs to keep ends: questions, pulses, padding."""
        self._through = CutThrough(around.counter)

    def printer_changed(self, state: PrinterState) -> None:
        """Tell a POS that asked to be told (automatic status back)."""
        if news := self._voice.changed(state):
            self._line.write(news)

    async def serve(self) -> None:
        """Until the POS hangs up, or says nothing for ``idle_close_s``."""
        async with asyncio.TaskGroup() as group:
            self._turn = InTurn(group)
            try:
                await self._converse()
            finally:
                # Also when the agent stops: what the POS gave us is in our hands.
                if not self._abandoned:
                    await self._hang_up()
                    self._through.end()
                    await self._turn.done()
                self._through.end()
                self._around.held.bytes -= len(self._kept)
                if self._spool is not None and self._around.spools is not None:
                    self._around.spools.back(self._spool)

    async def _converse(self) -> None:
        quiet_s = 0.0
        if hello := self._voice.hello(self._around.state()):
            self._line.write(hello)
        while quiet_s < self._around.idle_close_s:
            patience_s = self._patience_s(quiet_s)
            data = await self._line.read(patience_s)
            if data == b"":
                return
            if data is None:
                quiet_s += patience_s
                await self._silence(quiet_s)
                await self._breathe()
            else:
                quiet_s = 0.0
                await self._write_down(data)
                await self._listen(data)
                await self._breathe()
                self._tidy()

    def interrupt(self) -> None:
        """The agent stops: the hang-up that follows is ours, not the POS's."""
        self._stopping = True

    def abandon(self) -> None:
        """There is no time left: nothing more is taken in."""
        self._abandoned = True

    async def _write_down(self, data: bytes, *, ahead: bool = False) -> None:
        """Before anything else is read, so that it outlives us; paper goes first."""
        at, self._heard = self._heard, self._heard + len(data)
        if not self._kept and not self._turn.pending and _STATUS.fullmatch(data):
            return
        start, end = self._kept.begin, self._kept.end
        size = at + len(data) - start
        self._through.begin(start, size, lambda: self._kept.between(start, end))
        all_out = self._through.write(data, ahead=ahead)
        spools, door = self._around.spools, self._around.door
        if self._spool is None and spools is not None:
            self._spool = spools.spool(door, self._now_ms(), self._line.source)
        if self._spool is not None:
            self._spool.write(at, data)
        if not all_out:
            # The printer's task goes before the reading.
            await asyncio.sleep(0)

    async def _breathe(self) -> None:
        if self._raw is None:
            self._through.stands(self._line.aside(self._reader))
        await self._through.breathe(idle=not self._kept)

    def _tidy(self) -> None:
        spool = self._spool
        if (
            spool is not None
            and not self._turn.pending
            and spool.size - len(self._kept) > MAX_SPOOLED_BYTES
        ):
            rest = self._kept.between(self._kept.begin, self._kept.end)
            spool.rewrite(self._kept.begin, b"".join(rest))

    def _name(self, start: int, job: JobId) -> None:
        if self._spool is not None:
            self._spool.name(start, job)

    def _safe(self, to: int) -> None:
        if self._spool is not None:
            self._spool.safe(to)

    def _patience_s(self, quiet_s: float) -> float:
        patience_s = self._raw.patience_s if self._raw else self._reader.patience_s
        left_s = self._around.idle_close_s - quiet_s
        if patience_s is None or patience_s <= quiet_s:
            return left_s
        return min(patience_s - quiet_s, left_s)

    async def _listen(self, data: bytes) -> None:
        """Read it in slices; what comes meanwhile is printed meanwhile (cut-through)."""
        unread = deque([data])
        while unread:
            for piece in slices(unread.popleft(), self._around.dialect.costly):
                await self._read_slice(piece)
                await asyncio.sleep(0)
                if self._through.eager and (more := self._line.ready()):
                    await self._write_down(more, ahead=True)
                    unread.append(more)

    async def _read_slice(self, data: bytes) -> None:
        self._kept.add(data)
        self._around.held.bytes += len(data)
        limits = self._around.limits
        full = self._around.held.bytes > limits.held_bytes
        if full and len(self._kept) >= limits.crowded_job_bytes:
            log.warning("too many unfinished jobs at once, this one is printed")
            await self._end(self._kept.begin, self._kept.end, "raw", "size", ())
            self._raw = RawReader(self._kept.begin, self._kept.begin)
            await self._turn.done()
            return
        if self._raw is not None:
            if _STATUS.fullmatch(data):
                asked = self._around.dialect.reader().feed(data)
                self._answer_at_once(asked)
            await self._raw_end(self._raw.feed(len(data)))
            return
        await self._follow(lambda: self._reader.feed(data))
        self._through.reads(self._base, self._reader.tokens, self._kept.end)

    async def _silence(self, quiet_s: float) -> None:
        if self._raw is not None:
            await self._raw_end(self._raw.quiet())
            if not self._kept:
                # Nothing is half said any more: it can be read again.
                self._raw, self._base = None, self._kept.end
                self._reader = self._around.dialect.reader()
            return
        broken = len(self._reader.torn) > PROBE_BYTES
        if quiet_s >= (self._reader.patience_s or math.inf):
            await self._complete()
        await self._follow(lambda: self._reader.quiet(quiet_s, broken=broken))

    async def _complete(self) -> None:
        """Half a picture is filled up with white, and printed as far as it came.

        A printer that has half a command would take the next job for the rest of it.
        What is shorter than a picture the reader leaves out, unless it is out already.
        """
        torn = self._reader.torn
        rest = self._line.fill_up(torn)
        if rest and len(torn) > PROBE_BYTES:
            await self._write_down(rest)
            await self._read_slice(rest)
        elif rest:
            self._through.complete(rest)

    async def _hang_up(self) -> None:
        if self._raw is not None:
            await self._raw_end(self._raw.close())
            return
        broken = self._line.broken or len(self._reader.torn) > PROBE_BYTES
        await self._complete()
        await self._follow(lambda: self._reader.close(broken=broken))
        await self._raw_end(self._kept_raw())

    def _kept_raw(self) -> tuple[int, int, Literal["close"]] | None:
        """The reader may have failed just now."""
        return self._raw.close() if self._raw is not None else None

    async def _follow(self, read: Callable[[], list[Step]]) -> None:
        """Do what the reader says; if it cannot read, do without it."""
        try:
            steps = [shifted(step, self._base) for step in read()]
        except Exception:
            log.exception(
                "reader of jobs failed, the line is kept raw",
                extra={"door": self._around.door},
            )
            self._raw = RawReader(self._kept.begin, self._kept.end)
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
                await self._ask(step)
            case KickNow(raw=raw):
                if not self._through.prints:
                    self._through.kicked = True
                    self._around.counter.kick(raw)
            case Abandon():
                # What it gives up may be on its way to the disk: first things first.
                await self._turn.done()
                door, source = self._around.door, self._line.source
                await self._around.counter.abandoned(door, source)
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
                self._done_to = step.end
                if not self._turn.pending:
                    self._safe(step.end)

    def _answer(self, ask: Ask, *contents: Contents) -> None:
        if reply := self._voice.answer(ask.token, self._around.state(), *contents):
            self._line.write(reply)

    async def _ask(self, ask: Ask) -> None:
        """Answered when all before it is durable; what comes meanwhile is read."""
        of_memory = self._around.dialect.needs_contents(ask.token)
        begin = self._kept.begin
        before = self._kept.between(begin, ask.at if of_memory else begin)
        piece = self._piece(ask.at)

        async def answer() -> None:
            if piece is not None:
                await self._around.counter.keep(*piece)
            await self._answer_in_turn(ask, before)

        await self._turn.add(answer)

    async def _answer_in_turn(self, ask: Ask, before: Sequence[bytes]) -> None:
        if not self._around.dialect.needs_contents(ask.token):
            self._answer(ask)
            return
        read = self._around.counter.contents(await joined(before), ask.token.raw)
        self._answer(ask, await read)

    def _piece(self, to: int) -> tuple[JobId, str, int, bytes] | None:
        """What stands before ``to`` and is not durable yet, if it is part of a document."""
        start = max(self._kept_to, self._kept.begin)
        if to <= start or not self._reader.marked:
            return None
        piece = b"".join(self._kept.between(start, to))
        self._name(self._kept.begin, self._job_id())
        number, self._pieces, self._kept_to = self._pieces, self._pieces + 1, to
        return self._job_id(), self._around.door, number, piece

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
        job = Job(
            id=self._job_id(),
            door=self._around.door,
            at_ms=self._now_ms(),
            evidence="stop" if self._stopping and evidence == "close" else evidence,
            shape=shape,
            follows=self._document if shape == "tail" else None,
            forwarded=tuple((a - start, b - start) for a, b in forwarded),
            line=self._id,
            start=start,
            source=self._line.source,
        )
        if shape == "document":
            self._document = job.id
        self._name(start, job.id)
        printing = self._through.printing(start, end)
        self._drop(start)
        pieces = self._drop(end)
        self._through.owed += printing is None
        self._around.held.bytes += end - start
        await self._turn.add(lambda: self._accept(job, pieces, end, printing))

    async def _accept(
        self,
        job: Job,
        pieces: Sequence[bytes],
        end: int,
        printing: tuple[Flow, int] | None,
    ) -> None:
        try:
            raw = await joined(pieces)
            if printing is not None:
                flow, count = printing
                # Torn: all of it is printed again, but no drawer opens by itself then.
                if await flow.taken(count):
                    ranges = ((0, len(raw)), *job.forwarded)
                    job = replace(job, forwarded=ranges)
            await self._around.counter.accept(job, raw)
            await breath()  # a long file is cut in half a millisecond
            self._safe(end if self._turn.pending > 1 else max(end, self._done_to))
        finally:
            self._through.owed -= printing is None
            self._around.held.bytes -= end - job.start

    def _drop(self, end: int) -> list[bytes]:
        """What stood before it."""
        self._around.held.bytes -= end - self._kept.begin
        self._kept_to = end
        self._through.kicked = False
        self._job, self._pieces = None, 0
        return self._kept.take(end)

    def _job_id(self) -> JobId:
        if self._job is None:
            self._job = JobId(uuid7(self._now_ms(), self._around.entropy.draw(10)))
        return self._job

    def _now_ms(self) -> int:
        return int(self._around.clock.now().timestamp() * 1000)
