"""What frames act on: the head, the memories, and what has come out so far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hardware_sim.graphics import Graphics
from hardware_sim.head import Head
from hardware_sim.marks import Mark, Symbol
from hardware_sim.memory import Nv, Ram

MOST_COMPLAINTS = 100
"""Enough to understand a job; a stream of noise must not fill the memory."""


class Mechanism:
    """What is left on paper stays until it is taken.

    ``width_dots`` is the printable width: 576 for 48 columns of font A, 512
    for 42.  ``nv`` is the memory that outlives it.
    """

    head: Head
    ram: Ram

    def __init__(self, width_dots: int = 576, nv: Nv | None = None) -> None:
        self.nv, self.ram = nv or Nv(), Ram()
        self.head = Head(width_dots, self.ram)
        self.graphics = Graphics(self.nv, self.ram)
        self.symbols: list[Symbol] = []
        self.complaints: list[str] = []
        self.fresh_paper = True

    def take(self) -> tuple[tuple[Mark, ...], tuple[Symbol, ...]]:
        """Tear the paper off: marks and symbols since the last time."""
        taken = self.head.take(), tuple(self.symbols)
        self.symbols, self.fresh_paper = [], True
        return taken

    def initialize(self) -> None:
        """ESC @: settings, buffers and RAM; what is in NV memory stays."""
        self.ram.clear()
        self.graphics.buffer = None
        self.head.initialize()

    def complain(self, what: str) -> None:
        if len(self.complaints) < MOST_COMPLAINTS:
            self.complaints.append(what)

    def restyle(self, **changes: Any) -> None:
        """Change fields of :class:`hardware_sim.marks.Style` from here on."""
        self.head.style = replace(self.head.style, **changes)

    def restyle_kanji(self, **changes: Any) -> None:
        """The same for what only kanji have of their own: size, spaces, underline."""
        self.head.kanji_style = replace(self.head.kanji_style, **changes)
