"""Sums as tills of several countries print them, one cause of misreading each."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import Item, Level, Receipt


def failing(receipt: Receipt) -> dict[str, int]:
    return {e.name: e.gap for e in receipt.verdict.equations if not e.holds}


def sold(receipt: Receipt) -> list[tuple[str, int]]:
    return [(item.label, item.amount) for item in receipt.items]


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("IT", ["PANE 2,10", "TOTALE COMPLESSIVO 2,10", "Pagamento elettronico 2,10"]),
        ("IT", ["PANE 2,10", "TOTALE EURO 2,10", "CONTANTE 5,00", "RESTO 2,90"]),
        ("ES", ["PAN 2,10", "TOTAL A PAGAR 2,10", "EFECTIVO 5,00", "CAMBIO 2,90"]),
        ("ES", ["PAN 2,10", "TOTAL (IVA incl.) 2,10", "TARJETA 2,10"]),
        ("PT", ["PAO 2,10", "TOTAL A PAGAR 2,10", "NUMERARIO 5,00", "TROCO 2,90"]),
        ("NL", ["BROOD 2,10", "TE BETALEN 2,10", "CONTANT 5,00", "WISSELGELD 2,90"]),
        ("NL", ["BROOD     2,10 L", "TOTAAL    2,10", "PINNEN    2,10"]),
        ("DE", ["BROT 2,10", "SUMME EUR 2,10", "Geg. BAR 5,00", "Rückgeld BAR 2,90"]),
        ("US", ["BREAD 2.10", "TOTALDUE 2.10", "CASHTEND 5.00", "CHANGEDUE 2.90"]),
        ("GB", ["BREAD £2.10", "BALANCE DUE £2.10", "CASH £5.00", "CHANGE £2.90"]),
    ],
)
def test_total_and_tender_are_named_in_every_language(
    country: str, lines: list[str]
) -> None:
    receipt = from_text(lines, country=country)
    assert receipt.total == 210
    assert receipt.verdict.level is Level.V2
    assert sum(p.amount for p in receipt.payments) - (receipt.change or 0) == 210


def test_a_voucher_below_the_total_pays_and_lessens_nothing() -> None:
    receipt = from_text(
        ["SAUMON 38,48", "A PAYER", "        38,48 EUR", "BON DE REDUCTION 20,50",
         "RESTE A PAYER 17,98", "Chèque 17,98"]
    )  # fmt: skip
    assert receipt.total == 3848
    assert [(p.kind, p.amount) for p in receipt.payments] == [
        ("voucher", 2050),
        ("cheque", 1798),
    ]
    assert [i.kind for i in receipt.items] == ["item"]


def test_what_the_insurers_pay_is_no_part_of_what_is_due() -> None:
    receipt = from_text(
        ["SPRAY NASAL  20%  10,00", "AMOXICILLINE  2,1%  4,00", "TOTAL 14,00",
         "Part AMO 9,00", "Part AMC 1,00", "A la charge du client 4,00", "CB 4,00"]
    )  # fmt: skip
    assert (receipt.total, receipt.subtotal) == (400, 1400)
    assert [(i.vat_code, i.vat_rate) for i in receipt.items] == [
        ("20%", 2000),
        ("2,1%", 210),
    ]
    assert receipt.verdict.level is Level.V2


def test_a_product_may_be_called_total() -> None:
    receipt = from_text(
        ["BEURRE                 4,58 B", "TOTAL NETTOYANT CUIS   3,52 A", "TOTAL 8,10",
         "CB 8,10"]
    )  # fmt: skip
    assert sold(receipt) == [("BEURRE", 458), ("TOTAL NETTOYANT CUIS", 352)]
    assert receipt.total == 810


def test_a_family_sum_counts_nothing_even_when_it_equals_its_only_line() -> None:
    receipt = from_text(
        ["PAIN        1,00", "LAIT        2,00", "Total Alimentaire  3,00",
         "TOTAL NETTOYANT  2,96", "Total Entretien  2,96", "A PAYER 5,96", "CB 5,96"]
    )  # fmt: skip
    assert [label for label, _ in sold(receipt)] == ["PAIN", "LAIT", "TOTAL NETTOYANT"]
    assert receipt.verdict.level is Level.V2


def test_fuel_is_litres_times_a_price_with_tenths_of_cents() -> None:
    receipt = from_text(
        ["Carburant  = GAZOLE", "Quantite   = 63,89 L", "Prix unit. = 1,742 EUR",
         "TVA 20,00% = 18,55 EUR", "TOTAL TTC  = 111,30 EUR", "CB EMV     = 111,30 EUR"]
    )  # fmt: skip
    assert receipt.items == (
        Item(
            label="GAZOLE",
            amount=11130,
            quantity=Decimal("63.89"),
            unit="l",
            unit_price_exact=Decimal("174.2"),
        ),
    )
    assert receipt.verdict.level is Level.V2


@pytest.mark.parametrize(
    ("lines", "amount", "item"),
    [
        (["TASSEAU SAPIN 2.40M", "  1,000 SAC x 3,14         3,14"], "3,14",
         ("TASSEAU SAPIN 2.40M", Decimal("1.000"), 314)),
        (["6 PILSENER 0,5L x 0,82     4,92"], "4,92", ("PILSENER 0,5L", Decimal(6), 82)),
        (["TASSEAU SAPIN 2.40", "  10,000 PCE x 2,73      27,30"], "27,30",
         ("TASSEAU SAPIN 2.40", Decimal("10.000"), 273)),
        (["BANANAS      1.43", " 2.46 lb @ 1 lb /0.58"], "1.43",
         ("BANANAS", Decimal("2.46"), 58)),
        (["PLATANO", "0,524 kg   2,33 €/kg     1,22"], "1,22",
         ("PLATANO", Decimal("0.524"), 233)),
        (["PERCEUSE 18V   107.17     2 214.34 EUR"], "214.34",
         ("PERCEUSE 18V", Decimal(2), 10717)),
        (["V2 *2 x 12 escargots      14,74"], "14,74", ("12 escargots", Decimal(2), None)),
        (["WASSER      0,95", "   2 Stk x   0,475"], "0,95", ("WASSER", Decimal(2), None)),
    ],
)  # fmt: skip
def test_quantity_and_price_stand_in_many_places(
    lines: list[str], amount: str, item: tuple[str, Decimal, int | None]
) -> None:
    receipt = from_text([*lines, f"TOTAL {amount}", f"CB {amount}"])
    only = receipt.items[0]
    assert (only.label, only.quantity, only.unit_price) == item
    assert receipt.verdict.level is Level.V2


def test_a_pack_in_a_name_is_no_multiplication() -> None:
    receipt = from_text(["LAIT 1/2 ECREME 6X     10,10", "TOTAL 10,10", "CB 10,10"])
    assert sold(receipt) == [("LAIT 1/2 ECREME 6X", 1010)]
    assert receipt.items[0].quantity is None


def test_opening_hours_are_no_price() -> None:
    receipt = from_text(
        ["Mo - Sa 7.00 bis 21.00 Uhr", "BROT 2,10", "SUMME 2,10", "BAR 2,10"],
        country="DE",
    )
    assert sold(receipt) == [("BROT", 210)]


def test_change_that_no_tender_leaves_is_a_contradiction() -> None:
    receipt = from_text(["MENU 20,00", "TOTAL 20,00", "Espèces 20,00", "MONNAIE 1,37"])
    assert failing(receipt) == {"A5": -137}
    assert receipt.change == 137


def test_a_paper_that_gives_all_back_has_goods_not_discounts() -> None:
    receipt = from_text(
        ["JAMBON SUP. 4TR   13,28-Eur", "A REMBOURSER   13,28-Eur", "CB   13,28-Eur"]
    )
    assert receipt.total == -1328
    assert [(i.kind, i.amount) for i in receipt.items] == [("item", -1328)]
    assert [p.amount for p in receipt.payments] == [-1328]


def test_a_voided_line_takes_its_pieces_back_from_the_count() -> None:
    receipt = from_text(
        ["PAIN COMPLET TRANCHE", "  12 X 1,76    21,12", "LAIT    1,00",
         "ANNULE ARTICLE", "PAIN COMPLET    21,12-", "TOTAL A PAYER (1)   1,00", "CB 1,00"]
    )  # fmt: skip
    assert [i.kind for i in receipt.items] == ["item", "item", "void"]
    assert receipt.items[2].of is None or receipt.items[2].of == 0
    assert receipt.verdict.level is Level.V2


def test_a_wrong_count_is_flagged_unless_a_column_is_unproven() -> None:
    wrong = ["PAIN   1,00", "LAIT   2,00", "TOTAL 3,00", "7 ARTICLES", "CB 3,00"]
    assert failing(from_text(wrong)) == {"A6": -5}
    columns = [
        "PAIN    5   2.74   4.96    13.00",
        *wrong[1:2],
        "TOTAL 15.00",
        "7 ARTICLES",
    ]
    assert "A6" not in {e.name for e in from_text(columns).verdict.equations}


def test_tax_that_only_the_table_tells_is_added_to_net_prices() -> None:
    receipt = from_text(
        ["BAKING POWDER   45.28", "TOTAL   48.00", "CASH   48.00", "CHANGE   0.00",
         "GST SUMMARY", "CODE    AMOUNT    %   TAX/AMT", "SR   45.28   6   2.72"],
        country="MY",
    )  # fmt: skip
    assert receipt.total == 4800
    assert failing(receipt) == {}


def test_cash_is_rounded_with_either_sign() -> None:
    receipt = from_text(
        ["FUELSAVE 95   95.48", "TOTAL   95.48", "CASH   100.00", "ROUNDING  0.02-",
         "CHANGE   4.50"],
        country="MY",
    )  # fmt: skip
    assert (receipt.total, receipt.change) == (9548, 450)
    assert failing(receipt) == {}


def test_a_discount_says_which_line_it_reduces_and_a_gtin_stands_apart() -> None:
    receipt = from_text(
        ["3017620422003", "PATE A TARTINER   4,10", "REMISE IMMEDIATE   -0,41",
         "RIZ 1KG   2,00", "TOTAL 5,69", "CB 5,69"]
    )  # fmt: skip
    spread, off, rice = receipt.items
    assert (spread.gtin, spread.sku) == ("3017620422003", None)
    assert (off.kind, off.of) == ("discount", 0)
    assert rice.gtin is None


def test_a_slip_pays_where_the_sale_names_no_tender() -> None:
    receipt = from_text(
        ["PAIN   2,10", "TOTAL   2,10", "", "CARTE BANCAIRE", "A0000000031010",
         "************0932", "MONTANT = 2,10 EUR", "DEBIT"]
    )  # fmt: skip
    assert [(p.kind, p.label, p.amount) for p in receipt.payments] == [
        ("card", "CARTE BANCAIRE", 210)
    ]


def test_deposits_that_the_vat_table_leaves_out_contradict_nothing() -> None:
    receipt = from_text(
        ["MELK   4,72", "STATIEGELD   0,15", "TOTAAL   4,87", "PINNEN   4,87",
         "BTW%   Netto   BTW   Bruto", "9%   4,33   0,39   4,72"],
        country="NL",
    )  # fmt: skip
    assert failing(receipt) == {}
    assert receipt.verdict.level is Level.V2


def test_a_tip_below_the_total_goes_on_the_card_with_it() -> None:
    receipt = from_text(
        ["2 x Schnitzel     29,80", "1 x Bier     4,50", "Gesamtbetrag     34,30",
         "Trinkgeld     3,00", "Kreditkarte     37,30"],
        country="DE",
    )  # fmt: skip
    assert receipt.total == 3430
    assert failing(receipt) == {}


def test_tax_on_some_of_the_goods_is_contained_in_nothing() -> None:
    receipt = from_text(
        ["SHAMPOO   5.99 T", "BREAD   1.99 F", "SUBTOTAL   7.98", "MA 6.25% TAX   .37",
         "TOTAL   8.35", "CASH   10.00", "CHANGE   1.65"],
        country="US",
    )  # fmt: skip
    assert receipt.total == 835
    assert failing(receipt) == {}


@pytest.mark.parametrize("head", ["YOUR SAVINGS:", "Detail des remises immediates :"])
def test_a_block_of_discounts_is_printed_without_signs(head: str) -> None:
    receipt = from_text(
        ["MILK   4,05", "EGGS   4,20", "SUBTOTAL   8,25", head, "PROMOTION",
         "   MILK   0,40", "   EGGS   0,84", "TOTAL TO PAY   7,01", "CARD   7,01"]
    )  # fmt: skip
    assert [(i.kind, i.amount, i.of) for i in receipt.items[2:]] == [
        ("discount", -40, 0),
        ("discount", -84, 1),
    ]


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("FR", "TVA 20,00%  Tot.HT 10,00  TVA 2,00"),
        ("NL", "BTW 9,00%  Excl. 10,00  BTW 0,90"),
        ("IT", "IVA 22%  Imponibile 10,00  IVA 2,20"),
        ("PT", "IVA 23%  Incidência 10,00  IVA 2,30"),
    ],
)
def test_a_tax_line_names_its_amounts_in_its_language(country: str, line: str) -> None:
    (row,) = from_text(["A   10,00", "TOTAL   10,00", line], country=country).vat
    assert row.net == 1000
    assert row.vat is not None
    assert row.rate == row.vat * 10


def test_what_is_only_said_of_goods_is_counted_with_none() -> None:
    receipt = from_text(
        ["3 COLA   4,95", "2 SAVON   4,40", "   dont ECO-PART. 0,12",
         "5 articles MONTANT DU   9,35", "CB   9,35"]
    )  # fmt: skip
    assert [i.label for i in receipt.items] == ["COLA", "SAVON"]
    assert [i.quantity for i in receipt.items] == [3, 2]
    assert receipt.verdict.level is Level.V2


@pytest.mark.parametrize(
    ("country", "currency", "lines", "total", "change"),
    [
        ("HU", "HUF", ["KENYER   899 Ft", "TEJ   900 Ft", "OSSZESEN   1 799 Ft", "KESZPENZ 2 000 Ft", "VISSZAJARO 201 Ft"], 179_900, 20_100),
        ("SE", "SEK", ["KAFFE   35:-", "BULLE   25:-", "RABATT   -10:-", "ATT BETALA   50:-", "KONTANT 100:-", "TILLBAKA 50:-"], 5000, 5000),
        ("CZ", "CZK", ["Chléb   42 Kč", "Mléko   25 Kč", "CELKEM   67 Kč", "Hotovost 100 Kč", "Vrátit 33 Kč"], 6700, 3300),
    ],
)  # fmt: skip
def test_prices_in_whole_units_are_read_where_none_has_decimals(
    country: str, currency: str, lines: list[str], total: int, change: int
) -> None:
    receipt = from_text(lines, country=country)

    assert (receipt.total, receipt.change, receipt.currency) == (
        total,
        change,
        currency,
    )
    assert [payment.kind for payment in receipt.payments] == ["cash"]
    assert receipt.verdict.level is Level.V2


def test_whole_units_beside_decimals_are_none() -> None:
    receipt = from_text(["KAFFE   35,00", "TOTALT   35,00", "KORT   35,00", "Du sparar 5 kr", "Bonus 2 kr", "Pant 1 kr"], country="SE")  # fmt: skip

    assert [item.amount for item in receipt.items] == [3500]


def test_a_vat_code_before_hundreds_is_no_thousand() -> None:
    receipt = from_text(
        ["PILS 24X33CL", "   12 X 12,17   T4 146,04", "TOTAL 146,04", "CB 146,04"]
    )

    (beer,) = receipt.items
    assert (beer.label, beer.amount, beer.vat_code) == ("PILS 24X33CL", 14_604, "T4")


def test_a_label_cut_at_a_tender_pays_nothing() -> None:
    receipt = from_text(["PAIN COMPLET TRANCHE 3,46", "ANNULE ARTICLE", "PAIN COMPLET TR 3,46-", "JUS 10,74",
                         "RESTE A PAYER 10,74", "CB 10,74"])  # fmt: skip

    assert receipt.total == 1074
    assert receipt.verdict.level is Level.V2
