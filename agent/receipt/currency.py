"""The currency of the sums: what stands beside them, else that of the till's country.

Codes of ISO 4217; the country's table is complete for Europe.  Swiss and airport tills
print the sum in a second currency too, so the country's own wins where both stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from agent.receipt.lines import Page
from agent.receipt.role_words import Role
from agent.receipt.roles import NAMED, SUMS

EURO: Final = "EUR"

OF_COUNTRY: Final = {
    "AL": "ALL", "BA": "BAM", "BY": "BYN", "CH": "CHF", "CZ": "CZK", "DK": "DKK",
    "FO": "DKK", "GB": "GBP", "GG": "GBP", "GI": "GIP", "HU": "HUF", "IM": "GBP",
    "IS": "ISK", "JE": "GBP", "LI": "CHF", "MD": "MDL", "MK": "MKD", "NO": "NOK",
    "PL": "PLN", "RO": "RON", "RS": "RSD", "RU": "RUB", "SE": "SEK", "TR": "TRY",
    "UA": "UAH",
    "AU": "AUD", "CA": "CAD", "CN": "CNY", "MY": "MYR", "SG": "SGD", "US": "USD",
}  # fmt: skip
"""Where it is not the euro (BG since 2026, HR since 2023 have it; MC, SM, VA, AD, ME
and XK as well)."""

_SYMBOLS: Final = {
    "KR": ("SEK", "NOK", "DKK", "ISK"),
    "LEI": ("RON", "MDL"),
    "$": ("USD", "CAD", "AUD", "SGD"),
    "ZŁ": ("PLN",), "ZL": ("PLN",), "KC": ("CZK",), "FT": ("HUF",), "£": ("GBP", "GIP"),
    "€": (EURO,), "RM": ("MYR",),
}  # fmt: skip
"""The country's own if it is one of these, else the first; ``kr`` alone names none."""

_CODES: Final = "|".join(sorted({EURO, *OF_COUNTRY.values()} - {"ALL", "TRY"}))
_UNIT: Final = rf"(?:{_CODES}|KR|LEI|ZŁ|ZL|KC|FT|RM)"
_SAID: Final = re.compile(
    rf"(?<![^\W\d])({_UNIT}|[$£€])(?=\.?[\s:=]{{0,40}}[-+]?\d)|"
    rf"(?<=\d)(?:,-|\.-)?\s?({_UNIT}\b|[$£€])"
)
"""Right before or right after a figure."""
_SUMS: Final = SUMS | NAMED
"""A card may be charged in its holder's currency, and a product be called so."""


def currency_of(page: Page, roles: Sequence[Role], country: str) -> str:
    """ISO 4217; ``country`` (ISO 3166) is where the till stands."""
    own = OF_COUNTRY.get(country, EURO)
    said: Counter[str] = Counter()
    for line in page.lines:
        if roles[line.at] in _SUMS:
            said.update(
                _named(found[1] or found[2], own)
                for found in _SAID.finditer(line.plain)
            )
    del said[""]
    if not said or own in said:
        return own
    return max(said, key=said.__getitem__)


def _named(unit: str, own: str) -> str:
    meant = _SYMBOLS.get(unit, (unit,))
    if own in meant:
        return own
    return "" if unit == "KR" else meant[0]
