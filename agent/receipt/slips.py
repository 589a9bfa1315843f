"""Card terminals' slips: a paper of their own, or below a sale in the same job.

A slip is told by its signs: application identifier (EMV), masked card number,
authorisation, terminal, whose copy it is.  Signs that stand close together make one
slip; a sale shows one or two of them alone, a slip three or more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording
from agent.wire.receipt import Attachment, DocKind

MIN_SIGNS: Final = 3
"""A sale without an integrated slip shows one or two of these."""
FAR: Final = 8
"""Printed lines between two signs of one slip: shop, town, numbers of the contract."""
HEAD_LINES: Final = 3
"""The shop's name and town above the first sign."""

CUSTOMER: Final = Wording(
    r"\b(?:TICKET|EXEMPLAIRE|COPIE|RECU)\s+(?:DU\s+)?(?:CLIENT|PORTEUR)\b|\bKUNDENBELEG|\bKUNDENQUITTUNG|"
    r"\b(?:CUSTOMER|CARDHOLDER|CLIENT)'?S?\s+(?:COPY|RECEIPT)|\bKLANT(?:TICKET|ENBON|BON|ENTICKET)|"
    r"\bKOPIE\s+(?:KAARTHOUDER|KLANT|KUNDE)|\bCOPIA\s+(?:PARA\s+)?(?:EL\s+|DO\s+|PER\s+IL\s+)?(?:CLIENTE|TITULAR|TITOLARE)"
)
MERCHANT: Final = Wording(
    r"\b(?:TICKET|EXEMPLAIRE|COPIE|RECU)\s+(?:DU\s+)?(?:COMMERCANT|MARCHAND|ACCEPTEUR)|"
    r"\b(?:MERCHANT|STORE|RETAILER)'?S?\s+(?:COPY|RECEIPT)|\bHAE?NDLER(?:BELEG|QUITTUNG)|"
    r"\bKOPIE\s+(?:WINKELIER|HANDELAAR|HANDLER)|\b(?:HANDELAARS?|WINKELIERS?)(?:TICKET|BON)|"
    r"\bCOPIA\s+(?:PARA\s+)?(?:EL\s+|DO\s+|DELL'|PER\s+L')?(?:COMERCIO|COMERCIANTE|ESTABELECIMENTO|ESERCENTE|NEGOZIO)"
)
_SIGNS: Final[Mapping[str, Wording]] = {
    "application": Wording(r"\bA0{5,}\d{2,}"),
    "authorised": Wording(
        r"\bN[O°]\s*AUTO|\bAUTORI[SZ]|\bAUTH(?:ORI[SZ]ATION)?\b|\bGENEHMIGUNG|\bAUT\.|\bAPPROVAL|\bAUTORISATIE"
    ),
    "scheme": Wording(
        r"^\s*CARTE\s+BANCAIRE\s*$|^\s*KARTENZAHLUNG|\bGIROCARD\b|\bBANCONTACT\b|^\s*(?:VISA|MASTERCARD|MAESTRO|V\s?PAY)"
        r"(?:\s+(?:DEBIT|CREDIT))?\s*$|^\s*CB\s*$"
    ),
    "outcome": Wording(
        r"^\s*(?:DEBIT|CREDIT|ANNULATION|REMBOURSEMENT)\s*$|\bTRANSACTION\b|\bZAHLUNG\s+ERFOLGT|"
        r"\bPAI(?:E|M)MENT\s+(?:ACCEPTE|REFUSE)|\bAPPROVED\b|\bABGELEHNT|\bDECLINED\b|\bGEWEIGERD\b|\bDENEGADA\b|\bRECUSADA\b|\bNEGATA\b"
    ),
    "contactless": Wording(r"\bSANS\s+CONTACT|\bCONTACTLESS|\bKONTAKTLOS|\bCONTACTLOOS|\bSIN\s+CONTACTO"),
    "amount": Wording(r"^\s*MONTANT\s*(?:REEL)?\s*[:=]|\bBETRAG\s+(?:EUR|CHF|GBP)\b"),
    "terminal": Wording(r"\bTERMINAL-?ID|\bTRACE|\bTID\b|\bMID\b|\bAID\b|\bTPE\b|\bPOS-INFO|\bARQC\b"),
    "copy": CUSTOMER, "merchant": MERCHANT,
}  # fmt: skip
"""By what they tell; masked numbers are looked for by their stars."""
_REFUSED: Final = Wording(
    r"\b(?:PAIEMENT|TRANSACTION|CARTE|OPERATION)\s+(?:\w+\s+)?(?:REFUSE|ABANDON|ANNULE|INTERDIT)|"
    r"\bDECLINED\b|^\W*+ABANDON\b|\bABGELEHNT|\bZAHLUNG\s+NICHT|\bABGEBROCHEN|\bNOT\s+APPROVED|"
    r"\bTRANSACTION\s+CANCEL|\bVORGANG\s+ABGEB|\bBETALING\s+(?:GEWEIGERD|GEANNULEERD|AFGEBROKEN)|\bGEWEIGERD\b|"
    r"\bOPERACI?C?[AO]?O?N?\s+(?:DENEGADA|ANULADA|RECUSADA)|\b(?:DENEGADA|RECUSADA|NEGATA|RIFIUTATA)\b"
)
_PREAUTHORISED: Final = Wording(
    r"\bPRE-?AUTORI[SZ]A|\bPRE-?AUTH|\bVORAUTORISIERUNG|\bRESERVIERUNG\b|\bRESERVERING\b"
)
_CREDITED: Final = Wording(
    r"^\W*+(?:CREDIT|REMBOURSEMENT|GUTSCHRIFT|REFUND|TERUGBETALING|DEVOLUCI?[OC]N|ABONO|RIMBORSO|STORNO\s+ACQUISTO|CREDITO)\W*$"
)
_SHOPS_CARD: Final = Wording(
    r"\bFIDELITE|\bKARTEN-?NR|\bKUNDEN-?KARTE|\bKUNDENNR|\bKLANTENKAART|\bTARJETA\s+CLIENTE|\bCARTA\s+FEDELTA|"
    r"\bCARTAO\s+CLIENTE|\bLOYALTY|\bMEMBER|\bREWARD|\bN[O°]\s+CLIENT"
)
"""A masked number that is no bank's."""
_KEEP: Final = Wording(r"\bA\s+CONSERVER\b|\bKEEP\b|\bBEWAREN\b|\bCONSERVE\b")
_MASKED: Final = re.compile(r"(?:[*X#.])\s?\d{3,4}\b")
_STARS: Final = tuple(mark * 4 for mark in "*X#.")
_STRONG: Final = frozenset({"application", "masked", "amount"})
"""What only a terminal prints, if with an amount."""


@dataclass(frozen=True, slots=True)
class Slip:
    """The lines ``first`` to ``last`` of a page; ``whose`` copy, if it says so."""

    first: int
    last: int
    signs: int
    whose: DocKind | None
    refused: bool
    preauthorised: bool
    credited: bool


def slips_of(page: Page) -> tuple[Slip, ...]:
    """Every slip of a page, from top to bottom."""
    signs = _signs(page)
    groups: list[list[int]] = []
    for at in sorted(signs):
        if groups and _same_slip(page.lines, groups[-1][-1], at, signs):
            groups[-1].append(at)
        else:
            groups.append([at])
    made = (_slip(page, group, signs) for group in groups)
    return tuple(slip for slip in made if slip is not None)


def _signs(page: Page) -> dict[int, set[str]]:
    """Which signs stand on which line; whose copy it is counts as one."""
    found: dict[int, set[str]] = {}
    for sign, words in _SIGNS.items():
        for line, _ in page.saying(words):
            found.setdefault(line.at, set()).add(_ONE.get(sign, sign))
    for line in page.lines:
        stars = any(mark in line.plain for mark in _STARS)
        if stars and _MASKED.search(line.plain) and not line.says(_SHOPS_CARD):
            found.setdefault(line.at, set()).add("masked")
    for at, text in page.spaced.items():
        if CUSTOMER.search(text) or MERCHANT.search(text):
            found.setdefault(at, set()).add("copy")
    return found


_ONE: Final = {"merchant": "copy"}


def _same_slip(
    lines: Sequence[Line], above: int, below: int, signs: dict[int, set[str]]
) -> bool:
    """Close together; ``ANNULATION`` above a price voids goods, and ends no slip."""
    undoes = signs[above] == {"outcome"} and not lines[above].says(_REFUSED)
    voids = undoes and any(line.amounts for line in lines[above + 1 : below])
    return not voids and _printed(lines, above, below) <= FAR


def _printed(lines: Sequence[Line], above: int, below: int) -> int:
    """Lines with text between two lines."""
    return sum(bool(line.plain) for line in lines[above + 1 : below])


def _slip(page: Page, group: Sequence[int], signs: dict[int, set[str]]) -> Slip | None:
    kinds: set[str] = set().union(*(signs[at] for at in group))
    if len(kinds) < MIN_SIGNS:
        return None
    first = _head(page.lines, _first(page.lines, group, signs))
    last = group[-1]
    if last + 1 < len(page.lines) and page.lines[last + 1].says(_KEEP):
        last += 1
    lines = page.lines[first : last + 1]
    spaced = [text for at, text in page.spaced.items() if first <= at <= last]
    customer = any(line.says(CUSTOMER) for line in lines) or any(
        CUSTOMER.search(text) for text in spaced
    )
    merchant = any(line.says(MERCHANT) for line in lines)
    whose = DocKind.MERCHANT_SLIP if merchant else None
    return Slip(
        first=first,
        last=last,
        signs=len(kinds),
        whose=DocKind.CARD_SLIP if customer else whose,
        refused=any(line.says(_REFUSED) for line in lines),
        preauthorised=any(line.says(_PREAUTHORISED) for line in lines),
        credited=any(line.says(_CREDITED) for line in lines),
    )


def _first(
    lines: Sequence[Line], group: Sequence[int], signs: dict[int, set[str]]
) -> int:
    """A tender of the sale (``CB SANS CONTACT 22,72``) is not yet the slip."""
    slip = (at for at in group if not lines[at].amounts or signs[at] & _STRONG)
    return next(slip, group[0])


def _head(lines: Sequence[Line], first: int) -> int:
    """Up to the rule or the gap above, if it is near."""
    for at in range(first - 1, max(-1, first - HEAD_LINES - 2), -1):
        line = lines[at]
        if line.amounts:
            return first
        if not any(mark.isalnum() for mark in line.plain):
            return at + 1
    return 0 if first <= HEAD_LINES else first


def below_sale(page: Page, slips: Sequence[Slip]) -> frozenset[int]:
    """The lines of slips, if something is sold beside them."""
    lines = {at for slip in slips for at in range(slip.first, slip.last + 1)}
    sold = any(line.amounts for line in page.lines if line.at not in lines)
    return frozenset(lines) if sold else frozenset()


def attached(page: Page, slips: Sequence[Slip]) -> tuple[Attachment, ...]:
    """The slips of a sale, as documents of their own."""
    return tuple(
        Attachment(
            kind=slip.whose or DocKind.CARD_SLIP,
            lines=tuple(line.text for line in page.lines[slip.first : slip.last + 1]),
        )
        for slip in slips
    )
