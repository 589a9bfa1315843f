"""Commands about characters: style, tables, user-defined ones, kanji."""

from __future__ import annotations

from typing import Final

from hardware_sim import pictures
from hardware_sim.glyphs import CELL, FontName
from hardware_sim.kanji import FS_C
from hardware_sim.marks import BLACK, GREY
from hardware_sim.mechanism import Mechanism
from hardware_sim.orders import Act, head, style

_FONTS: Final[dict[int, FontName]] = {0: "A", 1: "B", 2: "C", 97: "A", 98: "B"}
_KANJI_FONTS: Final[dict[int, FontName]] = {0: "KA", 1: "KB", 2: "KC"}
_COLOURS: Final = {0: 0, 1: BLACK, 2: GREY, 3: GREY}
"""GS ( N: none, colour 1, 2 and 3, as digits or as numbers."""
_DOTS_IN_A_BYTE: Final = 8


def font(n: int) -> FontName:
    """ESC M, GS f: digits are the same as numbers; unknown fonts are font A."""
    return _FONTS.get(n - 48 if 48 <= n <= 52 else n, "A")


def _print_mode(printer: Mechanism, args: bytes) -> None:
    """ESC ! n: font B 1, bold 8, double height 16, double width 32, underline 128."""
    n = args[0]
    printer.restyle(
        font="B" if n & 1 else "A",
        bold=bool(n & 8),
        height=1 + (n >> 4 & 1),
        width=1 + (n >> 5 & 1),
        underline_dots=n >> 7,
    )


def _size(printer: Mechanism, args: bytes) -> None:
    """GS ! n: width in bits 4-6, height in bits 0-2; of kanji as well."""
    width, height = 1 + (args[0] >> 4 & 7), 1 + (args[0] & 7)
    printer.restyle(width=width, height=height)
    printer.restyle_kanji(width=width, height=height)


def _table(
    printer: Mechanism, *, page: int | None = None, country: int | None = None
) -> None:
    """ESC t n, ESC R n."""
    it = printer.head
    it.page_table = it.page_table if page is None else page
    it.country = it.country if country is None else country
    it.choose_table()


def _upside_down(printer: Mechanism, args: bytes) -> None:
    """ESC { n: at the beginning of a line only, for whole lines."""
    if printer.head.line.at_start:
        printer.restyle(upside_down=bool(args[0] & 1))
        printer.head.line.upside_down = bool(args[0] & 1)


def _colour(printer: Mechanism, args: bytes) -> None:
    """GS ( N pL pH fn m: 48 the character, 49 what is behind it."""
    function, m = args[2:3], args[3:4]
    level = _COLOURS.get(int.from_bytes(m, "big") % 48)
    if level is None:
        return
    if function == b"0":
        printer.restyle(level=level)
    elif function == b"1":
        printer.restyle(ground=level)


def _define(printer: Mechanism, args: bytes) -> None:
    """ESC & y c1 c2 [x d1..d(y*x)]: columns of y bytes, for the font that is chosen."""
    y, first, last = args[:3]
    name = printer.head.style.font
    at = 3
    for code in range(first, last + 1):
        x = args[at]
        data = args[at + 1 : at + 1 + x * y]
        at += 1 + x * y
        if not x * y:
            continue
        drawn = pictures.columns(x, y, data).crop((0, 0, *CELL[name]))
        printer.ram.characters.setdefault(name, {})[code] = drawn


def _forget(printer: Mechanism, args: bytes) -> None:
    """ESC ? n."""
    printer.ram.characters.get(printer.head.style.font, {}).pop(args[0], None)


def _kanji_mode(printer: Mechanism, args: bytes) -> None:
    """FS ! n: double width 4, double height 8, underline 128."""
    n = args[0]
    printer.restyle_kanji(
        width=1 + (n >> 2 & 1), height=1 + (n >> 3 & 1), underline_dots=n >> 7
    )


def _kanji_selected(printer: Mechanism, *, on: bool) -> None:
    """FS &, FS ."""
    printer.head.kanji.selected = on


def _kanji_system(printer: Mechanism, args: bytes) -> None:
    """FS C n."""
    printer.head.kanji.system = FS_C.get(args[0] % 48, printer.head.kanji.system)


def _encoding(printer: Mechanism, args: bytes) -> None:
    """FS ( C pL pH 48 m: 1 code pages, 2 UTF-8."""
    if args[2:3] == b"0" and len(args) > 3:
        utf8 = args[3] % 48 == 2
        printer.head.kanji.system = "utf-8" if utf8 else "jis"


def _kanji_font(printer: Mechanism, args: bytes) -> None:
    """FS ( A pL pH 48 m."""
    if args[2:3] == b"0" and len(args) > 3:
        printer.restyle_kanji(font=_KANJI_FONTS.get(args[3] % 48, "KA"))


def _define_kanji(printer: Mechanism, args: bytes) -> None:
    """FS 2 c1 c2 d1..d72: 24 columns of three bytes."""
    wide, high = CELL["KA"]
    drawn = pictures.columns(wide, high // _DOTS_IN_A_BYTE, args[2:])
    printer.ram.kanji[args[:2]] = drawn


def _forget_kanji(printer: Mechanism, args: bytes) -> None:
    """FS ? c1 c2."""
    printer.ram.kanji.pop(args[:2], None)


def _quadruple(printer: Mechanism, args: bytes) -> None:
    """FS W n."""
    times = 1 + (args[0] & 1)
    printer.restyle_kanji(width=times, height=times)


def _underline(n: int) -> int:
    return n % 48 if n % 48 <= 2 else 0


ACTS: Final[dict[bytes, Act]] = {
    b"\x1b!": _print_mode,
    b"\x1b ": lambda p, a: p.restyle(gap_dots=round(a[0] * p.head.across_dots)),
    b"\x1b-": style("underline_dots", _underline),
    b"\x1bE": style("bold", lambda n: bool(n & 1)),
    b"\x1bG": style("bold", lambda n: bool(n & 1)),  # double strike looks the same
    b"\x1bM": style("font", font),
    b"\x1bV": style("rotated", lambda n: n % 48 in (1, 2)),
    b"\x1br": style("level", lambda n: GREY if n % 48 == 1 else BLACK),
    b"\x1b{": _upside_down,
    b"\x1dB": style("inverted", lambda n: bool(n & 1)),
    b"\x1d!": _size,
    b"\x1d(N": _colour,
    b"\x1bt": lambda p, a: _table(p, page=a[0]),
    b"\x1bR": lambda p, a: _table(p, country=a[0]),
    b"\x1b&": _define,
    b"\x1b%": head("user_set", lambda _, a: bool(a[0] & 1)),
    b"\x1b?": _forget,
    # Kanji
    b"\x1c&": lambda p, _: _kanji_selected(p, on=True),
    b"\x1c.": lambda p, _: _kanji_selected(p, on=False),
    b"\x1cC": _kanji_system,
    b"\x1c(C": _encoding,
    b"\x1c(A": _kanji_font,
    b"\x1c!": _kanji_mode,
    b"\x1c-": lambda p, a: p.restyle_kanji(underline_dots=_underline(a[0])),
    b"\x1cW": _quadruple,
    b"\x1cS": lambda p, a: p.restyle_kanji(
        lead_dots=round(a[0] * p.head.across_dots),
        gap_dots=round(a[1] * p.head.across_dots),
    ),
    b"\x1c2": _define_kanji,
    b"\x1c?": _forget_kanji,
}
