"""What a stream of frames does to paper: the printer's own small mind.

Written from Epson's command reference, to say independently of the agent what
a job prints.  It never fails; what it can't print it leaves out and notes in
:attr:`Decoder.complaints`.
"""

from __future__ import annotations

from hardware_sim import orders_ink, orders_paper, orders_text
from hardware_sim.commands import TEXT, Frame, Framer
from hardware_sim.effects import Ask, Cut, Effect, Pulse, Tell
from hardware_sim.macros import Macro
from hardware_sim.mechanism import Mechanism
from hardware_sim.orders import Act

__all__ = ["Ask", "Cut", "Decoder", "Effect", "Pulse", "Tell", "run"]


class Decoder(Mechanism):
    """Executes frames."""

    def execute(self, frame: Frame) -> Effect | None:
        """Do what one frame says; returns what isn't ink."""
        if not self.head.selected and frame.name not in (b"\x1b=", b"\x1b@"):
            return None  # ESC = 2: the bytes are for the customer display
        if frame.name == TEXT:
            orders_ink.begin_paper(self)
            self.head.write(frame.raw)
            return None
        self.head.kanji.drop_half()
        act = _ACTS.get(frame.name)
        if act is not None:
            return act(self, frame.args)
        if frame.name not in _WITHOUT_INK:
            self.complain(f"unknown command {frame.name.hex(' ')}")
        return None


def run(raw: bytes, width_dots: int = 576) -> tuple[Decoder, list[Effect]]:
    """A whole job at once, paper not taken at its cuts.

    A last line without LF stays in the line buffer, as it does in the printer.
    """
    decoder, macro = Decoder(width_dots), Macro()
    effects = [
        decoder.execute(frame)
        for come in Framer().feed(raw)
        for frame in macro.expand(come)
    ]
    return decoder, [effect for effect in effects if effect is not None]


_ACTS: dict[bytes, Act] = orders_text.ACTS | orders_paper.ACTS | orders_ink.ACTS

_WITHOUT_INK = frozenset(
    [bytes([byte]) for byte in range(0x20)]  # CR, NUL and other single controls
    + [b"\x10\x04", b"\x10\x05", b"\x10\x14"]  # done on reception, see the printer
    # ESC: < C F U c f q ( A ( Y
    + [b"\x1b" + bytes([byte]) for byte in b"<CFUcfq"]
    + [b"\x1b(A", b"\x1b(Y"]
    # FS: L a b c g ( x
    + [b"\x1c" + bytes([byte]) for byte in b"Lbc"]
    + [b"\x1ca0", b"\x1ca1", b"\x1ca2", b"\x1cg1", b"\x1cg2"]
    + [b"\x1c(" + bytes([byte]) for byte in b"Lefg"]
    # GS: E b c j C g z ( x
    + [b"\x1d" + bytes([byte]) for byte in b"Ebcj"]
    + [b"\x1dC0", b"\x1dC1", b"\x1dC2", b"\x1dC;", b"\x1dg0", b"\x1dg2", b"\x1dz0"]
    + [b"\x1d:", b"\x1d^"]  # macros are played before frames come here
    + [b"\x1d(" + bytes([byte]) for byte in b"ABCDEGKMz"]
)
"""Known, and without an effect on what this printer draws.

CR among them: with the automatic line feed off, which is how the family is
delivered, it is ignored (Epson ESC/POS, CR).
"""
