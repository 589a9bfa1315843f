"""Receipts of third parties, read as their labels say."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import DocKind, Level, Receipt

CORPUS = Path(__file__).parent.parent / "corpus" / "receipts"
LABELLED = {p.stem: json.loads(p.read_text("utf-8")) for p in CORPUS.glob("*.json")}
NO_RECEIPT = {DocKind.OTHER, DocKind.CASH_REPORT, DocKind.DRAWER, DocKind.TEST_PAGE,
              DocKind.LABEL, DocKind.EXIT_SLIP}  # fmt: skip
"""The corpus has one word for them."""


def read(name: str) -> tuple[Receipt, dict[str, Any]]:
    labelled = LABELLED[name]
    receipt = from_text(labelled["lines"], country=labelled["country"])
    return receipt, labelled["truth"]


def cents(text: str) -> int:
    return int(Decimal(text.strip("$ ")) * 100)


def with_label(label: str) -> list[str]:
    return sorted(n for n, r in LABELLED.items() if label in r["fields"])


def test_the_corpus_is_there() -> None:
    assert len(LABELLED) >= 29


@pytest.mark.parametrize("name", with_label("total"))
def test_the_total_is_the_labelled_one(name: str) -> None:
    receipt, truth = read(name)
    assert receipt.total == cents(truth["total"])


@pytest.mark.parametrize("name", with_label("date"))
def test_the_date_is_the_labelled_one(name: str) -> None:
    receipt, truth = read(name)
    assert receipt.date is not None
    assert receipt.date.isoformat() in truth["date_ok"]


@pytest.mark.parametrize("name", with_label("doc_type"))
def test_the_kind_is_the_labelled_one(name: str) -> None:
    receipt, truth = read(name)
    if truth["doc_type"] == "non_receipt":
        assert receipt.kind in NO_RECEIPT
    else:
        assert receipt.kind == truth["doc_type"]


@pytest.mark.parametrize("name", with_label("items"))
def test_items_are_the_labelled_ones(name: str) -> None:
    receipt, truth = read(name)
    amounts = [cents(i["amount"]) for i in truth["items"]]
    assert [i.amount for i in receipt.items] == amounts
    for item, labelled in zip(receipt.items, truth["items"], strict=True):
        assert labelled["name"].replace(" ", "").startswith(item.label.replace(" ", ""))


@pytest.mark.parametrize("name", with_label("payments"))
def test_payments_are_the_labelled_ones(name: str) -> None:
    receipt, truth = read(name)
    assert [(p.kind, p.amount) for p in receipt.payments] == [
        (p["type"], cents(p["amount"])) for p in truth["payments"]
    ]


@pytest.mark.parametrize("name", with_label("receipt_no"))
def test_reference_numbers_are_the_labelled_ones(name: str) -> None:
    receipt, truth = read(name)
    assert (receipt.number, receipt.till, receipt.operator, receipt.loyalty_card) == (
        truth["receipt_no"], truth["till"], truth["cashier"], truth.get("loyalty"),
    )  # fmt: skip


@pytest.mark.parametrize("name", with_label("vat_id"))
def test_the_vat_number_is_the_labelled_one(name: str) -> None:
    receipt, truth = read(name)
    assert receipt.merchant.vat_id == truth["vat_id"]


@pytest.mark.parametrize("name", with_label("vat"))
def test_vat_rows_are_the_labelled_ones(name: str) -> None:
    receipt, truth = read(name)
    assert [(v.rate, v.vat) for v in receipt.vat] == [
        (int(Decimal(v["rate"]) * 100), cents(v["vat"])) for v in truth["vat"]
    ]


def test_a_deposit_that_lost_its_minus_is_flagged_not_repaired() -> None:
    receipt, truth = read("de_krisu_multipleproducts_m")
    assert truth["must_flag"]
    assert receipt.verdict.level is Level.V0
    failed = {e.name: e.gap for e in receipt.verdict.equations if not e.holds}
    assert failed["A1"] == 50
    assert receipt.items[0].amount == 25


def test_a_french_receipt_with_family_subtotals_proves_itself() -> None:
    receipt, _ = read("fr_carrefour_18")
    assert receipt.verdict.level is Level.V2
    assert receipt.subtotal == 5491
    assert receipt.item_count == 14
    held = {e.name for e in receipt.verdict.equations if e.holds}
    assert {"A1", "A2", "A3", "A4", "A5", "A6"} <= held
