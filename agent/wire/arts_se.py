"""To the Swedish ARTS digital receipt and back: XML text.

``from_arts_se(to_arts_se(r)) == projection(r)``.  ARTS Digital Receipt 2.0.0 with the
Swedish extension 1.0.0 (``SwedishPaymentAndECRGroup/digital-receipt-standard``, MIT).
Used are the concepts that a receipt at the till needs; the schema has ten times more.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

from agent.wire import arts_head, arts_lines
from agent.wire.arts_xml import (
    ARTS,
    MIME,
    SE,
    Eye,
    Pen,
    clean,
    every,
    find,
    parse,
    text_at,
    text_of,
    told,
    whole,
)
from agent.wire.holding import (
    NotHeldError,
    text_lines,
    wall_time,
    whole_lines,
)
from agent.wire.loyalty import Loyalty
from agent.wire.receipt import (
    Attachment,
    Copy,
    DocKind,
    Links,
    Merchant,
    Receipt,
)

KINDS: Final = frozenset(
    {
        DocKind.SALE,
        DocKind.REFUND,
        DocKind.DUPLICATE,
        DocKind.GIFT,
        DocKind.INVOICE,
    }
)

HELD: Final[Mapping[str, str]] = {
    "kind": "Transaction/@TypeCode: a sale or a return",
    "merchant.name": "BusinessUnit/UnitID/@Name",
    "merchant.address": "BusinessUnit/Address/AddressLine, PostalCode, City",
    "merchant.phone": "BusinessUnit/Telephone/LocalNumber",
    "merchant.country": "BusinessUnit/Address/Country/@Code, of Europe",
    "merchant.siret": "se:Issuer/se:OrganisationID",
    "merchant.vat_id": "VATRegistrationNumber",
    "number": "ReceiptNumber",
    "store": "BusinessUnit/UnitID",
    "till": "WorkstationID",
    "operator": "OperatorID",
    "date": "ReceiptDateTime",
    "time": "ReceiptDateTime, with a date; midnight is none",
    "currency": "CurrencyCode",
    "items.label": "LineItem/Sale/Description",
    "items.amount": "LineItem/Sale/ExtendedAmount and its @Action",
    "items.kind": "Sale/@ItemType, Discount, or LineItem/@CancelFlag",
    "items.quantity": "LineItem/Sale/Quantity, but of discounts",
    "items.unit": "Quantity/@UnitOfMeasureCode: kg, g, l, m, m2, m3, h",
    "items.unit_price": "LineItem/Sale/ActualSalesUnitPrice, but of discounts",
    "items.vat_code": "LineItem/Sale/Tax/TaxGroupID, but of discounts",
    "items.vat_rate": "LineItem/Sale/Tax/Percent, but of discounts",
    "items.gtin": "LineItem/Sale/ItemID[@Type=GTIN]",
    "items.sku": "LineItem/Sale/ItemID[@Type=SKU]",
    "items.discounts.amount": "LineItem/Sale/RetailPriceModifier/Amount",
    "items.discounts.label": "LineItem/Sale/RetailPriceModifier/Description",
    "items.of": "LineItem/ItemLink",
    "subtotal": "Total[@TotalType=TransactionSubtotal]",
    "discount_total": "Total[@TotalType=TransactionTotalSavings], its sign turned",
    "rounding": "LineItem/Rounding and LineItem/@Action",
    "total": "Total[@TotalType=TransactionGrandAmount]",
    "vat.rate": "LineItem/Tax/Percent",
    "vat.code": "LineItem/Tax/TaxGroupID",
    "vat.net": "LineItem/Tax/TaxableAmount; all sums of a row have one sign",
    "vat.vat": "LineItem/Tax/Amount",
    "vat.gross": "net and VAT; without a net TaxableAmount, VAT included",
    "payments.kind": "LineItem/Tender/@TenderType",
    "payments.label": "LineItem/Tender/se:ItemText/se:Text",
    "payments.amount": "LineItem/Tender/Amount and @TypeCode",
    "change": "LineItem/TenderChange/Amount",
    "item_count": "ItemCount",
    "loyalty_card": "LoyaltyAccount/LoyaltyCard/PrimaryAccountNumber",
    "loyalty.programme": "LoyaltyAccount/LoyaltyProgram/LoyaltyProgramID",
    "fiscal.regime": "se:ControlUnit/se:Text[@Name=regime]",
    "fiscal.number": "se:ControlUnit/se:Text[@Name=number]",
    "fiscal.device": "se:ControlUnit/se:Text[@Name=device]",
    "fiscal.signature": "se:ControlUnit/se:Text[@Name=signature]",
    "fiscal.certificate": "se:ControlUnit/se:Text[@Name=certificate]",
    "fiscal.software": "se:ControlUnit/se:Text[@Name=software]",
    "fiscal.software_version": "se:ControlUnit/se:Text[@Name=software_version]",
    "fiscal.line_count": "se:ControlUnit/se:Text[@Name=line_count]",
    "fiscal.print_count": "se:ControlUnit/se:Text[@Name=print_count]",
    "fiscal.code": "se:ControlUnit/se:Text[@Name=code]",
    "links.annuls": "TransactionLink[@ReasonCode=Voided]/TransactionID",
    "links.returns_of": "TransactionLink[@ReasonCode=Return]/TransactionID",
    "attachments.kind": "se:Attachment/se:Name",
    "attachments.lines": "se:Attachment/se:Content, text/plain",
    "lines": "ReceiptImage/ReceiptLine",
}

_LINKS: Final = {"annuls": "Voided", "returns_of": "Return"}


def to_arts_se(receipt: Receipt, *, zone: dt.tzinfo | None = None) -> str:
    """The receipt as an XML document.  ``zone`` is that of the till's clock.

    Raises:
        NotHeldError: it is no receipt, or an amount is larger than ARTS has.
    """
    _required(receipt)
    pen = Pen(receipt.currency)
    root = ET.Element(
        f"{{{ARTS}}}DigitalReceipt", MajorVersion="6", MinorVersion="0", FixVersion="0"
    )
    returned = receipt.kind is DocKind.REFUND
    code = "ReturnTransaction" if returned else "SaleTransaction"
    transaction = pen.put(root, "Transaction", TypeCode=code)
    if receipt.copy_mark:
        transaction.set(f"{{{SE}}}Copy", "true")
    arts_head.write_head(receipt, transaction, pen, zone)
    sold = pen.put(transaction, "RetailTransaction")
    _write_lines(receipt, sold, pen)
    _write_sums(receipt, sold, pen)
    if told(receipt.merchant.siret):
        issuer = pen.put(transaction, "se:Issuer")
        pen.told(issuer, "se:OrganisationID", receipt.merchant.siret)
    arts_head.write_fiscal(receipt.fiscal, transaction, pen)
    return ET.tostring(root, encoding="unicode")


def from_arts_se(text: str) -> Receipt:
    """The first transaction of an ARTS document; what it has beyond is left out.

    Raises:
        ValueError: it is none, has a DOCTYPE, or amounts with parts of a cent.
    """
    root = parse(text)
    if root.tag != f"{{{ARTS}}}DigitalReceipt":
        raise ValueError("not an ARTS digital receipt")
    transaction = find(root, "Transaction")
    sold = find(transaction, "RetailTransaction")
    if transaction is None or sold is None:
        raise ValueError("a digital receipt without a retail transaction")
    currency = text_at(transaction, "CurrencyCode") or ""
    eye, lines = Eye(currency), list(every(sold, "LineItem"))
    moment = arts_head.read_moment(text_at(transaction, "ReceiptDateTime"))
    copied = transaction.get(f"{{{SE}}}Copy") in {"true", "1"}
    returned = transaction.get("TypeCode") == "ReturnTransaction"
    saved = _total(sold, "TransactionTotalSavings", eye)
    rows = (arts_lines.read_vat(line, eye) for line in lines)
    return Receipt(
        kind=DocKind.REFUND if returned else DocKind.SALE,
        copy_mark=Copy() if copied else None,
        merchant=arts_head.read_merchant(transaction),
        number=text_at(transaction, "ReceiptNumber"),
        store=text_at(transaction, "BusinessUnit/UnitID"),
        till=text_at(transaction, "WorkstationID"),
        operator=text_at(transaction, "OperatorID"),
        date=moment.date() if moment else None,
        time=wall_time(moment.time()) if moment else None,
        currency=currency,
        items=arts_lines.read_items(lines, eye),
        subtotal=_total(sold, "TransactionSubtotal", eye),
        discount_total=None if saved is None else -saved,
        rounding=arts_lines.read_rounding(lines, eye),
        total=_total(sold, "TransactionGrandAmount", eye),
        vat=tuple(row for row in rows if row),
        payments=tuple(arts_lines.read_payments(lines, eye)),
        change=arts_lines.read_change(lines, eye),
        item_count=whole(text_at(sold, "ItemCount")),
        loyalty_card=text_at(sold, "LoyaltyAccount/LoyaltyCard/PrimaryAccountNumber"),
        loyalty=_loyalty(
            text_at(sold, "LoyaltyAccount/LoyaltyProgram/LoyaltyProgramID")
        ),
        fiscal=arts_head.read_fiscal(find(transaction, "se:ControlUnit")),
        links=_links(sold),
        attachments=tuple(map(_attachment, every(sold, "se:Attachment"))),
        lines=tuple(
            text_of(line) or ""
            for line in every(transaction, "ReceiptImage/ReceiptLine")
        ),
    )


def projection(receipt: Receipt) -> Receipt:
    """As much of a receipt as ARTS with the Swedish extension holds.

    Raises:
        NotHeldError: it is no receipt.
    """
    _required(receipt)
    merchant, count = receipt.merchant, receipt.item_count
    programme = told(receipt.loyalty.programme) if receipt.loyalty else None
    return Receipt(
        kind=DocKind.REFUND if receipt.kind is DocKind.REFUND else DocKind.SALE,
        copy_mark=Copy() if receipt.copy_mark else None,
        merchant=Merchant(
            name=told(merchant.name),
            address=whole_lines([clean(line) for line in merchant.address]),
            phone=told(merchant.phone),
            siret=told(merchant.siret),
            vat_id=told(merchant.vat_id),
            country=arts_head.held_country(merchant.country),
        ),
        number=told(receipt.number),
        store=told(receipt.store),
        till=told(receipt.till),
        operator=told(receipt.operator),
        date=receipt.date,
        time=wall_time(receipt.time) if receipt.date else None,
        currency=receipt.currency,
        items=tuple(map(arts_lines.held_item, receipt.items)),
        subtotal=receipt.subtotal,
        discount_total=receipt.discount_total,
        rounding=receipt.rounding,
        total=receipt.total,
        vat=tuple(row for row in map(arts_lines.held_vat, receipt.vat) if row),
        payments=tuple(map(arts_lines.held_payment, receipt.payments)),
        change=receipt.change,
        item_count=count if arts_head.is_count(count) else None,
        loyalty_card=told(receipt.loyalty_card),
        loyalty=_loyalty(programme),
        fiscal=arts_head.held_fiscal(receipt.fiscal),
        links=Links(
            annuls=told(receipt.links.annuls), returns_of=told(receipt.links.returns_of)
        ),
        attachments=tuple(
            Attachment(kind=each.kind, lines=text_lines(each.lines))
            for each in receipt.attachments
        ),
        lines=tuple(map(clean, receipt.lines)),
    )


def _required(receipt: Receipt) -> None:
    if receipt.kind not in KINDS:
        raise NotHeldError("ARTS holds sales and returns only")


# --- the retail transaction -------------------------------------------------------


def _write_lines(receipt: Receipt, sold: ET.Element, pen: Pen) -> None:
    if arts_head.is_count(receipt.item_count):
        pen.put(sold, "ItemCount", str(receipt.item_count))
    lines = arts_lines.Counter(pen, sold)
    for item in receipt.items:
        arts_lines.write_item(item, lines, pen)
    arts_lines.write_rounding(receipt.rounding, lines, pen)
    for row in receipt.vat:
        arts_lines.write_vat(row, lines, pen)
    for payment in receipt.payments:
        arts_lines.write_payment(payment, lines, pen)
    arts_lines.write_change(receipt.change, lines, pen)


def _write_sums(receipt: Receipt, sold: ET.Element, pen: Pen) -> None:
    saved = receipt.discount_total
    pen.total(sold, "TransactionSubtotal", receipt.subtotal)
    pen.total(sold, "TransactionTotalSavings", None if saved is None else -saved)
    pen.total(sold, "TransactionGrandAmount", receipt.total)
    card = told(receipt.loyalty_card)
    programme = told(receipt.loyalty.programme) if receipt.loyalty else None
    if card or programme:
        account = pen.put(sold, "LoyaltyAccount")
        if card:
            pen.put(pen.put(account, "LoyaltyCard"), "PrimaryAccountNumber", card)
        if programme:
            held = pen.put(account, "LoyaltyProgram")
            pen.put(held, "LoyaltyProgramID", programme)
    for field, reason in _LINKS.items():
        number = told(getattr(receipt.links, field))
        if number:
            link = pen.put(sold, "TransactionLink", ReasonCode=reason)
            pen.put(link, "TransactionID", number)
    for attachment in receipt.attachments:
        _write_attachment(attachment, sold, pen)


def _total(sold: ET.Element, kind: str, eye: Eye) -> int | None:
    """Signed as we write it, or unsigned and called a return."""
    at = find(sold, f"Total[@TotalType='{kind}']")
    amount = eye.amount(at)
    returned = at is not None and at.get("TypeCode") == "Return"
    return -amount if returned and amount is not None else amount


def _loyalty(programme: str | None) -> Loyalty | None:
    return Loyalty(programme=programme) if programme else None


def _links(sold: ET.Element) -> Links:
    """A link that gives no reason is a return, says the schema."""
    said = {
        link.get("ReasonCode", "Return"): text_at(link, "TransactionID")
        for link in every(sold, "TransactionLink")
    }
    return Links(**{field: said.get(reason) for field, reason in _LINKS.items()})


def _write_attachment(attachment: Attachment, sold: ET.Element, pen: Pen) -> None:
    element = pen.put(sold, "se:Attachment", AttachmentType="Receipt")
    pen.put(element, "se:Name", attachment.kind)
    text = "\n".join(attachment.lines).encode()
    content = pen.put(element, "se:Content", base64.b64encode(text).decode())
    content.set(f"{{{MIME}}}contentType", "text/plain; charset=utf-8")


def _attachment(at: ET.Element) -> Attachment:
    name, content = text_at(at, "se:Name"), find(at, "se:Content")
    kind = DocKind(name) if name in set(DocKind) else DocKind.UNKNOWN
    typed = content.get(f"{{{MIME}}}contentType", "") if content is not None else ""
    if not typed.startswith("text/plain"):
        return Attachment(kind=kind)
    raw = base64.b64decode(text_of(content) or "", validate=True)
    return Attachment(kind=kind, lines=text_lines([raw.decode()]))
