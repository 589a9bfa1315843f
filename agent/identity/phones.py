"""A telephone number: phonenumberslite reads it, E.164 is its value and its key.

A number without its country's prefix is one of the shop's country.  In France also one
of the overseas departments, whose ranges are not used at home (0692 is Réunion's).
"""

from __future__ import annotations

import re
from typing import Final

from agent.identity.kinds import DOT, Contact, Fault, Line, Unfit

MAX_TYPED_CHARS: Final = 40
_TYPED: Final = re.compile(r"(?:tel:)?[0-9+().\-/\s\u00a0\u202f]+", re.IGNORECASE)
"""Digits and what stands between them; letters are no number that anybody types."""

ALSO: Final = {"FR": ("RE", "GP", "MQ", "GF", "YT")}
"""Whose numbers are dialled as the country's own."""

_SAME_DIGIT: Final = re.compile(r"\d?(\d)\1{7,}")
_ONE_PAIR: Final = re.compile(r"(\d\d)\1{4,}")
COUNTED: Final = frozenset({"102030405", "123456789"})
"""01 02 03 04 05 and 01 23 45 67 89: typed to get past a field."""

_LINES: Final[dict[int, Line]] = {0: "fixed", 1: "mobile", 2: "either"}
"""phonenumbers.PhoneNumberType: FIXED_LINE, MOBILE, FIXED_LINE_OR_MOBILE."""
SHOWN_AT_ENDS: Final = 2


def read(text: str, country: str) -> Contact | Unfit:
    """A number as typed in a shop of ``country`` (ISO 3166, two letters)."""
    typed = text.strip()
    if not typed:
        return Unfit("phone", Fault.EMPTY)
    if len(typed) > MAX_TYPED_CHARS:
        return Unfit("phone", Fault.TOO_LONG)
    if not _TYPED.fullmatch(typed):
        return Unfit("phone", Fault.NOT_A_NUMBER)
    return _parsed(typed, country)


def _parsed(typed: str, country: str) -> Contact | Unfit:
    import phonenumbers as lib

    for region in (country, *ALSO.get(country, ())):
        try:
            number = lib.parse(typed, region)
        except lib.NumberParseException:
            return Unfit("phone", Fault.NOT_A_NUMBER)
        if lib.is_valid_number(number):
            break
    else:
        return Unfit("phone", Fault.NO_SUCH_NUMBER)
    if _is_nobodys(str(number.national_number)):
        return Unfit("phone", Fault.NOBODYS)
    value = lib.format_number(number, lib.PhoneNumberFormat.E164)
    home = number.country_code == lib.country_code_for_region(country)
    style = lib.PhoneNumberFormat
    shown = lib.format_number(number, style.NATIONAL if home else style.INTERNATIONAL)
    line = _LINES.get(lib.number_type(number), "other")
    return Contact("phone", value, value, mask(shown), line=line)


def mask(shown: str) -> str:
    """``06 12 34 56 78`` -> ``06 •• •• •• 78``; of a short one nothing is left.

    Of an international one the country's prefix stays, and the last two digits.
    """
    prefix, space, rest = (
        shown.partition(" ") if shown.startswith("+") else ("", "", shown)
    )
    places = [at for at, char in enumerate(rest) if char.isdigit()]
    first = 0 if prefix else SHOWN_AT_ENDS
    if len(places) < 4 * SHOWN_AT_ENDS:
        kept: set[int] = set()
    else:
        kept = {*places[:first], *places[-SHOWN_AT_ENDS:]}
    hidden = "".join(
        DOT if char.isdigit() and at not in kept else char
        for at, char in enumerate(rest)
    )
    return f"{prefix}{space}{hidden}"


def _is_nobodys(national: str) -> bool:
    """One digit all along behind the first, one pair all along, or counted up."""
    same = _SAME_DIGIT.fullmatch(national) or _ONE_PAIR.fullmatch(f"0{national}")
    return national in COUNTED or same is not None
