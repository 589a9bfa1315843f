"""VAT rows in the forms that tills print, and times beside dates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import Level

SOLD = ["PLAT DU JOUR   12,00", "TOTAL TTC   12,00", "CB   12,00"]


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (["TVA 20,00%  HT 10,00  TVA 2,00"], (2000, 1000, 200, None)),
        (["DONT TVA 20,00%   2,00"], (2000, None, 200, None)),
        (["Taux  HT  TVA", "20 %  10,00  2,00"], (2000, 1000, 200, None)),
        (["Taux  TVA  HT", "20 %  2,00  10,00"], (2000, 1000, 200, None)),
        (["Taux  TTC  TVA", "20 %  12,00  2,00"], (2000, None, 200, 1200)),
        (["Taux  TVA  TTC", "20 %  2,00  12,00"], (2000, None, 200, 1200)),
        (["Taux  HT  TTC", "20 %  10,00  12,00"], (2000, 1000, 200, 1200)),
        (["Code  HT  TVA  TTC", "A  10,00  2,00  12,00"], (2000, 1000, 200, 1200)),
        (["Code  HT  TVA", "A  10,00  2,00"], (2000, 1000, 200, None)),
    ],
)
def test_a_row_is_read_in_any_form(
    lines: list[str], row: tuple[int | None, ...]
) -> None:
    receipt = from_text([*SOLD, *lines])
    assert [(v.rate, v.net, v.vat, v.gross) for v in receipt.vat] == [row]
    assert receipt.verdict.level is Level.V2


def test_a_row_that_closes_in_no_order_is_kept_as_named_and_fails() -> None:
    receipt = from_text([*SOLD, "Taux  HT  TVA  TTC", "20%  10,00  2,50  12,00"])
    assert (receipt.vat[0].net, receipt.vat[0].vat) == (1000, 250)
    assert receipt.verdict.level is Level.V0


def test_a_sentence_with_amounts_is_no_row() -> None:
    receipt = from_text(
        [*SOLD, "Taux  HT  TVA  TTC", "Votre remise exceptionnelle  1,00  2,00  3,00"]
    )
    assert receipt.vat == ()


@pytest.mark.parametrize(
    ("lines", "time"),
    [
        (["13/07/2026 12:05 AM"], dt.time(0, 5)),
        (["13/07/2026 02:56:25 PM"], dt.time(14, 56, 25)),
        (["17h40 13/07/2026"], dt.time(17, 40)),
        (["13/07/2026", "09:15"], dt.time(9, 15)),
        (["13/07/2026", "", "", "", "HEURE : 09:15"], dt.time(9, 15)),
        (["13/07/2026", "Ouvert de 8h00 à 21h00"], None),
        (["HEURE : 09:15"], dt.time(9, 15)),
    ],
)
def test_the_time_stands_beside_its_date_or_says_what_it_is(
    lines: list[str], time: dt.time | None
) -> None:
    assert from_text(lines).time == time


def test_a_name_that_ends_in_its_unit_price_takes_the_amount_below() -> None:
    receipt = from_text(
        ["SUSHI 1.80", "     4 X   1.80    7.20  SR", "TOTAL   7.20", "CASH   7.20"]
    )
    assert [(i.amount, i.quantity) for i in receipt.items] == [(720, Decimal(4))]
    assert receipt.verdict.level is Level.V2


def test_a_code_line_is_named_by_the_line_below() -> None:
    receipt = from_text(
        ["2402   1   3,71   3,71", "25MM RACCORD", "TOTAL   3,71", "CB   3,71"]
    )
    assert [i.label for i in receipt.items] == ["25MM RACCORD"]


@pytest.mark.parametrize(
    "line",
    [
        "A  1,00  2,00  3,50  9,99",
        "A  5,00",
        "Votre remise exceptionnelle  1,00  2,00  3,00  9,99",
    ],
)
def test_amounts_in_a_table_that_are_no_row_are_left_out(line: str) -> None:
    assert from_text([*SOLD, "Taux  HT  TVA  TTC", line]).vat == ()


def test_a_row_whose_rate_no_country_has_keeps_its_code_only() -> None:
    row = from_text([*SOLD, "Code  HT  TVA  TTC", "A  8,00  4,00  12,00"]).vat[0]
    assert (row.code, row.rate, row.gross) == ("A", None, 1200)


def test_a_row_that_adds_up_but_misses_its_rate_is_flagged() -> None:
    receipt = from_text(
        ["PLAT   13,00", "TOTAL   13,00", "CB   13,00", "Taux  HT  TVA  TTC",
         "20%  10,00  3,00  13,00"]
    )  # fmt: skip
    failed = {e.name: e.gap for e in receipt.verdict.equations if not e.holds}
    assert failed == {"A3": 100}
    assert receipt.verdict.level is Level.V0


def test_codes_that_the_table_does_not_know_prove_nothing() -> None:
    receipt = from_text(
        ["PLAT   12,00 B", "TOTAL   12,00", "CB   12,00", "Code  HT  TVA  TTC",
         "A  10,00  2,00  12,00"]
    )  # fmt: skip
    assert receipt.items[0].vat_code == "B"
    assert "A4" not in {e.name for e in receipt.verdict.equations}


COMBINED = [
    "PAINE 7.50 B",
    "LAPTE 31.80 B",
    "PUNGA 1.00 A",
    "TOTAL 40.30",
    "TVA A 20.00% {}",
    "TVA B 8.00% 2.91",
]


def test_tax_alone_proves_the_goods_of_its_code() -> None:
    lines = [line.format("0.17") for line in COMBINED]
    verdict = from_text(lines, country="MD").verdict

    assert {e.name for e in verdict.equations if e.holds} == {"A1", "A4"}
    assert verdict.level is Level.V2


def test_tax_alone_that_is_not_of_the_goods_of_its_code_is_told() -> None:
    lines = [line.format("1.54") for line in COMBINED]
    verdict = from_text(lines, country="MD").verdict

    assert [e.name for e in verdict.equations if not e.holds] == ["A4"]
    assert verdict.level is Level.V0


def test_rates_behind_prices_of_goods_are_no_amounts() -> None:
    goods = [
        "3400935955838 DOLIPRANE 1G   2,18 TVA 2,10",
        "SPRAY NASAL    6,90 TVA 10,00",
        "BAUME         22,19 TVA 20,00",
    ]
    receipt = from_text([*goods, "TOTAL TTC   31,27", "CB   31,27"])
    assert [(i.label, i.amount) for i in receipt.items] == [
        ("DOLIPRANE 1G", 218),
        ("SPRAY NASAL", 690),
        ("BAUME", 2219),
    ]
    assert receipt.verdict.level is Level.V2


def test_net_and_tax_of_a_sum_stay_amounts() -> None:
    paper = ["PAIN   100,00", "TOTAL HT   83,33", "TOTAL   100,00", "CB   100,00"]
    told = from_text([*paper, "BASE 100,00 TVA 20,00", "TOTAL HT 100,00 TVA 20,00"])
    assert told.total == 10000


def test_a_letter_before_prices_is_the_code_that_the_table_knows() -> None:
    goods = [
        "CAROTTES            A     1,29",
        "PATES 500G  A             2,10",
        "VIN 3L  B   15,65",
    ]
    due = ["TOTAL   19,04", "CB   19,04"]
    table = [
        "Taux TVA  Mt TVA  Mt HT  Mt TTC",
        "A 5,50%  0,18  3,21  3,39",
        "B 20,00%  2,61  13,04  15,65",
    ]
    known = from_text([*goods, *due, *table])
    assert [(i.label, i.vat_code) for i in known.items] == [
        ("CAROTTES", "A"),
        ("PATES 500G", "A"),
        ("VIN 3L", "B"),
    ]
    assert [i.vat_code for i in from_text([*goods, *due]).items] == [None] * 3
