"""The machine beside the paper: drawer pulses and the buzzer.

They leave no mark, but they are part of what a job did, so the strip has them.

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
ESC B is the buzzer of many clones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.state import Handler, State
from agent.escpos.tokens import Unknown
from agent.paper.strip import Buzz, Kick

_BEEP: Final = b"\x1bB"


def _pulse(state: State, params: bytes) -> None:
    """ESC p: m t1 t2, times in 2 ms."""
    state.roll.add(Kick(params[0] & 1, params[1] * 2, params[2] * 2))


def _pulse_now(state: State, params: bytes) -> None:
    """DLE DC4 fn 1: fn m t, a pulse of t * 100 ms."""
    time = params[2] * 100
    state.roll.add(Kick(params[1] & 1, time, time))


def _buzz(state: State, _params: bytes) -> None:
    state.roll.add(Buzz())


FUNCTIONS: Final[Mapping[tuple[str, int], tuple[int, Handler]]] = {
    ("DLE DC4", 1): (3, _pulse_now),
    ("DLE DC4", 3): (1, _buzz),
    ("ESC ( A", 48): (3, _buzz),
    ("ESC ( A", 97): (3, _buzz),
}
"""Family and function number: the fewest bytes it needs, and what it does.  ESC ( A
fn 98 and 99 only set when the buzzer will sound."""


def _family(name: str, fn_at: int) -> Handler:
    def handle(state: State, params: bytes) -> None:
        needs, handler = FUNCTIONS.get((name, params[fn_at]), (0, None))
        if handler is not None and len(params) >= needs:
            handler(state, params)

    return handle


def beeps(state: State, token: Unknown) -> bool:
    """ESC B n t of clones: is this it?  Then the buzzer sounds."""
    if not token.of and len(token.raw) == 4 and token.raw.startswith(_BEEP):
        state.roll.add(Buzz())
        return True
    return False


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "ESC p": (3, _pulse),
    "DLE DC4": (1, _family("DLE DC4", 0)),
    "ESC ( A": (3, _family("ESC ( A", 2)),
}
