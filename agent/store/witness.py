"""Who is told what was committed, after it was: for figures, never for decisions.

A witness is called on the event loop and must be quick; it may not raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent.store.records import Change


class Witness(Protocol):
    """Sees every commit."""

    def committed(
        self, changes: Sequence[Change], began_s: float, now_s: float
    ) -> None:
        """Durable now; asked for at ``began_s``.  Both by the monotonic clock."""
        ...

    def refused(self, changes: Sequence[Change]) -> None:
        """Not written."""
        ...

    def wrote(self, took_s: float) -> None:
        """One transaction is over, fsync and all."""
        ...


class Nobody:
    """Looks away."""

    def committed(
        self, changes: Sequence[Change], began_s: float, now_s: float
    ) -> None:
        pass

    def refused(self, changes: Sequence[Change]) -> None:
        pass

    def wrote(self, took_s: float) -> None:
        pass
