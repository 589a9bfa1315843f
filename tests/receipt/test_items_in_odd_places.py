"""Items whose price, name and multiplication stand on different lines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import Level


def test_a_multiplication_above_its_item_is_the_items() -> None:
    receipt = from_text(
        ["EAU   1,00", "YAOURT", "2 x 1,20", "NATURE   2,40", "TOTAL   3,40",
         "CB   3,40"]
    )  # fmt: skip
    last = receipt.items[-1]
    assert (last.quantity, last.unit_price, last.amount) == (Decimal(2), 120, 240)
    assert receipt.verdict.level is Level.V2


def test_a_multiplication_that_is_not_the_next_items_is_dropped() -> None:
    receipt = from_text(["2 x 1,20", "PAIN   5,00", "TOTAL   5,00", "CB   5,00"])
    assert [(i.amount, i.quantity) for i in receipt.items] == [(500, None)]
    assert receipt.verdict.level is Level.V2


@pytest.mark.parametrize("detail", ["2 x 1,20", "  2 x 1,20"])
def test_only_an_indented_multiplication_accuses_the_price_above(detail: str) -> None:
    receipt = from_text(["PAIN   5,00", detail, "TOTAL   5,00", "CB   5,00"])
    failed = {e.name: e.gap for e in receipt.verdict.equations if not e.holds}
    assert failed == ({"A2": -260} if detail.startswith(" ") else {})


def test_a_total_inside_a_products_name_is_an_item() -> None:
    receipt = from_text(
        ["GEL DOUCHE HOMME TOTAL   3,00", "PAIN   1,00", "TOTAL   4,00", "CB   4,00"]
    )
    assert [i.amount for i in receipt.items] == [300, 100]
    assert receipt.verdict.level is Level.V2


def test_an_amount_in_parentheses_is_no_price() -> None:
    receipt = from_text(["CAFE (1,20)", "     2,00", "TOTAL   2,00", "CB   2,00"])
    assert [(i.label, i.amount) for i in receipt.items] == [("CAFE (1,20)", 200)]


def test_a_bare_amount_with_a_code_is_a_line_of_its_own() -> None:
    receipt = from_text(["PAIN   1,00 A", "   3,00 B", "TOTAL   4,00", "CB   4,00"])
    assert [(i.amount, i.vat_code) for i in receipt.items] == [(100, "A"), (300, "B")]


def test_money_received_without_saying_how_is_another_tender() -> None:
    receipt = from_text(["PAIN   4,00", "TOTAL   4,00", "RECEIVED   4,00"])
    assert [(p.kind, p.amount) for p in receipt.payments] == [("other", 400)]
