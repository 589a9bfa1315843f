"""What other makers' sequences print, where POS send them to printers of our kind.

Pictures of the PCL kind (Custom): rows of dots, each on the next row of the paper.
Their page set-up, resolution and position leave no mark.

Source: :mod:`agent.escpos.pcl`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from agent.escpos import pcl
from agent.escpos.state import State
from agent.escpos.tokens import Unknown
from agent.paper.strip import Picture

MAX_SKIP: Final = 4096
"""Rows of white that one sequence can ask for: half a metre."""


def _begin(state: State, _number: int, _data: bytes) -> None:
    state.flush()
    state.pcl_rows.begin()


def _method(state: State, number: int, _data: bytes) -> None:
    state.pcl_rows.method = number


def _skip(state: State, number: int, _data: bytes) -> None:
    """White rows; in a picture they are part of it."""
    for _ in range(min(max(number, 0), MAX_SKIP)):
        _place(state, b"")


def _row(state: State, _number: int, data: bytes) -> None:
    _place(state, state.pcl_rows.row(data))


def _place(state: State, row: bytes) -> None:
    """As wide as the paper, so that rows of any length are one picture."""
    width = state.printer.width_dots
    size = (width + 7) // 8
    state.place(Picture(width, 1, row[:size].ljust(size, b"\0")))


_VALUES: Final[Mapping[str, Callable[[State, int, bytes], None]]] = {
    "*rA": _begin,
    "*bM": _method,
    "*bY": _skip,
    "*bW": _row,
    "*bV": _row,
}
"""Group and letter of what does something; the others are known and do nothing."""


def obeys(state: State, token: Unknown) -> bool:
    """Is it a sequence of another maker's?  Then it is done."""
    found = None if token.of else pcl.read(token.raw)
    if found is None or token.raw[:2] not in (b"\x1b*", b"\x1b&"):
        return False
    for value in found.values:
        act = _VALUES.get(found.group + value.what)
        if act is not None:
            act(state, value.number, found.data)
    return True
