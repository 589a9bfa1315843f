"""A cell of the table: one client at one door, the printer in one state.

Every cell ends with the printer well again and the receipt on paper: what a
client was told it is rid of must come, once.  Ink is compared byte for byte: the job
as a printer without an agent gets it, less drawer pulses and questions, which the
agent sees to itself.  A document that becomes ESC/POS here is compared by what stands
on its sheet.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hardware_sim.browser import Glass
from hardware_sim.commands import Framer
from hardware_sim.printer import ThermalPrinter
from hardware_sim.sheet import Sheet
from hardware_sim.star_frames import StarFramer
from tests.clients import recorded
from tests.clients.clients import Client
from tests.clients.cups import Scheduler
from tests.clients.place import DOTS, RECEIPT, Door, Place, Way
from tests.clients.said import Said
from tests.clients.till import WAIT_S, Mode, State, Till, open_direct

_Visiting = Callable[[Client], Awaitable["Cell"]]
_NOWHERE = Way()

FIRST = 101
"""Receipts are numbered with three digits."""
AT_ONCE_S = 1.0
"""For a drawer pulse to reach the printer; it takes a millisecond."""
REST_S = 0.2
NOT_INK = frozenset(
    (b"\x1bp", b"\x10\x14", b"\x10\x04", b"\x10\x05", b"\x1dr", b"\x1dI", b"\x1da")
)
"""Pulses, real-time requests, GS r, GS I, GS a."""
NOT_STAR_INK = frozenset(
    (
        b"\x07",
        b"\x1c",
        b"\x1b\x07",
        b"\x17",
        b"\x1b\x1ea",
        b"\x1b\x1d\x03",
        b"\x10",
        b"\x02",
    )
)
"""BEL, ESC BEL, ETB, ESC RS a, ESC GS ETX, and what DLE EOT 2 is to a Star."""
IN_REAL_TIME = re.compile(rb"\x10\x14\x01[\x00\x01][\x01-\x08]")
"""DLE DC4 fn 1: how a drawer is opened at a printer that has stopped."""
STAR_PULSE, STAR_NOW = b"\x07", b"\x1c"
"""BEL, and FS, the same in real time."""
STAR_QUESTION = b"\x1b\x06\x01"
KEPT_BACK = frozenset({"", "paperempty", "coveropen", "error", "offline", "disconnect"})
"""Words with which a client keeps its job to itself."""
LINE_DOORS: frozenset[Door] = frozenset({"serial", "device"})
"""One client at a time."""
BARE_DOORS: frozenset[Door] = frozenset({"folder", "json"})
"""No printer has them: what a client prints there is what it was given."""
NUMBERED = b"Ticket %d"


@dataclass(frozen=True, slots=True)
class Cell:
    """What came of it.

    Attributes:
        pulse: ``at once`` at the printer or ``late``; ``-``: none was sent, or
            nobody was there.
        paper: ``same``, ``differs``, ``2 times`` or ``none``, once the printer was
            well again.
        printed_bytes: how much of it is the same; lines, of a document.
    """

    client: Client
    mode: Mode
    state: State
    number: int
    said: Said
    pulse: str = "-"
    paper: str = "none"
    printed_bytes: int = 0
    since: int = 0
    """Where it stands in the printer's bytes at the earliest."""

    @property
    def kept_back(self) -> bool:
        """The client did not let go of its job."""
        return bool(self.said.exit) or self.said.printed in KEPT_BACK


@dataclass(slots=True)
class Round:
    """Visits of clients, ``together`` at a time.  ``jobs`` are their ink, once recorded."""

    folder: Path
    cups: Scheduler | None
    page: Glass | None = None
    together: int = 1
    jobs: dict[str, bytes] = field(default_factory=dict)
    """A client's ink with ``%d`` for its number, as a printer alone got it."""
    _next: int = FIRST

    async def record(self, clients: Sequence[Client]) -> None:
        """Their jobs, from a printer without an agent, unless they are known."""
        self.jobs |= recorded.load()
        new = [
            each
            for each in clients
            if each.proof == "ink" and each.name not in self.jobs
        ]
        for client in new:
            if client.door in BARE_DOORS:
                self._keep(client, ink(Place(_NOWHERE, self.folder, FIRST).raw), FIRST)
        able = [each for each in new if each.door not in BARE_DOORS]
        await self._each(able, self._record)
        if new:
            recorded.save(self.jobs)

    async def _record(self, client: Client) -> Cell:
        async with open_direct(client.door) as till:
            cell = await self._visit(till, "there", client)
            place = self._place(till, client, cell.number)
            count = await _appears(till.printer, client, place)
            assert count == 1, f"{client.name}: {cell.said}, {count} times"
            await _rests(till.printer)
            drawn = ink(till.printer.paper_bytes, star=client.door == "star")
        self._keep(client, drawn, cell.number)
        return cell

    def _keep(self, client: Client, drawn: bytes, number: int) -> None:
        """From its last ESC @ on, or its first line: what came before was a job for
        the drawer, or asked who is there."""
        ticket = _ticket(number)
        reset = drawn.rfind(b"\x1b@", 0, drawn.index(ticket))
        if reset < 0 or not client.pulse(Place(_NOWHERE, self.folder, number)):
            reset = drawn.index(RECEIPT[:20].encode())  # half a pulse eats what follows
        self.jobs[client.name] = drawn[reset:].replace(ticket, NUMBERED)

    async def direct(self, state: State, clients: Sequence[Client]) -> list[Cell]:
        """At a printer without an agent, each at its own."""

        async def visit(client: Client) -> Cell:
            async with open_direct(client.door) as till:
                (cell,) = await self.row(till, state, [client])
                return cell

        return await self._each(
            [each for each in clients if each.door not in BARE_DOORS], visit
        )

    async def row(
        self, till: Till, state: State, clients: Sequence[Client]
    ) -> list[Cell]:
        """Those of the till's doors, and then the printer is well again."""
        await till.enter(state)
        lines = {door: asyncio.Lock() for door in LINE_DOORS}

        async def visit(client: Client) -> Cell:
            async with lines.get(client.door, contextlib.nullcontext()):
                return await self._visit(till, state, client)

        cells = await self._each(clients, visit)
        if state != "there":
            await till.enter("there")
        async with asyncio.TaskGroup() as group:
            choosing = group.create_task(till.choose_paper())
            due_s = asyncio.get_running_loop().time() + WAIT_S
            cells = [await self._on_paper(till, cell, due_s) for cell in cells]
            choosing.cancel()
        return cells

    async def _each(self, clients: Sequence[Client], visit: _Visiting) -> list[Cell]:
        turn = asyncio.Semaphore(self.together)

        async def one(client: Client) -> Cell:
            async with turn:
                return await visit(client)

        async with asyncio.TaskGroup() as group:
            visits = [group.create_task(one(client)) for client in clients]
        return [visited.result() for visited in visits]

    def _place(self, till: Till, client: Client, number: int) -> Place:
        way = till.ways[client.door]
        return Place(way, self.folder, number, self.cups, self.page)

    async def _visit(self, till: Till, state: State, client: Client) -> Cell:
        number, self._next = self._next, self._next + 1
        place, since = self._place(till, client, number), len(till.printer.paper_bytes)
        before = len(till.printer.received)
        said = await client.visit(place)
        cell = Cell(client, till.mode, state, number, said, since=since)
        pulse, told = client.pulse(place), "-"
        sent = (client.apart and till.mode != "direct") or not cell.kept_back
        if state != "away" and pulse and sent:
            told = await _arrives(till, pulse, before)
        return replace(cell, pulse=told)

    async def _on_paper(self, till: Till, cell: Cell, due_s: float) -> Cell:
        if cell.kept_back:
            return cell
        client, printer = cell.client, till.printer
        left_s = max(due_s - asyncio.get_running_loop().time(), AT_ONCE_S)
        place = self._place(till, client, cell.number)
        size, same, soon_s = len(place.lines), True, left_s
        if client.proof == "ink":
            wanted = self.jobs[client.name].replace(NUMBERED, _ticket(cell.number))
            size, star = len(wanted), client.door == "star"
            same, soon_s = (
                await _holds(printer, wanted, cell.since, left_s, star=star),
                0.0,
            )
        copies = await _appears(printer, client, place, soon_s)
        paper = "none" if not copies else "same" if same else "differs"
        if copies > 1:
            paper = f"{copies} times"
        return replace(cell, paper=paper, printed_bytes=size if same else 0)


async def _appears(
    printer: ThermalPrinter, client: Client, place: Place, wait_s: float = WAIT_S
) -> int:
    """How many times its receipt is on paper, once it is there at all."""

    def count() -> int:
        match client.proof:
            case "ink":
                return printer.paper_bytes.count(_ticket(place.number))
            case "dots":
                return _pictures(printer.paper_bytes, place.dots)
            case "text":
                wanted = "\n".join(line for line in place.lines if line)
                return sum(wanted in _written(sheet) for sheet in printer.papers)

    with contextlib.suppress(TimeoutError):
        await printer.wait_until(lambda: count() > 0, wait_s, "such receipt")
    return count()


def _written(sheet: Sheet) -> str:
    return "\n".join(line.rstrip() for line in sheet.lines if line.strip())


def _pictures(paper: bytes | bytearray, dots: bytes) -> int:
    """How many times all its rows are there in order, whatever parts them."""
    wide = DOTS[0] // 8
    rows = [dots[at : at + wide] for at in range(0, len(dots), wide)]
    times, at = 0, 0
    while True:
        for row in rows:
            at = paper.find(row, at) + wide
            if at < wide:
                return times
        times += 1


def _ticket(number: int) -> bytes:
    return b"Ticket 000%d" % number


async def _rests(printer: ThermalPrinter) -> None:
    """Until nothing more comes: a client may do more after its receipt."""
    heard = -1
    while heard != len(printer.received) or printer.buffered_bytes:
        heard = len(printer.received)
        await asyncio.sleep(REST_S)


async def _holds(
    printer: ThermalPrinter, wanted: bytes, since: int, wait_s: float, *, star: bool
) -> bool:
    """Whether that ink comes on paper."""

    def there() -> bool:
        return wanted in ink(printer.paper_bytes[since:], star=star)

    with contextlib.suppress(TimeoutError):
        await printer.wait_until(there, wait_s, "such ink")
    return there()


async def _arrives(till: Till, pulse: bytes, before: int) -> str:
    received = till.printer.received
    now = pulse[:-1] + STAR_NOW if pulse.endswith(STAR_PULSE) else pulse

    def there() -> bool:
        # A pulse of two commands may have the agent's own question between them.
        came = received[before:].replace(STAR_QUESTION, b"")
        return pulse in came or now in came or bool(IN_REAL_TIME.search(came))

    try:
        await till.printer.wait_until(there, AT_ONCE_S, "such pulse")
    except TimeoutError:
        return "late"
    return "at once"


def ink(raw: bytes | bytearray, *, star: bool = False) -> bytes:
    """The bytes that print or set, in order."""
    framer, aside = (StarFramer(), NOT_STAR_INK) if star else (Framer(), NOT_INK)
    frames = framer.feed(bytes(raw))
    return b"".join(frame.raw for frame in frames if frame.name not in aside)


def drawer_aside(cell: Cell) -> str:
    """What it heard, but for the drawer, which an earlier client has opened."""
    told = cell.said.status
    if not cell.client.bytes_told or not told:
        return told
    return f"{int(told[:2], 16) | 0x04:02x}{told[2:]}"


def as_alone(cells: Sequence[Cell]) -> Callable[[Cell], bool | None]:
    """Whether a client says the same of a printer without an agent; ``None``: unknown."""
    alone = {
        (cell.client.name, cell.state): (drawer_aside(cell), cell.said.printed)
        for cell in cells
        if cell.mode == "direct"
    }

    def same(cell: Cell) -> bool | None:
        direct = alone.get((cell.client.name, cell.state))
        if direct is None or cell.mode == "direct":
            return None
        return direct == (drawer_aside(cell), cell.said.printed)

    return same


def table(cells: Sequence[Cell]) -> str:
    """Rows for people; ``=``: what the client says of a printer without an agent too."""
    same = as_alone(cells)
    head = f"{'client':26} {'door':6} {'mode':12} {'printer':10} {'exit':>4} {'pulse':8} {'paper':8} {'size':>5} {'visit':>8} {'line':>8}   says"
    rows = [head]
    for cell in cells:
        said, name = cell.said, cell.client.name
        line = "" if said.line_s is None else f"{said.line_s * 1e3:5.0f} ms"
        sign = {None: " ", True: "=", False: "≠"}[same(cell)]
        rows.append(
            f"{name:26} {cell.client.door:6} {cell.mode:12} {cell.state:10} "
            f"{said.exit:4} {cell.pulse:8} {cell.paper:8} {cell.printed_bytes:5} "
            f"{said.took_s * 1e3:5.0f} ms {line:>8} {sign} "
            + " | ".join(filter(None, (said.status, said.printed)))
        )
    return "\n".join(rows)
