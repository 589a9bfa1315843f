"""How long to wait before trying a destination again: full jitter, capped.

``delay = dice x min(cap, base x 2^failures)``, the scheme that spreads a chain
of tills coming back from the same outage (STORE: "full jitter").  Pure: the
dice are handed in.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """A schedule of pauses, in seconds."""

    base_s: float
    cap_s: float

    def ceiling_s(self, failures: int) -> float:
        """The longest pause after that many failures in a row (1, 2, ...)."""
        return min(self.cap_s, self.base_s * 2.0 ** min(max(failures - 1, 0), 32))

    def delay_s(self, failures: int, dice: float, at_least_s: float = 0.0) -> float:
        """A pause; ``dice`` in [0, 1), ``at_least_s`` is the peer's Retry-After."""
        return max(at_least_s, dice * self.ceiling_s(failures))
