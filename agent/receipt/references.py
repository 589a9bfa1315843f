"""Numbers by which a shop finds its own paper again: receipt, till, operator, card.

A number is taken where its own label stands before it, the narrow labels first
(``Ticket n°`` before ``No``); of the labels that end in a card terminal's slip none
is trusted for the sale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.receipt.lines import Line
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
_DIGIT = re.compile(r"\d")
_SLIP = Wording(r"\bTERMINAL|\bTRACE|\bKUNDENBELEG|\bAUTO\b")


def _first(lines: Sequence[Line], pattern: Wording) -> str | None:
    for line in lines:
        match = pattern.search(line.plain) if line.plain else None
        if match is not None:
            start, end = match.span("id")
            return line.text[start:end].strip()
    return None


def _of_the_sale(lines: Sequence[Line]) -> list[Line]:
    return [ln for ln in lines if ln.plain and not _SLIP.search(ln.plain)]


def number_of(lines: Sequence[Line]) -> str | None:
    """The receipt number, as printed."""
    own = [ln for ln in _of_the_sale(lines) if _DIGIT.search(ln.plain)]
    found = (_first(own, pattern) for pattern in _NUMBER)
    return next((number for number in found if number is not None), None)


def till_of(lines: Sequence[Line]) -> str | None:
    return _first(_of_the_sale(lines), _TILL)


def operator_of(lines: Sequence[Line]) -> str | None:
    return _first(lines, _OPERATOR)


def store_of(lines: Sequence[Line]) -> str | None:
    return _first(lines, _STORE)


def loyalty_of(lines: Sequence[Line]) -> str | None:
    """The customer's card at this shop, masked as the paper masks it."""
    return _first(lines, _LOYALTY)


def count_of(lines: Sequence[Line]) -> int | None:
    """The printed number of articles or lines."""
    for line in lines:
        for pattern in _COUNT:
            match = pattern.search(line.plain)
            if match is not None:
                return int(match[1])
    return None
