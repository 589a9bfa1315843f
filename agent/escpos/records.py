"""The POS's own memory in the printer: GS ( C keeps records under keys for years.

What a POS keeps here (a serial number, a setting) marks no paper; it asks for it later
(:mod:`agent.escpos.replies.readouts`).  A record that does not fit is not kept, and the
old one of that key stays.

Source: Epson ESC/POS Application Programming Guide, GS ( C fn 0, 1 and 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from agent.escpos.state import Handler, State

MAX_RECORDS_BYTES: Final = 64 * 1024
"""With their keys; a TM-T88V leaves the factory with 1 KB, and is mostly left so."""
MAX_RECORDS: Final = 512
KEY_BYTES: Final = 2
_PRINTABLE: Final = range(0x20, 0x7F)


def _delete(state: State, body: bytes) -> None:
    """Fn 0: c1 c2."""
    state.records.pop(body[:KEY_BYTES], None)


def _store(state: State, body: bytes) -> None:
    """Fn 1: c1 c2 d1..dk, each of d from 20H on."""
    key, data = body[:KEY_BYTES], body[KEY_BYTES:]
    if not data or min(data) < 0x20 or not all(byte in _PRINTABLE for byte in key):
        return
    if not state.shelf.takes_more():
        return
    kept = state.records
    fresh = key not in kept
    used = KEY_BYTES * len(kept) + sum(map(len, kept.values()))
    more = len(body) if fresh else len(data) - len(kept[key])
    if len(kept) + fresh <= MAX_RECORDS and used + more <= MAX_RECORDS_BYTES:
        kept[key] = data


def _delete_all(state: State, body: bytes) -> None:
    """Fn 6: "CLR"."""
    if body == b"CLR":
        state.records.clear()


FUNCTIONS: Final[Mapping[int, Callable[[State, bytes], None]]] = {
    0: _delete,
    1: _store,
    6: _delete_all,
}
"""By the function number, which may be sent as a digit: 1 or 49."""


def _own_memory(state: State, params: bytes) -> None:
    """GS ( C: pL pH m fn b ..; m and b are 0.  Other functions ask."""
    number = params[3] - 48 if params[3] >= 48 else params[3]
    function = FUNCTIONS.get(number)
    if function is not None and params[2] == params[4] == 0:
        function(state, params[5:])


HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {"GS ( C": (5, _own_memory)}
"""Mnemonic: the fewest parameter bytes it makes sense with, and its handler."""
