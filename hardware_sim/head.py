"""The print head: line buffer, style and margins; leaves marks on paper.

Measures are dots.  A line that is full is printed and goes on in the next one.
Not drawn: rotation (ESC V), the areas and directions of page mode (its text
comes out line by line), kanji.
"""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from hardware_sim.codepages import CharacterTable
from hardware_sim.marks import Bits, Feed, Mark, Picture, Row, Run, Style
from hardware_sim.symbols import SymbolMemory

DEFAULT_SPACING_DOTS = 30
"""ESC 2: a sixth of an inch on the family's 180 dpi head, kept as 30 dots."""
TAB_COLUMNS = 8
"""HT stands at every eighth column until ESC D says otherwise."""


class Head:
    """State that ESC @ resets, and the marks made since paper was last taken."""

    def __init__(self, width_dots: int) -> None:
        self.width_dots = width_dots
        self.marks: list[Mark] = []
        self.initialize()

    def initialize(self) -> None:
        """ESC @: the line buffer is dropped, as the real one is."""
        self.style = Style()
        self.page = self.country = 0
        self.justify = 0
        self.spacing_dots = DEFAULT_SPACING_DOTS
        self.left_dots, self.area_dots = 0, self.width_dots
        self.tabs_dots: tuple[int, ...] = ()
        self.unit_x_dots = self.unit_y_dots = 1.0
        self.bar_module_dots, self.bar_height_dots, self.bar_text = 3, 162, 0
        self.squares = SymbolMemory()
        self.selected = True
        self.x = 0
        self._runs: list[Run] = []
        self._bits: list[Bits] = []
        self.choose_table()

    def choose_table(self) -> None:
        """Look up the page (ESC t) under the country (ESC R) again."""
        self._table = CharacterTable(self.page, self.country)

    @property
    def room_dots(self) -> int:
        """Printable width between the margins (GS L, GS W)."""
        return max(1, min(self.area_dots, self.width_dots - self.left_dots))

    @property
    def mid_line(self) -> bool:
        return bool(self._runs or self._bits)

    def write(self, raw: bytes) -> None:
        text = self._table.text(raw)
        while text:
            fits = max(0, self.room_dots - self.x) // self.style.char_dots
            if not fits and self.mid_line:
                self.flush()
                continue
            # A character wider than the whole line is printed all the same.
            piece, text = text[: max(1, fits)], text[max(1, fits) :]
            self._append(piece)

    def _append(self, piece: str) -> None:
        last = self._runs[-1] if self._runs else None
        if last and last.style == self.style and last.end == self.x:
            self._runs[-1] = replace(last, text=last.text + piece)
        else:
            self._runs.append(Run(self.x, piece, self.style))
        self.x += len(piece) * self.style.char_dots

    def place(self, image: Image.Image) -> None:
        """A bit image standing in the line like a character; cut at the margin."""
        kept = image.crop(
            (0, 0, min(image.width, self.room_dots - self.x), image.height)
        )
        if kept.width > 0:
            self._bits.append(Bits(self.x, kept))
            self.x += kept.width

    def flush(self, feed_dots: int | None = None) -> None:
        """Print the line buffer and move on; ``None`` is one line."""
        ends = [*(run.end for run in self._runs), *(bits.end for bits in self._bits)]
        shift = self.aligned(max(ends, default=0))
        runs = tuple(replace(run, x=run.x + shift) for run in self._runs)
        bits = tuple(replace(bit, x=bit.x + shift) for bit in self._bits)
        spacing = self.spacing_dots if feed_dots is None else feed_dots
        row = Row(runs, bits, spacing)
        self.marks.append(replace(row, feed_dots=max(spacing, row.ink_dots)))
        self._runs, self._bits, self.x = [], [], 0

    def finish_line(self) -> None:
        """Print what stands in the buffer, if anything does."""
        if self.mid_line:
            self.flush()

    def feed(self, dots: float) -> None:
        """ESC J, ESC d: print the buffer, then that much paper."""
        if self.mid_line:
            self.flush(round(dots))
        elif dots > 0:
            self.marks.append(Feed(round(dots)))

    def tab(self) -> None:
        """HT: to the next position; past the last one it is ignored."""
        every = TAB_COLUMNS * self.style.char_dots
        stops = self.tabs_dots or range(every, self.room_dots, every)
        self.x = next((stop for stop in stops if stop > self.x), self.x)

    def picture(self, image: Image.Image) -> None:
        """A block of its own, justified, cut at the margin."""
        self.finish_line()
        kept = image.crop((0, 0, min(image.width, self.room_dots), image.height))
        self.marks.append(Picture(self.aligned(kept.width), kept))

    def caption(self, text: str, bars_dots: int) -> None:
        """The readable line at a bar code so wide, centred on it (GS H)."""
        style = Style()
        middle = self.aligned(bars_dots) + bars_dots // 2
        start = max(0, middle - len(text) * style.char_dots // 2)
        self.marks.append(Row((Run(start, text, style),), (), style.line_dots + 2))

    def aligned(self, wide_dots: int) -> int:
        """Where something that wide starts (ESC a)."""
        return self.left_dots + max(0, (self.room_dots - wide_dots) * self.justify // 2)
