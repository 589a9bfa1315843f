"""One ESC/POS job in the making: what both languages of this room write into.

A job stands by itself: before its first mark the printer is reset, reads ASCII as ASCII
(ESC R 0: a switch in the printer may say otherwise) and knows no code page.  A drawer
pulse alone gets no such preamble, and so opens the drawer and touches nothing else.

Measures are dots of ``dots_per_inch``; GS P says so to a printer that counts otherwise
(the vertical unit of a TM-T88 is half a dot).

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from typing import Final

from agent.epos.letters import Letters

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
DOTS_PER_INCH: Final = 203
_BEGIN: Final = ESC + b"@" + ESC + b"R\0"


class Job:
    """Collects bytes.  ``raw`` is the job so far, with its last line ended."""

    def __init__(self, dots_per_inch: int = DOTS_PER_INCH) -> None:
        self._dots_per_inch = dots_per_inch
        self._out = bytearray()
        self._letters = Letters()
        self._begun = False
        self._measured = False
        self._open_line = False

    @property
    def raw(self) -> bytes:
        """A line that nothing ends would stay in the printer until the next job."""
        return bytes(self._out) + (b"\n" if self._open_line else b"")

    def now(self, raw: bytes) -> None:
        """Something beside the paper: a pulse, a sound."""
        self._out += raw

    def order(self, raw: bytes) -> None:
        """A command that touches the paper, or what is printed on it."""
        if not self._begun:
            self._begun = True
            self._out += _BEGIN
        self._out += raw

    def measured(self, raw: bytes) -> None:
        """As above, for one that counts in dots."""
        if not self._measured:
            self._measured = True
            self.order(GS + b"P" + bytes((self._dots_per_inch,) * 2))
        self.order(raw)

    def write(self, text: str, lang: str = "en") -> None:
        """Text, in whatever pages it needs; LF ends a line."""
        if text:
            self.order(self._letters.write(text, lang))
            self._open_line = not text.endswith("\n")

    def end_line(self, by: bytes = b"\n") -> None:
        """Print what is pending, and feed by a command that does so."""
        self.order(by)
        self._open_line = False

    def at_line_start(self) -> None:
        """Cuts and rules are only heeded there."""
        if self._open_line:
            self.end_line()

    def reset(self) -> None:
        """ESC @: everything is as in the beginning."""
        self._letters, self._measured, self._open_line = Letters(), False, False
        self._begun = True
        self._out += _BEGIN

    def foreign(self, raw: bytes) -> None:
        """ESC/POS of the POS's own; what it does to the printer is not known."""
        self.order(raw)
        self._letters, self._measured, self._open_line = Letters(), False, False


def pulse(connector: int, on_ms: int) -> bytes:
    """ESC p: pin 2 (0) or pin 5 (1), and as long a pause."""
    time = max(1, min(on_ms // 2, 255))
    return ESC + b"p" + bytes((connector, time, time))


def align(where: int) -> bytes:
    """ESC a: 0 left, 1 centre, 2 right."""
    return ESC + b"a" + bytes((where,))


def size(wide: int, tall: int) -> bytes:
    """GS !: multiples of 1 to 8."""
    return GS + b"!" + bytes(((wide - 1) << 4 | tall - 1,))


def u16(*values: int) -> bytes:
    return b"".join(value.to_bytes(2, "little") for value in values)
