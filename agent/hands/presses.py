"""From a keypad's strokes to presses: one for each time that a finger came down.

A key that repeats itself (value 2), a contact that bounces, and an impatient second
press are one press: nothing that a key asks for is wanted twice in that time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.hands.acts import Act, Pressed
from agent.hands.events import Dropped, Stroke

BOUNCE_MS: Final = 300.0
"""Contacts bounce for 5 to 20 ms, a double press takes 100 to 250."""


class Presses:
    """Of a keypad with those ``keys``, by code.  Nothing is ever pending."""

    def __init__(self, keys: Mapping[int, Act], bounce_ms: float = BOUNCE_MS) -> None:
        self._keys = keys
        self._bounce_ms = bounce_ms
        self._last: dict[int, float] = {}

    pending: Final = False

    def hear(self, stroke: Stroke | Dropped) -> list[Pressed]:
        """At most one press.  A key without a meaning has none."""
        if isinstance(stroke, Dropped) or stroke.motion != "down":
            return []
        act = self._keys.get(stroke.code)
        if act is None:
            return []
        last_ms = self._last.get(stroke.code)
        self._last[stroke.code] = stroke.at_ms
        # A clock that was set back makes a difference below zero, and no bounce.
        if last_ms is not None and 0 <= stroke.at_ms - last_ms < self._bounce_ms:
            return []
        return [Pressed(act)]

    def silent(self) -> list[Pressed]:
        """A press ends at once."""
        return []

    def forget(self) -> None:
        """The keypad was away."""
        self._last.clear()
