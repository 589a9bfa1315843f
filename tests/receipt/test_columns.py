"""Rows under a head of columns: what the head names, the sums must bear out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import Item, Level, Receipt


def rows(receipt: Receipt) -> list[tuple[str, Decimal | None, int | None, int]]:
    return [(i.label, i.quantity, i.unit_price, i.amount) for i in receipt.items]


def only(receipt: Receipt) -> Item:
    (item,) = receipt.items
    return item


GARAGE = """\
QTE  DESIGNATION          PU   MONTANT
 4,5  MAIN D'OEUVRE   11,20     50,40
 1    FILTRE          12,00     12,00
 2 pour 7,00                    -0,80
TOTAL TTC                       61,60
CB                              61,60
""".splitlines()


def test_a_quantity_with_decimals_is_one_under_its_head() -> None:
    receipt = from_text(GARAGE)
    assert rows(receipt)[:2] == [
        ("MAIN D'OEUVRE", Decimal("4.5"), 1120, 5040),
        ("FILTRE", Decimal(1), 1200, 1200),
    ]
    assert receipt.verdict.level is Level.V2


def test_an_offer_keeps_its_price_in_its_name() -> None:
    offer = from_text(GARAGE).items[2]
    assert (offer.label, offer.amount, offer.kind) == ("2 pour 7,00", -80, "discount")


def test_the_amount_need_not_stand_last() -> None:
    receipt = from_text(
        [
            "DESIGNATION        MONTANT   PU   QTE",
            "PAIN                  2,40  1,20    2",
            "VIN                   7,50  2,50    3",
            "TOTAL TTC             9,90",
            "CB                    9,90",
        ]
    )
    assert rows(receipt) == [
        ("PAIN", Decimal(2), 120, 240),
        ("VIN", Decimal(3), 250, 750),
    ]
    assert receipt.verdict.level is Level.V2


@pytest.mark.parametrize("reduction", ["10%", "10,00", "-2,50"])
def test_a_reduction_has_a_column_of_its_own(reduction: str) -> None:
    receipt = from_text(
        [
            "DESIGNATION     QTE    P.U.   REMISE   MONTANT",
            f"VIS INOX        2,5   10,00   {reduction:>6}     22,50",
            "TOTAL TTC                                22,50",
            "CB                                       22,50",
        ]
    )
    item = only(receipt)
    assert (item.quantity, item.unit_price, item.amount) == (Decimal("2.5"), 1000, 2250)
    assert [each.amount for each in item.discounts] == [-250]


def test_a_count_without_a_price_stands_under_its_head() -> None:
    receipt = from_text(
        [
            "Artikel              Menge   Betrag",
            "BROT                     2     3,00",
            "BUTTER                   1     2,00",
            "SUMME                          5,00",
            "EC-CASH                        5,00",
        ],
        country="DE",
    )
    assert [(i.label, i.quantity) for i in receipt.items] == [
        ("BROT", Decimal(2)),
        ("BUTTER", Decimal(1)),
    ]


def test_a_head_does_not_make_a_row_multiply() -> None:
    """What the head says of a row is told only if its numbers say so too."""
    lines = [line.replace("50,40", "51,40") for line in GARAGE]
    receipt = from_text([line.replace("61,60", "62,60") for line in lines])
    assert receipt.items[0].quantity is None


def test_a_row_that_does_not_multiply_under_its_head_is_told() -> None:
    lines = [line.replace("50,40", "51,40") for line in GARAGE]
    verdict = from_text([line.replace("61,60", "62,60") for line in lines]).verdict
    (product,) = (each for each in verdict.equations if each.name == "A2")
    assert (product.holds, product.gap) == (False, -100)
    assert verdict.level is Level.V0


@pytest.mark.parametrize(("amount", "level"), [("4.00", Level.V2), ("4.50", Level.V0)])
def test_so_is_one_with_a_reduction_where_two_others_multiply(
    amount: str, level: Level
) -> None:
    total = 1160 + 600 + int(amount.replace(".", ""))
    due = f"{total // 100}.{total % 100:02d}"
    receipt = from_text(
        [
            "Artikel   Menge  Preis Aktion  Total",
            f"Rahm          2   2.50   1.00   {amount}",
            "Wein          1  11.60         11.60",
            "Brot          2   3.00          6.00",
            f"SUMME                          {due}",
            f"BAR                            {due}",
        ],
        country="DE",
    )
    assert receipt.verdict.level is level


def test_words_of_a_head_are_no_columns_of_a_table_of_taxes() -> None:
    receipt = from_text(
        [
            "PAIN                 1,06",
            "TOTAL                1,06",
            "ESPECES              1,06",
            "CODE  TVA  MONTANT  QTE",
            "1  5,50%   0,06     1",
        ]
    )
    assert [item.label for item in receipt.items] == ["PAIN"]
