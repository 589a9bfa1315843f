"""Bar codes and two-dimensional codes as ESC/POS.

A size that no printer has becomes the default, as the manual says; data that no code
could hold prints nothing, and is no error either.

Every element sets all that its code depends on, so that nothing is left of the one
before it.

Source: Epson, ePOS-Print XML User's Manual, ``<barcode>``, ``<symbol>``; Epson ESC/POS
Application Programming Guide, GS k, GS ( k by function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

_GS: Final = b"\x1d"
MAX_BAR_BYTES: Final = 255
"""GS k counts in one byte."""
MAX_SYMBOL_BYTES: Final = 7089
"""Digits in the largest QR code; no other code holds more."""

_PDF417, _QR, _MAXICODE, _DATABAR, _AZTEC, _DATA_MATRIX = 48, 49, 50, 51, 53, 54
_ESCAPE: Final = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|\\)")


def unescaped(raw: bytes) -> bytes:
    r"""``\xnn`` is a byte and ``\\`` a backslash; any other stands for itself."""
    return _ESCAPE.sub(
        lambda found: bytes.fromhex(found[1].decode()) if found[1] else b"\\", raw
    )


class Bar(NamedTuple):
    """A bar code: ``system`` is the m of GS k, widths and heights are dots."""

    system: int
    data: bytes
    hri: int = 0
    font: int = 0
    width: int = 3
    height: int = 162


class Matrix(NamedTuple):
    """A two-dimensional code; ``kind`` and ``level`` by their names in ePOS-Print.

    ``level`` may be a number instead, the percentage of Aztec Code.
    """

    kind: str
    data: bytes
    level: str | int = "default"
    width: int = 0
    height: int = 0
    size: int = 0


def bar_code(bar: Bar) -> bytes:
    """GS H, GS f, GS w, GS h and GS k."""
    if not 0 < len(bar.data) <= MAX_BAR_BYTES:
        return b""
    width = bar.width if 2 <= bar.width <= 6 else 3
    settings = zip(b"Hfwh", (bar.hri, bar.font, width, bar.height or 162), strict=True)
    head = b"".join(_GS + bytes(setting) for setting in settings)
    return head + _GS + b"k" + bytes((bar.system, len(bar.data))) + bar.data


def matrix(code: Matrix) -> bytes:
    """The functions of GS ( k that set the code up, store its data and print it."""
    if not 0 < len(code.data) <= MAX_SYMBOL_BYTES:
        return b""
    family = code.kind.split("_")[0]
    return _FAMILIES[family](code)


def text_for(kind: str, text: str) -> bytes:
    """Symbol text as the manual converts it: QR codes to Shift_JIS, others to UTF-8.

    What Shift_JIS has not (é) is left in UTF-8, which is what readers of QR expect.
    """
    codec = "shift_jis" if kind.startswith("qrcode") else "utf-8"
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _function(cn: int, fn: int, *body: int) -> bytes:
    return _command(cn, fn, bytes(body))


def _command(cn: int, fn: int, body: bytes) -> bytes:
    size = (len(body) + 2).to_bytes(2, "little")
    return _GS + b"(k" + size + bytes((cn, fn)) + body


def _printed(cn: int, data: bytes) -> bytes:
    """<Function x80>, <Function x81>."""
    return _command(cn, 80, b"0" + data) + _command(cn, 81, b"0")


def _within(value: int, low: int, high: int, default: int) -> int:
    return value if low <= value <= high else default


def _level(code: Matrix, names: str, default: int) -> int:
    """The place of a level's last letter in ``names``."""
    letter = str(code.level)[-1] if str(code.level).startswith("level_") else ""
    return names.index(letter) if letter and letter in names else default


def _pdf417(code: Matrix) -> bytes:
    return (
        _function(_PDF417, 65, _within(code.size, 1, 30, 0))
        + _function(_PDF417, 66, 0)
        + _function(_PDF417, 67, _within(code.width, 2, 8, 3))
        + _function(_PDF417, 68, _within(code.height, 2, 8, 3))
        + _function(_PDF417, 69, 48, 48 + _level(code, "012345678", 1))
        + _function(_PDF417, 70, int(code.kind == "pdf417_truncated"))
        + _printed(_PDF417, code.data)
    )


def _qr(code: Matrix) -> bytes:
    model = {"qrcode_model_1": 49, "qrcode_model_2": 50, "qrcode_micro": 51}[code.kind]
    return (
        _function(_QR, 65, model, 0)
        + _function(_QR, 67, _within(code.width, 1, 16, 3))
        + _function(_QR, 69, 48 + _level(code, "lmqh", 1))
        + _printed(_QR, code.data)
    )


def _maxicode(code: Matrix) -> bytes:
    return _function(_MAXICODE, 65, 48 + int(code.kind[-1])) + _printed(
        _MAXICODE, code.data
    )


_STACKED: Final[Mapping[str, int]] = {
    "gs1_databar_stacked": 72,
    "gs1_databar_stacked_omnidirectional": 73,
    "gs1_databar_expanded_stacked": 76,
}


def _databar(code: Matrix) -> bytes:
    widest = _within(code.size, 106, 3952, 0)
    return (
        _function(_DATABAR, 67, _within(code.width, 2, 8, 2))
        + _function(_DATABAR, 71, *widest.to_bytes(2, "little"))
        + _printed(_DATABAR, bytes((_STACKED[code.kind],)) + code.data)
    )


def _aztec(code: Matrix) -> bytes:
    compact = code.kind == "azteccode_compact"
    layers = _within(code.size, 1, 4, 0) if compact else _within(code.size, 4, 32, 0)
    level = code.level if isinstance(code.level, int) else 0
    return (
        _function(_AZTEC, 66, int(compact), layers)
        + _function(_AZTEC, 67, _within(code.width, 2, 16, 3))
        + _function(_AZTEC, 69, _within(level, 5, 95, 23))
        + _printed(_AZTEC, code.data)
    )


def _data_matrix(code: Matrix) -> bytes:
    rows = code.kind.removeprefix("datamatrix_rectangle_")
    side = _within(code.size, 0, 144, 0)
    shape = (1, int(rows), side) if rows.isdigit() else (0, side, side)
    return (
        _function(_DATA_MATRIX, 66, *shape)
        + _function(_DATA_MATRIX, 67, _within(code.width, 2, 16, 3))
        + _printed(_DATA_MATRIX, code.data)
    )


_FAMILIES: Final[Mapping[str, Callable[[Matrix], bytes]]] = {
    "pdf417": _pdf417,
    "qrcode": _qr,
    "maxicode": _maxicode,
    "gs1": _databar,
    "azteccode": _aztec,
    "datamatrix": _data_matrix,
}
