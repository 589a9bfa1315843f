"""What a printer is, and what it is set to while it prints.

:class:`Printer` is what no stream says; :class:`Settings` is all that ESC @ sets
back (Epson ESC/POS Application Programming Guide, ESC @).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from agent.paper.strip import CELL_WIDTH, PLAIN, Font, Hri, Style

DOTS_PER_INCH: Final = 203
DEFAULT_SPACING: Final = 30
"""Dots from line to line (Epson ESC/POS, ESC 2: about 1/6 inch)."""


@dataclass(frozen=True, slots=True)
class Printer:
    """What the stream does not say about the printer it was written for.

    ``pages`` maps the n of ESC t to the 128 characters of the bytes 80 to FF;
    a number it lacks means what Epson's manual says.  ``multibyte`` is the code
    that FS & switches on, a name of :data:`agent.escpos.kanji.CODES`; empty: nobody
    knows, and what the POS sends after FS & must tell.  ``kanji_on``: the printer
    wakes up in kanji mode; most models sold in East Asia do.
    """

    width_dots: int = 576
    pages: Mapping[int, str] = field(default_factory=dict, repr=False)
    default_page: int = 0
    country: int = 0
    multibyte: str = ""
    kanji_on: bool = False

    @property
    def columns(self) -> int:
        """Characters of font A on a line."""
        return max(1, self.width_dots // CELL_WIDTH["A"])


@dataclass(frozen=True, slots=True)
class Kanji:
    """What kanji do not share with other characters.

    ``left`` and ``right`` are dots beside each; two cells of ``font`` make one.
    """

    font: Font = "A"
    wide: int = 1
    tall: int = 1
    underline: int = 0
    left: int = 0
    right: int = 0


USUAL_KANJI: Final = Kanji()


@dataclass(frozen=True, slots=True)
class Spaces:
    """What page mode and standard mode each have of their own (Epson ESC/POS, ESC L).

    Dots from line to line, right of each character, and beside each kanji.
    """

    spacing: int = DEFAULT_SPACING
    right: int = 0
    kanji_left: int = 0
    kanji_right: int = 0


USUAL_SPACES: Final = Spaces()


@dataclass(slots=True)
class Settings:
    """All that ESC @ sets back.

    ``kanji_on`` is FS &, ``kanji_system`` what FS C said ("jis", "cp932",
    "shift_jis_2004"), ``utf8`` FS ( C, ``characters_on`` ESC %.

    ``codes`` is what GS ( k has set, by cn and fn; ``stored`` what it is to print, by
    cn and part.  ``other_mode`` are the spaces of the mode that is not on.
    """

    page_number: int
    page_chosen: bool
    country: int
    style: Style = PLAIN
    emphasized: bool = False
    double_strike: bool = False
    right_space: int = 0
    align: int = 0
    left: int = 0
    width: int = 0
    spacing: int = DEFAULT_SPACING
    other_mode: Spaces = USUAL_SPACES
    unit_x: int = DOTS_PER_INCH
    unit_y: int = DOTS_PER_INCH
    tabs: tuple[int, ...] | None = None
    kanji_on: bool = False
    kanji_system: str = ""
    utf8: bool = False
    kanji: Kanji = USUAL_KANJI
    characters_on: bool = False
    module: int = 3
    bar_height: int = 162
    hri: Hri = "none"
    hri_font: Font = "A"
    codes: Mapping[tuple[int, int], bytes] = field(default_factory=dict)
    stored: Mapping[tuple[int, int], bytes] = field(default_factory=dict)

    def change_mode(self) -> None:
        """From standard to page mode or back: each keeps its own spaces."""
        left, right = self.kanji.left, self.kanji.right
        old = Spaces(self.spacing, self.right_space, left, right)
        new, self.other_mode = self.other_mode, old
        self.spacing, self.right_space = new.spacing, new.right
        self.kanji = replace(self.kanji, left=new.kanji_left, right=new.kanji_right)
