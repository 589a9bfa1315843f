"""Numbers by which a shop finds its own paper again: receipt, till, operator, store.

A number is taken where its own label stands before it, the narrow labels first
(``Ticket n°`` before ``No``); of the labels in a card terminal's slip, or of another
receipt that this one names, none is trusted.  Tills that print the labels in one line
and the numbers below, or no labels at all, come last.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording

_NO: Final = r"(?:NR\.?|NUMBER|NUMMER|NUM(?:ERO)?\.?|N[O°º]?\.?[O°º]?|ID|#)?"
_SEP: Final = rf"\s*{_NO}\s*[:.#=：]{{0,2}}\s{{0,14}}"
_CODE: Final = (
    r"(?P<id>(?:[A-Z]{0,4}[\-/]?|[A-Z]{1,4}[\-/ ]{1,2})"
    r"(?!\d{1,2}/\d{1,2}/\d)(?!\d{1,2}[:H]\d\d\b)\d[\w\-/]*+)(?![.,]\d|\s?%)"
)

_NUMBERS: Final = tuple(
    Wording(pattern)
    for pattern in (
        r"\b(?:FATURA|SIMPLIFICADA|RECIBO|CREDITO|DEBITO)\s*(?:N[.Oº°]{1,2})?\s?:?\s?(?P<id>(?:F[STR]|N[CD]|VD)\s[A-Z0-9][\w.\-]{0,34}/\d[\d\-]{0,14})(?![.,/\d])",
        rf"\b(?:BON|KASSABON|KASSENBON|BELEG|RECHNUNGS?|QUITTUNG)S?\s?-?\s?(?:NR\.?|NUMMER)\s*:?\s*{_CODE}",
        rf"\b(?:FACTURA|FATURA|FRA\.?)[- ](?:SIMPL(?:\w+|\.)|RECIBO){_SEP}{_CODE}",
        rf"\b(?:TICKET|TICKETS?\s+DE\s+CAISSE|TIQUET|TK|TKT|FACTURE|JUSTIFICATIF|SCONTRINO|KASSABON|KASTICKET|TALAO|QUITTUNG|KVITTO(?:NR)?|(?:SALGS)?KVITTERING(?:SNR)?|KUITTI|PARAGON|UCTENKA|NYUGTA(?:SZAM)?|BON\s+FISCAL){_SEP}{_CODE}",
        rf"\b(?:N[O°º]\.?|NUMERO|NUM\.?)\s*(?:DE\s+|DU\s+)?(?:TICKET|FACTURE|NOTE|RECU|TIQUET|FACTURA|OPERACION|DOCUMENTO)\b\s*:?\s*{_CODE}",
        rf"\b(?:NR\s+WYDR(?:UKU|\.)?|NR\s+PARAGONU|NR\s+DOK\.?|FACT\.|ΑΠΟΔΕΙΞΗ(?:\s+ΛΙΑΝΙΚΗΣ)?|ЧЕК|小票号?|单号|流水号|订单号){_SEP}{_CODE}",
        rf"\b(?:NOTE|ADDITION|DOCUMENTO|DOC\.?|FACTURA|FATURA|FATTURA|FACTUUR|RICEVUTA|RECHNUNG|REKENING|BELEG|NOTA|BONG|BON(?![A-Z])){_SEP}{_CODE}",
        rf"\b(?:RECEIPT|RCPT|INVOICE|INV|BILL|SLIP|CHECK|TAXINV){_SEP}{_CODE}",
        rf"\b(?:TRANS(?:ACTION|AKTION|ACTIE)?|TRX|TXN|TRN|T[RC](?=\s?#)|SALE|OPERACION|ORDER|BESTELLUNG|COMMANDE){_SEP}{_CODE}",
        r"^\W*+(?P<id>(?:F[STR]|N[CD])\s\w*/?\d[\w\-/]*+)(?![.,]\d)",
    )
)
"""In Portugal the letters of the kind and the series are part of the number: ``FS 01/24``
(field G of the symbol, Portaria 195/2020; ``InvoiceNo`` of SAF-T, Portaria 302/2016)."""
_NOTE: Final = Wording(
    r"\b(?:AVOIR|NOTE\s+DE\s+CREDIT|GUTSCHRIFT|STORNORECHNUNG|CREDIT\s?NOT[AE]|TEGOEDBON|NOTA\s+D[EI]\s+CREDITO|ABONO|REFUND|RETOURBON)"
    rf"{_SEP}{_CODE}"
)
"""A credit note's own number; beside an amount it is that of one which pays."""
_TILL: Final = Wording(
    r"\b(?:CAISSE|KASSE|KASSEN-?NR|KASSA|CAJA|CASSA|CAIXA|TILL|REGISTER|REG(?!\.?\s*NO)|POS|TPV|TERMINAL|CAI|LANE|KASA|POKLADNA|PENZTAR|TE(?=\s?#))\b\s*"
    r"(?:N[O°]\.?|NR\.?|#)?\s*[:.]?\s*(?P<id>[A-Z]?\d{1,6})\b(?![.,]\d|\s?%)"
)
_AT_TERMINAL: Final = Wording(
    r"\bTERMINAL\b\s*(?:N[O°]\.?|NR\.?|#)?\s*[:.]?\s*(?P<id>[A-Z]?\d{1,4})\b(?![.,]\d|\s?%)"
)
"""A card terminal has eight digits."""
_OPERATOR: Final = Wording(
    r"\b(?:BED(?:IENER(?:IN)?|IENUNG)?|OP(?:ERATEUR|ERATOR[E]?|ERADOR[A]?|ER)?|VENDEU(?:R|SE)|CAISSI(?:ER|ERE)|HOT(?:E|ESSE)|SERVEU(?:R|SE)|"
    r"SERVIE?\s+PAR|ACCUEILLI\s+PAR|CASHIER|CLERK|SERVER|SERVED\s+BY|ASSOCIATE|SALES\s?(?:PERSON|MAN)|"
    r"BEDIENTE\s+SIE|BEDIENT\s+VON|KASSIERER(?:IN)?|KELLNER(?:IN)?|VERKAUFER(?:IN)?|KASSIER(?:STER)?|MEDEWERK(?:ER|STER)|"
    r"(?:BEDIEND|GEHOLPEN)\s+DOOR|VERKOPER|CAJER[OA]|ATENDIO|ATENDIDO(?:\s+POR)?|CAMARER[OA]|VENDEDORA?|DEPENDIENT[EA]|"
    r"CASSIER[EA]|CAMERIER[EA]|SERVITO\s+DA|ADDETT[OA]|KASSOR(?:SKA)?|KASSERER|SALJARE|BETJENT\s+(?:AV|AF)|SELGER|EKSPEDIENT|MYYJA|KASJER(?:KA)?|SPRZEDAWCA|POKLADNI|PENZTAROS|CASIER|EMPREGAD[OA]|FUNCIONARI[OA]|COLABORADORA?)\b\s*(?:N[O°]\.?|#)?\s*[:.]{0,2}\s*(?:(?:TODAY\s+)?WAS\s+)?"
    r"(?P<id>\w[\w.\-]{0,15}(?: [A-Z]{2,12}\b(?! ?[:#]))?)"
)
_STORE: Final = Wording(
    r"\b(?:MAGASIN|MARKT|FILIALE|FILIAAL|STORE|SHOP|BRANCH|OUTLET|MAG|WINKEL|TIENDA|NEGOZIO|LOJA|PDV|PUNTO\s+VENDITA|BUTIKK?|SKLEP|ST(?=\s?#))\b\s*"
    r"(?:N[O°]\.?|NR\.?|#)?\s*[:.]?\s*(?P<id>\d{2,8})\b(?![.,]\d)"
)
_SLIP: Final = Wording(r"\bTERMINAL|\bTRACE|\bKUNDENBELEG|\bAUTO\b|\bTID\b|\bMID\b")

_ALONE: Final = Wording(r"\bAID\b|\bTID\b|\bMID\b|\bTRACE|\bKUNDENBELEG|\bTERMINAL-?ID")
"""What only a slip of its own prints above its amount."""

_COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("TICKET", "TICK", "TK", "TKT", "BON", "TRANS", "TRX", "TRN", "RECEIPT", "NUMERO", "DOC"), "number"),
    **dict.fromkeys(("CAISSE", "CAI", "KASSE", "KASSA", "TILL", "REG", "POS", "CAJA", "CASSA", "CAIXA", "TERM"), "till"),
    **dict.fromkeys(("OP", "OPER", "OPERATEUR", "CAISSIER", "HOTESSE", "VENDEUR", "CASHIER", "BED", "CLERK", "KASSIER", "CAJERO"), "operator"),
    **dict.fromkeys(("MAG", "MAGASIN", "STORE", "FIL", "FILIALE", "MARKT", "FILIAAL", "TIENDA", "LOJA", "SHOP"), "store"),
    **dict.fromkeys(("DATE", "HEURE", "TIME", "DATUM", "ZEIT", "TIJD", "FECHA", "HORA", "DATA", "ORA"), ""),
}  # fmt: skip
_HEADING: Final = Wording(
    r"\b(?:MAG|TICK|CAI|OPER|OP|TK|STORE|REG|TRANS|TRN|TERM|KASSE|KASSA|CAISSE|FIL)\b"
)
"""A line of these and no digit may be the head of the numbers below it."""
_UNLABELLED: Final = (
    re.compile(
        r"^\W*+\d\d[./-]\d\d[./-]\d{2,4}\s+\d\d:\d\d(?::\d\d)?\s+(?P<store>\d{3,6})\s+(?P<till>\d{1,3})\s+(?P<number>[\d-]{3,12})\s+(?P<operator>\d{1,6})\W*$"
    ),
    re.compile(
        r"^\W*+\d\d[./-]\d\d[./-]\d{2,4}\s+\d\d:\d\d(?::\d\d)?\s+(?P<store>\d{3,6})/(?P<till>\d{1,3})\s+(?P<number>\d{3,8})\s+(?P<operator>\d{1,6})\W*$"
    ),
    re.compile(
        r"^\W*+\d\d[./-]\d\d[./-]\d{2,4}\s+\d\d:\d\d(?::\d\d)?\s+(?P<number>\d{2,6}-\d{1,4}-\d{2,8}(?:-\d{1,6})?)\W*$"
    ),
    re.compile(
        r"^\W*+\d\d[./-]\d\d[./-]\d{2,4}\s+\d\d:\d\d(?::\d\d)?\s+(?:N[°º.O]{1,2}|#)\s?(?P<number>\d[\d-]{1,14})\W*$"
    ),
    re.compile(
        r"^\W*+(?P<operator>[A-Z][A-Z.\-]{1,14})\s+R\d{1,2}\s+(?P<store>\d{4,6})-(?P<till>\d{1,3})\s+(?P<number>\d{1,6})\W*$"
    ),
)
"""Date, time, store, till, receipt, operator; or date, time and a number in groups; or operator, register, store-till, receipt."""
_MOMENT: Final = re.compile(r"^\W*+\d\d[./-]\d\d[./-]\d{2,4}\s+\d\d:\d\d")
_REGISTER: Final = re.compile(r"^\W*+[A-Z][A-Z.\-]{1,14}\s+R\d")
_BARE_NUMBER: Final = re.compile(
    r"^\W*+(?:NR|N[O°º])[.:°º]{0,2}\s{0,3}(?P<id>(?!\d{1,2}/\d{1,2}/\d)\d[\d/\-]{2,19})(?=\s|$)"
)
_DAY: Final = re.compile(r"\d[./-]\d{1,2}[./-]\d{2}")
_CLOCK: Final = re.compile(r"\d:\d\d")
MAX_HEADER: Final = 24
"""Lines in which a number without a name is looked for."""
_CODES_ALONE: Final = re.compile(r"^\s*\d[\d-]*(?:\s+\d[\d-]*){0,3}\s*$")
_DIGIT: Final = re.compile(r"\d")
_TOKEN: Final = re.compile(r"[\w/:\-]+")


@dataclass(frozen=True, slots=True)
class References:
    """As printed; ``None`` where the paper has none."""

    number: str | None = None
    store: str | None = None
    till: str | None = None
    operator: str | None = None


def references_of(page: Page, foreign: Container[int] = ()) -> References:
    """``foreign``: lines that hold the number of another receipt."""
    terminal = {line.at for line, _ in page.saying(_SLIP)}
    slip = set(_of_slips(page))
    others = {*slip, *(line.at for line in page.lines if line.at in foreign)}
    below = dict(_unlabelled(page))
    labelled = (_first(page, words, others) for words in _NUMBERS)
    number = next((number for number in labelled if number is not None), None)
    number = number or _noted(page, others) or _dated(page, others)
    return References(
        number=number or below.get("number"),
        store=_first(page, _STORE, slip) or below.get("store"),
        till=_first(page, _TILL, terminal)
        or below.get("till")
        or _first(page, _AT_TERMINAL, slip),
        operator=_first(page, _OPERATOR, slip) or below.get("operator"),
    )


def _of_slips(page: Page) -> Iterator[int]:
    """Lines of a card terminal; above all prices ``TERMINAL`` is the till, but on a slip."""
    priced = next((line.at for line in page.lines if line.amounts), 0)
    head = any(line.at < priced for line, _ in page.saying(_ALONE))
    for line, said in page.saying(_SLIP):
        if head or line.at > priced or said[0] != "TERMINAL":
            yield line.at


def _first(page: Page, words: Wording, others: Container[int]) -> str | None:
    for line, match in page.saying(words):
        if line.at not in others:
            start, end = match.span("id")
            return line.text[start:end].strip()
    return None


def _dated(page: Page, others: Container[int]) -> str | None:
    """``Nr 2452  21/07/2025 12:19``: a number without a name, beside the moment or the till, or above."""
    for line in page.lines[:MAX_HEADER]:
        found = _BARE_NUMBER.match(line.plain) if line.at not in others else None
        if found is None:
            continue
        if any(map(_is_tills, page.lines[line.at : line.at + 2])):
            return line.text[slice(*found.span("id"))].strip()
    return None


def _is_tills(line: Line) -> bool:
    """It tells a moment, a till or who served."""
    if _DAY.search(line.plain) and _CLOCK.search(line.plain):
        return True
    return bool(line.says(_TILL) or line.says(_OPERATOR))


def _noted(page: Page, others: Container[int]) -> str | None:
    for line, match in page.saying(_NOTE):
        if line.at not in others and not line.amounts:
            return line.text[slice(*match.span("id"))].strip()
    return None


def _unlabelled(page: Page) -> Iterator[tuple[str, str]]:
    """Numbers whose labels stand above them, or nowhere."""
    for line, _ in page.saying(_HEADING):
        yield from _under(page.lines, line)
    for line in page.lines:
        plain = line.plain
        moment = ":" in plain and _MOMENT.match(plain)
        if moment or (" R" in plain and _REGISTER.match(plain)):
            yield from _unfolded(page.lines, line)


def _unfolded(lines: tuple[Line, ...], line: Line) -> Iterator[tuple[str, str]]:
    """Codes by name; narrow paper breaks them in two lines."""
    text, plain = line.text, line.plain
    below = lines[line.at + 1] if line.at + 1 < len(lines) else None
    if below is not None and _CODES_ALONE.match(below.plain):
        text, plain = f"{text} {below.text.strip()}", f"{plain} {below.plain.strip()}"
    for form in _UNLABELLED:
        found = form.match(line.plain) or form.match(plain)
        if found is not None:
            yield from ((n, text[slice(*found.span(n))]) for n in found.groupdict())


def _under(lines: tuple[Line, ...], heading: Line) -> Iterator[tuple[str, str]]:
    if _DIGIT.search(heading.plain) or heading.at + 1 >= len(lines):
        return
    names = [_COLUMNS.get(name) for name in _TOKEN.findall(heading.plain)]
    below = lines[heading.at + 1]
    values = [(m[0], *m.span()) for m in _TOKEN.finditer(below.plain)]
    if len(names) < 2 or None in names or len(values) != len(names):
        return
    for name, (value, start, end) in zip(names, values, strict=True):
        if name and _DIGIT.search(value):
            yield name, below.text[start:end]
