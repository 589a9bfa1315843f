"""The strip as a PDF: one page as wide as the paper and as long as the receipt.

Text is text, in the face that we ship, embedded as a subset, at the printer's very
places: it can be searched and copied, in reading order.  Characters that the face
lacks are drawn in dots and said in the text layer (ActualText).  Symbols, rules
and drawn characters are vectors, each character's once in the document; pictures are
stencils of one bit.  The same strip gives the same bytes.

The drawing is done by reportlab's canvas alone: none of its markup, which runs code.
It is loaded with the first PDF, never in the relay (an import contract): the command
line draws in a process of its own.

Source: ISO 32000-1, 8.9.5 (images), 9.4 (text), 14.9.4 (ActualText).
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from agent.paper import measure
from agent.paper.budget import Budget, Mark, rationed, within
from agent.paper.drawing import BOX_SIZE
from agent.paper.pen import POINTS_PER_DOT, Pen, face, ours
from agent.paper.rows import rows
from agent.paper.strip import (
    Box,
    Cut,
    Element,
    Page,
    Placed,
    Raster,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
)
from agent.paper.text import visible

if TYPE_CHECKING:
    from agent.paper.measure import Figure

MAX_LENGTH: Final = 40_000
"""Dots of a page: 4.9 m; viewers take 14,400 points, which is 5.08 m."""
MAX_PAGES: Final = 8
"""40 m of paper: a roll has 80, and no receipt a tenth of it."""
MAX_CHARACTERS: Final = 150_000
"""Ten metres of full lines, written in about a second; what takes longer counts more."""
MARK_CHARACTERS: Final = 16
CELL_CHARACTERS: Final = 8
SHAPE_CHARACTERS: Final = 100
"""What else costs as much as so many: a run or rule, a character that is placed alone
because it is drawn or turned, and the drawing of one, or a symbol's."""
MARGIN: Final = 32
"""White paper above and below, 4 mm."""

_FOLLOWS: Final = TextLine((Run("La suite du ticket n’est pas affichée."),))
# Widest print in dots, and the paper that it is printed on, in millimetres.
_PAPERS: Final = ((432, 58), (640, 80), (832, 112))


def render(strip: Strip, *, lang: str = "fr") -> bytes:
    """The document; ``lang`` is the natural language that it declares."""
    from reportlab.pdfgen.canvas import Canvas

    paper = _paper(strip.width)
    out = BytesIO()
    canvas = Canvas(
        out,
        invariant=1,
        pageCompression=1,
        pdfVersion=(1, 5),
        initialFontName=face(),
        lang=lang,
    )
    canvas.setTitle("Ticket")
    canvas.setCreator("receipt-agent")
    canvas.setAuthor("")
    canvas.setSubject("")
    budget = Budget(MAX_CHARACTERS)
    strip = within(rationed(strip), budget, _Costs().of)
    pages = list(islice(_pages(strip), MAX_PAGES + 1))
    for elements, length in pages[:MAX_PAGES]:
        _page(canvas, strip.width, paper, elements, length)
    if len(pages) > MAX_PAGES or budget.short:
        _page(canvas, strip.width, paper, (_FOLLOWS,), _FOLLOWS.height)
    canvas.save()
    return out.getvalue()


class _Costs:
    """What marks cost, in characters; a drawing is paid for when it is first used."""

    def __init__(self) -> None:
        self._drawn: set[object] = set()

    def of(self, mark: Mark) -> int:
        match mark:
            case TextLine(runs=runs):
                return sum(map(self._run, runs))
            case Symbol():
                return SHAPE_CHARACTERS
            case Raster() | Box():
                return MARK_CHARACTERS

    def _run(self, run: Run) -> int:
        """Letters of the face are written many at a time, all others one by one."""
        text = visible(run.text)
        others = [character for character in text if not ours(character)]
        alone = text if run.style.rotated or run.shapes else others
        shapes = {(run.style.font, character) for character in others} | {*run.shapes}
        new = shapes - self._drawn
        self._drawn |= new
        written = len(text) + len(alone) * CELL_CHARACTERS
        return MARK_CHARACTERS + written + len(new) * SHAPE_CHARACTERS


def _paper(width: int) -> int:
    """Dots across the paper that has so wide a print."""
    fits = (mm * 8 for widest, mm in _PAPERS if width <= widest)
    return next(fits, width + 2 * MARGIN)


def _pages(strip: Strip) -> Iterator[tuple[tuple[Element, ...], int]]:
    """Elements page by page with their length; at least one page."""
    elements: list[Element] = []
    length = 0
    for element in strip.elements:
        tall = min(measure.shown(element), MAX_LENGTH)
        if length + tall > MAX_LENGTH:
            yield tuple(elements), length
            elements, length = [], 0
        elements.append(element)
        length += tall
    yield tuple(elements), length


def _page(
    canvas: Any, room: int, paper: int, elements: tuple[Element, ...], length: int
) -> None:
    tall = length + 2 * MARGIN
    canvas.setPageSize((paper * POINTS_PER_DOT, tall * POINTS_PER_DOT))
    pen = Pen(canvas, tall)
    sheet = _Sheet(pen, room)
    y = MARGIN
    for element in elements:
        with pen.frame((paper - room) // 2, y):
            sheet.add(element)
        y += measure.shown(element)
    canvas.showPage()


class _Sheet:
    """Draws elements in frames that the pen has moved to."""

    def __init__(self, pen: Pen, room: int) -> None:
        self._pen = pen
        self._room = room

    def add(self, element: Element) -> None:
        match element:
            case TextLine():
                self._text(Page(max(element.height, 1), (Placed(0, 0, element),)))
            case Page():
                self._page(element)
            case Raster():
                self._pen.picture(element)
            case Box():
                self._pen.bars(measure.sides(element))
            case Symbol():
                self._symbol(element, self._room)
            case Cut(full=full):
                self._pen.cut(self._room, measure.CUT_DOTS // 2, full=full)
            case _:
                pass  # neither a feed nor a pulse leaves a mark

    def _page(self, page: Page) -> None:
        """What is behind, the text row by row, the symbols, within the page."""
        with self._pen.within(self._room, page.height):
            for each in page.marks:
                if isinstance(each.mark, Raster | Box):
                    with self._pen.frame(each.x, each.y, each.turn):
                        self.add(each.mark)
            self._text(page)
            for each in page.marks:
                if isinstance(each.mark, Symbol):
                    with self._pen.frame(each.x, each.y, each.turn):
                        self._symbol(each.mark, BOX_SIZE[0])

    def _text(self, page: Page) -> None:
        for row in rows(page):
            with self._pen.frame(0, 0, row.turn):
                for said in row.said:
                    with self._pen.frame(said.x, said.top):
                        self._pen.run(said.run)
                for said in row.again:
                    with self._pen.frame(said.x, said.top):
                        self._pen.run(said.run, unsaid=True)

    def _symbol(self, symbol: Symbol, box: int) -> None:
        figure = measure.figure(symbol, box)
        x = measure.left(symbol, figure.width, self._room)
        if figure.drawing is None:
            with self._pen.frame(x, 4):
                frame = Box(0, figure.width, figure.height - 8, 1)
                self._pen.bars(measure.sides(frame))
        else:
            size = figure.drawing.module, figure.drawing.row
            with self._pen.frame(x, figure.top):
                self._pen.bars(measure.bars(figure.drawing.rows), *size)
        self._words(figure, x)

    def _words(self, figure: Figure, x: int) -> None:
        for words in figure.words:
            run = Run(words.text, Style(font=words.font))
            with self._pen.frame(x + (figure.width - measure.width(run)) // 2, words.y):
                self._pen.run(run)
