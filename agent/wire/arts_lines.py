"""The line items of ARTS: what was sold, what was taxed, what was paid.

ARTS has no negative amounts: an article's sign is an ``Action``, a tender's and a tax
row's is their ``TypeCode``.  A discount is a line of its own kind there, without VAT
and quantity; ``ItemLink`` says of which line it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from agent.wire.arts_xml import (
    Eye,
    Pen,
    clean,
    every,
    find,
    number,
    text_at,
    text_of,
    told,
)
from agent.wire.holding import basis_points, gtin, percent, plain
from agent.wire.receipt import Discount, Item, ItemKind, Payment, PaymentKind, Vat

ITEM_TYPES: Final[Mapping[ItemKind, str]] = {
    "item": "Stock",
    "deposit": "Deposit",
    "fee": "Fee",
    "void": "Stock",  # and the line is cancelled
}
UNITS: Final[Mapping[str, str]] = {
    "kg": "KGM", "g": "GRM", "l": "LTR", "m": "MTR", "m2": "MTK", "m3": "MTQ",
    "h": "Hours",
}  # fmt: skip
"""UN/ECE codes that ARTS lists; another unit is not held."""
TENDERS: Final[Mapping[PaymentKind, str]] = {
    "card": "CreditDebit",
    "cash": "Cash",
    "cheque": "Check",
    "meal_voucher": "receipt:MealVoucher",
    "gift_card": "GiftCard",
    "voucher": "Voucher",
    "other": "receipt:Other",
}
"""With a colon: our extension, since ARTS has no such tender."""

_UNITS_READ: Final = {code: unit for unit, code in UNITS.items()} | {"Kg": "kg"}
_TENDERS_READ: Final = {code: kind for kind, code in TENDERS.items()}
_TYPES_READ: Final[Mapping[str, ItemKind]] = {
    "Deposit": "deposit", "DepositRefund": "deposit", "Fee": "fee", "FeeRefund": "fee",
}  # fmt: skip
MOST_PERCENT: Final = 10_000


class Counter:
    """Opens the line items of a transaction, numbered from 1."""

    def __init__(self, pen: Pen, into: ET.Element) -> None:
        self._pen = pen
        self._into = into
        self._at = 0

    def open(self, **marks: str) -> ET.Element:
        return self._pen.put(self._into, "LineItem", **marks)

    def close(self, line: ET.Element, of: int | None = None) -> None:
        self._at += 1
        self._pen.put(line, "SequenceNumber", str(self._at))
        if of is not None:
            self._pen.put(line, "ItemLink", str(of + 1))


# --- articles ---------------------------------------------------------------------


def write_item(item: Item, lines: Counter, pen: Pen) -> None:
    if item.kind == "discount":
        line = lines.open()
        discount = pen.put(line, "Discount")
        _write_discount(Discount(amount=item.amount, label=item.label), discount, pen)
    else:
        cancelled = {"CancelFlag": "true"} if item.kind == "void" else {}
        line = lines.open(**cancelled)
        _write_sale(item, pen.put(line, "Sale", ItemType=ITEM_TYPES[item.kind]), pen)
    lines.close(line, item.of)


def _write_sale(item: Item, sale: ET.Element, pen: Pen) -> None:
    if item.gtin:
        pen.put(sale, "ItemID", item.gtin, Type="GTIN")
    pen.told(sale, "ItemID", item.sku, Type="SKU")
    if not item.gtin and not told(item.sku):
        pen.put(sale, "ItemID", Type="UNKNOWN")  # the schema wants one
    pen.put(sale, "Description", item.label)
    if item.unit_price is not None:
        price, action = item.unit_price, _action(item.unit_price)
        pen.amount(sale, "ActualSalesUnitPrice", price, Action=action)
    pen.amount(sale, "ExtendedAmount", item.amount, Action=_action(item.amount))
    if item.quantity is not None:
        code = UNITS.get((item.unit or "").lower(), "EA")
        pen.put(sale, "Quantity", plain(item.quantity), UnitOfMeasureCode=code)
    for discount in item.discounts:
        _write_discount(discount, pen.put(sale, "RetailPriceModifier"), pen)
    _write_rate(item.vat_rate, item.vat_code, sale, pen)


def _write_discount(discount: Discount, into: ET.Element, pen: Pen) -> None:
    pen.put(into, "SequenceNumber", "0")
    pen.amount(into, "Amount", discount.amount, Action=_action(discount.amount))
    pen.told(into, "Description", discount.label)


def _write_rate(rate: int | None, code: str | None, into: ET.Element, pen: Pen) -> None:
    if _rate(rate) is None and not told(code):
        return
    tax = pen.put(into, "Tax", TaxType="VAT")
    _write_rate_in(rate, code, tax, pen)


def _write_rate_in(
    rate: int | None, code: str | None, tax: ET.Element, pen: Pen
) -> None:
    if rate is not None and _rate(rate) is not None:
        pen.put(tax, "Percent", plain(percent(rate)))
    pen.told(tax, "TaxGroupID", code)


def read_items(lines: Sequence[ET.Element], eye: Eye) -> tuple[Item, ...]:
    """Sales, returns and discounts, in their order."""
    sold = [line for line in lines if _what(line) is not None]
    numbers = [text_at(line, "SequenceNumber") for line in sold]
    places = {said: at for at, said in enumerate(numbers) if said}
    return tuple(_read_item(line, places, eye) for line in sold)


def _what(line: ET.Element) -> ET.Element | None:
    found = (find(line, name) for name in ("Sale", "Return", "Discount"))
    return next((each for each in found if each is not None), None)


def _read_item(line: ET.Element, places: Mapping[str, int], eye: Eye) -> Item:
    of = places.get(text_at(line, "ItemLink") or "")
    discount = find(line, "Discount")
    if discount is not None:
        said = _read_discount(discount, eye)
        return Item(label=said.label or "", amount=said.amount, kind="discount", of=of)
    sale = find(line, "Sale")
    returned = find(line, "Return")
    kind = _TYPES_READ.get(sale.get("ItemType", "") if sale is not None else "", "item")
    item = _read_sale(sale if sale is not None else returned, eye)
    cancelled = line.get("CancelFlag") in {"true", "1"}
    update: dict[str, object] = {"of": of, "kind": "void" if cancelled else kind}
    if sale is None:
        update["amount"] = -item.amount
    return item.model_copy(update=update)


def _read_sale(sale: ET.Element | None, eye: Eye) -> Item:
    quantity = find(sale, "Quantity")
    unit = quantity.get("UnitOfMeasureCode", "") if quantity is not None else ""
    rate = number(text_at(sale, "Tax/Percent"))
    return Item(
        label=text_at(sale, "Description") or "",
        amount=_signed(find(sale, "ExtendedAmount"), eye) or 0,
        quantity=number(text_of(quantity)),
        unit=_UNITS_READ.get(unit),
        unit_price=_signed(find(sale, "ActualSalesUnitPrice"), eye),
        vat_rate=None if rate is None else basis_points(rate),
        vat_code=text_at(sale, "Tax/TaxGroupID"),
        gtin=gtin(text_at(sale, "ItemID[@Type='GTIN']")),
        sku=text_at(sale, "ItemID[@Type='SKU']")
        or text_at(sale, "POSIdentity/POSItemID"),
        discounts=tuple(
            _read_discount(each, eye) for each in every(sale, "RetailPriceModifier")
        ),
    )


def _read_discount(at: ET.Element, eye: Eye) -> Discount:
    amount = _signed(find(at, "Amount"), eye) or 0
    return Discount(amount=amount, label=text_at(at, "Description"))


def held_item(item: Item) -> Item:
    if item.kind == "discount":
        return Item(
            label=clean(item.label), amount=item.amount, kind="discount", of=item.of
        )
    unit = (item.unit or "").lower()
    counted = item.quantity is not None and unit in UNITS
    return item.model_copy(
        update={
            "label": clean(item.label),
            "unit": unit if counted else None,
            "unit_price_exact": None,
            "vat_code": told(item.vat_code),
            "vat_rate": _rate(item.vat_rate),
            "sku": told(item.sku),
            "discounts": tuple(
                Discount(amount=each.amount, label=told(each.label))
                for each in item.discounts
            ),
        }
    )


# --- VAT --------------------------------------------------------------------------


def write_vat(row: Vat, lines: Counter, pen: Pen) -> None:
    if held_vat(row) is None:
        return
    line = lines.open()
    sums = (row.net, row.vat, row.gross)
    refunded = any(each is not None and each < 0 for each in sums)
    code = "Refund" if refunded else "Sale"
    tax = pen.put(line, "Tax", TaxType="VAT", TypeCode=code)
    base = row.gross if row.net is None else row.net
    if base is not None:
        included = "true" if row.net is None else "false"
        pen.amount(tax, "TaxableAmount", base, TaxIncludedInTaxableAmountFlag=included)
    if row.vat is not None:
        pen.amount(tax, "Amount", row.vat)
    _write_rate_in(row.rate, row.code, tax, pen)
    lines.close(line)


def read_vat(line: ET.Element, eye: Eye) -> Vat | None:
    tax = find(line, "Tax")
    if tax is None:
        return None
    sign = -1 if tax.get("TypeCode") == "Refund" else 1
    base_at = find(tax, "TaxableAmount")
    base, vat = eye.amount(base_at), eye.amount(find(tax, "Amount"))
    included = base_at is not None and (
        base_at.get("TaxIncludedInTaxableAmountFlag") in {"true", "1"}
    )
    net = None if included or base is None else sign * base
    tax_due = None if vat is None else sign * vat
    rate = number(text_at(tax, "Percent"))
    return Vat(
        rate=None if rate is None else basis_points(rate),
        code=text_at(tax, "TaxGroupID"),
        net=net,
        vat=tax_due,
        gross=sign * base if included and base is not None else _sum(net, tax_due),
    )


def held_vat(row: Vat) -> Vat | None:
    """``None``: gains and losses in one row, which ARTS has no sign for."""
    sums = [each for each in (row.net, row.vat, row.gross) if each is not None]
    if any(each < 0 for each in sums) and any(each > 0 for each in sums):
        return None
    return Vat(
        rate=_rate(row.rate),
        code=told(row.code),
        net=row.net,
        vat=row.vat,
        gross=row.gross if row.net is None else _sum(row.net, row.vat),
    )


def _sum(net: int | None, vat: int | None) -> int | None:
    return None if net is None or vat is None else net + vat


# --- tenders ----------------------------------------------------------------------


def write_payment(payment: Payment, lines: Counter, pen: Pen) -> None:
    line = lines.open()
    code = "Refund" if payment.amount < 0 else "Sale"
    kind = TENDERS[payment.kind]
    tender = pen.put(line, "Tender", TenderType=kind, TypeCode=code)
    pen.amount(tender, "Amount", payment.amount)
    if clean(payment.label):
        pen.put(pen.put(tender, "se:ItemText"), "se:Text", payment.label)
    lines.close(line)


def read_payments(lines: Sequence[ET.Element], eye: Eye) -> Iterator[Payment]:
    for line in lines:
        tender = find(line, "Tender")
        if tender is None:
            continue
        sign = -1 if tender.get("TypeCode") == "Refund" else 1
        yield Payment(
            kind=_TENDERS_READ.get(tender.get("TenderType", "Cash"), "other"),
            label=text_at(tender, "se:ItemText/se:Text") or "",
            amount=sign * (eye.amount(find(tender, "Amount")) or 0),
        )


def held_payment(payment: Payment) -> Payment:
    return payment.model_copy(update={"label": clean(payment.label)})


def write_change(change: int | None, lines: Counter, pen: Pen) -> None:
    if change is None:
        return
    line = lines.open()
    code = "Refund" if change < 0 else "Sale"
    pen.amount(pen.put(line, "TenderChange", TypeCode=code), "Amount", change)
    lines.close(line)


def read_change(lines: Sequence[ET.Element], eye: Eye) -> int | None:
    for line in lines:
        given = find(line, "TenderChange")
        amount = eye.amount(find(given, "Amount"))
        if given is not None and amount is not None:
            return -amount if given.get("TypeCode") == "Refund" else amount
    return None


def write_rounding(rounding: int | None, lines: Counter, pen: Pen) -> None:
    if rounding is None:
        return
    line = lines.open(Action=_action(rounding))
    pen.amount(line, "Rounding", rounding)
    lines.close(line)


def read_rounding(lines: Sequence[ET.Element], eye: Eye) -> int | None:
    for line in lines:
        amount = eye.amount(find(line, "Rounding"))
        if amount is not None:
            return -amount if line.get("Action") == "Subtract" else amount
    return None


def _action(amount: int) -> str:
    return "Subtract" if amount < 0 else "Add"


def _signed(at: ET.Element | None, eye: Eye) -> int | None:
    amount = eye.amount(at)
    if at is None or amount is None:
        return None
    return -amount if at.get("Action") == "Subtract" else amount


def _rate(rate: int | None) -> int | None:
    """Between nothing and all, as the schema has it."""
    return rate if rate is not None and 0 <= rate <= MOST_PERCENT else None
