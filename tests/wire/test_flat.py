"""A receipt in the words of labelled corpora."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from agent.wire.flat import doc_type, money, prediction
from agent.wire.receipt import (
    DocKind,
    Item,
    Level,
    Merchant,
    Payment,
    Receipt,
    Vat,
    Verdict,
)

CORPUS_KINDS = frozenset(
    [
        "sale",
        "refund",
        "duplicate",
        "gift",
        "proforma",
        "card_slip",
        "merchant_slip",
        "kitchen",
        "x_report",
        "z_report",
        "voucher",
        "non_receipt",
    ]
)


def test_every_field_has_its_place() -> None:
    receipt = Receipt(
        kind=DocKind.SALE,
        merchant=Merchant(name="ÉPICERIE", address=("1 rue A", "75001 PARIS")),
        number="12",
        date=dt.date(2026, 7, 13),
        time=dt.time(17, 40),
        items=(
            Item(label="Pommes", amount=197, quantity=Decimal("0.792"), unit="kg",
                 unit_price=249, vat_code="A"),
            Item(label="Remise", amount=-80, kind="discount"),
        ),
        total=117,
        vat=(Vat(rate=550, net=111, vat=6, gross=117), Vat(rate=2000, vat=1)),
        payments=(Payment(kind="card", label="CB", amount=117),),
        verdict=Verdict(level=Level.V2),
    )  # fmt: skip
    said = prediction(receipt)
    assert said == json.loads(json.dumps(said))
    assert said["company"] == "ÉPICERIE"
    assert said["address"] == "1 rue A 75001 PARIS"
    assert (said["date"], said["time"]) == ("2026-07-13", "17:40:00")
    assert (said["total"], said["tax"], said["verified"]) == ("1.17", "0.07", True)
    assert said["items"][0]["qty"] == "0.792"
    assert said["items"][1]["amount"] == "-0.80"
    assert [row["rate"] for row in said["vat"]] == ["5.5", "20"]
    assert said["payments"] == [{"type": "card", "amount": "1.17"}]


def test_what_the_paper_did_not_say_is_nothing() -> None:
    said = prediction(Receipt())
    assert said["doc_type"] is None
    assert said["verified"] is False
    assert {key for key, value in said.items() if value} == set()


@pytest.mark.parametrize("kind", DocKind)
def test_every_kind_is_one_that_corpora_know(kind: DocKind) -> None:
    said = doc_type(Receipt(kind=kind, total=100))
    assert said in CORPUS_KINDS or (said is None and kind is DocKind.UNKNOWN)


def test_a_void_is_a_refund_only_where_money_goes_back() -> None:
    assert doc_type(Receipt(kind=DocKind.VOID, total=-100)) == "refund"
    assert doc_type(Receipt(kind=DocKind.VOID, total=0)) == "non_receipt"
    assert doc_type(Receipt(kind=DocKind.VOID)) == "non_receipt"


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (-5, "-0.05"), (10**12, "10000000000.00"), (None, None)],
)
def test_money_is_text_to_the_cent(cents: int | None, text: str | None) -> None:
    assert money(cents) == text


def test_a_price_with_parts_of_a_cent_is_told_whole() -> None:
    fuel = Item(label="E10", amount=7230, unit_price_exact=Decimal("192.8"))
    items = prediction(Receipt(items=(fuel,)))["items"]
    assert items[0]["unit_price"] == "1.928"
