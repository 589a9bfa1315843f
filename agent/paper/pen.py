"""A pen that writes a printer's marks into a PDF page, in dots from the top.

``y`` grows downwards, as paper does; frames nest.  Needs a reportlab canvas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from hashlib import blake2b
from itertools import groupby
from typing import Any, Final

from agent.paper import lettering, measure, smooth
from agent.paper.measure import BASELINE
from agent.paper.strip import (
    CELL_HEIGHT,
    CELL_WIDTH,
    Picture,
    Raster,
    Run,
    Style,
    Turn,
)
from agent.paper.text import cells, visible

POINTS_PER_DOT: Final = 72 / 203.2
FACE: Final = "DejaVuSansMono"
ADVANCE: Final = 1233 / 2048
"""Of any character of that face, in parts of its size."""
BOLD_DOTS: Final = 0.7
"""How much thicker emphasis makes each stroke: more fills the eyes of letters."""

HAIR: Final = 0.25
"""Dots by which drawings reach into the next cells, so that seams between them are faint."""

_COLOURS: Final = ((1, 1, 1), (0, 0, 0), (0.7, 0.1, 0.12), (0.12, 0.31, 0.64))
_FILLED, _STROKED, _INVISIBLE = 0, 2, 3  # text rendering modes, ISO 32000-1, 9.3.6


@lru_cache(maxsize=1)
def face() -> str:
    """The name by which a canvas knows the face."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(FACE, str(lettering.FACE)))
    return FACE


class Pen:
    """Writes to one page that is ``tall`` dots long."""

    def __init__(self, canvas: Any, tall: int) -> None:
        self._canvas = canvas
        scale = POINTS_PER_DOT
        canvas.transform(scale, 0, 0, -scale, 0, tall * scale)

    @contextmanager
    def frame(self, x: int, y: int, turn: Turn = 0) -> Iterator[None]:
        """What is drawn meanwhile is placed, then turned clockwise."""
        self._canvas.saveState()
        self._canvas.translate(x, y)
        if turn:
            self._canvas.rotate(turn)
        yield
        self._canvas.restoreState()

    @contextmanager
    def within(self, width: int, height: int) -> Iterator[None]:
        """What is drawn meanwhile ends at a rectangle."""
        self._canvas.saveState()
        path = self._canvas.beginPath()
        path.rect(0, 0, width, height)
        self._canvas.clipPath(path, stroke=0, fill=0)
        yield
        self._canvas.restoreState()

    def bars(
        self, bars: Iterable[measure.Bar], wide: int = 1, tall: int = 1, ink: int = 1
    ) -> None:
        """Rectangles, filled together so that no seam shows between them."""
        self._colour(ink)
        self._fill(bars, wide, tall)

    def _fill(
        self,
        bars: Iterable[measure.Bar],
        wide: int = 1,
        tall: int = 1,
        edge: tuple[int, int] | None = None,
    ) -> None:
        """``edge``: of a cell; bars that end there end a hair beyond it."""
        right, foot = edge or (-1, -1)
        path = " ".join(
            f"{x * wide} {y * tall} {width * wide + HAIR * (x + width == right):g}"
            f" {height * tall + HAIR * (y + height == foot):g} re"
            for x, y, width, height in bars
        )
        if path:
            self._canvas.addLiteral(f"{path} f")

    def _stamp(self, name: str, rows: Callable[[], tuple[str, ...]]) -> None:
        """Dots in the colour of the pen; those of a name are in the document once."""
        if not self._canvas.hasForm(name):
            digits = rows()
            wide, tall = max(map(len, digits), default=0), len(digits)
            # a dot wider: viewers cut off at the very edge what other scales round up
            self._canvas.beginForm(name, -1, -1, wide + 1, tall + 1)
            self._fill(measure.bars(digits), edge=(wide, tall))
            self._canvas.endForm()
        self._canvas.doForm(name)

    def cut(self, width: int, y: int, *, full: bool) -> None:
        """A line; dashed where a bit of paper still holds both parts together."""
        if not full:
            self._canvas.setDash(8, 8)
        self._canvas.line(0, y, width, y)

    def picture(self, raster: Raster) -> None:
        """A stencil: paper shows through where nothing is printed."""
        wide, tall = raster.width, raster.height
        size = (wide + 7) // 8 * tall
        if not size:
            return
        dots = raster.bits[:size].ljust(size, b"\0").hex()
        with self.frame(raster.x, tall):
            self._colour(1)
            self._canvas.transform(wide, 0, 0, -tall, 0, 0)
            self._canvas.addLiteral(
                f"BI /W {wide} /H {tall} /IM true /BPC 1 /D [1 0] /F /AHx ID\n{dots}>\nEI"
            )

    # -- text -------------------------------------------------------------

    def run(self, run: Run, *, unsaid: bool = False) -> None:
        """Characters in the style; ``unsaid``: they are there for the eye only."""
        style = run.style
        ink, ground = measure.tones(style)
        wide, tall = measure.width(run), measure.height(run)
        own = measure.own(run)
        if ground:
            self.bars([own], ink=ground)
        if lines := measure.underline(style):
            self.bars([own._replace(y=tall - lines, height=lines)], ink=ink)
        self._canvas.saveState()
        if style.upside_down:
            self._canvas.translate(wide, tall)
            self._canvas.rotate(180)
        self._canvas.scale(style.wide, style.tall)
        self._colour(ink)
        self._canvas.setLineWidth(BOLD_DOTS)
        self._characters(run, _mode(style, visibly=bool(ink or ground)), unsaid=unsaid)
        self._canvas.restoreState()

    def _characters(self, run: Run, mode: int, *, unsaid: bool) -> None:
        style, text = run.style, visible(run.text)
        if not (unsaid or style.rotated or run.shapes):
            self._flow(style, text, mode)
            return
        with self._said(""):
            if text.isascii() and not (style.rotated or run.shapes):
                self._write(text, style, mode)
            else:
                self._cells(run, text, mode)
        if not unsaid:
            self._flow(style, text, _INVISIBLE)

    def _flow(self, style: Style, text: str, mode: int) -> None:
        """Characters beside each other: those of the face as text, others as dots."""
        x, cell = 0, CELL_WIDTH[style.font]
        step = CELL_HEIGHT[style.font] if style.rotated else cell
        for written, group in groupby(text, ours):
            part = "".join(group)
            with self.frame(x, 0):
                self._canvas.scale(step / cell, 1)
                if written:
                    self._write(part, style, mode)
                else:
                    self._write(" " * cells(part), style, _INVISIBLE, part)
                    self._dotted(part, style, mode)
            x += cells(part) * step

    def _cells(self, run: Run, text: str, mode: int) -> None:
        """Each character in a frame of its own, turned if it is (ESC V)."""
        style, x = run.style, 0
        for at, character in enumerate(text):
            with self.frame(x + (CELL_HEIGHT[style.font] if style.rotated else 0), 0):
                if style.rotated:
                    self._canvas.rotate(90)
                if run.shapes:
                    self._shape(run, at, mode)
                elif ours(character):
                    self._write(character, style, mode)
                else:
                    self._dotted(character, style, mode)
            x += measure.step(style, character)

    def _shape(self, run: Run, at: int, mode: int) -> None:
        if mode != _INVISIBLE and at < len(run.shapes):
            shape = run.shapes[at]
            self._stamp(_named(shape), partial(measure.rows, shape))

    def _write(self, text: str, style: Style, mode: int, said: str = "") -> None:
        """Text of the face at its size whose advance is the cell's width.

        It stands for ``said`` if that is given; a reader takes that at the place and
        size of the text, so both are in one frame.
        """
        if said:
            self._canvas.addLiteral(_span(said))
        pen = self._canvas.beginText()
        pen.setTextRenderMode(mode)
        pen.setFont(face(), CELL_WIDTH[style.font] / ADVANCE)
        pen.setTextTransform(1, 0, 0, -1, 0, BASELINE[style.font])
        pen.textOut(text)
        self._canvas.drawText(pen)
        if said:
            self._canvas.addLiteral("EMC")

    def _dotted(self, text: str, style: Style, mode: int) -> None:
        if mode == _INVISIBLE:
            return
        x, font = 0, style.font
        for ruled, group in groupby(text, _ruled):
            part = "".join(group)
            if ruled:
                dots = (smooth.dots(font, character) for character in part)
                rows = tuple(map("".join, zip(*dots, strict=True)))
                with self.frame(x, 0):
                    self._fill(measure.bars(rows), edge=(len(rows[0]), len(rows)))
                x += len(rows[0])
                continue
            for character in part:
                with self.frame(x, 0):
                    name = f"{font}.{ord(character):X}"
                    self._stamp(name, partial(smooth.dots, font, character))
                x += CELL_WIDTH[font] * max(1, cells(character))

    @contextmanager
    def _said(self, text: str) -> Iterator[None]:
        """What is drawn meanwhile stands for ``text``."""
        self._canvas.addLiteral(_span(text))
        yield
        self._canvas.addLiteral("EMC")

    def _colour(self, ink: int) -> None:
        self._canvas.setFillColorRGB(*_COLOURS[ink])
        self._canvas.setStrokeColorRGB(*_COLOURS[ink])


def _named(shape: Picture) -> str:
    """As short as a name may be (ISO 32000-1, annex C: 127 bytes)."""
    digest = blake2b(shape.bits, digest_size=16).hexdigest()
    return f"{shape.width}.{shape.height}.{digest}"


def _span(text: str) -> str:
    units = f"\ufeff{text}".encode("utf-16-be", "replace").hex()
    return f"/Span <</ActualText <{units}>>> BDC"


def _mode(style: Style, *, visibly: bool) -> int:
    if not visibly:
        return _INVISIBLE
    return _STROKED if style.bold else _FILLED


def _ruled(character: str) -> bool:
    """Lines, which are drawn together: a viewer shows a seam between two drawings."""
    return "\u2500" <= character <= "\u257f" and smooth.framed(character)


@lru_cache(maxsize=lettering.MAX_KEPT)
def ours(character: str) -> bool:
    """Whether it is written in the face, and not drawn in dots."""
    if character.isascii():
        return True
    one_cell = cells(character) == 1
    return one_cell and lettering.has(character) and not smooth.framed(character)
