"""A queue of CUPS as a printer: python-escpos' ``CupsPrinter`` on a thread.

What is written up to ``settle`` is a job of its own, raw; a drawer pulse is one by
itself.  A queue understands no questions, so its state
answers in the printer's place: DLE EOT n as a printer would, by CUPS' reasons
(``media-empty``, ``cover-open``, a stopped queue), and GS r 1 once the job before it is
completed.  So the printer link needs to know nothing of CUPS.

* A job that is given up (DLE DC4 fn 8), another one that comes, a wire that is closed:
  what still waits is cancelled, for it is printed again or elsewhere.
* One that CUPS aborted is ``lost``.  One that somebody cancelled there is over: they meant
  it.
* A drawer pulse is not left in a queue that stands: it would open the drawer later.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from typing import Any, Final, TypeVar

from agent.delivery.printer_clearing import CLEAR
from agent.delivery.printer_status import MARK, QUERIES
from agent.delivery.settings import CupsLink
from agent.delivery.transports import drivers
from agent.delivery.transports.base import TransportError, nothing
from agent.delivery.transports.thread import DriverThread

T = TypeVar("T")

PULSES: Final = (b"\x1bp", b"\x10\x14\x01", b"\x10\x14\x02", b"\x07", b"\x1b\x07")
"""ESC p, DLE DC4 fn 1 and 2, and a Star's BEL and ESC BEL."""
ASK_S: Final = 3.0
"""For a question to the scheduler on this machine."""
OWN_SCHEME: Final = "receipt-agent:"
_OURS: Final = "this queue prints to ourselves; name the real printer's"
STOPPED: Final = 5
"""printer-state (RFC 8011, 5.4.11)."""
CANCELED, ABORTED, COMPLETED = 7, 8, 9
"""job-state (RFC 8011, 5.3.7)."""
OVER: Final = frozenset({CANCELED, ABORTED, COMPLETED})
_NUMBER_OF: Final = {query: number for number, query in QUERIES.items()}
_WELL: Final = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
"""Answers of a printer that is well and whose drawer is shut."""
_REASONS: Final = (
    ("media-empty", {1: 0x08, 2: 0x20, 4: 0x60}),
    ("media-needed", {1: 0x08, 2: 0x20, 4: 0x60}),
    ("cover-open", {1: 0x08, 2: 0x04}),
    ("door-open", {1: 0x08, 2: 0x04}),
    ("media-jam", {1: 0x08, 2: 0x40, 3: 0x04}),
    ("media-low", {4: 0x0C}),
    ("offline", {1: 0x08}),
    ("connecting-to-device", {1: 0x08}),
    ("timed-out", {1: 0x08}),
    ("paused", {1: 0x08}),
    ("shutdown", {1: 0x08}),
)
"""printer-state-reasons (RFC 8011, 5.4.12) as bits of DLE EOT 1 to 4."""


class CupsTransport:
    """Implements ``Transport``."""

    _titles = itertools.count(1)

    def __init__(self, link: CupsLink) -> None:
        self._link = link
        self._thread: DriverThread | None = None
        self._printer: Any = None
        self._pending: str | None = None
        """The title of a job that CUPS has not completed."""
        self._held = bytearray()
        """Of a job that is still being written."""
        self._answers = b""
        self._marks = 0
        """Questions behind the job that are not answered."""

    @property
    def name(self) -> str:
        return self._link.written

    @property
    def hears(self) -> bool:
        return True

    async def open(self, *, within_s: float) -> None:
        self._leave()
        thread = DriverThread("printer-cups")
        try:
            self._printer = await thread.call(self._connected, within_s=within_s)
        except BaseException as error:
            thread.leave()
            raise _unreachable(error) from error
        self._thread = thread

    def write_now(self, raw: bytes) -> int:
        del raw
        return 0

    async def write(self, raw: bytes, *, stall_s: float) -> None:
        if (number := _NUMBER_OF.get(raw)) is not None:
            reasons = await self._do(_reasons, ASK_S)
            self._answers += bytes((answer(number, reasons),))
        elif raw == MARK:
            self._marks += 1
        elif raw == CLEAR:
            await self._drop()
        elif raw.startswith(PULSES) and not self._held:
            await self._pulse(raw, stall_s)
        else:
            self._held += raw

    async def settle(
        self, *, within_s: float, behind: Callable[[], int] = nothing
    ) -> None:
        del behind
        if self._held:
            raw, self._held = bytes(self._held), bytearray()
            await self._job(raw, within_s)

    async def read(self, *, within_s: float) -> bytes:
        del within_s  # all that there is to hear is known at once
        if self._marks and await self._is_over():
            self._answers += b"\0" * self._marks
            self._marks = 0
        heard, self._answers = self._answers, b""
        return heard

    def discard_input(self) -> bytes:
        if self._thread is None:
            raise TransportError("lost", "not open")
        heard, self._answers = self._answers, b""
        return heard

    def close(self) -> None:
        pending, self._pending = self._pending, None
        printer, thread = self._printer, self._thread
        if thread is None:
            return
        thread.close(lambda: _let_go(printer, pending))
        self._forget()

    def _leave(self) -> None:
        """Open anew, and go on waiting for the job that is in the queue."""
        printer = self._printer
        if self._thread is not None:
            self._thread.close(lambda: _let_go(printer, None))
        self._forget()

    def _forget(self) -> None:
        self._thread = self._printer = None
        self._answers, self._marks = b"", 0
        self._held = bytearray()

    async def _job(self, raw: bytes, within_s: float) -> None:
        await self._drop()
        title = f"receipt-agent {next(self._titles)}"
        self._pending = title
        await self._do(lambda at: _submit(at, title, raw), within_s)

    async def _pulse(self, raw: bytes, within_s: float) -> None:
        if self._pending is not None or await self._do(_stands, ASK_S):
            raise TransportError("stalled", "the queue would open the drawer later")
        title = f"receipt-agent {next(self._titles)}"
        await self._do(lambda at: _submit(at, title, raw), within_s)

    async def _drop(self) -> None:
        pending, self._pending = self._pending, None
        self._marks = 0
        if pending is not None:
            await self._do(lambda at: _cancel(at, pending), ASK_S)

    async def _is_over(self) -> bool:
        pending = self._pending
        if pending is None:
            return True
        state = await self._do(lambda at: _state(at, pending), ASK_S)
        if state not in OVER:
            return False
        self._pending = None
        if state == ABORTED:
            raise TransportError("lost", "CUPS aborted the job")
        return True

    async def _do(self, work: Callable[[Any], T], within_s: float) -> T:
        thread, printer = self._thread, self._printer
        if thread is None:
            raise TransportError("lost", "not open")
        try:
            return await thread.call(lambda: work(printer), within_s=within_s)
        except TimeoutError as error:
            raise TransportError("stalled", "CUPS does not answer") from error
        except TransportError:
            raise
        except Exception as error:
            raise TransportError("lost", _said(error)) from error

    def _connected(self) -> Any:
        made = drivers.driver("cups")
        where = {"host": self._link.host, "port": self._link.port}
        given = {key: value for key, value in where.items() if value}
        printer = made(self._link.queue, **given)
        try:
            printer.open()
            _refuse_ourselves(printer)
        except Exception:
            _let_go(printer, None)
            raise
        return printer


def answer(number: int, reasons: Collection[str]) -> int:
    """What a printer in that state answers to DLE EOT ``number``."""
    said = _WELL[number]
    for reason, bits in _REASONS:
        if any(each.startswith(reason) for each in reasons):
            said |= bits.get(number, 0)
    return said


def _refuse_ourselves(printer: Any) -> None:
    """A queue on our own backend would bring every job back for ever."""
    uri = printer.printers[printer.printer_name].get("device-uri", "")
    if uri.startswith(OWN_SCHEME):
        raise TransportError("unreachable", _OURS)


def _reasons(printer: Any) -> frozenset[str]:
    found = printer.printers.get(printer.printer_name)
    if found is None:
        raise TransportError("lost", "the queue is gone")
    said = found.get("printer-state-reasons") or []
    told = {said} if isinstance(said, str) else set(said)
    return frozenset(
        told | ({"offline"} if found.get("printer-state") == STOPPED else set())
    )


def _stands(printer: Any) -> bool:
    return bool(answer(1, _reasons(printer)) & 0x08)


def _submit(printer: Any, title: str, raw: bytes) -> None:
    printer.open(job_name=title)
    printer._raw(raw)  # noqa: SLF001 -- python-escpos' own way to send bytes
    printer.send()


def _state(printer: Any, title: str) -> int:
    """job-state of our job; one that CUPS has forgotten was completed long ago."""
    wanted = ["job-id", "job-name", "job-state"]
    jobs = printer.device.getJobs(which_jobs="all", requested_attributes=wanted)
    states = [job["job-state"] for job in jobs.values() if job.get("job-name") == title]
    return int(states[-1]) if states else COMPLETED


def _cancel(printer: Any, title: str) -> None:
    jobs = printer.device.getJobs(
        which_jobs="not-completed", requested_attributes=["job-id", "job-name"]
    )
    for number, job in jobs.items():
        if job.get("job-name") == title:
            printer.device.cancelJob(number)


def _let_go(printer: Any, pending: str | None) -> None:
    """What waits would come out beside the copy that is printed elsewhere."""
    try:
        if pending is not None:
            _cancel(printer, pending)
    finally:
        printer.tmpfile.close()  # python-escpos keeps one open between jobs


def _unreachable(error: BaseException) -> BaseException:
    if isinstance(error, TransportError) or not isinstance(error, Exception):
        return error
    if isinstance(error, TimeoutError):
        return TransportError("unreachable", "CUPS does not answer")
    return TransportError("unreachable", _said(error))


def _said(error: Exception) -> str:
    return str(error).replace("\n", " ") or type(error).__name__
