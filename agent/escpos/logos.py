"""Logos that a printer adds by itself, on top of each receipt and at its foot: FS ( E.

The bytes of the receipt do not have them; they are set once, for good, and refer to
pictures that were stored once as well (GS ( L fn 67).  The top logo comes before
the first thing below a cut, and may take the place of as many lines of the POS; the
bottom logo comes before the cut.

When else a top logo prints (fn 64: at power on, when the cover is closed) is not seen
in a job, so it is read over.

Source: Epson ESC/POS Application Programming Guide, FS ( E fn 60 to 65.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from agent.escpos.memory import Mount
from agent.escpos.shelf import NV
from agent.escpos.state import Handler, State
from agent.paper.strip import Anchor, Symbol

_ANCHORS: Final[tuple[Anchor, ...]] = ("left", "centre", "right")


def label(key: bytes) -> str:
    """What stands for a stored picture whose dots were never seen."""
    return "logo " + "".join(chr(code) for code in key if 0x20 <= code < 0x7F)


def head(state: State) -> None:
    """The top logo; for :attr:`agent.escpos.roll.Roll.head`."""
    letterhead = state.shelf.letterhead
    if letterhead.top is not None and letterhead.top_on:
        _mount(state, letterhead.top)
        state.roll.skip = letterhead.top.removes


def foot(state: State) -> None:
    """The bottom logo, before a cut of something printed in standard mode."""
    letterhead = state.shelf.letterhead
    wanted = letterhead.bottom is not None and letterhead.bottom_on
    if wanted and state.roll.sheet is None and not state.roll.fresh:
        state.roll.skip = 0
        _mount(state, letterhead.bottom)


def _mount(state: State, mount: Mount | None) -> None:
    if mount is None:
        return
    room = state.printer.width_dots
    picture = state.shelf.get(NV + mount.key)
    if picture is not None:
        spare = max(0, room - picture.width)
        state.roll.place((0, spare // 2, spare)[mount.align], picture)
        return
    at = (0, room // 2, room)[mount.align]
    anchor = _ANCHORS[mount.align]
    state.roll.add(Symbol("LOGO", b"", label(mount.key), x=at, anchor=anchor, height=0))


# -- settings: m is always 2 ----------------------------------------------


def _cancel(state: State, body: bytes) -> None:
    """Fn 60: c "CLR"."""
    if body[1:4] != b"CLR":
        return
    old = state.shelf.letterhead
    if body[0] == 48:
        state.shelf.letterhead = replace(old, top=None)
    elif body[0] == 49:
        state.shelf.letterhead = replace(old, bottom=None)


def _set_top(state: State, body: bytes) -> None:
    """Fn 62: kc1 kc2 a n."""
    if 48 <= body[2] <= 50:
        mount = Mount(body[:2], body[2] - 48, body[3])
        state.shelf.letterhead = replace(state.shelf.letterhead, top=mount)


def _set_bottom(state: State, body: bytes) -> None:
    """Fn 63: kc1 kc2 a."""
    if 48 <= body[2] <= 50:
        mount = Mount(body[:2], body[2] - 48)
        state.shelf.letterhead = replace(state.shelf.letterhead, bottom=mount)


def _switch(state: State, body: bytes) -> None:
    """Fn 65: a n; 48 lets it print, 49 does not, until ESC @."""
    old, on = state.shelf.letterhead, body[1] == 48
    if body[1] not in {48, 49}:
        return
    if body[0] == 48:
        state.shelf.letterhead = replace(old, top_on=on)
    elif body[0] == 49:
        state.shelf.letterhead = replace(old, bottom_on=on)


FUNCTIONS: Final[Mapping[int, tuple[int, Handler]]] = {
    60: (4, _cancel),
    62: (4, _set_top),
    63: (3, _set_bottom),
    65: (2, _switch),
}
"""Function number: how many bytes it needs after m, and what it does."""


def enhance(state: State, params: bytes) -> None:
    """FS ( E: pL pH fn m ..; only at the beginning of a line, and on no page."""
    needs, handler = FUNCTIONS.get(params[2], (0, None))
    idle = state.roll.sheet is None and state.x == 0
    if handler and idle and params[3] == 2 and len(params) >= 4 + needs:
        handler(state, params[4:])


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {"FS ( E": (4, enhance)}
