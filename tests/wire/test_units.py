"""How many articles a receipt has, when the paper gives no count."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.wire.receipt import Item, ItemKind, Receipt


def _item(quantity: str | None = None, kind: ItemKind = "item") -> Item:
    number = None if quantity is None else Decimal(quantity)
    return Item(label="x", amount=1, kind=kind, quantity=number)


@pytest.mark.parametrize(
    ("items", "units"),
    [
        ((), None),
        ((_item(), _item("2"), _item("3.00")), 6),
        ((_item("0.312"), _item("1.5")), 2),
        ((_item("3"), _item("1", "void")), 2),
        ((_item("3"), _item("-1", "void")), 2),
        ((_item("2"), _item("2", "void")), None),
        ((_item(), _item(None, "discount"), _item("4", "deposit")), 1),
        ((_item("9999"),), 9999),
        ((_item("10000"),), 1),
    ],
)
def test_articles_are_counted(items: tuple[Item, ...], units: int | None) -> None:
    assert Receipt(items=items).units == units


def test_what_the_paper_counted_is_taken_as_it_is() -> None:
    assert Receipt(items=(_item("2"),), item_count=7).units == 7


@pytest.mark.parametrize(
    "quantity", ["1E+999999", "-1E+999999", "1E+99999999", "1E-999999", "9" * 40]
)
def test_a_monstrous_quantity_is_one_article(quantity: str) -> None:
    assert Receipt(items=(_item(quantity),)).units == 1
