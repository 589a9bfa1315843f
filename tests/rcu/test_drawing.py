"""Bar codes that a scanner reads; money and dates that a person reads."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from decimal import Decimal

import pytest
import resvg_py
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rcu.bars import Bars, bars
from rcu.typography import MINUS, clean, clock_time, digits, money, percent, short_date


def _scan(drawn: Bars) -> str:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawn.width * 3}"'
        f' height="120" viewBox="0 0 {drawn.width} {drawn.height}"'
        ' preserveAspectRatio="none"><rect width="100%" height="100%" fill="#fff"/>'
        f'<path d="{drawn.path}"/></svg>'
    )
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg))
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    return str(found.text)


@pytest.mark.parametrize(
    ("system", "text"),
    [
        ("CODE128", "20261121-0042-3-004217"),
        ("CODE128", "2026112100423004217"),
        ("CODE128", "20261121004230042170"),
        ("code-128", 'a~ !"#€'[:6]),
        ("CODE128", "7"),
        ("EAN13", "3017620422003"),
        ("JAN13", "4901234567894"),
        ("EAN8", "96385074"),
        ("UPC-A", "036000291452"),
    ],
)
def test_a_scanner_reads_what_was_drawn(system: str, text: str) -> None:
    drawn = bars(system, text)
    if drawn is None:
        raise AssertionError(system, text)
    assert _scan(drawn).lstrip("0") == text.lstrip("0")


@pytest.mark.parametrize(
    ("system", "text"),
    [
        ("EAN13", "3017620422004"),
        ("EAN13", "301762042200"),
        ("EAN13", "٣017620422003"),
        ("CODE128", "é"),
        ("CODE128", ""),
        ("CODE128", "x" * 33),
        ("CODE128", "a\nb"),
        ("QR", "https://example.test"),
        ("", ""),
    ],
)
def test_what_a_code_cannot_hold_is_not_drawn(system: str, text: str) -> None:
    assert bars(system, text) is None


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=32)
)
def test_every_code_128_has_whole_symbols(text: str) -> None:
    drawn = bars("CODE128", text)
    assert drawn is not None
    assert (drawn.width - 22 - 13) % 11 == 0


@pytest.mark.parametrize(
    ("minor", "currency", "french", "english"),
    [
        (4217, "EUR", "42,17\u00a0€", "€42.17"),
        (0, "EUR", "0,00\u00a0€", "€0.00"),
        (-5, "EUR", "−0,05\u00a0€", "−€0.05"),
        (123456789, "EUR", "1\u202f234\u202f567,89\u00a0€", "€1,234,567.89"),
        (1050, "MYR", "10,50\u00a0MYR", "MYR\u00a010.50"),
        (1500, "XOF", "1\u202f500\u00a0XOF", "XOF\u00a01,500"),
    ],
)
def test_money(minor: int, currency: str, french: str, english: str) -> None:
    assert money(minor, currency, "fr") == french
    assert money(minor, currency, "en") == english


@given(st.integers(-(10**12), 10**12))
def test_no_cent_is_lost_between_the_amount_and_its_text(minor: int) -> None:
    text = money(minor, "EUR", "fr")
    plain = text.translate({0x202F: None, 0xA0: None, ord("€"): None})
    assert int(plain.replace(",", "").replace(MINUS, "-")) == minor


@pytest.mark.parametrize(
    ("rate", "french", "english"),
    [(550, "5,5\u00a0%", "5.5%"), (2000, "20\u00a0%", "20%"), (0, "0\u00a0%", "0%")],
)
def test_rates(rate: int, french: str, english: str) -> None:
    assert percent(rate, "fr") == french
    assert percent(rate, "en") == english


def test_quantities_keep_their_places() -> None:
    assert digits(Decimal("0.790"), "fr") == "0,790"
    assert digits(Decimal("-1.5"), "en") == "−1.5"


def test_dates_and_times() -> None:
    assert short_date(dt.date(2026, 8, 1), "fr") == "1er\u00a0août 2026"
    assert short_date(dt.date(2026, 8, 1), "en") == "1\u00a0August 2026"
    assert clock_time(dt.time(9, 5), "fr") == "9\u00a0h\u00a005"
    assert clock_time(dt.time(9, 5), "en") == "09:05"


@given(st.text())
def test_cleaning_is_final_and_leaves_no_control_character(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(unicodedata.category(character) == "Cc" for character in once)
