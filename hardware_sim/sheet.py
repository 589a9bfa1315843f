"""One piece of paper that left the printer: what it says, and its picture."""

from __future__ import annotations

from dataclasses import dataclass

from hardware_sim import paper_png
from hardware_sim.commands import Framer
from hardware_sim.decode import Cut, Decoder
from hardware_sim.macros import Macro
from hardware_sim.marks import Mark, Picture, Row, Symbol


@dataclass(frozen=True, slots=True)
class Sheet:
    """From one cut to the next; ``at_s`` is the printer's clock at the cut."""

    marks: tuple[Mark, ...]
    symbols: tuple[Symbol, ...]
    width_dots: int
    edge: paper_png.Edge
    at_s: float

    @property
    def lines(self) -> tuple[str, ...]:
        """Its text in columns, blank lines as empty strings; a page's text in its place."""
        lines: list[str] = []
        for mark in self.marks:
            if isinstance(mark, Row):
                lines.append(mark.text)
            elif isinstance(mark, Picture):
                lines += mark.lines
        return tuple(lines)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def has_ink(self) -> bool:
        return any(
            (isinstance(mark, Picture) and mark.image.getbbox() is not None)
            or (isinstance(mark, Row) and (mark.bits or mark.text))
            for mark in self.marks
        )

    def png(self) -> bytes:
        """A picture to look at (RGBA, 203 dpi); some 100 ms of CPU: use a thread."""
        return paper_png.png(self.marks, self.width_dots, self.edge)

    def ink_png(self) -> bytes:
        """The bare ink, black on white, for a machine to read."""
        return paper_png.bare_png(self.marks, self.width_dots)


def sheets_of(raw: bytes, width_dots: int = 576) -> tuple[Sheet, ...]:
    """What a whole job prints, cut by cut; what follows the last cut is torn off."""
    decoder, macro, sheets = Decoder(width_dots), Macro(), []
    for come in Framer().feed(raw):
        for frame in macro.expand(come):
            effect = decoder.execute(frame)
            if isinstance(effect, Cut):
                edge: paper_png.Edge = "partial" if effect.partial else "cut"
                sheets.append(Sheet(*decoder.take(), width_dots, edge, 0.0))
    sheets.append(Sheet(*decoder.take(), width_dots, "torn", 0.0))
    return tuple(sheet for sheet in sheets if sheet.has_ink)
