"""The receipt as data: ``receipt/1``.

Money is integer minor units of ``currency`` (cents).  Rates are basis points
(2000 = 20 %).  Quantities are decimal strings, since 0,792 kg has no integer.
What the paper did not say is ``None``, never a guess.  ``verdict`` says
whether the sums close, and which equations were tried (docs/receipt.md).

Fields are only ever added, each with a default, so that what an older till wrote
can be read for ever; the schema stands in docs/wire/.

A POS that prints dots in place of characters leaves a ``picture``; if a machine
could read it, ``reading`` says which and how sure it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, NamedTuple, Protocol, Self

from pydantic import Field, model_validator

from agent.wire.fiscal import Fiscal
from agent.wire.loyalty import Loyalty
from agent.wire.model import Part

PICTURE_CHARS: Final = 32_768
"""Of a picture in base64: half of what an event may hold (``MAX_EVENT_BYTES``)."""
GTIN: Final = r"^[0-9]{8}(?:[0-9]{4,6})?$"
MAX_COUNTED: Final = 9_999
"""Of one line.  A quantity above it is no count of articles, and 1E+999999 as an
integer would keep a process busy for minutes."""


class DocKind(StrEnum):
    """What kind of document a POS printed."""

    SALE = "sale"
    REFUND = "refund"
    VOID = "void"
    DUPLICATE = "duplicate"
    GIFT = "gift"
    PROFORMA = "proforma"
    CARD_SLIP = "card_slip"
    MERCHANT_SLIP = "merchant_slip"
    KITCHEN = "kitchen"
    X_REPORT = "x_report"
    Z_REPORT = "z_report"
    CASH_REPORT = "cash_report"
    VOUCHER = "voucher"
    EXIT_SLIP = "exit_slip"
    INVOICE = "invoice"
    DRAWER = "drawer"
    TEST_PAGE = "test_page"
    LABEL = "label"
    OTHER = "other"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """How far the receipt proves itself.

    V2: the items add up and a second, independent equation holds.
    V1: one equation holds, none fails.  V0: one fails, or none could be tried.
    """

    V2 = "V2"
    V1 = "V1"
    V0 = "V0"


class Equation(Part):
    """One sum that was checked; ``gap`` is left side minus right side."""

    name: str
    holds: bool
    gap: int = 0


class Verdict(Part):
    """Whether the sums close."""

    level: Level = Level.V0
    equations: tuple[Equation, ...] = ()


class Merchant(Part):
    """The shop, as its own receipt names it."""

    name: str | None = None
    address: tuple[str, ...] = ()
    phone: str | None = None
    siret: str | None = None
    vat_id: str | None = None
    naf: str | None = Field(default=None, description="FR activity code, 4711D")
    rcs: str | None = Field(default=None, description="FR trade register, as printed")
    country: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2"
    )


ItemKind = Literal["item", "discount", "deposit", "void", "fee"]


class Discount(Part):
    """A reduction that the amount beside it already contains."""

    amount: int = Field(description="negative")
    label: str | None = None


class Item(Part):
    """One priced line.  ``amount`` is signed.

    A discount that the sum counts is a line of its own, and ``of`` says of which
    line; ``discounts`` holds only what ``amount`` has in it already.
    """

    label: str
    amount: int
    kind: ItemKind = "item"
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: int | None = None
    unit_price_exact: Decimal | None = Field(
        default=None,
        description="minor units, where the price has parts of one and unit_price is "
        "null: 192.8 for 1,928 EUR a litre",
    )
    vat_code: str | None = None
    vat_rate: int | None = Field(default=None, description="basis points")
    gtin: str | None = Field(default=None, pattern=GTIN, description="check digit in")
    sku: str | None = Field(default=None, description="the shop's own article number")
    discounts: tuple[Discount, ...] = ()
    of: int | None = Field(
        default=None,
        ge=0,
        description="index in items of the line that this one reduces, adds to or voids",
    )


class Vat(Part):
    """One row of the VAT table."""

    rate: int | None = Field(default=None, description="basis points")
    code: str | None = None
    net: int | None = None
    vat: int | None = None
    gross: int | None = None


PaymentKind = Literal[
    "card", "cash", "cheque", "meal_voucher", "gift_card", "voucher", "other"
]


class Payment(Part):
    """One tender, as printed."""

    kind: PaymentKind
    label: str
    amount: int


CodeRole = Literal["fiscal", "loyalty", "receipt", "link", "other"]


class Code(Part):
    """A bar code or QR that stood on the receipt, as its content.

    ``role``: a country's fiscal code, the customer's card, the receipt itself (to be
    scanned at a return), an address, or none of these as far as anyone can tell.
    """

    system: str
    text: str
    role: CodeRole = "other"


class Reading(Part):
    """Set when the lines were read by a machine in a picture: they may be wrong.

    ``confidence`` is the engine's own, the mean over the characters; ``doubtful``
    are the indices of ``lines`` with a word that it was not sure of.
    """

    engine: str = Field(max_length=64)
    confidence: float = Field(ge=0, le=1)
    doubtful: tuple[int, ...] = ()


class Picture(Part):
    """The paper as dots, where the POS printed dots: a PNG in base64."""

    width: int = Field(gt=0, le=4096)
    height: int = Field(gt=0, le=32_768)
    png: str = Field(
        pattern=r"^iVBORw0KGgo[A-Za-z0-9+/]*={0,2}$",  # the signature of a PNG
        max_length=PICTURE_CHARS,
    )


class Copy(Part):
    """Set when the POS itself marked the document as a copy."""

    number: int | None = None


class Links(Part):
    """Numbers of other receipts that this one names (NF525 2.3)."""

    annuls: str | None = None
    annulled_by: str | None = None
    modifies: str | None = None
    returns_of: str | None = None


class Attachment(Part):
    """A document that came with it, such as the card slip of the sale.

    Of one that came in the same job the lines are among ``Receipt.lines`` too, which
    are all that was printed; one of a job of its own (``receipt.attached.v1``) is only
    here.
    """

    kind: DocKind
    lines: tuple[str, ...] = ()


Mention = Literal[
    "guarantee",  # legal guarantee of conformity, C. conso. D. 211-7
    "exchange",  # terms of exchange or return
    "duplicate",
    "training",
    "provisional",
    "degraded",  # the security device could not be reached
    "annuls",
    "annulled",
    "modifies",
    "card_refused",  # declined, cancelled or aborted
    "card_preauthorised",
    "card_credited",
]
"""Statements that rules or readers act on.  Closed: no text of the paper is in it."""

Evidence = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.:]*$", max_length=48)]
"""A machine's word for a reason: ``headline:z_report``, ``sums_close``."""


class Receipt(Part):
    """A customer's document."""

    schema_version: Literal["receipt/1"] = "receipt/1"
    kind: DocKind = DocKind.UNKNOWN
    confidence: float = Field(default=0.0, ge=0, le=1)
    kind_evidence: tuple[Evidence, ...] = Field(
        default=(), description="why this kind, strongest first"
    )
    copy_mark: Copy | None = None
    merchant: Merchant = Merchant()
    number: str | None = None
    store: str | None = None
    till: str | None = None
    operator: str | None = None
    date: dt.date | None = None
    time: dt.time | None = None
    currency: str = "EUR"
    items: tuple[Item, ...] = ()
    subtotal: int | None = None
    discount_total: int | None = Field(
        default=None,
        description="sum of discounts as printed, negative; no addend of the total",
    )
    rounding: int | None = None
    total: int | None = None
    vat: tuple[Vat, ...] = ()
    payments: tuple[Payment, ...] = ()
    change: int | None = None
    item_count: int | None = Field(
        default=None, description="number of articles, as printed"
    )
    line_count: int | None = Field(
        default=None, description="number of article lines, where the paper counts both"
    )
    loyalty_card: str | None = None
    loyalty: Loyalty | None = None
    fiscal: Fiscal | None = None
    links: Links = Links()
    codes: tuple[Code, ...] = ()
    mentions: tuple[Mention, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    lines: tuple[str, ...] = Field(default=(), description="the paper, as text")
    reading: Reading | None = None
    picture: Picture | None = None
    verdict: Verdict = Verdict()

    @model_validator(mode="after")
    def _lines_named_are_there(self) -> Self:
        if any(
            item.of is not None and item.of >= len(self.items) for item in self.items
        ):
            raise ValueError("an item belongs to a line that is not there")
        return self

    @property
    def gist(self) -> Gist:
        """What the screens say of it."""
        return Gist(
            self.kind,
            self.total,
            self.currency,
            self.number,
            articles(self.item_count, self.items),
            self.verdict.level,
            tuple(Tried(e.name, e.holds, e.gap) for e in self.verdict.equations),
        )


class Tried(NamedTuple):
    """An equation, as a gist has it."""

    name: str
    holds: bool
    gap: int


class Gist(NamedTuple):
    """As much of a receipt as the relay looks at, which has no millisecond for more.

    ``units``: how many articles, as printed, else counted from the items.  Whole
    quantities count as many, weighed goods as one, a void takes back.
    """

    kind: DocKind = DocKind.UNKNOWN
    total: int | None = None
    currency: str = "EUR"
    number: str | None = None
    units: int | None = None
    level: Level = Level.V0
    equations: tuple[Tried, ...] = ()

    @classmethod
    def again(cls, said: Sequence[Any]) -> Gist:
        """From what JSON made of one; an older one has no equations."""
        kind, total, currency, number, units, level, *more = said
        tried = tuple(Tried(*each) for each in (more[0] if more else ()))
        return cls(DocKind(kind), total, currency, number, units, Level(level), tried)


class Counted(Protocol):
    """What counting looks at of a line."""

    @property
    def kind(self) -> ItemKind: ...

    @property
    def quantity(self) -> Decimal | None: ...


def articles(printed: int | None, items: Sequence[Counted]) -> int | None:
    """See :class:`Gist`."""
    if printed is not None:
        return printed
    counted = sum(_units(item) for item in items)
    return counted if counted > 0 else None


def _units(item: Counted) -> int:
    if item.kind not in {"item", "void"}:
        return 0
    quantity = item.quantity
    count = 1 if quantity is None or not _countable(quantity) else abs(int(quantity))
    return -count if item.kind == "void" else count


def _countable(quantity: Decimal) -> bool:
    # copy_abs and <= round nothing and raise nothing, whatever the exponent.
    small = quantity.copy_abs() <= MAX_COUNTED
    return small and quantity == quantity.to_integral_value()
