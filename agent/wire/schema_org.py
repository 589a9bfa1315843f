"""To a schema.org Order and back, as JSON-LD data: for the page and the mail.

``from_schema_org(to_schema_org(r)) == projection(r)``.  Mail programs read it as Google
describes it: an order confirms a transaction, so it is a receipt.  Amounts are decimal
texts.  ``Offer.price`` is what the line came to; the price of one piece, kilogram or
litre stands in ``priceSpecification``.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from agent.wire.holding import (
    NotHeldError,
    Postal,
    exponent,
    filled,
    gtin,
    join_address,
    major,
    minor,
    plain,
    split_address,
    wall_time,
    whole_lines,
)
from agent.wire.loyalty import Loyalty
from agent.wire.receipt import DocKind, Item, Merchant, Receipt
from agent.wire.schema_org_shape import Offer, Order, Seller

CONTEXT: Final = "https://schema.org"
STATES: Final[Mapping[DocKind, str]] = {
    DocKind.SALE: f"{CONTEXT}/OrderDelivered",
    DocKind.REFUND: f"{CONTEXT}/OrderReturned",
    DocKind.VOID: f"{CONTEXT}/OrderCancelled",
}
KINDS: Final = frozenset(STATES) | {
    DocKind.DUPLICATE,
    DocKind.GIFT,
    DocKind.INVOICE,
}
NUMBERS: Final = {"siret": "SIRET", "naf": "NAF", "rcs": "RCS"}
"""Of the merchant: ``identifier`` with this ``propertyID``."""

HELD: Final[Mapping[str, str]] = {
    "kind": "orderStatus: sale, refund or void; isGift",
    "merchant.name": "seller.name",
    "merchant.address": "seller.address.streetAddress, postalCode, addressLocality",
    "merchant.phone": "seller.telephone",
    "merchant.siret": "seller.identifier[propertyID=SIRET]",
    "merchant.vat_id": "seller.vatID",
    "merchant.naf": "seller.identifier[propertyID=NAF]",
    "merchant.rcs": "seller.identifier[propertyID=RCS]",
    "merchant.country": "seller.address.addressCountry",
    "number": "orderNumber",
    "date": "orderDate",
    "time": "orderDate, with a date; midnight is none",
    "currency": "priceCurrency",
    "items.label": "acceptedOffer.itemOffered.name",
    "items.amount": "acceptedOffer.price",
    "items.quantity": "acceptedOffer.eligibleQuantity.value",
    "items.unit": "acceptedOffer.eligibleQuantity.unitText, with a quantity",
    "items.unit_price": "acceptedOffer.priceSpecification.price",
    "items.gtin": "acceptedOffer.itemOffered.gtin",
    "items.sku": "acceptedOffer.itemOffered.sku",
    "discount_total": "discount, its sign turned",
    "total": "price",
    "loyalty_card": "customer.memberOf.membershipNumber",
    "loyalty.programme": "customer.memberOf.programName",
}

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_KINDS_READ: Final = {state: kind for kind, state in STATES.items()}


def to_schema_org(receipt: Receipt, *, zone: dt.tzinfo | None = None) -> dict[str, Any]:
    """The receipt as JSON-LD data.  ``zone`` is that of the till's clock.

    Raises:
        NotHeldError: it is no receipt, or a number has too many digits.
    """
    _required(receipt)
    currency = receipt.currency
    discount = receipt.discount_total
    document = {
        "@context": CONTEXT,
        "@type": "Order",
        "orderStatus": STATES.get(_kind(receipt.kind)),
        "isGift": True if receipt.kind is DocKind.GIFT else None,
        "seller": _seller(receipt.merchant),
        "orderNumber": filled(receipt.number),
        "orderDate": _date(receipt, zone),
        "priceCurrency": currency,
        "price": _amount(receipt.total, currency),
        "discount": _amount(None if discount is None else -discount, currency),
        "discountCurrency": None if discount is None else currency,
        "acceptedOffer": [_offer(item, currency) for item in receipt.items],
        "customer": _customer(receipt),
    }
    return _told(document)


def from_schema_org(document: Mapping[str, Any]) -> Receipt:
    """An Order as a receipt; what it has beyond is left out.

    Raises:
        ValueError: it is none, or has amounts with parts of a cent.
    """
    said = Order.model_validate(document)
    currency = said.priceCurrency
    exponent(currency)
    kind = _KINDS_READ.get(said.orderStatus or "", DocKind.UNKNOWN)
    moment = dt.datetime.fromisoformat(said.orderDate) if said.orderDate else None
    discount = _minor(said.discount, currency)
    member = said.customer.memberOf
    return Receipt(
        kind=DocKind.GIFT if said.isGift else kind,
        merchant=_merchant(said.seller),
        number=filled(said.orderNumber),
        date=moment.date() if moment else None,
        time=wall_time(moment.time()) if moment else None,
        currency=currency,
        items=tuple(
            _item(offer, currency)
            for offer in said.acceptedOffer
            if offer.price is not None
        ),
        discount_total=None if discount is None else -discount,
        total=_minor(said.price, currency),
        loyalty_card=filled(member.membershipNumber),
        loyalty=_loyalty(member.programName),
    )


def projection(receipt: Receipt) -> Receipt:
    """As much of a receipt as an Order holds.

    Raises:
        NotHeldError: as ``to_schema_org``.
    """
    _required(receipt)
    merchant = receipt.merchant
    return Receipt(
        kind=_kind(receipt.kind),
        merchant=merchant.model_copy(
            update={
                "address": whole_lines(merchant.address),
                **{
                    name: filled(getattr(merchant, name))
                    for name in ("name", "phone", "vat_id", *NUMBERS)
                },
            }
        ),
        number=filled(receipt.number),
        date=receipt.date,
        time=wall_time(receipt.time) if receipt.date else None,
        currency=receipt.currency,
        items=tuple(
            Item(
                label=item.label,
                amount=item.amount,
                quantity=item.quantity,
                unit=None if item.quantity is None else filled(item.unit),
                unit_price=item.unit_price,
                gtin=item.gtin,
                sku=filled(item.sku),
            )
            for item in receipt.items
        ),
        discount_total=receipt.discount_total,
        total=receipt.total,
        loyalty_card=filled(receipt.loyalty_card),
        loyalty=_loyalty(receipt.loyalty.programme) if receipt.loyalty else None,
    )


def script_text(document: Mapping[str, Any]) -> str:
    """JSON for inside ``<script type="application/ld+json">``: no tag can end it."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _required(receipt: Receipt) -> None:
    if receipt.kind not in KINDS:
        raise NotHeldError("an Order holds sales, refunds and voids only")


def _kind(kind: DocKind) -> DocKind:
    """A gift keeps its kind; a copy and an invoice are sales."""
    return kind if kind in STATES or kind is DocKind.GIFT else DocKind.SALE


def _told(value: dict[str, Any]) -> dict[str, Any]:
    """Without what nobody said."""
    return {key: each for key, each in value.items() if each not in (None, [], {})}


def _seller(merchant: Merchant) -> dict[str, Any] | None:
    postal = split_address(merchant.address)
    address = _told(
        {
            "streetAddress": filled("\n".join(postal.street)),
            "postalCode": filled(postal.postcode),
            "addressLocality": filled(postal.city),
            "addressCountry": merchant.country,
        }
    )
    numbers = {
        public: filled(getattr(merchant, name)) for name, public in NUMBERS.items()
    }
    seller = _told(
        {
            "name": filled(merchant.name),
            "telephone": filled(merchant.phone),
            "vatID": filled(merchant.vat_id),
            "address": {"@type": "PostalAddress", **address} if address else None,
            "identifier": [
                {"@type": "PropertyValue", "propertyID": public, "value": value}
                for public, value in numbers.items()
                if value
            ],
        }
    )
    return {"@type": "Organization", **seller} if seller else None


def _merchant(seller: Seller) -> Merchant:
    said = seller.address
    numbers = {each.propertyID: each.value for each in seller.identifier}
    country = said.addressCountry
    return Merchant(
        name=filled(seller.name),
        address=join_address(
            Postal((said.streetAddress,), said.postalCode, said.addressLocality)
        ),
        phone=filled(seller.telephone),
        vat_id=filled(seller.vatID),
        country=country if _COUNTRY.fullmatch(country) else None,
        **{name: filled(numbers.get(public)) for name, public in NUMBERS.items()},
    )


def _date(receipt: Receipt, zone: dt.tzinfo | None) -> str | None:
    if receipt.date is None:
        return None
    time = wall_time(receipt.time)
    if time is None:
        return receipt.date.isoformat()
    return dt.datetime.combine(receipt.date, time, zone).isoformat()


def _amount(amount: int | None, currency: str) -> str | None:
    return None if amount is None else f"{major(amount, currency):f}"


def _minor(amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else minor(amount, currency)


def _offer(item: Item, currency: str) -> dict[str, Any]:
    product = {"name": item.label, "gtin": item.gtin, "sku": filled(item.sku)}
    return _told(
        {
            "@type": "Offer",
            "itemOffered": {"@type": "Product", **_told(product)},
            "price": _amount(item.amount, currency),
            "priceCurrency": currency,
            "eligibleQuantity": None
            if item.quantity is None
            else _told(
                {
                    "@type": "QuantitativeValue",
                    "value": plain(item.quantity),
                    "unitText": filled(item.unit),
                }
            ),
            "priceSpecification": None
            if item.unit_price is None
            else {
                "@type": "UnitPriceSpecification",
                "price": _amount(item.unit_price, currency),
                "priceCurrency": currency,
            },
        }
    )


def _item(offer: Offer, currency: str) -> Item:
    product, counted, each = (
        offer.itemOffered,
        offer.eligibleQuantity,
        offer.priceSpecification,
    )
    return Item(
        label=product.name,
        amount=_minor(offer.price, currency) or 0,
        quantity=counted and counted.value,
        unit=filled(counted.unitText) if counted else None,
        unit_price=_minor(each.price, currency) if each else None,
        gtin=gtin(product.gtin),
        sku=filled(product.sku),
    )


def _customer(receipt: Receipt) -> dict[str, Any] | None:
    programme = receipt.loyalty.programme if receipt.loyalty else None
    membership = _told(
        {
            "membershipNumber": filled(receipt.loyalty_card),
            "programName": filled(programme),
        }
    )
    if not membership:
        return None
    return {
        "@type": "Person",
        "memberOf": {"@type": "ProgramMembership", **membership},
    }


def _loyalty(programme: str | None) -> Loyalty | None:
    return Loyalty(programme=programme) if programme else None
