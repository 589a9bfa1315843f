"""Tenders and change, and whether they pay for a total (A5).

A till may print a tender twice (``CASH 20.00``, ``TENDERED 20.00``): the largest set
of tenders that closes ``sum(P) - C = T`` is kept, named tenders before unnamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from agent.receipt.lines import Line
from agent.receipt.role_words import Role
from agent.receipt.wording import Wording
from agent.wire.receipt import Payment, PaymentKind

MAX_TENDERS = 6
"""Tenders combined: 2^6 sets, and nobody pays in more ways."""

_KINDS: tuple[tuple[PaymentKind, Wording], ...] = (
    ("gift_card", Wording(
        r"\b(?:CARTES?|CHEQUES?)\s+CADEAU|\bGIFT\s?CARD|\bGESCHENKKARTE|\bCADEAUKAART|"
        r"\bTARJETA\s+REGALO|\bCARTA\s+REGALO|\bCARTAO\s+(?:OFERTA|PRESENTE)|"
        r"\bPRESENTKORT|\bGAVEKORT|\bKARTA\s+PODARUNKOWA")),
    ("meal_voucher", Wording(
        r"\bTRD?\b|\b(?:TICKET|TITRE|TKT)S?\s*-?\s*REST|\bT\.?\s?RESTO?\b|\bCHEQUES?\s+(?:DEJ|REPAS)|\bMEAL|"
        r"\bECO-?CHEQUE|\bMAALTIJD|ESSENS(?:GUTSCHEIN|MARKE|BON)|\bBUONI?\s+PASTO|REFEICAO|"
        r"\bTICKETS?\s+RESTAURANT|\bTITRES?\s+REPAS|\bRIKSKORT")),
    ("voucher", Wording(
        r"\bBON\b|\bAVOIR\b|\bANCV\b|\bCHEQUES?[\s\-]+(?:VACANCES|CULTURE)|GUTSCHEIN|\bGUTHABEN|\bCOUPON|\bVOUCHER|\bPRAE?MIE|PRAE?MIE\b|"
        r"\bREDUCTION|\bWAARDEBON|\bVALE\b|\bBUONO\b|\bTEGOED|\bBONO\b|\bTILLGODO|\bTILGODE|\bCREDIT NOTE")),
    ("card", Wording(
        r"\bCB\b|\bCARTES?\b|\bVISA\b|\bMASTER|\bMAESTRO|\bAMEX|\bEC[- ]?CASH|\bGIROCARD|\bBANKOMAT|\bKONTAKTLOS|\bCONTACTLOOS|"
        r"\bBANCONTACT|KARTEN?\b|KARTENZ|\bDEBIT|\bCREDIT\b|\bCARD\b|\bSANS CONTACT|"
        r"\bCONTACTLESS|\bPIN\b|\bPINNEN|\bBETAALKAART|\bTARJETA|\bBANCOMAT|"
        r"\bPAGAMENTO\s+ELETTRONICO|\bCARTA\b|\bMULTIBANCO|\bCARTAO|\bKARTA\b|KORT\b|"
        r"\bINTERAC\b|\bEFTPOS\b|银联|刷卡|银行卡|\bКАРТ|\bБЕЗНАЛ|\bΚΑΡΤΑ|\bKARTICA\b|^\W*+BANK(?:AXEPT)?\b")),
    ("cash", Wording(
        r"\bESPECES?\b|^\W*+ARGENT\b|\bCASH\b|\bBAR\b|\bBARZAHLUNG|\bCONTANT|\bCOMPTANT|\bLIQUIDE|"
        r"\bEFECTIVO|\bMETALICO|\bNUMERARIO|\bDINHEIRO|\bKONTANT|\bGOTOWKA|\bHOTOVOST|\bKESZPENZ|\bNUMERAR\b|现\s?金|現\s?金|\bНАЛИЧН|\bГОТІВК|\bВ БРОЙ|\bΜΕΤΡΗΤΑ|\bNAKIT\b|\bGOTOVINA\b")),
    ("cheque", Wording(r"\bCHEQUES?\b|\bCHECK\b|\bSCHECK|\bASSEGNO")),
)  # fmt: skip
_TENDER = frozenset({Role.PAYMENT, Role.TENDERED})
_SLIP = re.compile(r"\bA0{5,}\d{2,}|[*X#]{4}\s?\d{3,4}\b")
"""Application id, masked card number."""
_SLIP_AMOUNT = re.compile(
    r"^\s*(?:MONTANT|AMOUNT|BETRAG|BEDRAG|IMPORTE|IMPORTO|VALOR|TOTAL[ET]?|TOTAAL|SUMM?[AE]?|RAZEM|BELOPP?)\b|"
    r"^[^A-Z]*(?:(?:RM|USD|CAD|MYR|KR|SEK|NOK|PLN)[^A-Z]*|(?:EUR|€|CHF|GBP|£)?\s*)$"
)
_WORDS_ONLY = re.compile(r"\s{2,}.*$|\s+EUR$|\s*[:=]\s*$")


@dataclass(frozen=True, slots=True)
class Tenders:
    """What a paper says about payment, below its items."""

    payments: tuple[Payment, ...] = ()
    changes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paid:
    """Tenders that pay for a total.

    ``strong``: not merely one equal amount.  ``rounded``: only with the rounding
    that cash leaves, so the amount due may be another.  ``unused``: change that is
    printed, and that no tender of the paper explains.
    """

    payments: tuple[Payment, ...]
    change: int | None
    strong: bool
    rounded: bool = False
    unused: int = 0


def kind_of(line: Line) -> PaymentKind:
    """The tender that a line names."""
    for kind, words in _KINDS:
        if line.holds(words):
            return kind
    return "other"


class Till:
    """The payment and change lines of one paper, read once."""

    def __init__(self, lines: Sequence[Line], roles: Sequence[Role]) -> None:
        self._lines = lines
        self._payments: list[tuple[int, Payment]] = []
        self._changes: list[tuple[int, int]] = []
        for line in lines:
            role, cents = roles[line.at], line.amount
            if cents and role in _TENDER:
                self._payments.append((line.at, _payment(line, cents)))
            elif cents and role is Role.CHANGE:
                self._changes.append((line.at, abs(cents)))

    def tenders(self, start: int) -> Tenders:
        """From line ``start`` on."""
        payments = [p for at, p in self._payments if at >= start][:MAX_TENDERS]
        changes = dict.fromkeys(cents for at, cents in self._changes if at >= start)
        if not payments:
            payments.extend(_slip(self._lines[start:]))
        return Tenders(tuple(payments), tuple(changes))


def _payment(line: Line, cents: int) -> Payment:
    label = line.label or line.text.strip()
    label = _WORDS_ONLY.sub("", label.strip("€ "))
    return Payment(kind=kind_of(line), label=label, amount=cents)


def _slip(lines: Sequence[Line]) -> Iterator[Payment]:
    """The amount on a card slip below the sale, where no tender is named above it."""
    name: str | None = None
    for line in lines:
        if _SLIP.search(line.plain):
            name = name or "CARD"
        elif name is not None and line.amount and _SLIP_AMOUNT.search(line.plain):
            yield Payment(kind="card", label=name, amount=line.amount)
            return
        elif name is None and not line.amounts and kind_of(line) == "card":
            name = line.text.strip()


def slip_amounts(lines: Sequence[Line]) -> frozenset[int]:
    """What a card slip calls its amount."""
    return frozenset(
        abs(line.amount)
        for line in lines
        if line.amount and _SLIP_AMOUNT.search(line.plain)
    )


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
    """With the printed change if any set of tenders allows, else without."""
    for changes in (tenders.changes, (0,)):
        count = len(tenders.payments)
        for size in range(count, 0, -1):
            sets = sorted(
                combinations(tenders.payments, size),
                key=lambda chosen: sum(p.kind == "other" for p in chosen),
            )
            for chosen in sets:
                amount = sum(_signed(p, total) for p in chosen)
                for change in changes:
                    if amount - change in targets:
                        return _paid(chosen, change, total, tenders)
    return None


def _kind(payment: Payment, chosen: Sequence[Payment], change: int) -> PaymentKind:
    """Only cash leaves change: so it is the one tender without a name."""
    unnamed = [p for p in chosen if p.kind == "other"]
    cash = any(p.kind == "cash" for p in chosen)
    if change > 0 and unnamed == [payment] and not cash:
        return "cash"
    return payment.kind


def _paid(
    chosen: tuple[Payment, ...], change: int, total: int, tenders: Tenders
) -> Paid:
    unused = 0 if change else next(iter(tenders.changes), 0)
    if unused in {abs(p.amount) for p in tenders.payments}:
        unused = 0
    return Paid(
        payments=tuple(
            p.model_copy(
                update={"amount": _signed(p, total), "kind": _kind(p, chosen, change)}
            )
            for p in chosen
        ),
        change=change or None,
        strong=bool(change) or len(chosen) > 1,
        unused=unused,
    )
