"""From the strokes of a scanner that plays a keyboard to what it scanned.

Each scan is read in every layout that we know, the configured one first: a command of
our card is known by its check in any of them, so that the card also works at a scanner
whose layout nobody has set.
"""

from __future__ import annotations

from typing import Final

from agent.hands.acts import NO_AFFIXES, Affixes, Scanned
from agent.hands.events import Dropped, Stroke
from agent.hands.keys import CODES
from agent.hands.layouts import ALTGR, PLAIN, SHIFT, TABLES, Layout

MAX_SCAN_CHARS: Final = 512
"""A QR of ours has 60 to 100, a driving licence's PDF417 about 300; more is no code."""

_ENDS: Final = frozenset(CODES[name] for name in ("ENTER", "KPENTER", "TAB"))
_SHIFTS: Final = frozenset(CODES[name] for name in ("LEFTSHIFT", "RIGHTSHIFT"))
_ALT: Final = CODES["LEFTALT"]
_ALTGR: Final = CODES["RIGHTALT"]
_DIGITS: Final = {CODES[f"KP{digit}"]: digit for digit in range(10)}
_MAX_ALT_CODE: Final = 255
"""Alt and digits of the pad write a character by its number, in any layout."""


class Typed:
    """Keeps one unfinished scan.

    ``gap_ms``: between two characters of one scan at most.  What breaks off for longer
    is thrown away, or taken for whole if ``by_silence``: half a card's number may be
    another card's.
    """

    def __init__(
        self,
        layout: Layout,
        gap_ms: float,
        affixes: Affixes = NO_AFFIXES,
        *,
        by_silence: bool = False,
    ) -> None:
        others = (each for each in TABLES if each != layout)
        self._tables = [TABLES[each] for each in (layout, *others)]
        self._gap_ms = gap_ms
        self._affixes = affixes
        self._by_silence = by_silence
        self._down: set[int] = set()
        self._alt_code: int | None = None
        self._last_ms = 0.0
        self._texts = [""] * len(self._tables)
        self._length = 0

    @property
    def pending(self) -> bool:
        """Whether a scan has begun and not ended."""
        return self._length > 0

    def hear(self, stroke: Stroke | Dropped) -> list[Scanned]:
        """What that stroke ends: at most one scan cut off by silence, and one whole."""
        if isinstance(stroke, Dropped):
            self.forget()
            return []
        if stroke.motion == "up":
            self._release(stroke.code)
            return []
        if stroke.motion == "held":
            return []
        done: list[Scanned] = []
        if not 0 <= stroke.at_ms - self._last_ms <= self._gap_ms:
            done += self.silent()
        self._last_ms = stroke.at_ms
        self._down.add(stroke.code)
        if stroke.code in _ENDS:
            done += self._end()
        else:
            self._type(stroke.code)
        return done

    def silent(self) -> list[Scanned]:
        """Nothing came for ``gap_ms``: what is unfinished will stay so."""
        if self._by_silence:
            return self._end()
        self._begin()
        return []

    def forget(self) -> None:
        """Which keys are down is not known any more."""
        self._down.clear()
        self._alt_code = None
        self._begin()

    def _type(self, code: int) -> None:
        if _ALT in self._down and code in _DIGITS:
            self._alt_code = min((self._alt_code or 0) * 10 + _DIGITS[code], 1 << 16)
            return
        level = PLAIN
        if self._down & _SHIFTS:
            level = SHIFT
        elif _ALTGR in self._down:
            level = ALTGR
        self._add([table.get((code, level), "") for table in self._tables])

    def _release(self, code: int) -> None:
        self._down.discard(code)
        if code == _ALT and self._alt_code is not None:
            number, self._alt_code = self._alt_code, None
            sign = chr(number) if 32 <= number <= _MAX_ALT_CODE else ""
            self._add([sign] * len(self._tables))

    def _add(self, signs: list[str]) -> None:
        if not any(signs):
            return
        self._length += 1
        if self._length <= MAX_SCAN_CHARS:
            self._texts = [
                text + sign for text, sign in zip(self._texts, signs, strict=True)
            ]

    def _end(self) -> list[Scanned]:
        texts, length = tuple(map(self._affixes.off, self._texts)), self._length
        self._begin()
        return [Scanned(texts)] if any(texts) and length <= MAX_SCAN_CHARS else []

    def _begin(self) -> None:
        self._texts, self._length = [""] * len(self._tables), 0
