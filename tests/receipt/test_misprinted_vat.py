"""A VAT row with a wrong figure is a row all the same: it fails its equation."""

from __future__ import annotations

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import Level

SOLD = ["PILES AAA   5,99 C", "TOTAL   5,99", "ESPECES   5,99"]
BOTTLES = ["LIMONADE   3,60 A", "VIDANGE   0,60", "TOTAL   4,20", "ESPECES   4,20"]


@pytest.mark.parametrize(
    ("head", "right", "wrong"),
    [
        ("TVA  %  HTVA  TVA  TVAC", "C 21,00 4,95 1,04 5,99", "C 21,00 4,95 1,04 7,36"),
        ("Moms%  Moms  Netto  Brutto", "12 0,64 5,35 5,99", "12 0,64 6,72 5,99"),
        ("Code  Taux  HT  TVA  TTC", "C 20,00 4,99 1,00 5,99", "C 20,00 4,99 2,37 5,99"),
    ],
)  # fmt: skip
def test_a_wrong_figure_in_a_bare_row_is_told(
    head: str, right: str, wrong: str
) -> None:
    assert from_text([*SOLD, head, right]).verdict.level is Level.V2
    assert from_text([*SOLD, head, wrong]).verdict.level is Level.V0


def test_a_deposit_that_the_table_leaves_out_excuses_no_wrong_row() -> None:
    head = "TVA  %  HTVA  TVA  TVAC"
    right = from_text([*BOTTLES, head, "A 6,00 3,40 0,20 3,60"], country="BE")
    wrong = from_text([*BOTTLES, head, "A 6,00 4,77 0,20 3,60"], country="BE")
    assert (right.verdict.level, wrong.verdict.level) == (Level.V2, Level.V0)


def test_a_service_charge_without_vat_is_no_contradiction() -> None:
    bill = ["FISH   33.00", "BEER   13.00", "Service 12.5%   5.75", "Total   51.75"]
    paid = [*bill, "Visa Debit   51.75"]
    right = from_text([*paid, "VAT 20% included   7.67"], country="GB")
    wrong = from_text([*paid, "VAT 20% included   9.04"], country="GB")
    assert (right.verdict.level, wrong.verdict.level) == (Level.V2, Level.V0)


@pytest.mark.parametrize(
    ("row", "gap"),
    [
        ("BTW 6%   5,65 0,70", 36),
        ("BTW 6%   5,65 0,34 6,09", 10),
        ("TVA A 6%  5,65 6,20", 21),
        ("A 6,0%  BTW 5,65 0,70", 36),
        ("BTW 7,3%   5,65 0,70", 36),
        ("A 6,0%   5,65 0,34 6,49", 50),
        ("BTW 6%  TVAC 5,99 BTW 0,74", 42),
        ("BTW 6%  HTVA 5,05 TVAC 5,99", 64),
        ("Taux  HT  TVA  TTC\n20%  10,00  9,00", 401),
    ],
)
def test_a_row_that_fits_its_rate_in_no_way_is_told_without_a_head(
    row: str, gap: int
) -> None:
    paper = ["PILES AAA   5,99", "TOTAL   5,99", "BANCONTACT   5,99"]
    assert from_text(paper, country="BE").verdict.level is Level.V2
    verdict = from_text([*paper, *row.splitlines()], country="BE").verdict
    assert verdict.level is Level.V0
    (taxes,) = (each for each in verdict.equations if each.name == "A3")
    assert (taxes.holds, taxes.gap) == (False, gap)


def test_beside_rates_of_which_only_the_tax_is_told_it_is_told_too() -> None:
    paper = [
        "PAIN   5,50",
        "VIN   6,00",
        "TOTAL   11,50",
        "CB   11,50",
        "TVA 5,5%   0,29",
    ]
    right = from_text([*paper, "TVA 20%   5,00   1,00"]).verdict
    wrong = from_text([*paper, "TVA 20%   5,00   1,70"]).verdict
    assert (right.level, wrong.level) == (Level.V2, Level.V0)


def test_a_row_that_closes_at_its_rate_needs_no_head() -> None:
    paper = ["MILCH   1,07", "SEIFE   1,19", "SUMME   2,26", "BAR   2,26"]
    rows = ["A 19,0%   1,00   0,19   1,19", "B  7,0%   1,00   0,07   1,07"]
    receipt = from_text([*paper, *rows], country="DE")
    assert [(row.code, row.rate, row.vat) for row in receipt.vat] == [
        ("A", 1900, 19),
        ("B", 700, 7),
    ]
    assert any(each.name == "A3" and each.holds for each in receipt.verdict.equations)
