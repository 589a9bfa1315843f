"""Matrix symbols: QR in its three models, Aztec, Data Matrix, MaxiCode.

Sources: Epson ESC/POS, GS ( k functions 165 to 181, 265 to 281, 566 to 581, 666 to 681;
ISO/IEC 18004 (QR), 24778 (Aztec), 16022 (Data Matrix), 16023 (MaxiCode).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from agent.paper.codes import model1
from agent.paper.codes.library import Order, dots, matrix
from agent.paper.codes.modules import Drawing, square
from agent.paper.strip import Symbol

# -- QR -------------------------------------------------------------------

_LEVELS: Final[Mapping[str, int]] = {"L": 1, "M": 2, "Q": 3, "H": 4}
_ALL_MASKS_BYTES: Final = 150
"""Longer codes try four of the eight masks: half the time, and no reader minds."""


def qr(symbol: Symbol) -> Drawing | None:
    """QR code.  Micro QR has no level H, and is not drawn then."""
    level = symbol.level if symbol.level in _LEVELS else "L"
    if symbol.variant == "1":
        rows = model1.matrix(symbol.data, level)
    else:
        symbology = "MICROQR" if symbol.variant == "MICRO" else "QRCODE"
        fast = len(symbol.data) > _ALL_MASKS_BYTES
        rows = matrix(Order(symbology, symbol.data, _LEVELS[level], fast=fast))
    return square(rows, symbol.module)


# -- Aztec ----------------------------------------------------------------

_COMPACT: Final = range(1, 5)
_FULL: Final = range(4, 33)
"""Layers; full-range symbols of fewer hold no more than compact ones."""
_FULL_OPTION: Final = 4  # zint numbers its sizes through: 1 to 4 compact, then full
_CHECK_WORDS: Final = 3


def aztec(symbol: Symbol) -> Drawing | None:
    """The smallest symbol with the error correction asked for, or the size given."""
    compact = symbol.variant == "COMPACT"
    share = int(symbol.level.rstrip("%") or "23")
    if symbol.rows:
        return square(_aztec(symbol.data, symbol.rows, compact=compact), symbol.module)
    layers = _COMPACT if compact else _FULL

    def spare(count: int) -> int:
        rows = _aztec(symbol.data, count, compact=compact)
        return _correction(rows, count, compact=compact) if rows else -1

    at = bisect_left(layers, share, key=spare)
    if at == len(layers):
        return None
    return square(_aztec(symbol.data, layers[at], compact=compact), symbol.module)


def _aztec(data: bytes, layers: int, *, compact: bool) -> tuple[str, ...]:
    if compact and layers not in _COMPACT:
        return ()
    size = layers if compact else layers + _FULL_OPTION
    return matrix(Order("AZTEC", data, option_2=size))


def _correction(rows: tuple[str, ...], layers: int, *, compact: bool) -> int:
    """Per cent of the codewords that are error correction, beside the first three.

    The symbol says itself how many are data: around the bull's eye, from the upper
    left corner on, stand the number of layers and that of data words (ISO/IEC 24778, 7.2.3).
    """
    middle = len(rows) // 2
    reach, before, size = (3, 2, 6) if compact else (5, 5, 11)
    ring = reach + 2
    along = [at for at in range(-reach, reach + 1) if compact or at]
    top = [rows[middle - ring][middle + at] for at in along]
    right = [rows[middle + at][middle + ring] for at in along]
    data_words = int("".join((top + right)[before : before + size]), 2) + 1
    bits = ((88 if compact else 112) + 16 * layers) * layers
    words = bits // _word_bits(layers)
    return 100 * (words - data_words - _CHECK_WORDS) // words


def _word_bits(layers: int) -> int:
    return 6 if layers <= 2 else 8 if layers <= 8 else 10 if layers <= 22 else 12


# -- Data Matrix ----------------------------------------------------------

_SQUARES: Final = (
    *(10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40),
    *(44, 48, 52, 64, 72, 80, 88, 96, 104, 120, 132, 144),
)
_RECTANGLES: Final = ((8, 18), (8, 32), (12, 26), (12, 36), (16, 36), (16, 48))
_SIZES: Final[Mapping[tuple[int, int], int]] = {
    size: number
    for number, size in enumerate(
        [*((side, side) for side in _SQUARES), *_RECTANGLES], 1
    )
}
_SQUARE_ONLY: Final = 100


def data_matrix(symbol: Symbol) -> Drawing | None:
    """Data Matrix, ECC 200.  ``rows`` without ``columns``: a rectangle as wide as need be."""
    wanted = symbol.rows, symbol.columns
    if wanted == (0, 0) and symbol.variant != "RECTANGLE":
        order = Order("DATAMATRIX", symbol.data, option_3=_SQUARE_ONLY)
        return square(matrix(order), symbol.module)
    for size, number in _SIZES.items():
        if wanted == size or wanted == (size[0], 0) != size:
            rows = matrix(Order("DATAMATRIX", symbol.data, option_2=number))
            if rows:
                return square(rows, symbol.module)
    return None


# -- MaxiCode -------------------------------------------------------------

_GS: Final = b"\x1d"
_HEADER: Final = re.compile(rb"\[\)>\x1e01\x1d[0-9]{2}")
_CARRIER: Final = re.compile(
    rb"([\x20-\x5f]{1,9})\x1d([0-9]{1,3})\x1d([0-9]{1,3})(?:\x1d|\Z)"
)
_POSTAL: Final[Mapping[str, re.Pattern[bytes]]] = {
    "2": re.compile(rb"[0-9]{1,9}"),
    "3": re.compile(rb"[A-Z0-9 \"#-/:]{1,6}"),
}


def maxicode(symbol: Symbol) -> Drawing | None:
    """MaxiCode, which has but one size: about 28 mm, whatever the module.

    Modes 2 and 3 begin with postal code, country and service; a header before them
    stands in front of the rest (GS ( k <Function 281>).
    """
    mode, data, primary = symbol.variant or "2", symbol.data, ""
    if mode in _POSTAL:
        header = _HEADER.match(data)
        carrier = _CARRIER.match(data, header.end() if header else 0)
        if not carrier or not _POSTAL[mode].fullmatch(carrier[1]):
            return None
        country, service = (part.rjust(3, b"0") for part in carrier.groups()[1:])
        primary = (carrier[1] + country + service).decode("ascii")
        data = (header[0] if header else b"") + data[carrier.end() :]
    order = Order("MAXICODE", data, int(mode), primary=primary)
    return square(dots(order), 1)
