"""An ear for a device under /dev/input: its bytes are events, its events strokes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent.hands.acts import Heard
from agent.hands.events import Dropped, InputEvents, Stroke


class Reads(Protocol):
    """What makes presses or scans of strokes."""

    @property
    def pending(self) -> bool: ...

    def hear(self, stroke: Stroke | Dropped) -> Sequence[Heard]: ...

    def silent(self) -> Sequence[Heard]: ...

    def forget(self) -> None: ...


class Strokes:
    """Implements :class:`agent.hands.hand.Ear`."""

    def __init__(self, reads: Reads) -> None:
        self._events = InputEvents()
        self._reads = reads

    @property
    def pending(self) -> bool:
        """Whether something has begun and not ended."""
        return self._reads.pending

    def hear(self, data: bytes) -> list[Heard]:
        """What those bytes come to."""
        heard: list[Heard] = []
        for stroke in self._events.feed(data):
            heard += self._reads.hear(stroke)
        return heard

    def silent(self) -> Sequence[Heard]:
        """Nothing came for the gap."""
        return self._reads.silent()

    def forget(self) -> None:
        """The device has been away."""
        self._events = InputEvents()
        self._reads.forget()
