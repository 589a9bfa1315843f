"""Pictures in the stream: bit images, rasters, and logos stored in the printer.

Handlers of the older picture commands; each takes the state and the command's
parameters (what follows the opcode).  Lengths come from the stream and are not
believed: a picture has the rows that its data fills.  GS ( L is in ``graphics``.

A picture that the stream only names (a logo stored in the printer long ago)
leaves a ``LOGO`` symbol without dots, so that nobody takes the gap for nothing.

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.pictures import columns, halved, rows, scaled, stride
from agent.escpos.shelf import BIT_IMAGE, LOGO
from agent.escpos.state import Handler, State
from agent.paper.strip import Picture, Symbol

_THRICE: Final = tuple(
    sum(0b111 << 3 * bit for bit in range(8) if byte >> bit & 1).to_bytes(3, "big")
    for byte in range(256)
)


def place(state: State, picture: Picture, wide: int, tall: int) -> None:
    """Scale and print; the budget is asked before dots are made."""
    size = stride(picture.width * wide) * picture.height * tall
    if not state.roll.could_hold(size):
        state.unread += len(picture.bits)
        return
    state.place(scaled(picture, wide, tall))


def print_stored(state: State, key: bytes, label: str, scale: tuple[int, int]) -> None:
    """A picture of the printer's own, or a sign that there is one."""
    picture = state.shelf.get(key)
    if picture is not None:
        place(state, picture, *scale)
    else:
        state.symbol(Symbol("LOGO", b"", label, height=0))


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _scale(mode: int) -> tuple[int, int]:
    """M of GS v 0 and its like: bit 0 doubles the width, bit 1 the height."""
    return 1 + (mode & 1), 1 + (mode >> 1 & 1)


def _at_density(state: State, picture: Picture) -> Picture:
    return halved(picture) if state.shelf.halved else picture


# -- one-shot pictures ----------------------------------------------------


def raster(state: State, params: bytes) -> None:
    """GS v 0: m xL xH yL yH d; x counts bytes, y dots."""
    picture = rows(_u16(params, 1) * 8, _u16(params, 3), params[5:])
    place(state, _at_density(state, picture), *_scale(params[0]))


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
    picture = columns(_u16(params, 1), _u16(params, 3) * 8, params[5:])
    place(state, _at_density(state, picture), *_scale(params[0]))


# -- pictures stored first ------------------------------------------------


def define_downloaded(state: State, params: bytes) -> None:
    """GS *: x y d; x * 8 columns of y bytes."""
    if state.shelf.takes_more():
        picture = columns(params[0] * 8, params[1] * 8, params[2:])
        state.shelf.put(BIT_IMAGE, picture)


def print_downloaded(state: State, params: bytes) -> None:
    """GS /: m as in GS v 0; nothing defined, nothing printed."""
    picture = state.shelf.get(BIT_IMAGE)
    if picture is not None:
        place(state, _at_density(state, picture), *_scale(params[0]))


def define_logos(state: State, params: bytes) -> None:
    """FS q: n, then n times xL xH yL yH d; x * 8 columns of y bytes.

    All older ones go, and the printer starts afresh (RAM is cleared).  On a page
    it is refused.
    """
    if state.roll.sheet is not None or not state.shelf.takes_more():
        return
    state.reset()
    state.shelf.drop(LOGO)
    at = 1
    for number in range(1, params[0] + 1):
        if not state.shelf.takes_more():
            return
        wide, high = _u16(params, at) * 8, _u16(params, at + 2) * 8
        size = wide * high // 8
        data = params[at + 4 : at + 4 + size]
        state.shelf.put(LOGO + bytes((number,)), columns(wide, high, data))
        at += 4 + size


def print_logo(state: State, params: bytes) -> None:
    """FS p: n m."""
    key = LOGO + params[:1]
    picture = state.shelf.get(key)
    if picture is not None:
        place(state, _at_density(state, picture), *_scale(params[1]))
    else:
        print_stored(state, key, f"logo {params[0]}", (1, 1))


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "GS v 0": (5, raster),
    "ESC *": (3, bit_image),
    "GS Q 0": (5, variable_image),
    "GS *": (2, define_downloaded),
    "GS /": (1, print_downloaded),
    "FS q": (1, define_logos),
    "FS p": (2, print_logo),
}
