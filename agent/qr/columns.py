"""The lines of a receipt as columns: what is alike stands together and compresses.

``written`` and ``read`` speak of the keys that docs/decisions/0010-offline-qr.md gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from agent.qr import streams
from agent.qr.cbor import CborError, Value
from agent.qr.streams import Stream, folded
from agent.qr.tables import ITEMS
from agent.wire.receipt import Discount, Item, ItemKind

(LABELS, AMOUNTS, GTINS, RATES, HOW, MEASURES, UNITS, KINDS) = (
    *(3, 4, 11, 13, 14, 15, 16, 17),
)
(INNER, INNER_LABELS, BELONGS) = (32, 33, 34)
MAX_LINES: Final = 500
"""Far more than any symbol holds."""

_NO_RATE: Final = "-"
_FIRST_RATE: Final = ord("0")
MAX_RATES: Final = 70
_GTIN: Final = {8: 3, 12: 5, 13: 5, 14: 6}
"""Figures of a number, and the bytes that it takes without its check digit."""
_LETTERS: Final[Mapping[str, ItemKind]] = {v: k for k, v in ITEMS.items()}
_QUANTITY, _UNIT, _PRICE, _EXACT = 1, 2, 4, 8

Rates = Sequence[tuple[str | None, int | None]]


def written(items: Sequence[Item], rates: Rates) -> dict[int, Value]:
    """Keys and columns; ``rates`` are the pairs of code and rate that lines name."""
    if not items:
        return {}
    units = list(dict.fromkeys(item.unit for item in items if item.unit))
    measured = [_measure(item, units) for item in items]
    numbers = [number for _, told in measured for number in told]
    inner = [(at, each) for at, item in enumerate(items) for each in item.discounts]
    columns: dict[int, Value] = {
        LABELS: "\n".join(item.label for item in items),
        AMOUNTS: streams.written(folded(item.amount) for item in items),
        GTINS: _gtins(items),
        RATES: _alike("".join(_rate(item, rates) for item in items), _NO_RATE),
        HOW: _alike("".join(how for how, _ in measured), "."),
        MEASURES: streams.written(numbers),
        UNITS: "\n".join(units),
        KINDS: _alike("".join(_kind(at, item) for at, item in enumerate(items)), "i"),
        INNER: streams.written(n for at, d in inner for n in (at, folded(d.amount))),
        INNER_LABELS: "\n".join(each.label or "" for _, each in inner),
        BELONGS: streams.written(_elsewhere(items)),
    }
    return {key: value for key, value in columns.items() if value or key <= AMOUNTS}


def read(body: Mapping[int, Any], rates: Rates) -> tuple[Item, ...]:
    """The lines.

    Raises:
        ValueError: columns that do not fit each other.
    """
    if LABELS not in body:
        return ()
    labels = body[LABELS].split("\n")
    count = len(labels)
    if count > MAX_LINES:
        raise ValueError("too many lines")
    amounts = Stream(body[AMOUNTS])
    fields: list[dict[str, Any]] = [
        {"label": label, "amount": amounts.signed()} for label in labels
    ]
    numbers = Stream(body.get(MEASURES, b""))
    hows = _spread(body.get(HOW, "."), count)
    _measures(fields, hows, numbers, body.get(UNITS, "").split("\n"))
    for at, letter in enumerate(_spread(body.get(RATES, _NO_RATE), count)):
        fields[at] |= _rated(letter, rates)
    for at, letter in enumerate(_spread(body.get(KINDS, "i"), count)):
        fields[at]["kind"] = _LETTERS[letter.lower()]
        if letter.isupper():
            fields[at]["of"] = at - 1
    _rest(body, fields)
    if not (amounts.done and numbers.done):
        raise ValueError("a column is too long")
    return tuple(Item(**item) for item in fields)


def pairs(items: Sequence[Item], rows: Rates) -> list[tuple[str | None, int | None]]:
    """The pairs of code and rate: those of the VAT table, then others that lines name."""
    named = dict.fromkeys((item.vat_code, item.vat_rate) for item in items)
    return [*rows, *(pair for pair in named if any_of(pair) and pair not in rows)]


def any_of(pair: tuple[str | None, int | None]) -> bool:
    return pair != (None, None)


def _alike(column: str, usual: str) -> str:
    """One character for all where they are alike, none where it is the usual one."""
    if column.strip(column[0]):
        return column
    return "" if column[0] == usual else column[0]


def _spread(column: str, count: int) -> str:
    return column * count if len(column) == 1 else column


def _rate(item: Item, rates: Rates) -> str:
    pair = (item.vat_code, item.vat_rate)
    if not any_of(pair):
        return _NO_RATE
    at = rates.index(pair)
    if at >= MAX_RATES:
        raise CborError("more rates than letters")
    return chr(_FIRST_RATE + at)


def _rated(letter: str, rates: Rates) -> dict[str, Any]:
    if letter == _NO_RATE:
        return {}
    if letter < chr(_FIRST_RATE):
        raise ValueError("no such rate")
    code, rate = rates[ord(letter) - _FIRST_RATE]
    return {"vat_code": code, "vat_rate": rate}


def _kind(at: int, item: Item) -> str:
    letter = ITEMS[item.kind]
    return letter.upper() if item.of is not None and item.of == at - 1 else letter


def _elsewhere(items: Sequence[Item]) -> Iterator[int]:
    for at, item in enumerate(items):
        if item.of is not None and item.of != at - 1:
            yield from (at, item.of)


# --- quantities and prices --------------------------------------------------------


def _measure(item: Item, units: list[str]) -> tuple[str, list[int]]:
    price, exact = item.unit_price, item.unit_price_exact
    if item.quantity is None and item.unit is None and price is None and exact is None:
        return ".", []
    if item.unit is None and exact is None and item.quantity is not None:
        mantissa, exponent = split(item.quantity)
        if (mantissa, exponent) == (1, 0) and price in {None, item.amount}:
            return ("a" if price is None else "1"), []
        if exponent == 0 and mantissa > 1 and price == each(item.amount, mantissa, 0):
            return "n", [mantissa]
    return "x", list(_in_full(item, units))


def _in_full(item: Item, units: list[str]) -> Iterator[int]:
    quantity, exact = item.quantity, item.unit_price_exact
    yield (
        (_QUANTITY if quantity is not None else 0)
        | (_UNIT if item.unit else 0)
        | (_PRICE if item.unit_price is not None else 0)
        | (_EXACT if exact is not None else 0)
    )
    if quantity is not None:
        yield from map(folded, split(quantity))
    if item.unit:
        yield units.index(item.unit)
    if item.unit_price is not None:
        likely = each(item.amount, *split(quantity)) if quantity is not None else 0
        yield folded(item.unit_price - likely)
    if exact is not None:
        yield from map(folded, split(exact))


def _measures(
    fields: list[dict[str, Any]], hows: str, numbers: Stream, units: list[str]
) -> None:
    for item, how in zip(fields, hows, strict=True):
        item.update(_measured(how, item["amount"], numbers, units))


def _measured(
    how: str, amount: int, numbers: Stream, units: list[str]
) -> dict[str, Any]:
    match how:
        case ".":
            return {}
        case "1":
            return {"quantity": Decimal(1), "unit_price": amount}
        case "a":
            return {"quantity": Decimal(1)}
        case "n":
            count = numbers.next()
            return {"quantity": Decimal(count), "unit_price": each(amount, count, 0)}
        case "x":
            return _told_in_full(amount, numbers, units)
        case _:
            raise ValueError("no such measure")


def _told_in_full(amount: int, numbers: Stream, units: list[str]) -> dict[str, Any]:
    told, flags, likely = dict[str, Any](), numbers.next(), 0
    if flags & _QUANTITY:
        mantissa, exponent = numbers.signed(), _tame(numbers.signed())
        told["quantity"] = Decimal(mantissa).scaleb(exponent)
        likely = each(amount, mantissa, exponent)
    if flags & _UNIT:
        told["unit"] = units[numbers.next()]
    if flags & _PRICE:
        told["unit_price"] = likely + numbers.signed()
    if flags & _EXACT:
        mantissa, exponent = numbers.signed(), _tame(numbers.signed())
        told["unit_price_exact"] = Decimal(mantissa).scaleb(exponent)
    return told


def _tame(exponent: int) -> int:
    if abs(exponent) > 12:
        raise ValueError("a quantity out of bounds")
    return exponent


def split(number: Decimal) -> tuple[int, int]:
    """``1.960`` is 1960 and -3."""
    sign, figures, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError("no number")  # noqa: TRY004 -- it is Decimal's NaN
    whole = int("".join(map(str, figures)) or "0")
    return -whole if sign else whole, exponent


def each(amount: int, mantissa: int, exponent: int) -> int:
    """The likely price of one: amount / quantity, halves up; 0 of nothing."""
    above = amount * 10 ** max(-exponent, 0)
    below = mantissa * 10 ** max(exponent, 0)
    if below < 0:
        above, below = -above, -below
    return (2 * above + below) // (2 * below) if below else 0


# --- what few lines have ----------------------------------------------------------


def _gtins(items: Sequence[Item]) -> bytes:
    out, before = bytearray(), 0
    for at, item in enumerate(items):
        if item.gtin:
            size = len(item.gtin)
            out += streams.written([(at - before) * 4 + list(_GTIN).index(size)])
            out += int(item.gtin[:-1]).to_bytes(_GTIN[size], "big")
            before = at
    return bytes(out)


def _rest(body: Mapping[int, Any], fields: list[dict[str, Any]]) -> None:
    raw, at = body.get(GTINS, b""), 0
    while raw:
        head = Stream(raw).next()
        skip = len(streams.written([head]))
        size = list(_GTIN)[head % 4]
        at += head // 4
        number = int.from_bytes(raw[skip : skip + _GTIN[size]], "big")
        fields[at]["gtin"] = completed(f"{number:0{size - 1}d}")
        raw = raw[skip + _GTIN[size] :]
    inner = Stream(body.get(INNER, b""))
    labels = iter(body.get(INNER_LABELS, "").split("\n"))
    while not inner.done:
        item, amount = fields[inner.next()], inner.signed()
        discount = Discount(amount=amount, label=next(labels, "") or None)
        item["discounts"] = (*item.get("discounts", ()), discount)
    belongs = Stream(body.get(BELONGS, b""))
    while not belongs.done:
        line, of = belongs.next(), belongs.next()
        fields[line]["of"] = of


def completed(figures: str) -> str:
    """A GS1 number with its check digit."""
    weighted = (
        int(digit) * (3 if place % 2 == 0 else 1)
        for place, digit in enumerate(reversed(figures))
    )
    return figures + str(-sum(weighted) % 10)
