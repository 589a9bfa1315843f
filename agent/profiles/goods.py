"""What the lines of a receipt are by nature, as far as a profile's map knows.

By article numbers or their beginnings, and by patterns of labels or departments.  A
line that the map does not know stays unknown: a guess would have legal weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.profiles.cost import COLUMNS
from agent.profiles.meter import Meter, TooDearError
from agent.profiles.model import GoodsSort, Profile
from agent.receipt.lines import folded
from agent.wire.goods import Goods, gathered
from agent.wire.receipt import Item, Receipt

WEIGHED: frozenset[str] = frozenset({"kg", "g"})
"""Units that only a weighing instrument tells."""
MAX_LINES = 400


def goods_of(receipt: Receipt, profile: Profile | None) -> tuple[Goods, ...]:
    """The priced lines of goods and services, alike ones together."""
    try:
        return _sorted(receipt, profile.goods if profile else (), Meter())
    except TooDearError:  # a paper made for it: nothing is known of its lines
        return _sorted(receipt, (), Meter())


def _sorted(
    receipt: Receipt, sorts: Sequence[GoodsSort], meter: Meter
) -> tuple[Goods, ...]:
    lines = [_line(item, sorts, meter) for item in receipt.items if item.kind == "item"]
    return gathered([*lines[:MAX_LINES], *_departments(receipt, sorts, meter)])


def _line(item: Item, sorts: Sequence[GoodsSort], meter: Meter) -> Goods:
    weighed = (item.unit or "").casefold() in WEIGHED
    label = folded(item.label)
    for sort in sorts:
        if _numbered(item, sort) or _said(label, sort, meter):
            return Goods(sort.nature, sort.category, sort.weighed or weighed)
    return Goods(weighed=weighed)


def _numbered(item: Item, sort: GoodsSort) -> bool:
    if not sort.gtins:
        return False
    numbers = (item.gtin, item.sku)
    return any(number.startswith(sort.gtins) for number in numbers if number)


def _said(text: str, sort: GoodsSort, meter: Meter) -> bool:
    return any(meter.search(each, text[:COLUMNS]) for each in sort.words)


def _departments(
    receipt: Receipt, sorts: Sequence[GoodsSort], meter: Meter
) -> Iterator[Goods]:
    """A department's line names goods that the labels below it do not."""
    words = [sort for sort in sorts if sort.words and sort.category]
    if not words:
        return
    labels = {folded(item.label).strip() for item in receipt.items}
    for line in receipt.lines[:MAX_LINES]:
        text = folded(line).strip()
        if text and not any(text.startswith(label) for label in labels if label):
            yield from (
                Goods(sort.nature, sort.category)
                for sort in words
                if _said(text, sort, meter)
            )
