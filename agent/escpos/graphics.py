"""GS ( L, GS 8 L and GS D: the print buffer, and graphics stored under a key.

Functions 67 to 69 are about NV graphics, 83 to 85 the same about those in RAM.  Of
several colours all are black here; of 16 tones comes a dither, and c names the bit:
49 is the highest.  Questions (capacity, lists of keys) leave no mark.

Source: Epson ESC/POS Application Programming Guide, GS ( L and GS D.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from agent.escpos import bmp
from agent.escpos.images import place
from agent.escpos.logos import label
from agent.escpos.pictures import (
    FIRST_COLOUR,
    Plate,
    canvas,
    columns,
    combined,
    halved,
    over,
    rows,
    scaled,
    stride,
)
from agent.escpos.shelf import DOWNLOAD, NV
from agent.escpos.state import Handler, State
from agent.paper.strip import Picture, Symbol

_TONES: Final = 52
"""The a of a picture in 16 tones."""
_DENSITY_360: Final = 51

_Plane = Callable[[int, int, bytes], Picture]


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _twice(n: int) -> int:
    return min(max(n, 1), 2)


def _at_density(state: State, picture: Picture) -> Picture:
    return halved(picture) if state.shelf.halved else picture


# -- the print buffer -----------------------------------------------------


def _buffer(plane: _Plane, state: State, body: bytes) -> None:
    """Fn 112 and 113: a bx by c xL xH yL yH d.

    Twice the same colour: on each other when they are of one size, else the last.
    """
    picture = _at_density(state, plane(_u16(body, 4), _u16(body, 6), body[8:]))
    wide, tall = _twice(body[1]), _twice(body[2])
    held = sum(len(plate.picture.bits) for plate in state.plates)
    size = stride(picture.width * wide) * picture.height * tall
    if not state.roll.could_hold(held + size):
        state.unread += len(picture.bits)
        return
    tone = body[0] == _TONES
    colour = body[3] if 0 <= body[3] - FIRST_COLOUR < 4 else FIRST_COLOUR
    drawn = scaled(picture, wide, tall)
    kept = []
    for plate in state.plates:
        if (plate.tone, plate.colour) != (tone, colour):
            kept.append(plate)
        elif (plate.picture.width, plate.picture.height) == (drawn.width, drawn.height):
            drawn = over((plate.picture, drawn))
    state.plates = [*kept, Plate(tone, colour, drawn)]


def _print_buffer(state: State, _body: bytes) -> None:
    """Fn 2 and 50."""
    plates, state.plates = state.plates, []
    if not plates:
        return
    width, height = canvas([plate.picture for plate in plates])
    if state.roll.could_hold(stride(width) * height):
        place(state, combined(plates), 1, 1)
    else:
        state.unread += sum(len(plate.picture.bits) for plate in plates)


# -- stored graphics ------------------------------------------------------


def _define(shelf: bytes, plane: _Plane, state: State, body: bytes) -> None:
    """Fn 67, 68, 83, 84: a kc1 kc2 b xL xH yL yH, then b times c d."""
    if not state.shelf.takes_more():
        return
    width, height = _u16(body, 4), _u16(body, 6)
    by_rows = plane is rows
    size = stride(width) * height if by_rows else width * stride(height)
    plates = _plates(plane, body, (width, height, size))
    picture = _at_density(state, combined(tuple(plates)))
    state.shelf.put(shelf + body[1:3], picture)


def _plates(plane: _Plane, body: bytes, of: tuple[int, int, int]) -> Iterator[Plate]:
    width, height, size = of
    for number in range(min(body[3], 4)):
        at = 8 + number * (size + 1)
        if at < len(body):
            picture = plane(width, height, body[at + 1 : at + 1 + size])
            yield Plate(body[0] == _TONES, body[at], picture)


def _print_key(shelf: bytes, state: State, body: bytes) -> None:
    """Fn 69 and 85: kc1 kc2 x y."""
    picture = state.shelf.get(shelf + body[:2])
    if picture is not None:
        place(state, picture, _twice(body[2]), _twice(body[3]))
    else:
        state.symbol(Symbol("LOGO", b"", label(body[:2]), height=0))


def _forget_all(shelf: bytes, state: State, body: bytes) -> None:
    """Fn 65 and 81: "CLR"."""
    if body[:3] == b"CLR":
        state.shelf.drop(shelf)


def _forget(shelf: bytes, state: State, body: bytes) -> None:
    """Fn 66 and 82: kc1 kc2."""
    state.shelf.drop(shelf + body[:2])


def _density(state: State, body: bytes) -> None:
    """Fn 1 and 49: x y."""
    if body[0] == body[1] and body[0] in {_DENSITY_360 - 1, _DENSITY_360}:
        state.shelf.halved = body[0] == _DENSITY_360


# Function number: how many bytes it needs after fn, and what it does.
FUNCTIONS: Final[Mapping[int, tuple[int, Handler]]] = {
    1: (2, _density),
    49: (2, _density),
    2: (0, _print_buffer),
    50: (0, _print_buffer),
    65: (3, partial(_forget_all, NV)),
    66: (2, partial(_forget, NV)),
    67: (9, partial(_define, NV, rows)),
    68: (9, partial(_define, NV, columns)),
    69: (4, partial(_print_key, NV)),
    81: (3, partial(_forget_all, DOWNLOAD)),
    82: (2, partial(_forget, DOWNLOAD)),
    83: (9, partial(_define, DOWNLOAD, rows)),
    84: (9, partial(_define, DOWNLOAD, columns)),
    85: (4, partial(_print_key, DOWNLOAD)),
    112: (8, partial(_buffer, rows)),
    113: (8, partial(_buffer, columns)),
}


def _graphics(state: State, body: bytes) -> None:
    """Read m fn ..: what follows the length in GS ( L and GS 8 L."""
    needs, handler = FUNCTIONS.get(body[1], (0, None)) if len(body) > 1 else (0, None)
    if handler is not None and len(body) >= 2 + needs:
        handler(state, body[2:])


def graphics(state: State, params: bytes) -> None:
    """GS ( L: pL pH m fn .."""
    _graphics(state, params[2:])


def large_graphics(state: State, params: bytes) -> None:
    """GS 8 L: p1 p2 p3 p4 m fn .."""
    _graphics(state, params[4:])


def bitmap(state: State, params: bytes) -> None:
    """GS D: m fn a kc1 kc2 b c, then a Windows bitmap; fn 67 is NV, 83 is RAM."""
    shelf = {67: NV, 83: DOWNLOAD}.get(params[1])
    if shelf is None or not state.shelf.takes_more():
        return
    picture = bmp.read(params[7:])
    if picture is not None:
        state.shelf.put(shelf + params[3:5], _at_density(state, picture))


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "GS ( L": (4, graphics),
    "GS 8 L": (6, large_graphics),
    "GS D": (7, bitmap),
}
