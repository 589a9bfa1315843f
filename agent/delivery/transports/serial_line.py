"""A printer on a serial line: pyserial sets the line, the loop moves the bytes.

pyserial's own ``write`` is never called: it blocks for as long as the printer
does not take bytes (490 ms measured in the loop, for ever with the paper out).
RTS/CTS and XON/XOFF are the kernel's work.  DTR, which most ESC/POS printers
use by default, is not: Linux ignores DSR for flow, so it is done here, in
pieces small enough for the printer's reserve.

The kernel is given no more than the line carries in ``AHEAD_S``, where it says how much
it has: its four kilobytes are as many seconds at 9600 baud, and a drawer pulse would
wait behind them.
"""

from __future__ import annotations

import asyncio
import termios
from collections.abc import Callable
from typing import Final

import serial

from agent.delivery.settings import SerialLink
from agent.delivery.transports.base import CHUNK_BYTES, TransportError, nothing
from agent.delivery.transports.descriptor import Descriptor

DTR_CHUNK_BYTES: Final = 64
"""Sent between two looks at DSR.  A printer says busy with 128 bytes or more of
its buffer left (Epson TM, 4 KB buffer), and the UART holds 16 to 64 of ours."""

AHEAD_S: Final = 0.05
"""Longer than the loop is ever busy, so that the line does not run dry."""

LEAST_AHEAD_BYTES: Final = 16
"""What a UART sends by itself."""

DTR_STEP_S: Final = 0.005
"""How often a busy printer's DSR is looked at: no event exists for it."""


class SerialTransport:
    """Implements ``Transport`` over a tty."""

    def __init__(self, link: SerialLink) -> None:
        self._link = link
        self._line: serial.Serial | None = None
        self._wire: Descriptor | None = None
        # Ten bits a byte, with start and stop.
        self._ahead = max(LEAST_AHEAD_BYTES, int(link.baud / 10 * AHEAD_S))

    @property
    def name(self) -> str:
        return f"serial://{self._link.path}"

    @property
    def hears(self) -> bool:
        return True

    async def open(self, *, within_s: float) -> None:
        self.close()
        try:
            # On a thread: setting up a USB adapter takes several round trips.
            # If time runs out, the late object closes itself when collected.
            async with asyncio.timeout(within_s):
                line = await asyncio.to_thread(_set_up, self._link)
        except TimeoutError as error:
            raise TransportError("unreachable", "the line did not open") from error
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise TransportError("unreachable", str(error)) from error
        self._line = line
        self._wire = Descriptor(line.fileno())

    def write_now(self, raw: bytes) -> int:
        if self._link.flow == "dtr":
            return 0
        wire = self._open_wire()
        room = self._ahead - wire.unsent()
        return wire.write_now(raw[:room]) if room > 0 else 0

    async def write(self, raw: bytes, *, stall_s: float) -> None:
        wire = self._open_wire()
        if self._link.flow == "dtr":
            await write_when(self._printer_is_ready, wire, raw, stall_s=stall_s)
        else:
            await self._write(wire, raw, stall_s)

    async def _write(self, wire: Descriptor, raw: bytes, stall_s: float) -> None:
        loop = asyncio.get_running_loop()
        patience_ends = loop.time() + stall_s
        unsent = wire.unsent()
        while raw:
            count, before, unsent = self.write_now(raw), unsent, wire.unsent()
            raw = raw[count:]
            if count or unsent < before:
                patience_ends = loop.time() + stall_s
            elif loop.time() > patience_ends:
                raise TransportError("stalled", f"{len(raw)} bytes not taken")
            # No event says that the kernel has less of it.
            await asyncio.sleep(0 if count else AHEAD_S / 5)

    async def settle(
        self, *, within_s: float, behind: Callable[[], int] = nothing
    ) -> None:
        await self._open_wire().settle(within_s=within_s, behind=behind)

    async def read(self, *, within_s: float) -> bytes:
        return await self._open_wire().read(within_s=within_s)

    def discard_input(self) -> bytes:
        return self._open_wire().discard_input()

    def close(self) -> None:
        self._wire = None
        if self._line is not None:
            self._line.close()
            self._line = None

    def _open_wire(self) -> Descriptor:
        if self._wire is None:
            raise TransportError("lost", "not open")
        return self._wire

    def _printer_is_ready(self) -> bool:
        if self._line is None:
            raise TransportError("lost", "not open")
        try:
            return bool(self._line.dsr)
        except OSError as error:
            raise TransportError("lost", f"the line has no DSR: {error}") from error


async def write_when(
    ready: Callable[[], bool], wire: Descriptor, raw: bytes, *, stall_s: float
) -> None:
    """Write in small pieces, each one only while the printer says it is ready.

    Raises:
        TransportError: ``stalled`` after ``stall_s`` seconds of "busy", or as
            ``Descriptor.write``.
    """
    loop = asyncio.get_running_loop()
    for start in range(0, len(raw), DTR_CHUNK_BYTES):
        patience_ends = loop.time() + stall_s
        while not ready():
            if loop.time() > patience_ends:
                raise TransportError("stalled", "DSR says busy")
            await asyncio.sleep(DTR_STEP_S)
        piece = raw[start : start + DTR_CHUNK_BYTES]
        await wire.write(piece, stall_s=stall_s, chunk_bytes=CHUNK_BYTES)
        await wire.settle(within_s=stall_s)


def _set_up(link: SerialLink) -> serial.Serial:
    line = serial.Serial()
    line.port = link.path
    line.baudrate = link.baud
    line.parity = {"none": "N", "even": "E", "odd": "O"}[link.parity]
    line.bytesize = link.bits
    line.rtscts = link.flow == "rtscts"
    line.xonxoff = link.flow == "xonxoff"
    line.timeout = 0
    line.exclusive = True  # two programs on one line tear each other's receipts
    line.open()
    # pyserial leaves VMIN 0: "nothing there" would read like "hung up".
    attributes = termios.tcgetattr(line.fileno())
    attributes[6][termios.VMIN] = 1
    termios.tcsetattr(line.fileno(), termios.TCSANOW, attributes)
    return line
