"""The way that needs no understanding: paper always wins.

When the tokeniser fails on a connection, its bytes still become jobs: one that
ends at hang-up, at silence or at a size.  This file imports no parser, so that
nothing which is broken there can be broken here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from agent.intake.limits import RAW_JOB_BYTES, RAW_PATIENCE_S


def without(raw: bytes, ranges: Sequence[tuple[int, int]]) -> bytes:
    """The bytes less some ranges (drawer pulses that were sent already)."""
    kept, start = [], 0
    for begin, end in sorted(ranges):
        kept.append(raw[start:begin])
        start = max(start, end)
    kept.append(raw[start:])
    return b"".join(kept)


def merged(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In order, overlapping ones as one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(ranges):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return tuple(found)


class RawReader:
    """Ends jobs by what can be seen without reading them.

    ``begin`` is where in the connection's stream the first one starts; the
    three verbs say how far a job reaches that has now ended, if one has.
    """

    patience_s: Final = RAW_PATIENCE_S

    def __init__(self, begin: int, end: int) -> None:
        self._begin = begin
        self._end = end

    def feed(self, count: int) -> tuple[int, int, Literal["size"]] | None:
        """``count`` bytes came."""
        self._end += count
        if self._end - self._begin < RAW_JOB_BYTES:
            return None
        return (*self._take(), "size")

    def quiet(self) -> tuple[int, int, Literal["idle"]] | None:
        """Nothing came for ``patience_s``."""
        return (*self._take(), "idle") if self._end > self._begin else None

    def close(self) -> tuple[int, int, Literal["close"]] | None:
        """The POS has hung up."""
        return (*self._take(), "close") if self._end > self._begin else None

    def _take(self) -> tuple[int, int]:
        begin, self._begin = self._begin, self._end
        return begin, self._end
