"""Lines, frames and blocks that fill their cells exactly.

A face's box-drawing characters leave gaps and steps at the size of a printer's
cells.  Here they are made from their names: Unicode says of each how it leaves the
middle of the cell and how thick (``BOX DRAWINGS DOWN SINGLE AND RIGHT DOUBLE``).  What
has no such name (dashes, arcs, diagonals) is left to the face.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal, NamedTuple

Side = Literal["UP", "DOWN", "LEFT", "RIGHT"]
Kind = Literal["LIGHT", "HEAVY", "DOUBLE"]

_FIRST: Final = "\u2500"
_BLOCKS: Final = "\u2580"
_LAST: Final = "\u259f"
_KINDS: Final[Mapping[str, Kind]] = {
    "LIGHT": "LIGHT",
    "SINGLE": "LIGHT",
    "HEAVY": "HEAVY",
    "DOUBLE": "DOUBLE",
}
_SIDES: Final[Mapping[str, tuple[Side, ...]]] = {
    "UP": ("UP",),
    "DOWN": ("DOWN",),
    "LEFT": ("LEFT",),
    "RIGHT": ("RIGHT",),
    "HORIZONTAL": ("LEFT", "RIGHT"),
    "VERTICAL": ("UP", "DOWN"),
}
_BOX: Final = "BOX DRAWINGS "


@lru_cache(maxsize=512)
def frame(character: str, width: int, height: int) -> tuple[str, ...]:
    """Rows of a cell, "1" is black; none for what is no line or block."""
    if not _FIRST <= character <= _LAST:
        return ()
    name = unicodedata.name(character)
    if character >= _BLOCKS:
        return _block(ord(character), width, height)
    arms = _arms(name.removeprefix(_BOX))
    return _lines(arms, width, height) if arms else ()


def _arms(name: str) -> dict[Side, Kind]:
    """The kind of each arm; a kind is said before its sides, or after them."""
    arms: dict[Side, Kind] = {}
    kind: Kind = "LIGHT"
    for part in name.split(" AND "):
        words = part.split()
        kinds = [_KINDS[word] for word in words if word in _KINDS]
        sides = [word for word in words if word in _SIDES]
        if len(kinds) + len(sides) != len(words):
            return {}
        kind = kinds[0] if kinds else kind
        arms |= dict.fromkeys((side for word in sides for side in _SIDES[word]), kind)
    return arms


class _Strokes(NamedTuple):
    """Where the strokes of an arm lie across it, from the middle; their thickness."""

    places: tuple[int, ...]
    thick: int


def _strokes(kind: Kind, thick: int) -> _Strokes:
    if kind == "DOUBLE":
        return _Strokes((-thick, thick), thick)
    return _Strokes((0,), thick * (1 + (kind == "HEAVY")))


# For each arm: the sides across it (before, after the middle), and its opposite.
_ACROSS: Final[Mapping[Side, tuple[Side, Side, Side]]] = {
    "RIGHT": ("UP", "DOWN", "LEFT"),
    "LEFT": ("UP", "DOWN", "RIGHT"),
    "DOWN": ("LEFT", "RIGHT", "UP"),
    "UP": ("LEFT", "RIGHT", "DOWN"),
}


def _lines(arms: Mapping[Side, Kind], width: int, height: int) -> tuple[str, ...]:
    thick = 2 if width >= 10 else 1
    rows = [0] * height
    for side, kind in arms.items():
        strokes = _strokes(kind, thick)
        lies = side in {"LEFT", "RIGHT"}
        along, over = (width, height) if lies else (height, width)
        for place in strokes.places:
            first = over // 2 + place - strokes.thick // 2
            reach = _reach(arms, side, place, thick)
            if side in {"LEFT", "UP"}:
                begin, end = 0, along // 2 - reach - thick // 2 + thick
            else:
                begin, end = along // 2 + reach - thick // 2, along
            wide, tall = (end - begin, strokes.thick), (strokes.thick, end - begin)
            at, size = ((begin, first), wide) if lies else ((first, begin), tall)
            ink = (1 << size[0]) - 1 << width - at[0] - size[0]
            for y in range(at[1], at[1] + size[1]):
                rows[y] |= ink
    return tuple(f"{row:0{width}b}" for row in rows)


def _reach(arms: Mapping[Side, Kind], side: Side, place: int, thick: int) -> int:
    """How far from the middle an arm's stroke begins; negative: beyond it.

    It meets the near stroke of what stands on its own side, and goes round the
    outside of a corner.
    """
    before, after, opposite = _ACROSS[side]
    crossing = [arms[each] for each in (before, after) if each in arms]
    if "DOUBLE" not in crossing:
        return 0
    if place:
        return thick if (before if place < 0 else after) in arms else -thick
    return thick if len(crossing) == 2 and opposite not in arms else 0


def _block(code: int, width: int, height: int) -> tuple[str, ...]:
    """Block elements: parts of the cell, shades, quadrants."""
    if 0x2591 <= code <= 0x2593:
        pattern = {
            0x2591: ("1000", "0010"),
            0x2592: ("10", "01"),
            0x2593: ("0111", "1101"),
        }
        pair = [(row * width)[:width] for row in pattern[code]]
        return tuple(pair[y % 2] for y in range(height))
    if code >= 0x2596:
        return _quadrants(_QUADRANTS[code - 0x2596], width, height)
    left, top, right, bottom = _part(code)
    row = "".join("01"[left * width <= x * 8 < right * width] for x in range(width))
    inked = (top * height <= y * 8 < bottom * height for y in range(height))
    return tuple(row if ink else "0" * width for ink in inked)


def _part(code: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in eighths of the cell."""
    others = {
        0x2580: (0, 0, 8, 4),
        0x2590: (4, 0, 8, 8),
        0x2594: (0, 0, 8, 1),
        0x2595: (7, 0, 8, 8),
    }
    if code in others:
        return others[code]
    if code <= 0x2588:
        return 0, 8 - (code - 0x2580), 8, 8
    return 0, 0, 8 - (code - 0x2588), 8


# Upper left, upper right, lower left, lower right, from U+2596 on.
_QUADRANTS: Final = (
    *("0010", "0001", "1000", "1011", "1001"),
    *("1110", "1101", "0100", "0110", "0111"),
)


def _quadrants(inked: str, width: int, height: int) -> tuple[str, ...]:
    half = width // 2
    rows = [inked[at] * half + inked[at + 1] * (width - half) for at in (0, 2)]
    return tuple(rows[y >= height // 2] for y in range(height))
