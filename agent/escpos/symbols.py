"""Bar codes: kept as what they say, never as dots.

Handlers of GS k and its settings.  The bytes of the stream stay in ``Symbol.data``;
``Symbol.text`` is what a scanner would read (see ``scanning``).  What a printer
would refuse (an odd number of digits in ITF, a wrong check digit) is kept too: it is not
drawn, but it is not lost.

Settings out of their range are ignored, as the printer does.  Source: Epson ESC/POS
Application Programming Guide, GS k, GS h, GS w, GS H, GS f.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.matrices import two_dimensional
from agent.escpos.scanning import Scanned, scanned, shown
from agent.escpos.state import Handler, State
from agent.paper.strip import Font, Hri, Symbol

_OLD: Final = ("UPC-A", "UPC-E", "EAN13", "EAN8", "CODE39", "ITF", "CODABAR")
SYSTEMS: Final[Mapping[int, str]] = {
    **dict(enumerate(_OLD)),
    **dict(enumerate(_OLD, 65)),
    72: "CODE93",
    73: "CODE128",
    74: "GS1-128",
    75: "GS1-DATABAR",
    76: "GS1-DATABAR-TRUNCATED",
    77: "GS1-DATABAR-LIMITED",
    78: "GS1-DATABAR-EXPANDED",
    79: "CODE128",
}
"""GS k m: form A (0-6, ends with NUL) and form B (65-79, counted)."""
_AUTO: Final = 79

_HRI: Final[Mapping[int, Hri]] = {
    n: place
    for digit, place in enumerate[Hri](("none", "above", "below", "both"))
    for n in (digit, digit + 0x30)
}
# GS f n, and GS ( k <Function 472>, where 0 is none; 97 and 98 are the special fonts.
FONTS: Final[Mapping[int, Font]] = {
    n: font
    for digit, font in enumerate[Font](("A", "B", "C", "D", "E"))
    for n in (digit, digit + 0x30)
} | {97: "A", 98: "B"}


def bar_code(state: State, params: bytes) -> None:
    """GS k: m d NUL, or m n d."""
    mode = params[0]
    system = SYSTEMS.get(mode, "")
    counted = params[2 : 2 + params[1]]
    data = counted if mode >= 65 else params[1:].removesuffix(b"\0")
    if not system or not data:
        return
    # Epson's CODE128 begins with a code set; other makers choose one
    chosen = mode == _AUTO or (system == "CODE128" and data[:1] != b"{")
    said = _as_sent(data) if chosen else scanned(system, data)
    now = state.now
    state.symbol(
        Symbol(
            system,
            data,
            said.text,
            module=now.module,
            height=now.bar_height,
            hri=now.hri,
            variant="AUTO" if chosen else "",
            hri_font=now.hri_font,
            caption=said.caption,
        )
    )


def _as_sent(data: bytes) -> Scanned:
    text = data.decode("latin-1")
    return Scanned(text, shown(text) if shown(text) != text else "")


def _height(state: State, params: bytes) -> None:
    state.now.bar_height = params[0] or state.now.bar_height


def _module(state: State, params: bytes) -> None:
    # 68 to 76 are the same widths in half steps; a dot can't be halved
    n = params[0]
    wide = n if n <= 6 else (n - 64) // 2 if 68 <= n <= 76 else 0
    state.now.module = wide or state.now.module


def _hri(state: State, params: bytes) -> None:
    state.now.hri = _HRI.get(params[0], state.now.hri)


def _hri_font(state: State, params: bytes) -> None:
    state.now.hri_font = FONTS.get(params[0], state.now.hri_font)


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "GS k": (2, bar_code),
    "GS ( k": (4, two_dimensional),
    "GS h": (1, _height),
    "GS w": (1, _module),
    "GS H": (1, _hri),
    "GS f": (1, _hri_font),
}
