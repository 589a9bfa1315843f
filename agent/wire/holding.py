"""What the mappers to other formats share: exact numbers, text, addresses.

A format that can't hold a number or a document refuses it (``NotHeldError``);
nothing is rounded and nothing is cut.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from agent.wire.money import DEFAULT_EXPONENT, EXPONENTS
from agent.wire.receipt import GTIN

MAX_DIGITS: Final = 15
"""Of a number: a double gives back any decimal of as many (C, ``DBL_DIG``)."""

MIDNIGHT: Final = dt.time()
"""In formats whose day has always a time: the paper printed none."""

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_TOWN: Final = re.compile(r"([0-9]{4,5}) (\S.*)")


class NotHeldError(ValueError):
    """The format has no place for what this document is or says."""


def exponent(currency: str) -> int:
    """Decimals of a currency, which must be three letters (ISO 4217).

    Raises:
        NotHeldError: it is not.
    """
    if not _CURRENCY.fullmatch(currency):
        raise NotHeldError("the currency is not written in three letters")
    return EXPONENTS.get(currency, DEFAULT_EXPONENT)


def major(minor: int, currency: str) -> Decimal:
    """Minor units as the number that people write; exact.

    Raises:
        NotHeldError: fifteen digits do not hold it, and no double would.
    """
    return _shifted(minor, -exponent(currency))


def minor(major: Decimal, currency: str) -> int:
    """The way back.

    Raises:
        NotHeldError: it is too large, or has parts of a minor unit.
    """
    places = exponent(currency)
    if not _is_plain(major) or major != round(major, places):
        raise NotHeldError("an amount is out of bounds or has parts of a minor unit")
    return int(major.scaleb(places))


def percent(basis_points: int) -> Decimal:
    """``550`` is 5.5 per cent."""
    return _shifted(basis_points, -2)


def basis_points(per_cent: Decimal) -> int | None:
    """The way back; ``None`` if it has parts of a basis point."""
    if not _is_plain(per_cent) or per_cent != round(per_cent, 2):
        return None
    return int(per_cent.scaleb(2))


def plain(number: Decimal) -> str:
    """Without an exponent: ``0.792``.

    Raises:
        NotHeldError: it would be long; 1E+999999 is a decimal too.
    """
    if not _is_plain(number):
        raise NotHeldError("a number has too many digits")
    text = format(number, "f") if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shifted(whole: int, power: int) -> Decimal:
    if abs(whole) >= 10**MAX_DIGITS:
        raise NotHeldError("a number has too many digits")
    return Decimal(whole).scaleb(power)


def _is_plain(number: Decimal) -> bool:
    if not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS:
        return False
    return not number or abs(number.adjusted()) <= MAX_DIGITS


def double(number: Decimal) -> float:
    """As a JSON number, from which ``decimal`` gets the same back.

    Raises:
        NotHeldError: it has more digits than a double keeps.
    """
    if not _is_plain(number):
        raise NotHeldError("a number has too many digits")
    return float(number)


def decimal(number: float) -> Decimal:
    """The shortest decimal that a JSON number stands for: 0.1 is a tenth."""
    return Decimal(int(number) if number.is_integer() else repr(number))


def filled(text: str | None) -> str | None:
    """An empty text says nothing."""
    return text or None


def gtin(text: str | None) -> str | None:
    """An article number of GS1, or ``None``."""
    return text if re.fullmatch(GTIN, text or "") else None


class Postal(NamedTuple):
    """An address as formats want it; ``town`` may have no postcode."""

    street: tuple[str, ...]
    postcode: str = ""
    city: str = ""


def split_address(lines: Sequence[str]) -> Postal:
    """The printed lines; a last one of ``75010 PARIS`` is postcode and city."""
    kept = whole_lines(lines)
    town = _TOWN.fullmatch(kept[-1]) if kept else None
    return Postal(kept[:-1], town[1], town[2]) if town else Postal(kept)


def join_address(postal: Postal) -> tuple[str, ...]:
    """The way back."""
    town = " ".join(part for part in (postal.postcode, postal.city) if part)
    return whole_lines((*postal.street, town))


def whole_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Line breaks end lines, and empty ones go."""
    return tuple(line for line in "\n".join(lines).split("\n") if line)


def text_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """What is left of lines that were one text: breaks end lines, none is lost."""
    text = "\n".join(lines)
    return tuple(text.split("\n")) if text else ()


def wall_time(time: dt.time | None) -> dt.time | None:
    """The clock on the wall, without zone; midnight is no time."""
    bare = time.replace(tzinfo=None, fold=0) if time else None
    return None if bare == MIDNIGHT else bare


ALPHA_3: Final[Mapping[str, str]] = {
    "AD": "AND", "AL": "ALB", "AT": "AUT", "AU": "AUS", "BA": "BIH", "BE": "BEL",
    "BG": "BGR", "BY": "BLR", "CA": "CAN", "CH": "CHE", "CN": "CHN", "CY": "CYP",
    "CZ": "CZE", "DE": "DEU", "DK": "DNK", "DZ": "DZA", "EE": "EST", "ES": "ESP",
    "FI": "FIN", "FR": "FRA", "GB": "GBR", "GF": "GUF", "GP": "GLP", "GR": "GRC",
    "HR": "HRV", "HU": "HUN", "IE": "IRL", "IL": "ISR", "IS": "ISL", "IT": "ITA",
    "JP": "JPN", "LI": "LIE", "LT": "LTU", "LU": "LUX", "LV": "LVA", "MA": "MAR",
    "MC": "MCO", "MD": "MDA", "ME": "MNE", "MK": "MKD", "MQ": "MTQ", "MT": "MLT",
    "MY": "MYS", "NC": "NCL", "NL": "NLD", "NO": "NOR", "PF": "PYF", "PL": "POL",
    "PT": "PRT", "RE": "REU", "RO": "ROU", "RS": "SRB", "SE": "SWE", "SG": "SGP",
    "SI": "SVN", "SK": "SVK", "SM": "SMR", "TN": "TUN", "TR": "TUR", "UA": "UKR",
    "US": "USA", "VA": "VAT", "YT": "MYT",
}  # fmt: skip
"""ISO 3166-1, Europe and where its tills are sold; a country outside is not held."""
ALPHA_2: Final[Mapping[str, str]] = {three: two for two, three in ALPHA_3.items()}
