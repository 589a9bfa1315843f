"""Dice that always fall the same way."""

from __future__ import annotations


class FakeEntropy:
    """Implements ``agent.entropy.Entropy``: 1, 2, 3, ... in every draw."""

    def __init__(self, first: int = 1) -> None:
        self._next = first

    def draw(self, count: int) -> bytes:
        self._next += 1
        return self._next.to_bytes(count, "big")
