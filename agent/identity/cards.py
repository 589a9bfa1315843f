"""A loyalty card's number: which kind it is, and whether its check digit holds.

Kinds: GS1 GSRN, 18 digits, element string (8018) or Digital Link ``/8018/`` (GS1
General Specifications, 3.2.4); EAN-13 of the ranges that GS1 leaves to the shop
(restricted circulation, 1.4.5: 020-029, 040-049, 200-299), also as UPC-A without its
leading zero; ISO/IEC 7812, 16 to 19 digits with a Luhn digit; and whatever a shop
prints itself, letters and digits, which no digit checks.

The key leaves the check digit out, for scanners do; a wrong one is refused here, and
the number with the right one is a hint: a digit was misread, nobody knows which.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from agent.identity import check_digits
from agent.identity.kinds import DOT, Contact, Fault, Unfit

MAX_TYPED_CHARS: Final = 512
"""A Digital Link is an address of the shop's."""

Scheme = Literal["gsrn", "ean", "luhn", "own"]

_LINK: Final = re.compile(
    r"https?://[^\s?#]*/8018/([0-9]{18})(?:[/?#][^\s]*)?", re.IGNORECASE
)
_ELEMENT: Final = re.compile(r"(?:\]C1|\]d2|\]e0|\]Q3)?\(?8018\)?([0-9]{18})")
"""As a scanner sends it, with its symbology identifier (ISO/IEC 15424) or without."""
_OWN: Final = re.compile(r"[0-9A-Za-z]{4,24}")
_BETWEEN: Final = re.compile(r"[\s\u00a0\u202f.\-]+")
_RESTRICTED: Final = re.compile(r"(?:02|04|2)[0-9]+")
SHOWN: Final = 3


def read(text: str) -> Contact | Unfit:
    """A card's number as printed, typed or scanned."""
    typed = text.strip()
    if not typed:
        return Unfit("loyalty", Fault.EMPTY)
    if len(typed) > MAX_TYPED_CHARS:
        return Unfit("loyalty", Fault.TOO_LONG)
    gsrn = _LINK.fullmatch(typed) or _ELEMENT.fullmatch(_BETWEEN.sub("", typed))
    if gsrn:
        return _checked("gsrn", gsrn[1])
    plain = _BETWEEN.sub("", typed)
    if not _OWN.fullmatch(plain):
        return Unfit("loyalty", Fault.NOT_A_CARD)
    if not plain.isdigit():
        return _card("own", plain.upper(), plain.upper())
    return _digits(plain)


def mask(number: str) -> str:
    """``•••217``: the end, as on the receipt; of a short number nothing."""
    return DOT * 3 + (number[-SHOWN:] if len(number) > 2 * SHOWN else "")


def _digits(number: str) -> Contact | Unfit:
    """By its length; one that nothing checks is the shop's own."""
    if len(number) == 18 and _gs1_holds(number):
        return _checked("gsrn", number)
    if len(number) == 13 and _RESTRICTED.fullmatch(number):
        return _checked("ean", number)
    longer = f"0{number}"
    if len(number) == 12 and _RESTRICTED.fullmatch(longer) and _gs1_holds(longer):
        return _checked("ean", longer)
    if 16 <= len(number) <= 19:
        return _checked("luhn", number)
    return _card("own", number, number)


def _checked(scheme: Scheme, number: str) -> Contact | Unfit:
    body, digit = number[:-1], _check_digit(scheme, number[:-1])
    if number[-1] == digit:
        return _card(scheme, number, body)
    return Unfit("loyalty", Fault.CHECK_DIGIT, body + digit)


def _card(scheme: Scheme, number: str, body: str) -> Contact:
    return Contact("loyalty", number, f"{scheme}:{body}", mask(number))


def _check_digit(scheme: Scheme, body: str) -> str:
    return check_digits.luhn(body) if scheme == "luhn" else check_digits.gs1(body)


def _gs1_holds(number: str) -> bool:
    return check_digits.gs1(number[:-1]) == number[-1]
