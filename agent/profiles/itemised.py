"""When a table of columns is believed against a reading that fails without it.

The paper decides: every row of goods must multiply by its own numbers, no amount beside
them is left over, and the whole must be proven (V2).  What a table puts in the wrong
columns does not multiply.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from agent.receipt.lines import Line
from agent.wire.receipt import Item, Level, Receipt

MIN_ROWS: Final = 2
"""That multiply; one may by chance."""
_GOODS: Final = frozenset({"item", "deposit"})


def multiplies(receipt: Receipt, page: Sequence[Line]) -> bool:
    """Whether all that its rows print is proven by quantity times price."""
    goods = [item for item in receipt.items if item.kind in _GOODS]
    if receipt.verdict.level is not Level.V2 or len(goods) < MIN_ROWS:
        return False
    if any(item.quantity is None or _price(item) is None for item in goods):
        return False
    known = {value for item in receipt.items for value in _told(item)}
    labels: dict[int, set[str]] = defaultdict(set)
    for item in goods:
        labels[item.amount].add(item.label)
    return all(
        abs(amount.cents) in known
        for line in page
        if _sells(line, labels)
        for amount in line.amounts
        if not (amount.per_unit or amount.boxed)
    )


def _price(item: Item) -> int | None:
    if item.unit_price is not None or item.unit_price_exact is None:
        return item.unit_price
    return int(item.unit_price_exact)


def _sells(line: Line, labels: Mapping[int, set[str]]) -> bool:
    """Whether one of the goods stands on it: its amount, and one end of its label."""
    said = (label.split() for a in line.amounts for label in labels.get(a.cents, ()))
    return any(each[0] in line.text or each[-1] in line.text for each in said if each)


def _told(item: Item) -> set[int]:
    """Its amounts, without sign; a quantity with two decimals is printed like one."""
    said = {abs(item.amount), abs(_price(item) or 0)}
    said |= {abs(off.amount) for off in item.discounts}
    if item.quantity is not None:
        said.add(abs(int(item.quantity * 100)))
    return said
