"""What a Star printer says of itself: its automatic status, out of whatever it sent.

Sans-IO.  DLE EOT is two other things to a Star (its EOT is a question, and what comes back
on Ethernet has a ``2`` in it, which is "paper end" in Epson's bits), so such a printer
is asked in its own words.

Source: Star, Line Mode Command Specifications, ESC ACK SOH and appendix 2, "automatic
status": the first byte tells the number of bytes (bits 1 to 3 and 5), bit 7 of the second
that two bytes with the length of more data follow; then printer status 1 to 7.
"""

from __future__ import annotations

from typing import Final

from agent.events import Paper, PrinterState

QUESTION: Final = b"\x1b\x06\x01"
"""ESC ACK SOH: the status at once, whatever waits in its buffer."""
SHORTEST: Final = 7
"""Both headers and printer status 1 to 5, which all its printers send."""

MOST_BYTES: Final = 256
"""Of what was heard, looked at again: several statuses of a job's own."""

_OFFLINE, _COVER, _DRAWER = 0x08, 0x20, 0x04
_ERRORS: Final = 0x6C
"""Printer status 2: head too hot, not recoverable, autocutter, mechanical."""
_PAPER_END, _NEAR_END = 0x08, 0x06


def read_state(heard: bytes) -> PrinterState | None:
    """The first whole automatic status in it; ``None``: not yet.

    The drawer is open when its switch closes, as with the drawers that Star sells.
    """
    for at in range(len(heard) - SHORTEST + 1):
        status = heard[at:]
        size = _size(status)
        if SHORTEST <= size <= len(status):
            return PrinterState(
                known=True,
                online=not status[2] & _OFFLINE,
                cover_open=bool(status[2] & _COVER),
                paper=_paper(status[5]),
                drawer_open=bool(status[2] & _DRAWER),
                error=bool(status[3] & _ERRORS),
            )
    return None


def _size(status: bytes) -> int:
    """0: it does not begin with one."""
    if status[0] & 0x91 != 0x01 or status[1] & 0x11:
        return 0
    size = (status[0] >> 2 & 0x08) | (status[0] >> 1 & 0x07)
    return size + (2 if status[1] & 0x80 else 0)


def _paper(roll: int) -> Paper:
    if roll & _PAPER_END:
        return "out"
    return "near_end" if roll & _NEAR_END else "ok"
