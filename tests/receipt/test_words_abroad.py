"""What totals, taxes and tenders are called north and east of the big seven languages."""

from __future__ import annotations

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import DocKind, Level

SHOP = ["SHOP AB", "Gata 3", "28.11.2026 10:00"]


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("SE", "TOTALT 114,00"), ("SE", "SUMMA 114,00"), ("SE", "ATT BETALA 114,00"), ("SE", "TOTALT SEK 114,00"),
        ("NO", "SUM 114,00"), ("NO", "TOTALT 3 VARER 114,00"), ("NO", "Å BETALE 114,00"), ("DK", "I ALT 114,00"),
        ("DK", "AT BETALE 114,00"), ("FI", "YHTEENSÄ 114,00"), ("PL", "SUMA PLN 114,00"), ("PL", "DO ZAPŁATY 114,00"),
        ("PL", "RAZEM 114,00"), ("CZ", "CELKEM 114,00"), ("CZ", "K ÚHRADĚ 114,00"), ("HU", "ÖSSZESEN 114,00"),
        ("RO", "TOTAL LEI 114,00"), ("RO", "SUMA 114,00"), ("DE", "BRUTTO 114,00"), ("GR", "SYNOLO 114,00"), ("GR", "ΣΥΝΟΛΟ 114,00"),
    ],
)  # fmt: skip
def test_the_total_is_named(country: str, line: str) -> None:
    receipt = from_text([*SHOP, "A 70,00", "B 44,00", line], country=country)
    assert receipt.total == 11400
    assert receipt.kind is DocKind.SALE
    assert len(receipt.items) == 2


def test_net_and_tax_above_a_gross_sum_are_no_goods() -> None:
    lines = [
        "Werkzeug Maier GmbH", "Industriestr. 8, 70565 Stuttgart", "RECHNUNG Nr. RE-2026-0091",
        "Kunde: Bau Schmidt GmbH, Ring 1, 70000 Stuttgart", "Bohrer 8mm 10 x 2,50 25,00",
        "Netto 25,00", "MwSt 19% 4,75", "Brutto 29,75", "EC 29,75",
    ]  # fmt: skip
    receipt = from_text(lines, country="DE")
    assert (receipt.kind, receipt.total) == (DocKind.INVOICE, 2975)
    assert [item.amount for item in receipt.items] == [2500]


@pytest.mark.parametrize(
    "taxes",
    [
        ["SPRZEDAŻ OPODATKOWANA C 12,18", "PTU C 5% 0,58", "SUMA PTU 0,58"],
        ["Sprzed. opod. PTU C 12,18", "Kwota C 05,00% 0,58", "Podatek PTU 0,58"],
    ],
)
def test_polish_tax_lines_are_no_goods(taxes: list[str]) -> None:
    sold = ["Chleb 1 * 5,20 5,20C", "Mleko 2 * 3,49 6,98C"]
    paid = ["SUMA PLN 12,18", "GOTÓWKA 12,18"]
    receipt = from_text([*SHOP, "PARAGON FISKALNY", *sold, *taxes, *paid], country="PL")
    assert [item.amount for item in receipt.items] == [520, 698]
    assert receipt.verdict.level is Level.V2


def test_tenders_and_change_of_the_north_are_known() -> None:
    lines = [*SHOP, "BRØD 42,90", "TOTALT 42,90", "KONTANT 50,00", "TILBAKE 7,10"]
    receipt = from_text(lines, country="NO")
    assert (receipt.change, receipt.verdict.level) == (710, Level.V2)
    card = from_text([*SHOP, "KORV 70,00", "TOTALT 70,00", "Kort 70,00"], country="SE")
    assert [paid.amount for paid in card.payments] == [7000]


@pytest.mark.parametrize(
    ("country", "paper", "total"),
    [
        ("HR", "Kava   3,60\nKolac   5,00\nUKUPNO EUR   8,60\nGotovina   10,00\nPovrat   1,40", 860),
        ("TR", "KAHVE   90,00\nBAKLAVA   75,00\nTOPKDV   15,00\nTOPLAM   165,00\nNAKIT   200,00\nPARA USTU   35,00", 16500),
        ("IN", "DOSA   240.00\nTHALI   160.00\nSUB TOTAL   400.00\nCGST 9%   36.00\nSGST 9%   36.00\nGRAND TOTAL Rs.   472.00\nUPI   472.00", 47200),
    ],
)  # fmt: skip
def test_sums_and_tenders_of_more_lands_are_proven(
    country: str, paper: str, total: int
) -> None:
    receipt = from_text(paper.splitlines(), country=country)
    assert (receipt.total, receipt.verdict.level) == (total, Level.V2)
    assert len(receipt.items) == 2


def test_a_deposit_that_is_not_taken_is_no_goods_and_no_proforma() -> None:
    lines = [
        "PACK ADULTE   48,00",
        "CAUTION (non encaissee) 300,00",
        "TOTAL   48,00",
        "CB   48,00",
    ]
    receipt = from_text(lines)
    assert (receipt.kind, receipt.verdict.level) == (DocKind.SALE, Level.V2)
    assert [i.amount for i in receipt.items] == [4800]
