"""Numbers of other receipts that this one names: annulled, modified, returned.

NF525 2.3 words the first three; a number that belongs to another receipt is never
this one's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from agent.receipt.lines import Page
from agent.receipt.wording import Wording
from agent.wire.receipt import Links

_NUMBER: Final = r"[A-Z]{0,4}[\-/]?\d[\w\-/.]*"
_ID: Final = rf"\s*(?:NR\.?|N[O°º]?\.?)?\s*[:#]?\s*(?P<id>{_NUMBER})?"
_PAPER: Final = r"\s+(?:LE\s+|DU\s+|LA\s+|DE\s+LA\s+)?(?:TICKET|FACTURE|NOTE|JUSTIFICATIF|TRANSACTION|VENTE)\b"
_FORMS: Final = (
    ("annulled_by", Wording(
        rf"\b(?:ANNULEE?\s+PAR{_PAPER}|STORNIERT\s+(?:DURCH|MIT)\s+(?:BON|BELEG)|GEANNULEERD\s+DOOR\s+(?:BON|TICKET)|"
        rf"(?:VOIDED|CANCELLED)\s+BY\s+(?:RECEIPT|TICKET)){_ID}")),
    ("annuls", Wording(
        rf"\b(?:ANNULE(?:\s+ET\s+REMPLACE)?{_PAPER}|ANNULATION{_PAPER}|STORNO\s+(?:ZU|VON|DES)\s+(?:BON|BELEGS?|RECHNUNG)|"
        rf"ANNULEERT\s+(?:BON|TICKET|REKENING)|(?:ANULA|RECTIFICA)\s+(?:LA\s+|EL\s+|A\s+)?(?:FACTURA|TICKET|FATURA)|"
        rf"ANNULLA\s+(?:IL\s+)?(?:DOCUMENTO|SCONTRINO)|(?:VOIDS|CANCELS|VOID\s+OF)\s+(?:RECEIPT|TICKET)){_ID}")),
    ("modifies", Wording(
        rf"\b(?:MODIFIE{_PAPER}|ANDERT\s+(?:BON|BELEG)|WIJZIGT\s+(?:BON|TICKET)|MODIFIES\s+(?:RECEIPT|TICKET)|"
        rf"MODIFICA\s+(?:LA\s+|EL\s+|IL\s+)?(?:FACTURA|TICKET|DOCUMENTO)){_ID}")),
    ("returns_of", Wording(
        rf"(?:^\W*+(?:AVOIR\s+)?SUR\s+(?:LE\s+|LA\s+|VOTRE\s+)?(?:TICKET|FACTURE)\b(?!\s+\d+[.,]\d)|"
        rf"^\W*+(?:GUTSCHRIFT\s+)?ZU(?:R|M)?\s+(?:BON|BELEG|RECHNUNG)\b|\b(?:(?:TICKET|FACTURE|ACHAT)\s+(?:D'|DE\s+L')?ORIGINE|RETOUR\s+(?:DU|SUR)\s+(?:TICKET|LA\s+FACTURE)|"
        rf"REF(?:ERENCE)?\.?\s+(?:TICKET|FACTURE|DOCUMENTO?|BON|BELEG)|(?:ORIGINAL|URSPRUNGS)-?\s?(?:BON|BELEG|RECHNUNG)|"
        rf"(?:ORIGINAL|ORIGINELE)\s+(?:RECEIPT|TICKET|SALE|TRANSACTION|BON)|RESO\s+(?:DEL\s+)?(?:DOCUMENTO|SCONTRINO)|"
        rf"DEVOLUCION\s+(?:DEL\s+)?(?:TICKET|FACTURA)|(?:TICKET|FACTURA|DOCUMENTO|FATURA)\s+(?:DE\s+)?(?:ORIGEN|ORIGEM))){_ID}")),
)  # fmt: skip
_STEMS: Final = Wording(
    r"\b(?:ANNUL|STORN|GEANNUL|VOID|CANCEL|ANULA|RECTIFICA|MODIFI|ANDERT|WIJZIGT|ORIGIN|URSPRUNG|RETOUR|REF|RESO|DEVOLUCION|"
    r"TICKET|FACTUR|FATURA|DOCUMENTO|ACHAT|ZU)"
)
"""How one of the forms may begin, whole or broken at the end of a narrow line."""


def links_of(page: Page) -> tuple[Links, frozenset[int]]:
    """The links, and the lines on which they stand."""
    found = tuple(_found(page))
    links = {how: number for how, number, _ in reversed(found)}
    return Links(**links), frozenset(at for _, _, at in found)


def _found(page: Page) -> Iterator[tuple[str, str, int]]:
    for line, _ in page.saying(_STEMS):
        below = page.lines[line.at + 1 : line.at + 2]
        text = " ".join((line.text, *(ln.text.strip() for ln in below)))
        plain = " ".join((line.plain, *(ln.plain.strip() for ln in below)))
        for how, words in _FORMS:
            match = words.search(line.plain)
            if match is None or not match["id"]:
                match = words.search(plain)
            if match is not None and match["id"]:
                start, end = match.span("id")
                yield how, text[start:end], line.at
                if end > len(line.plain):
                    yield how, text[start:end], line.at + 1
                break
