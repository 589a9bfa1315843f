"""A cell of the table: one client at one door, the printer in one state.

Every cell ends with the printer well again and the receipt on paper: what a
client was told it is rid of must come.  Ink is compared, byte for byte: the job as
a printer without an agent gets it, less drawer pulses and questions, which the
agent sees to itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hardware_sim.commands import Framer
from tests.clients.clients import RECEIPT, Client, Place
from tests.clients.cups import Scheduler
from tests.clients.said import Said
from tests.clients.till import WAIT_S, Mode, State, Till, open_till

FIRST = 101
"""Receipts are numbered with three digits."""
AT_ONCE_S = 1.0
"""For a drawer pulse to reach the printer; it takes a millisecond."""
NOT_INK = frozenset(
    (b"\x1bp", b"\x10\x14", b"\x10\x04", b"\x10\x05", b"\x1dr", b"\x1dI", b"\x1da")
)
"""Pulses, real-time requests, GS r, GS I, GS a."""
KEPT_BACK = frozenset({"", "paperempty", "coveropen", "error", "offline", "disconnect"})
"""Words with which a client keeps its job to itself."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What came of it.

    Attributes:
        pulse: ``at once`` at the printer or ``late``; ``-``: none was sent, or
            nobody was there.
        paper: ``same``, ``differs`` or ``none``, once the printer was well again.
        printed_bytes: how much of it is the same.
    """

    client: str
    mode: Mode
    door: str
    state: State
    number: int
    said: Said
    pulse: str = "-"
    paper: str = "none"
    printed_bytes: int = 0

    @property
    def kept_back(self) -> bool:
        """The client did not let go of its job."""
        return bool(self.said.exit) or self.said.printed in KEPT_BACK


@dataclass(slots=True)
class Round:
    """Visits of clients, ``together`` at a time."""

    folder: Path
    cups: Scheduler | None
    door: str = "tcp"
    together: int = 1
    jobs: dict[str, bytes] = field(default_factory=dict)
    """A client's ink with ``%d`` for its number, as a printer alone got it."""
    _next: int = FIRST

    async def record(self, clients: Sequence[Client]) -> list[Cell]:
        """The jobs, from a printer without an agent; the cells beside."""
        cells = []
        for client in clients:
            async with open_till(self.folder, "direct") as till:
                cell = await self._visit(till, "there", client)
                await till.printer.wait_idle(WAIT_S)
                drawn = ink(till.printer.paper_bytes)
            number = _number(cell.number)
            assert drawn.count(number) == 1, f"{client.name}: {cell.said}"
            # From its last ESC @ on, or its first line: what came before was a job
            # for the drawer, or asked who is there.
            reset = drawn.rfind(b"\x1b@", 0, drawn.index(number))
            if reset < 0 or client.pulse == b"":  # half a pulse eats what follows it
                reset = drawn.index(RECEIPT[:20].encode())
            self.jobs[client.name] = drawn[reset:].replace(number, NUMBERED)
            cells.append(replace(cell, paper="same", printed_bytes=len(drawn)))
        return cells

    async def play(
        self, mode: Mode, rows: Mapping[State, Sequence[Client]]
    ) -> list[Cell]:
        """State by state at one till; ``jobs`` are recorded."""
        if mode != "direct":
            folder = self.folder / f"{mode}-{self.door}"
            async with open_till(folder, mode, self.door) as till:
                return [
                    cell
                    for state, clients in rows.items()
                    for cell in await self._row(till, state, clients)
                ]
        cells = []
        for state, clients in rows.items():
            for client in clients:  # a printer alone has one client at a time
                async with open_till(self.folder, mode) as till:
                    cells += await self._row(till, state, [client])
        return cells

    async def _row(
        self, till: Till, state: State, clients: Sequence[Client]
    ) -> list[Cell]:
        await till.enter(state)
        turn = asyncio.Semaphore(self.together)

        async def visit(client: Client) -> Cell:
            async with turn:
                return await self._visit(till, state, client)

        async with asyncio.TaskGroup() as group:
            visits = [group.create_task(visit(client)) for client in clients]
        cells = [visit.result() for visit in visits]
        if state != "there":
            await till.enter("there")
        async with asyncio.TaskGroup() as group:
            choosing = group.create_task(till.choose_paper())
            due_s = asyncio.get_running_loop().time() + WAIT_S
            cells = [await self._on_paper(till, cell, due_s) for cell in cells]
            choosing.cancel()
        return cells

    async def _visit(self, till: Till, state: State, client: Client) -> Cell:
        number, self._next = self._next, self._next + 1
        place = Place(till.host, till.port, self.folder, number, self.cups, self.door)
        before = len(till.printer.received)
        said = await client.visit(place)
        cell = Cell(client.name, till.mode, self.door, state, number, said)
        pulse = place.pulse if client.pulse is None else client.pulse
        told = "-"
        if state != "away" and pulse and not cell.kept_back:
            told = await _arrives(till, pulse, before)
        return replace(cell, pulse=told)

    async def _on_paper(self, till: Till, cell: Cell, due_s: float) -> Cell:
        if cell.kept_back:
            return cell
        printer, number = till.printer, _number(cell.number)
        wanted = self.jobs[cell.client].replace(NUMBERED, number)
        left_s = max(due_s - asyncio.get_running_loop().time(), AT_ONCE_S)
        try:
            await printer.wait_until(
                lambda: wanted in ink(printer.paper_bytes), left_s, "such receipt"
            )
        except TimeoutError:
            paper = "differs" if number in printer.paper_bytes else "none"
            return replace(cell, paper=paper)
        copies = printer.paper_bytes.count(number)
        paper = "same" if copies == 1 else f"{copies} times"
        return replace(cell, paper=paper, printed_bytes=len(wanted))


NUMBERED = b"Ticket %d"


def _number(number: int) -> bytes:
    return b"Ticket 000%d" % number


async def _arrives(till: Till, pulse: bytes, before: int) -> str:
    received = till.printer.received
    try:
        await till.printer.wait_until(
            lambda: received.find(pulse, before) >= 0, AT_ONCE_S, "such pulse"
        )
    except TimeoutError:
        return "late"
    return "at once"


def ink(raw: bytes | bytearray) -> bytes:
    """The bytes that print or set, in order."""
    frames = Framer().feed(bytes(raw))
    return b"".join(frame.raw for frame in frames if frame.name not in NOT_INK)


def table(cells: Sequence[Cell]) -> str:
    """Rows for people."""
    head = f"{'client':22} {'door':5} {'mode':12} {'printer':10} {'exit':>4} {'pulse':8} {'paper':8} {'bytes':>5} {'visit':>8} {'line':>8}  says"
    rows = [head]
    for cell in cells:
        line = "" if cell.said.line_s is None else f"{cell.said.line_s * 1e3:5.0f} ms"
        says = " | ".join(filter(None, (cell.said.status, cell.said.printed)))
        rows.append(
            f"{cell.client:22} {cell.door:5} {cell.mode:12} {cell.state:10} "
            f"{cell.said.exit:4} {cell.pulse:8} {cell.paper:8} {cell.printed_bytes:5} "
            f"{cell.said.took_s * 1e3:5.0f} ms {line:>8}  {says}"
        )
    return "\n".join(rows)


def missing(clients: Sequence[Client]) -> Mapping[str, str]:
    """Clients that cannot be had here, and why."""
    return {each.name: why for each in clients if (why := each.missing())}
