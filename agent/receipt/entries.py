"""A priced line, and what its words and numbers make of its amount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from agent.receipt.amounts import Amount
from agent.receipt.columns import Row
from agent.receipt.details import Detail, column, led
from agent.receipt.labels import clean
from agent.receipt.lines import Line, folded
from agent.receipt.role_words import Role
from agent.receipt.wording import Wording
from agent.wire.receipt import ItemKind

_DEPOSIT = Wording(
    r"PFAND\b|\bPFAND|\bLEERG|\bCONSIGNE|\bVIDANGE|\bLEEGGOED|\bDEPOSIT\b|\bSTATIEGELD|\bEMBALLAGE|"
    r"\bENVASE|\bCAUZIONE|\bVUOTI\b|\bVASILHAME|\bDEPOSITO\b|\bBOTTLE\s+(?:RETURN|DEPOSIT)|\bCRV\b|"
    r"\bPANT(?:ERETUR)?\b|\bRETURPANT|\bKAUCJ|\bZALOHA"
)
VOID = Wording(
    r"\bNUL(?:L?E)? LIGNE|\bANNUL|\bVOID|STORNO\b|\bCORRECTI[OE]|\bANULA|\bESTORNO|\bITEM\s+CORRECT|"
    r"\bSUPPRESSION\b|\bRAYE\b|\bKORR(?:IGER\w*)?\b|\bMAKULER|\bANULOWA"
)
VOUCHER = Wording(
    r"\bBON\s+(?:D'ACHAT|DE\s+REDUCTION)|\bVOUCHER|\bGUTSCHEIN|\bBUONO\b|\bVALE\b|\bWAARDEBON|\bCOUPON"
)
REFERENCE = re.compile(r"\d{3}")
"""A void that names another paper is not one of the next line."""
_INFO_LINE = Wording(
    r"^\W*+\d{1,2}\s+(?:FOR|POUR|FUR|VOOR)\s+\W?\d|^\s*(?:DONT\b|AU LIEU|PRIX (?:AU|NORMAL|INITIAL|BARRE)|REGULAR\s+PRICE|SOIT\b|U\.?P\b|PRICE OVER|"
    r"DISCOUNTABLE|WAS\b|REG\b|ECO-?PART\b.*DONT|STATT\b|TYPE\b|RATE\b|TARIFE?\b|DAVON\b|WAARVAN\b|DI CUI\b|IN PLAATS)"
)
_NET_BELOW = re.compile(
    r"^\W*+\d[\d ]{0,8}[.,]\d\d\s?(?:€|EUR)?\s?(?:H\.?T\b|HORS\s+TAXE)"
)
"""``6,49 HT`` below a price."""
_RETURNED = Wording(
    r"^\W*+(?:RETOUR|RETURNS?|RETURNED|RETOURE|RUE?CKGABE|DEVOLUCION|DEVOLUCAO|RESO|RETUR|ZWROT)\b"
)
"""Goods that are taken back, in a sale."""
_TAG = re.compile(
    r"[\s=]*(?:EUR|€|CHF)?\s*(?:[A-Z]\d|\d{1,2}(?:[.,]\d{1,2})?\s?%)?[\s=]*(?:EUR|€|CHF)?\s*"
)
"""A currency and a VAT code, which may stand between a price and its amount."""
REDUCING = frozenset({Role.DISCOUNT, Role.DISCOUNT_TOTAL, Role.OFFER})
TENDERS = frozenset({Role.PAYMENT, Role.TENDERED, Role.INFO})


@dataclass(frozen=True, slots=True)
class Entry:
    """A priced line.  ``worth`` are its possible contributions, likely first.

    ``printed`` is the amount as it stands there and ``end`` the column in which it ends.
    ``loose``: a whole number stands in a column of its own, and nothing proves what it
    is.  ``below``: it stands under a sum.  ``reduces``: its words say so.  ``off``: what the
    row itself takes off its price, in minor units.  ``doubt``: how far its numbers under a
    printed head are from multiplying.
    """

    at: int
    label: str
    worth: tuple[int, ...]
    kind: ItemKind = "item"
    quantity: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    vat_code: str | None = None
    leading: str | None = None
    rate: str | None = None
    number: str | None = None
    misfit: int = 0
    loose: bool = False
    printed: int = 0
    end: int = 0
    below: bool = False
    reduces: bool = False
    off: int = 0
    doubt: int = 0

    @property
    def amount(self) -> int:
        """The likely contribution."""
        return self.worth[0]


def kind_of(label: str, role: Role, *, negative: bool) -> ItemKind:
    if _DEPOSIT.search(folded(label)):
        return "deposit"
    if role in {Role.DISCOUNT, Role.DISCOUNT_TOTAL}:
        return "discount"
    if role is Role.FEE:
        return "fee"
    return "discount" if negative and not _RETURNED.search(folded(label)) else "item"


_MAYBE: Final = frozenset({Role.TOTAL, Role.PART, Role.INFO})


def is_aside(line: Line) -> bool:
    """Its words say that the amount counts for nothing."""
    led = line.plain.lstrip()[:1]
    if led == "(" or (led.isdigit() and _NET_BELOW.match(line.plain)):
        return True
    return line.holds(_INFO_LINE)


def worth_of(
    line: Line, cents: int, kind: ItemKind, role: Role, *, voucher: bool
) -> tuple[int, ...]:
    """What an amount may count for; the likely one first."""
    if role is Role.INFO and cents < 0:
        return (cents, 0)  # a minus is printed to be counted
    if role in _MAYBE or is_aside(line):
        return (0, cents)
    if role in TENDERS:
        return (cents, 0)
    if role is Role.OFFER and cents > 0:
        return (cents, -cents, 0)
    if kind == "discount" and cents > 0:
        return (-cents, cents, 0) if voucher else (-cents, 0)
    return (cents,)


def with_detail(entry: Entry, detail: Detail) -> Entry:
    """What is sold by the piece or by weight has a price."""
    sold = entry.amount == 0 and not entry.reduces
    worth = (entry.printed, 0) if sold else entry.worth
    return replace(
        entry,
        worth=worth,
        quantity=detail.quantity,
        unit=detail.unit,
        price=detail.price,
    )


def by_row(entry: Entry, row: Row) -> Entry:
    """As the columns of its row say; a label that is not there stands above."""
    return replace(
        entry,
        label=clean(row.label) or entry.label,
        quantity=row.quantity,
        unit=row.unit,
        price=row.detail.price if row.detail is not None else None,
        vat_code=row.code or entry.vat_code,
        number=row.number or entry.number,
        leading=None,
        loose=False,
        misfit=row.misfit,
        off=row.off,
    )


def as_named(entry: Entry) -> Entry:
    """A line that seemed a total as a product that is called so."""
    if entry.amount or entry.reduces:
        return entry
    return replace(entry, worth=(entry.printed, 0))


def led_by(line: Line, money: Amount) -> Detail | None:
    return led(line.plain[: money.start] + " ")


def _beside(line: Line, detail: Detail, money: Amount) -> bool:
    """Nothing stands between a multiplication and its amount."""
    return _TAG.fullmatch(line.plain[detail.end : money.start]) is not None


def measured(
    line: Line, money: Amount, details: Sequence[Detail]
) -> tuple[Detail | None, int]:
    """Quantity and unit price where the line itself proves them (A2), or the misfit."""
    said = [d for d in details if d.end <= money.start]
    counted = led_by(line, money)
    for detail in (*((counted,) if counted else ()), *said):
        if detail.fits(money.cents):
            return detail, 0
    found = column(line.plain[: money.start], money.cents)
    if found is None and counted is not None and _beside(line, counted, money):
        return None, abs(counted.product) - abs(money.cents)
    if found is not None or not said:
        return found, 0
    sure = said[0].certain and _beside(line, said[0], money)
    return None, abs(said[0].product) - abs(money.cents) if sure else 0
