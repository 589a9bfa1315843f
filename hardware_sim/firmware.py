"""The printer from within: reception, real-time requests, the print engine.

Real-time requests act on reception, inside pictures too (their bytes are kept
as picture data as well); everything else is executed in the order in which it
came.  Reading stops when the buffer is full; printing stops while the printer
is stopped (no paper, cover open, off line).  With several clients everybody
gets status, and one prints until it leaves.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass, field

from hardware_sim import status
from hardware_sim.client import Client
from hardware_sim.commands import Frame, Framer
from hardware_sim.decode import Ask, Cut, Decoder, Pulse, Tell
from hardware_sim.line import READ_BYTES
from hardware_sim.macros import Macro
from hardware_sim.paper_png import Edge
from hardware_sim.real_time import Request
from hardware_sim.sheet import Sheet
from hardware_sim.status import Fault, Identity, Switches

BUFFER_BYTES = 4096
"""The receive buffer of the TM-T88 family (its small setting is 45 bytes)."""
STATUS_LEAD = b"\x1dr"
"""GS r: whoever waits for its paper asks that behind each job."""
LINGER_S = 2.0
"""After the client's FIN: how long its answers may still take before ours."""
FRAMES_AT_ONCE = 64
"""Frames between two looks at the event loop."""
SHORTEST_NAP_S = 0.005
"""Slow printing is slept off in portions that a clock can measure."""

_STATUS_REQUEST = b"\x10\x04"


@dataclass(frozen=True, slots=True)
class Kick:
    """A drawer pulse; ``at_s`` is the printer's clock."""

    at_s: float
    pin: int
    on_ms: int
    real_time: bool


@dataclass(frozen=True, slots=True)
class Options:
    """What kind of printer it is.

    Attributes:
        width_dots: 576 prints 48 columns of font A, 512 prints 42.
        clients: TCP clients served at once; others wait in the backlog.
        buffer_bytes: what it takes in before it has printed.
        identity: what GS I tells.
    """

    width_dots: int = 576
    clients: int = 1
    buffer_bytes: int = BUFFER_BYTES
    identity: Identity = field(default_factory=Identity)


class Firmware(ABC):
    """State and loops; :class:`hardware_sim.printer.ThermalPrinter` is the machine."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.switches = Switches()
        self.received = bytearray()
        self.paper_bytes = bytearray()
        self.answered = bytearray()
        self.kicks: list[Kick] = []
        self.papers: list[Sheet] = []
        self.blank_cuts = 0
        self.clients: list[Client] = []
        self.decoder = Decoder(options.width_dots)
        self._macro = Macro()
        self._queue: deque[tuple[Client, Frame]] = deque()
        self._queued_bytes = 0
        self._printing: Client | None = None
        self._changed = asyncio.Event()
        self._started_s = time.monotonic()

    @property
    def clock_s(self) -> float:
        """Seconds since it was switched on."""
        return time.monotonic() - self._started_s

    @property
    def buffered_bytes(self) -> int:
        """Received and not yet printed."""
        return self._queued_bytes

    def ring(self) -> None:
        """Something changed: whoever waits looks again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def news(self) -> None:
        """Until the next :meth:`ring`."""
        await self._changed.wait()

    def part(self, edge: Edge) -> None:
        """The paper ends here: what is on it becomes a sheet."""
        marks, symbols = self.decoder.take()
        sheet = Sheet(marks, symbols, self.options.width_dots, edge, self.clock_s)
        if sheet.has_ink:
            self.papers.append(sheet)
        else:
            self.blank_cuts += 1

    async def answer(self, client: Client, data: bytes) -> None:
        if data and await client.line.write(data):
            self.answered += data

    # -- reception ----------------------------------------------------------

    async def serve(self, client: Client) -> None:
        """Read one peer until it leaves."""
        self.clients.append(client)
        self.ring()
        try:
            while data := await self._read(client):
                self.received += data
                kept = await self._act_at_once(client, data)
                for frame in client.framer.feed(kept):
                    await self._enqueue(client, frame)
                await self._regulate()
                self.ring()
            await self._see_off(client)
        finally:
            client.line.close()
            self.clients.remove(client)
            if self._printing is client:
                self._printing = None
            self.ring()

    async def _read(self, client: Client) -> bytes:
        while not client.line.closed:
            room = self.options.buffer_bytes - self._queued_bytes
            if self.switches.deaf or room <= 0:
                await self.news()
                continue
            await client.line.readable()
            if not self.switches.deaf:  # it may have gone deaf while it waited
                return await client.line.read(min(room, READ_BYTES))
        return b""

    async def _enqueue(self, client: Client, frame: Frame) -> None:
        if frame.name == _STATUS_REQUEST and frame.args in (b"\1", b"\2", b"\3", b"\4"):
            return  # answered on reception
        while self._printing not in (None, client):
            await self.news()
        self._printing = client
        self._queue.append((client, frame))
        self._queued_bytes += len(frame.raw)
        client.unprinted += 1

    async def _see_off(self, client: Client) -> None:
        """FIN: answers that are still due go first, then ours."""
        try:
            async with asyncio.timeout(LINGER_S):
                while client.unprinted and not client.line.closed:
                    await self.news()
        except TimeoutError:
            return  # off line: the rest is printed when the paper is back

    async def _act_at_once(self, client: Client, data: bytes) -> bytes:
        """Do what is asked in real time; returns what is left to be framed."""
        abandoned = 0
        for request in client.finder.find(data):
            if request.kind == "clear" or request[:2] == ("recover", b"\2"):
                client.framer = Framer()  # half a command will never be whole
                abandoned = request.end
            await self._request(client, request)
        return data[abandoned:]

    async def _request(self, client: Client, request: Request) -> None:
        kind, said, _ = request
        match kind:
            case "status":
                await self.answer(client, status.real_time(said[0], self.switches))
            case "recover":
                self._recover(said)
            case "pulse":
                self._kick(5 if said[0] else 2, said[1] * 100, real_time=True)
            case "asb":
                await self.answer(client, status.automatic(self.switches))
            case _:
                self._clear_buffer()
                await self.answer(client, status.BUFFER_CLEARED)

    def _recover(self, said: bytes) -> None:
        """DLE ENQ 1 goes on at the line that failed, 2 forgets what was to come.

        Neither helps as long as what jammed is still jammed.
        """
        if said == b"\2":
            self._clear_buffer()
        if said != b"\0" and not self.switches.jammed(self.switches.fault):
            self.fail(Fault.NONE)

    def _clear_buffer(self) -> None:
        """DLE ENQ 2, DLE DC4 8: what isn't printed yet never will be."""
        for client, _ in self._queue:
            client.unprinted -= 1
        self._queue.clear()
        self._queued_bytes = 0
        self.decoder.head.drop_buffers()

    async def _regulate(self) -> None:
        """XOFF and XON to the lines that want them."""
        room = self.options.buffer_bytes - self._queued_bytes
        for client in tuple(self.clients):
            if client.flow is not None:
                said = client.flow.regulate(room, self.options.buffer_bytes)
                await self.answer(client, said)

    # -- printing -----------------------------------------------------------

    async def print_for_ever(self) -> None:
        done, owed_s = 0, 0.0
        while True:
            while self.switches.stopped or not self._queue:
                await self.news()
            client, frame = self._queue[0]
            fault = self.switches.fault_at(frame.name)
            if fault is not Fault.NONE:
                self.fail(fault)
                continue
            self._queue.popleft()
            self._queued_bytes -= len(frame.raw)
            if self.switches.slow_bytes_s:
                owed_s += len(frame.raw) / self.switches.slow_bytes_s
            if owed_s >= SHORTEST_NAP_S:
                await asyncio.sleep(owed_s)
                owed_s = 0.0
            await self._execute(client, frame)
            client.unprinted -= 1
            await self._regulate()
            self.ring()
            done += 1
            if done % FRAMES_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _execute(self, client: Client, frame: Frame) -> None:
        if not frame.raw.startswith(STATUS_LEAD):
            self.paper_bytes += frame.raw
        for inner in self._macro.expand(frame):
            await self._perform(client, inner)

    async def _perform(self, client: Client, frame: Frame) -> None:
        match self.decoder.execute(frame):
            case Cut(partial):
                self.part("partial" if partial else "cut")
            case Pulse(pin, on_ms):
                self._kick(pin, on_ms, real_time=False)
            case Ask(name, args):
                await self.answer(client, self._reply(client, name, args))
            case Tell(data):
                await self.answer(client, data)
            case None:
                return

    def _reply(self, client: Client, name: bytes, args: bytes) -> bytes:
        now = self.switches
        match name:
            case b"GS r":
                return status.transmitted(args[0], now)
            case b"GS I":
                return status.identified(args[0], self.options.identity)
            case b"GS a":
                client.asb_mask = args[0]
                return status.automatic(now) if args[0] else b""
            case b"ESC v":
                return status.transmitted(1, now)
            case b"ESC u":
                return status.transmitted(2, now)
            case _:
                return status.process_done(args)

    def _kick(self, pin: int, on_ms: int, *, real_time: bool) -> None:
        self.kicks.append(Kick(self.clock_s, pin, on_ms, real_time))
        self.open_drawer()

    @abstractmethod
    def open_drawer(self) -> None:
        """The drawer springs open; the machine says who hears of it."""

    @abstractmethod
    def fail(self, fault: Fault) -> None:
        """An error begins, or (:attr:`Fault.NONE`) is over; who hears of it."""
