"""The one file that speaks to zint (``zint-bindings``).

Encoding is strict: zint's warnings count as refusals, so that a size, a level or
a check digit is never put right in silence.  What is refused comes back empty.

Traps of the bindings, as of 1.2.2: ``Symbol.row_height`` raises, so heights are read
from the vector output; ``bitmap`` with ``OUT_BUFFER_INTERMEDIATE`` reads beyond its
buffer, so the plain one of three bytes a dot is used.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import zint

MAX_BYTES: Final = 7089
"""The longest content of any symbology here: digits of a QR code of version 40."""
_MAXICODE_SCALE: Final = 0.704
"""Makes a hexagon 0.88 mm wide at 8 dots/mm (ISO/IEC 16023, 4.11: nominal size)."""


class Order(NamedTuple):
    """What to encode.  The options mean what zint's manual says of each symbology.

    ``primary`` is the linear part of a composite, or MaxiCode's carrier message;
    ``gs1``: application identifiers stand in brackets, FNC1 is worked out; ``fast``: an
    encoding that need not be the shortest.
    """

    symbology: str
    data: bytes
    option_1: int = -1
    option_2: int = 0
    option_3: int = 0
    primary: str = ""
    gs1: bool = False
    fast: bool = False


def matrix(order: Order) -> tuple[str, ...]:
    """Rows of modules, "1" black, the same number in each; none if refused."""
    symbol = _encoded(order)
    return () if symbol is None else _rows(symbol)


def bands(order: Order) -> tuple[tuple[int, str], ...]:
    """Rows with their height in modules, of a symbol whose rows differ in it."""
    symbol = _encoded(order)
    if symbol is None:
        return ()
    symbol.buffer_vector()
    edges = {bar.y for bar in symbol.vector.rectangles} | {symbol.vector.height}
    # half a module is the unit of zint's vectors
    heights = [max(1, round((low - top) / 2)) for top, low in pairwise(sorted(edges))]
    rows = _rows(symbol)
    return tuple(zip(heights, rows, strict=True)) if len(heights) == len(rows) else ()


def _rows(symbol: zint.Symbol) -> tuple[str, ...]:
    """Zint packs a row's modules into bytes, the first one in the lowest bit."""
    cells = symbol.encoded_data
    raw = cells.tobytes()
    stride = len(raw) // len(cells)
    wide = f"0{symbol.width}b"
    return tuple(
        format(int.from_bytes(raw[at : at + stride], "little"), wide)[::-1]
        for at in range(0, symbol.rows * stride, stride)
    )


def dots(order: Order) -> tuple[str, ...]:
    """MaxiCode's hexagons as dots of 1/8 mm, "1" black; none if refused."""
    symbol = _encoded(order)
    if symbol is None:
        return ()
    symbol.scale = _MAXICODE_SCALE
    symbol.buffer()
    bitmap = symbol.bitmap
    if bitmap is None:
        return ()
    inked = bitmap.tobytes()[::3].translate(_INK)
    width = len(inked) // len(bitmap)
    return tuple(
        inked[at : at + width].decode("ascii") for at in range(0, len(inked), width)
    )


_INK: Final = bytes(0x31 if shade < 128 else 0x30 for shade in range(256))


def _encoded(order: Order) -> zint.Symbol | None:
    import zint

    if len(order.data) > MAX_BYTES or not (order.data or order.primary):
        return None
    symbol = zint.Symbol()
    symbol.symbology = getattr(zint.Symbology, order.symbology)
    symbol.warn_level = zint.WarningLevel.FAIL_ALL
    symbol.output_options = zint.OutputOptions.BARCODE_NO_QUIET_ZONES
    symbol.show_text = False
    symbol.guard_descent = 0
    symbol.option_1 = order.option_1
    symbol.option_2 = order.option_2
    symbol.option_3 = order.option_3
    if order.gs1:
        symbol.input_mode = zint.InputMode.GS1 | zint.InputMode.GS1NOCHECK
    elif order.fast:
        symbol.input_mode = zint.InputMode.FAST
    try:
        symbol.primary = order.primary
        symbol.encode(order.data)
    except (RuntimeError, ValueError, OverflowError):
        return None
    return symbol
