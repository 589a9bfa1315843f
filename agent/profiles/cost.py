"""How long a pattern may take at one place of a line, at most.

Of patterns that give nothing back the bound is small arithmetic.  An attempt that
succeeds and takes c characters needs ``rate * c + once`` steps at most; one that fails
needs ``fails``.  A step is what the engine does with one atom: some nanoseconds.

Nothing given back does not make a pattern cheap: what is repeated may try a branch, find
it wanting at the end of the line, and begin the next one at the same place, and so on
inside itself; and what may be nothing can be repeated without moving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

COLUMNS: Final = 160
"""A line is no longer (:data:`agent.receipt.lines.MAX_COLUMNS`)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a piece of a pattern.  ``most``: characters that it may take."""

    rate: int = 1
    once: int = 1
    fails: int = 1
    most: int = 1
    empty: bool = False

    @property
    def steps(self) -> int:
        """Of one attempt on the longest line, however it ends."""
        return max(self.rate * self.most + self.once, self.fails)


ONE: Final = Cost()
"""A character, or one of a set."""
NOWHERE: Final = Cost(most=0, empty=True)
"""``^``, ``$``, ``\\\\b``, and nothing at all."""


def run(least: int, most: int) -> Cost:
    """One character, repeated."""
    return Cost(fails=least, most=min(most, COLUMNS), empty=least == 0)


def row(parts: Sequence[Cost]) -> Cost:
    """One after the other; it fails where any does, behind all those before it."""
    rate, once, fails, most = 1, 0, 0, 0
    for part in parts:
        fails = max(fails, rate * most + once + part.fails)
        rate, once = max(rate, part.rate), once + part.once
        most = min(COLUMNS, most + part.most)
    return Cost(rate, once, fails, most, all(part.empty for part in parts))


def either(branches: Sequence[Cost]) -> Cost:
    """The first that fits; those before it were tried from the same place."""
    return Cost(
        rate=max(each.rate for each in branches),
        once=sum(each.fails for each in branches) + max(e.once for e in branches),
        fails=sum(each.fails for each in branches),
        most=max(each.most for each in branches),
        empty=any(each.empty for each in branches),
    )


def again(body: Cost, least: int, most: int) -> Cost:
    """A group, repeated: each time it takes a character, unless it may be nothing.

    Beyond ``least`` the engine stops at the first time that took nothing.
    """
    times = min(most, COLUMNS)
    still = (least + 1) * body.once if body.empty else 0
    started = body.rate * body.most + body.once
    return Cost(
        rate=body.rate + body.once,
        once=1 + body.fails + still,
        fails=least * started + body.fails if least else 0,
        most=min(COLUMNS, times * body.most),
        empty=body.empty or least == 0,
    )
