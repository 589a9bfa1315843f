"""Bar codes (GS k): data to bars, with the widths that the printer gives them.

Patterns are zxing-cpp's; those of EAN, UPC and Code 128 are ours, because the
printer draws what it is told, even where a writer knows better.
Refuses what the symbology can't say (a letter in an EAN): the caller prints
nothing then, as the real printer does.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import zxingcpp
from PIL import Image

from hardware_sim import code128, ean

_FORMAT = zxingcpp.BarcodeFormat
SYMBOLS_REMEMBERED: Final = 8
"""A large symbol takes 20 ms to make, and five bytes to print again."""

_FUNCTION_A: Final = (
    "UPCA", "UPCE", "EAN13", "EAN8", "Code39", "ITF", "Codabar", "Code93", "Code128",
    "GS1-128", "DataBarOmni", "DataBarTruncated", "DataBarLtd", "DataBarExp", "Code128Auto",
)  # fmt: skip
"""GS k m: 0-6, and 65-79 in the same order."""
_TWO_WIDTHS: Final = frozenset({"Code39", "ITF", "Codabar"})
_WIDE_DOTS: Final = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 16}
"""GS w n: dots of a thick bar where there are only thin (n) and thick ones
(the reference gives 0.706 to 2.258 mm, in dots of 180 dpi)."""
_TRUNCATED_MODULES: Final = 13
"""Height of a truncated GS1 DataBar; GS h does not raise it."""


@dataclass(frozen=True, slots=True)
class Bars:
    """One bar code: its modules in a row (``1`` is a bar) and its readable text."""

    modules: str
    text: str


def bar_system(m: int) -> str:
    """GS k ``m``'s name; empty where this printer has none."""
    place = m - 65 if 65 <= m <= 79 else m if m <= 6 else -1
    return _FUNCTION_A[place] if place >= 0 else ""


def encoded(system: str, data: bytes) -> Bars:
    """The bars of that data.

    Raises:
        ValueError: the data can't be said in this system.
    """
    maker = _MAKERS.get(system)
    if maker is None:
        raise ValueError("no such bar code")
    return maker(data)


def drawn(system: str, bars: Bars, module_dots: float, height_dots: int) -> Image.Image:
    """The bars without their text, ``height_dots`` tall."""
    thin = max(1, round(module_dots))
    thick = _WIDE_DOTS.get(thin, thin * 5 // 2)
    runs: list[tuple[str, int]] = []
    for value, group in itertools.groupby(bars.modules):
        modules = len(list(group))
        if system in _TWO_WIDTHS:
            runs.append((value, thin if modules == 1 else thick))
        else:
            runs.append((value, max(1, round(modules * module_dots))))
    if system == "DataBarTruncated":
        height_dots = _TRUNCATED_MODULES * thin
    line = b"".join((b"\xff" if value == "1" else b"\0") * dots for value, dots in runs)
    row = Image.frombytes("L", (len(line), 1), line)
    return row.resize((row.width, max(1, height_dots)), Image.Resampling.NEAREST)


def pixels(image: Any) -> bytes:
    """A zxing-cpp image is a buffer of one byte a dot; its stubs don't say so."""
    return bytes(memoryview(image))


def pattern(
    system: str, content: str | bytes, options: dict[str, Any], scale: int = 1
) -> Image.Image:
    """zxing-cpp's symbol, ``scale`` dots a module, 255 is ink.

    Raises:
        ValueError: the content can't be said in this symbology.
    """
    return _pattern(system, content, tuple(sorted(options.items())), scale)


@functools.lru_cache(maxsize=SYMBOLS_REMEMBERED)
def _pattern(
    system: str, content: str | bytes, options: tuple[tuple[str, Any], ...], scale: int
) -> Image.Image:
    form = getattr(_FORMAT, system)
    code = zxingcpp.create_barcode(content, form, **dict(options))
    image = zxingcpp.write_barcode_to_image(code, scale=scale, add_quiet_zones=False)
    height, width = image.shape
    black = Image.frombytes("L", (width, height), pixels(image))
    return black.point(lambda value: 255 - value)


def _line(system: str, content: str) -> str:
    """The topmost row: guards that reach further down are not drawn."""
    top = pattern(system, content, {}).crop((0, 0, 1 << 16, 1))
    row = top.crop(top.getbbox() or (0, 0, 1, 1))
    return "".join("1" if value else "0" for value in row.tobytes())


def _plain(system: str) -> Callable[[bytes], Bars]:
    def make(data: bytes) -> Bars:
        text = data.decode("latin-1")
        return Bars(_line(system, text), text)

    return make


def _digits(made: Callable[[str], tuple[str, str]]) -> Callable[[bytes], Bars]:
    return lambda data: Bars(*made(data.decode("latin-1")))


def _code_39(data: bytes) -> Bars:
    """Start and stop are added where they are missing, and are readable."""
    text = data.decode("latin-1").removeprefix("*").split("*")[0]
    return Bars(_line("Code39", text), f"*{text}*")


def _code_93(data: bytes) -> Bars:
    """A box stands for start and stop, a filled one before a control's letter."""
    text = data.decode("latin-1")
    shown = "".join(
        f"\N{BLACK SQUARE}{chr(ord(char) + 64)}" if char < " " else char
        for char in text
    )
    return Bars(_line("Code93", text), f"\N{WHITE SQUARE}{shown}\N{WHITE SQUARE}")


def _even(data: bytes) -> Bars:
    """ITF: the last of an odd number of digits is ignored."""
    text = data.decode("latin-1")[: len(data) // 2 * 2]
    return Bars(_line("ITF", text), text)


def _code_128(data: bytes) -> Bars:
    return Bars(*code128.told(data))


def _code_128_auto(data: bytes) -> Bars:
    text = data.decode("latin-1")
    return Bars(code128.chosen([text]), text)


def _gs1_128(data: bytes) -> Bars:
    """FNC1 comes first by itself, parentheses are for people only."""
    if not data:
        raise ValueError("nothing to draw")
    parts: list[str | int] = [1]
    shown, at = "", 0
    text = data.decode("latin-1")
    while at < len(text):
        char, at = text[at], at + 1
        if char == "{":
            char, at = text[at : at + 1], at + 1
            if char in ("1", "3"):
                parts.append(int(char))
                continue
        elif char in "()":
            shown += char
            continue
        shown += char
        parts.append(char)
    return Bars(code128.chosen(_joined(parts)), shown)


def _joined(parts: list[str | int]) -> list[str | int]:
    """Single characters side by side, as one text."""
    joined: list[str | int] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, str) and isinstance(last, str):
            joined[-1] = last + part
        else:
            joined.append(part)
    return joined


def gs1_number(data: bytes) -> str:
    """GS1 DataBar's 13 digits; an AI of 01 in front is left out.

    Raises:
        ValueError: it isn't 13 digits.
    """
    text = data.decode("latin-1")
    text = text.removeprefix("(01)") if text.startswith("(") else text
    if len(text) not in (13, 14) or not text.isdecimal():
        raise ValueError("GS1 DataBar has 13 digits")
    return text[:13]


def _data_bar(system: str) -> Callable[[bytes], Bars]:
    def make(data: bytes) -> Bars:
        number = gs1_number(data)
        return Bars(_line(system, number), f"(01){number}{ean.check_digit(number)}")

    return make


_MAKERS: Final[dict[str, Callable[[bytes], Bars]]] = {
    "UPCA": _digits(ean.upc_a),
    "UPCE": _digits(ean.upc_e),
    "EAN13": _digits(ean.ean_13),
    "EAN8": _digits(ean.ean_8),
    "Code39": _code_39,
    "ITF": _even,
    "Codabar": _plain("Codabar"),
    "Code93": _code_93,
    "Code128": _code_128,
    "GS1-128": _gs1_128,
    "DataBarOmni": _data_bar("DataBarOmni"),
    "DataBarTruncated": _data_bar("DataBarOmni"),
    "DataBarLtd": _data_bar("DataBarLtd"),
    "DataBarExp": _plain("DataBarExp"),
    "Code128Auto": _code_128_auto,
}
