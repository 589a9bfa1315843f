"""The columns of rows of goods, found where they multiply.

Three numbers of a row of which two make the third say which is quantity, unit price and
amount; where they end or begin at the same places on all papers of a POS, those are its
columns.  No word is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from typing import Any, Final

from agent.paper.strip import PaperLine
from agent.receipt.columns import MAX_FIGURES, Cell, pieces_of
from agent.receipt.details import multiplied
from agent.receipt.labels import checked
from agent.receipt.lines import MAX_LINES, Line, prepare

MIN_ROWS: Final = 5
"""That multiply in the same columns, at least two pieces of something among them."""
MOST: Final = Decimal("0.8")
"""Of the rows that multiply at all."""
_FIELDS: Final = ("quantity", "unit_price", "amount")


@dataclass(frozen=True, slots=True)
class Found:
    """A table as a profile writes it, and on how many rows of how many papers."""

    columns: dict[str, dict[str, Any]]
    rows: int
    papers: int


Places = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    paper: int
    pieces: tuple[Cell, ...]
    cells: tuple[Cell, Cell, Cell]
    counted: Decimal

    @property
    def places(self) -> tuple[Places, Places]:
        """Where quantity, price and amount end; the quantity may begin there instead."""
        quantity, price, amount = self.cells
        ends = (("right", price.end), ("right", amount.end))
        return (("right", quantity.end), *ends), (("left", quantity.start), *ends)


def columns_of(papers: Sequence[Sequence[PaperLine]]) -> Found | None:
    """What the rows of sample papers agree on; ``None`` without enough of them."""
    rows = [row for at, lines in enumerate(papers) for row in _rows(at, lines)]
    voted = {places for row in rows for places in row.places}
    told = Counter({places: _weight(places, rows) for places in sorted(voted)})
    if not told:
        return None
    places, _ = told.most_common(1)[0]
    agreed = [row for row in rows if places in row.places]
    several = sum(row.counted != 1 for row in agreed)
    lines = {(row.paper, row.pieces) for row in rows}
    fit = {(row.paper, row.pieces) for row in agreed}
    if len(fit) < MIN_ROWS or several < 2 or len(fit) < MOST * len(lines):
        return None
    made = _spans(agreed, places)
    if made is None:
        return None
    return Found(made, len(fit), len({row.paper for row in agreed}))


def _weight(places: Places, rows: Sequence[_Row]) -> int:
    """Rows there; whole quantities and several pieces tell more, ends more than begins."""
    there = [row for row in rows if places in row.places]
    whole = sum(row.cells[0].amount is None for row in there)
    several = sum(row.counted != 1 for row in there)
    return 8 * len(there) + 2 * whole + 2 * several + (places[0][0] == "right")


def _rows(paper: int, lines: Sequence[PaperLine]) -> Iterator[_Row]:
    """The rows that multiply, in each way that they do."""
    for line in prepare(lines[:MAX_LINES]).lines:
        if not line.amounts:
            continue
        pieces = tuple(pieces_of(line))
        numbers = [piece for piece in pieces if _is_number(piece)][-MAX_FIGURES:]
        for cells in permutations(numbers, 3):
            counted = _multiplies(*cells)
            if counted is not None and _named(line, cells):
                yield _Row(paper, pieces, cells, counted)


def _is_number(piece: Cell) -> bool:
    digits = piece.text.replace(",", "").replace(".", "")
    return piece.amount is not None or (digits.isdigit() and len(digits) < 8)


def _multiplies(quantity: Cell, price: Cell, amount: Cell) -> Decimal | None:
    """How many; ``None``: it does not, or these are no such numbers."""
    if price.amount is None or amount.amount is None or amount.amount.cents <= 0:
        return None
    text = quantity.text.replace(",", ".")
    if not text.replace(".", "", 1).isdecimal() or not text[0].isdecimal():
        return None
    detail = multiplied(text, f"{price.amount.cents / 100:.2f}", None)
    fits = detail.product == amount.amount.cents and detail.quantity > 0
    return detail.quantity if fits else None


def _named(line: Line, cells: Sequence[Cell]) -> bool:
    """A label stands beside them: it is no row of a table of taxes."""
    taken = {(cell.start, cell.end) for cell in cells}
    rest = [p for p in pieces_of(line) if (p.start, p.end) not in taken]
    letters = sum(char.isalpha() for piece in rest for char in piece.text)
    return letters > 2 and "%" not in line.plain


def _spans(rows: Sequence[_Row], places: Places) -> dict[str, dict[str, Any]] | None:
    """From and to of each column, counted from 1; ``None`` where they overlap."""
    bounds = _bounds(rows)
    order = sorted(bounds, key=lambda name: bounds[name])
    if "label" not in bounds:
        return None
    aligned = dict(zip(_FIELDS, (align for align, _ in places), strict=True))
    made: dict[str, dict[str, Any]] = {}
    for name, after in zip(order, (*order[1:], None), strict=True):
        start, end = bounds[name]
        limit = bounds[after][0] if after is not None else end
        if end > limit:
            return None
        wide = limit - 1 if name == "label" and after is not None else end
        made[name] = {"from": start + 1, "to": max(end, wide)}
        if name in aligned:
            made[name]["align"] = aligned[name]
    return made


def _bounds(rows: Sequence[_Row]) -> dict[str, tuple[int, int]]:
    """The first place of each column and the one behind its last, over all rows."""
    seen: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        for name, cell in zip(_FIELDS, row.cells, strict=True):
            seen.setdefault(name, []).append((cell.start, cell.end))
        for name, span in _rest(row):
            seen.setdefault(name, []).append(span)
    return {
        name: (min(start for start, _ in spans), max(end for _, end in spans))
        for name, spans in seen.items()
    }


def _rest(row: _Row) -> Iterator[tuple[str, tuple[int, int]]]:
    """Label, article number and VAT code: what stands beside the three numbers."""
    taken = {(cell.start, cell.end) for cell in row.cells}
    rest = [p for p in row.pieces if (p.start, p.end) not in taken]
    last = max(cell.end for cell in row.cells)
    words = []
    for piece in rest:
        if piece.text.isdecimal() and checked(piece.text):
            yield "gtin", (piece.start, piece.end)
        elif piece.start >= last:
            yield "vat_code", (piece.start, piece.end)
        else:
            words.append(piece)
    if words:
        yield "label", (words[0].start, words[-1].end)
