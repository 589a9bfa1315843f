"""How long a drawer waits for its pulse, case by case.

A POS asks for its drawer on a connection of its own, while something else is going on at
the same printer.  The printer is a simulated one that prints so many bytes in a second
(a receipt on a slow one, or a busy one) from a buffer of 4 KB; it obeys DLE DC4 fn 1, and
a Star's FS, where it receives them.  Without the agent it is asked on the connection that
prints, behind the job: a second connection would wait until the first one is closed.
Last, what it costs: how long a sheet takes that the printer is asked about on its way.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.bus import Bus
from agent.delivery.places import Speech
from agent.delivery.printer import PrinterLink
from agent.delivery.settings import PrinterSettings
from agent.delivery.transports.opening import transport_for
from agent.entropy import SystemEntropy
from agent.intake.aside import Seams, in_real_time
from bench.between import agent
from bench.journey import free_ports, say
from hardware_sim.line import SocketLine, dial
from hardware_sim.printer import ThermalPrinter
from hardware_sim.star_printer import StarPrinter

RUNS = 5
PRINTS_BYTES_S = 8000.0
WAIT_S = 60.0
RESTS_S = 0.5
THROUGH = "[choice]\nhold = false"
STAR = '[door.star]\nlisten = "127.0.0.1:{port}"'
PULSE = b"\x1bp\x00\x19\xfa"
GREETING = b"\x1dr\x01"
"""GS r 1: whether the printer knows the question is what is asked last."""
LINE = b"2 x CAFE CREME                        5,00\n"
TEXT = b"\x1b@" + LINE * (19_000 // len(LINE))
BAND = b"\x1dv0\x00\x48\x00\x18\x00" + b"\x55" * (72 * 24)
BANDS = b"\x1b@" + BAND * 11
END = b"\n\n\n\n\x1dV\x00"
PICTURE = b"\x1b@\x1dv0\x00\x48\x00\x50\x00" + b"\x55" * (72 * 80)
LONG = b"\x1b@\x1dv0\x00\x48\x00\x00\x40" + b"\x55" * (72 << 14)
SYMBOL = b"\x1b@\x1d(k\x03\x05" + b"1P0" + b"https://shop.example/" * 61
LOGO = b"\x1b@\x1cq\x01\x09\x00\x09\x00" + b"\x55" * 648
ROW = b"\x1b@\x1b*rA\0" + (b"b\x48\x00" + b"\x55" * 72) * 20

Meanwhile = Callable[[ThermalPrinter, int], Awaitable[SocketLine | None]]


@dataclass(frozen=True, slots=True)
class Case:
    """``more`` for the agent's file; ``meanwhile`` brings the printer where it is asked."""

    name: str
    meanwhile: Meanwhile
    more: str = ""
    pulse: bytes = PULSE
    slow: bool = True


async def nothing(_printer: ThermalPrinter, _door: int) -> None:
    """At rest."""


async def out_of_paper(printer: ThermalPrinter, door: int) -> SocketLine:
    """With a receipt that waits for it."""
    printer.turn(paper_out=True)
    await asyncio.sleep(2 * RESTS_S)
    line = await dial("127.0.0.1", door, WAIT_S)
    await line.write(TEXT + END)
    await asyncio.sleep(RESTS_S)
    return line


def prints(
    job: bytes, *, from_bytes: int
) -> Callable[[ThermalPrinter, int], Awaitable[SocketLine]]:
    """A job, of which the printer has so many bytes when it is asked."""

    async def meanwhile(printer: ThermalPrinter, door: int) -> SocketLine:
        before = len(printer.received)
        line = await dial("127.0.0.1", door, WAIT_S)
        sending = asyncio.create_task(line.write(job))
        await printer.wait_received(before + min(from_bytes, len(job)), WAIT_S)
        sending.add_done_callback(lambda _: None)
        SENDING.add(sending)
        return line

    return meanwhile


async def roll_ends(printer: ThermalPrinter, door: int) -> SocketLine:
    """In a job of which more is to come than its buffer holds."""
    line = await BUSY(printer, door)
    printer.turn(paper_out=True)
    await asyncio.sleep(2 * RESTS_S)
    return line


SENDING: set[asyncio.Task[bool]] = set()
BUSY = prints(TEXT + END, from_bytes=6000)
CASES = (
    Case("at rest", nothing, slow=False),
    Case("out of paper, a receipt waits for it", out_of_paper, slow=False),
    Case("behind a sheet of text, 19 KB", BUSY),
    Case("behind a sheet of bands, 19 KB", prints(BANDS + END, from_bytes=6000)),
    Case("the roll ends in a sheet of text, 19 KB", roll_ends),
    Case("while it prints what it has", prints(TEXT[:3500] + END, from_bytes=3500)),
    Case("another POS prints text, 19 KB", BUSY, THROUGH),
    Case(
        "another POS prints bands, 19 KB", prints(BANDS + END, from_bytes=6000), THROUGH
    ),
    Case("the roll ends while another POS prints text, 19 KB", roll_ends, THROUGH),
    Case(
        "a POS stalls in a line",
        prints(TEXT[:501], from_bytes=500),
        THROUGH,
        slow=False,
    ),
    Case(
        "a POS stalls in a picture",
        prints(PICTURE[:3000], from_bytes=3000),
        THROUGH,
        slow=False,
    ),
    Case(
        "a POS stalls in one of a megabyte",
        prints(LONG[:9000], from_bytes=9000),
        THROUGH,
        slow=False,
    ),
    Case(
        "a POS stalls in a symbol's data",
        prints(SYMBOL[:900], from_bytes=900),
        THROUGH,
        slow=False,
    ),
    Case(
        "a POS stalls in a Star's row",
        prints(ROW[:500], from_bytes=500),
        THROUGH + "\n" + STAR,
        b"\x07",
        slow=False,
    ),
)


async def waits(case: Case, folder: Path) -> list[float]:
    """Seconds from the pulse's last byte to the drawer, each time."""
    took: list[float] = []
    star = "star" in case.more
    kind = StarPrinter if star else ThermalPrinter
    async with kind() as printer, _shop(case, printer, folder) as door:
        for _ in range(RUNS):
            printer.turn(
                slow_bytes_s=PRINTS_BYTES_S if case.slow else 0.0, paper_out=False
            )
            line = await case.meanwhile(printer, door)
            before = len(printer.kicks)
            mine = await dial("127.0.0.1", door, WAIT_S)
            await mine.write(case.pulse)
            begun = time.perf_counter()
            await printer.wait_kicks(before + 1, WAIT_S)
            took.append(time.perf_counter() - begun)
            mine.close()
            # Not faster, now: it would be taken for what is no printer.
            printer.turn(paper_out=False)
            if line is not None:
                await asyncio.sleep(RESTS_S)
                line.half_close()
                async with asyncio.timeout(WAIT_S):
                    while await line.read():
                        pass
                line.close()
            await printer.wait_until(lambda: not printer.buffered_bytes, WAIT_S, "rest")
            await asyncio.sleep(2 * RESTS_S)
    return took


@asynccontextmanager
async def _shop(
    case: Case, printer: ThermalPrinter, folder: Path
) -> AsyncIterator[int]:
    (port,) = free_ports(1)
    star = "star" in case.more
    more, asks = case.more.format(port=port), "star" if star else ""
    async with agent(folder, printer.port, more, asks) as door:
        await asyncio.sleep(2 * RESTS_S)  # its first interview with the printer
        if not star:
            await printer.wait_until(lambda: GREETING in printer.received, WAIT_S, "hi")
        yield port if star else door


async def direct(job: bytes) -> list[float]:
    """Without an agent, on the connection that prints: what a real printer does."""
    took: list[float] = []
    async with ThermalPrinter() as printer:
        for _ in range(RUNS):
            printer.turn(slow_bytes_s=PRINTS_BYTES_S)
            line = await prints(job, from_bytes=6000)(printer, printer.port)
            asked = time.perf_counter()
            await asyncio.wait(SENDING)
            await line.write(PULSE)
            await printer.wait_kicks(len(took) + 1, WAIT_S)
            took.append(time.perf_counter() - asked)
            line.close()
            await printer.wait_until(lambda: not printer.clients, WAIT_S, "peace")
    return took


@dataclass(frozen=True, slots=True)
class Sheet:
    """So long is it printed, from the call to the printer's word."""

    name: str
    job: bytes
    bytes_s: float


SHEETS = (
    Sheet("a sheet of text, 19 KB, at 2.5 KB/s", TEXT + END, 2500.0),
    Sheet("a sheet of bands, 170 KB, at 172 KB/s", BANDS * 9 + END, 172_000.0),
)


async def on_paper(sheet: Sheet, confirms: str) -> list[float]:
    """``confirms``: "status" is never asked how far it is."""
    took: list[float] = []
    async with ThermalPrinter() as printer:
        link = f"tcp://127.0.0.1:{printer.port}"
        settings = PrinterSettings.model_validate({"link": link, "confirms": confirms})
        speech = Speech(in_real_time, lambda: Seams(star=False))
        wire = transport_for(settings.wire)
        prints = PrinterLink(wire, settings, Bus(), SystemEntropy(), speech)
        service = asyncio.create_task(prints.run())
        await printer.wait_until(lambda: bool(printer.answered), WAIT_S, "hello")
        await asyncio.sleep(RESTS_S)
        for _ in range(RUNS):
            printer.turn(slow_bytes_s=sheet.bytes_s)
            before, begun = len(printer.paper_bytes), time.perf_counter()
            printing = asyncio.create_task(prints.print(sheet.job, deadline_s=WAIT_S))
            await printer.wait_printed(before + len(sheet.job), WAIT_S)
            took.append(time.perf_counter() - begun)
            await printing
        service.cancel()
        await asyncio.wait([service])
    return took


async def drawer(folder: Path, names: Sequence[str]) -> None:
    """All cases, or those whose names hold one of ``names``."""
    for number, case in enumerate(CASES):
        if names and not any(name in case.name for name in names):
            continue
        say(case.name, await waits(case, folder / str(number)))
    if not names:
        say("no agent: behind text, 19 KB", await direct(TEXT + END))
        say("no agent: behind bands, 19 KB", await direct(BANDS + END))
    for sheet in SHEETS:
        if not names or any(name in sheet.name for name in names):
            say(f"{sheet.name}, paced", await on_paper(sheet, "auto"))
            say(f"{sheet.name}, not", await on_paper(sheet, "status"))


def main() -> None:
    """Measure in a folder of this disk."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        asyncio.run(drawer(Path(folder), sys.argv[1:]))


if __name__ == "__main__":
    main()
