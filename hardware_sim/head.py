"""The print head: line buffer, style and margins; leaves marks on paper.

Measures are dots.  A line that is full is printed and goes on in the next one.
In page mode the same commands write on the page instead of the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PIL import Image

from hardware_sim import ink
from hardware_sim.codepages import CharacterTable
from hardware_sim.kanji import Splitter, Wide
from hardware_sim.line_buffer import LineBuffer
from hardware_sim.marks import Bits, Feed, Mark, Run, Style
from hardware_sim.memory import Ram
from hardware_sim.page_mode import Page
from hardware_sim.symbols import SymbolMemory

DEFAULT_SPACING_DOTS = 30
"""ESC 2: a sixth of an inch on the family's 180 dpi head, kept as 30 dots."""
TAB_COLUMNS = 8
"""HT stands at every eighth column until ESC D says otherwise."""
MOST_PAPER_DOTS = 200_000
"""25 m between two cuts: what is printed after that is not kept."""

_Spacing = tuple[int, int, int, int]
"""ESC 3, ESC SP, FS S: line spacing, gap, kanji lead and gap."""
_PLAIN: _Spacing = (DEFAULT_SPACING_DOTS, 0, 0, 0)


class Head:
    """State that ESC @ resets, and the marks made since paper was last taken."""

    def __init__(self, width_dots: int, ram: Ram | None = None) -> None:
        self.width_dots = width_dots
        self.ram = ram or Ram()
        self.marks: list[Mark] = []
        self.depth_dots = 0
        self.lines_to_drop = 0
        self.initialize()

    def initialize(self) -> None:
        """ESC @: the line buffer and the page are dropped, as the real ones are."""
        self.style = Style()
        self.kanji_style = Style(font="KA")
        self.page_table = self.country = 0
        self.spacing_dots = DEFAULT_SPACING_DOTS
        self.tabs_dots: tuple[int, ...] | None = None
        self.unit_x_dots = self.unit_y_dots = 1.0
        self.bar_module_dots, self.bar_height_dots, self.bar_text = 3.0, 162, 0
        self.bar_style = Style()
        self.squares = SymbolMemory()
        self.selected = True
        self.user_set = False
        self.kanji = Splitter()
        self.line = LineBuffer(self.width_dots)
        self.page = Page(self.width_dots)
        self.in_page = False
        self._other_spacing = _PLAIN
        self.choose_table()

    def choose_table(self) -> None:
        """Look up the page (ESC t) under the country (ESC R) again."""
        self._table = CharacterTable(self.page_table, self.country)

    @property
    def surface(self) -> LineBuffer | Page:
        """Where writing goes now."""
        return self.page if self.in_page else self.line

    @property
    def room_dots(self) -> int:
        """How long a line is: between the margins, or across the area."""
        return self.surface.room_dots

    @property
    def across_dots(self) -> float:
        """The motion unit along a line of text (GS P)."""
        sideways = self.in_page and self.page.sideways
        return self.unit_y_dots if sideways else self.unit_x_dots

    @property
    def down_dots(self) -> float:
        """The motion unit across lines."""
        sideways = self.in_page and self.page.sideways
        return self.unit_x_dots if sideways else self.unit_y_dots

    # -- modes -----------------------------------------------------------------

    def enter_page(self) -> None:
        """ESC L: at the beginning of a line only."""
        if not self.in_page and self.line.at_start:
            self._change_mode(to_page=True)
            self.page.home()

    def leave_page(self) -> None:
        """ESC S: what stands on the page is not printed."""
        if self.in_page:
            self.page.leave()
            self._change_mode(to_page=False)

    def print_page(self) -> None:
        """ESC FF, and FF before it leaves page mode."""
        if self.in_page and self.page.written and not self.out_of_paper:
            self.add(self.page.picture())

    def _change_mode(self, *, to_page: bool) -> None:
        """ESC SP, FS S, ESC 2 and ESC 3 have a value for each of the two modes."""
        kanji = self.kanji_style
        mine = (
            self.spacing_dots,
            self.style.gap_dots,
            kanji.lead_dots,
            kanji.gap_dots,
        )
        spacing, gap, kanji_lead, kanji_gap = self._other_spacing
        self._other_spacing = mine
        self.spacing_dots = spacing
        self.style = replace(self.style, gap_dots=gap)
        self.kanji_style = replace(kanji, lead_dots=kanji_lead, gap_dots=kanji_gap)
        self.in_page = to_page

    def drop_buffers(self) -> None:
        """DLE ENQ 2, DLE DC4 8: what is composed and not printed; settings stay."""
        self.line.clear()
        self.kanji.drop_half()
        self.leave_page()

    # -- characters --------------------------------------------------------------

    def write(self, raw: bytes) -> None:
        wide = ""
        for piece in self.kanji.pieces(raw):
            if isinstance(piece, Wide) and piece.code not in self.ram.kanji:
                wide += piece.char
                continue
            self._write_wide(wide)
            wide = ""
            if isinstance(piece, Wide):
                own = self.ram.kanji[piece.code]
                style = replace(self._wide_style(), font="KA")
                self._cell(ink.character(own, style))
            elif isinstance(piece, str):
                self._text(piece, self._turned(self.style))
            else:
                self._write_bytes(piece)
        self._write_wide(wide)

    def _write_bytes(self, raw: bytes) -> None:
        style = self._turned(self.style)
        for text in self._own_or_table(raw):
            if isinstance(text, str):
                self._text(text, style)
            else:
                self._cell(ink.character(text, style))

    def _own_or_table(self, raw: bytes) -> Iterator[str | Image.Image]:
        """ESC % 1: user-defined characters first, the table for the others."""
        own = self.ram.characters.get(self.style.font, {}) if self.user_set else {}
        start = 0
        for at, byte in enumerate(raw):
            if byte in own:
                yield self._table.text(raw[start:at])
                yield own[byte]
                start = at + 1
        yield self._table.text(raw[start:])

    def _write_wide(self, text: str) -> None:
        if text:
            self._text(text, self._wide_style())

    def _wide_style(self) -> Style:
        """Kanji: their own size, underline and spaces, everything else as set for all."""
        own = self.kanji_style
        return self._turned(
            replace(
                self.style,
                font=own.font,
                width=own.width,
                height=own.height,
                underline_dots=own.underline_dots,
                lead_dots=own.lead_dots,
                gap_dots=own.gap_dots,
            )
        )

    def _turned(self, style: Style) -> Style:
        """ESC V and ESC { have no effect on a page; there ESC T turns it."""
        if not self.in_page:
            return style
        return replace(style, rotated=False, upside_down=False)

    def _text(self, text: str, style: Style) -> None:
        while text:
            surface = self.surface
            fits = max(0, surface.room_dots - surface.x) // style.char_dots
            if not fits and surface.mid_line:
                self.flush()
                continue
            # A character wider than the whole line is printed all the same.
            piece, text = text[: max(1, fits)], text[max(1, fits) :]
            surface.put(Run(surface.x, piece, style))

    def _cell(self, drawn: Image.Image) -> None:
        surface = self.surface
        if surface.room_dots - surface.x < drawn.width and surface.mid_line:
            self.flush()
        surface.put(Bits(surface.x, drawn))

    def place(self, image: Image.Image) -> None:
        """A bit image standing in the line like a character; cut at the margin.

        A line that is quite full is printed first, as it is for a character.
        """
        surface = self.surface
        if surface.x >= surface.room_dots and surface.mid_line:
            self.flush()
        kept = image.crop((0, 0, min(image.width, self.room_dots - surface.x), image.height))  # fmt: skip
        if kept.width > 0:
            surface.put(Bits(surface.x, kept))

    # -- lines and paper -----------------------------------------------------------

    @property
    def out_of_paper(self) -> bool:
        """What would be drawn now is not kept: better not to draw it."""
        return self.depth_dots >= MOST_PAPER_DOTS

    def add(self, mark: Mark) -> None:
        """A mark on paper, while there is paper."""
        if not self.out_of_paper:
            self.marks.append(mark)
            self.depth_dots = max(0, self.depth_dots + ink.advance(mark))

    def take(self) -> tuple[Mark, ...]:
        """Tear the paper off."""
        taken, self.marks, self.depth_dots = tuple(self.marks), [], 0
        return taken

    def flush(self, feed_dots: int | None = None) -> None:
        """Print the line buffer and move on; ``None`` is one line."""
        dots = self.spacing_dots if feed_dots is None else feed_dots
        if self.in_page:
            self.page.feed(dots)
            return
        row = self.line.print(dots)
        if self.lines_to_drop:
            self.lines_to_drop -= 1
        else:
            self.add(row)

    def finish_line(self) -> None:
        """Print what stands in the buffer, if anything does."""
        if not self.in_page and self.line.mid_line:
            self.flush()

    def feed(self, dots: float) -> None:
        """ESC J, ESC d: print the buffer, then that much paper."""
        if self.in_page or self.line.mid_line:
            self.flush(round(dots))
        elif dots > 0:
            self.line.clear()
            self.add(Feed(round(dots)))

    def draw_back(self, dots: float) -> None:
        """ESC K, ESC e: print the buffer, then draw that much paper back."""
        if self.in_page:
            self.page.feed(-round(dots))
            return
        if self.line.mid_line:
            self.flush(0)
        self.line.clear()
        back = min(round(dots), self.depth_dots)
        if back > 0:
            self.add(Feed(-back))

    def tab(self) -> None:
        """HT: to the next position; past the last one it is ignored."""
        surface = self.surface
        every = TAB_COLUMNS * self.style.char_dots
        stops = self.tabs_dots
        if stops is None:
            stops = tuple(range(every, self.room_dots, every))
        surface.x = next((stop for stop in stops if stop > surface.x), surface.x)
