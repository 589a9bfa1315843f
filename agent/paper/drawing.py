"""A symbol as black and white modules, for whoever puts it on a page.

The encoding is done by well-kept libraries, ``qrcode`` and ``python-barcode``,
loaded when the first symbol is drawn.  What they cannot encode, or would encode
as something else than the POS sent (a wrong check digit put right), is not
drawn: ``None``, and the page shows the content in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agent.paper.strip import Strip, Symbol

MAX_QR_BYTES: Final = 1200
"""About version 25 at level L; denser ones no phone reads from a receipt, and
drawing takes time as the square of the side."""
MAX_BAR_CHARACTERS: Final = 80
"""No bar code of more fits on paper of 80 mm."""

_MASK: Final = 3  # all eight read equally well; trying them costs six times more


@dataclass(frozen=True, slots=True)
class Drawing:
    """Rows of modules, "1" black; ``module`` and ``row`` are dots."""

    rows: tuple[str, ...]
    module: int
    row: int

    @property
    def width(self) -> int:
        return len(self.rows[0]) * self.module

    @property
    def height(self) -> int:
        return len(self.rows) * self.row


def draw(symbol: Symbol) -> Drawing | None:
    """The symbol's modules without a quiet zone, or ``None``."""
    module = max(1, symbol.module)
    if symbol.system == "QR":
        rows = _qr(symbol.data, symbol.level)
        return Drawing(rows, module, module) if rows else None
    encoder = _BARS.get(symbol.system)
    if encoder is None or not 0 < len(symbol.text) <= MAX_BAR_CHARACTERS:
        return None
    bars = _bars(encoder, symbol.text)
    return Drawing((bars,), module, max(1, symbol.height)) if bars else None


HRI_DOTS: Final = 28
"""What the readable line above or below a bar code takes."""
BOX_SIZE: Final = (200, 48)
"""What a symbol takes that is not drawn."""


def size(symbol: Symbol) -> tuple[int, int]:
    """Width and height in dots, with the readable lines (GS H)."""
    drawing = draw(symbol)
    if drawing is None:
        return BOX_SIZE
    lines = {"none": 0, "above": 1, "below": 1, "both": 2}[symbol.hri]
    return drawing.width, drawing.height + lines * HRI_DOTS


def left_of(drawing: Drawing, symbol: Symbol, strip: Strip) -> int:
    """Where the drawing starts, kept on the paper if it fits at all."""
    back = {"left": 0, "centre": drawing.width // 2, "right": drawing.width}
    x = symbol.x - back[symbol.anchor]
    return max(0, min(x, strip.width - drawing.width))


@lru_cache(maxsize=128)  # a strip's symbols: their height is asked for first
def _qr(data: bytes, level: str) -> tuple[str, ...]:
    from qrcode import constants
    from qrcode.exceptions import DataOverflowError
    from qrcode.main import QRCode

    levels = {
        "M": constants.ERROR_CORRECT_M,
        "Q": constants.ERROR_CORRECT_Q,
        "H": constants.ERROR_CORRECT_H,
    }
    if len(data) > MAX_QR_BYTES:
        return ()
    code = QRCode(
        error_correction=levels.get(level, constants.ERROR_CORRECT_L),
        mask_pattern=_MASK,
        border=0,
    )
    code.add_data(data)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        return ()
    return tuple("".join("01"[bool(dot)] for dot in row) for row in code.get_matrix())


# What the POS sent, made what python-barcode wants.
_Prepare = Callable[[str], str]
_BARS: Final[Mapping[str, tuple[str, _Prepare]]] = {
    "EAN13": ("ean13", str),
    "EAN8": ("ean8", str),
    "UPC-A": ("upca", str),
    "CODE39": ("code39", lambda text: text.strip("*").upper()),
    "ITF": ("itf", str),
    "CODABAR": ("codabar", str.upper),
    "CODE128": ("code128", str),
}


def _bars(encoder: tuple[str, _Prepare], text: str) -> str:
    from barcode import get_barcode_class  # type: ignore[import-untyped] # no types
    from barcode.errors import BarcodeError  # type: ignore[import-untyped] # no types

    name, prepare = encoder
    options = {"add_checksum": False} if name == "code39" else {}
    wanted = prepare(text)
    try:
        code = get_barcode_class(name)(wanted, **options)
        bars: str = code.build()[0]
        same = code.get_fullcode() == wanted
    except (BarcodeError, KeyError, ValueError, IndexError):
        return ""
    return bars if same else ""
