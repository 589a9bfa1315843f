"""Amounts and rates, as tills print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.receipt.amounts import amounts_in, rates_in, times


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("PAIN 12,50", [1250]),
        ("PAIN 12.50", [1250]),
        ("12,50 €", [1250]),
        ("3.43EUR", [343]),
        ("RM106.50 S", [10650]),
        ("RM    .00", [0]),
        ("REMISE 0,47-", [-47]),
        ("-0,80 €", [-80]),
        ("RM -1.50", [-150]),
        ("-RM0.01", [-1]),
        ("1 234,56", [123456]),
        ("1.234,56 EUR", [123456]),
        ("1,234.56", [123456]),
        ("KIWI 0,59X4   2,36", [59, 236]),
        ("-1 X 59,99   -59,99", [5999, -5999]),
        ("TOTAL:12,50", [1250]),
    ],
)
def test_printed_forms_are_read(text: str, cents: list[int]) -> None:
    assert [a.cents for a in amounts_in(text)] == cents


@pytest.mark.parametrize(
    "text",
    ["5,50%", "20,00 %", "COCA 0.33L", "1,500 KG", "12.50.2019", "09.05.26", "1.2.34",
     "NO 122.124", "V1.25", "1.234.56", "1 234.567,89", "12,5", "TEL 03-33623608", "3,14159"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert amounts_in(text) == ()


def test_a_price_per_unit_is_marked() -> None:
    assert [a.per_unit for a in amounts_in("0,792 KG X 2,49 EUR/KG")] == [True]


def test_a_currency_between_two_amounts_belongs_to_the_first() -> None:
    first, second = amounts_in("1,20 EUR 3,00")
    assert (first.cents, second.cents) == (120, 300)
    assert first.end == second.start == len("1,20 EUR")


@pytest.mark.parametrize(
    ("text", "rates"),
    [("TVA 5,5 %", [550]), ("20%", [2000]), ("A= 19,0%", [1900]), ("2,10%", [210])],
)
def test_rates_are_basis_points(text: str, rates: list[int]) -> None:
    assert list(rates_in(text)) == rates


def test_weights_round_half_away_from_zero() -> None:
    assert times((792, 3), 249) == 197
    assert times((5, 1), 1) == 1
    assert times((-5, 1), 1) == -1


@given(st.integers(-99_999_99, 99_999_99))
def test_every_amount_comes_back(cents: int) -> None:
    text = (
        f"ARTICLE   {'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02}"
    )
    assert [a.cents for a in amounts_in(text)] == [cents]
