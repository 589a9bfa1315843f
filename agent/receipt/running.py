"""What the priced lines of a paper add up to, from its top to any line.

Summed up once: a paper may print 1,500 amounts, and each may ask for all above it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

from agent.receipt.entries import Entry

FREE = frozenset({"deposit", "fee"})


@dataclass(frozen=True, slots=True)
class Running:
    """``at``: the lines of ``entries``; what is summed up begins with 0, in minor units.

    ``goods``: without deposits and fees; ``kept``: without discounts; ``printed``: the
    same, as it stands there; ``pieces``: quantities.
    """

    entries: Sequence[Entry]
    at: tuple[int, ...]
    whole: tuple[int, ...]
    goods: tuple[int, ...]
    kept: tuple[int, ...]
    printed: tuple[int, ...]
    pieces: tuple[int, ...]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Self:
        """``entries`` from top to bottom."""

        def summed(worth: Callable[[Entry], int]) -> tuple[int, ...]:
            return _summed(map(worth, entries))

        return cls(
            entries=entries,
            at=tuple(e.at for e in entries),
            whole=summed(lambda e: e.amount),
            goods=summed(lambda e: 0 if e.kind in FREE else e.amount),
            kept=summed(lambda e: 0 if e.kind == "discount" else e.amount),
            printed=summed(lambda e: 0 if e.kind == "discount" else abs(e.printed)),
            pieces=summed(lambda e: int(e.quantity or 1)),
        )

    def above(self, at: int) -> int:
        """How many entries stand above line ``at``: where to look in what is summed up."""
        return bisect_left(self.at, at)

    def between(self, above: int, below: int) -> int:
        """Of the amounts between two lines, both exclusive."""
        first, last = bisect_right(self.at, above), bisect_left(self.at, below)
        return self.whole[last] - self.whole[first] if first < last else 0

    def near(self, at: int, lines: int) -> Sequence[Entry]:
        """The entries at most ``lines`` off line ``at``."""
        first = bisect_left(self.at, at - lines)
        return self.entries[first : bisect_right(self.at, at + lines)]


def _summed(amounts: Iterable[int]) -> tuple[int, ...]:
    return tuple(accumulate(amounts, initial=0))
