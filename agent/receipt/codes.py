"""What a symbol on a receipt is for, told from its content.

Fiscal codes say so themselves, each country in its way; a card or receipt number is
one that the paper also has in letters.  Nobody is asked and nothing is fetched.

Sources: DSFinV-K annex I (DE, QR of the TSE), Registrierkassensicherheitsverordnung
annex Z 11 (AT), Portaria 195/2020 (PT, ATCUD), Orden HAC/1177/2024 and TicketBAI (ES),
KSeF verification links (PL).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

from agent.paper.strip import Symbol
from agent.receipt.lines import whole
from agent.wire.receipt import Code, CodeRole, Receipt

MAX_CODES: Final = 16
"""Symbols kept: a receipt bears one or two, a page of coupons a dozen."""
LONG: Final = 14
"""Digits of a number that a till composes of day, shop, till and receipt: longer than
an article's.
"""
SHORTEST: Final = 4
"""Fewer characters are in any number by chance."""

_FISCAL: Final = re.compile(
    r"V0;[^;]{1,64};|"  # DE: version, serial number of the till
    r"_R1-[A-Z]{2}\d|"  # AT: algorithm and certificate's issuer
    r"A:[A-Z0-9]{5,12}\*B:|"  # PT: both tax numbers
    r"https?://[\w.-]*(?:agenciatributaria|aeat)\.(?:gob\.)?es/|"
    r"https?://[\w./-]*tbai|"  # ES, Basque country
    r"https?://[\w.-]*ksef[\w.-]*/",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+$", re.IGNORECASE)


def codes_of(symbols: Sequence[Symbol]) -> tuple[Code, ...]:
    """The first ``MAX_CODES`` of a strip, as data."""
    return tuple(
        Code(system=symbol.system, text=whole(symbol.text))
        for symbol in symbols[:MAX_CODES]
    )


def with_roles(receipt: Receipt) -> Receipt:
    """The receipt, its codes told apart by what it says of itself."""
    if not receipt.codes:
        return receipt
    codes = tuple(
        code.model_copy(update={"role": _role(code, receipt)}) for code in receipt.codes
    )
    return receipt.model_copy(update={"codes": codes})


def _role(code: Code, receipt: Receipt) -> CodeRole:
    if _FISCAL.match(code.text):
        return "fiscal"
    if _LINK.match(code.text):
        return "link"
    if _says(code.text, receipt.loyalty_card):
        return "loyalty"
    if _says(code.text, receipt.number) or _printed(code.text, receipt.lines):
        return "receipt"
    if _dated(code.text, receipt.date):
        return "receipt"
    return "other"


def _says(text: str, number: str | None) -> bool:
    """Is the number in the code, or the code in the number?"""
    ours, theirs = _bare(text), _bare(number or "")
    return min(len(ours), len(theirs)) >= SHORTEST and (
        theirs in ours or ours in theirs
    )


def _printed(text: str, lines: Sequence[str]) -> bool:
    """A code that the paper has in letters as well is there to be typed in."""
    bare = _bare(text)
    return len(bare) >= SHORTEST and any(bare in _bare(line) for line in lines)


def _dated(text: str, date: dt.date | None) -> bool:
    """A long number with the day of the sale in it: a till's own key for it."""
    if date is None or len(text) < LONG or not text.isdecimal():
        return False
    days = (date.strftime(form) for form in ("%d%m%y", "%y%m%d", "%d%m%Y", "%Y%m%d"))
    return any(day in text for day in days)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()
