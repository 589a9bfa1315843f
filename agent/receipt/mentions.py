"""What a paper states about itself: copy, training, annulment, guarantee, exchange.

The vocabulary is closed (``Mention`` of the wire model); numbers of other receipts are
in ``links.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from agent.receipt.lines import Page
from agent.receipt.slips import Slip
from agent.receipt.wording import Wording
from agent.wire.receipt import Copy, Links, Mention

_COPY: Final = Wording(
    r"\bDUPLI[CK]ATA?\b|\bDUPLI[CK]AA?T[OE]?\b|\bDUPLICATED?\b|\bDUPLICADO\b|\bREPRINT(?:ED)?\b|\bRE-?IMPRESSION\b|\bREIMPRIME|"
    r"\bREIMPRES|\bRISTAMPA\b|\bNACHDRUCK\b|\bHERDRUK\b|^\W*+(?:COPIE|KOPI[EA]?|COPY|COPIA|DUPLIKAT|ZWEITSCHRIFT|AFSCHRIFT)\W*(?:\d+\W*)?$|\bBELEGKOPIE|"
    r"\bVIA\b(?:(?<=2\.ª VIA)|(?<=2ª VIA)|(?<=2A VIA)|(?<=2\. VIA)|(?<=SEGUNDA VIA))"
)
_COPY_NUMBER: Final = re.compile(
    r"\b(?:DUPLI[CK]AA?T[AO]?|DUPLICADO|COPIE|KOPIE|COPY|COPIA)\s*(?:N[O°R]\.?\s*)?(\d{1,3})\b"
)
_STATED: Final[tuple[tuple[Mention, Wording], ...]] = (
    ("guarantee", Wording(
        r"GARANTIE\s+LEGALE|GARANTIE\s+DE\s+CONFORMITE|LEGALE\s+DE\s+CONFORMITE|GESETZLICHE?\s+GEWAHRLEIST|"
        r"WETTELIJKE\s+GARANTIE|GARANTIA\s+LEGAL|GARANZIA\s+LEGALE|LEGAL\s+(?:GUARANTEE|WARRANTY)|STATUTORY\s+RIGHTS")),
    ("exchange", Wording(
        r"\bECHANGES?\b.{0,40}\b(?:SOUS|JOURS?|JUSQU|REMBOURS|POSSIBLES?)|\bREMBOURSEMENTS?\b.{0,40}\b(?:SOUS|JOURS?)|\bNI\s+REPRIS\s+NI\s+ECHANGE|"
        r"\bRETOURS?\b.{0,30}\b(?:SOUS|JOURS)|\bUMTAUSCH\b|\bRUCKGABERECHT|\bRUCKGABE\s+(?:INNERHALB|BINNEN)|\bRUILEN\b|\bRUILING\b|\bRETOURNEREN\b|\bCAMBIOS?\b.{0,30}\b(?:DIAS|ENTRO|GIORNI)|"
        r"\bDEVOLUCIONES\b|\bTROCAS?\b.{0,30}\b(?:DIAS|ATE)|\bDEVOLUCOES\b|\b(?:REFUNDS?|EXCHANGES?|RETURNS?|EXCHANGED?)\b.{0,30}\b(?:WITHIN|DAYS|ACCEPTED)|"
        r"\bGOODS\s+SOLD\s+ARE\s+NOT|\bNO\s+REFUNDS?\b|\bNON[- ]REFUNDABLE")),
    ("training", Wording(
        r"\bECOLE\b(?!\s+(?:DE|DU|DES|D'))|\bFORMATION\b|\bTRAINING\b|\bCAISSE\s+DE\s+TEST|\bSANS\s+VALEUR|\bSCHULUNG|\bTESTBELEG|"
        r"\bMODE\s+(?:TEST|DEMO)|\bMODO\s+FORMACAO|\bSIN\s+VALOR\b|\bSENZA\s+VALORE|\bDOCUMENTO\s+SEM\s+VALOR|\bOEFENMODUS|\bUBUNGSMODUS|\bUEBUNGSBON")),
    ("provisional", Wording(
        r"\bPROVISOIRE\b|\bNE\s+VAUT\s+PAS|\bPRO\s?-?FORMA|\bZWISCHENRECHNUNG|\bNON\s+VALABLE\s+POUR|\bVOORLOPIGE\s+(?:REKENING|BON)|"
        r"\bPROVISIONAL\b|\bPRECONTO\b|\bCONSULTA\s+DE\s+MESA|\bNAO\s+SERVE\s+DE\s+FATURA|\bGUEST\s+CHECK|\bNO\s+VALID[AO]\s+COMO")),
    ("card_refused", Wording(
        r"\b(?:PAIEMENT|TRANSACTION|CARTE)\s+(?:\w+\s+)?(?:REFUSE|ABANDON|INTERDIT)|\bCARD\s+DECLINED|\bZAHLUNG\s+(?:NICHT|ABGELEHNT|ABGEBROCHEN)|"
        r"\bBETALING\s+GEWEIGERD|\bOPERACION\s+DENEGADA|\bTRANSAZIONE\s+NEGATA|\bOPERACAO\s+RECUSADA|\bTRANSACTION\s+(?:DECLINED|CANCELLED)")),
    ("degraded", Wording(
        r"\bMODE\s+DEGRADE|\bTSE\s+(?:IST\s+)?AUSGEFALLEN|\bTSE[- ]AUSFALL|\bSICHERHEITSEINRICHTUNG\s+AUSGEFALLEN|\bSIGNATUREINRICHTUNG\s+AUSGEFALLEN")),
)  # fmt: skip


def copy_of(page: Page) -> Copy | None:
    """The mark by which the POS calls this a copy, with its number if printed."""
    marked = (line.plain for line, _ in page.saying(_COPY) if not line.amounts)
    spaced = (text for text in page.spaced.values() if _COPY.search(text))
    first = next(marked, None) or next(spaced, None)
    if first is None:
        return None
    number = _COPY_NUMBER.search(first)
    return Copy(number=int(number[1]) if number else None)


def mentions_of(
    page: Page, copy: Copy | None, links: Links, slips: Sequence[Slip]
) -> tuple[Mention, ...]:
    """Statements that rules need to know of, each once; wrapped lines are joined."""
    whole = " ".join(" ".join(line.plain.split()) for line in page.lines)
    heads = page.heads
    said = [name for name, words in _STATED if words.search_in(whole, heads)]
    return tuple(dict.fromkeys((*said, *_marked(copy, links), *_carded(slips))))


def _marked(copy: Copy | None, links: Links) -> Iterator[Mention]:
    if copy is not None:
        yield "duplicate"
    if links.annuls:
        yield "annuls"
    if links.annulled_by:
        yield "annulled"
    if links.modifies:
        yield "modifies"


def _carded(slips: Sequence[Slip]) -> Iterator[Mention]:
    """What became of a card's payment: also below a sale."""
    if any(slip.refused for slip in slips):
        yield "card_refused"
    if any(slip.preauthorised for slip in slips):
        yield "card_preauthorised"
    if any(slip.credited for slip in slips):
        yield "card_credited"
