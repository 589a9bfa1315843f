"""Kinds, marks and mentions; discounts, voids, splits and what fails."""

from __future__ import annotations

import pytest

from agent.receipt.read import from_text
from agent.receipt.verdict import level_of
from agent.wire.receipt import DocKind, Equation, Level, Receipt

BASKET = ["PAIN              1,10", "LAIT              2,40"]
PAID = ["TOTAL TTC         3,50", "CB                3,50"]


def gap(receipt: Receipt, name: str) -> int | None:
    return next((e.gap for e in receipt.verdict.equations if e.name == name), None)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([*BASKET, *PAID], DocKind.SALE),
        (["*** DUPLICATA ***", *BASKET, *PAID], DocKind.DUPLICATE),
        (["D U P L I C A T A", *BASKET, *PAID], DocKind.DUPLICATE),
        (["NOTE PROVISOIRE", *BASKET, PAID[0]], DocKind.PROFORMA),
        (["AVOIR N° 12", "CHEMISE   -20,00", "TOTAL   -20,00"], DocKind.REFUND),
        (["TICKET CADEAU", "1 PUZZLE", "ECHANGE 30 JOURS"], DocKind.GIFT),
        (["TABLE 4", "2 x CAFE", "1 x THE"], DocKind.KITCHEN),
        (["LECTURE X", "TOTAL TTC  612,35", "CB  612,35"], DocKind.X_REPORT),
        (["CLOTURE JOURNALIERE Z", "TOTAL TTC  612,35"], DocKind.Z_REPORT),
        (["OUVERTURE TIROIR", "13/07/2026 10:00"], DocKind.DRAWER),
        (["BON D'ACHAT", "VALEUR 5,00 EUR"], DocKind.VOUCHER),
        (["CARTE BANCAIRE", "A0000000421010", "************1093", "MONTANT = 22,72 EUR",
          "TICKET CLIENT"], DocKind.CARD_SLIP),
        (["CARTE BANCAIRE", "A0000000421010", "************1093", "MONTANT = 22,72 EUR",
          "TICKET COMMERCANT"], DocKind.MERCHANT_SLIP),
        (["CARTE BANCAIRE", "A0000000421010", "************1093",
          "MONTANT = 22,72 EUR"], DocKind.UNKNOWN),
        (BASKET, DocKind.UNKNOWN),
        ([], DocKind.UNKNOWN),
    ],
)  # fmt: skip
def test_each_kind_has_its_words_and_its_shape(lines: list[str], kind: DocKind) -> None:
    assert from_text(lines).kind is kind


def test_a_sale_with_its_card_slip_stays_a_sale() -> None:
    slip = ["CARTE BANCAIRE", "A0000000421010", "************1093", "DEBIT",
            "MONTANT = 3,50 EUR", "TICKET CLIENT"]  # fmt: skip
    receipt = from_text([*BASKET, *PAID, *slip])
    assert receipt.kind is DocKind.SALE
    assert receipt.total == 350


def test_a_gift_card_sold_is_an_item_and_no_voucher() -> None:
    receipt = from_text(["CARTE CADEAU   50,00", "TOTAL   50,00", "CB   50,00"])
    assert receipt.kind is DocKind.SALE
    assert [i.amount for i in receipt.items] == [5000]


def test_the_copy_number_is_kept() -> None:
    receipt = from_text(["DUPLICATA N° 2", *BASKET, *PAID])
    assert receipt.copy_mark is not None
    assert receipt.copy_mark.number == 2


@pytest.mark.parametrize(
    ("lines", "mention"),
    [
        (["Garantie légale de", "conformité de deux ans"], "guarantee"),
        (["CAISSE ECOLE"], "training"),
        (["Note provisoire, ne vaut pas ticket"], "provisional"),
        (["PAIEMENT REFUSE"], "card_refused"),
        (["TRANSACTION ABANDONNEE"], "card_refused"),
    ],
)
def test_statements_become_mentions(lines: list[str], mention: str) -> None:
    assert mention in from_text([*BASKET, *PAID, *lines]).mentions


def test_a_positive_discount_is_taken_off_only_if_the_sum_needs_it() -> None:
    off = from_text([*BASKET, "REMISE FIDELITE   0,50", "TOTAL   3,00", "CB   3,00"])
    assert [i.amount for i in off.items] == [110, 240, -50]
    told = from_text([*BASKET, "REMISE FIDELITE   0,50", *PAID])
    assert [i.amount for i in told.items] == [110, 240]
    assert told.verdict.level is off.verdict.level is Level.V2


def test_a_void_takes_its_item_back() -> None:
    receipt = from_text([*BASKET, "VIN   9,00", "NUL LIGNE", "VIN   9,00-", *PAID])
    assert receipt.items[-1].kind == "void"
    assert receipt.verdict.level is Level.V2


def test_a_weight_below_its_item_gives_quantity_and_unit() -> None:
    receipt = from_text(
        ["POMMES   1,97 B", "  0,792 kg x 2,49 EUR/kg", "TOTAL   1,97", "CB   1,97"]
    )
    item = receipt.items[0]
    assert (str(item.quantity), item.unit, item.unit_price) == ("0.792", "kg", 249)
    assert item.vat_code == "B"


def test_a_detail_that_does_not_multiply_is_flagged() -> None:
    receipt = from_text(
        ["POMMES   2,07", "  0,792 kg x 2,49 EUR/kg", "TOTAL   2,07", "CB   2,07"]
    )
    assert gap(receipt, "A2") == -10
    assert receipt.verdict.level is Level.V0


def test_two_tenders_and_change_pay_the_total() -> None:
    receipt = from_text(
        [*BASKET, "TOTAL   3,50", "TICKET RESTAURANT   2,00", "ESPECES   5,00",
         "RENDU   3,50"]
    )  # fmt: skip
    assert [p.kind for p in receipt.payments] == ["meal_voucher", "cash"]
    assert receipt.change == 350
    assert receipt.verdict.level is Level.V2


def test_tenders_that_do_not_pay_are_flagged_with_the_gap() -> None:
    receipt = from_text([*BASKET, "TOTAL   3,50", "CB   3,20"])
    assert gap(receipt, "A5") == -30
    assert receipt.verdict.level is Level.V0


def test_vat_that_does_not_add_up_is_flagged_with_the_gap() -> None:
    receipt = from_text(
        [*BASKET, *PAID, "TAUX  HT  TVA  TTC", "5,50%  3,41  0,19  3,60"]
    )
    assert gap(receipt, "A3") == 10
    assert receipt.verdict.level is Level.V0


def test_a_printed_count_is_compared_with_units_and_lines() -> None:
    good = from_text([*BASKET, *PAID, "NB ARTICLES : 2"])
    assert good.item_count == 2
    assert good.verdict.level is Level.V2
    bad = from_text([*BASKET, *PAID, "NB ARTICLES : 5"])
    assert gap(bad, "A6") == -3
    assert bad.verdict.level is Level.V0


def test_levels_follow_the_equations() -> None:
    def held(*names: str) -> list[Equation]:
        return [Equation(name=name, holds=True) for name in names]

    assert level_of([]) is Level.V0
    assert level_of(held("A2", "A6")) is Level.V0
    assert level_of(held("A1")) is Level.V1
    assert level_of(held("A5")) is Level.V1
    assert level_of(held("A1", "A4")) is Level.V2
    assert level_of([*held("A1", "A3"), Equation(name="A5", holds=False, gap=1)]) is (
        Level.V0
    )


def test_a_block_of_discounts_below_a_sum_is_taken_off() -> None:
    receipt = from_text(
        [*BASKET, "SOUS-TOTAL   3,50", "Detail des remises immediates :", "LOT PROMO",
         "   PAIN   0,50", "TOTAL remise   0,50", "TOTAL A PAYER   3,00", "CB   3,00"]
    )  # fmt: skip
    assert [i.amount for i in receipt.items] == [110, 240, -50]
    assert receipt.verdict.level is Level.V2


def test_what_an_insurance_pays_is_no_item_and_lowers_what_is_due() -> None:
    receipt = from_text(
        [*BASKET, "TOTAL   3,50", "Part AMO   2,00", "Part AMC   0,50",
         "A PAYER   1,00", "CB   1,00"]
    )  # fmt: skip
    assert receipt.total == 100
    assert len(receipt.items) == 2
    assert receipt.verdict.level is Level.V2


def test_a_fuel_ticket_below_its_slip_is_proven_by_its_tax() -> None:
    receipt = from_text(
        ["CARTE BANCAIRE", "A0000000421010", "************1093", "MONTANT REEL :",
         "       72,30 EUR", "TICKET CLIENT", "Quantite   = 37,50 L",
         "TVA 20,00% = 12,05 EUR"]
    )  # fmt: skip
    assert (receipt.kind, receipt.total) == (DocKind.SALE, 7230)
    assert receipt.verdict.level is Level.V1


def test_a_rate_without_percent_sign_is_read_in_its_table() -> None:
    receipt = from_text(
        [*BASKET, *PAID, "-Taux- -Tot.HT- -Tot.TVA- -Tot.TTC-",
         " 5.50     3.32      0.18      3.50"]
    )  # fmt: skip
    row = receipt.vat[0]
    assert (row.rate, row.net, row.vat, row.gross) == (550, 332, 18, 350)


def test_a_net_price_takes_its_tax_on_top() -> None:
    receipt = from_text(
        [*BASKET, "SUBTOTAL   3,50", "TAX   0,21", "TOTAL   3,71", "CASH   3,71"],
        country="US",
    )
    assert receipt.verdict.level is Level.V2
    assert [v.vat for v in receipt.vat] == [21]
    assert receipt.currency == "USD"


def test_the_rounded_total_is_what_is_due() -> None:
    receipt = from_text(
        ["COCA   4,52", "SOUS-TOTAL   4,52", "Arrondi   -0,02", "A PAYER   4,50",
         "BANCONTACT   4,50"], country="BE",
    )  # fmt: skip
    assert (receipt.total, receipt.rounding, receipt.subtotal) == (450, -2, 452)
    assert receipt.verdict.level is Level.V2
