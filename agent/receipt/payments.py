"""Tenders and change, and whether they pay for a total (A5).

A till may print a tender twice (``CASH 20.00``, ``TENDERED 20.00``): the largest set
of tenders that closes ``sum(P) - C = T`` is kept, named tenders before unnamed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from agent.receipt.lines import Line
from agent.receipt.roles import Role
from agent.receipt.wording import Wording
from agent.wire.receipt import Payment, PaymentKind

MAX_TENDERS = 6
"""Tenders combined: 2^6 sets, and nobody pays in more ways."""

_KINDS: tuple[tuple[PaymentKind, Wording], ...] = (
    ("gift_card", Wording(r"\b(?:CARTE|CHEQUE)\s+CADEAU|\bGIFT\s?CARD")),
    ("voucher", Wording(r"\bBON\b|\bAVOIR\b|\bGUTSCHEIN|\bGUTHABEN|\bCOUPON|"
                           r"\bVOUCHER|\bPRAMIE|PRAMIE\b|\bREDUCTION")),
    ("meal_voucher", Wording(r"\bTRD?\b|\b(?:TICKET|TITRE)S?\s+REST|\bCHEQUES?\s+"
                                r"(?:DEJ|REPAS)|\bMEAL|\bECO-?CHEQUE|\bMAALTIJD")),
    ("card", Wording(r"\bCB\b|\bCARTES?\b|\bVISA\b|\bMASTER|\bMAESTRO|\bAMEX|"
                        r"\bEC[- ]?CASH|\bGIROCARD|\bBANCONTACT|KARTE|\bDEBIT\b|"
                        r"\bCREDIT\b|\bCARD\b|\bSANS CONTACT|\bCONTACTLESS")),
    ("cash", Wording(r"\bESPECES?\b|\bCASH\b|\bBAR\b|\bCONTANT|\bCOMPTANT|"
                        r"\bLIQUIDE")),
    ("cheque", Wording(r"\bCHEQUES?\b|\bCHECK\b")),
)  # fmt: skip
_TENDER = frozenset({Role.PAYMENT, Role.TENDERED})


@dataclass(frozen=True, slots=True)
class Tenders:
    """What a paper says about payment, below its items."""

    payments: tuple[Payment, ...] = ()
    changes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paid:
    """Tenders that pay for a total.

    ``strong``: not merely one equal amount.  ``rounded``: only with the rounding
    that cash leaves, so the amount due may be another.
    """

    payments: tuple[Payment, ...]
    change: int | None
    strong: bool
    rounded: bool = False


def kind_of(plain: str) -> PaymentKind:
    """The tender that a label names."""
    for kind, pattern in _KINDS:
        if pattern.search(plain):
            return kind
    return "other"


def tenders_of(lines: Sequence[Line], roles: Sequence[Role], start: int) -> Tenders:
    """Payment and change lines from line ``start`` on."""
    payments: list[Payment] = []
    changes: list[int] = []
    for line in lines[start:]:
        role, cents = roles[line.at], line.amount
        if not cents:
            continue
        if role in _TENDER and len(payments) < MAX_TENDERS:
            label = line.label or line.text.strip()
            label = re.sub(r"\s{2,}.*$|\s+EUR$|\s*:$", "", label.strip("€ "))
            payments.append(
                Payment(kind=kind_of(line.plain), label=label, amount=cents)
            )
        elif role is Role.CHANGE:
            changes.append(abs(cents))
    return Tenders(tuple(payments), tuple(dict.fromkeys(changes)))


def _signed(payment: Payment, total: int) -> int:
    return abs(payment.amount) if total >= 0 else payment.amount


def paid(tenders: Tenders, total: int, roundings: Sequence[int]) -> Paid | None:
    """The tenders that pay ``total``, or ``None`` when no set of them does.

    ``roundings`` are the signed differences that cash may leave.
    """
    exact = _settle(tenders, total, {total})
    if exact is not None or not roundings:
        return exact
    near = _settle(tenders, total, {total + r for r in roundings})
    return None if near is None else replace(near, rounded=True)


def _settle(tenders: Tenders, total: int, targets: set[int]) -> Paid | None:
    count = len(tenders.payments)
    for size in range(count, 0, -1):
        sets = sorted(
            combinations(tenders.payments, size),
            key=lambda chosen: sum(p.kind == "other" for p in chosen),
        )
        for chosen in sets:
            amount = sum(_signed(p, total) for p in chosen)
            for change in (*tenders.changes, 0):
                if amount - change in targets:
                    return _paid(chosen, change, total)
    return None


def _paid(chosen: tuple[Payment, ...], change: int, total: int) -> Paid:
    return Paid(
        payments=tuple(
            p.model_copy(update={"amount": _signed(p, total)}) for p in chosen
        ),
        change=change or None,
        strong=bool(change) or len(chosen) > 1,
    )
