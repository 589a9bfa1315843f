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


DETAILS = {
    "net of tax below": (["VIS BOIS X100   7,79", "   6,49 HT", "COLLE   4,20", "   3,50 HT"], [("VIS BOIS X100", 779), ("COLLE", 420)]),
    "per kilogram in short": (["TOMATES", "  0,792 kg x 2,49 E/kg   1,97", "PAIN   1,20"], [("TOMATES", 197), ("PAIN", 120)]),
    "per kilogram below": (["TOMATES   1,97", "  0,792 kg  2,49 E/kg", "PAIN   1,20"], [("TOMATES", 197), ("PAIN", 120)]),
    "a price word below the name": (
        ["JEAN DROIT", "   AU LIEU DE 59,99", "   PRIX SOLDE   29,99", "CHAPEAU", "PRIX SOLDE   9,99"],
        [("JEAN DROIT", 2999), ("CHAPEAU", 999)]),
    "a price word below the price": (
        ["JEAN DROIT   59,99", "   PRIX SOLDE   29,99", "   REMISE   -30,00", "ROBE   20,00"],
        [("JEAN DROIT", 5999), ("REMISE", -3000), ("ROBE", 2000)]),
    "sums of their kinds": (
        ["2 Salads   8,95", "1 Tea   5,00", "  No lemon", "Food   8,95", "Beverage   5,00"], [("Salads", 895), ("Tea", 500)]),
}  # fmt: skip


@pytest.mark.parametrize("what", DETAILS)
def test_a_detail_is_no_item_and_no_name(what: str) -> None:
    lines, sold = DETAILS[what]
    total = f"{sum(cents for _, cents in sold) / 100:.2f}".replace(".", ",")

    receipt = from_text([*lines, f"TOTAL   {total}", f"CB   {total}"])

    assert [(item.label, item.amount) for item in receipt.items] == sold
    assert receipt.verdict.level is Level.V2


def test_what_is_taken_back_is_no_discount_and_a_fee_is_one() -> None:
    receipt = from_text(
        ["PERCEUSE 99,00", "RETOUR SCIE -45,00", "ECO PARTICIPATION 1,00", "BIERE 4,00", "VIDANGE 0,40",
         "RETOUR VIDANGE -0,20", "TOTAL 59,20", "BANCONTACT 59,20"], country="BE",
    )  # fmt: skip

    kinds = [item.kind for item in receipt.items]
    assert kinds == ["item", "item", "fee", "item", "deposit", "deposit"]
    assert receipt.verdict.level is Level.V2


def test_an_article_number_or_a_tare_is_no_name() -> None:
    receipt = from_text(
        ["(2)06340002302  SOUP TOMATO     MRJ", "2 @ $1.25                      2.50",
         "4011            BANANA          MRJ", "1.095 kg @ $1.52/kg            1.66", "4065            PEPPER          MRJ",
         "0.540 kg Gross -0.005 kg Tare = 0.535 kg Net @ $4.39/kg   2.35", "2 WATER   3.00F", "  2 FOR 3.00",
         "TOTAL   9.51", "CHARGE   9.51"], country="CA",
    )  # fmt: skip

    assert [item.label for item in receipt.items] == ["SOUP TOMATO", "BANANA", "PEPPER", "WATER"]  # fmt: skip
    assert [item.unit for item in receipt.items] == [None, "kg", "kg", None]
    assert receipt.verdict.level is Level.V2


def test_gallons_are_poured_below_what_calls_itself_a_total() -> None:
    receipt = from_text(
        ["PUMP# 5", "UNLEADED CR         9.234G", "PRICE/GAL          $2.499", "FUEL TOTAL        $ 23.08",
         "TOTAL             $ 23.08", "CREDIT            $ 23.08"], country="US",
    )  # fmt: skip

    (fuel,) = receipt.items
    assert (fuel.amount, str(fuel.quantity), fuel.unit) == (2308, "9.234", "gal")
    assert fuel.label == "UNLEADED"
    assert receipt.verdict.level is Level.V2


def test_digits_that_lead_most_lines_are_quantities_where_one_is_a_one() -> None:
    lines = ["1 TRADITION 1,30", "4 CROISSANT x 1,15 4,60", "  SANDWICH THON 4,90", "TOTAL 10,80", "CB 10,80"]  # fmt: skip
    few = ["12 ESCARGOTS 6,05", "PAIN 1,30", "VIN 4,90", "TOTAL 12,25", "CB 12,25"]

    told = [(i.label, i.quantity) for i in from_text(lines).items]
    names = [i.label for i in from_text(few).items]

    assert told == [("TRADITION", 1), ("CROISSANT", 4), ("SANDWICH THON", None)]
    assert names == ["12 ESCARGOTS", "PAIN", "VIN"]


def test_a_size_with_another_point_is_no_price() -> None:
    lines = ["2 SALAT x 10.89  21.78", "1 WASSER STILL 0,75  5.64", "4 STRUDEL x 6.37  25.48", "SUMME 52.90", "VISA 52.90"]  # fmt: skip

    beside = [line.replace(".", ",") for line in lines]

    assert from_text(lines, country="CH").verdict.level is Level.V2
    assert from_text(beside, country="AT").verdict.level is Level.V2


def test_which_one_of_it_is_no_name_and_a_code_may_have_two_digits() -> None:
    receipt = from_text(
        ["CHEMISE LIN", " REF 3612345678901  T.42", " 1 x 39,99             39,99 €  13", "CAFE MOULU X2",
         "     2 x     3,19 €        6,38 €  11", "TOTAL 2 articles       46,37 €", "CB   46,37 €",
         "TVA    Taux    H.T.    T.V.A.   T.T.C.", "11     5,50%   6,05    0,33     6,38",
         "13    20,00%  33,32    6,67    39,99"]
    )  # fmt: skip

    told = [(i.label, str(i.quantity), i.vat_code) for i in receipt.items]
    assert told == [("CHEMISE LIN", "1", "13"), ("CAFE MOULU X2", "2", "11")]
    assert receipt.item_count == 2
    assert receipt.verdict.level is Level.V2


@pytest.mark.parametrize("gap", [" ", "   ", "      "])
@pytest.mark.parametrize("above", [[], ["LAIT 1,00"]])
def test_a_pack_is_no_multiplication_of_the_next_price(
    above: list[str], gap: str
) -> None:
    total = 480 + 100 * len(above)
    due = f"TOTAL {total // 100},{total % 100}"
    receipt = from_text([*above, f"EAU 6X{gap}3,60", "PAIN 1,20", due, f"CB {due[6:]}"])
    assert [(i.label, i.amount) for i in receipt.items][-2:] == [
        ("EAU 6X", 360),
        ("PAIN", 120),
    ]
    assert receipt.verdict.level is Level.V2


def test_a_name_with_its_multiplication_above_a_bare_price_stays_one() -> None:
    receipt = from_text(["PAIN 3X 1,20", "          3,60", "TOTAL 3,60"])
    assert [(i.label, i.quantity, i.amount) for i in receipt.items] == [
        ("PAIN", Decimal(3), 360)
    ]


def test_a_regular_price_and_a_count_below_the_goods_are_told_of_them() -> None:
    receipt = from_text(
        [
            "CHEERIOS           4.99 S",
            "Regular Price      5.49",
            "Card Savings       0.50-",
            "MILK 2%            5.98 S",
            " 2 QTY  2.99",
            " TAX               0.00",
            " **** BALANCE     10.97",
            "Debit             10.97",
        ],
        country="US",
    )
    assert [(i.label, i.quantity, i.amount) for i in receipt.items] == [
        ("CHEERIOS", None, 499),
        ("MILK 2%", Decimal(2), 598),
    ]
    assert receipt.verdict.level is Level.V2


def test_a_tender_above_its_total_pays_it() -> None:
    paper = [
        "1 Grande Latte          3.95",
        "1 Butter Croissant      2.95",
        "1 Tall Drip             1.95",
        "Visa                    8.90",
        "   Subtotal            $8.85",
        "   Tax 0.6%            $0.05",
        "   Total               $8.90",
    ]
    receipt = from_text(paper, country="US")
    assert (receipt.total, receipt.verdict.level) == (890, Level.V2)
    assert [(p.kind, p.amount) for p in receipt.payments] == [("card", 890)]
    other = [
        line.replace("Visa                    8.90", "Visa  8.95") for line in paper
    ]
    assert from_text(other, country="US").verdict.level is Level.V0


def test_the_sum_of_all_goods_under_a_name_of_its_own_is_no_more_goods() -> None:
    goods = ["IPA PINT x2         14.00", "WINGS   11.00", "NACHOS   9.50"]
    due = [
        "Food & Bev   34.50",
        "Tax   2.97",
        "Gratuity 10%   3.45",
        "Amount Due   40.92",
    ]
    receipt = from_text([*goods, *due], country="US")
    assert [i.amount for i in receipt.items] == [1400, 1100, 950, 345]
    assert receipt.total == 4092


def test_flags_of_tax_are_no_part_of_a_label() -> None:
    lines = ["HAMMER <A>   19.97", "OUTLET <A,U>   16.00", "TOTAL   35.97"]
    receipt = from_text(lines, country="US")
    assert [i.label for i in receipt.items] == ["HAMMER", "OUTLET"]


def test_a_discount_of_goods_that_are_called_a_total_is_no_family_without_goods() -> (
    None
):
    lines = [
        "CHOCOLAT   T2 22,08",
        "Total Alimentaire   22,08",
        "TOTAL NETTOYANT   T4 2,83",
        "Total Entretien Hyg-Beauté   2,83",
        "SOUS TOTAL   24,91",
        "Detail des remises immediates :",
        "TOTAL NETTOYANT CUISINE   0,28",
        "TOTAL REMISES   0,28",
        "Total TTC   24,63",
        "ESPECES   24,63",
    ]
    receipt = from_text(lines)
    assert [i.amount for i in receipt.items] == [2208, 283, -28]
    assert receipt.verdict.level is Level.V2
