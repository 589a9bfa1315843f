"""The handlers of the serial number: GS C 0, 1, 2, ; and GS c.

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from agent.escpos.counter import MOST
from agent.escpos.state import Handler, State

# The numbers of GS C ; in their order, and the most that each may be.
_FIELDS: Final = (
    ("start", MOST),
    ("end", MOST),
    ("step", 255),
    ("repeat", 255),
    ("value", MOST),
)


def _u16(params: bytes, at: int) -> int:
    return int.from_bytes(params[at : at + 2], "little")


def _mode(state: State, params: bytes) -> None:
    """GS C 0: n digits, m the padding."""
    digits, pad = params[0], params[1] & 0x0F
    if digits <= 5 and pad <= 2:
        state.counter = replace(state.counter, digits=digits, pad=pad)


def _range(state: State, params: bytes) -> None:
    """GS C 1: a b n r; a below b counts up, above it down.  The number stays."""
    state.counter = replace(
        state.counter,
        start=_u16(params, 0),
        end=_u16(params, 2),
        step=params[4],
        repeat=params[5],
        printed=0,
    )


def _value(state: State, params: bytes) -> None:
    """GS C 2: the number to go on with."""
    state.counter = replace(state.counter, value=_u16(params, 0), printed=0)


def _text_range(state: State, params: bytes) -> None:
    """GS C ; sa ; sb ; sn ; sr ; sc ; in digits; what is left out stays as it is."""
    said = zip(_FIELDS, params.split(b";"), strict=False)
    given = {name: min(int(digits), most) for (name, most), digits in said if digits}
    state.counter = replace(state.counter, **given, printed=0)


def _print(state: State, _params: bytes) -> None:
    """GS c: the number stands on the line like any text, and is counted on."""
    counter = state.counter.in_range()
    state.write(counter.text.encode("ascii"))
    state.counter = counter.after_print()


HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "GS C 0": (2, _mode),
    "GS C 1": (6, _range),
    "GS C 2": (2, _value),
    "GS C ;": (5, _text_range),
    "GS c": (0, _print),
}
"""Mnemonic: the fewest parameter bytes it makes sense with, and its handler."""
