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

_SOUNDS: Final = frozenset({48, 97})
"""ESC ( A: fn 98 and 99 only set when the buzzer will sound."""
_BEEP: Final = b"\x1bB"


def _pulse(state: State, params: bytes) -> None:
    """ESC p: m t1 t2, times in 2 ms."""
    state.roll.add(Kick(params[0] & 1, params[1] * 2, params[2] * 2))


def _real_time(state: State, params: bytes) -> None:
    """DLE DC4: fn 1 m t is a pulse of t * 100 ms, fn 3 the buzzer."""
    if params[0] == 1 and len(params) >= 3:
        state.roll.add(Kick(params[1] & 1, params[2] * 100, params[2] * 100))
    elif params[0] == 3:
        state.roll.add(Buzz())


def _buzz(state: State, params: bytes) -> None:
    """ESC ( A: pL pH fn .."""
    if params[2] in _SOUNDS:
        state.roll.add(Buzz())


def beeps(state: State, token: Unknown) -> bool:
    """ESC B n t of clones: is this it?  Then the buzzer sounds."""
    if not token.of and len(token.raw) == 4 and token.raw.startswith(_BEEP):
        state.roll.add(Buzz())
        return True
    return False


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "ESC p": (3, _pulse),
    "DLE DC4": (1, _real_time),
    "ESC ( A": (3, _buzz),
}
