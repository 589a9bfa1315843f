"""Dice that fall differently for each till, also where two tills are one image.

A chain comes back from the same outage at the same moment.  The draw is turned by an
angle that follows from the till's name: equal generators do not give equal pauses.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from agent.entropy import Entropy

_WHOLE: Final = 1 << 32


class Jitter:
    """Throws in [0, 1)."""

    def __init__(self, source: str, entropy: Entropy) -> None:
        self.phase = (
            int.from_bytes(sha256(source.encode()).digest()[:4], "big") / _WHOLE
        )
        self._entropy = entropy

    def throw(self) -> float:
        """Uniform, and another for another till."""
        drawn = int.from_bytes(self._entropy.draw(4), "big") / _WHOLE
        return (drawn + self.phase) % 1.0
