"""From the bytes of a serial scanner to what it scanned.

A scan ends with CR, LF, tab or ETX, whichever the scanner is set to.
"""

from __future__ import annotations

from typing import Final

from agent.hands.acts import NO_AFFIXES, Affixes, Scanned
from agent.hands.typed import MAX_SCAN_CHARS

_ENDS: Final = b"\r\n\t\x03"
_STX: Final = "\x02"


class Lines:
    """Implements :class:`agent.hands.hand.Ear`; bounds and silence as of a typed scan."""

    def __init__(
        self, affixes: Affixes = NO_AFFIXES, *, by_silence: bool = False
    ) -> None:
        self._affixes = affixes
        self._by_silence = by_silence
        self._held = bytearray()
        self._length = 0

    @property
    def pending(self) -> bool:
        """Whether a scan has begun and not ended."""
        return self._length > 0

    def hear(self, data: bytes) -> list[Scanned]:
        """What those bytes end."""
        done: list[Scanned] = []
        for byte in data:
            if byte in _ENDS:
                done += self._end()
                continue
            self._length += 1
            if self._length <= MAX_SCAN_CHARS:
                self._held.append(byte)
        return done

    def silent(self) -> list[Scanned]:
        """Nothing came for a while: what is unfinished will stay so."""
        if self._by_silence:
            return self._end()
        self._begin()
        return []

    def forget(self) -> None:
        """The scanner was away."""
        self._begin()

    def _end(self) -> list[Scanned]:
        # A code is ASCII nearly always; what is not is none of ours, and stays one text.
        text = self._held.decode("utf-8", "replace")
        length = self._length
        self._begin()
        text = self._affixes.off(text.removeprefix(_STX))
        return [Scanned((text,))] if text and length <= MAX_SCAN_CHARS else []

    def _begin(self) -> None:
        self._held.clear()
        self._length = 0
