"""What kind of document it is: words as evidence, shape as proof.

A kind that is no sale needs its own words *and* the absence of a sale's shape (priced
items that close, or tenders for a total).  In doubt the answer is ``unknown``: paper
is printed then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.receipt.lines import Page, squeezed
from agent.receipt.wording import Wording
from agent.wire.receipt import Copy, DocKind

_K = DocKind

_HEADLINES: tuple[tuple[DocKind, str], ...] = (
    (_K.Z_REPORT, (r"\bCLOTURE\b|\bRAPPORT\s+Z|\bLECTURE\s+Z|\bZ[- ]?(?:REPORT|BON|READ)|"
     r"\bTAGESABSCHLUSS|\bGRAND\s+TOTAL\s+PERPETUEL|\bEND\s+OF\s+DAY|\bTICKET\s+Z\b|"
     r"\bTAGESBERICHT")),
    (_K.X_REPORT, (r"\b(?:LECTURE|RAPPORT|TICKET)\s+X\b|\bX[- ]?(?:REPORT|BON|READ)|"
     r"\bETAT\s+(?:DE\s+)?CAISSE|\bFLASH\s+(?:CA|CAISSE)|\bZWISCHENBERICHT")),
    (_K.OTHER, (r"\bTEST\s+D'IMPRESSION|\bTEST\s*PRINT|\bPRINT(?:ER)?\s+TEST|\bSELF[- ]TEST|"
     r"\bFONDS?\s+DE\s+CAISSE|\bAPPORT\b|\bPRELEVEMENT\b|\bOUVERTURE\s+(?:DU\s+)?TIROIR|"
     r"\bNO\s+SALE|\bTELECOLLECTE|\bVOTRE\s+NUMERO|\bFILE\s+D'ATTENTE|\bQUEUE\s+N|"
     r"\bREMISE\s+EN\s+BANQUE|\bSORTIE\s+(?:DE\s+)?CAISSE|\bENTREE\s+(?:DE\s+)?CAISSE|"
     r"\bKASSENLADE|\bEINLAGE|\bENTNAHME|\bCASH\s+(?:IN|OUT|DROP)\b|\bDRUCKTEST|"
     r"\bNUMERO\s+D'APPEL|\bTICKET\s+D'ATTENTE")),
    (_K.KITCHEN, (r"\bCUISINE\b|\bKUECHE\b|\bKUCHE\b|\bKITCHEN\b|\bBON\s+(?:DE\s+)?(?:BAR|"
     r"PREPARATION|FABRICATION)|\bA\s+SUIVRE\b|\bRECLAME\b|\bTHEKE\b|\bKEUKEN\b|"
     r"\bBAR\s+ORDER")),
    (_K.GIFT, (r"\bTICKET\s+CADEAU|\bGIFT\s+RECEIPT|\bTICKET\s+D'ECHANGE|\bBON\s+D'ECHANGE|"
     r"\bGESCHENK(?:BELEG|BON)|\bCADEAUBON|\bRECU\s+CADEAU")),
    (_K.MERCHANT_SLIP, (r"\b(?:TICKET|EXEMPLAIRE|COPIE)\s+(?:DU\s+)?(?:COMMERCANT|MARCHAND)|"
     r"\bMERCHANT'?S?\s+COPY|\bHANDLERBELEG|\bHAENDLERBELEG|\bSTORE\s+COPY")),
    (_K.PROFORMA, (r"\bPROVISOIRE\b|\bPRO\s?FORMA|\bNE\s+VAUT\s+PAS|\bNON\s+VALABLE\s+POUR|"
     r"\bZWISCHENRECHNUNG|\bGUEST\s+CHECK|\bTEMPORARY\s+BILL|\bNOT\s+(?:A|THE\s+FINAL)\s+(?:\w+\s+)?(?:RECEIPT|TAX)|\bPRE-?AUTHORI[SZ]ATION|\bPREAUTORISATION|"
     r"^\W*+ADDITION\W*$|\bDEVIS\b|\bQUOTATION\b|\bSALES\s+ORDER\b|\bKEIN\s+KASSENBON")),
    (_K.REFUND, (r"\bRETOUR\s+(?:D')?ARTICLE|\bTICKET\s+(?:DE\s+)?RETOUR|\bA\s+REMBOURSER|"
     r"^\W*+REMBOURSEMENT|\bCE\s+TICKET\s+ANNULE|^\W*+(?:BON\s+D')?AVOIR\b(?!.*\d[.,]\d\d)|"
     r"\bCREDIT\s+NOTE|^\W*+REFUND|\bRETOURE\b|\bRUCKGABE|\bGUTSCHRIFT|\bTICKET\s+D'AVOIR|"
     r"\bNOTE\s+DE\s+CREDIT|\bFACTURE\s+D'AVOIR|\bSTORNOBELEG")),
    (_K.VOUCHER, (r"\bBON\s+D'ACHAT|\bBON\s+DE\s+REDUCTION|\bCOUPON\b|\bCHEQUE\s+CADEAU|"
     r"\bCARTE\s+CADEAU|\bGUTSCHEIN|\bVOUCHER|\bOFFRE\b|\bBON\s+CADEAU")),
)  # fmt: skip
_TABLE = tuple((kind, Wording(pattern)) for kind, pattern in _HEADLINES)

_COPY = Wording(
    r"\bDUPLI[CK]ATA?\b|\bDUPLICATED?\b|\bREPRINT(?:ED)?\b|\bRE-?IMPRESSION\b|\bREIMPRIME|"
    r"^\W*+(?:COPIE|KOPIE|COPY|ZWEITSCHRIFT)\W*(?:\d+\W*)?$|\bBELEGKOPIE"
)
_COPY_NUMBER = re.compile(r"\bDUPLI[CK]ATA?\s*(?:N[O°]\.?\s*)?(\d{1,3})\b")
_SLIP = tuple(
    Wording(pattern)
    for pattern in (
        r"\bA0{5,}\d{2,}",
        r"[*X#.]{4,}\s?\d{3,4}\b",
        r"\bN[O°]\s*AUTO|\bAUTORISATION|\bAUTH(?:ORI[SZ]ATION)?\b|\bGENEHMIGUNG",
        r"^\s*CARTE\s+BANCAIRE\s*$|^\s*KARTENZAHLUNG|\bGIROCARD\b|\bBANCONTACT\b",
        (
            r"\bTICKET\s+CLIENT|\bKUNDENBELEG|\bCUSTOMER\s+COPY|\bCARDHOLDER\s+COPY|"
            r"\bEXEMPLAIRE\s+CLIENT"
        ),
        r"^\s*(?:DEBIT|CREDIT)\s*$|\bTRANSACTION\b",
        r"\bSANS\s+CONTACT|\bCONTACTLESS|\bKONTAKTLOS",
        r"^\s*MONTANT\s*(?:REEL)?\s*[:=]|\bBETRAG\s+EUR",
        r"\bTERMINAL-?ID|\bTRACE|\bTID\b|\bMID\b",
    )
)
MIN_SLIP_SIGNS = 3
"""A sale without an integrated slip shows one or two of these."""

TITLE_LINES = 12
"""A report names itself at the top; a sale may mention one at its foot."""

_DISH = re.compile(r"^\s{0,4}\d{1,3}\s*[Xx]?\s+\S")
_TABLE_WORD = Wording(r"\bTABLE\b|\bTISCH\b|\bTAFEL\b|\bCOUVERTS?\b|\bKELLNER")
_CUSTOMER_COPY = _SLIP[4]

_MENTIONS: tuple[tuple[str, Wording], ...] = (
    ("guarantee", Wording(r"GARANTIE\s+LEGALE|GARANTIE\s+DE\s+CONFORMITE|"
                             r"LEGALE\s+DE\s+CONFORMITE|GESETZLICHE\s+GEWAHRLEIST|"
                             r"WETTELIJKE\s+GARANTIE")),
    ("training", Wording(r"\bECOLE\b(?!\s+(?:DE|DU|DES|D'))|\bFORMATION\b|"
                            r"\bTRAINING\b|\bCAISSE\s+DE\s+TEST|\bSANS\s+VALEUR|"
                            r"\bSCHULUNG|\bTESTBELEG|\bMODE\s+TEST")),
    ("provisional", Wording(r"\bPROVISOIRE\b|\bNE\s+VAUT\s+PAS|\bPRO\s?FORMA|"
                               r"\bZWISCHENRECHNUNG|\bNON\s+VALABLE\s+POUR")),
    ("card_refused", Wording(r"\b(?:PAIEMENT|TRANSACTION|CARTE|OPERATION)\s+"
                                r"(?:\w+\s+)?(?:REFUSE|ABANDON|ANNULE|INTERDIT)|"
                                r"\bDECLINED\b|\bABANDON\b|\bABGELEHNT|"
                                r"\bZAHLUNG\s+NICHT|\bABGEBROCHEN|\bNOT\s+APPROVED|"
                                r"\bTRANSACTION\s+CANCEL|\bVORGANG\s+ABGEB")),
    ("degraded", Wording(r"\bMODE\s+DEGRADE|\bTSE\s+AUSGEFALLEN|\bTSE-AUSFALL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What the sums say about a document.  ``named``: words call the total one.

    ``taxed``: a VAT row is printed, which no card slip has.
    """

    items: int
    total: int | None
    closes: bool
    paid: bool
    named: bool
    taxed: bool
    priced_lines: int


def copy_of(page: Page) -> Copy | None:
    """The mark by which the POS calls this a copy, with its number if printed."""
    for line in page.lines:
        spaced = None if line.amounts else squeezed(line.plain)
        if spaced is None:
            continue
        marked = line.says(_COPY) if spaced == line.plain else _COPY.search(spaced)
        if marked:
            number = _COPY_NUMBER.search(spaced)
            return Copy(number=int(number[1]) if number else None)
    return None


def mentions_of(page: Page) -> tuple[str, ...]:
    """Statements that the rules need to know of; wrapped lines are joined."""
    whole = " ".join(" ".join(line.plain.split()) for line in page.lines)
    heads = frozenset(page.by_head)
    return tuple(name for name, words in _MENTIONS if words.search_in(whole, heads))


def _says(page: Page, words: Wording) -> bool:
    return next(page.saying(words), None) is not None


def _headlines(page: Page) -> dict[DocKind, int]:
    """The kinds that headlines name, with the uppermost line of each."""
    said = {}
    for kind, words in _TABLE:
        for line, _ in page.saying(words):
            said[kind] = line.at
            break
    return said


def _slip_signs(page: Page) -> int:
    return sum(_says(page, words) for words in _SLIP)


def _looks_like_orders(page: Page, shape: Shape) -> bool:
    if shape.priced_lines or not _says(page, _TABLE_WORD):
        return False
    return any(_DISH.match(line.text) for line in page.lines)


def kind_of(page: Page, shape: Shape) -> tuple[DocKind, float]:
    """Kind and confidence, 0 to 1."""
    uppermost = _headlines(page)
    said = frozenset(uppermost)
    sells = shape.total is not None and shape.items > 0
    proven = sells and shape.closes and shape.paid
    deepest = TITLE_LINES if proven else len(page.lines)
    for kind in (_K.Z_REPORT, _K.X_REPORT):
        if kind in said and uppermost[kind] < deepest:
            return kind, 0.95
    unpriced = _unpriced(page, said, shape)
    if unpriced is not None:
        return unpriced
    slip = _slip(page, said, shape)
    if slip is not None:
        return slip
    return _sale(page, said, shape)


def _unpriced(
    page: Page, said: frozenset[DocKind], shape: Shape
) -> tuple[DocKind, float] | None:
    if shape.priced_lines == 0 and _K.GIFT in said:
        return _K.GIFT, 0.95
    if shape.priced_lines == 0 and _K.KITCHEN in said:
        return _K.KITCHEN, 0.95
    if _looks_like_orders(page, shape):
        return _K.KITCHEN, 0.8
    if _K.OTHER in said and not (shape.closes and shape.items > 1):
        return _K.OTHER, 0.9
    return None


def _slip(
    page: Page, said: frozenset[DocKind], shape: Shape
) -> tuple[DocKind, float] | None:
    sells = shape.items > 0 and (shape.closes or shape.paid)
    if sells or shape.taxed or _slip_signs(page) < MIN_SLIP_SIGNS:
        return None
    if _K.MERCHANT_SLIP in said:
        return _K.MERCHANT_SLIP, 0.95
    if _says(page, _CUSTOMER_COPY):
        return _K.CARD_SLIP, 0.95
    return _K.UNKNOWN, 0.3


def _sale(page: Page, said: frozenset[DocKind], shape: Shape) -> tuple[DocKind, float]:
    if shape.total is None:
        return _without_total(said)
    confidence = 0.6 + 0.2 * shape.closes + 0.15 * shape.paid
    signs = (
        (_K.PROFORMA, _K.PROFORMA in said),
        (_K.REFUND, _K.REFUND in said and (shape.total < 0 or not shape.paid)),
        (_K.VOUCHER, _K.VOUCHER in said and not (shape.closes or shape.paid)),
        (_K.UNKNOWN, not shape.named and not (shape.closes and shape.paid)),
        (_K.UNKNOWN, shape.items == 0 and not shape.paid and not shape.taxed),
        (_K.DUPLICATE, copy_of(page) is not None),
    )
    kind = next((kind for kind, holds in signs if holds), _K.SALE)
    return kind, 0.3 if kind is _K.UNKNOWN else confidence


def _without_total(said: frozenset[DocKind]) -> tuple[DocKind, float]:
    if _K.VOUCHER in said:
        return _K.VOUCHER, 0.7
    return (_K.REFUND, 0.6) if _K.REFUND in said else (_K.UNKNOWN, 0.1)
