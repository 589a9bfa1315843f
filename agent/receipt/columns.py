"""Rows of goods in columns: ``QTE  DESIGNATION  PU  MONTANT``.

A head that the paper prints, or a table that a retailer's profile declares, says what
each number of a row is.  It proposes; quantity times price, less a discount, must be the
amount (A2).  Under a printed head a row that does not multiply is read as everywhere; of
a declared table its misfit is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import Final, Literal, NamedTuple

from agent.receipt.amounts import CURRENCY, Amount
from agent.receipt.details import FULL, Detail, multiplied
from agent.receipt.lines import Line


class Field(StrEnum):
    """What a column holds; ``OTHER`` says nothing of the sale."""

    QUANTITY = "quantity"
    UNIT = "unit"
    LABEL = "label"
    PRICE = "unit_price"
    DISCOUNT = "discount"
    AMOUNT = "amount"
    CODE = "vat_code"
    NUMBER = "gtin"
    OTHER = "other"


Align = Literal["left", "right"]
Side = Literal["above", "below"]
MAX_COLUMNS: Final = 10
MAX_FIGURES: Final = 6
"""Numbers of one row that are tried against columns: 2^6 ways at the most."""
NEAR: Final = 1
"""Columns by which a number may miss the edge of the word above it."""

_PIECE = re.compile(r"\S+")
_FIGURE = re.compile(
    rf"[-+]?(?:{CURRENCY})?\d{{1,6}}(?:[.,]\d{{1,4}})?(?:[A-Z]{{1,3}}\d?|{CURRENCY})?[-X]?"
    r"|\d{1,3}(?:[.,]\d{1,2})?%|\*?[A-Z]{1,2}\d?\*?|%"
)
_QUANTITY = re.compile(
    r"X?\s?(-?\d{1,5}(?:[.,](\d{1,4}))?)\s?(?:X|([A-Z]{1,5}\d?)\.?)?"
)
_PRICE = re.compile(
    rf"(?:{CURRENCY}\s?)?(\d{{1,6}}[.,]\d{{2,4}})(?:\s?{CURRENCY})?(?:\s?/\s?[A-Z]{{1,4}})?"
)
_OFF = re.compile(r"-?\s?(\d{1,4}(?:[.,]\d{1,2})?)\s?(%?)-?")


@dataclass(frozen=True, slots=True)
class Column:
    """From ``start`` to ``end``, exclusive, counted from 0: of its cells, or of its word."""

    field: Field
    start: int
    end: int
    align: Align | None = None

    def holds(self, start: int, end: int) -> bool:
        """Whether a cell lies in it, or ends or begins in it as it is aligned."""
        if self.align == "right":
            return self.start < end <= self.end
        if self.align == "left":
            return self.start <= start < self.end
        return self.start <= start and end <= self.end

    def near(self, start: int, end: int) -> bool:
        """Whether a cell stands under this word."""
        right, left = abs(end - self.end) <= NEAR, abs(start - self.start) <= NEAR
        if self.align is not None:
            return right if self.align == "right" else left
        return right or left or (start < self.end and self.start < end)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns from left to right.

    ``headed``: they are where the words of a head stand.  ``declared``: a profile says
    so; ``decimals`` are the most that its quantities have, and ``continuation`` where the
    rest of a label stands that is longer than its column.
    """

    columns: tuple[Column, ...]
    headed: bool = False
    declared: bool = False
    decimals: int | None = None
    continuation: Side | None = None

    def has(self, field: Field) -> bool:
        return any(column.field is field for column in self.columns)

    def continues(self, line: Line) -> bool:
        """Whether a line has words where labels stand, and nothing elsewhere."""
        spans = [m.span() for m in _PIECE.finditer(line.plain)]
        label = next((c for c in self.columns if c.field is Field.LABEL), None)
        if label is None or not spans:
            return False
        last = max((c.start for c in self.columns), default=label.end)
        end = last if self.headed else label.end
        return spans[0][0] >= label.start and spans[-1][1] <= max(end, label.end)


class Cell(NamedTuple):
    """What stands in a column; in ``plain`` letters."""

    text: str
    start: int
    end: int
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of goods by its columns; ``detail`` is proven, ``misfit`` in minor units."""

    money: Amount
    label: str
    quantity: Decimal | None = None
    unit: str | None = None
    detail: Detail | None = None
    off: int = 0
    code: str | None = None
    number: str | None = None
    misfit: int = 0


def row_of(line: Line, table: Table) -> Row | None:
    """The line read by its columns; ``None`` where it does not stand in them."""
    if not table.headed:
        cells = _in_spans(line, table)
        return None if cells is None else _row(line, cells, table)
    standing = _under(line, table)
    row = _row(line, standing, table) if standing is not None else None
    if row is not None and (row.detail is not None or _says_count(row, table)):
        return row
    tried = (_row(line, cells, table) for cells in _orders(line, table))
    proven = next((each for each in tried if each and each.detail), None)
    told = table.declared or (row is not None and row.misfit)
    return proven or (row if told else None)


def _says_count(row: Row, table: Table) -> bool:
    """A head of quantities without prices: nothing there multiplies."""
    return row.quantity is not None and not table.has(Field.PRICE)


# -- cells -------------------------------------------------------------------


def pieces_of(line: Line) -> list[Cell]:
    """Words and amounts from left to right, an amount with sign and currency in one."""
    cells: list[Cell] = []
    at = 0
    for amount in (*line.amounts, None):
        end = amount.start if amount else len(line.plain)
        words = _PIECE.finditer(line.plain, at, max(at, end))
        cells += (Cell(word[0], *word.span()) for word in words)
        if amount is not None:
            text = line.plain[amount.start : amount.end]
            start = amount.start + len(text) - len(text.lstrip())
            cells.append(Cell(text.strip(), start, amount.end, amount))
            at = amount.end
    return cells


Cells = Mapping[Field, Cell]


def _in_spans(line: Line, table: Table) -> Cells | None:
    """By the columns that a profile declares; every word lies in one of them."""
    found: dict[Field, Cell] = {}
    for piece in pieces_of(line):
        column = _column_of(piece, table.columns)
        if column is None:
            return None
        known = found.get(column.field)
        if known is None:
            found[column.field] = piece
        elif column.field is Field.OTHER:
            continue
        elif piece.amount is not None and known.amount is not None:
            if column.field is not Field.LABEL:
                return None
            found[column.field] = _joined(line, known, piece)
        else:
            found[column.field] = _joined(line, known, piece)
    return found


def _joined(line: Line, left: Cell, right: Cell) -> Cell:
    text = line.plain[left.start : right.end]
    return Cell(text, left.start, right.end, left.amount or right.amount)


def _column_of(piece: Cell, columns: Sequence[Column]) -> Column | None:
    """The one that it lies in; else the one that it is aligned to."""
    for column in columns:
        if column.start <= piece.start and piece.end <= column.end:
            return column
    return next((c for c in columns if c.holds(piece.start, piece.end)), None)


def _sides(table: Table) -> tuple[list[Column], list[Column]]:
    """The columns left of the label and right of it; without one, all are right."""
    for at, column in enumerate(table.columns):
        if column.field is Field.LABEL:
            return [*table.columns[:at]], [*table.columns[at + 1 :]]
    return [], [*table.columns]


def _figures(pieces: Sequence[Cell]) -> list[Cell]:
    """Those at the end of the row that may be no words."""
    found: list[Cell] = []
    for piece in reversed(pieces):
        figure = piece.amount is not None or _FIGURE.fullmatch(piece.text)
        if not figure or len(found) == MAX_FIGURES:
            break
        found.append(piece)
    return found[::-1]


def _under(line: Line, table: Table) -> Cells | None:
    """Each number under the word of its column, and nothing under two of them."""
    pieces = pieces_of(line)
    before, behind = _sides(table)
    found: dict[Field, Cell] = {}
    while before and pieces and _FIGURE.fullmatch(pieces[0].text):
        under = [c for c in before if c.near(pieces[0].start, pieces[0].end)]
        if len(under) != 1 or _taken(under[0], found):
            break
        found[under[0].field] = pieces.pop(0)
    for piece in reversed(_figures(pieces)):
        under = [c for c in behind if c.near(piece.start, piece.end)]
        if len(under) != 1 or _taken(under[0], found):
            break
        found[under[0].field] = piece
        pieces.pop()
    return _with_label(line, found, pieces)


def _taken(column: Column, found: Cells) -> bool:
    return column.field in found and column.field is not Field.OTHER


def _with_label(
    line: Line, found: dict[Field, Cell], rest: Sequence[Cell]
) -> Cells | None:
    if Field.AMOUNT not in found:
        return None
    if rest:
        start, end = rest[0].start, rest[-1].end
        found[Field.LABEL] = Cell(line.plain[start:end], start, end)
    return found


def _orders(line: Line, table: Table) -> Iterator[Cells]:
    """The numbers of a row in the order of its columns, some of which are empty."""
    pieces = pieces_of(line)
    before, behind = _sides(table)
    needed = {Field.QUANTITY, Field.PRICE, Field.AMOUNT}
    if len(behind) > MAX_FIGURES or not needed <= {c.field for c in table.columns}:
        return
    led: dict[Field, Cell] = {}
    for column in before:
        if len(pieces) > 1 and _FIGURE.fullmatch(pieces[0].text):
            led[column.field] = pieces.pop(0)
    figures = _figures(pieces)
    for many in range(min(len(figures), len(behind)), 0, -1):
        for columns in combinations(behind, many):
            named = (column.field for column in columns)
            cells = {**led, **dict(zip(named, figures[-many:], strict=True))}
            if needed <= cells.keys() and _may_multiply(cells):
                label = _with_label(line, cells, pieces[: len(pieces) - many])
                if label is not None:
                    yield label


def _may_multiply(cells: Cells) -> bool:
    """Cheaply: whether a row may be proven in this way; most ways of trying may not."""
    amount = cells[Field.AMOUNT].amount
    quantity = _QUANTITY.fullmatch(cells[Field.QUANTITY].text)
    price = _PRICE.fullmatch(cells[Field.PRICE].text)
    if amount is None or quantity is None or price is None:
        return False
    if Field.DISCOUNT in cells:
        return True
    return multiplied(quantity[1], price[1], None).fits(amount.cents)


# -- what cells say ----------------------------------------------------------


def _row(line: Line, cells: Cells, table: Table) -> Row | None:
    priced = cells.get(Field.AMOUNT)
    if priced is None or priced.amount is None:
        return None
    money = priced.amount
    label = cells.get(Field.LABEL)
    row = Row(
        money=money,
        label=line.text[label.start : label.end].strip() if label else "",
        code=_text(cells.get(Field.CODE)),
        number=_digits(cells.get(Field.NUMBER)),
    )
    counted = _counted(cells, table)
    if counted is None:
        return None if Field.QUANTITY in cells else row
    quantity, unit = counted
    row = replace(row, quantity=Decimal(quantity.replace(",", ".")), unit=unit)
    price = cells.get(Field.PRICE)
    each = _PRICE.fullmatch(price.text) if price is not None else None
    if each is None:
        return row
    detail = multiplied(quantity, each[1], unit)
    off = _off(cells.get(Field.DISCOUNT), detail, money.cents)
    if off is not None:
        return replace(row, detail=replace(detail, product=money.cents), off=off)
    if detail.fits(money.cents):
        return replace(row, detail=detail)
    return replace(row, misfit=abs(detail.product) - abs(money.cents))


def _text(cell: Cell | None) -> str | None:
    return (cell.text.strip(" *()") or None) if cell is not None else None


def _digits(cell: Cell | None) -> str | None:
    text = cell.text.strip(" *#") if cell is not None else ""
    return text if text.isascii() and text.isdigit() else None


def _counted(cells: Cells, table: Table) -> tuple[str, str | None] | None:
    cell = cells.get(Field.QUANTITY)
    found = _QUANTITY.fullmatch(cell.text) if cell is not None else None
    if found is None:
        return None
    if table.decimals is not None and len(found[2] or "") > table.decimals:
        return None
    unit = cells.get(Field.UNIT)
    return found[1], (unit.text.lower().rstrip(".") if unit else None) or (
        found[3].lower() if found[3] else None
    )


def _off(cell: Cell | None, detail: Detail, cents: int) -> int | None:
    """What the row takes off, in minor units, where the amount says so."""
    found = _OFF.fullmatch(cell.text) if cell is not None else None
    if found is None:
        return None
    digits, _, part = found[1].replace(",", ".").partition(".")
    off = int(digits) * 100 + int((part or "0").ljust(2, "0"))
    product = abs(detail.product)
    if not found[2] and off and product - off == abs(cents):
        return off
    if abs(product * (FULL - off) - abs(cents) * FULL) < FULL and 0 < off < FULL:
        return product - abs(cents)
    return None
