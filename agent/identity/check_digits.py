"""Check digits of cards and codes.

python-stdnum has all of these, and brings along pydoc and what that reads documentation
with: a megabyte that the relay would hold for three sums.
"""

from __future__ import annotations

from typing import Final

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def luhn(body: str) -> str:
    """Of digits (ISO/IEC 7812-1, annex B)."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::-2])
    return str(-(doubled + sum(map(int, body[-2::-2]))) % 10)


def gs1(body: str) -> str:
    """Of digits; one rule for all GS1 keys (GS1 General Specifications, 7.9)."""
    return str(-(3 * sum(map(int, body[::-2])) + sum(map(int, body[-2::-2]))) % 10)


def mod_37_36(body: str) -> str:
    """Of digits and capital letters (ISO/IEC 7064, hybrid system MOD 37,36)."""
    check = 36
    for char in body:
        check = (check + _LETTERS.index(char)) % 36 or 36
        check = 2 * check % 37
    return _LETTERS[(1 - check) % 36]
