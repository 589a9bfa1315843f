"""The paper lane: sheets go to the printer one after the other, until it took them.

A sheet that the printer cannot take now (no paper, no cable) stays first in
line and is tried again; the ones behind it wait, as they would at the printer
itself.  What a sheet is about stays ``paper_due`` in the store until then, so
a restart takes it up again.  A crash between the last byte and the note that
it was printed prints it twice: paper is at least once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from agent.bus import Bus
from agent.clock import Clock
from agent.delivery.outcome import Delivered, Outcome
from agent.delivery.reasons import Reason
from agent.errors import StoreError
from agent.events import CounterChanged, Event, LogGrew
from agent.ids import JobId, ReceiptId
from agent.intake.raw import without
from agent.pipeline.entries import Scribe
from agent.pipeline.noting import Noting
from agent.store.damage import DamagedRecord
from agent.store.records import Change, Job, JobState, LetPass, Passed, SettleJob

log = logging.getLogger(__name__)

MAX_SHEETS: Final = 5_000
"""More than a day's receipts; the rest stays due in the store until a restart."""
KEEP_RAW_BYTES: Final = 8 << 20
"""So much the waiting sheets carry; the others' bytes are read from the store."""
PRINT_DEADLINE_S: Final = 660.0
"""For a printer that has a job and waits for a roll (``hold_s``), and a minute more."""
SLOWEST_BYTES_S: Final = 100.0
"""1200 baud; on top of the deadline.  No progress is the printer link's affair."""
RETRY_S: Final = 2.0
"""A person who closes the cover does not wait longer for the paper."""
TORN_TRIES: Final = 3
"""A sheet that was torn so often lets the others go first."""
_TORN: Final = frozenset({Reason.PRINTER_STALLED, Reason.PRINTER_LOST})
_WAITED: Final = frozenset({JobState.HELD, JobState.NO_PAPER})
_DONE: Final = frozenset({JobState.PRINTED})


class Printer(Protocol):
    """The real printer; see :class:`agent.delivery.printer.PrinterLink`."""

    async def print(self, raw: bytes, *, deadline_s: float) -> Outcome: ...


class Shelf(Protocol):
    """The part of the store that the lane needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def job_raw(self, job: JobId) -> bytes | None: ...

    async def tails(self, job: JobId) -> list[Job]: ...

    async def passing(self, job: JobId) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """Something to print.

    ``job`` is ``None`` for what never reached the store; then ``raw`` is all
    there is.  ``prelude`` goes before (a DUPLICATA mark), ``forwarded`` was
    sent already.  ``copy`` is 0 for the original.  ``taken`` is told when the
    printer has it, or when there is no hope left that it will.
    """

    rule: str
    job: JobId | None
    raw: bytes | None
    forwarded: tuple[tuple[int, int], ...] = ()
    prelude: bytes = b""
    receipt: ReceiptId | None = None
    copy: int = 0
    then: tuple[Change, ...] = ()
    """What the store is to know once it is printed."""
    taken: asyncio.Future[None] | None = None


@dataclass(frozen=True, slots=True)
class _Whole:
    """A sheet's bytes, and the tails that went into them."""

    raw: bytes
    tails: tuple[JobId, ...] = ()


async def _not_drawn(_sheet: Sheet) -> bytes:
    """Nobody is there who could."""
    await asyncio.sleep(0)
    return b""


class PaperLane:
    """A queue of one printer.  A service."""

    name = "paper lane"

    def __init__(
        self,
        printer: Printer,
        shelf: Shelf,
        scribe: Scribe,
        clock: Clock,
        bus: Bus[Event],
    ) -> None:
        self._printer = printer
        self._shelf = shelf
        self._scribe = scribe
        self._clock = clock
        self._bus = bus
        self.noting = Noting(shelf, clock, bus)
        self._sheets: asyncio.Queue[Sheet] = asyncio.Queue(MAX_SHEETS)
        self._current: Sheet | None = None
        self._drawn: tuple[Sheet, bytes] | None = None
        """What a sheet is whose bytes are gone."""
        self._closed = False
        self._raw_bytes = 0
        self._standing = b""
        """What was let pass last, if no sheet came after it."""
        self._owed = 0
        self.stuck: str = ""
        """Why the first sheet does not get printed, or empty."""
        self.keeps = True
        """The store took the last job."""
        self.on_trouble: Callable[[], None] = lambda: None
        """One of these two is different."""
        self.on_unkept: Callable[[], None] = lambda: None
        """A document came that is printed without being kept."""
        self.on_printed: Callable[[Sheet], None] = lambda _sheet: None
        self.redrawn: Callable[[Sheet], Awaitable[bytes]] = _not_drawn
        """The paper of a sheet whose bytes are gone; nothing: it cannot be made."""

    def put(self, sheet: Sheet) -> None:
        """Line a sheet up.  With the line full it stays due in the store."""
        self._standing = b""
        size = len(sheet.raw or b"")
        if sheet.job is not None and self._raw_bytes + size > KEEP_RAW_BYTES:
            sheet, size = replace(sheet, raw=None), 0
        try:
            self._sheets.put_nowait(sheet)
            self._raw_bytes += size
            self._owed += _owes(sheet)
        except asyncio.QueueFull:
            log.warning("paper lane is full, sheet stays due")

    async def let_pass(
        self, raw: bytes, job: JobId, forwarded: tuple[tuple[int, int], ...]
    ) -> None:
        """What the printer is to know from now on; once, while nothing else is printed.

        A POS that defines its logo in every receipt, none of which is printed, would
        keep a slow line busy for seconds each time.
        """
        if raw == self._standing:
            return
        try:
            await self._shelf.commit(LetPass(job, raw, forwarded))
        except StoreError:
            log.exception("what passes is not kept, a restart may lose it")
        self._pass(raw, job)

    async def pass_again(self, job: JobId) -> None:
        """What an earlier run let pass of a job and the printer has not got."""
        try:
            raw = await self._shelf.passing(job)
        except StoreError:
            log.exception("what was let pass cannot be read, it is left out")
            return
        if raw is not None:
            self._pass(raw, job)

    def _pass(self, raw: bytes, job: JobId) -> None:
        self.put(Sheet("R01", None, raw, then=(Passed(job),)))
        self._standing = raw

    async def print_unkept(self, raw: bytes) -> None:
        """Print what the store could not keep; returns when the printer has it.

        It waits in the line like the rest, and the POS with it: a till whose
        store and printer are both gone has a busy printer.
        """
        self.say_keeps(keeps=False)
        if self._closed:
            log.error("a job could be neither kept nor printed")
            return
        taken = asyncio.get_running_loop().create_future()
        await self._sheets.put(Sheet("R00", None, raw, taken=taken))
        self._raw_bytes += len(raw)
        self._owed += 1
        await taken

    async def run(self) -> None:
        """Print until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.noting.run())
            await self._print_all()

    async def _print_all(self) -> None:
        if self._current is not None:
            await self._finish(self._current)
        while True:
            self._current = await self._sheets.get()
            await self._finish(self._current)

    @property
    def waiting(self) -> int:
        """Sheets in line, with the one at the printer."""
        return self._sheets.qsize() + (self._current is not None)

    @property
    def owed(self) -> bool:
        """Some sheet has bytes that are not on paper."""
        return self._owed > 0

    async def drained(self, within_s: float) -> bool:
        """Whether everything in the line was printed within that time."""
        try:
            async with asyncio.timeout(within_s):
                await self._sheets.join()
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Nobody waits any longer for paper that does not come."""
        await self.noting.again()
        self._closed = True
        waiting = [self._current] if self._current else []
        while not self._sheets.empty():
            waiting.append(self._sheets.get_nowait())
        lost = [sheet for sheet in waiting if sheet.taken and not sheet.taken.done()]
        for sheet in lost:
            log.error("a job could be neither kept nor printed")
            _tell(sheet)

    async def _finish(self, sheet: Sheet) -> None:
        whole = await self._print(sheet)
        self._current = None
        self._raw_bytes -= len(sheet.raw or b"")
        self._owed -= _owes(sheet)
        self._sheets.task_done()
        if whole is None:
            return
        self._say_stuck("")
        log.info(
            "sheet printed",
            extra={
                "job": str(sheet.job or ""),
                "rule": sheet.rule,
                "copy": sheet.copy,
                "bytes": len(whole.raw),
            },
        )
        _tell(sheet)
        await self._note(sheet, whole)
        self.on_printed(sheet)

    async def _print(self, sheet: Sheet) -> _Whole | None:
        """Until the printer has it; ``None``: not now, or never."""
        torn = 0
        while True:
            try:
                whole = await self._whole_or_drawn(sheet)
            except StoreError:
                log.exception("store gives no bytes to print")
                reason = "store"
            else:
                if whole is None or not whole.raw:
                    return whole  # nothing to print, or it went out while it came
                deadline_s = PRINT_DEADLINE_S + len(whole.raw) / SLOWEST_BYTES_S
                outcome = await self._printer.print(whole.raw, deadline_s=deadline_s)
                if isinstance(outcome, Delivered):
                    return whole
                reason = outcome.reason
            torn += reason.partition(":")[0] in _TORN
            self._say_stuck(reason)
            if torn >= TORN_TRIES and not self._sheets.empty():
                log.warning("a sheet is torn again and again, others go first")
                self._sheets.put_nowait(sheet)
                self._raw_bytes += len(sheet.raw or b"")
                self._owed += _owes(sheet)
                return None
            await self._clock.sleep(RETRY_S)

    async def _whole_or_drawn(self, sheet: Sheet) -> _Whole | None:
        """``None``: nobody knows what stood on it."""
        if self._drawn is None or self._drawn[0] is not sheet:
            try:
                return await self._whole(sheet)
            except DamagedRecord:
                log.exception("the bytes of a sheet are gone")
            self._drawn = sheet, await self.redrawn(sheet)
        raw = self._drawn[1]
        if not raw:
            log.error("a sheet cannot be drawn again, it is left out")
            return None
        return _Whole(raw)

    async def _whole(self, sheet: Sheet) -> _Whole:
        """The document and what followed its cut, less what was forwarded."""
        raw, tails, after = sheet.raw, [], []
        if sheet.job is not None:
            if raw is None:
                raw = await self._shelf.job_raw(sheet.job)
            if raw is None:
                raise DamagedRecord(f"job {sheet.job}")
            for tail in await self._tails(sheet.job, again=bool(sheet.copy)):
                its = await self._tail_raw(tail)
                if its is not None:
                    tails.append(tail.id)
                    after.append(without(its, tail.forwarded))
        document = without(raw or b"", _sent(sheet, len(raw or b"")))
        return _Whole(b"".join((sheet.prelude, document, *after)), tuple(tails))

    async def _tails(self, job: JobId, *, again: bool) -> list[Job]:
        """A feed and a cut are not worth the receipt: without them if need be."""
        try:
            found = await self._shelf.tails(job)
        except StoreError:
            log.exception("store does not say what followed a job")
            return []
        # One that is not settled yet, or due, prints itself after us.
        return [
            tail
            for tail in found
            if tail.state in _WAITED or (again and tail.state in _DONE)
        ]

    async def _tail_raw(self, tail: Job) -> bytes | None:
        try:
            return await self._shelf.job_raw(tail.id)
        except StoreError:
            log.exception("what followed a job cannot be read, it is left out")
            return None

    async def _note(self, sheet: Sheet, whole: _Whole) -> None:
        jobs = whole.tails if sheet.job is None else (*whole.tails, sheet.job)
        changes: list[Change] = [
            SettleJob(job, JobState.PRINTED, sheet.rule) for job in jobs
        ]
        changes += sheet.then
        if sheet.receipt is not None:
            changes.append(self._scribe.delivered(sheet.receipt, "paper", sheet.copy))
        if not changes:
            return
        await self.noting.note(*changes)
        if sheet.receipt is not None:
            self._bus.publish(LogGrew())

    def say_keeps(self, *, keeps: bool) -> None:
        """Whether the store took the job that just came."""
        if keeps != self.keeps:
            self.keeps = keeps
            self._say_trouble()

    def _say_stuck(self, reason: str) -> None:
        if reason != self.stuck:
            self.stuck = reason
            log.warning("printer %s", "waits" if reason else "prints again")
            self._say_trouble()

    def _say_trouble(self) -> None:
        self.on_trouble()
        self._bus.publish(CounterChanged())


def _sent(sheet: Sheet, size: int) -> list[tuple[int, int]]:
    """Ranges to leave out.

    Of a job that went to the printer while it came all of it was sent; a copy of it
    leaves out the drawer's pulses only.
    """
    return [each for each in sheet.forwarded if not (sheet.copy and each == (0, size))]


def _owes(sheet: Sheet) -> bool:
    """False when all of it went to the printer while it came."""
    whole = (0, len(sheet.raw)) if sheet.raw is not None else None
    return bool(sheet.copy or sheet.prelude) or whole not in sheet.forwarded


def _tell(sheet: Sheet) -> None:
    if sheet.taken is not None and not sheet.taken.done():
        sheet.taken.set_result(None)
