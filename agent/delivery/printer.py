"""The real printer: one job at a time, whole, in the order in which they came.

``PrinterLink.run`` owns the wire.  It connects, asks the printer how it is
while nothing is to be printed, and prints what ``print`` was given, byte for
byte.  It adds nothing to a job but DLE EOT questions before and after it, and GS r
behind it (:mod:`agent.delivery.printer_proof`); it never prints a job twice by
itself, and never looks into one.

* A printer that says it cannot print gets nothing: ``Deferred`` at once.
* A printer that has never answered is taken for a mute one and printed to.  One
  that used to answer and is silent now is off: ``Deferred``, since the bytes
  would be lost (a serial line takes them all the same).
* A job that was torn (a lost line) is ``Deferred``; the caller prints it again, whole.
* A drawer kick goes before all that is not written (:mod:`agent.delivery.flow`), and
  dies young: a drawer that opens by itself minutes later is worse than one that stays
  shut.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from typing import Final

from agent.bus import Bus
from agent.delivery.flow import Flow
from agent.delivery.flows import Flows
from agent.delivery.outcome import Deferred, Outcome
from agent.delivery.places import Speech
from agent.delivery.printer_figures import PrinterFigures
from agent.delivery.printer_interview import Interview
from agent.delivery.printer_news import MUTE, UNASKED, News
from agent.delivery.printer_patience import Patience
from agent.delivery.printer_proof import Proof
from agent.delivery.printer_pulses import Pulses
from agent.delivery.printer_queue import (
    KICK_LIFE_S,
    PrinterQueue,
    QueuedJob,
    QueuedKick,
)
from agent.delivery.printer_status import trouble_of
from agent.delivery.reasons import Reason
from agent.delivery.settings import PrinterSettings
from agent.delivery.sheet import Sheet
from agent.delivery.transports.base import Transport, TransportError
from agent.entropy import Entropy
from agent.events import Event, PrinterState

log = logging.getLogger(__name__)

GRACE_S: Final = 3.0
"""At cancellation, what the job being written may still take (a stop has 10 s)."""
STOP_S: Final = 5.0
"""What waiting jobs may take at a stop, unless the caller knows better."""
DRAWER_STEP_S: Final = 0.15


class PrinterLink:
    """A service, and the two ways to hand it bytes."""

    name = "printer"

    def __init__(
        self,
        transport: Transport,
        settings: PrinterSettings,
        bus: Bus[Event],
        entropy: Entropy,
        speech: Speech = Speech(),  # noqa: B008 -- frozen
    ) -> None:
        self._wire = transport
        self._settings = settings
        self._news = News(transport.name, bus)
        self._entropy = entropy
        self._queue = PrinterQueue()
        self._bell = asyncio.Event()
        self._free = asyncio.Event()  # no job is being written
        self._free.set()
        self._flows = Flows()
        self._speech = speech
        self._open = self._at_rest = False
        self._used_at = -math.inf
        self._stopping = self._cancelled = False
        self._interview = Interview(transport, settings)
        self._pulses = Pulses(transport, self._interview, speech)
        self._proof = Proof(self._interview, settings, self._news.say, self._send_kicks)
        self._pace = self._proof.pace

    @property
    def figures(self) -> PrinterFigures:
        return PrinterFigures.of(self._news, self._pulses, self._queue)

    @property
    def state(self) -> PrinterState:
        """``known`` is false while it is mute or away; away, ``online`` is too."""
        return self._news.state

    async def print(self, raw: bytes, *, deadline_s: float) -> Outcome:
        """Print one job; the outcome comes within about ``deadline_s`` seconds.

        Waiting for other jobs counts.  If the caller is cancelled, a job that
        has begun is printed to its end, one that has not is dropped.

        Returns:
            ``Delivered`` when every byte was taken, and where the printer
            answers it said that it has printed them; else ``Deferred`` with a
            code of ``agent.delivery.reasons``.
        """
        if self._stopping:
            return Deferred(Reason.STOPPING)
        job = self._queue.job(raw, deadline_s)
        if job is None:
            return Deferred(Reason.PRINTER_BUSY)
        self._bell.set()
        try:
            async with asyncio.timeout_at(job.expires):
                return await asyncio.shield(job.answer)
        except TimeoutError:
            if job.begun:
                return await asyncio.shield(job.answer)
            return Deferred(Reason.PRINTER_BUSY)
        finally:
            if not job.begun:
                self._queue.forget(job)

    def kick(self, raw: bytes) -> bool:
        """Send a pulse ahead of all that is not written; ``False``: too long, too many."""
        last, stopped = self._flows.last, self._news.stopped
        first = not self._queue.kicks
        if first and self._pulses.straight(raw, last, stopped=stopped):
            return True
        if taken := self._queue.kick(raw, behind=not self._free.is_set()):
            self._bell.set()
            self._flows.nudge()
        return taken

    def flow(self) -> Flow | None:
        """For a job that is still coming; ``None``: it is printed whole, in its turn."""
        busy = self._stopping or self._queue.jobs or not self._flows.room
        if busy or not self._open or trouble_of(self.state):
            return None
        if self._flows.current is None and not self._free.is_set():
            return None
        now = self._wire.write_now if self._unused() else None
        flow = self._flows.begin(now, self._pace)
        if flow is not None:
            flow.follow = self._pulses.follow
        self._bell.set()
        return flow

    def _unused(self) -> bool:
        """Nobody is on the wire, and it has not been cut."""
        free = self._at_rest or self._flows.current is not None
        return free and not self._queue.kicks and self._hears()

    def _hears(self) -> bool:
        """The far side has not hung up."""
        with contextlib.suppress(TransportError):
            self._interview.hear()
            return True
        return False

    async def stop(self, *, deadline_s: float = STOP_S) -> None:
        """Take no new jobs and print those that wait, as far as time allows.

        The rest is ``Deferred``.  ``run`` is to be cancelled after that.
        """
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(deadline_s):
                await self._queue.drained.wait()
        self._queue.dismiss()

    async def run(self) -> None:
        """Serve until cancelled; the job being written gets ``GRACE_S`` then."""
        self._cancelled = False
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._serve(), name="printer-wire")
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    self._cancelled = True
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(GRACE_S):
                            await self._free.wait()
                    raise
        finally:
            self._hang_up()
            self._queue.dismiss()

    # -- the wire, used by one task only -----------------------------------

    async def _serve(self) -> None:
        await self._tick()
        while not self._cancelled:
            if self._flows.current is not None:
                await self._serve_flow(self._flows.current)
            elif self._queue.kicks:
                await self._send_kicks()
            elif self._queue.jobs:
                await self._serve_job(self._queue.jobs[0])
            elif not await self._rest() and self._flows.current is None:
                await self._tick()

    async def _rest(self) -> bool:
        """Until the bell rings, or it is time to look at the printer."""
        self._at_rest = True
        try:
            return await self._rings_within(self._pause_s())
        finally:
            self._at_rest = False

    async def _rings_within(self, pause_s: float) -> bool:
        self._bell.clear()
        try:
            async with asyncio.timeout(pause_s):
                return await self._bell.wait()
        except TimeoutError:
            return False

    def _pause_s(self) -> float:
        if self._news.failures:
            return self._news.again_in_s(self._entropy)
        if self._pulses.opens:
            return min(DRAWER_STEP_S, self._settings.poll_s)
        if self._open and self._settings.idle_close_s is not None:
            return min(self._settings.idle_close_s, self._settings.poll_s)
        return self._settings.poll_s

    async def _tick(self) -> None:
        """Nothing to print: look at the printer; a shared one is let go of after that."""
        try:
            await self._reach(ask_the_mute=True)
            await self._proof.greet(self.state)
        except TransportError as problem:
            self._fall(problem)
        idle_close_s = self._settings.idle_close_s
        now_s = asyncio.get_running_loop().time()
        if idle_close_s is not None and now_s - self._used_at >= idle_close_s:
            self._hang_up()

    async def _send(self, kick: QueuedKick) -> None:
        at_work = not self._free.is_set()  # all of a job is written, then
        try:
            await self._line()
            stopped = self._news.stopped
            asks = self._pulses.differs(kick.raw)
            if asks and not (at_work or stopped or self._news.fresh):
                stopped = await self._interview.off_line() is not False
            said = self._pulses.said(kick.raw, at_work=at_work, stopped=stopped)
            await self._wire.write(said, stall_s=KICK_LIFE_S)
            self._pulses.went_out()
        except TransportError as problem:
            self._fall(problem)
            self._queue.dropped += 1
            log.warning("drawer kick dropped", extra={"fault": problem.fault})

    async def _serve_job(self, job: QueuedJob) -> None:
        job.begun = True
        self._free.clear()
        outcome: Outcome = Deferred(Reason.PRINTER_BUSY)
        try:
            if asyncio.get_running_loop().time() < job.expires:
                outcome = Deferred(Reason.PRINTER_LOST)
                outcome = await self._attempt(job)
        finally:
            self._queue.forget(job)
            self._release()
            if not job.answer.done():
                job.answer.set_result(outcome)

    def _release(self) -> None:
        """Nothing is being written any more."""
        self._free.set()
        self._used_at = asyncio.get_running_loop().time()

    async def _send_kicks(self) -> None:
        while kick := self._queue.first_kick():
            self._queue.kicks.popleft()
            await self._send(kick)

    async def _serve_flow(self, flow: Flow) -> None:
        """Write what comes while it comes; the line is known to be well."""
        self._free.clear()
        try:
            if not flow.begun:
                await self._send_kicks()
                await self._line()
            await self._pour(flow)
            self._interview.holds = flow.follower is not None
            self._interview.passed()
        except TransportError as problem:
            self._fall(problem)
        finally:
            self._flows.done()
            self._release()

    async def _pour(self, flow: Flow) -> None:
        stall_s = self._settings.stall_s
        await flow.pour(self._wire, lambda: self._say_aside(flow), stall_s=stall_s)

    async def _say_aside(self, flow: Flow) -> bool:
        """Pulses of others, where they do no harm; whether none waits any longer.

        Not by another connection than the job's; if this one breaks, behind it.
        """
        while kick := self._queue.first_kick():
            now = self._pulses.now(kick.raw, stopped=self._news.stopped)
            if (said := flow.aside(kick.raw, now)) is None:
                return False
            self._interview.hear()
            await self._wire.write(said, stall_s=KICK_LIFE_S)
            self._queue.kicks.popleft()
            self._pulses.went_out()
        return True

    async def _attempt(self, job: QueuedJob) -> Outcome:
        try:
            async with asyncio.timeout_at(job.expires):
                await self._reach()
                if trouble := trouble_of(self.state):
                    return Deferred(trouble)
                await self._write(job.raw)
                return await self._proof.of(job.raw, job.expires)
        except TimeoutError:
            reason = trouble_of(self.state) or Reason.PRINTER_STALLED
            self._fall(TransportError("stalled", "the time for the job is over"))
            return Deferred(reason)
        except TransportError as problem:
            self._fall(problem)
            return Deferred(Reason(problem.fault))

    async def _write(self, raw: bytes) -> None:
        """All of it, and what must not wait for its end.

        Raises:
            TransportError: as the wire's.
        """
        self._pulses.follow(raw)
        patience = Patience(self._settings.hold_s, self._news.stands)
        sheet = Sheet(raw, self._speech.finder(), patience, self._pace)
        self._flows.sheet = sheet
        if self._queue.kicks:
            sheet.nudge()
        try:
            await self._pour(sheet)
        finally:
            self._flows.sheet = None

    async def _reach(self, *, ask_the_mute: bool = False) -> None:
        """Have an open wire and a fresh state; a stale connection is replaced once.

        Raises:
            TransportError: ``unreachable``, ``silent``, ``lost``, ``stalled``.
        """
        if self._open:
            with contextlib.suppress(TransportError):
                await self._look(ask_the_mute=ask_the_mute)
                return
            self._hang_up()
        await self._line()
        await self._look(ask_the_mute=True)

    async def _look(self, *, ask_the_mute: bool) -> None:
        """Ask, where that makes sense, and tell everybody what changed."""
        interview = self._interview
        interview.hear()
        if not interview.allowed or (interview.mute and not ask_the_mute):
            self._news.say(MUTE if interview.mute else UNASKED)
            return
        state = await interview.look()
        if state is None and interview.has_answered:
            raise TransportError("silent", "it has answered before")
        self._news.say(state or MUTE)

    async def _line(self) -> None:
        """Have an open wire to a far side that has not hung up.

        Raises:
            TransportError: ``unreachable``.
        """
        if self._open and self._hears():
            return
        self._hang_up()
        await self._wire.open(within_s=self._settings.connect_s)
        self._open = True

    def _hang_up(self) -> None:
        self._wire.close()
        self._pace.lost()
        self._open = False

    def _fall(self, problem: TransportError) -> None:
        self._hang_up()
        self._news.went_away(problem)
