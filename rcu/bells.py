"""A bell for each till: something waits for it.  And when it asked last."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rcu.seams import Clock

ONLINE_MS: Final = 60_000
"""A till that asked within this is there: it asks again at once, or after a breath."""


class Bells:
    """In memory: after a restart tills are there once they have asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._listening: dict[str, list[asyncio.Event]] = {}
        self._seen_ms: dict[str, int] = {}
        self._over = False

    @contextmanager
    def heard(self, edge: str) -> Iterator[asyncio.Event]:
        """Rings, if anything, from now on until the block ends."""
        bell = asyncio.Event()
        if self._over:
            bell.set()
        self._listening.setdefault(edge, []).append(bell)
        try:
            yield bell
        finally:
            self._listening[edge].remove(bell)
            if not self._listening[edge]:
                del self._listening[edge]

    def ring(self, edge: str) -> None:
        """Something is there for it."""
        for bell in self._listening.get(edge, ()):
            bell.set()

    def seen(self, edge: str) -> None:
        """It has just asked, or been answered; enrolled tills only."""
        self._seen_ms[edge] = self._clock.now_ms()

    def is_there(self, edge: str) -> bool:
        """Whether what is asked of it now will reach it in a moment."""
        seen_ms = self._seen_ms.get(edge)
        listening = edge in self._listening
        fresh = seen_ms is not None and self._clock.now_ms() - seen_ms < ONLINE_MS
        return listening or fresh

    def close(self) -> None:
        """The server stops: nobody waits any longer."""
        self._over = True
        for edge in self._listening:
            self.ring(edge)
