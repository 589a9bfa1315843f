"""What is read of a schema.org Order.  A key that is not here is passed over."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Amount = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=40)]


class Said(BaseModel):
    """What is read of a stranger's document; all else is passed over."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True
    )


class Identifier(Said):
    """A number and the register that it is of."""

    propertyID: str = ""
    value: str = ""


class Address(Said):
    """A postal address."""

    streetAddress: str = ""
    postalCode: str = ""
    addressLocality: str = ""
    addressCountry: str = ""


class Seller(Said):
    """The organisation."""

    name: str | None = None
    telephone: str | None = None
    vatID: str | None = None
    address: Address = Address()
    identifier: tuple[Identifier, ...] = ()


class Product(Said):
    """What was sold."""

    name: str = ""
    gtin: str | None = None
    sku: str | None = None


class Quantity(Said):
    """How much of it."""

    value: Amount
    unitText: str | None = None


class UnitPrice(Said):
    """What one of it costs."""

    price: Amount


class Offer(Said):
    """One line."""

    itemOffered: Product = Product()
    price: Amount | None = None
    eligibleQuantity: Quantity | None = None
    priceSpecification: UnitPrice | None = None


class Membership(Said):
    """A loyalty programme."""

    membershipNumber: str | None = None
    programName: str | None = None


class Customer(Said):
    """Known by a card only."""

    memberOf: Membership = Membership()


class Order(Said):
    """The order."""

    type: Literal["Order"] = Field(alias="@type")
    orderStatus: str | None = None
    isGift: bool = False
    seller: Seller = Seller()
    orderNumber: str | None = None
    orderDate: str | None = None
    priceCurrency: str
    price: Amount | None = None
    discount: Amount | None = None
    acceptedOffer: tuple[Offer, ...] = ()
    customer: Customer = Customer()
