"""What a cashier types to find a receipt again."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.choice.search import MAX_WORDS, Found, fits, words

SALE = Found("2026-000482", 4217, dt.datetime(2026, 11, 21, 18, 42, tzinfo=dt.UTC))


def found(query: str, receipt: Found = SALE, *, card: bool = False) -> bool:
    wanted = words(query)
    return bool(wanted) and all(
        fits(word, receipt, card=card and bool(word.last_four)) for word in wanted
    )


@pytest.mark.parametrize(
    "query",
    [
        *("482", "000482", "2026-000482", "2026 0004"),
        *("42,17", "42.17", "42,17 €", "42,17\u00a0€", "42,17€", "-42,17"),
        *("18:42", "18h42", "1842", "18:40", "18:47"),
        *("42,17 18:42", "482 42,17 18h40"),
    ],
)
def test_it_is_found_by_number_amount_or_about_the_time(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize(
    "query", ["", "   ", "?", "483", "42,18", "18:30", "42,17 12:00", "9999"]
)
def test_another_is_not(query: str) -> None:
    assert not found(query)


def test_four_digits_may_be_the_last_ones_of_a_card() -> None:
    assert words("1234")[0].last_four == "1234"
    assert found("1234", card=True)
    assert words("12345")[0].last_four == ""


def test_an_amount_without_cents_and_with_thousands() -> None:
    large = Found("7", 124900, SALE.at)
    assert found("1249", large)
    assert found("1\u202f249,00 €", large)
    refund = Found("8", -4200, SALE.at)
    assert found("42", refund)


def test_about_midnight_is_about_midnight() -> None:
    late = Found("9", 1, dt.datetime(2026, 11, 21, 23, 58, tzinfo=dt.UTC))
    assert found("00:01", late)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read(query: str) -> None:
    read = words(query)
    assert len(read) <= MAX_WORDS
    for word in read:
        assert isinstance(fits(word, SALE), bool)
