"""Text that is a picture: what of a strip an engine has to read, as one image.

Web tills and Windows drivers print the whole receipt as dots, in slices (GS v 0),
bands (GS 8 L, ESC *) or characters of their own (ESC &, FS 2).  What is dots is
gathered here, at its places, with white paper for what is not; slices that
touch become whole again, and so do bands of 24 dots that a driver prints at the
printer's own line spacing, which leaves stripes on the paper.

Whether a picture is text is told by its rows: printed lines are separated by white
paper, logos, codes and photographs are not.  Source of the lengths: 203 dpi, 8
dots a millimetre; a character of font A is 24 dots high, eight times enlarged 192.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from statistics import median
from typing import Final

from agent.paper import measure, png
from agent.paper.strip import (
    Element,
    Feed,
    Page,
    Raster,
    Strip,
    TextLine,
)
from agent.paper.text import lines

LEAST_DOTS: Final = 160
"""2 cm: less picture than that is no receipt."""
LEAST_ROWS: Final = 3
"""A logo has a name and a slogan; a receipt has a shop, an amount and a date."""
ROW_DOTS: Final = range(8, 101)
"""How high a printed line may be: 1 mm is no letter, 12 mm no text."""
MOST_DOTS: Final = 8_000
"""1 m of paper: an engine needs seconds for more, and nobody waits for that."""
GAP_DOTS: Final = 48
"""White paper in place of what is not a picture, and at most between pictures."""

BAND_DOTS: Final = 24
STRIPE_DOTS: Final = 8
"""A band of 24 dots at 30 or 32 dots of line spacing leaves so much white."""

GREYS: Final = (0, 85, 170, 255)

MARGIN: Final = 16
SMALL_ROW: Final = 15
"""Rows of font A are 17 to 20 dots high, of font B and of 15 pixels 11 to 13."""
LARGER: Final = 1.5
BLUR: Final = 0.6
LARGER_BLUR: Final = 1.0
"""Dots have hard edges, above all dithered ones; the engine learnt from scanned paper.
Measured with bench/ocr.py: as they are and softened, 46 totals of 48 receipts come out right;
enlarged, 42, since large letters are misread then.  Of 30 receipts in small letters 81 % of the
amounts come back as they are, 89 % enlarged.
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pictures of a strip under each other, and where they come from.

    ``tops`` are the rows at which ``elements`` (indices into the strip) begin.
    ``rows`` are the heights of what looks like lines of text; ``lettered`` counts those
    in characters that the POS drew, ``typed`` the lines in the printer's own.
    """

    dots: Raster
    tops: tuple[int, ...]
    elements: tuple[int, ...]
    rows: tuple[int, ...]
    lettered: int
    typed: int

    @property
    def holds_text(self) -> bool:
        """Whether it is worth reading: it has lines, and more than were typed."""
        enough = self.lettered > 0 or len(self.rows) >= LEAST_ROWS
        return enough and len(self.rows) > self.typed

    @property
    def large(self) -> bool:
        """Whether it may be a receipt."""
        return self.dots.height >= LEAST_DOTS

    @property
    def scale(self) -> float:
        """Pixels a dot of the picture to read."""
        small = self.rows and median(self.rows) < SMALL_ROW
        return LARGER if small else 1.0

    @property
    def readable(self) -> bool:
        return self.holds_text and self.dots.height <= MOST_DOTS


def sheet(strip: Strip) -> Sheet | None:
    """The pictures of a strip that is one; ``None`` where characters speak.

    That is so with less than ``LEAST_DOTS`` of picture and no drawn letters, or
    typed lines beside pictures without any.
    """
    kept = _closed(list(_kept(strip)))
    lettered = sum(isinstance(element, TextLine) for _, element in kept)
    if not lettered and sum(_picture_dots(e) for _, e in kept) < LEAST_DOTS:
        return None
    typed = sum(
        bool(line.text)
        for element in strip.elements
        if not _drawn(element)
        for line in lines(Strip((element,), strip.width))
    )
    dots = png.raster(Strip(tuple(element for _, element in kept), strip.width))
    tops, elements, y = [], [], 0
    for at, element in kept:
        if not isinstance(element, Feed):
            tops.append(y)
            elements.append(at)
        y += measure.rise(element)
    found = Sheet(dots, tuple(tops), tuple(elements), _text_rows(dots), lettered, typed)
    return found if found.holds_text or not typed else None


def to_read(found: Sheet) -> bytes:
    """A PNG of eight bits for an engine, ``scale`` times as large, with soft edges."""
    from PIL import Image, ImageFilter, ImageOps

    dots = found.dots
    ink = Image.frombytes("1", (dots.width, dots.height), dots.bits).convert("L")
    grey = ImageOps.expand(ImageOps.invert(ink), MARGIN, 255)
    blur = BLUR
    if found.scale != 1:
        size = round(grey.width * found.scale), round(grey.height * found.scale)
        grey, blur = grey.resize(size, Image.Resampling.BICUBIC), LARGER_BLUR
    out = BytesIO()
    grey.filter(ImageFilter.GaussianBlur(blur)).save(out, "PNG", compress_level=1)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Copy:
    """A PNG of the whole paper, ``width`` by ``height`` of its own pixels."""

    width: int
    height: int
    png: bytes


def to_keep(strip: Strip, limit: int) -> Copy | None:
    """The paper in at most ``limit`` bytes: dot by dot, or half as large in four greys.

    ``None``: not even that is small enough.
    """
    from PIL import Image

    whole = png.render(strip)
    image = Image.open(BytesIO(whole))
    if len(whole) <= limit:
        return Copy(image.width, image.height, whole)
    half = image.width // 2, max(1, image.height // 2)
    grey = image.convert("L").resize(half, Image.Resampling.BOX)
    shades = grey.point(lambda value: value >> 6)
    shades.putpalette([shade for level in GREYS for shade in (level,) * 3])
    out = BytesIO()
    shades.save(out, "PNG", bits=2, optimize=True)
    small = out.getvalue()
    return Copy(*half, small) if len(small) <= limit else None


# -- gathering ----------------------------------------------------------------


def _drawn(element: Element) -> bool:
    """Whether an element is nothing but dots of the POS's own."""
    match element:
        case Raster():
            return True
        case TextLine(runs=runs):
            inked = [run for run in runs if run.text.strip() or run.shapes]
            return bool(inked) and all(run.shapes for run in inked)
        case Page(marks=marks):
            return bool(marks) and all(_drawn(placed.mark) for placed in marks)
        case _:
            return False


def _kept(strip: Strip) -> Iterator[tuple[int, Element]]:
    """Elements that are dots; white paper, not too much, for the others."""
    for at, element in enumerate(strip.elements):
        if _drawn(element):
            yield at, element
        elif isinstance(element, Page):
            marks = tuple(placed for placed in element.marks if _drawn(placed.mark))
            yield at, Page(element.height if marks else GAP_DOTS, marks)
        else:
            yield at, Feed(min(measure.rise(element), GAP_DOTS))


def _closed(kept: list[tuple[int, Element]]) -> list[tuple[int, Element]]:
    """Without the stripes between bands, and one white gap in place of several."""
    found: list[tuple[int, Element]] = []
    for number, (at, element) in enumerate(kept):
        after = kept[number + 1][1] if number + 1 < len(kept) else None
        if not isinstance(element, Feed):
            found.append((at, element))
            continue
        last = found[-1][1] if found else None
        if _band(last) and _band(after) and element.dots <= STRIPE_DOTS:
            continue
        if isinstance(last, Feed):
            joint = min(last.dots + element.dots, GAP_DOTS)
            found[-1] = found[-1][0], Feed(joint)
        else:
            found.append((at, element))
    return found


def _band(element: Element | None) -> bool:
    return isinstance(element, Raster) and element.height == BAND_DOTS


def _picture_dots(element: Element) -> int:
    return 0 if isinstance(element, Feed) else measure.rise(element)


def _text_rows(dots: Raster) -> tuple[int, ...]:
    """Heights of bands of ink that may be lines of text, white above and below."""
    stride = (dots.width + 7) // 8
    white = bytes(stride)
    inked = (
        dots.bits[at : at + stride] != white
        for at in range(0, stride * dots.height, stride)
    )
    bands = (sum(1 for _ in band) for ink, band in groupby(inked) if ink)
    return tuple(band for band in bands if band in ROW_DOTS)
