"""Numbers by which a shop finds its own paper again: receipt, till, operator, card.

A number is taken where its own label stands before it, the narrow labels first
(``Ticket n°`` before ``No``); of the labels that end in a card terminal's slip none
is trusted for the sale.
"""

from __future__ import annotations

import re
from collections.abc import Container

from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording

_SEP = r"\s*(?:N[O°º]?\.?|NR\.?|NUMBER|NUM\.?|ID|#)?\s*[:.#=]{0,2}\s{0,14}"
_CODE = r"(?P<id>[A-Z]{0,4}[\-/]?\d[\w\-/]*|[A-Z]{1,4}[\-/ ]{1,2}\d[\w\-/]*)"

_NUMBER = tuple(
    Wording(pattern)
    for pattern in (
        rf"\bBON\s?-?\s?NR\.?\s*:?\s*{_CODE}",
        rf"\b(?:TICKET|TK|FACTURE|NOTE|JUSTIFICATIF)\b{_SEP}{_CODE}",
        rf"\bN[O°º]\.?\s*(?:DE\s+)?(?:TICKET|FACTURE|NOTE)\b\s*:?\s*{_CODE}",
        rf"\b(?:RECEIPT|RCPT|INVOICE|INV|BILL|DOC|SLIP|CHECK|TAXINV)\b{_SEP}{_CODE}",
        rf"\b(?:BELEG|RECHNUNG)S?\s?-?\s?NR\.?\s*:?\s*{_CODE}",
        rf"\b(?:TRANS(?:ACTION)?|TRX|ORDER)\b{_SEP}{_CODE}",
    )
)
_TILL = Wording(
    r"\b(?:CAISSE|KASSE|TILL|REGISTER|REG|POS|TERMINAL|CAI)\b\s*(?:N[O°]\.?|#)?\s*[:.]?\s*"
    r"(?P<id>[A-Z]?\d{1,6})\b"
)
_OPERATOR = Wording(
    r"\b(?:BED|OP(?:ERATEUR)?|VENDEU(?:R|SE)|CAISSI(?:ER|ERE)|HOTESSE|SERVEU(?:R|SE)|"
    r"SERVI PAR|CASHIER|CLERK|SERVER|BEDIENER|OPERATOR)\b\s*(?:N[O°]\.?|#)?\s*[:.]{0,2}\s*"
    r"(?P<id>\w[\w.\-]{0,15}(?: \w{2,12})?)"
)
_STORE = Wording(
    r"\b(?:MAGASIN|MARKT|FILIALE|STORE|MAG)\b\s*(?:N[O°]\.?|#)?\s*[:.]?\s*"
    r"(?P<id>\d{2,8})\b"
)
_LOYALTY = Wording(
    r"\b(?:KARTEN-?NR\.?|KUNDENKARTE|CARTE\s+(?:DE\s+)?(?:FIDELITE|CLIENT|MEMBRE)|"
    r"N[O°]\s+(?:DE\s+)?(?:FIDELITE|CLIENT|CARTE FIDELITE)|FIDELITE|"
    r"(?:MEMBER|LOYALTY|REWARDS?)(?:SHIP)?(?:\s+CARD)?)\s*(?:NO\.?|N[O°]\.?|NUMBER|ID|#)?"
    r"\s*[:.]?\s*(?P<id>[#*X\d][#*X\d ]{3,24}\d)\b"
)
_COUNT = tuple(
    Wording(pattern)
    for pattern in (
        r"\b(?:NB\.?|NOMBRE)\s+(?:D'|DE\s+)?(?:ARTICLES?|LIGNES)\b[A-Z\s]*:?\s*(\d{1,4})\b",
        r"^\W*+(\d{1,4})\s+ARTICLES?\b",
        r"\bARTICLES?\s*:\s*(\d{1,4})\b",
        r"\bTOTAL\s*\(\s*(\d{1,3})\s*(?:ARTICLES?\s*)?\)",
        r"\b(?:ITEM|QTY|QUANTITY)\s+(?:COUNT|TOTAL)\s*:?\s*(\d{1,4})\b(?![.,])",
        (
            r"\b(?:TOTAL|TOT|TTL)\.?\s+(?:QTY|QUANTITY|ITEMS?(?:\s+SOLD)?)\.?\s*:?\s*"
            r"(\d{1,4})\b(?![.,])"
        ),
    )
)
_SLIP = Wording(r"\bTERMINAL|\bTRACE|\bKUNDENBELEG|\bAUTO\b")


def _first(page: Page, words: Wording, slip: Container[int] = ()) -> str | None:
    for line, match in page.saying(words):
        if line.at not in slip:
            start, end = match.span("id")
            return line.text[start:end].strip()
    return None


def _slip(page: Page) -> frozenset[int]:
    return frozenset(line.at for line, _ in page.saying(_SLIP))


def number_of(page: Page) -> str | None:
    """The receipt number, as printed."""
    slip = _slip(page)
    found = (_first(page, words, slip) for words in _NUMBER)
    return next((number for number in found if number is not None), None)


def till_of(page: Page) -> str | None:
    return _first(page, _TILL, _slip(page))


def operator_of(page: Page) -> str | None:
    return _first(page, _OPERATOR)


def store_of(page: Page) -> str | None:
    return _first(page, _STORE)


def loyalty_of(page: Page) -> str | None:
    """The customer's card at this shop, masked as the paper masks it."""
    return _first(page, _LOYALTY)


def count_of(page: Page) -> int | None:
    """The printed number of articles or lines; the uppermost, the narrow wording first."""
    found = (next(page.saying(words), None) for words in _COUNT)
    first = min((f for f in found if f is not None), key=_at, default=None)
    return None if first is None else int(first[1][1])


def _at(found: tuple[Line, re.Match[str]]) -> int:
    return found[0].at
