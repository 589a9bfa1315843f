"""Cutting a POS's bytes into tokens: MB/s on a mix of receipts.

    python -m bench.tokeniser

60 % of the receipts are 2 KB of text, 30 % have a 9.6 KB logo, 10 % one of
37 KB.  They come whole, or in packets of 1448 bytes (Ethernet).  The peer is a
plain state machine that looks at one byte after the other, as every reader of
this language that we know does; it uses the same table of lengths, gives the
same tokens, and runs in the same minute.  CPU time, best of several rounds.
Beside the tokeniser's figures stand the goals for them.

The second table is about the relay's event loop, which should do nothing longer
than a millisecond at a time: what one slice of a flood costs it, when the flood
is all that a connection says, and when it stands behind a line of text.  Beside
each figure stands that limit and the part of it which is taken; a flood marked
``over`` holds the loop up for longer.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from agent.escpos.grammar import LEADS, ROWS, Row
from agent.escpos.jobs import JobReader
from agent.escpos.tokens import Tokeniser
from agent.intake.limits import SLICE_BYTES
from agent.intake.slices import slices

ROUNDS = 5
RECEIPTS = 100
PACKET = 1448
WIDTH_BYTES = 72
GOAL_MB_PER_S = 200
"""On the mix."""
GOAL_US = 40
"""A receipt."""
LIMIT_US = 1000
"""Of one slice: the loop answers a POS's status question in between."""

FLOOD_BYTES = 5 * SLICE_BYTES
FLOODS: dict[str, bytes] = {
    "LF": b"\n",
    "NUL": b"\0",
    "NUL LF": b"\0\n",
    "x LF": b"x\n",
    "SP NUL": b" \0",
    "ESC": b"\x1b",
    "DLE": b"\x10",
    "ESC @": b"\x1b@",
    "ESC a 0": b"\x1ba\0",
    "ESC p": b"\x1bp\0\x19\xfa",
    "DLE EOT 1": b"\x10\x04\x01",
    "GS r 1": b"\x1dr\x01",
    "GS V 0": b"\x1dV\0",
    "x GS V 0": b"x\x1dV\0",
    "ESC D NUL": b"\x1bD\0",
    "GS ( A 0 0": b"\x1d(A\0\0",
}


class Figure(NamedTuple):
    """One line of the table; ``ratio`` is against the peer on the same bytes."""

    reader: str
    packets: str
    mb_per_s: float
    us_per_receipt: float
    ratio: float


class Reader(Protocol):
    def feed(self, data: bytes) -> Sequence[object]: ...


class OneByteAtATime:
    """The peer."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._command = bytearray()
        self._row: Row | None = None
        self._left = 0

    def feed(self, data: bytes) -> list[object]:
        out: list[object] = []
        for byte in data:
            if not self._command and byte >= 0x20:
                self._text.append(byte)
                continue
            if self._text:
                out.append(bytes(self._text))
                self._text.clear()
            self._command.append(byte)
            self._left -= 1
            if self._left <= 0:
                self._measure()
            if self._left == 0 and self._row is not None:
                out.append(bytes(self._command))
                self._command.clear()
                self._row = None
        return out

    def _measure(self) -> None:
        """Work out how many bytes are still to come."""
        if self._row is None:
            self._row = ROWS.get(bytes(self._command))
        if self._row is None:
            return
        params, lead = self._row.params, len(self._row.opcode)
        if not isinstance(params, int):
            params = params(bytes(self._command), lead)
        self._left = lead + params - len(self._command) if params >= 0 else -1


def logo(rows: int, dice: random.Random) -> bytes:
    size = bytes((WIDTH_BYTES, 0)) + rows.to_bytes(2, "little")
    return b"\x1dv0\0" + size + dice.randbytes(WIDTH_BYTES * rows)


def text(dice: random.Random) -> bytes:
    lines = b"".join(
        b"ARTICLE %04d %-22s %7.2f\n" % (dice.randrange(9999), b"x" * 9, index * 1.1)
        for index in range(42)
    )
    head = b"\x1b@\x1bt\x13\x1ba\x01\x1d!\x11BOUTIQUE\n\x1d!\x00\x1ba\x00"
    total = b"\x1bE\x01TOTAL                    97.50\n\x1bE\x00"
    return head + lines + total + b"\x1bd\x05\x1dV\x42\x00"


def mix() -> list[bytes]:
    dice = random.Random(20260101)
    kinds = [0] * 6 + [133] * 3 + [514]
    return [
        (logo(rows, dice) if rows else b"") + text(dice)
        for rows in (kinds[index % len(kinds)] for index in range(RECEIPTS))
    ]


def packets(receipt: bytes, size: int) -> list[bytes]:
    return [receipt[at : at + size] for at in range(0, len(receipt), size)]


def best_s(make: Callable[[], Reader], receipts: list[list[bytes]]) -> float:
    times = []
    for _ in range(ROUNDS):
        reader = make()
        start = time.process_time()
        for receipt in receipts:
            for packet in receipt:
                reader.feed(packet)
        times.append(time.process_time() - start)
    return min(times)


def slice_us(flood: bytes, before: bytes) -> float:
    """CPU time that a slice of nothing but ``flood`` costs the reader of jobs."""
    pieces = list(slices(flood * (FLOOD_BYTES // len(flood)), bytes(LEADS)))
    times = []
    for _ in range(ROUNDS):
        reader = JobReader()
        reader.feed(before)
        start = time.process_time()
        for piece in pieces:
            reader.feed(piece)
        times.append((time.process_time() - start) / len(pieces))
    return min(times) * 1e6


READERS: dict[str, Callable[[], Reader]] = {
    "one byte at a time": OneByteAtATime,
    "tokeniser": Tokeniser,
    "tokeniser and jobs": JobReader,
}


def run() -> list[Figure]:
    """Measure every reader whole and in packets."""
    receipts = mix()
    texts = [
        receipt for receipt in receipts if receipt[0] in LEADS and len(receipt) < 4000
    ]
    cases = {
        "mix, whole": [[receipt] for receipt in receipts],
        f"mix, {PACKET} B": [packets(receipt, PACKET) for receipt in receipts],
        "text only, whole": [[receipt] for receipt in texts],
    }
    figures = []
    for name, case in cases.items():
        total = sum(len(packet) for receipt in case for packet in receipt)
        seconds = {reader: best_s(make, case) for reader, make in READERS.items()}
        peer = seconds["one byte at a time"]
        figures += [
            Figure(
                reader,
                name,
                total / taken / 1e6,
                taken / len(case) * 1e6,
                peer / taken,
            )
            for reader, taken in seconds.items()
        ]
    return figures


def main() -> None:
    print(f"{'reader':20} {'input':18} {'MB/s':>7} {'us/receipt':>11} {'ratio':>7}")
    for each in run():
        print(
            f"{each.reader:20} {each.packets:18} {each.mb_per_s:7.1f}"
            f" {each.us_per_receipt:11.1f} {each.ratio:6.1f}x{_goals(each)}"
        )
    print(
        f"\nus for one slice (at most {SLICE_BYTES} B), of the limit of {LIMIT_US} us"
    )
    print(f"{'flood':12}{'from the start':>27}{'after text':>27}")
    for name, flood in FLOODS.items():
        parts = [
            _against_limit(slice_us(flood, before)) for before in (b"", b"TOTAL\n")
        ]
        print(f"{name:12}{parts[0]:>27}{parts[1]:>27}".rstrip())


def _goals(figure: Figure) -> str:
    """What the tokeniser alone is to reach; text goes by the receipt only."""
    if figure.reader != "tokeniser":
        return ""
    mix = f">= {GOAL_MB_PER_S} MB/s, " if figure.packets.startswith("mix") else ""
    return f"   goal {mix}<= {GOAL_US} us"


def _against_limit(taken_us: float) -> str:
    ratio = taken_us / LIMIT_US
    mark = "over" if ratio > 1 else "    "
    return f"{taken_us:5.0f} of {LIMIT_US} {ratio:6.2f}x {mark}"


if __name__ == "__main__":
    main()
