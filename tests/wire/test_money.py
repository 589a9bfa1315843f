"""Amounts as people read them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.money import EXPONENTS, Lang, format_minor, format_money


@pytest.mark.parametrize(
    ("minor", "currency", "lang", "written"),
    [
        (4217, "EUR", "fr", "42,17\u00a0€"),
        (4217, "EUR", "en", "€42.17"),
        (0, "EUR", "fr", "0,00\u00a0€"),
        (5, "EUR", "fr", "0,05\u00a0€"),
        (-5, "EUR", "fr", "\u22120,05\u00a0€"),
        (-123456, "EUR", "en", "\u2212€1,234.56"),
        (123456789, "EUR", "fr", "1\u202f234\u202f567,89\u00a0€"),
        (1500, "XPF", "fr", "1\u202f500\u00a0XPF"),
        (1500, "JPY", "en", "¥1,500"),
        (12345, "TND", "fr", "12,345\u00a0TND"),
        (999, "CHF", "en", "CHF\u00a09.99"),
    ],
)
def test_an_amount_is_written_the_way_its_reader_writes_it(
    minor: int, currency: str, lang: Lang, written: str
) -> None:
    assert format_money(minor, currency, lang) == written


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(["EUR", "CHF", *EXPONENTS]),
    st.sampled_from(["fr", "en"]),
)
def test_every_figure_survives_and_nothing_can_break_the_line(
    minor: int, currency: str, lang: Lang
) -> None:
    written = format_money(minor, currency, lang)
    figures = "".join(re.findall(r"\d", written))
    assert int(figures) == abs(minor)
    assert ("\u2212" in written) == (minor < 0)
    assert " " not in written


def test_figures_alone_carry_no_sign_of_a_currency() -> None:
    assert format_minor(-4217, "EUR", "fr") == "\u221242,17"
