"""The serial number that old printers count and print by themselves: GS C, GS c.

A shop that numbers its slips this way has the number nowhere in the stream's
text, so it is counted here as the printer does.

Source: Epson ESC/POS Application Programming Guide, GS C 0, 1, 2, ; and GS c.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

MOST: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Counter:
    """``step`` is taken after each number was printed ``repeat`` times.

    It runs from ``start`` to ``end``, up or down, and begins again.  ``digits`` 0
    prints as many as the number has, else that many, padded as ``pad`` says: 0
    blanks before, 1 zeros before, 2 blanks behind.
    """

    value: int = 1
    start: int = 1
    end: int = MOST
    step: int = 1
    repeat: int = 1
    printed: int = 0
    digits: int = 0
    pad: int = 0

    @property
    def runs(self) -> bool:
        """Does it count at all?  Not with a step or repeat of 0, nor from n to n."""
        return bool(self.step and self.repeat) and self.start != self.end

    def in_range(self) -> Counter:
        """As it is printed: a value out of the range is forced to ``start``."""
        low, high = sorted((self.start, self.end))
        if not self.runs or low <= self.value <= high:
            return self
        return replace(self, value=self.start, printed=0)

    @property
    def text(self) -> str:
        number = str(self.value)
        if not self.digits:
            return number
        number = number[-self.digits :]
        if self.pad == 1:
            return number.zfill(self.digits)
        pad = number.rjust if self.pad == 0 else number.ljust
        return pad(self.digits)

    def after_print(self) -> Counter:
        """One more was printed; what is counted beyond the end begins again."""
        if not self.runs:
            return self
        printed = self.printed + 1
        if printed < self.repeat:
            return replace(self, printed=printed)
        step = self.step if self.start < self.end else -self.step
        return replace(self, value=self.value + step, printed=0).in_range()
