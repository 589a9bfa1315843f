"""How many articles, and how many lines of them, the paper says it has."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from agent.receipt.lines import Page
from agent.receipt.wording import Wording

_ARTICLES: Final = tuple(
    Wording(pattern)
    for pattern in (
        r"\b(?:NB\.?|NBRE|NOMBRE|NB\s+TOTAL)\s+(?:D'|DE\s+|TOTAL\s+D')?ARTICLES?\b[A-Z\s()]*:?\s*(?P<n>\d{1,4})\b(?![.,]\d)",
        r"\b(?:ARTICLES?|ARTICLE\(S\)|PIECES|PRODUITS|PEZZI|STUKS?)\s*[:=]?\s*(?P<n>\d{1,4})\b(?![.,]\d|\s*[X@])",
        r"\bTOTAL\s+(?P<n>\d{1,3})\s+ARTICLES?\b",
        r"\bTOTAL\s*\(\s*(?P<n>\d{1,3})\s*(?:ARTICLES?\s*|ARTICULOS\s*|ART\.?\s*)?\)",
        r"\bTOTAL\b[^()]{0,20}\([^()]{1,20}\)\s*\(\s*(?P<n>\d{1,3})\s*\)",
        r"\b(?:PAYER|REGLER|DU|TTC|EUR|EURO|SUMME|GESAMT(?:BETRAG|SUMME)|RECHNUNGSBETRAG|ZAHLEN|TOTAAL|BETALEN|PAGAR|COMPRA|TOTALE|TOTALT|SUMM?A?|RAZEM|BETAL[AE]|ZAPLATY|COMPLESSIVO|DUE|PAY|AMOUNT)(?:\s+(?:SEK|NOK|PLN))?\s*\(\s*(?P<n>\d{1,3})\s*\)",
        r"\b(?:ANZAHL|AANTAL|NUMERO|NUMERO\s+DE|N[.O°º]{1,3}|TOTAL|TOTALE)\s+(?:ARTIKEL(?:EN)?|ARTICULOS?|ARTICOLI|ARTIGOS?)\b\s*:?\s*(?P<n>\d{1,4})\b",
        r"\b(?:ANTALL?\s+(?:VAROR|VARER|ARTIKLAR)|LICZBA\s+ARTYKULOW)\s*:?\s*(?P<n>\d{1,4})\b",
        r"\bITEMS?\s+SOLD\s*[:#]?\s*(?P<n>\d{1,4})\b(?![.,])",
        r"\b(?:ITEM|QTY|QUANTITY)\s+(?:COUNT|TOTAL)\s*:?\s*(?P<n>\d{1,4})\b(?![.,])",
        r"\b(?:TOTAL|TOT|TTL|NO\.?\s+OF|NUMBER\s+OF)\.?\s+(?:QTY|QUANTITY|ITEMS?(?:\s+SOLD)?)\.?\s*:?\s*(?P<n>\d{1,4})\b(?![.,])",
    )
)
_COUNTED: Final = Wording(
    r"\b(?:ARTICLES?|ARTICLE\(S\)|ARTIKEL(?:EN)?|ARTICULOS?|ARTICOLI|ARTIGOS?|PEZZI|PIECES?|PRODUITS?|ITEMS?|STUCK|VAROR|VARER|SZT)\b"
)
_LEADING: Final = re.compile(r"^\W*+(\d{1,4})\s+$")
"""What stands before one of these if it is their number."""
_LINES: Final = Wording(
    r"\b(?:(?:NB\.?|NBRE|NOMBRE)\s+(?:DE\s+)?LIGNES?(?:\s+(?:TICKET|D'ARTICLES?|ARTICLES?))?|LIGNES?(?:\s+TICKET)?|POSTEN|POSITIONEN|ANZAHL\s+(?:POSTEN|POSITIONEN)|"
    r"ANTALL?\s+(?:RADER|LINJER)|POZYCJI|AANTAL\s+REGELS|LINEAS|RIGHE|LINHAS|LINES(?:\s+SOLD)?|LINE\s+COUNT)\b\s*:?\s*(?P<n>\d{1,4})\b(?![.,]\d)"
)


class Counts(NamedTuple):
    """As printed."""

    articles: int | None
    lines: int | None
    fiscal: int | None


BESIDE: Final = 1
"""Lines from a count to the signature below it, which counts discounts and voids as well."""


def counts_of(page: Page, signed: Collection[int]) -> Counts:
    """The uppermost of each; a count of lines beside a signature is the fiscal one."""
    labelled = (next(page.saying(words), None) for words in _ARTICLES)
    articles = [(line.at, int(match["n"])) for line, match in filter(None, labelled)]
    articles += _led(page)
    lines = [(line.at, int(match["n"])) for line, match in page.saying(_LINES)]
    fiscal = [n for at, n in lines if any(0 <= s - at <= BESIDE for s in signed)]
    sold = [n for at, n in lines if all(not 0 <= s - at <= BESIDE for s in signed)]
    return Counts(
        articles=min(articles)[1] if articles else None,
        lines=sold[0] if sold else None,
        fiscal=fiscal[-1] if fiscal else None,
    )


def _led(page: Page) -> list[tuple[int, int]]:
    """``14 ARTICLES``: the first line that begins with the number."""
    for line, match in page.saying(_COUNTED):
        number = _LEADING.match(line.plain[: match.start()])
        if number is not None:
            return [(line.at, int(number[1]))]
    return []
