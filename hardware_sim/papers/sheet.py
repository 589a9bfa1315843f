"""The sheet that is being printed on, and the paper that comes of it.

Truth is written down where it is printed: what isn't on the paper isn't in the truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Align = Literal["left", "center", "right"]
NARROW: Final = 32
"""Columns of 58 mm paper."""
SMALL_FROM: Final = 56
"""From so many columns on, tills print in font B."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text, without the spaces that align it."""

    text: str
    align: Align = "left"
    bold: bool = False
    wide: int = 1
    tall: int = 1


@dataclass(frozen=True, slots=True)
class Code:
    """A bar code or QR, centred; ``system`` is EAN13, CODE128 or QR."""

    system: str
    data: str


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, centred."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class End:
    """A cut; another paper of the same job may follow."""


Part = Row | Code | Logo | Gap | End


@dataclass(slots=True)
class Sheet:
    """Parts so far, and what they say."""

    columns: int
    parts: list[Part] = field(default_factory=list)
    truth: dict[str, Any] = field(default_factory=dict)

    def line(self, text: str, align: Align = "left") -> None:
        """One line, or as many as it takes, broken between words."""
        for piece in wrapped(text, self.columns):
            self.parts.append(Row(piece, align))

    def styled(self, text: str, align: Align = "center", *, wide: int = 1) -> None:
        """Bold; double width where it fits."""
        room = self.columns // wide
        if len(text) > room:
            for piece in wrapped(text, self.columns):
                self.parts.append(Row(piece, align, bold=True, tall=2))
            return
        self.parts.append(Row(text, align, bold=True, wide=wide, tall=2))

    def centre(self, text: str) -> None:
        self.line(text, "center")

    def pair(self, left: str, right: str, *, wide: int = 1) -> None:
        """Left and right edge of one line; two lines where they would touch."""
        room = self.columns // wide - len(right)
        if wide > 1 and len(left) > room - 1:
            self.pair(left, right)
        elif len(left) > room - 1:
            self.line(left)
            self.parts.append(Row(right, "right", tall=wide))
        else:
            text = f"{left:<{room}}{right}"
            self.parts.append(Row(text, bold=wide > 1, wide=wide, tall=wide))

    def raw(self, text: str) -> None:
        """A line that somebody else has laid out."""
        self.parts.append(Row(text[: self.columns].rstrip()))

    def rule(self, mark: str = "-") -> None:
        if mark == "none":
            self.gap()
        else:
            self.parts.append(Row(mark * self.columns))

    def gap(self) -> None:
        self.parts.append(Gap())

    def code(self, system: str, data: str, role: str) -> None:
        """A symbol, and the truth about what it is for."""
        self.parts.append(Code(system, data))
        self.truth.setdefault("codes", []).append(
            {"system": system, "text": data, "role": role}
        )

    def say(self, **facts: Any) -> None:
        """What the line just printed says; the first word on anything counts."""
        for name, value in facts.items():
            self.truth.setdefault(name, value)


def wrapped(text: str, columns: int) -> Iterator[str]:
    """Pieces that fit, broken between words where there are any."""
    while len(text) > columns:
        cut = text.rfind(" ", 1, columns + 1)
        cut = cut if cut > 0 else columns
        yield text[:cut].rstrip()
        text = text[cut:].strip()
    yield text


@dataclass(frozen=True, slots=True)
class Paper:
    """What a till printed: parts, and what somebody who reads them should find."""

    seed: int
    layout: str
    country: str
    lang: str
    columns: int
    parts: tuple[Part, ...]
    truth: dict[str, Any]
    axes: dict[str, str]

    @property
    def width_dots(self) -> int:
        """Of the printable area: whole columns of font A, or of B on dense paper."""
        return self.columns * (9 if self.small else 12)

    @property
    def small(self) -> bool:
        return self.columns >= SMALL_FROM

    @property
    def lines(self) -> tuple[str, ...]:
        """The text as it stands on the paper; empty lines one at a time, not at its ends.

        Of a double-width line a column is two.
        """
        found: list[str] = []
        for part in self.parts:
            text = laid(part, self.columns) if isinstance(part, Row) else ""
            if text or (found and found[-1]):
                found.append(text)
        if found and not found[-1]:
            found.pop()
        return tuple(found)


def laid(row: Row, columns: int) -> str:
    """The line with the spaces that align it."""
    free = columns // row.wide - len(row.text)
    margin = {"left": 0, "center": free // 2, "right": free}[row.align]
    return (" " * margin + row.text).rstrip()
