"""Pictures in the stream: raster, columns, graphics, and what is stored in the printer.

Handlers of the picture commands; each takes the state and the command's
parameters (what follows the opcode).  Lengths come from the stream and are not
believed: a picture has the rows that its data fills.

A picture that the stream only names (a logo stored in the printer long ago)
leaves a ``LOGO`` symbol without dots, so that nobody takes the gap for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.line import rows_of
from agent.escpos.state import Handler, State
from agent.paper.strip import Picture, Symbol

MAX_SHELF: Final = 256
"""Stored pictures kept at once: FS q numbers them in one byte."""

_TWICE: Final = tuple(
    sum(0b11 << 2 * bit for bit in range(8) if byte >> bit & 1).to_bytes(2, "big")
    for byte in range(256)
)
_THRICE: Final = tuple(
    sum(0b111 << 3 * bit for bit in range(8) if byte >> bit & 1).to_bytes(3, "big")
    for byte in range(256)
)


def scaled(picture: Picture, wide: int, tall: int) -> Picture:
    """``picture`` with every dot ``wide`` (1 or 2) by ``tall`` dots."""
    if not picture.bits or (wide, tall) == (1, 1):
        return picture
    old, new = (picture.width + 7) // 8, (picture.width * wide + 7) // 8
    rows = []
    for start in range(0, old * picture.height, old):
        row = picture.bits[start : start + old]
        if wide == 2:
            row = b"".join(map(_TWICE.__getitem__, row))[:new]
        rows.append(row * tall)
    return Picture(picture.width * wide, picture.height * tall, b"".join(rows))


def _place(state: State, picture: Picture, wide: int, tall: int) -> None:
    """Scale and print; the budget is asked before dots are made."""
    size = (picture.width * wide + 7) // 8 * picture.height * tall
    if not state.roll.could_hold(size):
        state.unread += len(picture.bits)
        return
    state.place(scaled(picture, wide, tall))


def _rows(width: int, height: int, data: bytes) -> Picture:
    """Raster data as a picture, as high as the data lasts."""
    size = (width + 7) // 8
    height = min(height, len(data) // size) if size else 0
    return Picture(width, height, data[: size * height])


def _columns(width: int, height: int, data: bytes) -> Picture:
    """Column data as a picture, as wide as the data lasts."""
    size = (height + 7) // 8
    width = min(width, len(data) // size) if size else 0
    picture = rows_of(data[: size * width], size) if width else Picture(0, 0, b"")
    return _rows(width, min(height, picture.height), picture.bits)


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


# -- one-shot pictures ----------------------------------------------------


def raster(state: State, params: bytes) -> None:
    """GS v 0: m xL xH yL yH d; x counts bytes, m bit 0 doubles width, 1 height."""
    mode, width = params[0] & 3, _u16(params, 1) * 8
    picture = _rows(width, _u16(params, 3), params[5:])
    _place(state, picture, 1 + (mode & 1), 1 + (mode >> 1))


def bit_image(state: State, params: bytes) -> None:
    """ESC *: m nL nH d; n columns of 8 or 24 dots, at half or full density."""
    mode, count, data = params[0], _u16(params, 1), params[3:]
    if mode in (0, 1):  # 8 dots, each three dots of a 24-dot column high
        data = b"".join(map(_THRICE.__getitem__, data[:count]))
    if mode in (0, 32):
        data = b"".join(data[at : at + 3] * 2 for at in range(0, len(data), 3))
    state.columns(data[: len(data) // 3 * 3])


def variable_image(state: State, params: bytes) -> None:
    """GS Q 0: m xL xH yL yH d; x columns of y bytes."""
    mode, high = params[0] & 3, _u16(params, 3) * 8
    picture = _columns(_u16(params, 1), high, params[5:])
    _place(state, picture, 1 + (mode & 1), 1 + (mode >> 1))


# -- pictures stored first ------------------------------------------------


def _store(state: State, key: bytes, picture: Picture) -> None:
    known = key in state.shelf or len(state.shelf) < MAX_SHELF
    if known and state.roll.could_hold(len(picture.bits)):
        state.shelf[key] = picture


def _print_stored(state: State, key: bytes, label: str, scale: tuple[int, int]) -> None:
    picture = state.shelf.get(key)
    if picture is not None:
        _place(state, picture, *scale)
        return
    state.symbol(Symbol("LOGO", b"", label, height=0))


def define_downloaded(state: State, params: bytes) -> None:
    """GS *: x y d; x * 8 columns of y bytes."""
    picture = _columns(params[0] * 8, params[1] * 8, params[2:])
    _store(state, b"GS *", picture)


def print_downloaded(state: State, params: bytes) -> None:
    """GS /: m as in GS v 0."""
    scale = 1 + (params[0] & 1), 1 + (params[0] >> 1 & 1)
    if b"GS *" in state.shelf:  # nothing defined, nothing printed
        _print_stored(state, b"GS *", "", scale)


def define_logos(state: State, params: bytes) -> None:
    """FS q: n, then n times xL xH yL yH d; x * 8 columns of y bytes."""
    at = 1
    for number in range(1, params[0] + 1):
        wide, high = _u16(params, at) * 8, _u16(params, at + 2) * 8
        data = params[at + 4 : at + 4 + wide * high // 8]
        _store(state, b"FS p" + bytes((number,)), _columns(wide, high, data))
        at += 4 + wide * high // 8


def print_logo(state: State, params: bytes) -> None:
    """FS p: n m."""
    scale = 1 + (params[1] & 1), 1 + (params[1] >> 1 & 1)
    key = b"FS p" + params[:1]
    _print_stored(state, key, f"logo {params[0]}", scale)


# -- GS ( L and GS 8 L ----------------------------------------------------


def _buffer(state: State, picture: Picture, body: bytes) -> None:
    """Store into the print buffer; planes of one picture lie on each other."""
    wide, tall = min(max(body[1], 1), 2), min(max(body[2], 1), 2)
    if not state.roll.could_hold(len(picture.bits) * wide * tall):
        state.unread += len(picture.bits)
        return
    picture = scaled(picture, wide, tall)
    old = state.graphics
    if old is not None and (old.width, old.height) == (picture.width, picture.height):
        both = int.from_bytes(old.bits, "big") | int.from_bytes(picture.bits, "big")
        bits = both.to_bytes(len(old.bits), "big")
        picture = Picture(old.width, old.height, bits)
    state.graphics = picture


def _buffer_rows(state: State, body: bytes) -> None:
    """GS ( L fn 112: a bx by c xL xH yL yH d."""
    _buffer(state, _rows(_u16(body, 4), _u16(body, 6), body[8:]), body)


def _buffer_columns(state: State, body: bytes) -> None:
    """GS ( L fn 113: as fn 112, the data in columns."""
    _buffer(state, _columns(_u16(body, 4), _u16(body, 6), body[8:]), body)


def _print_buffer(state: State, _body: bytes) -> None:
    """GS ( L fn 2 and 50."""
    picture, state.graphics = state.graphics, None
    if picture is not None:
        _place(state, picture, 1, 1)


def _define_rows(state: State, body: bytes) -> None:
    """GS ( L fn 67 and 83: a kc1 kc2 b xL xH yL yH [c d]..; the first colour counts."""
    _store(state, body[1:3], _rows(_u16(body, 4), _u16(body, 6), body[9:]))


def _define_columns(state: State, body: bytes) -> None:
    """GS ( L fn 68 and 84: as fn 67, the data in columns."""
    _store(state, body[1:3], _columns(_u16(body, 4), _u16(body, 6), body[9:]))


def _print_key(state: State, body: bytes) -> None:
    """GS ( L fn 69 and 85: kc1 kc2 x y."""
    label = "logo " + body[:2].decode("latin-1")
    scale = min(max(body[2], 1), 2), min(max(body[3], 1), 2)
    _print_stored(state, body[:2], label, scale)


# Function number: how many bytes it needs after fn, and what it does.
_GRAPHICS: Final[Mapping[int, tuple[int, Handler]]] = {
    2: (0, _print_buffer),
    50: (0, _print_buffer),
    67: (9, _define_rows),
    68: (9, _define_columns),
    69: (4, _print_key),
    83: (9, _define_rows),
    84: (9, _define_columns),
    85: (4, _print_key),
    112: (8, _buffer_rows),
    113: (8, _buffer_columns),
}


def _graphics(state: State, body: bytes) -> None:
    """Read m fn ..: what follows the length in GS ( L and GS 8 L."""
    needs, handler = _GRAPHICS.get(body[1], (0, None)) if len(body) > 1 else (0, None)
    if handler is not None and len(body) >= 2 + needs:
        handler(state, body[2:])


def graphics(state: State, params: bytes) -> None:
    """GS ( L: pL pH m fn .."""
    _graphics(state, params[2:])


def large_graphics(state: State, params: bytes) -> None:
    """GS 8 L: p1 p2 p3 p4 m fn .."""
    _graphics(state, params[4:])


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "GS v 0": (5, raster),
    "ESC *": (3, bit_image),
    "GS Q 0": (5, variable_image),
    "GS *": (2, define_downloaded),
    "GS /": (1, print_downloaded),
    "FS q": (1, define_logos),
    "FS p": (2, print_logo),
    "GS ( L": (4, graphics),
    "GS 8 L": (6, large_graphics),
}
