"""The real printer: one job at a time, whole, in the order in which they came.

``PrinterLink.run`` owns the wire.  It connects, asks the printer how it is
while nothing is to be printed, and prints what ``print`` was given, byte for
byte.  It adds nothing to a job but DLE EOT questions before and after it; it
never prints a job twice by itself, and never looks into one.

* A printer that says it cannot print gets nothing: ``Deferred`` at once.
* A printer that has never answered is taken for a mute one and printed to.  One
  that used to answer and is silent now is off: ``Deferred``, since the bytes
  would be lost (a serial line takes them all the same).
* A job that was torn (stall, lost connection) is ``Deferred``; the caller prints
  it again, whole, so a customer may find the start of a receipt above it.
* A drawer kick goes before all jobs, never inside one, and dies young: a drawer
  that opens by itself minutes later is worse than one that stays shut.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from typing import Final

from agent.bus import Bus
from agent.delivery.flow import Flow
from agent.delivery.outcome import Deferred, Delivered, Outcome
from agent.delivery.printer_interview import Interview
from agent.delivery.printer_queue import QueuedJob, QueuedKick
from agent.delivery.printer_status import trouble_of
from agent.delivery.reasons import Reason
from agent.delivery.settings import PrinterSettings
from agent.delivery.transports.base import Transport, TransportError
from agent.entropy import Entropy
from agent.events import Event, PrinterChanged, PrinterState
from agent.retry import Backoff

log = logging.getLogger(__name__)

MAX_QUEUED_JOBS: Final = 64
"""More than a till prints in ten minutes; their bytes are the store's anyway."""
MAX_QUEUED_KICKS: Final = 8
"""Both drawers, a POS that repeats the pulse up to five times, one to spare."""
MAX_KICK_BYTES: Final = 64
"""ESC p is 5 bytes, DLE DC4 1 is 5; a POS may send ESC = or ESC @ with it."""
KICK_LIFE_S: Final = 5.0
"""Older than this, a drawer kick is dropped instead of surprising somebody."""
GRACE_S: Final = 3.0
"""At cancellation, what the job being written may still take (a stop has 10 s)."""
STOP_S: Final = 5.0
"""What waiting jobs may take at a stop, unless the caller knows better."""
RECONNECT: Final = Backoff(base_s=0.5, cap_s=15.0)
"""While away.  A job does not wait for it, it tries at once."""
RECONNECT_AT_LEAST_S: Final = 0.1
"""Full jitter may draw 0; a refused connection costs a slice of the loop."""
CONFIRM_STEP_S: Final = 0.1
"""Between two looks at a printer that has the job but says it cannot print."""
CONFIRM_MARGIN_S: Final = 0.3
"""Kept of a deadline to say what is wrong before it is over."""
UNREACHABLE: Final = PrinterState(known=False, online=False)
MUTE: Final = PrinterState(known=False, online=True)


class PrinterLink:
    """A service, and the two ways to hand it bytes."""

    def __init__(
        self,
        transport: Transport,
        settings: PrinterSettings,
        bus: Bus[Event],
        entropy: Entropy,
    ) -> None:
        self._wire = transport
        self._settings = settings
        self._bus = bus
        self._entropy = entropy
        self._state = PrinterState()
        self._jobs: deque[QueuedJob] = deque()
        self._kicks: deque[QueuedKick] = deque()
        self._bell = asyncio.Event()
        self._free = asyncio.Event()  # no job is being written
        self._free.set()
        self._drained = asyncio.Event()  # and none waits
        self._drained.set()
        self._open = False
        self._flow: Flow | None = None
        self._failures = 0
        self._stopping = False
        self._cancelled = False
        self._interview = Interview(transport, settings)

    @property
    def name(self) -> str:
        return "printer"

    @property
    def state(self) -> PrinterState:
        """``known`` is false while it is mute or away; away, ``online`` is too."""
        return self._state

    async def print(self, raw: bytes, *, deadline_s: float) -> Outcome:
        """Print one job; the outcome comes within about ``deadline_s`` seconds.

        Waiting for other jobs counts.  If the caller is cancelled, a job that
        has begun is printed to its end, one that has not is dropped.

        Returns:
            ``Delivered`` when every byte was taken, and where the printer
            answers it said it can print after that; else ``Deferred`` with a
            code of ``agent.delivery.reasons``.
        """
        if self._stopping:
            return Deferred(Reason.STOPPING)
        if len(self._jobs) >= MAX_QUEUED_JOBS:
            return Deferred(Reason.PRINTER_BUSY)
        loop = asyncio.get_running_loop()
        job = QueuedJob(raw, loop.time() + deadline_s, loop.create_future())
        self._jobs.append(job)
        self._drained.clear()
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
                self._forget(job)

    def kick(self, raw: bytes) -> bool:
        """Send a drawer pulse ahead of all waiting jobs.

        Returns:
            False when it was not taken: too long, or too many are waiting.
        """
        if len(raw) > MAX_KICK_BYTES or len(self._kicks) >= MAX_QUEUED_KICKS:
            return False
        expires = asyncio.get_running_loop().time() + KICK_LIFE_S
        self._kicks.append(QueuedKick(raw, expires))
        self._bell.set()
        if self._flow is not None:
            self._flow.nudge()
        return True

    def flow(self) -> Flow | None:
        """The wire for a job that is still coming; ``None`` while there is better to do.

        Busy, in trouble or away: then a job is printed whole, in its turn.
        """
        busy = self._stopping or self._jobs or self._flow or not self._free.is_set()
        if busy or not self._open or trouble_of(self._state):
            return None
        self._flow = Flow()
        self._bell.set()
        return self._flow

    async def stop(self, *, deadline_s: float = STOP_S) -> None:
        """Take no new jobs and print those that wait, as far as time allows.

        The rest is ``Deferred``.  ``run`` is to be cancelled after that.
        """
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(deadline_s):
                await self._drained.wait()
        self._dismiss()

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
            self._dismiss()

    # -- the wire, used by one task only -----------------------------------

    async def _serve(self) -> None:
        await self._tick()
        while not self._cancelled:
            if self._kicks:
                await self._send(self._kicks.popleft())
            elif self._flow is not None:
                await self._serve_flow(self._flow)
            elif self._jobs:
                await self._serve_job(self._jobs[0])
            elif not await self._rings_within(self._pause_s()):
                await self._tick()

    async def _rings_within(self, pause_s: float) -> bool:
        self._bell.clear()
        try:
            async with asyncio.timeout(pause_s):
                return await self._bell.wait()
        except TimeoutError:
            return False

    def _pause_s(self) -> float:
        if self._failures:
            dice = int.from_bytes(self._entropy.draw(2), "big") / 65536
            return RECONNECT.delay_s(self._failures, dice, RECONNECT_AT_LEAST_S)
        if self._open and self._settings.idle_close_s is not None:
            return self._settings.idle_close_s
        return self._settings.poll_s

    async def _tick(self) -> None:
        """Nothing to print: look at the printer, or give its one connection back."""
        if self._open and self._settings.idle_close_s is not None:
            self._hang_up()
            return
        try:
            await self._reach(ask_the_mute=True)
        except TransportError as problem:
            self._fall(problem)

    async def _send(self, kick: QueuedKick) -> None:
        if asyncio.get_running_loop().time() > kick.expires:
            log.warning("drawer kick dropped, it waited too long")
            return
        try:
            await self._line()
            await self._wire.write(kick.raw, stall_s=KICK_LIFE_S)
        except TransportError as problem:
            self._fall(problem)
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
            self._forget(job)
            self._free.set()
            if not job.answer.done():
                job.answer.set_result(outcome)

    async def _send_kicks(self) -> None:
        while self._kicks:
            await self._send(self._kicks.popleft())

    async def _serve_flow(self, flow: Flow) -> None:
        """Write what comes while it comes; the line is known to be well."""
        self._free.clear()
        try:
            await self._line()
            await flow.pour(
                self._wire, self._send_kicks, stall_s=self._settings.stall_s
            )
        except TransportError as problem:
            self._fall(problem)
        finally:
            flow.fail()
            self._flow = None
            self._free.set()

    async def _attempt(self, job: QueuedJob) -> Outcome:
        try:
            async with asyncio.timeout_at(job.expires):
                await self._reach()
                if trouble := trouble_of(self._state):
                    return Deferred(trouble)
                await self._wire.write(job.raw, stall_s=self._settings.stall_s)
                await self._wire.settle(within_s=self._settings.stall_s)
                return await self._confirm(job.expires)
        except TimeoutError:
            reason = trouble_of(self._state) or Reason.PRINTER_STALLED
            self._fall(TransportError("stalled", "the time for the job is over"))
            return Deferred(reason)
        except TransportError as problem:
            self._fall(problem)
            return Deferred(Reason(problem.fault))

    async def _confirm(self, expires: float) -> Outcome:
        """The bytes are at the printer: wait until it can print them.

        A printer that ran out of paper within the job keeps the rest in its
        buffer and goes on by itself, so a new roll before the deadline saves
        the customer a second copy.  Drawers open meanwhile.
        """
        if not self._interview.allowed or self._interview.mute:
            return Delivered()
        loop = asyncio.get_running_loop()
        silence_ends = loop.time() + self._settings.confirm_s
        while True:
            state = await self._interview.ask()
            if state is None and loop.time() >= silence_ends:
                log.warning("the printer took a job and did not confirm it")
                return Delivered()
            if state is not None:
                self._say(state)
                trouble = trouble_of(state)
                if trouble is None:
                    return Delivered()
                if loop.time() + CONFIRM_MARGIN_S >= expires:
                    return Deferred(trouble)
            if self._kicks:
                await self._send(self._kicks.popleft())
            await self._rings_within(CONFIRM_STEP_S)

    async def _reach(self, *, ask_the_mute: bool = False) -> None:
        """Have an open wire and a fresh state; a stale connection is replaced once.

        Raises:
            TransportError: ``unreachable``, ``silent``, ``lost``, ``stalled``.
        """
        if self._open:
            try:
                await self._look(ask_the_mute=ask_the_mute)
            except TransportError:
                self._hang_up()
            else:
                return
        await self._line()
        await self._look(ask_the_mute=True)

    async def _look(self, *, ask_the_mute: bool) -> None:
        """Ask, where that makes sense, and tell everybody what changed."""
        interview = self._interview
        self._wire.discard_input()
        if not interview.allowed or (interview.mute and not ask_the_mute):
            self._say(MUTE)
            return
        state = await interview.ask()
        if state is None and interview.has_answered:
            raise TransportError("silent", "it has answered before")
        self._say(state or MUTE)

    async def _line(self) -> None:
        """Have an open wire to a far side that has not hung up.

        Raises:
            TransportError: ``unreachable``.
        """
        if self._open:
            try:
                self._wire.discard_input()
            except TransportError:
                self._hang_up()
            else:
                return
        await self._wire.open(within_s=self._settings.connect_s)
        self._open = True

    # -- book-keeping --------------------------------------------------------

    def _hang_up(self) -> None:
        self._wire.close()
        self._open = False

    def _fall(self, problem: TransportError) -> None:
        self._hang_up()
        self._failures += 1
        if self._failures == 1:
            log.warning(
                "printer went away",
                extra={"printer": self._wire.name, "fault": problem.fault},
            )
        self._tell(UNREACHABLE)

    def _say(self, state: PrinterState) -> None:
        """It was reached, and this is how it is."""
        if self._failures:
            log.info("printer is back", extra={"printer": self._wire.name})
        self._failures = 0
        self._tell(state)

    def _tell(self, state: PrinterState) -> None:
        if state != self._state:
            self._state = state
            self._bus.publish(PrinterChanged(state))

    def _forget(self, job: QueuedJob) -> None:
        with contextlib.suppress(ValueError):
            self._jobs.remove(job)
        if not self._jobs:
            self._drained.set()

    def _dismiss(self) -> None:
        for job in [job for job in self._jobs if not job.begun]:
            self._forget(job)
            if not job.answer.done():
                job.answer.set_result(Deferred(Reason.STOPPING))
