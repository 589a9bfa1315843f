"""VAT rates by country, and VAT of an amount at a rate, in minor units."""

from __future__ import annotations

RATES: dict[str, tuple[int, ...]] = {
    "FR": (2000, 1000, 550, 210, 0),
    "DE": (1900, 700, 1600, 500, 0),
    "BE": (2100, 1200, 600, 0),
    "LU": (1700, 800, 300, 1400, 0),
    "NL": (2100, 900, 0),
    "AT": (2000, 1300, 1000, 0),
    "CH": (810, 380, 260, 770, 370, 250, 0),
    "ES": (2100, 1000, 400, 0),
    "IT": (2200, 1000, 500, 400, 0),
    "PT": (2300, 1300, 600, 2200, 1200, 500, 400, 0),
    "GB": (2000, 500, 0),
    "IE": (2300, 1350, 900, 480, 0),
    "MC": (2000, 1000, 550, 210, 0),
    "DK": (2500, 0),
    "SE": (2500, 1200, 600, 0),
    "NO": (2500, 1500, 1200, 0),
    "FI": (2550, 1400, 1350, 1000, 2400, 0),
    "PL": (2300, 800, 500, 0),
    "CZ": (2100, 1200, 1500, 1000, 0),
    "RO": (2100, 1100, 1900, 900, 500, 0),
    "MY": (600, 1000, 800, 500, 0),
    "AU": (1000, 0),
    "SG": (900, 800, 700, 0),
}
"""VAT rates by country, in basis points, today's first."""

ANY_RATE = tuple(
    sorted({rate for rates in RATES.values() for rate in rates}, reverse=True)
)
MAX_RATE = 3000
"""No VAT rate in Europe is above 27 %."""


def vat_of(net: int, rate: int) -> int:
    """VAT on a net amount, half away from zero, in minor units."""
    return _half(net * rate, 10_000)


def vat_in(gross: int, rate: int) -> int:
    """VAT contained in a gross amount."""
    return _half(gross * rate, 10_000 + rate)


def _half(numerator: int, denominator: int) -> int:
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def near(net: int, vat: int, rate: int) -> bool:
    """Whether VAT fits net at this rate, within a cent on either base."""
    return abs(vat_of(net, rate) - vat) <= 1 or abs(vat_in(net + vat, rate) - vat) <= 1


def guess_rate(net: int, vat: int, country: str) -> int | None:
    """The rate of the country at which ``vat`` is due on ``net``, within a cent."""
    for rate in RATES.get(country, ANY_RATE):
        if net and near(net, vat, rate):
            return rate
    return None
