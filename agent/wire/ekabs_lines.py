"""The lines of EKaBS: quantity and price of a piece stand there together, or neither.

A line that has no VAT rate carries its amount as the price of one piece, since EKaBS
knows a line's worth in no other way.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final, NamedTuple

from agent.wire import ekabs_shape as shape
from agent.wire.holding import (
    basis_points,
    decimal,
    double,
    exponent,
    filled,
    gtin,
    major,
    minor,
    percent,
)
from agent.wire.receipt import Item

_WIDE: Final = Context(prec=60)


class Money:
    """Amounts of one currency as JSON numbers."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._places = exponent(currency)

    def double(self, amount: int) -> float:
        return double(major(amount, self._currency))

    def minor(self, amount: float) -> int:
        return minor(decimal(amount), self._currency)

    def scaled(self, price: float) -> Decimal:
        """Minor units with their parts, as a price per kilogram may have them."""
        return decimal(price).scaleb(self._places)


def write(item: Item, money: Money) -> shape.Line:
    count = _count(item)
    rate = item.vat_rate
    return shape.Line(
        text=item.label,
        vat_amounts=None
        if rate is None
        else (
            shape.LineVat(
                percentage=double(percent(rate)), incl_vat=money.double(item.amount)
            ),
        ),
        item=count
        and shape.LineItem(
            number=item.sku or "",
            gtin=item.gtin,
            quantity=double(count.quantity),
            quantity_measure=count.unit,
            price_per_unit=money.double(count.price),
        ),
    )


def read(line: shape.Line, money: Money) -> Item | None:
    """``None``: it has no price."""
    count, parts = line.item, line.vat_amounts
    if count is None and not parts:
        return None
    price = money.scaled(count.price_per_unit) if count else Decimal(0)
    quantity = decimal(count.quantity) if count else None
    whole = price == price.to_integral_value()
    return Item(
        label=line.text,
        amount=sum(_gross(part, money) for part in parts)
        if parts
        else _worth(quantity or Decimal(0), price),
        quantity=quantity,
        unit=filled(count.quantity_measure) if count else None,
        unit_price=int(price) if count and whole else None,
        vat_rate=basis_points(decimal(parts[0].percentage))
        if parts and len(parts) == 1
        else None,
        gtin=gtin(count.gtin) if count else None,
        sku=filled(count.number) if count else None,
    )


def held(item: Item) -> Item:
    count = _count(item)
    return Item(
        label=item.label,
        amount=item.amount,
        vat_rate=item.vat_rate,
        quantity=count and count.quantity,
        unit=count and count.unit,
        unit_price=count and count.price,
        gtin=count and item.gtin,
        sku=count and filled(item.sku),
    )


class Count(NamedTuple):
    """How many of what, at what gross price in minor units."""

    quantity: Decimal
    unit: str | None
    price: int


def _count(item: Item) -> Count | None:
    """What EKaBS says of quantity and price: both, or neither."""
    told = (item.quantity, item.unit_price, item.gtin or None, item.sku or None)
    if item.vat_rate is not None and all(each is None for each in told):
        return None
    count = _printed(item)
    if item.vat_rate is not None:
        return count
    if count and _worth(count.quantity, Decimal(count.price)) == item.amount:
        return count
    return Count(Decimal(1), None, item.amount)


def _printed(item: Item) -> Count | None:
    """A line without a quantity is one piece, if its price does not speak against."""
    if item.quantity is None:
        alone = item.unit_price in {None, item.amount}
        return Count(Decimal(1), None, item.amount) if alone else None
    price = item.unit_price
    if price is None and item.quantity == 1:
        price = item.amount
    return None if price is None else Count(item.quantity, filled(item.unit), price)


def _worth(quantity: Decimal, price: Decimal) -> int:
    product = _WIDE.multiply(quantity, price)
    return int(product.to_integral_value(ROUND_HALF_UP, _WIDE))


def _gross(part: shape.LineVat, money: Money) -> int:
    if part.incl_vat is not None:
        return money.minor(part.incl_vat)
    return money.minor(part.excl_vat or 0) + money.minor(part.vat or 0)
