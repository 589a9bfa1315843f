"""A symbol's picture: rows of modules and how large a module is in dots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawing:
    """Rows of modules, "1" black; ``module`` and ``row`` are dots.

    A row that is taller than others stands here several times.
    """

    rows: tuple[str, ...]
    module: int
    row: int

    @property
    def width(self) -> int:
        return len(self.rows[0]) * self.module

    @property
    def height(self) -> int:
        return len(self.rows) * self.row


def square(rows: tuple[str, ...], module: int) -> Drawing | None:
    """A matrix of square modules; no rows: no drawing."""
    return Drawing(rows, module, module) if rows else None


def stretched(bands: Iterable[tuple[int, str]], module: int) -> Drawing | None:
    """Rows of different heights, which are counted in modules."""
    return square(tuple(row for tall, row in bands for _ in range(tall)), module)
