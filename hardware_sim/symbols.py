"""Bar codes (GS k) and 2D symbols (GS ( k), drawn by zxing-cpp.

Refuses what the symbology can't say (a letter in an EAN): the caller prints
nothing then, as the real printer does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import zxingcpp
from PIL import Image

from hardware_sim.marks import Symbol

_FORMAT = zxingcpp.BarcodeFormat

# GS k m: function A 0-6, function B 65-73 (function B's numbers go on to 79).
_BARS = {
    0: "UPCA", 1: "UPCE", 2: "EAN13", 3: "EAN8", 4: "Code39", 5: "ITF", 6: "Codabar",
    72: "Code93", 73: "Code128",
}  # fmt: skip
# GS ( k cn: 48 PDF417, 49 QR, 50 MaxiCode, 53 Aztec, 54 Data Matrix.
_SQUARES = {48: "PDF417", 49: "QRCode", 50: "MaxiCode", 53: "Aztec", 54: "DataMatrix"}
_QR_LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}
_PDF417_ROW_MODULES = 3
"""Height of a PDF417 row in modules (GS ( k 48 68, default 3)."""


def bar_system(m: int) -> str:
    """GS k ``m``'s name; empty where this printer has none."""
    return _BARS.get(m - 65 if 65 <= m <= 71 else m, "")


def bars(symbol: Symbol, module_dots: int, height_dots: int) -> Image.Image:
    """A bar code without its text.

    Raises:
        ValueError: the data can't be said in this system.
    """
    pattern = _pattern(symbol.system, _bar_content(symbol), {})
    return pattern.resize(
        (pattern.width * module_dots, height_dots), Image.Resampling.NEAREST
    )


def readable(symbol: Symbol) -> str:
    """The text under the bars (GS H)."""
    return _bar_content(symbol)


def _bar_content(symbol: Symbol) -> str:
    if symbol.system == "Code128":
        return _code128(symbol.data)
    return symbol.data.decode("latin-1").strip("*" if symbol.system == "Code39" else "")


def _code128(data: bytes) -> str:
    """GS k 73: ``{A {B {C`` choose the set, ``{{`` is a brace, C has digit pairs."""
    text, code_set, at = "", b"B", 0
    while at < len(data):
        if data[at] == 0x7B:
            escape = data[at + 1 : at + 2]
            code_set = escape if escape in (b"A", b"B", b"C") else code_set
            text += "{" if escape == b"{" else ""
            at += 2
            continue
        text += f"{data[at]:02d}" if code_set == b"C" else chr(data[at])
        at += 1
    return text


def _pattern(system: str, content: str | bytes, options: dict[str, str]) -> Image.Image:
    code = zxingcpp.create_barcode(content, getattr(_FORMAT, system), **options)
    drawn = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)
    height, width = drawn.shape
    black = Image.frombytes("L", (width, height), _pixels(drawn))
    return black.point(lambda value: 255 - value)


def _pixels(drawn: Any) -> bytes:
    """A zxing-cpp image is a buffer of one byte a dot; its stubs don't say so."""
    return bytes(memoryview(drawn))


@dataclass(slots=True)
class SymbolMemory:
    """GS ( k: settings and the stored data of each kind (``cn``)."""

    module_dots: dict[int, int] = field(default_factory=dict)
    level: str = "L"
    stored: dict[int, bytes] = field(default_factory=dict)

    def set(self, kind: int, function: int, args: bytes) -> None:
        """Functions 67 (module), 69 (error correction) and 80 (store)."""
        if function == 67 and args:
            self.module_dots[kind] = max(1, min(args[0], 16))
        elif function == 69 and kind == 49 and args:
            self.level = _QR_LEVELS.get(args[0], "L")
        elif function == 80:
            self.stored[kind] = args[1:]

    def draw(self, kind: int) -> tuple[Symbol, Image.Image] | None:
        """Function 81; ``None`` when nothing is stored.

        Raises:
            ValueError: the data can't be said in this symbol.
        """
        system, data = _SQUARES.get(kind, ""), self.stored.get(kind, b"")
        if not system or not data:
            return None
        options = {"ec_level": self.level} if system == "QRCode" else {}
        pattern = _pattern(system, _text_or_bytes(data), options)
        dots = self.module_dots.get(kind, 3)
        tall = dots * (_PDF417_ROW_MODULES if system == "PDF417" else 1)
        size = (pattern.width * dots, pattern.height * tall)
        return Symbol(system, data), pattern.resize(size, Image.Resampling.NEAREST)


def _text_or_bytes(data: bytes) -> str | bytes:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        return data
