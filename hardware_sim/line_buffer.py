"""The line buffer of standard mode: what stands in a line until it is printed.

Positions count from the left margin while the line is composed; justification,
and the half turn of upside-down printing, come when it is printed.
"""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from hardware_sim.marks import Bits, Row, Run


class LineBuffer:
    """Margins (GS L, GS W), justification (ESC a) and the line itself."""

    def __init__(self, width_dots: int) -> None:
        self.width_dots = width_dots
        self.left_dots, self.area_dots = 0, width_dots
        self.justify = 0
        self.upside_down = False
        self.clear()

    def clear(self) -> None:
        """Back to the beginning of an empty line."""
        self.x = 0
        self._runs: list[Run] = []
        self._bits: list[Bits] = []

    @property
    def room_dots(self) -> int:
        """Printable width between the margins (GS L, GS W)."""
        return max(1, min(self.area_dots, self.width_dots - self.left_dots))

    @property
    def mid_line(self) -> bool:
        """Something stands in it."""
        return bool(self._runs or self._bits)

    @property
    def at_start(self) -> bool:
        """The beginning of a line, where some commands must stand."""
        return not self.mid_line and not self.x

    def put(self, thing: Run | Bits) -> None:
        """Something at its own x; characters that follow on are one run."""
        self.x = thing.end
        if isinstance(thing, Bits):
            self._bits.append(thing)
            return
        last = self._runs[-1] if self._runs else None
        if last and last.style == thing.style and last.end == thing.x:
            self._runs[-1] = replace(last, text=last.text + thing.text)
        else:
            self._runs.append(thing)

    def aligned(self, wide_dots: int) -> int:
        """Where something that wide starts (ESC a)."""
        return self.left_dots + max(0, (self.room_dots - wide_dots) * self.justify // 2)

    def mirrored(self, left_dots: int, wide_dots: int) -> int:
        """Where it starts once the line is turned by half a turn (ESC {)."""
        return 2 * self.left_dots + self.room_dots - left_dots - wide_dots

    def print(self, spacing_dots: int) -> Row:
        """The line as it comes on paper, and an empty one from here on."""
        ends = [*(run.end for run in self._runs), *(bits.end for bits in self._bits)]
        shift = self.aligned(max(ends, default=0))
        runs = [replace(run, x=run.x + shift) for run in self._runs]
        bits = [replace(bit, x=bit.x + shift) for bit in self._bits]
        if self.upside_down:
            runs = [replace(run, x=self.mirrored(run.x, run.wide_dots)) for run in runs]
            bits = [self._turned(bit) for bit in bits]
        row = Row(tuple(runs), tuple(bits), spacing_dots, hung=self.upside_down)
        self.clear()
        return replace(row, feed_dots=max(spacing_dots, row.ink_dots))

    def _turned(self, bits: Bits) -> Bits:
        image = bits.image.transpose(Image.Transpose.ROTATE_180)
        return Bits(self.mirrored(bits.x, image.width), image)
