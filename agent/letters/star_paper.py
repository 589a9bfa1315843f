"""A slip for a Star printer in line mode; python-escpos speaks ESC/POS only.

Source: Star Line Mode Command Specifications: ESC @, ESC GS a n (align), ESC E and ESC F
(emphasis), ESC i n1 n2 (size), ESC GS t 32 (code page 1252), ESC GS y (QR), ESC b (bar
codes), ESC d 3 (feed and partial cut).  Its raster pictures are not used.
"""

from __future__ import annotations

from typing import Final

from PIL import Image

from agent.letters.lettering import FALLBACKS, PLAIN, pieces, without_accent
from agent.letters.view import clean
from agent.letters.whole_code import WholeCode

COLUMNS: Final = 48
"""Of font A on 80 mm (TSP100, TSP650); on 58 mm its lines are broken by the printer."""
DOTS: Final = 576
MODULE_DOTS: Final = 6
BAR_HEIGHT: Final = 80
SYSTEMS: Final = (
    *("UPC-E", "UPC-A", "EAN8", "EAN13", "CODE39", "ITF", "CODE128", "CODE93"),
    "CODABAR",
)
"""By n1 of ESC b."""
MAX_QR_BYTES: Final = 1024
_START: Final = b"\x1b@\x1b\x1dt\x20\x1b\x1da\x01"
_CENTRE, _LEFT = b"\x1b\x1da\x01", b"\x1b\x1da\x00"


class StarPaper:
    """Implements :class:`agent.letters.slip_paper.Paper`."""

    columns = COLUMNS
    dots = DOTS

    def __init__(self) -> None:
        self._raw = bytearray(_START)

    def line(self, text: str, *, bold: bool = False, double: bool = False) -> None:
        room = self.columns // 2 if double else self.columns
        self._raw += b"\x1bi\x01\x01" if double else b"\x1bi\0\0"
        self._raw += b"\x1bE" if bold else b"\x1bF"
        for piece in pieces(_printable(text), room):
            self._raw += piece.encode("cp1252", "replace") + b"\n"

    def row(self, text: str) -> None:
        self._raw += _LEFT + b"\x1bi\0\0\x1bF"
        self._raw += _printable(text)[: self.columns].encode("cp1252", "replace")
        self._raw += b"\n" + _CENTRE

    def symbol(self, url: str) -> None:
        data = url.encode()[:MAX_QR_BYTES]
        self._raw += b"\x1bi\0\0\x1bF\x1b\x1dyS0\x02\x1b\x1dyS1\0\x1b\x1dyS2"
        self._raw += bytes((MODULE_DOTS,))
        self._raw += b"\x1b\x1dyD1\0" + len(data).to_bytes(2, "little") + data
        self._raw += b"\x1b\x1dyP\n"

    def bars(self, system: str, text: str) -> None:
        if system not in SYSTEMS or not text.isascii() or not text.isprintable():
            self.line(text)
            return
        kind = ord("0") + SYSTEMS.index(system)
        self._raw += b"\x1bi\0\0\x1bF\x1bb" + bytes((kind, 0x32, 0x32, BAR_HEIGHT))
        self._raw += text.encode() + b"\x1e"

    def picture(self, picture: Image.Image) -> bool:
        del picture
        return False

    def whole(self, code: WholeCode) -> bool:
        del code
        return False

    def end(self) -> bytes:
        return bytes(self._raw) + b"\x1b@"

    def cut(self) -> bytes:
        self._raw += b"\x1bd\x03"
        return self.end()


def _printable(text: str) -> str:
    return "".join(map(_letter, clean(text).translate(PLAIN)))


def _letter(char: str) -> str:
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return FALLBACKS.get(char, without_accent(char))
    return char
