"""Settings that are saved and come back: GS ( M.

Which settings a model saves differs ("the values affected by this command are
different, depending on the printer models"); here it is all that ESC @ sets back.

Source: Epson ESC/POS Application Programming Guide, GS ( M fn 1 to 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from agent.escpos.state import Handler, State


def _save(state: State, _area: int) -> None:
    """Fn 1: what is set now, into the storage area."""
    state.saved = replace(state.now)


def _load(state: State, area: int) -> None:
    """Fn 2: from area 1, or (0) as the printer was made."""
    state.now = state.settings_of(area)


def _start_with(state: State, area: int) -> None:
    """Fn 3: what each initialization, ESC @ too, begins with."""
    state.starts_with = area


FUNCTIONS: Final[Mapping[int, Callable[[State, int], None]]] = {
    1: _save,
    2: _load,
    3: _start_with,
}
"""By the function number, which may be sent as a digit: 1 or 49."""


def _saved(state: State, params: bytes) -> None:
    """GS ( M: pL pH fn m."""
    function, area = params[2] & 0x0F, params[3] & 0x0F
    if function in FUNCTIONS and area <= 1:
        FUNCTIONS[function](state, area)


HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {"GS ( M": (4, _saved)}
"""Mnemonic: the fewest parameter bytes it makes sense with, and its handler."""
