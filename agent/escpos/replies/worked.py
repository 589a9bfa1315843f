"""Answers that only the job tells: what is stored in it, how big its symbol would be.

Runs in the worker: it reads the job as the printer does, and it draws.
"""

from __future__ import annotations

from agent.escpos.interpret import after
from agent.escpos.matrices import stored_symbol
from agent.escpos.memory import Memory
from agent.escpos.replies.contents import Contents, Size
from agent.escpos.settings import Printer
from agent.escpos.shelf import DOWNLOAD, NV
from agent.escpos.state import State
from agent.paper.drawing import draw

_NO_SYMBOL = Size(0, 0, printable=False)


def contents(
    before: bytes, question: bytes, printer: Printer, memory: Memory
) -> Contents:
    """What the printer holds when ``question`` is its next command.

    ``before`` are the bytes of the question's own job so far, ``memory`` is what the
    printer remembered at its begin.
    """
    state = after(before, printer, memory)
    pictures = state.shelf.pictures
    nv = {key: each for key, each in pictures.items() if key.startswith(NV)}
    ram = {key: each for key, each in pictures.items() if key.startswith(DOWNLOAD)}
    head = state.shelf.letterhead
    mounts = {"top": head.top, "bottom": head.bottom}
    own = state.records
    is_symbol = question.startswith(b"\x1d(k") and len(question) > 5
    return Contents(
        tuple(key[1:].decode("latin-1") for key in nv),
        sum(len(each.bits) for each in nv.values()),
        tuple(key[1:].decode("latin-1") for key in ram),
        sum(len(each.bits) for each in ram.values()),
        tuple(name for name, mount in mounts.items() if mount is not None),
        _size(state, question[5]) if is_symbol else None,
        tuple(key.decode("latin-1") for key in own),
        sum(len(key) + len(data) for key, data in own.items()),
        own.get(_asked_record(question), b"").decode("latin-1"),
    )


def _asked_record(question: bytes) -> bytes:
    """GS ( C pL pH m fn b c1 c2."""
    return question[8:10] if question.startswith(b"\x1d(C") else b""


def _size(state: State, cn: int) -> Size:
    symbol = stored_symbol(state, cn)
    drawing = draw(symbol) if symbol is not None else None
    if drawing is None:
        return _NO_SYMBOL
    fits = drawing.width <= state.area
    return Size(drawing.width, drawing.height, printable=fits)
