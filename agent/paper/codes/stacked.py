"""Symbols of several rows of bars: PDF417, stacked DataBar, composites.

Sources: Epson ESC/POS, GS ( k functions 065 to 081, 367 to 381, 467 to 481; ISO/IEC 15438
(PDF417), 24724 (DataBar), 24723 (composite).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from agent.paper.codes import gs1
from agent.paper.codes.library import Order, bands, matrix
from agent.paper.codes.linear import databar_order
from agent.paper.codes.modules import Drawing, stretched
from agent.paper.codes.retail import bars
from agent.paper.strip import Symbol

# The most error correction codewords that the ratio comes to, for levels 1 to 7; above
# them it is level 8 (GS ( k <Function 069>).
_RATIOS: Final = (3, 10, 20, 45, 100, 200, 400)

# Modules of a row that are no data columns, whole and truncated (ISO/IEC 15438, 5.3, 5.12).
_EDGES: Final = {False: 69, True: 35}
_COLUMN: Final = 17
_MOST_ROWS: Final = 90

MAX_PDF417_BYTES: Final = 2710
"""As digits: what the largest symbol holds (ISO/IEC 15438, 5.1)."""
_OPTIMAL_BYTES: Final = 500
"""Beyond, zint's search for the shortest encoding takes 20 ms and saves little."""

MAX_COMPOSITE_BYTES: Final = 400
"""Of the two-dimensional part.  CC-B holds 338 digits; CC-C more, but a symbol that
fills the paper has less."""

SEGMENT_PAIR: Final = 49
"""Modules of two segments of expanded stacked DataBar; a row has four more."""


# -- PDF417 ---------------------------------------------------------------


def pdf417(symbol: Symbol) -> Drawing | None:
    """PDF417, whole or truncated, in rows ``tall`` modules high.

    With fewer columns than it would have by itself, if it is too wide: as many as fit.  A
    number that the POS has set stays, and then nothing is printed (GS ( k, function 181).
    """
    truncated = symbol.variant == "TRUNCATED"
    symbology = "PDF417COMP" if truncated else "PDF417"
    if len(symbol.data) > MAX_PDF417_BYTES:
        return None
    fast = len(symbol.data) > _OPTIMAL_BYTES
    wanted = _level(symbol), symbol.columns, symbol.rows
    order = Order(symbology, symbol.data, *wanted, fast=fast)
    rows = matrix(order)
    most = (symbol.room // symbol.module - _EDGES[truncated]) // _COLUMN
    if rows and 0 < symbol.room < len(rows[0]) * symbol.module:
        fits = not symbol.columns and 0 < most <= 30
        rows = matrix(order._replace(option_2=most)) if fits else ()
    return Drawing(rows, symbol.module, symbol.module * symbol.tall) if rows else None


def _level(symbol: Symbol) -> int:
    """The level of error correction: as it stands, or from the ratio."""
    if not symbol.level.endswith("%"):
        return int(symbol.level or "1")
    words = _data_words(symbol.data)
    return bisect_left(_RATIOS, words * int(symbol.level[:-1]) // 100) + 1


def _data_words(data: bytes) -> int:
    """Codewords of the data, by a symbol with as few columns as can hold them."""
    rows = matrix(Order("PDF417", data, 0, fast=True))
    if not rows:
        return 0
    words = len(rows) * ((len(rows[0]) - _EDGES[False]) // _COLUMN)
    columns = -(-words // _MOST_ROWS)
    narrow = matrix(Order("PDF417", data, 0, columns, fast=True))
    return len(narrow) * columns - 2 if narrow else words - 2


# -- stacked DataBar ------------------------------------------------------

_STACKED: Final[Mapping[str, str]] = {
    "GS1-DATABAR-STACKED": "DBAR_STK",
    "GS1-DATABAR-STACKED-OMNIDIRECTIONAL": "DBAR_OMNSTK",
    "GS1-DATABAR-EXPANDED-STACKED": "DBAR_EXPSTK",
}


def databar(symbol: Symbol) -> Drawing | None:
    """GS1 DataBar in two rows or more."""
    order = databar_order(_STACKED[symbol.system], symbol.text, _pairs(symbol))
    return stretched(bands(order), symbol.module) if order else None


def _pairs(symbol: Symbol, fewest: int = 1) -> int:
    """Segment pairs a row that fit the widest that the symbol may be, 0: any."""
    if not symbol.room:
        return 0
    fitting = (symbol.room // symbol.module - 4) // SEGMENT_PAIR
    return min(max(fitting, fewest), 11)


# -- composites -----------------------------------------------------------

# By linear part: symbology, and whether GS h says how high its bars are.
_COMPOSITES: Final[Mapping[str, tuple[str, bool]]] = {
    "EAN8": ("EANX_CC", True),
    "EAN13": ("EANX_CC", True),
    "UPC-A": ("UPCA_CC", True),
    "UPC-E": ("UPCE_CC", True),
    "GS1-128": ("GS1_128_CC", True),
    "GS1-DATABAR": ("DBAR_OMN_CC", False),
    "GS1-DATABAR-TRUNCATED": ("DBAR_OMN_CC", False),
    "GS1-DATABAR-STACKED": ("DBAR_STK_CC", False),
    "GS1-DATABAR-STACKED-OMNIDIRECTIONAL": ("DBAR_OMNSTK_CC", False),
    "GS1-DATABAR-LIMITED": ("DBAR_LTD_CC", False),
    "GS1-DATABAR-EXPANDED": ("DBAR_EXP_CC", False),
    "GS1-DATABAR-EXPANDED-STACKED": ("DBAR_EXPSTK_CC", False),
}

# Modules of the linear part's bars that do not follow GS h (ISO/IEC 24724).
_TALL: Final[Mapping[str, int]] = {
    "GS1-DATABAR": 33,
    "GS1-DATABAR-TRUNCATED": 13,
    "GS1-DATABAR-LIMITED": 10,
    "GS1-DATABAR-EXPANDED": 34,
}


def composite(symbol: Symbol) -> Drawing | None:
    """A bar code with a two-dimensional part above it."""
    linear, _, cc = symbol.variant.partition("+")
    if linear not in _COMPOSITES:
        return None
    symbology, follows = _COMPOSITES[linear]
    first, _, second = symbol.text.partition("|")
    primary = _primary(linear, symbology, first)
    data = gs1.bracketed(second)
    if not primary or not 0 < len(data) <= MAX_COMPOSITE_BYTES:
        return None
    pairs = _pairs(symbol, 2) if symbology == "DBAR_EXPSTK_CC" else 0
    rows = bands(Order(symbology, data, 3 if cc else -1, pairs, 0, primary, gs1=True))
    tall = max(1, symbol.height // symbol.module) if follows else _TALL.get(linear, 0)
    if rows and tall:
        rows = (*rows[:-1], (tall, rows[-1][1]))
    return stretched(rows, symbol.module)


def _primary(linear: str, symbology: str, text: str) -> str:
    if symbology.startswith("GS1"):
        return gs1.bracketed(text).decode("ascii")
    if not symbology.startswith("DBAR"):
        return _retail_digits(linear, text)
    order = databar_order(symbology, text)
    return order.data.decode("ascii") if order else ""


def _retail_digits(linear: str, text: str) -> str:
    """Zint takes eight digits of EAN-8 for a short EAN-13, so they are seven."""
    if not bars(linear, text):
        return ""
    if linear != "EAN8":
        return text
    return text[:7] if gs1.check_digit(text[:7]) == text[7] else ""
