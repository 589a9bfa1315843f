"""A receipt as flat fields of text, as labelled corpora and their scorers write it.

One receipt is one object: ``company address date time total subtotal tax change
receipt_no till cashier siret vat_id phone loyalty n_items doc_type verified items
payments vat``.  Money is text with two decimals and a point, dates are ISO 8601,
rates are percent; what the paper did not say is ``None``.  ``verified`` is V2, the
proof that the receipt carries in itself (docs/receipt.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from agent.wire.receipt import DocKind, Item, Level, Receipt, Vat

DOC_TYPES: Final[Mapping[DocKind, str | None]] = {
    DocKind.CASH_REPORT: "non_receipt",
    DocKind.DRAWER: "non_receipt",
    DocKind.EXIT_SLIP: "non_receipt",
    DocKind.INVOICE: "sale",
    DocKind.LABEL: "non_receipt",
    DocKind.OTHER: "non_receipt",
    DocKind.TEST_PAGE: "non_receipt",
    DocKind.UNKNOWN: None,
}
"""The corpora's word where it is another than ours; they tell fewer kinds apart."""


def doc_type(receipt: Receipt) -> str | None:
    """A void that takes money back is a refund, one of a sale never paid no receipt."""
    if receipt.kind is DocKind.VOID:
        return "refund" if (receipt.total or 0) < 0 else "non_receipt"
    return DOC_TYPES.get(receipt.kind, receipt.kind.value)


def prediction(receipt: Receipt) -> dict[str, Any]:
    """A receipt in the corpora's words, ready for JSON."""
    taxes = [row.vat for row in receipt.vat if row.vat is not None]
    return {
        "company": receipt.merchant.name,
        "address": " ".join(receipt.merchant.address) or None,
        "date": receipt.date.isoformat() if receipt.date else None,
        "time": receipt.time.isoformat() if receipt.time else None,
        "total": money(receipt.total),
        "subtotal": money(receipt.subtotal),
        "tax": money(sum(taxes)) if taxes else None,
        "change": money(receipt.change),
        "receipt_no": receipt.number,
        "till": receipt.till,
        "cashier": receipt.operator,
        "siret": receipt.merchant.siret,
        "vat_id": receipt.merchant.vat_id,
        "phone": receipt.merchant.phone,
        "loyalty": receipt.loyalty_card,
        "n_items": receipt.item_count,
        "doc_type": doc_type(receipt),
        "verified": receipt.verdict.level is Level.V2,
        "items": [_item(item) for item in receipt.items],
        "payments": [
            {"type": p.kind, "amount": money(p.amount)} for p in receipt.payments
        ],
        "vat": [_vat(row) for row in receipt.vat],
    }


def money(cents: int | None) -> str | None:
    """``-0.80`` of -80."""
    if cents is None:
        return None
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{part:02d}"


def _item(item: Item) -> dict[str, Any]:
    return {
        "name": item.label,
        "amount": money(item.amount),
        "qty": None if item.quantity is None else format(item.quantity, "f"),
        "unit_price": _price(item),
        "vat_code": item.vat_code,
    }


def _price(item: Item) -> str | None:
    """``1.928`` where the price has parts of a cent."""
    exact = item.unit_price_exact
    if item.unit_price is not None or exact is None:
        return money(item.unit_price)
    return format(exact.scaleb(-2), "f")


def _vat(row: Vat) -> dict[str, Any]:
    return {
        "rate": None if row.rate is None else str(Decimal(row.rate) / 100),
        "net": money(row.net),
        "vat": money(row.vat),
        "gross": money(row.gross),
    }
