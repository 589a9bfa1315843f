"""Which VAT rows of a paper belong to one table.

A paper may tell the same tax twice (``GST 6%  3.27`` above the total, a table below it),
or have lines among its goods that look like rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.receipt.vat import Row
from agent.wire.receipt import Vat


def gross_of(rows: Sequence[Row]) -> int | None:
    """What the VAT rows sum up to, tax included, when every row tells."""
    total = 0
    for row in rows:
        vat = row.vat
        if vat.gross is not None:
            total += vat.gross
        elif vat.net is not None and vat.vat is not None:
            total += vat.net + vat.vat
        else:
            return None
    return total if rows else None


def told_once(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Without rows that a fuller one repeats, and without rates at which nothing was sold."""
    kept: list[Row] = []
    for row in rows:
        fuller = any(_repeats(row.vat, other.vat) for other in rows)
        twice = any(row.vat == other.vat for other in kept)
        if not (fuller or twice or _void(row.vat)):
            kept.append(row)
    return tuple(kept)


def _void(vat: Vat) -> bool:
    """``GST 6%  0.00``: a rate at which nothing was sold."""
    return _bare(vat) and bool(vat.rate) and not vat.vat


def _bare(vat: Vat) -> bool:
    return vat.net is None and vat.gross is None


def _repeats(part: Vat, whole: Vat) -> bool:
    """``GST 6%  3.27`` of ``SR 6%  54.56  3.27``."""
    same = (part.rate, part.vat) == (whole.rate, whole.vat)
    return same and _bare(part) and not _bare(whole)


def tables(rows: Sequence[Row], at: int) -> Iterator[tuple[Row, ...]]:
    """All rows; else those below line ``at``, else those above it."""
    below = tuple(row for row in rows if row.at > at)
    above = tuple(row for row in rows if row.at < at)
    yield tuple(rows)
    yield from (part for part in (below, above) if part and len(part) < len(rows))
