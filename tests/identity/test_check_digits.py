"""Our check digits are those of python-stdnum."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean, luhn
from stdnum.iso7064 import mod_37_36

from agent.identity import check_digits

DIGITS = st.text("0123456789", min_size=1, max_size=19)


@given(DIGITS)
def test_digits_are_checked_as_the_library_does(body: str) -> None:
    assert check_digits.luhn(body) == luhn.calc_check_digit(body)
    assert check_digits.gs1(body) == ean.calc_check_digit(body)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12))
def test_letters_are_checked_as_the_library_does(body: str) -> None:
    assert check_digits.mod_37_36(body) == mod_37_36.calc_check_digit(body)
