"""Lines of paper to a receipt that knows whether it adds up.

Pure, and total: any text gives a receipt, at worst of kind ``unknown`` that holds
nothing but its lines.  Time is bounded by ``MAX_LINES``, ``MAX_COLUMNS`` and
``MAX_CHARACTERS``; a longer job is not analysed.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.paper.strip import PaperLine, Symbol
from agent.receipt import kinds
from agent.receipt.about import About, about
from agent.receipt.codes import codes_of, with_roles
from agent.receipt.column_heads import Declared
from agent.receipt.currency import currency_of
from agent.receipt.entries import Entry
from agent.receipt.goods import items_of, settled
from agent.receipt.leftovers import Printed
from agent.receipt.lines import (
    MAX_CHARACTERS,
    MAX_COLUMNS,
    MAX_LINES,
    Page,
    prepare,
    whole,
)
from agent.receipt.registers import a8
from agent.receipt.role_words import Role
from agent.receipt.roles import NAMED, roles_of
from agent.receipt.slips import attached
from agent.receipt.totals import Account, Accountant
from agent.receipt.vat import Reader, Row
from agent.receipt.vat_tables import told_once
from agent.receipt.verdict import Evidence, judge
from agent.wire.receipt import Receipt, Vat, Verdict


def read(
    lines: Sequence[PaperLine],
    symbols: Sequence[Symbol] = (),
    *,
    country: str = "FR",
    declared: Declared | None = None,
) -> Receipt:
    """Understand a printed document.

    ``country`` (ISO 3166) settles VAT rates, the order of day and month, and the
    currency; ``declared`` says in which columns the rows of goods stand.  Never raises
    for any text.
    """
    kept = tuple(whole(line.text[:MAX_COLUMNS]) for line in lines[:MAX_LINES])
    codes = codes_of(symbols)
    if len(lines) > MAX_LINES or sum(map(len, kept)) > MAX_CHARACTERS:
        return Receipt(lines=kept, codes=codes)
    said = tuple(code.text for code in codes)
    receipt = _understood(prepare(lines), country, said, declared)
    return with_roles(receipt.model_copy(update={"lines": kept, "codes": codes}))


def from_text(lines: Sequence[str], *, country: str = "FR") -> Receipt:
    """``read`` for lines that never were on paper: corpora and tests."""
    return read([PaperLine(line) for line in lines], country=country)


def _understood(
    page: Page, country: str, codes: Sequence[str], declared: Declared | None
) -> Receipt:
    roles = roles_of(page)
    rows = Reader(page.lines, country).rows()
    account = Accountant(page, roles, rows, country, declared).best()
    rows = told_once(rows) if account is None else account.rows
    entries = _entries(account)
    shape = kinds.Shape(
        items=len(entries),
        total=account.total if account else None,
        closes=bool(account and account.closing and account.closing.holds),
        paid=bool(account and account.paid),
        named=bool(account and account.role in NAMED),
        taxed=bool(rows),
        proven=bool(account and account.vat_holds),
        priced_lines=sum(bool(line.amounts) for line in page.lines),
    )
    said = about(page, country, codes)
    judged = kinds.kind_of(kinds.Case(page, said.said, shape, said.slips, said.copy))
    slips = said.slips if judged.kind in kinds.WITH_SLIPS else ()
    if judged.kind in kinds.REPORTS:
        account, rows = None, ()
    paper = None
    if account is not None:
        paper = Printed(page.lines, roles, rows, said.slips, account)
    receipt = _receipt(said, currency_of(page, roles, country), rows, paper)
    return receipt.model_copy(
        update={
            "verdict": _with_registers(receipt),
            "kind": judged.kind,
            "confidence": round(judged.confidence, 2),
            "kind_evidence": judged.evidence,
            "attachments": attached(page, slips),
        }
    )


def _with_registers(receipt: Receipt) -> Verdict:
    """A8 beside the sums: it is told, and leaves their level as it is."""
    numbers = a8(receipt.merchant)
    verdict = receipt.verdict
    if numbers is None or receipt.total is None:
        return verdict
    return verdict.model_copy(update={"equations": (*verdict.equations, numbers)})


def _entries(account: Account | None) -> tuple[Entry, ...]:
    if account is None or account.closing is None:
        return ()
    return tuple(e for e in account.closing.entries if e.amount or len(e.worth) == 1)


def _receipt(
    said: About,
    currency: str,
    rows: tuple[Row, ...],
    paper: Printed | None,
) -> Receipt:
    account = paper.account if paper is not None else None
    receipt = Receipt(
        **said.fields,
        currency=currency,
        vat=tuple(row.vat for row in rows) or _tax_on_top(account),
    )
    if paper is None or account is None:
        return receipt
    entries = settled(_entries(account), rows, said.count, account.total)
    counts = (receipt.item_count, receipt.line_count)
    evidence = Evidence(paper, entries, rows, counts, said.dates)
    return _with_account(receipt, evidence)


def _with_account(receipt: Receipt, seen: Evidence) -> Receipt:
    account = seen.account
    payments = account.paid.payments if account.paid else account.tenders.payments
    change = account.paid.change if account.paid else None
    printed = next(iter(account.tenders.changes), None)
    return receipt.model_copy(
        update={
            "items": items_of(seen.entries, seen.rows),
            "total": account.total,
            "subtotal": account.subtotal,
            "discount_total": _taken_off(account),
            "rounding": _rounding(account),
            "payments": payments,
            "change": change or printed,
            "verdict": judge(seen),
        }
    )


def _taken_off(account: Account) -> int | None:
    printed = account.discount_total
    return None if printed is None else -abs(printed)


def _rounding(account: Account) -> int | None:
    if account.closing is None:
        return None
    used = [c for role, c in account.closing.adjustments if role is Role.ROUNDING]
    return used[0] if used else None


def _tax_on_top(account: Account | None) -> tuple[Vat, ...]:
    """Taxes added below prices that were net of them."""
    if account is None or account.closing is None:
        return ()
    added = account.closing.adjustments
    return tuple(Vat(vat=cents) for role, cents in added if role is Role.TAX)
