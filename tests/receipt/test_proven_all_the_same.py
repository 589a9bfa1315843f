"""Papers that prove themselves though they print a sum, a tax or a price in odd places."""

from __future__ import annotations

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import DocKind, Level

HEAD = [
    "KEDAI BUNGA RAYA",
    "NO. 4, JALAN MELUR",
    "47301 PETALING JAYA",
    "28/11/2026 19:02",
]
SUMMARY = "GST SUMMARY      AMOUNT(RM)      TAX(RM)"

PROVEN = {
    "a tax in the sums and in the table": (
        ["TEA 2.00", "FISH 52.56", "GST @ 6%    3.27", "ROUNDING ADJ  -0.03", "TOTAL 57.80", SUMMARY,
         "SR 6%           54.56         3.27"], {"A1", "A3"}),
    "net and tax in words": (
        ["LAMP     3   63.60     190.80", "DOOR     1   35.80      35.80",
         "TOTAL SALES (EXCLUDING GST) :   213.77", "TOTAL GST :    12.83", "TOTAL SALES (INCLUSIVE OF GST)  226.60"],
        {"A1", "A2", "A3"}),
    "lines among the goods that look like VAT rows": (
        ["UNIT PRICE    QTY    DISC     GST      AMOUNT", "4902505482038    PEN",
         "S    1.41     1      0.00     0.08       1.49", "TOTAL  RM 1.49", "CASH 2.00", "CHANGE 0.51", SUMMARY,
         "S(6%)                 1.41            0.08"], {"A1", "A3", "A5"}),
    "VAT rounded on every piece": (
        ["STOCK CUBES     RM134.80 S", "  @8 X RM 16.85", "BREAD       RM2.35 Z", "TOTAL SALES (INCLUSIVE GST) RM 137.15",
         "CASH RM 150.15", "CHANGE RM 13.00", SUMMARY, "S = 6%          127.20          7.60", "Z = 0%            2.35           .00"],
        {"A1", "A2", "A3", "A4", "A5"}),
    "the sum without a word": (
        ["CUTTER 59.36", "SAND PAPER 31.80", "", "         91.16", "TOTAL QTY:   2   91.16", "TOTAL 91.16", "CASH 91.16"], {"A1", "A5", "A6"}),
    "a tender above the sum": (
        ["TOAST 10.67", "COFFEE 5.00", "CASH 20.00", "", "     15.67", "SUBTOTAL 15.67", "10% SRV CHG 1.55", "TOTAL: 17.22",
         "RND ADJ 0.02-", "TTL AFT RND 17.20", "PAYMENT 20.00", "CHANGE DUE 2.80"], {"A1", "A5"}),
    "a size in brackets": (
        ["9556127101331        2.74    2.90      2.90  SR", "SODA [1.50]", "TOTAL 2.90", "CASH 2.90"], {"A1", "A5"}),
    "the price again below": (
        ["CARD 100'S", "2000000430096     4@       3.10    12.40 S", "                          3.10", "BOOK",
         "2000001592021    18@      1.30     23.40 S", "TOTAL PAYABLE AMOUNT 35.80", "CASH 35.80"], {"A1", "A2", "A5"}),
    "a price in the name above": (
        ["BOWL - 2.80", "   8 UNIT *       2.80    0.00    22.40  SR", "TOTAL 22.40", "CASH 22.40"], {"A1", "A2", "A5"}),
    "a discount in per cent between the columns": (
        ["ITEM   QTY   U/P   DISC%   AMOUNT", "4974052801334  48    2.70   7.41      120.00", "TOTAL QTY. :  48  120.00",
         "SUB-TOTAL (EX) : 120.00", "TOTAL TAX : 7.20", "TOTAL : 127.20", "CASH : 127.20"], {"A1", "A2", "A5", "A6"}),
    "a number of articles with decimals": (
        ["MAKANAN       15.00", "TOTAL QTY   =   1.00", "GST 6%   0.00", "TOTAL INCL. GST   15.00", "CASH 15.00"], {"A1", "A5"}),
    "a tariff above the fee": (
        ["TYPE  POSTED RATE A     RM3.00", "PARKING FEE    RM2.83", "GST(INCLUDED) 6.00 %   RM0.17", "TOTAL RM3.00", "PAID RM3.00"],
        {"A1", "A5"}),
    "fuel whose unit stands apart": (
        ["       39.54 LITRE PUMP # 07", "FUEL SAVE 95     RM    88.17 C", "   2.230     RM    /   LITRE", "TOTAL  RM 88.17", "VISA RM 88.17"],
        {"A1", "A5"}),
}  # fmt: skip


@pytest.mark.parametrize("what", PROVEN)
def test_it_is_proven_all_the_same(what: str) -> None:
    lines, proofs = PROVEN[what]

    verdict = from_text([*HEAD, *lines], country="MY").verdict

    assert [e.name for e in verdict.equations if not e.holds] == []
    assert {e.name for e in verdict.equations} == proofs
    assert verdict.level is Level.V2


def test_the_goods_are_those_that_have_a_price() -> None:
    receipt = from_text([*HEAD, *PROVEN["the price again below"][0]], country="MY")

    sold = [(i.label, i.amount, int(i.quantity or 1)) for i in receipt.items]
    assert sold == [("CARD 100'S", 1240, 4), ("BOOK", 2340, 18)]


def test_rows_among_the_goods_are_not_in_the_table() -> None:
    what = "lines among the goods that look like VAT rows"
    receipt = from_text([*HEAD, *PROVEN[what][0]], country="MY")

    assert [(row.net, row.vat) for row in receipt.vat] == [(141, 8)]


def test_a_total_that_its_tender_pays_wins_over_the_sum_without_tax() -> None:
    lines = ["PAPER 1.00", "TOTAL QTY. : 1  1.00", "SUB-TOTAL (EX) : 1.00", "TOTAL TAX : 0.06", "ROUNDING : -0.1",
             "TOTAL : 1.05", "CASH : 1.05"]  # fmt: skip
    receipt = from_text([*HEAD, *lines], country="MY")

    assert receipt.total == 105
    assert receipt.verdict.level is Level.V0  # 1.06 less a misprinted rounding


def test_items_and_taxes_alone_make_a_sale() -> None:
    lines = [
        "SOAP 53.40 SR",
        "MASK 58.50 SR",
        "AMT PAID INCL GST : RM111.90",
        SUMMARY,
        "SR(6%)   105.57   6.33",
    ]
    receipt = from_text([*HEAD, *lines], country="MY")

    assert receipt.kind is DocKind.SALE
