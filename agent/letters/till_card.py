"""The card by the till: what a cashier asks of the agent, as barcodes, on one A5 or A6.

Code 128, of modules of 0.42 mm (A5) or 0.30 mm (A6), each with its quiet zone of ten
modules and well apart from the next, so that a scanner held by hand reads the one
that is meant.  French first, English beneath.  The same keys give the same bytes.

Source: ISO/IEC 15417 (Code 128), 4.4 (quiet zones); drawn by reportlab.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

Size = Literal["a5", "a6"]

FONTS: Final = Path(__file__).parent / "fonts"
PLAIN, STRONG = "Inter", "InterSemiBold"
MM: Final = 72 / 25.4

# All in mm of an A5, landscape; an A6 is the same, smaller by the root of two.
WIDE, TALL = 210.0, 148.0
_SCALE: Final[dict[Size, float]] = {"a5": 1.0, "a6": 105 / 148}
MARGIN: Final = 12.0
HEAD: Final = 25.0
COLUMNS: Final = 3
ROWS: Final = 4
MAX_KEYS: Final = COLUMNS * ROWS - 1
"""The last place says how the card is used."""
GAP: Final = 5.0
MODULE: Final = 0.42
BARS: Final = 11.0
BADGE: Final = 8.4

_INK: Final = (0.114, 0.106, 0.094)
_QUIET: Final = (0.40, 0.38, 0.35)
_ACCENT: Final = (0.043, 0.420, 0.310)
_RULE: Final = (0.82, 0.80, 0.76)
_WHITE: Final = (1, 1, 1)

TITLE: Final = ("Le ticket, au choix du client", "The receipt, as the customer likes")
USE: Final = (
    ("Scannez un code\u00a0: il vaut pour", "le ticket affiché en caisse."),
    ("Scan a code: it acts on the", "receipt that the till shows."),
)


@dataclass(frozen=True, slots=True)
class Key:
    """One barcode.  ``main``: a choice, before the rest."""

    letter: str
    code: str
    fr: str
    en: str
    main: bool = True


def draw(keys: Sequence[Key], shop: str, size: Size = "a5") -> bytes:
    """The card as PDF.

    Raises:
        ValueError: more keys than the card has places.
    """
    from reportlab.pdfgen.canvas import Canvas

    if len(keys) > MAX_KEYS:
        raise ValueError(f"{len(keys)} keys; the card has room for {MAX_KEYS}")
    faces()
    scale, out = _SCALE[size] * MM, BytesIO()
    canvas = Canvas(out, (WIDE * scale, TALL * scale), invariant=1, lang="fr")
    canvas.setTitle(TITLE[0])
    canvas.setAuthor(shop)
    canvas.scale(scale, scale)
    _head(canvas, shop)
    for place, key in enumerate(keys):
        _key(canvas, key, *_corner(place))
    _use(canvas, *_corner(COLUMNS * ROWS - 1))
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@lru_cache(maxsize=1)
def faces() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(PLAIN, str(FONTS / "inter-regular.ttf")))
    registerFont(TTFont(STRONG, str(FONTS / "inter-semibold.ttf")))


def _corner(place: int) -> tuple[float, float]:
    """Left and upper edge of a place; y grows upwards, as PDF has it."""
    row, column = divmod(place, COLUMNS)
    wide = (WIDE - 2 * MARGIN + GAP) / COLUMNS
    tall = (TALL - HEAD - MARGIN + GAP) / ROWS
    return MARGIN + column * wide, TALL - HEAD - row * tall


def _head(canvas: Any, shop: str) -> None:
    y = TALL - MARGIN - 3.5
    _say(canvas, TITLE[0], MARGIN, y, STRONG, 6.4)
    _say(canvas, TITLE[1], MARGIN, y - 4.6, PLAIN, 3.3, _QUIET)
    wide = canvas.stringWidth(TITLE[0], STRONG, 6.4)
    name = fitting(canvas, shop, WIDE - 2 * MARGIN - wide - GAP, 3.8)
    canvas.setFont(STRONG, 3.8)
    canvas.setFillColorRGB(*_ACCENT)
    canvas.drawRightString(WIDE - MARGIN, y, name)


def fitting(canvas: Any, text: str, wide: float, size: float) -> str:
    while text and canvas.stringWidth(text, STRONG, size) > wide:
        text = text.removesuffix("…")[:-1].rstrip() + "…"
    return text


def _key(canvas: Any, key: Key, x: float, y: float) -> None:
    from reportlab.graphics.barcode.code128 import Code128

    _line(canvas, x, y)
    _badge(canvas, key, x, y - 2.6)
    _say(canvas, key.fr, x + BADGE + 3, y - 6.4, STRONG, 4.6)
    _say(canvas, key.en, x + BADGE + 3, y - 10.4, PLAIN, 3.1, _QUIET)
    canvas.setFillColorRGB(*_INK)
    bars = Code128(key.code, barWidth=MODULE, barHeight=BARS, quiet=0)
    bars.drawOn(canvas, x + BADGE + 3, y - 13 - BARS)
    canvas.saveState()
    canvas.translate(x + BADGE / 2 + 1, y - 13 - BARS)
    canvas.rotate(90)
    _say(canvas, key.code, 0, 0, PLAIN, 2.3, _QUIET)
    canvas.restoreState()


def _badge(canvas: Any, key: Key, x: float, y: float) -> None:
    """The key's letter as on the screens: full for a choice, an outline for the rest."""
    canvas.setStrokeColorRGB(*_ACCENT)
    canvas.setFillColorRGB(*(_ACCENT if key.main else _WHITE))
    canvas.setLineWidth(0.45)
    canvas.roundRect(x, y - BADGE, BADGE, BADGE, 1.6, stroke=1, fill=1)
    canvas.setFillColorRGB(*(_WHITE if key.main else _ACCENT))
    canvas.setFont(STRONG, 5.4)
    canvas.drawCentredString(x + BADGE / 2, y - BADGE / 2 - 1.95, key.letter)


def _use(canvas: Any, x: float, y: float) -> None:
    _line(canvas, x, y)
    french, english = USE
    for line, text in enumerate(french):
        _say(canvas, text, x, y - 6.4 - 4.6 * line, PLAIN, 3.5)
    for line, text in enumerate(english):
        _say(canvas, text, x, y - 16.8 - 4.1 * line, PLAIN, 3.1, _QUIET)


def _line(canvas: Any, x: float, y: float) -> None:
    canvas.setStrokeColorRGB(*_RULE)
    canvas.setLineWidth(0.25)
    canvas.line(x, y, x + (WIDE - 2 * MARGIN + GAP) / COLUMNS - GAP, y)


def _say(  # noqa: PLR0913, PLR0917 -- what, where, how
    canvas: Any,
    text: str,
    x: float,
    y: float,
    font: str,
    size: float,
    colour: tuple[float, float, float] = _INK,
) -> None:
    canvas.setFont(font, size)
    canvas.setFillColorRGB(*colour)
    canvas.drawString(x, y, text)
