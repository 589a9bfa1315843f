"""The paper as text, without the spaces that lay it out.

A rule is one character, a centred line a mark and its words, a line with something at
the right edge its two ends: whatever comes back as it was printed.  Everything else
stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

MAX_WIDTH: Final = 400
"""Columns; no roll has as many."""
_CENTRED, _RULED, _ENDS = "\x02", "\x03", "\t"
_SHORT_RULE: Final = 4
_GAP: Final = re.compile(r"(?<=\S) {2,}(?=\S)")


def packed(lines: Sequence[str]) -> tuple[int, str]:
    """The width of the paper in columns, and its lines joined by LF."""
    width = min(max(map(len, lines), default=0), MAX_WIDTH)
    return width, "\n".join(_line(line, width) for line in lines)


def unpacked(width: int, text: str) -> tuple[str, ...]:
    """The way back.

    Raises:
        ValueError: wider than any paper.
    """
    if not 0 <= width <= MAX_WIDTH:
        raise ValueError("no such paper")
    return tuple(_laid(line, width) for line in text.split("\n"))


def _line(line: str, width: int) -> str:
    for tried in _shorter(line):
        if _laid(tried, width) == line:
            return tried
    return line


def _shorter(line: str) -> list[str]:
    if len(line) >= _SHORT_RULE and not line.strip(line[0]):
        return [_RULED + line[0]]
    gaps = list(_GAP.finditer(line))
    ends = [line[: gap.start()] + _ENDS + line[gap.end() :] for gap in gaps[::-1]]
    return [*ends, _CENTRED + line.strip()]


def _laid(line: str, width: int) -> str:
    if line.startswith(_RULED):
        return line[1:2] * width
    if line.startswith(_CENTRED):
        words = line[1:]
        return " " * ((width - len(words)) // 2) + words
    left, ends, right = line.partition(_ENDS)
    return f"{left}{' ' * (width - len(left) - len(right))}{right}" if ends else line
