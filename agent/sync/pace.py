"""How many entries go into the next batch.

Starts small, doubles after each success, halves when the RCU or the line finds
a batch too much.  After a batch that could not be read the count only shrinks
until its last entry is past, so that the poison is cornered alone in about
log2(count) posts.  Pure.
"""

from __future__ import annotations

from typing import Final

FIRST_COUNT: Final = 50


class Pace:
    """The size of batches, in entries and bytes of bodies."""

    def __init__(self, max_count: int, max_bytes: int) -> None:
        self._max_count = max_count
        self.max_bytes = max_bytes
        self.count = min(FIRST_COUNT, max_count)
        self._suspect_until = 0

    def passed(self, last: int) -> None:
        """The batch up to ``last`` is stored."""
        if last >= self._suspect_until:
            self.count = min(self.count * 2, self._max_count)

    def shrink(self, sent: int) -> None:
        """``sent`` entries were too many for now."""
        self.count = max(1, sent // 2)

    def limit(self, sent: int) -> None:
        """``sent`` entries are too many for good: never as many again."""
        self.shrink(sent)
        self._max_count = self.count

    def suspect(self, last: int, sent: int) -> None:
        """One of the ``sent`` entries up to ``last`` is poison."""
        self._suspect_until = max(self._suspect_until, last)
        self.shrink(sent)

    def cornered(self) -> None:
        """The poison was alone in its batch and is out of the way."""
        self._suspect_until = 0
        self.count = min(FIRST_COUNT, self._max_count)
