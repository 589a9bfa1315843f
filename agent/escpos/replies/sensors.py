"""What a printer says of its sensors: single bytes and four of them, to the bit.

Source: Epson ESC/POS, DLE EOT, DLE DC4 fn 7, GS r, GS a, ESC u, ESC v, GS ( H fn 49.  A
drawer's switch pulls pin 3 of its connector low when the drawer opens: HIGH, bit set,
means closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

from agent.events import PrinterState

Policy = Literal["real", "near_end", "never"]
"""What a POS hears of the paper: all, that it is near its end at most, or nothing."""

OFFLINE_RESPONSE: Final = b"\x37\x23\x00"
"""GS ( H fn 49, DLE DC4 fn 7 m=4: went offline; without a cause, which models code
differently."""


def asb(state: PrinterState) -> bytes:
    """The four bytes of automatic status back; the last is fixed for a TM-T88V."""
    return bytes(
        (
            0x10
            | _if(0x04, not state.drawer_open)
            | _if(0x08, offline(state))
            | _if(0x20, state.cover_open),
            _if(0x08, state.error),
            paper(state),
            0x0F,
        )
    )


# What each bit of GS a watches, in the four bytes of the answer.  Bit 6, the panel's
# buttons, is nothing that we hear of; the others are not used.
WATCHES: Final[Mapping[int, int]] = {
    0x01: 0x04_00_00_00,
    0x02: 0x28_00_00_00,
    0x04: 0x00_6C_00_00,
    0x08: 0x00_00_0F_00,
    0x40: 0,
}


def _if(bits: int, condition: bool) -> int:  # noqa: FBT001 -- it is a bit
    return bits if condition else 0


def offline(state: PrinterState) -> bool:
    return not state.online or state.cover_open or state.paper == "out" or state.error


def paper(state: PrinterState) -> int:
    """Bits 0-1: the roll is near its end; bits 2-3: it is at its end."""
    return {"ok": 0x00, "near_end": 0x03, "out": 0x0F}[state.paper]


def drawer(state: PrinterState) -> int:
    return _if(0x01, not state.drawer_open)


def realtime(number: int, state: PrinterState) -> bytes:
    """DLE EOT n.  Every answer is ``0xx1xx10``."""
    bits = {
        1: _if(0x04, not state.drawer_open) | _if(0x08, offline(state)),
        2: _if(0x04, state.cover_open)
        | _if(0x20, state.paper == "out")
        | _if(0x40, state.error),
        3: _if(0x08, state.error),
        4: {"ok": 0x00, "near_end": 0x0C, "out": 0x6C}[state.paper],
    }.get(number)
    return b"" if bits is None else bytes((0x12 | bits,))


def shown(state: PrinterState, policy: Policy, *, other_way: bool) -> PrinterState:
    """The state as a POS is to hear of it: decision 0006, ``report_paper``.

    ``other_way``: the customer gets the receipt without this printer, and nothing must
    be printed.  An open cover and an error are said as they are.  A printer without
    paper calls itself offline; when that is all that ails it, it is shown online.
    """
    if policy == "real" or not other_way or state.paper == "ok":
        return state
    ails = state.cover_open or state.error or state.paper != "out"
    online = state.online or not ails
    if policy == "near_end":
        return replace(state, paper="near_end", online=online)
    return replace(state, paper="ok", online=online)
