"""Rows of goods by the columns that a head or a profile names, from top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from agent.paper.strip import PaperLine
from agent.receipt.amounts import Amount
from agent.receipt.column_heads import HEADS, Declared, headed, under_words
from agent.receipt.columns import Row, Table, row_of
from agent.receipt.details import Detail
from agent.receipt.entries import VOID, Entry, measured
from agent.receipt.labels import clean
from agent.receipt.lines import MAX_LINES, Line, prepare
from agent.wire.receipt import Receipt

MAX_MISSED: Final = 40
"""Rows in a run that a printed head does not explain, before it is asked no more."""


class Rows:
    """Of one paper: the columns of the last head, or those that were declared."""

    def __init__(self, declared: Declared | None) -> None:
        self._declared = declared
        self._table: Table | None = None
        if declared is not None and not declared.words:
            self._table = declared.table
        self._continued = -1
        self._missed = 0

    def watch(self, line: Line) -> None:
        """A line without amounts may say which columns the rows below it have."""
        known = self._declared
        if known is not None and known.words:
            self._table = under_words(line, known) or self._table
        if self._table is not None and self._table.declared:
            return
        if line.heads & HEADS:
            self._table = headed(line) or self._table

    def declared(self, line: Line) -> Row | None:
        """By the table of a profile."""
        table = self._table
        if table is None or not table.declared or not line.amounts:
            return None
        return row_of(line, table)

    def printed(
        self, line: Line, money: Amount, details: Sequence[Detail]
    ) -> Row | None:
        """Under a head, where the row multiplies in no other way."""
        table = self._table
        if table is None or table.declared or details or self._missed > MAX_MISSED:
            return None
        if measured(line, money, details)[0] is not None:
            return None
        row = row_of(line, table)
        self._missed = 0 if row is not None else self._missed + 1
        return row

    def begun(self, entry: Entry, above: Sequence[Line]) -> Entry:
        """With the beginning of its label, where that stands above its row."""
        table = self._table
        if table is None or table.continuation != "above":
            return entry
        names = [clean(line.text) for line in above if table.continues(line)]
        if names[-1:] != [entry.label]:
            names.append(entry.label)
        return replace(entry, label=" ".join(names))

    def continued(self, last: Entry, line: Line) -> Entry | None:
        """With the rest of its label on this line, if that is what stands there."""
        table = self._table
        if table is None or table.continuation != "below" or line.holds(VOID):
            return None
        if max(last.at, self._continued) != line.at - 1 or not table.continues(line):
            return None
        self._continued = line.at
        return replace(last, label=f"{last.label} {clean(line.text)}")


def standing(lines: Sequence[PaperLine], declared: Declared, receipt: Receipt) -> int:
    """How many goods of a receipt stand on lines that a declared table reads."""
    goods = Counter(item.amount for item in receipt.items if item.kind == "item")
    rows, found = Rows(declared), 0
    for line in prepare(lines[:MAX_LINES]).lines:
        if not line.amounts:
            rows.watch(line)
            continue
        row = rows.declared(line)
        if row is not None and goods[row.money.cents] > 0:
            goods[row.money.cents] -= 1
            found += 1
    return found
