"""To EKaBS 1.0.0 and back: ``from_ekabs(to_ekabs(r)) == projection(r)``.

A text that EKaBS requires and the paper does not have is an empty string there, and
``None`` here again.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from agent.wire import ekabs_lines
from agent.wire import ekabs_shape as shape
from agent.wire.ekabs_lines import Money
from agent.wire.fiscal import Fiscal
from agent.wire.holding import (
    ALPHA_2,
    ALPHA_3,
    MIDNIGHT,
    NotHeldError,
    Postal,
    basis_points,
    decimal,
    double,
    filled,
    join_address,
    percent,
    split_address,
    text_lines,
    wall_time,
    whole_lines,
)
from agent.wire.receipt import (
    Attachment,
    DocKind,
    Merchant,
    Payment,
    Receipt,
    Vat,
)
from agent.wire.tse import signed

KINDS: Final = frozenset(
    {DocKind.SALE, DocKind.REFUND, DocKind.DUPLICATE, DocKind.INVOICE}
)
CHANGE: Final = "Rückgeld"
"""The name of the payment that is change; its amount is negative."""
PLAIN: Final = "text/plain; charset=utf-8"

HELD: Final[Mapping[str, str]] = {
    "merchant.name": "head.seller.name",
    "merchant.address": "head.seller.address.street, postal_code, city",
    "merchant.country": "head.seller.address.country_code, of Europe",
    "merchant.vat_id": "head.seller.tax_number",
    "number": "head.number",
    "till": "cash_register.serial_number",
    "date": "head.date (required)",
    "time": "head.date; midnight is none",
    "currency": "data.currency",
    "items.label": "data.lines.text",
    "items.amount": "data.lines.vat_amounts.incl_vat, else the price of one",
    "items.quantity": "data.lines.item.quantity, with a unit price",
    "items.unit": "data.lines.item.quantity_measure, with a unit price",
    "items.unit_price": "data.lines.item.price_per_unit, with a quantity",
    "items.vat_rate": "data.lines.vat_amounts.percentage",
    "items.gtin": "data.lines.item.gtin, where the price of a piece is known",
    "items.sku": "data.lines.item.number, where the price of a piece is known",
    "total": "data.full_amount_incl_vat (required)",
    "vat.rate": "data.vat_amounts.percentage (required)",
    "vat.net": "data.vat_amounts.excl_vat; two of the three give the third",
    "vat.vat": "data.vat_amounts.vat; two of the three give the third",
    "vat.gross": "data.vat_amounts.incl_vat; two of the three give the third",
    "payments.label": "data.payment_types.name",
    "payments.amount": "data.payment_types.amount",
    "change": f"data.payment_types, the last one, named {CHANGE}",
    "fiscal.regime": "security.tse, if there is a TSE's code to fill it",
    "fiscal.number": "security.tse.transaction_number, from the code",
    "fiscal.device": "security.tse.serial_number",
    "fiscal.signature": "security.tse.signature, from the code",
    "fiscal.certificate": "security.tse.certificate",
    "attachments.lines": "misc.additional_receipts.content",
}


class Row(NamedTuple):
    """A row of the VAT table with everything that EKaBS wants."""

    rate: int
    net: int
    vat: int
    gross: int


def to_ekabs(receipt: Receipt, *, zone: dt.tzinfo = dt.UTC) -> dict[str, Any]:
    """The receipt as JSON data.  ``zone`` is that of the till's clock.

    Raises:
        NotHeldError: it is no receipt, or has no date or total, or a number with
            more digits than a double keeps.
    """
    day, total = _required(receipt)
    money = Money(receipt.currency)
    moment = dt.datetime.combine(day, wall_time(receipt.time) or MIDNIGHT, zone)
    document = shape.Ekabs(
        cash_register=shape.CashRegister(serial_number=receipt.till or ""),
        head=shape.Head(
            number=receipt.number or "", date=moment, seller=_seller(receipt.merchant)
        ),
        data=shape.Data(
            currency=receipt.currency,
            full_amount_incl_vat=money.double(total),
            payment_types=tuple(
                shape.PaymentType(name=name, amount=money.double(amount))
                for name, amount in _tendered(receipt)
            ),
            vat_amounts=tuple(
                _vat_amount(row, money) for row in map(_complete, receipt.vat) if row
            ),
            lines=tuple(ekabs_lines.write(item, money) for item in receipt.items),
        ),
        security=_security(receipt.fiscal),
        misc=_misc(receipt.attachments),
    )
    return document.model_dump(mode="json", exclude_none=True)


def from_ekabs(document: Mapping[str, Any]) -> Receipt:
    """An EKaBS document as a receipt; what it has beyond is left out.

    Raises:
        ValueError: it is none, or has amounts with parts of a cent.
    """
    said = shape.Ekabs.model_validate(document)
    money = Money(said.data.currency)
    tendered = [
        (each.name, money.minor(each.amount)) for each in said.data.payment_types
    ]
    payments, change = _paid(tendered)
    lines = (ekabs_lines.read(line, money) for line in said.data.lines)
    return Receipt(
        kind=DocKind.SALE,
        merchant=_merchant(said.head.seller),
        number=filled(said.head.number),
        till=filled(said.cash_register.serial_number),
        date=said.head.date.date(),
        time=wall_time(said.head.date.time()),
        currency=said.data.currency,
        items=tuple(item for item in lines if item),
        total=money.minor(said.data.full_amount_incl_vat),
        vat=tuple(_vat(row, money) for row in said.data.vat_amounts),
        payments=payments,
        change=change,
        fiscal=_fiscal(said.security.tse) if said.security else None,
        attachments=_attachments(said.misc),
    )


def projection(receipt: Receipt) -> Receipt:
    """As much of a receipt as EKaBS holds.

    Raises:
        NotHeldError: as ``to_ekabs``.
    """
    day, total = _required(receipt)
    payments, change = _paid(_tendered(receipt))
    merchant = receipt.merchant
    country = merchant.country if merchant.country in ALPHA_3 else None
    return Receipt(
        kind=DocKind.SALE,
        merchant=Merchant(
            name=filled(merchant.name),
            address=whole_lines(merchant.address),
            vat_id=filled(merchant.vat_id),
            country=country,
        ),
        number=filled(receipt.number),
        till=filled(receipt.till),
        date=day,
        time=wall_time(receipt.time),
        currency=receipt.currency,
        items=tuple(map(ekabs_lines.held, receipt.items)),
        total=total,
        vat=tuple(Vat(**row._asdict()) for row in map(_complete, receipt.vat) if row),
        payments=payments,
        change=change,
        fiscal=_held_fiscal(receipt.fiscal),
        attachments=tuple(
            Attachment(kind=DocKind.UNKNOWN, lines=text_lines(each.lines))
            for each in receipt.attachments
        ),
    )


def _required(receipt: Receipt) -> tuple[dt.date, int]:
    if receipt.kind not in KINDS:
        raise NotHeldError("EKaBS holds receipts and invoices only")
    if receipt.date is None or receipt.total is None:
        raise NotHeldError("EKaBS holds no receipt without a date and a total")
    return receipt.date, receipt.total


# --- the seller -------------------------------------------------------------------


def _seller(merchant: Merchant) -> shape.Seller | None:
    postal = split_address(merchant.address)
    country = ALPHA_3.get(merchant.country or "", "")
    if not (merchant.name or merchant.vat_id or country or any(postal)):
        return None
    return shape.Seller(
        name=merchant.name or "",
        tax_number=merchant.vat_id or "",
        address=shape.Address(
            street="\n".join(postal.street),
            postal_code=postal.postcode,
            city=postal.city,
            country_code=country,
        ),
    )


def _merchant(seller: shape.Seller | None) -> Merchant:
    if seller is None:
        return Merchant()
    said = seller.address
    return Merchant(
        name=filled(seller.name),
        address=join_address(Postal((said.street,), said.postal_code, said.city)),
        vat_id=filled(seller.tax_number),
        country=ALPHA_2.get(said.country_code),
    )


# --- sums -------------------------------------------------------------------------


def _complete(row: Vat) -> Row | None:
    """``None``: it lacks the rate, or more than one of the three sums."""
    net, vat, gross = row.net, row.vat, row.gross
    if gross is None and net is not None and vat is not None:
        gross = net + vat
    if vat is None and net is not None and gross is not None:
        vat = gross - net
    if net is None and vat is not None and gross is not None:
        net = gross - vat
    if row.rate is None or net is None or vat is None or gross is None:
        return None
    return Row(row.rate, net, vat, gross)


def _vat_amount(row: Row, money: Money) -> shape.VatAmount:
    return shape.VatAmount(
        percentage=double(percent(row.rate)),
        incl_vat=money.double(row.gross),
        excl_vat=money.double(row.net),
        vat=money.double(row.vat),
    )


def _vat(row: shape.VatAmount, money: Money) -> Vat:
    return Vat(
        rate=basis_points(decimal(row.percentage)),
        net=money.minor(row.excl_vat),
        vat=money.minor(row.vat),
        gross=money.minor(row.incl_vat),
    )


def _tendered(receipt: Receipt) -> list[tuple[str, int]]:
    tendered = [(each.label, each.amount) for each in receipt.payments]
    if receipt.change is not None:
        tendered.append((CHANGE, -receipt.change))
    return tendered


def _paid(
    tendered: list[tuple[str, int]],
) -> tuple[tuple[Payment, ...], int | None]:
    change = None
    if tendered and tendered[-1][0] == CHANGE:
        *tendered, (_, amount) = tendered
        change = -amount
    payments = (Payment(kind="other", label=n, amount=a) for n, a in tendered)
    return tuple(payments), change


# --- what the law adds, and what came along ---------------------------------------


def _security(fiscal: Fiscal | None) -> shape.Security | None:
    said = signed(fiscal.code) if fiscal and fiscal.code else None
    if fiscal is None or said is None:
        return None
    return shape.Security(
        tse=shape.Tse.model_validate(
            {
                "serial_number": fiscal.device or "",
                "signature_algorithm": said.algorithm,
                "log_time_format": said.time_format,
                "certificate": fiscal.certificate or "",
                "timestamp_start": said.started,
                "timestamp_end": said.ended,
                "transaction_number": said.transaction,
                "signature_number": said.counter,
                "process_type": said.process_type,
                "process_data": said.process_data,
                "signature": said.signature,
            }
        )
    )


def _fiscal(tse: shape.Tse | None) -> Fiscal | None:
    if tse is None:
        return None
    return Fiscal(
        regime="tse",
        number=str(tse.transaction_number),
        device=filled(tse.serial_number),
        signature=filled(tse.signature),
        certificate=filled(tse.certificate),
    )


def _held_fiscal(fiscal: Fiscal | None) -> Fiscal | None:
    said = signed(fiscal.code) if fiscal and fiscal.code else None
    if fiscal is None or said is None:
        return None
    return Fiscal(
        regime="tse",
        number=str(said.transaction),
        device=filled(fiscal.device),
        signature=filled(said.signature),
        certificate=filled(fiscal.certificate),
    )


def _misc(attachments: tuple[Attachment, ...]) -> shape.Misc | None:
    if not attachments:
        return None
    return shape.Misc(
        additional_receipts=tuple(
            shape.Enclosure(
                content_type=PLAIN,
                content=base64.b64encode("\n".join(each.lines).encode()).decode(),
            )
            for each in attachments
        )
    )


def _attachments(misc: shape.Misc | None) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            kind=DocKind.UNKNOWN,
            lines=text_lines([base64.b64decode(each.content, validate=True).decode()]),
        )
        for each in (misc.additional_receipts or () if misc else ())
        if each.content_type.startswith("text/plain")
    )
