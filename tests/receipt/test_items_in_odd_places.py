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


@pytest.mark.parametrize(
    ("line", "gaps"),
    [
        ("POMMES 2 x 1,20   5,00", [-260]),
        ("DALLE 4.5X9.75   5,00", []),
        ("MOULE 2,50   4 X 5,00", []),
    ],
)
def test_a_size_or_the_price_itself_is_no_multiplication_of_it(
    line: str, gaps: list[int]
) -> None:
    receipt = from_text([line, "TOTAL   5,00", "CB   5,00"])
    assert [i.amount for i in receipt.items] == [500]
    assert [e.gap for e in receipt.verdict.equations if not e.holds] == gaps


def test_a_code_between_name_and_price_is_no_part_of_the_name() -> None:
    item = from_text(["MANGUE   T6 3,00", "TOTAL   3,00", "CB   3,00"]).items[0]
    assert (item.label, item.vat_code) == ("MANGUE", "T6")


def test_a_rounding_of_euros_is_the_rounded_total() -> None:
    receipt = from_text(["PAIN   12,33", "ARRONDI   12,35", "ESPECES   12,35"])
    assert receipt.total == 1235


def test_a_tender_is_the_total_where_no_sum_is_printed() -> None:
    receipt = from_text(["PAIN   4,00", "CB   4,00"])
    assert receipt.total == 400
    assert [p.kind for p in receipt.payments] == ["card"]


def test_a_discount_without_a_code_accuses_no_row() -> None:
    receipt = from_text(
        ["PLAT   12,00 A", "REMISE   -1,00", "TOTAL   11,00", "CB   11,00",
         "Code  HT  TVA  TTC", "A  10,00  2,00  12,00"]
    )  # fmt: skip
    names = {e.name: e.holds for e in receipt.verdict.equations}
    assert "A4" not in names
    assert names["A3"] is False
