"""Dice that always fall the same way."""

from __future__ import annotations


class FakeEntropy:
    """Implements ``agent.entropy.Entropy``: every byte is ``value``."""

    def __init__(self, value: int = 0x80) -> None:
        self.value = value

    def draw(self, count: int) -> bytes:
        return bytes([self.value]) * count
