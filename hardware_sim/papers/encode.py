"""A paper as ESC/POS bytes, as five kinds of programs write it.

``library`` is python-escpos itself.  The others are typed from Epson's reference and
differ in how they get a text to its column: ``hand`` aligns with ESC a, ``spaces`` pads,
``tabs`` uses HT, ``placed`` ESC $.
"""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from hardware_sim.logo import logo
from hardware_sim.papers.sheet import Code, End, Gap, Logo, Paper, Part, Row, laid

ESC_T: Final = {"cp437": 0, "cp850": 2, "cp1252": 16, "cp858": 19}
"""ESC t n of each code page."""
ROLL_DOTS: Final = 576
"""What the printer prints where nobody narrows it."""
_INSTEAD: Final = {"€": "E", "’": "'", "œ": "o", "Œ": "O", "–": "-", "º": "o"}
_ALIGN: Final = {"left": b"\x00", "center": b"\x01", "right": b"\x02"}
_GAP: Final = re.compile(r" {3,}")
_TAB_BEHIND: Final = 12
"""The tab stop stands so many columns before the right edge."""


def printable(text: str, page: str) -> str:
    """As a till prints it whose code page lacks a character: another, as wide."""
    return text if text.isascii() else "".join(_one(char, page) for char in text)


def _one(char: str, page: str) -> str:
    for tried in (char, _INSTEAD.get(char, ""), unicodedata.normalize("NFD", char)[0]):
        try:
            if tried and len(tried.encode(page)) == 1:
                return tried
        except UnicodeEncodeError:
            continue
    return "?"


def lines_in(paper: Paper, page: str) -> tuple[str, ...]:
    """What stands on the paper if it was printed in that code page."""
    return tuple(printable(line, page) for line in paper.lines)


def encode(paper: Paper, dialect: str, page: str) -> bytes:
    """The whole job, from ESC @ to the cut."""
    parts = [
        replace(part, text=printable(part.text, page))
        if isinstance(part, Row)
        else part
        for part in paper.parts
    ]
    if dialect == "library":
        return _by_library(paper, parts, page)
    start = b"\x1b@" + _width(paper) + b"\x1bt" + bytes([ESC_T[page]])
    if dialect == "tabs":
        start += b"\x1bD" + bytes([paper.columns - _TAB_BEHIND]) + b"\x00"
    lines = b"".join(_typed(paper, part, _WRITERS[dialect], page) for part in parts)
    return start + lines + b"\x1dVB\x20"


def _width(paper: Paper) -> bytes:
    """GS W nL nH: the printable area, where it is not the whole roll."""
    if paper.width_dots == ROLL_DOTS:
        return b""
    return b"\x1dW" + paper.width_dots.to_bytes(2, "little")


# -- typed from the manual --------------------------------------------------------

_Writer = Callable[[Row, Paper, str], bytes]


def _typed(paper: Paper, part: Part, writer: _Writer, page: str) -> bytes:
    match part:
        case Row():
            return writer(part, paper, page) + b"\n"
        case Gap():
            return b"\n"
        case End():
            return b"\x1dVB\x20"  # GS V 66 n
        case Logo():
            return b"\x1ba\x01" + _raster() + b"\x1ba\x00"
        case Code(system, data):
            return b"\x1ba\x01" + _symbol(system, data.encode("ascii")) + b"\x1ba\x00"


def _mode(row: Row, paper: Paper) -> bytes:
    """ESC ! n: font, bold, height, width in one byte."""
    bits = paper.small | row.bold << 3 | (row.tall > 1) << 4 | (row.wide > 1) << 5
    return b"\x1b!" + bytes([bits])


def _aligned(row: Row, paper: Paper, page: str) -> bytes:
    """ESC a where both sides are as wide; an odd column would stand between two."""
    free = paper.columns // row.wide - len(row.text)
    if row.align == "left" or free % 2 or paper.columns % row.wide:
        return b"\x1ba\x00" + _mode(row, paper) + laid(row, paper.columns).encode(page)
    return b"\x1ba" + _ALIGN[row.align] + _mode(row, paper) + row.text.encode(page)


def _padded(row: Row, paper: Paper, page: str) -> bytes:
    """GS ! for the size, ESC M for the font, ESC E for bold, spaces for all else."""
    size = bytes([(row.wide - 1) << 4 | (row.tall - 1)])
    look = (
        b"\x1bM" + bytes([paper.small]) + b"\x1bE" + bytes([row.bold]) + b"\x1d!" + size
    )
    return look + laid(row, paper.columns).encode(page)


def _tabbed(row: Row, paper: Paper, page: str) -> bytes:
    text = laid(row, paper.columns)
    stop = paper.columns - _TAB_BEHIND
    gaps = [gap for gap in _GAP.finditer(text) if gap.start() < stop <= gap.end()]
    if row.wide == 1 and gaps and not paper.small:
        left, right = text[: gaps[0].start()], text[stop:]
        return _mode(row, paper) + left.encode(page) + b"\t" + right.encode(page)
    return _mode(row, paper) + text.encode(page)


def _placed(row: Row, paper: Paper, page: str) -> bytes:
    """ESC $ nL nH: dots from the left edge."""
    text, cell = laid(row, paper.columns), (9 if paper.small else 12) * row.wide
    out, end = _mode(row, paper), 0
    for gap in _GAP.finditer(text):
        dots = gap.end() * cell
        out += (
            text[end : gap.start()].encode(page) + b"\x1b$" + dots.to_bytes(2, "little")
        )
        end = gap.end()
    return out + text[end:].encode(page)


_WRITERS: Final[Mapping[str, _Writer]] = {
    "hand": _aligned,
    "spaces": _padded,
    "tabs": _tabbed,
    "placed": _placed,
}
DIALECTS: Final = ("library", *_WRITERS)


def _raster() -> bytes:
    """GS v 0 m xL xH yL yH d1..dk."""
    picture = logo()
    stride = (picture.width + 7) // 8
    dots = picture.point(lambda value: 255 - value).tobytes()
    return (
        b"\x1dv0\x00"
        + stride.to_bytes(2, "little")
        + picture.height.to_bytes(2, "little")
        + dots
    )


def _symbol(system: str, data: bytes) -> bytes:
    if system == "QR":
        return (
            b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x04\x1d(k\x03\x001E0\x1d(k"  # model, size, level
            + (len(data) + 3).to_bytes(2, "little") + b"1P0" + data + b"\x1d(k\x03\x001Q0"
        )  # fmt: skip
    settings = b"\x1dh\x46\x1dw\x02\x1dH\x00"  # 70 dots high, modules of 2, no digits
    if system == "EAN13":
        return settings + b"\x1dk\x02" + data + b"\x00"
    coded = b"{B" + data
    return settings + b"\x1dk\x49" + bytes([len(coded)]) + coded


# -- by python-escpos ---------------------------------------------------------------


def _by_library(paper: Paper, parts: list[Part], page: str) -> bytes:
    from escpos.printer import Dummy

    printer = Dummy()
    printer.hw("INIT")
    printer._raw(_width(paper))  # noqa: SLF001 -- the library has no word for it
    printer.charcode(page.upper())
    for part in parts:
        # The library prints remarks about bar codes to standard output.
        with contextlib.redirect_stdout(io.StringIO()):
            _library_part(printer, paper, part)
    printer.cut(mode="PART")
    return bytes(printer.output)


def _library_part(printer: Any, paper: Paper, part: Part) -> None:
    match part:
        case Row():
            _library_row(printer, paper, part)
        case Gap():
            printer.ln()
        case End():
            printer.cut(mode="PART")
        case Logo():
            printer.set(align="center")
            printer.image(logo(), impl="bitImageRaster")
        case Code("QR", data):
            printer.set(align="center")
            printer.qr(data, native=True, size=4)
        case Code(system, data):
            content = "{B" + data if system == "CODE128" else data
            printer.barcode(
                content, system, height=70, width=2, pos="OFF", function_type="B"
            )


def _library_row(printer: Any, paper: Paper, row: Row) -> None:
    free = paper.columns // row.wide - len(row.text)
    even = free % 2 == 0 and paper.columns % row.wide == 0
    align = row.align if even else "left"
    text = row.text if even else laid(row, paper.columns)
    printer.set(
        align=align, font="b" if paper.small else "a", bold=row.bold,
        custom_size=True, width=row.wide, height=row.tall,
    )  # fmt: skip
    printer.text(text + "\n")
