"""The agent's picture of a job beside the simulated printer's, dot by dot.

    python -m bench.pixels [JOB...]

Two authors drew the same bytes from the same manual.  Their faces differ, so both
print full cells here instead of letters: then every dot of layout (position, size,
alignment, wrapping, feeds, pictures, bars) has to agree.  Two-dimensional codes may
choose another mask or size for the same content, so both print a square of the same
size for each; what the codes say is read back from pixels in the tests of either side.
The limit is 0 dots; ``tests/conformance`` explains each exception.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageChops

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper import drawing, masks, measure, png, smooth
from agent.paper.codes.modules import Drawing
from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Font, Symbol
from agent.paper.text import cells
from hardware_sim import ink, marks, paper_png, symbols
from hardware_sim.glyphs import CELL, FontName

JOBS = Path(__file__).parents[1] / "tests" / "corpus" / "escpos"
WIDTH = 576
SQUARE_MODULES = 21
"""Of the square that stands for a two-dimensional code."""
SQUARES = {
    *("QR", "PDF417", "MAXICODE", "AZTEC", "DATAMATRIX", "COMPOSITE"),
    *("GS1-DATABAR-STACKED", "GS1-DATABAR-STACKED-OMNIDIRECTIONAL"),
    "GS1-DATABAR-EXPANDED-STACKED",
}


class Compared(NamedTuple):
    """Heights of both pictures, and dots that only one of them has."""

    ours: int
    theirs: int
    dots: int
    first_row: int
    black: int


Rows = tuple[tuple[int, int], ...]
"""Rows that are left out: the first one, and how many."""


def compare(
    raw: bytes, printer: Printer, *, but_ours: Rows = (), but_theirs: Rows = ()
) -> Compared:
    """One job on both printers, letters as full cells."""
    with _alike():
        ours = _without(_ours(raw, printer), but_ours)
        theirs = _black(paper_png.job_raster(raw, printer.width_dots))
    theirs = _without(theirs, but_theirs)
    height = max(ours.height, theirs.height)
    both = [_as_high(image, height) for image in (ours, theirs)]
    differing = ImageChops.difference(*both)
    box = differing.getbbox()
    black = both[1].histogram()[0]
    return Compared(
        ours.height,
        theirs.height,
        height * printer.width_dots - differing.histogram()[0],
        box[1] if box else -1,
        black,
    )


def pictures(raw: bytes, printer: Printer) -> tuple[Image.Image, Image.Image]:
    """Ours and theirs as they are compared, to be looked at."""
    with _alike():
        theirs = paper_png.job_raster(raw, printer.width_dots)
        return _ours(raw, printer), _black(theirs)


def _ours(raw: bytes, printer: Printer) -> Image.Image:
    raster = png.raster(interpret(raw, printer))
    image = Image.frombytes("1", (raster.width, raster.height), raster.bits)
    return ImageChops.invert(image.convert("L"))


def _without(image: Image.Image, rows: Rows) -> Image.Image:
    kept = image
    for first, count in sorted(rows, reverse=True):
        below = kept.crop((0, first + count, kept.width, kept.height))
        shorter = Image.new("L", (kept.width, kept.height - count), 255)
        shorter.paste(kept.crop((0, 0, kept.width, first)), (0, 0))
        shorter.paste(below, (0, first))
        kept = shorter
    return kept


def _black(image: Image.Image) -> Image.Image:
    """A second colour, which they draw grey, as a head that has only one."""
    return image.convert("L").point([0] * 255 + [255])


def _as_high(image: Image.Image, height: int) -> Image.Image:
    sheet = Image.new("L", (image.width, height), 255)
    sheet.paste(image, (0, 0))
    return sheet


# -- alike but for what is compared -------------------------------------------


@contextmanager
def _alike() -> Iterator[None]:
    with ExitStack() as stack:
        for place, name, value in (
            (smooth, "dots", _our_cell),
            (ink, "glyph", _their_cell),
            (drawing, "draw", _our_square(drawing.draw)),
            (measure, "draw", _our_square(drawing.draw)),
            (symbols.SymbolMemory, "draw", _their_square),
        ):
            stack.enter_context(_swapped(place, name, value))
        cache = masks._upright  # noqa: SLF001 -- it keeps real letters
        cache.cache_clear()
        stack.callback(cache.cache_clear)
        yield


@contextmanager
def _swapped(place: Any, name: str, value: object) -> Iterator[None]:
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)


def _our_cell(font: Font, character: str) -> tuple[str, ...]:
    """Full but for the last column, into which emphasis prints a second time.

    Spaces too: which bytes are letters in a page that one of both lacks is not asked.
    """
    width = CELL_WIDTH[font] * max(1, cells(character))
    return ("1" * (width - 1) + "0",) * CELL_HEIGHT[font]


def _their_cell(_char: str, font: FontName) -> Image.Image:
    cell = Image.new("L", CELL[font], 0)
    cell.paste(255, (0, 0, cell.width - 1, cell.height))
    return cell


def _our_square(draw: Callable[[Symbol], Drawing | None]) -> object:
    def square(symbol: Symbol) -> Drawing | None:
        if symbol.system not in SQUARES:
            return draw(symbol)
        rows = ("1" * SQUARE_MODULES,) * SQUARE_MODULES
        return Drawing(rows, symbol.module, symbol.module)

    return square


def _their_square(memory: symbols.SymbolMemory, kind: int) -> symbols.Drawn | None:
    settings = memory._of(kind)  # noqa: SLF001 -- what it would draw with
    if not settings.data:
        return None
    side = settings.module_dots * SQUARE_MODULES
    image = Image.new("L", (side, side), 255)
    return symbols.Drawn(marks.Symbol("square", settings.data), image)


def main(names: list[str]) -> None:
    paths = sorted(JOBS.glob("*.bin"))
    print(
        f"{'job':<48}{'ours':>7}{'theirs':>7}{'dots':>9}{'first row':>10}{'of black':>10}"
    )
    for path in paths:
        if names and path.stem not in names:
            continue
        found = compare(path.read_bytes(), Printer(WIDTH))
        share = f"{found.dots / max(1, found.black):.2%}"
        print(
            f"{path.stem:<48}{found.ours:>7}{found.theirs:>7}{found.dots:>9}"
            f"{found.first_row:>10}{share:>10}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
