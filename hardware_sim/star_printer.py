"""A Star printer on Ethernet: line mode and raster, as far as tills notice it.

It answers ESC ACK SOH, ENQ and EOT on reception, counts at ETB what it has
printed, and says by itself how it is to whoever wants to hear it (ESC RS a).
It draws nothing: its paper is ``paper_bytes``, and in words what a person would see.

Source: Star, Line Mode Command Specifications, 3.3.14 and appendix 2: nine
bytes of automatic status, on Ethernet with the length of what follows them.
"""

from __future__ import annotations

from typing import Unpack

from hardware_sim.client import Client
from hardware_sim.commands import TEXT, Frame
from hardware_sim.firmware import Options
from hardware_sim.line import SocketLine
from hardware_sim.printer import Changes, ThermalPrinter
from hardware_sim.star_frames import StarFramer
from hardware_sim.status import Switches

PULSE_MS = 200
"""What ESC BEL has not set."""
_QUESTIONS = frozenset((b"\x1b\x06\x01", b"\x04", b"\x05"))
"""ESC ACK SOH, EOT, ENQ."""
_DRAWER_NOW = b"\x1c"
"""FS: "executes this command immediately upon reception"."""
_ETBS = 32


class _StarClient(Client):
    """A peer that speaks Star."""

    def __init__(self, line: SocketLine) -> None:
        super().__init__(line)
        self.framer = StarFramer()
        self.watches = False
        self.etb = 0
        self.told = b""


class StarPrinter(ThermalPrinter):
    """Used like the other.

    Attributes:
        cuts: how many there were.
        sheets: what is on each piece of paper: its text, and how many rows of dots.
    """

    def __init__(
        self, port: int = 0, options: Options | None = None, host: str = "127.0.0.1"
    ) -> None:
        super().__init__(port, options, host)
        self.cuts = 0
        self.sheets: list[str] = []
        self._text, self._rows = "", 0
        self._pulse_ms = PULSE_MS

    def turn(self, **changes: Unpack[Changes]) -> None:
        """Change switches; who watches is told."""
        super().turn(**changes)
        for client in self.clients:
            if isinstance(client, _StarClient) and client.watches:
                status = automatic(self.switches, client.etb)
                if status != client.told:
                    client.told = status
                    self._start(self.answer(client, status + b"\0\0"))

    def _new_client(self, line: SocketLine) -> Client:
        return _StarClient(line)

    async def _act_at_once(self, client: Client, data: bytes) -> bytes:  # noqa: ARG002
        """Its real-time commands have their place among the others: see _enqueue."""
        return data

    async def _enqueue(self, client: Client, frame: Frame) -> None:
        if frame.name in _QUESTIONS:
            await self.answer(client, self._status(frame.name))
        elif frame.name == _DRAWER_NOW:
            self._kick(2, self._pulse_ms, real_time=True)
        else:
            await super()._enqueue(client, frame)

    def _status(self, question: bytes) -> bytes:
        """ENQ, EOT: their byte framed behind the status."""
        told = b""
        if question in _BYTES:
            kind, says = _BYTES[question]
            told = kind + b":B\x00\x01" + bytes([says(self.switches)]) + b";"
        return automatic(self.switches, 0) + len(told).to_bytes(2, "big") + told

    async def _execute(self, client: Client, frame: Frame) -> None:
        self.paper_bytes += frame.raw
        assert isinstance(client, _StarClient)
        match frame.name:
            case b"\x07":
                self._kick(2, self._pulse_ms, real_time=False)
            case b"\x1b\x07":
                self._pulse_ms = frame.args[0] * 10
            case b"\x1b\x1ea":
                client.watches = bool(frame.args[0] & 1)
            case b"\x17":
                client.etb = (client.etb + 1) % _ETBS
                if client.watches:
                    client.told = automatic(self.switches, client.etb)
                    await self.answer(client, client.told + b"\0\0")
            case b"\x1b\x1d\x03":
                await self.answer(client, frame.raw + b"\0\0")
            case _:
                self._mark(frame)

    def _mark(self, frame: Frame) -> None:
        match frame.name:
            case b"\x1bd":
                self._cut()
            case b"b" | b"k":
                self._rows += 1
            case b"\x1b*r" if frame.args == b"B" and self._rows:
                self._cut()  # what ESC * r E says unless it was told otherwise
            case _ if frame.name in {TEXT, b"\n"}:
                self._text += frame.raw.decode("cp1252", "replace")
            case _:
                return

    def _cut(self) -> None:
        self.cuts += 1
        rows = f"[{self._rows} rows of dots]\n" if self._rows else ""
        self.sheets.append(f"{rows}{self._text.strip()}")
        self._text, self._rows = "", 0


def automatic(now: Switches, etb: int) -> bytes:
    """Nine bytes; the second says that a length follows."""
    return bytes(
        (
            0x23,
            0x86,
            now.cover_open << 5 | now.stopped << 3 | now.drawer_open << 2,
            now.erring << 3,
            0x00,
            _roll(now),
            0x00,
            (etb & 0x18) << 2 | (etb & 0x07) << 1,
            0x00,
        )
    )


def _roll(now: Switches) -> int:
    near = (now.near_end or now.paper_out) << 2
    return near | now.paper_out << 3


def _enq(now: Switches) -> int:
    stopped = (now.cover_open or now.erring) << 2
    return 0x20 | now.drawer_open << 7 | now.paper_out << 3 | stopped


def _eot(now: Switches) -> int:
    return 0x10 | now.drawer_open << 7 | _roll(now)


_BYTES = {b"\x05": (b"01", _enq), b"\x04": (b"02", _eot)}
