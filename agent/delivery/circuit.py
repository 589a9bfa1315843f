"""Whether a destination may be tried now: closed, open, half-open.

Closed while it works.  A failure opens it for a pause that grows with each; nothing is
tried until that is over, whoever asks.  Then one probe goes out: it closes the circuit,
or opens it for longer.  Knows no clock: the time is an argument, in seconds.
"""

from __future__ import annotations

import math
from typing import Literal

from agent.retry import Backoff

State = Literal["closed", "open", "half_open"]


class Circuit:
    """Of one destination."""

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self._failures = 0
        self._until_s = -math.inf

    def state(self, now_s: float) -> State:
        if not self._failures:
            return "closed"
        return "open" if now_s < self._until_s else "half_open"

    def room(self, now_s: float, most: int) -> int:
        """How many may be tried now, of ``most``."""
        return {"closed": most, "open": 0, "half_open": 1}[self.state(now_s)]

    def wait_s(self, now_s: float) -> float:
        """Until the next may be tried."""
        return max(0.0, self._until_s - now_s) if self._failures else 0.0

    @property
    def longest_s(self) -> float:
        """The pause at most, as it stands."""
        return self._backoff.ceiling_s(self._failures)

    def worked(self) -> None:
        self._failures = 0

    def failed(self, now_s: float, dice: float, least_s: float) -> None:
        """Open it; ``dice`` in [0, 1), ``least_s`` as the far side asked."""
        self._failures += 1
        pause_s = self._backoff.delay_s(self._failures, dice, least_s)
        self._until_s = now_s + pause_s
