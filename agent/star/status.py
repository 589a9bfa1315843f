"""What a Star printer answers, to the bit.

A POS decides from single bits whether its printer is there.  Every answer is the bytes
that the manual prescribes, with the state of the real printer in them; a question without
a known answer gets none (``b""``).

An automatic status (ASB) says its own length: bits 1 to 3 and 5 of its first byte count
its bytes, the second is the version of the format.  Ours is version 3, nine bytes, up to
printer status 7.  On Ethernet and wireless LAN (:attr:`Identity.framed`) bit 7 of the
second byte says that two bytes with the length of more data follow; ENQ and EOT are
answered inside such a frame, and by one byte on any other line.

The ETB counter is what a POS waits for: it counts what was printed.  Ours counts when
all before it is durable, since the ``Ask`` is answered then.

Source: Star, Line Mode Command Specifications, 3.3.14 and appendix 2 (5.2.1 to 5.2.4).
No answer, since nobody here can know it: ESC GS x I and ESC GS y I (the size of a symbol
that the printer would make), ESC SYN 3 (presenter), ESC GS ) I (StarPRNT).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from agent.events import PrinterState
from agent.star.tokens import Command

HEADER: Final = 0x23
"""Nine bytes (table of header 1)."""
VERSION: Final = 0x06
"""Version 3: up to printer status 7."""
FRAMED: Final = 0x80
"""Bit 7 of header 2: a length follows."""

_ETB_DONE: Final = 0x02
_ETB_ROUND: Final = 32
_END_ROUND: Final = 256


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom we pose as.

    ``framed``: answer as on Ethernet.  ``greets`` (NSB): the status is sent to whoever
    connects.  ``drawer_high``: bit 2 is set while the drawer is open, as drawers that
    come with the printer are wired.
    """

    model: str = "TSP654"
    firmware: str = "3.0"
    framed: bool = False
    greets: bool = False
    drawer_high: bool = True


def _if(bits: int, condition: bool) -> int:  # noqa: FBT001 -- it is a bit
    return bits if condition else 0


def _offline(state: PrinterState) -> bool:
    return not state.online or state.cover_open or state.paper == "out" or state.error


def asb(
    state: PrinterState, identity: Identity, *, etb: int = 0, etb_done: bool = False
) -> bytes:
    """The nine bytes of automatic status, without what follows on Ethernet."""
    drawer = state.drawer_open == identity.drawer_high
    return bytes(
        (
            HEADER,
            VERSION | _if(FRAMED, identity.framed),
            _if(0x20, state.cover_open)
            | _if(0x08, _offline(state))
            | _if(0x04, drawer)
            | _if(_ETB_DONE, etb_done),
            _if(0x08, state.error),  # the auto-cutter's: what a cashier can clear
            0x00,
            _paper(state),
            0x00,
            # five bits, with bit 4 and bit 0 fixed at 0
            (etb & 0x18) << 2 | (etb & 0x07) << 1,
            0x00,
        )
    )


def _paper(state: PrinterState) -> int:
    """Bit 2: near its end (the inner sensor); bit 3: at its end."""
    return {"ok": 0x00, "near_end": 0x04, "out": 0x0C}[state.paper]


def enq(state: PrinterState, identity: Identity) -> int:
    """Bit 4 is off.  Bit 5: the reception buffer is empty, as it is with us."""
    drawer = state.drawer_open == identity.drawer_high
    return (
        0x20
        | _if(0x80, drawer)
        | _if(0x08, state.paper == "out")
        | _if(0x04, state.cover_open or state.error)
    )


def eot(state: PrinterState, identity: Identity) -> int:
    """Bit 4 is on, bit 0 is off."""
    drawer = state.drawer_open == identity.drawer_high
    return 0x10 | _if(0x80, drawer) | _paper(state)


class Answering:
    """The printer's voice on one connection: what it asked to be told is kept."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._watched = False
        self._told = b""
        self._etb = 0
        self._etb_done = False
        self._end = 0

    def hello(self, state: PrinterState) -> bytes:
        """What is sent to a POS that connects, before it says anything (NSB)."""
        return self._status(state) if self._identity.greets else b""

    def answer(
        self,
        token: Command,
        state: PrinterState,
        contents: object = None,  # noqa: ARG002 -- no answer tells of the printer's memory
    ) -> bytes:
        """The reply to an ``Ask``; ``b""`` when this printer would say nothing."""
        reply = _REPLIES.get(token.name)
        return reply(self, token.params, state) if reply else b""

    def changed(self, state: PrinterState) -> bytes:
        """The printer's state changed: what this POS wants to hear of it now."""
        if not self._watched or asb(state, self._identity) == self._told:
            return b""
        return self._status(state)

    def _status(self, state: PrinterState) -> bytes:
        """ETB's bit is "cleared when received at the host"."""
        self._told = asb(state, self._identity)
        done, self._etb_done = self._etb_done, False
        status = asb(state, self._identity, etb=self._etb, etb_done=done)
        return status + (b"\0\0" if self._identity.framed else b"")

    def real_time(self, _: bytes, state: PrinterState) -> bytes:
        """ESC ACK SOH."""
        return self._status(state)

    def enq(self, _: bytes, state: PrinterState) -> bytes:
        return self._one_byte(b"01", enq(state, self._identity), state)

    def eot(self, _: bytes, state: PrinterState) -> bytes:
        return self._one_byte(b"02", eot(state, self._identity), state)

    def _one_byte(self, kind: bytes, status: int, state: PrinterState) -> bytes:
        """On Ethernet ``kind : B length status ;`` behind an ASB and its length."""
        if not self._identity.framed:
            return bytes((status,))
        data = kind + b":B\x00\x01" + bytes((status,)) + b";"
        return self._status(state)[:-2] + len(data).to_bytes(2, "big") + data

    def count(self, _: bytes, state: PrinterState) -> bytes:
        """ETB: what stands before it is printed.  "Sends ASB (only when enabled)"."""
        self._etb = (self._etb + 1) % _ETB_ROUND
        self._etb_done = True
        return self._status(state) if self._watched else b""

    def clear(self, _: bytes, state: PrinterState) -> bytes:  # noqa: ARG002
        """ESC RS E n, CAN: "ASB is not transmitted"."""
        self._etb, self._etb_done = 0, False
        return b""

    def watch(self, params: bytes, state: PrinterState) -> bytes:
        """ESC RS a n: bit 0 is ASB.  Nothing is sent until something changes."""
        if params[0] & 0x0F <= 3 and params[0] >> 4 in {0, 3}:
            self._watched = bool(params[0] & 1)
            self._told = asb(state, self._identity)
        return b""

    def print_end(self, params: bytes, _: PrinterState) -> bytes:
        """ESC GS ETX s n1 n2: echoed, then the counter and NUL."""
        if params[0] == 1:
            self._end = (self._end + 1) % _END_ROUND
        elif params[0] == 2:
            self._end = 0
        if params[0] > 1:
            return b""
        return b"\x1b\x1d\x03" + params + bytes((self._end, 0))

    def introduce(self, params: bytes, _: PrinterState) -> bytes:
        """ESC # * LF NUL: the model and its firmware, behind a comma."""
        if params != b"*\n\0":
            return b""
        who = f"{self._identity.model}Ver{self._identity.firmware}"
        return b"\x1b#*," + who.encode("ascii", "replace") + b"\n\0"


_REPLIES: Final[Mapping[str, Callable[[Answering, bytes, PrinterState], bytes]]] = {
    "ESC ACK SOH": Answering.real_time,
    "ENQ": Answering.enq,
    "EOT": Answering.eot,
    "ETB": Answering.count,
    "ESC RS a": Answering.watch,
    "ESC RS E": Answering.clear,
    "CAN": Answering.clear,
    "ESC GS ETX": Answering.print_end,
    "ESC #": Answering.introduce,
}
