"""What a printer answers, to the bit.

A POS decides from single bits whether its printer is there: with one wrong fixed
bit it says "offline" and stops selling.  So every answer here is the byte that
the manual prescribes, with the state of the real printer in it, and a question
without a known answer gets none (``b""``), as from a printer of that model.

Which answers wait for what is not decided here (:mod:`agent.escpos.jobs` marks
the real-time ones).

Source: Epson ESC/POS Application Programming Guide, DLE EOT, DLE DC4 fn 7,
GS r, GS I, GS a, GS ( H, ESC u, ESC v.  A drawer's switch pulls pin 3 of its
connector low when the drawer opens: HIGH, bit set, means closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.escpos.tokens import Command
from agent.events import PrinterState


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom we pose as.  The texts are ASCII; the ids are those of GS I 1 to 3."""

    maker: str = "EPSON"
    model: str = "TM-T88V"
    firmware: str = "30.42 ESC/POS"
    serial: str = ""
    fonts: str = ""
    model_id: int = 0x20
    type_id: int = 0x02
    """Bit 1: there is an autocutter."""
    rom_id: int = 0x01


def asb(state: PrinterState) -> bytes:
    """The four bytes of automatic status back; the last is fixed for a TM-T88V."""
    return bytes(
        (
            0x10
            | _if(0x04, not state.drawer_open)
            | _if(0x08, _offline(state))
            | _if(0x20, state.cover_open),
            _if(0x08, state.error),
            _paper(state),
            0x0F,
        )
    )


def _if(bits: int, condition: bool) -> int:  # noqa: FBT001 -- it is a bit
    return bits if condition else 0


def _offline(state: PrinterState) -> bool:
    return not state.online or state.cover_open or state.paper == "out" or state.error


def _paper(state: PrinterState) -> int:
    """Bits 0-1: the roll is near its end; bits 2-3: it is at its end."""
    return {"ok": 0x00, "near_end": 0x03, "out": 0x0F}[state.paper]


def _drawer(state: PrinterState) -> int:
    return _if(0x01, not state.drawer_open)


def _realtime(number: int, state: PrinterState) -> bytes:
    """DLE EOT n.  Every answer is ``0xx1xx10``."""
    bits = {
        1: _if(0x04, not state.drawer_open) | _if(0x08, _offline(state)),
        2: _if(0x04, state.cover_open)
        | _if(0x20, state.paper == "out")
        | _if(0x40, state.error),
        3: _if(0x08, state.error),
        4: {"ok": 0x00, "near_end": 0x0C, "out": 0x6C}[state.paper],
    }.get(number)
    return b"" if bits is None else bytes((0x12 | bits,))


# What each bit of GS a watches, in the four bytes of the answer.
_WATCHES: Final[Mapping[int, int]] = {
    0x01: 0x04_00_00_00,
    0x02: 0x28_00_00_00,
    0x04: 0x00_6C_00_00,
    0x08: 0x00_00_0F_00,
}


class Answering:
    """The printer's voice on one connection: what it asked to be told is kept."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._watched = 0
        self._told = b""

    def answer(self, token: Command, state: PrinterState) -> bytes:
        """The reply to an ``Ask``; ``b""`` when this printer would say nothing."""
        argument = token.params[:1]
        number = argument[0] if argument else 0
        match token.name:
            case "DLE EOT":
                return _realtime(number, state)
            case "GS a":
                return self._watch(number, state)
            case "GS I":
                return self._introduce(number)
            case "GS ( H" if token.fn == 0x30 and len(token.raw) == 11:
                # 37H 22H, the four characters of the process, NUL
                return b"\x37\x22" + token.raw[7:] + b"\0"
            case "DLE DC4" if token.params == b"\x07\x01":
                return asb(state)
            case _:
                return _sensor(token.name, number, state)

    def changed(self, state: PrinterState) -> bytes:
        """The printer's state changed: what this POS wants to hear of it now."""
        now = asb(state)
        difference = int.from_bytes(now) ^ int.from_bytes(self._told)
        if not self._watched & difference:
            return b""
        self._told = now
        return now

    def _watch(self, selected: int, state: PrinterState) -> bytes:
        """GS a n: status at once, and again whenever a selected item changes."""
        self._watched = sum(
            places for bit, places in _WATCHES.items() if selected & bit
        )
        self._told = asb(state)
        return self._told if selected else b""

    def _introduce(self, number: int) -> bytes:
        """GS I n: an id of one byte for 1-3, ``5F text 00`` for 65-69."""
        who = self._identity
        ids = {1: who.model_id, 2: who.type_id, 3: who.rom_id}
        texts = {
            65: who.firmware,
            66: who.maker,
            67: who.model,
            68: who.serial,
            69: who.fonts,
        }
        if number in texts:
            return b"\x5f" + texts[number].encode("ascii", "replace") + b"\0"
        number = number - 0x30 if 0x31 <= number <= 0x33 else number
        return bytes((ids[number],)) if number in ids else b""


def _sensor(name: str, number: int, state: PrinterState) -> bytes:
    """GS r n, ESC u n, ESC v: one byte with bits 4 and 7 off."""
    drawer, paper = _drawer(state), _paper(state)
    table = {
        ("GS r", 1): paper,
        ("GS r", 0x31): paper,
        ("GS r", 2): drawer,
        ("GS r", 0x32): drawer,
        ("ESC u", 0): drawer,
        ("ESC u", 0x30): drawer,
        ("ESC v", 0): paper,
    }
    byte = table.get((name, number))
    return b"" if byte is None else bytes((byte,))
