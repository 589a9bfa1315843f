"""How many entries go into the next batch, and how many batches go at a time.

Both grow with success and give way at once: the count doubles and halves, the batches in
flight grow by one and fall back to one (AIMD).  What a batch weighs follows what the line
carried: it is to be there and back in about :data:`TARGET_S`, so that a lost one costs
little on a slow line and a fast one is filled.  After a batch that could not be read the
count only shrinks until its last entry is past, so that the poison is cornered alone in
about log2(count) posts.  Pure.
"""

from __future__ import annotations

from typing import Final

FIRST_COUNT: Final = 50
TARGET_S: Final = 2.0
LEAST_BYTES: Final = 16_000
"""Some five receipts: below it the head of a request weighs as much."""
KEEPS: Final = 0.7
"""Of the rate measured before, when a new one is added."""


class Pace:
    """The size of batches in entries and bytes of bodies, and how many fly."""

    def __init__(self, max_count: int, max_bytes: int, max_in_flight: int = 1) -> None:
        self._max_count = max_count
        self._max_bytes = max_bytes
        self._max_in_flight = max_in_flight
        self.count = min(FIRST_COUNT, max_count)
        self.max_bytes = max_bytes
        self._in_flight = 1
        self._rate = 0.0
        self._suspect_until = 0

    @property
    def in_flight(self) -> int:
        """At a time; one alone while a poison is being cornered."""
        return 1 if self._suspect_until else self._in_flight

    def passed(self, last: int) -> None:
        """The batch up to ``last`` is stored."""
        if last >= self._suspect_until:
            self._suspect_until = 0
            self.count = min(self.count * 2, self._max_count)
            self._in_flight = min(self._in_flight + 1, self._max_in_flight)

    def measured(self, sent_bytes: int, took_s: float, beside: int) -> None:
        """So many bytes of bodies took so long, ``beside`` batches in flight together."""
        rate = sent_bytes * max(beside, 1) / max(took_s, 0.001)
        self._rate = KEEPS * self._rate + (1 - KEEPS) * rate if self._rate else rate
        fits = int(self._rate * TARGET_S / self._in_flight)
        # A small batch says little of a fast line: it may always grow fourfold.
        fits = max(
            fits, min(4 * sent_bytes, self._max_bytes) if took_s < TARGET_S else 0
        )
        self.max_bytes = min(max(fits, LEAST_BYTES), self._max_bytes)

    def calm(self) -> None:
        """The RCU or the line is busy or away: one at a time, from the start."""
        self._in_flight = 1

    def shrink(self, sent: int) -> None:
        """``sent`` entries were too many for now."""
        self.calm()
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

    def bound(self, max_count: int, max_bytes: int, max_in_flight: int) -> None:
        """Other limits from now on."""
        self._max_count, self._max_bytes = max_count, max_bytes
        self._max_in_flight = max_in_flight
        self.count = min(self.count, max_count)
        self.max_bytes = min(self.max_bytes, max_bytes)
        self._in_flight = min(self._in_flight, max_in_flight)
