"""What the relay looks at of a receipt, and how articles are counted."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from pydantic import ValidationError

from agent.wire.brief import gist_in
from agent.wire.receipt import (
    DocKind,
    Equation,
    Gist,
    Item,
    ItemKind,
    Level,
    Receipt,
    Tried,
    Verdict,
)


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
    assert Receipt(items=items).gist.units == units


def test_what_the_paper_counted_is_taken_as_it_is() -> None:
    assert Receipt(items=(_item("2"),), item_count=7).gist.units == 7


@pytest.mark.parametrize(
    "quantity", ["1E+999999", "-1E+999999", "1E+99999999", "1E-999999", "9" * 40]
)
def test_a_monstrous_quantity_is_one_article(quantity: str) -> None:
    assert Receipt(items=(_item(quantity),)).gist.units == 1


FULL = Receipt(
    kind=DocKind.REFUND,
    total=-1250,
    currency="CHF",
    number="0042",
    items=(_item("3"), _item("1", "void"), _item(None, "discount")),
    lines=("RETOUR", "-12.50"),
    verdict=Verdict(
        level=Level.V1,
        equations=(
            Equation(name="A1", holds=True),
            Equation(name="A5", holds=False, gap=-36),
        ),
    ),
)


@pytest.mark.parametrize(
    "receipt", [Receipt(), FULL, FULL.model_copy(update={"item_count": 9})]
)
def test_the_gist_is_the_same_from_the_document(receipt: Receipt) -> None:
    for defaults in (True, False):
        document = receipt.model_dump_json(exclude_defaults=defaults).encode()
        assert gist_in(document) == receipt.gist


def test_the_gist_says_what_the_receipt_says() -> None:
    tried = (Tried("A1", holds=True, gap=0), Tried("A5", holds=False, gap=-36))
    assert FULL.gist == (DocKind.REFUND, -1250, "CHF", "0042", 2, Level.V1, tried)


def test_a_gist_comes_back_from_json_also_from_before_it_had_equations() -> None:
    said = json.loads(json.dumps(FULL.gist))
    assert Gist.again(said) == FULL.gist
    assert Gist.again(said[:6]) == FULL.gist._replace(equations=())


@pytest.mark.parametrize("document", [b"", b"[]", b'{"total": "much"}'])
def test_what_is_no_receipt_has_no_gist(document: bytes) -> None:
    with pytest.raises(ValidationError):
        gist_in(document)
