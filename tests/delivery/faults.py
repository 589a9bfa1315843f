"""What may go wrong at the printer and at an SMS carrier, played on real sockets and ttys.

``python -m tests.delivery.faults [FILE]`` plays it and writes two tables of
``docs/delivery-faults.md``; :mod:`tests.delivery.test_faults` holds them.  Paper: the lane and
the printer link as they are, before a simulated printer that keeps what it has not printed.
Only the lane's naps are shorter.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from agent.bus import Bus
from agent.clock import SystemClock
from agent.delivery import printer_backup
from agent.delivery.places import Speech
from agent.delivery.printer import PrinterLink
from agent.delivery.printer_backup import Printers
from agent.delivery.reasons import wording
from agent.delivery.sms import note
from agent.delivery.transports.opening import transport_for
from agent.events import Event
from agent.ids import JobId
from agent.intake.aside import Seams, in_real_time
from agent.pipeline import lane
from agent.pipeline.entries import Scribe
from agent.pipeline.lane import PaperLane, Sheet
from agent.pipeline.signs import trouble
from agent.store.records import AcceptJob, Job, Parcel, ParcelState
from hardware_sim.flaky_net import FlakyNet
from hardware_sim.gateways import Weather
from hardware_sim.printer import ThermalPrinter
from tests.delivery.rig import quick
from tests.delivery.sms_rigs import NUMBER, TEXT, Radio, Way, Web, way_out
from tests.delivery.test_dispatcher import FakeChannel, Rig
from tests.fakes.clock import FakeClock
from tests.fakes.entropy import FakeEntropy
from tests.fakes.shelf import FakeShelf
from tests.store.builders import opened

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "delivery-faults.md"
DEADLINE_S: Final = 30.0
HEAD, END = b"BOUCHERIE MARTIN\n", b"TOTAL 12,30\n\x1dV\x00"
LINES: Final = b"".join(b"LIGNE %03d\n" % n for n in range(120))
RECEIPT: Final = b"\x1b@" + HEAD + LINES + END
LONG: Final = b"\x1b@" + HEAD + LINES * 150 + END
"""More than the printer and the kernel between hold."""


# -- paper ------------------------------------------------------------------------------


@dataclass(slots=True)
class Paper:
    """What came out of it.  ``torn``: beginnings without an end."""

    whole: int = 0
    torn: int = 0
    elsewhere: int = 0
    """Whole ones out of the second printer."""
    reasons: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class HastyClock(SystemClock):
    """The lane naps a twentieth of its time."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 20)


def _seams() -> Seams:
    return Seams(star=False)


class Lane:
    """A till's way to its printer, and eyes on it."""

    def __init__(self, printer: ThermalPrinter, second: ThermalPrinter) -> None:
        self.printer, self.second = printer, second
        self.bus: Bus[Event] = Bus()
        self.shelf = FakeShelf()
        self.net: FlakyNet | None = None
        self.out = Paper()
        self.printed = 0

    def build(self, *, spare: bool = False, **settings: Any) -> None:
        clock = HastyClock()
        port = self.net.port if self.net else self.printer.port
        first = self._link(port, self.bus, settings)
        other = self._link(self.second.port, Bus(), settings) if spare else None
        self.printers = Printers(first, other, 0.3, clock, self.bus)
        scribe = Scribe(clock, FakeEntropy())
        self.lane = PaperLane(self.printers, self.shelf, scribe, clock, self.bus)
        self.lane.on_printed = self._counted

    @staticmethod
    def _link(port: int, bus: Bus[Event], settings: dict[str, Any]) -> PrinterLink:
        given = {"confirm_s": 2, "hold_s": 60, "stall_s": 1.5} | settings
        chosen = quick(f"tcp://127.0.0.1:{port}", **given)
        wire, speech = transport_for(chosen.wire), Speech(in_real_time, _seams)
        return PrinterLink(wire, chosen, bus, FakeEntropy(), speech)

    def _counted(self, _sheet: Sheet) -> None:
        self.printed += 1

    async def prints(self, raw: bytes) -> None:
        job = Job(JobId(UUID(int=1)), "tcp", 0, "cut", "document")
        await self.shelf.commit(AcceptJob(job, raw))
        self.lane.put(Sheet("R03", job.id, raw))

    @asynccontextmanager
    async def runs(self) -> AsyncGenerator[None]:
        tasks = [
            asyncio.create_task(run())
            for run in (self.printers.run, self.lane.run, self._watch)
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    async def _watch(self) -> None:
        """What the lane waits for and what the screens say, each once."""
        while True:
            why, state = self.lane.stuck, self.printers.state
            notice = trouble(state, stuck=bool(why), keeps=True)
            if why and why not in self.out.reasons:
                self.out.reasons.append(why)
            if notice and notice.says.fr not in self.out.said:
                self.out.said.append(notice.says.fr)
            await asyncio.sleep(0.01)

    async def until(self, true: Callable[[], Any]) -> None:
        ends = time.monotonic() + DEADLINE_S
        while not true():
            if time.monotonic() > ends:
                raise AssertionError(f"it never came true: {self.printer!r}")
            await asyncio.sleep(0.01)

    async def begun(self) -> None:
        await self.until(lambda: len(self.printer.paper_bytes) > 200)

    async def done(self) -> None:
        """The lane has it, and the printer has nothing left."""
        await self.until(lambda: self.printed == 1)
        await self.until(lambda: not self.printer.buffered_bytes)
        paper = bytes(self.printer.paper_bytes)
        self.out.whole = paper.count(END)
        self.out.torn = paper.count(HEAD) - self.out.whole
        self.out.elsewhere = bytes(self.second.paper_bytes).count(END)


Play = Callable[[Lane], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    play: Play
    settings: dict[str, Any] = field(default_factory=dict)
    spare: bool = False
    net: bool = False
    """There is a network between, which can be turned."""
    starts: Callable[[ThermalPrinter], Any] = lambda _printer: None


async def _no_paper_before(at: Lane) -> None:
    await at.prints(RECEIPT)
    await at.until(lambda: at.out.reasons)
    at.printer.turn(paper_out=False)


def _within(raw: bytes, **breaks: Any) -> Play:
    """Something breaks in the middle of a job, is seen, and is put right."""

    async def play(at: Lane) -> None:
        at.printer.turn(slow_bytes_s=3000.0)
        await at.prints(raw)
        await at.begun()
        at.printer.turn(**breaks)
        await at.until(lambda: at.out.said)
        mended: dict[str, Any] = dict.fromkeys(breaks, False)
        at.printer.turn(**mended, slow_bytes_s=0.0)

    return play


async def _given_up(at: Lane) -> None:
    """Nobody puts in a roll for longer than it is waited for."""
    at.printer.turn(slow_bytes_s=3000.0)
    await at.prints(RECEIPT)
    await at.begun()
    at.printer.turn(paper_out=True)
    await at.until(lambda: at.out.reasons)
    at.printer.turn(paper_out=False, slow_bytes_s=0.0)


async def _cable(at: Lane) -> None:
    at.printer.turn(slow_bytes_s=3000.0)
    await at.prints(RECEIPT)
    await at.begun()
    at.printer.turn(refusing=True)
    at.printer.hang_up()
    await at.until(lambda: at.out.reasons)
    at.printer.turn(refusing=False, slow_bytes_s=0.0)


async def _cable_in_time(at: Lane) -> None:
    """Nothing comes or goes for longer than an answer may take; nobody hangs up."""
    assert at.net is not None
    at.printer.turn(slow_bytes_s=3000.0)
    await at.prints(RECEIPT)
    await at.begun()
    at.net.turn(delay_s=6.0)
    await at.until(lambda: at.out.said)
    at.net.turn(delay_s=0.0)
    at.printer.turn(slow_bytes_s=0.0)


async def _switched_off(at: Lane) -> None:
    at.printer.turn(slow_bytes_s=3000.0)
    await at.prints(RECEIPT)
    await at.begun()
    await at.printer.reboot(0.5)
    at.printer.turn(slow_bytes_s=0.0)


async def _reboots(at: Lane) -> None:
    reboot = asyncio.create_task(at.printer.reboot(1.0))
    await asyncio.sleep(0.05)
    await at.prints(RECEIPT)
    await reboot


async def _slow(at: Lane) -> None:
    at.printer.turn(slow_bytes_s=700.0)
    await at.prints(RECEIPT)


async def _well(at: Lane) -> None:
    await at.prints(RECEIPT)


async def _falls_silent(at: Lane) -> None:
    await at.until(lambda: at.printers.state.known)
    at.printer.turn(deaf=True)
    await at.prints(RECEIPT)
    await at.until(lambda: at.out.reasons)
    at.printer.turn(deaf=False)


async def _second(at: Lane) -> None:
    await at.until(lambda: at.printers.heard.known)
    at.printer.turn(paper_out=True)
    await at.until(lambda: at.printers.state.backup)
    await at.prints(RECEIPT)
    await at.until(lambda: at.printed == 1)


async def _second_within(at: Lane) -> None:
    at.printer.turn(slow_bytes_s=3000.0)
    await at.prints(RECEIPT)
    await at.begun()
    at.printer.turn(paper_out=True)
    await at.until(lambda: at.printed == 1)
    at.printer.turn(paper_out=False, slow_bytes_s=0.0)
    await asyncio.sleep(0.3)


PAPER: Final = (
    Fault("none", _well),
    Fault(
        "no paper; a roll is put in",
        _no_paper_before,
        starts=lambda printer: printer.turn(paper_out=True),
    ),
    Fault("paper out within a job; a roll", _within(RECEIPT, paper_out=True)),
    Fault(
        "paper out within a job that its buffer does not hold; a roll",
        _within(LONG, paper_out=True),
    ),
    Fault("cover opened within a job; shut", _within(RECEIPT, cover_open=True)),
    Fault("paper out within a job, nobody comes; a roll later", _given_up),
    Fault("network cable pulled within a job, plugged in", _cable_in_time, net=True),
    Fault("the line is reset within a job, the printer goes on printing", _cable),
    Fault("switched off with the job in its buffer, on again", _switched_off),
    Fault("network printer reboots, a job comes meanwhile", _reboots),
    Fault("slow (700 bytes a second)", _slow),
    Fault("mute: it answers no question", _well, {"asks": "never"}),
    Fault("it answered before and is silent; it answers again", _falls_silent),
    Fault("no paper, a second printer", _second, spare=True),
    Fault("paper out within a job, a second printer", _second_within, spare=True),
)


@contextmanager
def _patience(seconds: float) -> Generator[None]:
    """So long a printer that has a job is waited for, whatever its length."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lane, "PRINT_DEADLINE_S", seconds)
        patch.setattr(lane, "SLOWEST_BYTES_S", 1e9)
        patch.setattr(printer_backup, "HELD_S", seconds)
        patch.setattr(printer_backup, "LEAST_S", 2.0)
        yield


async def play_paper(fault: Fault) -> Paper:
    """One receipt, until the lane has it out and the printer has nothing left."""
    async with (
        ThermalPrinter() as printer,
        ThermalPrinter() as second,
        FlakyNet("127.0.0.1", printer.port) as net,
    ):
        fault.starts(printer)
        at = Lane(printer, second)
        at.net = net if fault.net else None
        at.build(spare=fault.spare, **fault.settings)
        async with at.runs():
            with _patience(2.0 if fault.play is _given_up else 60.0):
                await fault.play(at)
            await at.done()
    return at.out


# -- SMS --------------------------------------------------------------------------------


@dataclass(slots=True)
class Sms:
    """``end``: ``sent``, ``paper``, ``waits``."""

    outcomes: list[str] = field(default_factory=list)
    taken: int = 0
    end: str = "waits"


@dataclass(frozen=True, slots=True)
class Carrier:
    """``breaks`` it; after ``tries`` it is well again, if it ever is."""

    name: str
    way: str
    breaks: Callable[[Way], Any]
    tries: int = 1
    mends: bool = True


def _sky(**weather: Any) -> Callable[[Way], None]:
    def breaks(way: Way) -> None:
        assert isinstance(way, Web)
        way.gateways.weather = Weather(**weather)

    return breaks


def _unplugged(way: Way) -> None:
    assert isinstance(way, Radio)
    way.modem.unplug()


SMS: Final = (
    Carrier("429 with Retry-After: 30", "http", lambda way: way.busy()),
    Carrier("500, twice", "http", _sky(status=500), tries=2),
    Carrier("503", "twilio", _sky(status=503)),
    Carrier("does not answer in time", "http", lambda way: way.stalls()),
    Carrier("does not answer in time", "twilio", lambda way: way.stalls()),
    Carrier("does not answer in time, no key", "http, no key", lambda w: w.stalls()),
    Carrier("takes it, cuts before its answer", "http", lambda w: w.takes_and_goes()),
    Carrier("takes it, cuts before its answer", "ovh", lambda w: w.takes_and_goes()),
    Carrier(
        "takes it, cuts before its answer, no key",
        "http, no key",
        lambda way: way.takes_and_goes(),
    ),
    Carrier("cuts before it took it", "http", _sky(cut="before")),
    Carrier("password refused (401), put right", "http", lambda way: way.refuses_us()),
    Carrier("number refused", "twilio", lambda way: way.refuses(), mends=False),
    Carrier("number refused", "ovh", lambda way: way.refuses(), mends=False),
    Carrier("modem unplugged, plugged in", "modem", _unplugged),
    Carrier("modem mute behind the message", "modem", lambda w: w.takes_and_goes()),
    Carrier("network refuses the number", "modem", lambda w: w.refuses(), mends=False),
)


class _Composer:
    async def compose(self, parcel: Parcel) -> bytes:
        own = f"{parcel.receipt}.{parcel.number}"
        return bytes(note.Note(own, TEXT, note.doubts(parcel.detail)))


async def play_sms(fault: Carrier) -> Sms:
    """One receipt, until nothing more happens to it."""
    out, clock = Sms(), FakeClock()
    with tempfile.TemporaryDirectory() as folder:
        async with (
            opened(Path(folder), clock=clock) as store,
            way_out(fault.way) as way,
        ):
            fault.breaks(way)
            rig = Rig(store, FakeChannel(), clock)
            rig.channel = way.channel  # type: ignore[assignment]
            rig.composer = _Composer()  # type: ignore[assignment]
            await _shelve(rig)
            async with rig.running(rig.dispatcher()):
                await _play_out(rig, way, fault)
            last = rig.settled[-1]
            out.outcomes = [each.detail for each in rig.settled]
            out.taken = len(way.taken())
            ends = {ParcelState.DONE: "sent", ParcelState.DEAD: "paper"}
            out.end = ends.get(last.state, "waits")
    return out


async def _shelve(rig: Rig) -> None:
    await rig.shelve(recipient=NUMBER)


async def _play_out(rig: Rig, way: Way, fault: Carrier) -> None:
    ends, mended = time.monotonic() + DEADLINE_S, False
    while time.monotonic() < ends:
        settled = rig.settled
        if settled and settled[-1].state is not ParcelState.DUE:
            return
        if fault.mends and not mended and len(settled) >= fault.tries:
            mended = True
            way.well()
            if fault.breaks is _unplugged:
                await way.back()
        await asyncio.sleep(0.01)
        await rig.clock.advance(1.0)
    raise AssertionError([each.detail for each in rig.settled])


# -- the tables -------------------------------------------------------------------------

PAPER_HEAD: Final = """\
| fault | whole receipts | torn beginnings | the lane waited for | what the screens said |
|---|---|---|---|---|"""
SMS_HEAD: Final = """\
| fault | way | reason in the log | tries | messages sent | ends as | what a person is told |
|---|---|---|---|---|---|---|"""


def paper_row(name: str, out: Paper) -> str:
    """One line of the table."""
    whole = f"{out.whole}"
    if out.elsewhere:
        whole = f"{out.elsewhere} (second printer)" + (
            f" + {out.whole}" if out.whole else ""
        )
    reasons = ", ".join(f"`{each}`" for each in out.reasons) or "–"
    said = " / ".join(out.said) or "–"
    return f"| {name} | {whole} | {out.torn} | {reasons} | {said} |"


def sms_row(fault: Carrier, out: Sms) -> str:
    """One line of the table."""
    codes = [each for each in out.outcomes if wording(each) is not None]
    heads = dict.fromkeys(each.partition(":")[0] for each in codes)
    told = " ".join(found.fr for head in heads if (found := wording(head)))
    end = {"sent": "SMS", "paper": "paper", "waits": "waits"}[out.end]
    reasons = ", ".join(f"`{each}`" for each in dict.fromkeys(codes)) or "–"
    cells = (
        *(fault.name, fault.way, reasons, str(len(out.outcomes)), str(out.taken)),
        *(end, told or "–"),
    )
    return f"| {' | '.join(cells)} |"


async def tables() -> dict[str, str]:
    """Both, played now."""
    paper = [PAPER_HEAD]
    paper += [paper_row(fault.name, await play_paper(fault)) for fault in PAPER]
    sms = [SMS_HEAD]
    sms += [sms_row(fault, await play_sms(fault)) for fault in SMS]
    return {"paper": "\n".join(paper), "SMS": "\n".join(sms)}


def main(document: Path) -> None:
    """Put the tables where they stand."""
    logging.disable(logging.CRITICAL)
    text = document.read_text(encoding="utf-8")
    for name, made in asyncio.run(tables()).items():
        begins, ends = f"<!-- {name} faults -->", f"<!-- end of {name} faults -->"
        before, _, rest = text.partition(begins)
        after = rest.partition(ends)[2]
        text = f"{before}{begins}\n{made}\n{ends}{after}"
        print(made)  # noqa: T201 -- a command
    document.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENT)
