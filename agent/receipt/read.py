"""Lines of paper to a receipt that knows whether it adds up.

Pure, and total: any text gives a receipt, at worst of kind ``unknown`` that holds
nothing but its lines.  Time is bounded by ``MAX_LINES``, ``MAX_COLUMNS`` and
``MAX_CHARACTERS``; a longer job is not analysed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from agent.paper.strip import PaperLine, Symbol
from agent.receipt import dates, kinds, references
from agent.receipt.codes import codes_of, with_roles
from agent.receipt.header import merchant_of
from agent.receipt.items import Entry
from agent.receipt.lines import (
    MAX_CHARACTERS,
    MAX_COLUMNS,
    MAX_LINES,
    Page,
    prepare,
    whole,
)
from agent.receipt.roles import TOTALS, Role, roles_of
from agent.receipt.totals import Account, Accountant
from agent.receipt.vat import Reader, Row
from agent.receipt.verdict import Evidence, judge
from agent.wire.receipt import Item, Receipt, Vat

CURRENCIES = {"MY": "MYR", "US": "USD", "CA": "CAD", "CH": "CHF", "GB": "GBP",
              "AU": "AUD", "SG": "SGD", "MD": "MDL", "CN": "CNY"}  # fmt: skip
"""Where the paper does not say; everywhere else the euro."""


def read(
    lines: Sequence[PaperLine],
    symbols: Sequence[Symbol] = (),
    *,
    country: str = "FR",
) -> Receipt:
    """Understand a printed document.

    ``country`` (ISO 3166) settles VAT rates, the order of day and month, and the
    currency.  Never raises for any text.
    """
    kept = tuple(whole(line.text[:MAX_COLUMNS]) for line in lines[:MAX_LINES])
    codes = codes_of(symbols)
    if len(lines) > MAX_LINES or sum(map(len, kept)) > MAX_CHARACTERS:
        return Receipt(lines=kept, codes=codes)
    receipt = _understood(prepare(lines), country)
    return with_roles(receipt.model_copy(update={"lines": kept, "codes": codes}))


def from_text(lines: Sequence[str], *, country: str = "FR") -> Receipt:
    """``read`` for lines that never were on paper: corpora and tests."""
    return read([PaperLine(line) for line in lines], country=country)


def _understood(page: Page, country: str) -> Receipt:
    roles = roles_of(page)
    rows = Reader(page.lines, country).rows()
    accountant = Accountant(page.lines, roles, rows)
    account = accountant.best()
    entries = _entries(account)
    shape = kinds.Shape(
        items=len(entries),
        total=account.total if account else None,
        closes=bool(account and account.closing and account.closing.holds),
        paid=bool(account and account.paid),
        named=bool(account and account.role in TOTALS),
        taxed=bool(rows),
        priced_lines=sum(bool(line.amounts) for line in page.lines),
    )
    kind, confidence = kinds.kind_of(page, shape)
    return _receipt(page, country, rows, account).model_copy(
        update={"kind": kind, "confidence": round(confidence, 2)}
    )


def _entries(account: Account | None) -> tuple[Entry, ...]:
    if account is None or account.closing is None:
        return ()
    return tuple(e for e in account.closing.entries if e.amount or len(e.worth) == 1)


def _receipt(
    page: Page,
    country: str,
    rows: tuple[Row, ...],
    account: Account | None,
) -> Receipt:
    found = dates.dates_of(page, country)
    date = found[0] if found and found[0].score > dates.DECOY_ONLY else None
    count = references.count_of(page)
    entries = _with_leading(_entries(account), rows, count)
    receipt = Receipt(
        copy_mark=kinds.copy_of(page),
        merchant=merchant_of(page.lines),
        number=references.number_of(page),
        store=references.store_of(page),
        till=references.till_of(page),
        operator=references.operator_of(page),
        date=date.date if date else None,
        time=dates.time_of(page, date),
        currency=CURRENCIES.get(country, "EUR"),
        vat=tuple(row.vat for row in rows) or _tax_on_top(account),
        item_count=count,
        loyalty_card=references.loyalty_of(page),
        mentions=kinds.mentions_of(page),
    )
    if account is None:
        return receipt
    evidence = Evidence(account, entries, rows, count, found)
    return _with_account(receipt, evidence)


def _with_account(receipt: Receipt, seen: Evidence) -> Receipt:
    account = seen.account
    payments = account.paid.payments if account.paid else account.tenders.payments
    change = account.paid.change if account.paid else None
    rates = {row.vat.code: row.vat.rate for row in seen.rows}
    return receipt.model_copy(
        update={
            "items": tuple(_item(e, rates) for e in seen.entries if e.amount),
            "total": account.total,
            "subtotal": account.subtotal,
            "rounding": _rounding(account),
            "payments": payments,
            "change": change,
            "verdict": judge(seen),
        }
    )


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


def _with_leading(
    entries: tuple[Entry, ...], rows: Sequence[Row], count: int | None
) -> tuple[Entry, ...]:
    """Digits that lead every line are VAT codes if the table knows them.

    Otherwise they are quantities where the printed count agrees, and part of the
    label where nothing speaks for either.
    """
    codes = {row.vat.code for row in rows}
    items = [e for e in entries if e.kind == "item"]
    if items and all(e.leading in codes for e in items if e.leading is not None):
        return tuple(
            replace(e, vat_code=e.vat_code or e.leading, leading=None)
            if e.leading
            else e
            for e in entries
        )
    units = sum(int(e.leading or e.quantity or 1) for e in items)
    if units == count or all(e.leading for e in items):
        return tuple(
            replace(e, quantity=e.quantity or Decimal(e.leading), leading=None)
            if e.leading else e
            for e in entries
        )  # fmt: skip
    return tuple(
        replace(e, label=f"{e.leading} {e.label}", leading=None) if e.leading else e
        for e in entries
    )


def _item(entry: Entry, rates: Mapping[str | None, int | None]) -> Item:
    code = entry.vat_code
    rate = rates.get(code)
    if rate is None and code is not None:
        rate = rates.get(code[1:])
    return Item(
        label=entry.label or "?",
        amount=entry.amount,
        kind=entry.kind,
        quantity=entry.quantity,
        unit=entry.unit,
        unit_price=entry.unit_price,
        vat_code=code,
        vat_rate=rate,
    )
