"""Time and dice, as things handed in.  Nobody else here reads a clock or rolls."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Protocol


class Clock(Protocol):
    """What the RCU may ask of time."""

    def now_ms(self) -> int:
        """Unix milliseconds, UTC.  For records."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait.  The only sleep in the RCU, so that tests can fast-forward."""
        ...


class SystemClock:
    """The real clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Entropy(Protocol):
    """Where unguessable bytes come from."""

    def draw(self, count: int) -> bytes:
        """``count`` random bytes."""
        ...


class SystemEntropy:
    """The kernel's generator."""

    def draw(self, count: int) -> bytes:
        return secrets.token_bytes(count)
