"""A printer's answers, bit by bit, from the state of its switches.

Source: Epson's reference, DLE EOT, GS r, GS I, GS a, GS ( H; the fixed bits
are what clients check before they believe anything (python-escpos:
``b & 0x93 == 0x12``).  Values only.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Fault(enum.Enum):
    """An error that stays, its cause being gone, until the POS says DLE ENQ."""

    NONE = "none"
    MECHANISM = "mechanism"
    CUTTER = "cutter"


_CUTS = frozenset({b"\x1dV", b"\x1bi", b"\x1bm"})
_MOVES = _CUTS | {
    b"\n", b"\x0c", b"\x1b\x0c", b"\x1bJ", b"\x1bK", b"\x1bd", b"\x1be", b"\x1cp", b"\x1d^",
    b"\x1dv0", b"\x1dQ0", b"\x1d/", b"\x1dk", b"\x1d(k", b"\x1d(L", b"\x1d8L",
}  # fmt: skip
"""Commands that move paper, and fail when it is jammed."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What a person can do to the printer, and how it misbehaves.

    Attributes:
        paper_out: no paper: printing stops, and reading once the buffer is full.
        near_end: the roll is nearly used up.
        cover_open: as ``paper_out``, with another cause.
        offline: taken off line by hand; no cause is given.
        drawer_open: a pulse sets it; a person shuts the drawer.
        deaf: accepts connections and never reads or answers.
        refusing: nobody listens: connections are refused.
        cutter_jam: something is in the cutter: the next cut fails (``fault``).
        paper_jam: the paper doesn't move: the next line fails (``fault``).
        head_hot: printing stops until it has cooled down, then goes on by itself.
        broken: an error that only a technician ends.
        fault: set by the printer when something failed.
        slow_bytes_s: how much is printed in a second; 0 is as fast as it comes.
    """

    paper_out: bool = False
    near_end: bool = False
    cover_open: bool = False
    offline: bool = False
    drawer_open: bool = False
    deaf: bool = False
    refusing: bool = False
    cutter_jam: bool = False
    paper_jam: bool = False
    head_hot: bool = False
    broken: bool = False
    fault: Fault = Fault.NONE
    slow_bytes_s: float = 0.0

    @property
    def erring(self) -> bool:
        """An error of any kind."""
        return self.fault is not Fault.NONE or self.head_hot or self.broken

    @property
    def stopped(self) -> bool:
        """Nothing is printed now."""
        return self.paper_out or self.cover_open or self.offline or self.erring

    def fault_at(self, command: bytes) -> Fault:
        """What that command, by its name, comes up against."""
        if self.paper_jam and command in _MOVES:
            return Fault.MECHANISM
        if self.cutter_jam and command in _CUTS:
            return Fault.CUTTER
        return Fault.NONE

    def jammed(self, fault: Fault) -> bool:
        """The fault's cause is still there."""
        causes = {Fault.MECHANISM: self.paper_jam, Fault.CUTTER: self.cutter_jam}
        return causes.get(fault, False)


@dataclass(frozen=True, slots=True)
class Identity:
    """What GS I tells."""

    maker: str = "EPSON"
    model: str = "TM-T88V"
    firmware: str = "30.21 ESC/POS"
    serial: str = "SIM0000042"
    model_id: int = 0x20
    type_id: int = 0x02
    """Bit 1: an autocutter is built in."""
    rom_version: int = 0x03


def _errors(now: Switches) -> int:
    """The error bits of DLE EOT 3 and of ASB's second byte: 2, 3, 5 and 6."""
    return (
        (now.fault is Fault.MECHANISM) << 2
        | (now.fault is Fault.CUTTER) << 3
        | now.broken << 5
        | now.head_hot << 6
    )


def real_time(n: int, now: Switches) -> bytes:
    """DLE EOT n, n = 1-4; nothing for another n."""
    answers = {
        # bit 2: drawer connector pin 3 HIGH (closed), bit 3: off line
        1: 0x12 | (not now.drawer_open) << 2 | now.stopped << 3,
        # bit 2: cover, bit 5: stopped by paper end, bit 6: an error
        2: 0x12 | now.cover_open << 2 | now.paper_out << 5 | now.erring << 6,
        3: 0x12 | _errors(now),
        # bits 2, 3: near end, bits 5, 6: paper end; an empty roll is both
        4: 0x12
        | (0x0C if now.near_end or now.paper_out else 0)
        | (0x60 if now.paper_out else 0),
    }
    return bytes([answers[n]]) if n in answers else b""


def automatic(now: Switches) -> bytes:
    """The four bytes of Automatic Status Back (GS a)."""
    first = 0x10 | (not now.drawer_open) << 2 | now.stopped << 3 | now.cover_open << 5
    return bytes([first, _errors(now), _roll(now), 0x0F])


def watched(mask: int, now: Switches) -> tuple[object, ...]:
    """What a change of makes ASB speak up, under GS a ``mask``.

    Bits: 0 drawer, 1 on line or off (the cover with it), 2 errors, 3 paper.
    """
    return (
        bool(mask & 1) and now.drawer_open,
        bool(mask & 2) and (now.stopped, now.cover_open),
        bool(mask & 4) and _errors(now),
        bool(mask & 8) and _roll(now),
    )


def transmitted(n: int, now: Switches) -> bytes:
    """GS r n: 1 paper sensors, 2 drawer, 4 ink; digits are the same as numbers."""
    answers = {1: _roll(now), 2: int(not now.drawer_open), 4: 0x00}
    number = n - 48 if n >= 48 else n
    return bytes([answers[number]]) if number in answers else b""


def identified(n: int, who: Identity) -> bytes:
    """GS I n: one byte for 1-3, ``_text NUL`` for 65-69; nothing otherwise."""
    bytes_told = {1: who.model_id, 2: who.type_id, 3: who.rom_version}
    number = n - 48 if 49 <= n <= 51 else n
    if number in bytes_told:
        return bytes([bytes_told[number]])
    texts = {65: who.firmware, 66: who.maker, 67: who.model, 68: who.serial, 69: ""}
    return b"_" + texts[n].encode("ascii") + b"\0" if n in texts else b""


def process_done(args: bytes) -> bytes:
    """GS ( H pL pH 48 48 d1..d4: everything before it is done; ``37 22 d1..d4 00``."""
    return (
        b"\x37\x22" + args[4:8] + b"\0"
        if args[2:4] == b"00" and len(args) == 8
        else b""
    )


BUFFER_CLEARED = b"\x37\x25\x00"
"""The answer to DLE DC4 8."""


def _roll(now: Switches) -> int:
    near = 0x03 if now.near_end or now.paper_out else 0
    return near | (0x0C if now.paper_out else 0)
