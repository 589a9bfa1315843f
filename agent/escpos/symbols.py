"""Bar codes and two-dimensional codes: kept as what they say, never as dots.

Handlers of GS k and its settings, and of GS ( k.  The bytes of the stream stay
in ``Symbol.data``; ``Symbol.text`` is what a scanner would read: the check
digit that the printer adds is there, the code-set letters of CODE128 are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.state import Handler, State
from agent.paper.strip import Hri, Symbol

# Epson ESC/POS, GS k m: form A (0-6, ends with NUL) and form B (65-79, counted).
_SYSTEMS: Final = ("UPC-A", "UPC-E", "EAN13", "EAN8", "CODE39", "ITF", "CODABAR")
_FORM_B: Final[Mapping[int, str]] = dict(enumerate(_SYSTEMS, 65)) | {
    72: "CODE93",
    73: "CODE128",
    74: "GS1-128",
    75: "GS1-DATABAR",
    76: "GS1-DATABAR-TRUNCATED",
    77: "GS1-DATABAR-LIMITED",
    78: "GS1-DATABAR-EXPANDED",
    79: "CODE128",
}
_HRI: Final[tuple[Hri, ...]] = ("none", "above", "below", "both")

# Digits that the printer completes with a check digit: how many it is given.
_CHECKED: Final[Mapping[str, int]] = {"UPC-A": 11, "EAN13": 12, "EAN8": 7}

# Epson ESC/POS, GS ( k cn: the symbol, and what stands before the data in fn 80.
_CODES: Final[Mapping[int, tuple[str, int]]] = {
    48: ("PDF417", 1),
    49: ("QR", 1),
    50: ("MAXICODE", 1),
    51: ("GS1-DATABAR-STACKED", 2),
    52: ("COMPOSITE", 3),
    53: ("AZTEC", 1),
    54: ("DATAMATRIX", 1),
}
_LEVELS: Final[Mapping[int, str]] = {48: "L", 49: "M", 50: "Q", 51: "H"}
_MODULE_FN, _LEVEL_FN, _STORE_FN, _PRINT_FN = 67, 69, 80, 81


def check_digit(digits: str) -> str:
    """The mod-10 digit of EAN and UPC (GS1 General Specifications, 7.9)."""
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1)
        for place, digit in enumerate(reversed(digits))
    )
    return str(-weighted % 10)


def code128_text(data: bytes) -> str:
    """What CODE128 data of the form ``{B..{C..`` says.

    In code set C a byte is two digits; ``{{`` is a brace; ``{1`` to ``{4`` and
    ``{S`` are functions without a character.
    """
    said: list[str] = []
    code_set = b"B"
    at = 0
    while at < len(data):
        byte = data[at : at + 1]
        at += 1
        if byte == b"{":
            byte = data[at : at + 1]
            at += 1
            if byte in (b"A", b"B", b"C"):
                code_set = byte
            if byte != b"{":
                continue
        said.append(f"{byte[0]:02d}" if code_set == b"C" else byte.decode("latin-1"))
    return "".join(said)


def _linear_text(system: str, data: bytes) -> str:
    if system in ("CODE128", "GS1-128") and b"{" in data:
        return code128_text(data)
    text = data.decode("latin-1")
    if len(text) == _CHECKED.get(system) and text.isascii() and text.isdigit():
        return text + check_digit(text)
    return text


def _linear_parts(params: bytes) -> tuple[str, bytes]:
    mode = params[0]
    if mode < len(_SYSTEMS):
        return _SYSTEMS[mode], params[1:].removesuffix(b"\0")
    return _FORM_B.get(mode, ""), params[2 : 2 + params[1]]


def bar_code(state: State, params: bytes) -> None:
    """GS k: m d NUL, or m n d."""
    system, data = _linear_parts(params)
    if not system or not data:
        return
    now = state.now
    state.symbol(
        Symbol(
            system,
            data,
            _linear_text(system, data),
            module=now.module,
            height=now.bar_height,
            hri=_HRI[now.hri],
        )
    )


def two_dimensional(state: State, params: bytes) -> None:
    """GS ( k: pL pH cn fn ..; stores settings and data, and prints with fn 81."""
    cn, fn, body = params[2], params[3], params[4:]
    if cn not in _CODES:
        return
    if fn == _PRINT_FN:
        _print_code(state, cn)
    elif fn in (_MODULE_FN, _LEVEL_FN, _STORE_FN):
        state.codes[cn, fn] = body


def _print_code(state: State, cn: int) -> None:
    system, before = _CODES[cn]
    data = state.codes.get((cn, _STORE_FN), b"")[before:]
    if not data:
        return
    module = (state.codes.get((cn, _MODULE_FN)) or b"\3")[0]
    level = (state.codes.get((cn, _LEVEL_FN)) or b"0")[0]
    state.symbol(
        Symbol(
            system,
            data,
            text_of(data),
            module=min(max(module, 1), 16),
            height=0,
            level=_LEVELS.get(level, "") if system == "QR" else "",
        )
    )


def text_of(data: bytes) -> str:
    """Symbol bytes as text: UTF-8 when they are, else Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _height(state: State, params: bytes) -> None:
    state.now.bar_height = max(params[0], 1)


def _module(state: State, params: bytes) -> None:
    # 68 to 76 are half steps of the same widths on newer models
    wide = params[0] if params[0] <= 6 else (params[0] - 64) // 2
    state.now.module = min(max(wide, 1), 6)


def _hri(state: State, params: bytes) -> None:
    state.now.hri = params[0] & 3


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "GS k": (2, bar_code),
    "GS ( k": (4, two_dimensional),
    "GS h": (1, _height),
    "GS w": (1, _module),
    "GS H": (1, _hri),
}
