"""Dice, as something handed in.  Nobody else in the house draws random bytes."""

from __future__ import annotations

import secrets
from typing import Protocol


class Entropy(Protocol):
    """Where unguessable bytes come from."""

    def draw(self, count: int) -> bytes:
        """``count`` random bytes."""
        ...


class SystemEntropy:
    """The kernel's generator."""

    def draw(self, count: int) -> bytes:
        return secrets.token_bytes(count)
