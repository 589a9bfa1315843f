"""What the sums are counted in."""

from __future__ import annotations

import pytest

from agent.receipt.read import from_text


def counted_in(line: str, country: str) -> str:
    return from_text(["A 70,00", "B 44,00", line], country=country).currency


@pytest.mark.parametrize(
    ("line", "country", "currency"),
    [
        ("SUMA PLN 114,00", "FR", "PLN"),
        ("SUMA 114,00 zł", "FR", "PLN"),
        ("TOTALT SEK 114,00", "FR", "SEK"),
        ("TOTAL LEI 114,00", "FR", "RON"),
        ("TOTAL LEI 114,00", "MD", "MDL"),
        ("CELKEM 114,00 Kč", "FR", "CZK"),
        ("OSSZESEN 1 140 Ft", "FR", "HUF"),
        ("TOTAL £114.00", "FR", "GBP"),
        ("TOTAL $114.00", "FR", "USD"),
        ("TOTAL $114.00", "CA", "CAD"),
        ("TOTAL CHF 114.00", "DE", "CHF"),
        ("TOTAL 114,00 kr", "DK", "DKK"),
        ("SUM kr 114,00", "NO", "NOK"),
        ("TOTAL EUR 114.00", "CH", "EUR"),
    ],
)
def test_what_stands_beside_the_sum_is_its_currency(
    line: str, country: str, currency: str
) -> None:
    assert counted_in(line, country) == currency


@pytest.mark.parametrize(
    ("country", "currency"),
    [("SE", "SEK"), ("PL", "PLN"), ("HU", "HUF"), ("TR", "TRY"), ("HR", "EUR"), ("BG", "EUR"), ("LI", "CHF"), ("ZZ", "EUR")],
)  # fmt: skip
def test_else_it_is_the_country_s(country: str, currency: str) -> None:
    assert counted_in("TOTAL 114,00", country) == currency


def test_the_sum_in_another_currency_beside_the_own_changes_nothing() -> None:
    lines = ["BROT 16.95", "TOTAL CHF 16.95", "TOTAL EUR 17.80", "BAR CHF 16.95"]
    assert from_text(lines, country="CH").currency == "CHF"
    assert counted_in("TOTAL 114,00 EUR  (USD 120,00)", "FR") == "EUR"


def test_kr_of_a_country_without_crowns_names_nothing() -> None:
    assert counted_in("TOTAL 114,00 kr", "FR") == "EUR"


@pytest.mark.parametrize("line", ["VISA USD 130,00", "CABLE 3 RM 12,00"])
def test_a_card_s_currency_and_a_product_are_not_the_sale_s(line: str) -> None:
    lines = ["A 70,00", line, "TOTAL 114,00", line]
    assert from_text(lines, country="FR").currency == "EUR"
