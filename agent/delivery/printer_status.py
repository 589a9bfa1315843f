"""What DLE EOT 1-4 answer, bit by bit, and how to find it among other bytes.

Sans-IO.  Source: Epson ESC/POS Command Reference, "DLE EOT n", tables for n = 1
to 4; every answer is ``0xx1xx10`` in binary.  A job's own commands make a
printer talk too (GS a, GS r, GS I), so answers are sifted, never counted.
Knows nothing of commands on paper: this is no parser of jobs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from agent.delivery.reasons import Reason
from agent.events import PrinterState

MARK: Final = b"\x1dr\x01"
"""GS r 1: answered when all before it is printed; one byte with bits 4 and 7 off."""
AUTOMATIC_REST: Final = 3
"""Bytes of automatic status behind its first; they look like answers to GS r."""

QUERIES: Final[Mapping[int, bytes]] = {n: bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4)}

BLOCK_HEADS: Final = frozenset({0x37, 0x3D, 0x5F})
"""First bytes of answers that end with NUL (GS I, GS ( H, GS ( E, DLE DC4 8)."""

MAX_BLOCK_BYTES: Final = 96
"""Longest such answer: 80 characters of a name, its header and NUL, rounded up."""

Fact = Literal["pin3", "offline", "cover", "fault", "no_paper", "little_paper"]


@dataclass(frozen=True, slots=True)
class Bit:
    """``mask`` of the answer to DLE EOT ``query``; any bit of it means ``fact``."""

    query: int
    mask: int
    fact: Fact


BITS: Final = (
    Bit(1, 0x04, "pin3"),  # drawer kick-out connector, pin 3 is HIGH
    Bit(1, 0x08, "offline"),
    Bit(2, 0x04, "cover"),
    Bit(2, 0x20, "no_paper"),  # printing stopped: paper end
    Bit(2, 0x40, "fault"),
    Bit(3, 0x04, "fault"),  # recoverable
    Bit(3, 0x08, "fault"),  # autocutter
    Bit(3, 0x20, "fault"),  # unrecoverable
    Bit(3, 0x40, "fault"),  # passes by itself: head too hot
    Bit(4, 0x0C, "little_paper"),  # roll near-end sensor
    Bit(4, 0x60, "no_paper"),  # roll end sensor
)


def read_state(
    answers: Mapping[int, int], drawer_open_level: Literal["low", "high"]
) -> PrinterState:
    """The printer's state from its answers by query number; missing ones say nothing."""
    facts = {bit.fact for bit in BITS if answers.get(bit.query, 0) & bit.mask}
    no_paper, little = "no_paper" in facts, "little_paper" in facts
    return PrinterState(
        known=True,
        online="offline" not in facts,
        cover_open="cover" in facts,
        paper="out" if no_paper else "near_end" if little else "ok",
        drawer_open=1 in answers and ("pin3" in facts) == (drawer_open_level == "high"),
        error="fault" in facts,
    )


def trouble_of(state: PrinterState) -> Reason | None:
    """Why a printer in this state cannot print; ``None`` when nothing is known.

    An open cover comes first: without it the paper sensor means nothing.
    """
    if not state.known:
        return None
    for cannot, reason in (
        (state.cover_open, Reason.COVER_OPEN),
        (state.paper == "out", Reason.PAPER_OUT),
        (state.error, Reason.PRINTER_ERROR),
        (not state.online, Reason.PRINTER_OFFLINE),
    ):
        if cannot:
            return reason
    return None


class Sieve:
    """Lets through the answers to DLE EOT, in order; counts those to GS r (``marks``).

    Left out: automatic status (``0xx1xx00`` and three bytes with bits 4 and 7
    off), XON and XOFF, and NUL-ended blocks.
    """

    def __init__(self) -> None:
        self._block_bytes = 0
        self._automatic = 0
        """How many bytes of automatic status are still to come."""
        self.marks = 0

    def feed(self, data: bytes) -> list[int]:
        """The answers in the next bytes, whatever the chunking."""
        return [byte for byte in data if self._is_answer(byte)]

    def _is_answer(self, byte: int) -> bool:
        if self._block_bytes:
            over = byte == 0 or self._block_bytes == MAX_BLOCK_BYTES
            self._block_bytes = 0 if over else self._block_bytes + 1
            return False
        if byte in BLOCK_HEADS:
            self._block_bytes = 1
            return False
        if byte & 0x90 == 0:
            self.marks += not self._automatic
            self._automatic = max(0, self._automatic - 1)
            return False
        self._automatic = AUTOMATIC_REST if byte & 0x93 == 0x10 else 0
        return byte & 0x93 == 0x12
