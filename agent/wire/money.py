"""Money for people: integer minor units and a currency become a sentence's amount.

``4217, EUR`` is ``42,17 €`` in French and ``€42.17`` in English, as CLDR 46
writes them: a no-break space before the sign and a narrow one between
thousands in French, the sign in front and commas in English.  The minus is
U+2212, which has the width of a figure.  Pure; an unknown currency is written
with its three letters and two decimals (ISO 4217's common case), never refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Lang = Literal["fr", "en"]
Tongue = Literal["fr", "en", "es", "de", "ar"]
"""What a customer may read; the counter's own people read one of :data:`Lang`."""

NO_BREAK: Final = "\u00a0"
NARROW_NO_BREAK: Final = "\u202f"
MINUS: Final = "\u2212"

EXPONENTS: Final[dict[str, int]] = {
    "BHD": 3,
    "CLP": 0,
    "ISK": 0,
    "JPY": 0,
    "KRW": 0,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
    "VND": 0,
    "XAF": 0,
    "XOF": 0,
    "XPF": 0,
}
"""Decimals of a currency where they are not two (ISO 4217, list one)."""

SIGNS: Final[dict[str, str]] = {
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "USD": "$",
}
"""Signs that mean one currency to a reader in France; others keep their letters."""

DEFAULT_EXPONENT: Final = 2


@dataclass(frozen=True, slots=True)
class Manner:
    """How a language writes an amount."""

    thousands: str
    decimal: str
    sign_first: bool


MANNERS: Final[dict[Tongue, Manner]] = {
    "fr": Manner(thousands=NARROW_NO_BREAK, decimal=",", sign_first=False),
    "en": Manner(thousands=",", decimal=".", sign_first=True),
    "es": Manner(thousands=".", decimal=",", sign_first=False),
    "de": Manner(thousands=".", decimal=",", sign_first=False),
    # As the Maghreb writes it, whose Arabic is read in France.
    "ar": Manner(thousands=".", decimal=",", sign_first=False),
}


def format_money(minor: int, currency: str, lang: Tongue) -> str:
    """``minor`` units of ``currency`` (ISO 4217 letters), written for ``lang``."""
    manner = MANNERS[lang]
    minus = MINUS if minor < 0 else ""
    figures = format_minor(minor, currency, lang).removeprefix(MINUS)
    sign = SIGNS.get(currency, currency)
    if not manner.sign_first:
        return f"{minus}{figures}{NO_BREAK}{sign}"
    gap = "" if currency in SIGNS else NO_BREAK
    return f"{minus}{sign}{gap}{figures}"


def format_minor(minor: int, currency: str, lang: Tongue) -> str:
    """The figures alone, for columns whose head names the currency."""
    manner = MANNERS[lang]
    exponent = EXPONENTS.get(currency, DEFAULT_EXPONENT)
    whole, part = divmod(abs(minor), 10**exponent)
    grouped = f"{whole:,}".replace(",", manner.thousands)
    tail = f"{manner.decimal}{part:0{exponent}d}" if exponent else ""
    return f"{MINUS if minor < 0 else ''}{grouped}{tail}"
