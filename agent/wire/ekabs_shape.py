"""EKaBS 1.0.0 (DFKA e.V., 14.04.2021), the German standard's electronic receipt.

The names and what is required as ``epap-app/receipt-api-sdk`` (MIT) states them in
TypeScript.  Amounts are JSON numbers in major units, dates RFC 3339 with an offset.
A key that is not here is passed over when a document is read.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Number = Annotated[float, Field(allow_inf_nan=False)]
LogTime = Literal[
    "unixTime",
    "utcTime",
    "utcTimeWithSeconds",
    "generalizedTime",
    "generalizedTimeWithMilliseconds",
]


class Shape(BaseModel):
    """Frozen; its validator is built at its first use."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True
    )


class CashRegister(Shape):
    """The till."""

    serial_number: str


class Address(Shape):
    """``country_code`` is ISO 3166-1 alpha-3."""

    street: str
    postal_code: str
    city: str
    country_code: str


class Seller(Shape):
    """``tax_number`` is the VAT number or the tax office's."""

    name: str
    tax_number: str
    address: Address


class Head(Shape):
    """Which receipt, when and whose."""

    number: str
    date: AwareDatetime
    seller: Seller | None = None


class PaymentType(Shape):
    """One tender."""

    name: str
    amount: Number


class VatAmount(Shape):
    """A row of the VAT table."""

    percentage: Number
    incl_vat: Number
    excl_vat: Number
    vat: Number


class LineVat(Shape):
    """A line's part at one rate: with the VAT in it, or without and the VAT."""

    percentage: Number
    incl_vat: Number | None = None
    excl_vat: Number | None = None
    vat: Number | None = None


class LineItem(Shape):
    """Of a line that counts something; the price is gross."""

    number: str
    gtin: str | None = None
    quantity: Number
    quantity_measure: str | None = None
    price_per_unit: Number


class Line(Shape):
    """One line of the receipt."""

    text: str
    vat_amounts: tuple[LineVat, ...] | None = None
    item: LineItem | None = None


class Data(Shape):
    """What was sold and paid."""

    currency: str
    full_amount_incl_vat: Number
    payment_types: tuple[PaymentType, ...]
    vat_amounts: tuple[VatAmount, ...]
    lines: tuple[Line, ...]


class Tse(Shape):
    """What the technical security device signed (KassenSichV)."""

    serial_number: str
    signature_algorithm: str
    log_time_format: LogTime
    certificate: str
    timestamp_start: str
    timestamp_end: str
    transaction_number: int
    signature_number: int
    process_type: str | None = None
    process_data: str | None = None
    signature: str


class Security(Shape):
    """What the law of the country adds."""

    tse: Tse | None = None


class Enclosure(Shape):
    """``content`` is base64."""

    content_type: str
    content: str


class Misc(Shape):
    """What else came with it."""

    additional_receipts: tuple[Enclosure, ...] | None = None


class Ekabs(Shape):
    """The document."""

    version: Literal["1.0.0"] = "1.0.0"
    type: Literal["INVOICE"] = "INVOICE"
    cash_register: CashRegister
    head: Head
    data: Data
    security: Security | None = None
    misc: Misc | None = None
