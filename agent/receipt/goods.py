"""Entries of the account to the items of the wire model.

Digits in front of labels become VAT codes, quantities or part of the name; a discount
finds the line that it reduces; in a paper that gives money back, negative goods are
goods.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from agent.receipt.entries import Entry
from agent.receipt.labels import checked, split
from agent.receipt.vat import Row
from agent.wire.receipt import Discount, Item

_LETTER_LEFT = re.compile(r"(?P<code>[A-Z])\s+(?=\S)")
_NUMBER_LEFT = re.compile(r"\d{4,5}\s+[^\W\d]{2}")
MIN_NUMBERED = 3
"""Lines that all begin with a number, before it is taken for the article's."""
_SOLD = frozenset({"item", "deposit"})
MOST = (3, 5)
"""Of the items must print a percentage for it to be their VAT rate."""


def settled(
    entries: tuple[Entry, ...], rows: Sequence[Row], count: int | None, total: int
) -> tuple[Entry, ...]:
    """Entries whose open words are decided by the whole paper."""
    entries = _with_numbers(_with_letters(entries, rows))
    entries = _with_rates(_with_leading(entries, rows, count), rows)
    return tuple(
        replace(e, kind="item") if e.kind == "discount" and _is_sold(e, total) else e
        for e in entries
    )


def _is_sold(entry: Entry, total: int) -> bool:
    """A voucher that was bought, or goods that were brought back."""
    return entry.amount > 0 if total >= 0 else not entry.reduces


def _with_leading(
    entries: tuple[Entry, ...], rows: Sequence[Row], count: int | None
) -> tuple[Entry, ...]:
    """Digits that lead every line are VAT codes if the table knows them.

    Otherwise they are quantities where the printed count agrees or lines have them, and
    part of the label where nothing speaks for either.
    """
    codes = {row.vat.code for row in rows}
    items = [e for e in entries if e.kind == "item" and e.amount]
    led = [e for e in items if e.leading is not None]
    if items and all(e.leading in codes and e.vat_code is None for e in led):
        return tuple(map(_as_code, entries))
    units = sum(_units(e) for e in items)
    counted = units == count or _are_quantities(items, led)
    return tuple(map(_as_quantity if counted else _as_label, entries))


def _with_letters(entries: tuple[Entry, ...], rows: Sequence[Row]) -> tuple[Entry, ...]:
    """``B 2 x FRIET``: a letter that leads every line is its VAT code if the table knows it."""
    codes = {row.vat.code for row in rows}
    sold = [e for e in entries if e.kind in _SOLD and e.amount]
    led = [_LETTER_LEFT.match(e.label) for e in sold]
    if not sold or not all(m is not None and m["code"] in codes for m in led):
        return entries
    if any(e.vat_code for e in sold):
        return entries
    return tuple(map(_as_lettered, entries))


def _as_lettered(entry: Entry) -> Entry:
    found = _LETTER_LEFT.match(entry.label)
    if found is None or entry.kind not in _SOLD:
        return entry
    rest = split(entry.label[found.end() :])
    quantity = Decimal(rest.times) if rest.times else entry.quantity
    return replace(
        entry,
        label=rest.text.strip(),
        quantity=quantity,
        leading=rest.leading or entry.leading,
        vat_code=found["code"],
    )


def _with_numbers(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """``87745 CHICKEN``: short numbers that lead every line are those of the articles."""
    sold = [e for e in entries if e.kind == "item" and e.amount]
    bare = [e for e in sold if e.number is None]
    every = all(_NUMBER_LEFT.match(e.label) for e in bare)
    if len(sold) < MIN_NUMBERED or not bare or not every:
        return entries
    led = {e.at for e in bare}
    return tuple(_as_numbered(e) if e.at in led else e for e in entries)


def _as_numbered(entry: Entry) -> Entry:
    number, _, label = entry.label.partition(" ")
    return replace(entry, label=label.strip(), number=number)


def _are_quantities(items: Sequence[Entry], led: Sequence[Entry]) -> bool:
    """Every line has one, or most do and one piece is among them."""
    counted = sum(bool(e.leading) or e.quantity is not None for e in items)
    one = any(e.leading == "1" for e in led)
    return counted == len(items) or (one and 2 * counted >= len(items))


def _units(entry: Entry) -> int:
    if entry.leading:
        return int(entry.leading)
    whole = entry.quantity is not None and entry.quantity == int(entry.quantity)
    return int(entry.quantity or 1) if whole else 1


def _as_code(entry: Entry) -> Entry:
    if not entry.leading:
        return entry
    return replace(entry, vat_code=entry.vat_code or entry.leading, leading=None)


def _as_quantity(entry: Entry) -> Entry:
    if not entry.leading:
        return entry
    quantity = entry.quantity or Decimal(entry.leading)
    return replace(entry, quantity=quantity, leading=None)


def _as_label(entry: Entry) -> Entry:
    if not entry.leading:
        return entry
    return replace(entry, label=f"{entry.leading} {entry.label}", leading=None)


def _with_rates(entries: tuple[Entry, ...], rows: Sequence[Row]) -> tuple[Entry, ...]:
    """A percentage behind most labels is the VAT rate, behind few part of the name.

    So is a letter that the table knows.
    """
    codes = {row.vat.code for row in rows}
    items = [e for e in entries if e.kind == "item"]
    said = {e.rate for e in items if e.rate is not None and e.rate.isalpha()}
    if not said <= codes:
        entries = tuple(_without_letter(e) for e in entries)
        items = [e for e in entries if e.kind == "item"]
    rated = sum(e.rate is not None for e in items)
    if rated * MOST[1] < len(items) * MOST[0]:
        return entries
    return tuple(_with_rate(e) if e.rate and not e.vat_code else e for e in entries)


def _without_letter(entry: Entry) -> Entry:
    said = entry.rate is not None and entry.rate.isalpha()
    return replace(entry, rate=None) if said else entry


def _with_rate(entry: Entry) -> Entry:
    rate = entry.rate or ""
    return replace(entry, label=entry.label.removesuffix(rate).rstrip(), vat_code=rate)


def items_of(entries: Sequence[Entry], rows: Sequence[Row]) -> tuple[Item, ...]:
    """The priced lines; what was only said of a line is among its ``discounts``."""
    rates = {row.vat.code: row.vat.rate for row in rows}
    kept: list[Entry] = []
    said: dict[int, list[Discount]] = {}
    for entry in entries:
        if entry.amount:
            kept.append(entry)
            if entry.off:
                said[len(kept) - 1] = [Discount(amount=-entry.off)]
        elif entry.reduces and kept and not entry.below and entry.printed:
            off = Discount(amount=-abs(entry.printed), label=entry.label or None)
            said.setdefault(len(kept) - 1, []).append(off)
    belongs = _belonging(kept)
    return tuple(
        _item(entry, rates, belongs[at], tuple(said.get(at, ())))
        for at, entry in enumerate(kept)
    )


def _belonging(entries: Sequence[Entry]) -> list[int | None]:
    """Of each: the line that a discount reduces, a deposit adds to, a void takes back."""
    found: list[int | None] = []
    known: dict[tuple[str, int], int] = {}
    other = 0
    for at, entry in enumerate(entries):
        if at and entries[at - 1].kind != entry.kind:
            other = at - 1  # the nearest of another kind
        if entry.kind == "void":
            found.append(known.get((entry.label, -entry.amount)))
        elif entry.kind == "discount" and entry.below:
            named = [n for n in range(at) if _names(entry.label, entries[n])]
            found.append(named[0] if len(named) == 1 else None)
        elif entry.kind == "discount" or (entry.kind == "deposit" and entry.amount > 0):
            near = at > 0 and entries[other].kind == "item"
            alone = entry.vat_code is None or at - other == 1
            found.append(other if near and alone else None)
        else:
            found.append(None)
        known[entry.label, entry.amount] = at
    return found


def _names(label: str, other: Entry) -> bool:
    return (
        other.kind == "item"
        and bool(label)
        and (label.startswith(other.label) or other.label.startswith(label))
    )


def _item(
    entry: Entry,
    rates: Mapping[str | None, int | None],
    of: int | None,
    discounts: tuple[Discount, ...],
) -> Item:
    code = entry.vat_code
    gtin = entry.number if entry.number and checked(entry.number) else None
    price = entry.price
    whole = price is None or price == int(price)
    return Item(
        label=entry.label or "?",
        amount=entry.amount,
        kind=entry.kind,
        quantity=entry.quantity,
        unit=entry.unit,
        unit_price=int(price) if price is not None and whole else None,
        unit_price_exact=None if whole else price,
        vat_code=code,
        vat_rate=_rate_of(code, rates),
        gtin=gtin,
        sku=None if gtin else entry.number,
        discounts=discounts,
        of=of,
    )


def _rate_of(code: str | None, rates: Mapping[str | None, int | None]) -> int | None:
    if code is None:
        return None
    percent = re.fullmatch(r"(\d{1,2})(?:[.,](\d{1,2}))?\s?%|(\d{1,2})[.,](\d)", code)
    if percent is not None:
        whole, part = percent[1] or percent[3], percent[2] or percent[4]
        return int(whole) * 100 + int((part or "0").ljust(2, "0"))
    known = rates.get(code)
    return known if known is not None else rates.get(code[1:])
