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
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from agent.bus import Bus
from agent.clock import Clock
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.errors import StoreError
from agent.events import CounterChanged, Event, LogGrew
from agent.ids import JobId, ReceiptId
from agent.intake.raw import without
from agent.pipeline.entries import Scribe
from agent.store.records import (
    Change,
    Job,
    JobState,
    MarkHandedOver,
    SettleJob,
)

log = logging.getLogger(__name__)

MAX_SHEETS: Final = 5_000
"""More than a day's receipts; the rest stays due in the store until a restart."""
KEEP_RAW_SHEETS: Final = 16
"""That many carry their bytes; the others are read from the store in their turn."""
PRINT_DEADLINE_S: Final = 60.0
"""A long receipt at 9600 baud takes ten seconds."""
RETRY_S: Final = 2.0
"""A person who closes the cover does not wait longer for the paper."""


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


@dataclass(frozen=True, slots=True)
class Sheet:
    """Something to print.

    ``job`` is ``None`` for what never reached the store; then ``raw`` is all
    there is.  ``prelude`` goes before (a DUPLICATA mark), ``forwarded`` was
    sent already.  ``copy`` is 0 for the original.
    """

    rule: str
    job: JobId | None
    raw: bytes | None
    forwarded: tuple[tuple[int, int], ...] = ()
    prelude: bytes = b""
    receipt: ReceiptId | None = None
    copy: int = 0


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
        self._sheets: asyncio.Queue[Sheet] = asyncio.Queue(MAX_SHEETS)
        self._current: Sheet | None = None
        self.stuck: str = ""
        """Why the first sheet does not get printed, or empty."""
        self.on_printed: Callable[[Sheet], None] = lambda _sheet: None

    def put(self, sheet: Sheet) -> None:
        """Line a sheet up.  With the line full it stays due in the store."""
        if sheet.job is not None and self._sheets.qsize() >= KEEP_RAW_SHEETS:
            sheet = Sheet(
                sheet.rule,
                sheet.job,
                None,
                sheet.forwarded,
                sheet.prelude,
                sheet.receipt,
                sheet.copy,
            )
        try:
            self._sheets.put_nowait(sheet)
        except asyncio.QueueFull:
            log.warning(
                "paper lane is full, sheet stays due", extra={"rule": sheet.rule}
            )

    async def print_unkept(self, raw: bytes) -> None:
        """Print what the store could not keep; returns when the printer has it.

        It waits in the line like the rest, and the POS with it: a till whose
        store and printer are both gone has a busy printer.
        """
        sheet = Sheet("R00", None, raw)
        await self._sheets.put(sheet)
        await self._sheets.join()

    async def run(self) -> None:
        """Print until cancelled."""
        if self._current is not None:
            await self._finish(self._current)
        while True:
            self._current = await self._sheets.get()
            await self._finish(self._current)

    async def drained(self, within_s: float) -> bool:
        """Whether everything in the line was printed within that time."""
        try:
            async with asyncio.timeout(within_s):
                await self._sheets.join()
        except TimeoutError:
            return False
        return True

    async def _finish(self, sheet: Sheet) -> None:
        raw = await self._bytes_of(sheet)
        if raw is None:
            # Unreadable now: it stays due, and a restart tries again.
            self._current = None
            self._sheets.task_done()
            return
        while raw:
            outcome = await self._printer.print(raw, deadline_s=PRINT_DEADLINE_S)
            match outcome:
                case Delivered():
                    self._say_stuck("")
                    break
                case Deferred(reason=reason) | Refused(reason=reason):
                    self._say_stuck(reason)
                    await self._clock.sleep(RETRY_S)
        self._current = None
        self._sheets.task_done()
        await self._note(sheet)
        self.on_printed(sheet)

    async def _bytes_of(self, sheet: Sheet) -> bytes | None:
        """The document and what followed its cut, less what was forwarded."""
        raw, tails = sheet.raw, b""
        if sheet.job is not None:
            try:
                if raw is None:
                    raw = await self._shelf.job_raw(sheet.job)
                tails = await self._tails(sheet)
            except StoreError:
                log.exception("store gave no bytes to print")
        if raw is None:
            return None
        return sheet.prelude + without(raw, sheet.forwarded) + tails

    async def _tails(self, sheet: Sheet) -> bytes:
        parts = []
        for tail in await self._shelf.tails(sheet.job) if sheet.job else ():
            # One that is not settled yet, or due, prints itself after us.
            if tail.state in _WAITED or (sheet.copy and tail.state in _DONE):
                raw = await self._shelf.job_raw(tail.id) or b""
                parts.append(without(raw, tail.forwarded))
                await self._shelf.commit(
                    SettleJob(tail.id, JobState.PRINTED, sheet.rule)
                )
        return b"".join(parts)

    async def _note(self, sheet: Sheet) -> None:
        changes: list[Change] = []
        if sheet.job is not None:
            changes.append(SettleJob(sheet.job, JobState.PRINTED, sheet.rule))
        if sheet.receipt is not None:
            changes.append(MarkHandedOver(sheet.receipt, printed=True))
            changes.append(self._scribe.delivered(sheet.receipt, "paper", sheet.copy))
        if not changes:
            return
        try:
            await self._shelf.commit(*changes)
        except StoreError:
            log.exception("printed, but the store does not know")
        if sheet.receipt is not None:
            self._bus.publish(LogGrew())

    def _say_stuck(self, reason: str) -> None:
        if reason != self.stuck:
            self.stuck = reason
            log.warning("printer %s", "waits" if reason else "prints again")
            self._bus.publish(CounterChanged())
