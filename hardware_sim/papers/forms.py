"""One priced line in the ways that tills print it: twelve for pieces, three for weights.

Every form writes down the truth with the label as it printed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hardware_sim.papers.cents import plain
from hardware_sim.papers.desk import Desk
from hardware_sim.papers.sale import Entry

_LEAST_LABEL: Final = 9
"""A form that leaves less room for the label is not used on that line."""


def behind(desk: Desk) -> int:
    return {"letter_after": 2, "digit_after": 2, "paren_after": 4}.get(
        desk.look["tag"], 0
    )


def _truth(
    desk: Desk,
    entry: Entry,
    label: str,
    quantity: str | None = "1",
    *,
    priced: bool = True,
) -> None:
    """``priced``: the unit price stands on the paper, not only the quantity."""
    unpriced = not priced or entry.unit_cents is None or quantity in {None, "1"}
    code = desk.codes.get(entry.key) if _tagged(desk, entry) else None
    told: dict[str, Any] = {
        "name": label, "amount": plain(entry.cents), "qty": quantity,
        "unit_price": None if unpriced else plain(_unit_cents(desk, entry)),
        "vat_code": code, "kind": entry.kind,
    }  # fmt: skip
    if entry.ean and entry.kind == "item":
        told["gtin"] = entry.ean
    if entry.unit:
        told["unit"] = entry.unit
    desk.sheet.truth.setdefault("items", []).append(told)


def _tagged(desk: Desk, entry: Entry) -> bool:
    if not desk.codes:
        return False
    return (
        entry.kind in {"item", "deposit", "void"} or desk.look["discount"] == "per_rate"
    )


def _right(desk: Desk, entry: Entry, middle: str = "") -> str:
    """What stands at the right edge: amount and tag."""
    amount, tag = desk.item_coin.full(entry.cents), desk.look["tag"]
    if not _tagged(desk, entry):
        amount += " " * behind(desk)
        return f"{middle}{amount}"
    code = desk.codes[entry.key]
    star = " *" if desk.look["star"] == "yes" and entry.key == "food" else ""
    shape = {
        "letter_after": f"{middle}{amount} {code}{star}", "digit_after": f"{middle}{amount} {code}",
        "paren_after": f"{middle}{amount} ({code})", "t_before_amount": f"{code} {middle}{amount}",
        "percent_before_amount": f"{middle}{code:>6} {amount:>9}",
    }  # fmt: skip
    return shape.get(tag, f"{middle}{amount}")


def _before(desk: Desk, entry: Entry) -> str:
    """What stands in front of the label: a VAT code of some tills."""
    if not _tagged(desk, entry):
        return ""
    code = desk.codes[entry.key]
    return {"digit_before": f"{code} ", "v_before": f"{code} *"}.get(
        desk.look["tag"], ""
    )


def _cut(desk: Desk, label: str, room: int) -> str:
    """The label as far as this till prints it."""
    most = min(int(desk.look["label"]), room)
    if len(label) <= most:
        return label
    if desk.look["ellipsis"] == "dots":
        return label[: most - 2].rstrip() + ".."
    return label[:most].rstrip()


def _priced(desk: Desk, entry: Entry, lead: str = "", middle: str = "") -> str:
    """A line with label and amount; the label as printed."""
    right, left = _right(desk, entry, middle), _before(desk, entry) + lead
    label = _cut(desk, entry.label, desk.sheet.columns - len(right) - len(left) - 1)
    desk.sheet.pair(left + label, right)
    return label


def _labelled(desk: Desk, entry: Entry) -> str:
    """A line with the label alone."""
    left = _before(desk, entry)
    label = _cut(desk, entry.label, desk.sheet.columns - len(left))
    desk.sheet.line(left + label)
    return label


def _room(desk: Desk, entry: Entry, extra: str) -> int:
    return (
        desk.sheet.columns
        - len(_right(desk, entry, extra))
        - len(_before(desk, entry))
        - 1
    )


def _unit(desk: Desk, entry: Entry) -> str:
    return desk.item_coin.bare(_unit_cents(desk, entry))


def _unit_cents(desk: Desk, entry: Entry) -> int:
    """What stands there as the price of one."""
    lie = desk.wrong("unit_price") if entry is desk.sale.multiplied else 0
    return (entry.unit_cents or 0) + lie


def _count(entry: Entry) -> str:
    return str(entry.milli // 1000)


def taken(desk: Desk, entry: Entry) -> None:
    """A discount, a void, returned bottles, goods brought back: less than nothing."""
    if entry.kind == "item" and desk.look["quantity"] == "next_line":
        label = _labelled(desk, entry)
        desk.sheet.pair(
            f"   -{_count(entry)} x {_unit(desk, entry)}", _right(desk, entry)
        )
        _truth(desk, entry, label, None)
        return
    lead = {"under": "   ", "line": "", "per_rate": " "}.get(desk.look["discount"], "")
    lead = lead if entry.kind == "discount" else ""
    right = _right(desk, entry)
    left = _before(desk, entry) + lead
    room = desk.sheet.columns - len(right) - len(left) - 1
    label = (
        _cut(desk, entry.label, room)
        if entry.kind != "discount"
        else entry.label[:room].rstrip()
    )
    desk.sheet.pair(left + label, right)
    _truth(desk, entry, label, None)


# -- pieces ---------------------------------------------------------------------


def _single(desk: Desk, entry: Entry) -> None:
    _truth(desk, entry, _priced(desk, entry))


def _middle(desk: Desk, entry: Entry) -> None:
    """``KIWI VERT PIECE  0,59x4  2,36``."""
    middle = f"{_unit(desk, entry)}x{_count(entry)}  "
    if entry.milli == 1000:
        _single(desk, entry)
    elif (
        _room(desk, entry, middle) < _LEAST_LABEL
        or desk.look["tag"] == "percent_before_amount"
    ):
        _below(desk, entry)
    else:
        _truth(desk, entry, _priced(desk, entry, middle=middle), _count(entry))


def _after(shape: str) -> Callable[[Desk, Entry], None]:
    """The quantity on a line of its own below the item; one piece needs none."""

    def form(desk: Desk, entry: Entry) -> None:
        label = _priced(desk, entry)
        if entry.milli > 1000:
            desk.sheet.line(shape.format(_count(entry), _unit(desk, entry)))
        _truth(desk, entry, label, _count(entry))

    return form


_below: Final = _after("   {} x {}")


def _above(desk: Desk, entry: Entry) -> None:
    if entry.milli > 1000:
        desk.sheet.line(f"  {_count(entry)} X {_unit(desk, entry)}")
    _truth(desk, entry, _priced(desk, entry), _count(entry))


def _front_x(desk: Desk, entry: Entry) -> None:
    """``2 x MENU DU JOUR  37,80``: also one piece says so."""
    label = _priced(desk, entry, lead=f"{_count(entry)} x ")
    _truth(desk, entry, label, _count(entry), priced=False)


def _front(desk: Desk, entry: Entry) -> None:
    label = _priced(desk, entry, lead=f"{_count(entry)} ")
    _truth(desk, entry, label, _count(entry), priced=False)


def _cafe(desk: Desk, entry: Entry) -> None:
    """``4 CROISSANT x 1,15  4,60``."""
    if entry.milli == 1000:
        _front(desk, entry)
        return
    lead, times = f"{_count(entry)} ", f" x {_unit(desk, entry)}"
    right = _right(desk, entry)
    left = _before(desk, entry) + lead
    label = _cut(
        desk, entry.label, desk.sheet.columns - len(right) - len(left) - len(times) - 1
    )
    desk.sheet.pair(left + label + times, right)
    _truth(desk, entry, label, _count(entry))


def _next_line(desk: Desk, entry: Entry) -> None:
    """Label, then ``4 X 0,79  3,16``."""
    if entry.milli == 1000:
        _single(desk, entry)
        return
    label = _labelled(desk, entry)
    desk.sheet.pair(f"   {_count(entry)} X {_unit(desk, entry)}", _right(desk, entry))
    _truth(desk, entry, label, _count(entry))


def _inline(desk: Desk, entry: Entry) -> None:
    """``PAIN COMPLET  T1 7 X 0.49Eur 3.43Eur``."""
    unit = desk.item_coin.full(_unit_cents(desk, entry))
    middle = f"{_count(entry)} X {unit} "
    if entry.milli == 1000:
        _single(desk, entry)
    elif (
        _room(desk, entry, middle) < _LEAST_LABEL
        or desk.look["tag"] == "percent_before_amount"
    ):
        _next_line(desk, entry)
    else:
        _truth(desk, entry, _priced(desk, entry, middle=middle), _count(entry))


def _table(desk: Desk, entry: Entry) -> None:
    """Columns: label, unit price, quantity, amount."""
    quantity = desk.item_coin.milli(entry.milli) if entry.unit else _count(entry)
    tag = _right(desk, entry)
    cells = f"{_unit(desk, entry):>8}{quantity:>6}"
    width = 9 + behind(desk)
    left = _before(desk, entry)
    label = _cut(
        desk,
        entry.label,
        desk.sheet.columns - len(left) - 14 - max(width, len(tag) + 1) - 1,
    )
    room = desk.sheet.columns - 14 - max(width, len(tag) + 1)
    desk.sheet.raw(f"{left + label:<{room}}{cells}{tag:>{max(width, len(tag) + 1)}}")
    _truth(desk, entry, label, _weight_of(entry))


def _weight_of(entry: Entry) -> str:
    """A quantity in the corpus' way: ``4`` or ``0.792``."""
    whole, rest = divmod(entry.milli, 1000)
    return f"{whole}.{rest:03}" if entry.unit else str(whole)


def _decimal(desk: Desk, entry: Entry) -> None:
    """Label, then ``2,000 PCE x 2,19  4,38``; one piece too."""
    label = _labelled(desk, entry)
    units = ("PCE", "U", "SAC") if desk.layout.trade == "diy" else ("PCE", "U")
    unit = "KG" if entry.unit else desk.dice.choice(units)
    quantity = desk.item_coin.milli(entry.milli)
    desk.sheet.pair(f"  {quantity} {unit} x {_unit(desk, entry)}", _right(desk, entry))
    _truth(desk, entry, label, _weight_of(entry))


FORMS: Final[Mapping[str, Callable[[Desk, Entry], None]]] = {
    "middle": _middle, "below": _below, "below_stk": _after("             {} Stk x {:>7}"), "above": _above,
    "front_x": _front_x, "front": _front, "cafe": _cafe, "next_line": _next_line, "inline": _inline,
    "table": _table, "decimal": _decimal, "at": _after("  {} @ {}"),
}  # fmt: skip


# -- weights --------------------------------------------------------------------


def _weighing(desk: Desk, entry: Entry) -> str:
    unit = _unit(desk, entry)
    money = desk.land.currency
    tail = desk.item_coin.tail.strip()
    shape = {"€": "€/kg", "": f"{money}/kg"}.get(tail, f"{tail}/kg")
    return f"{desk.item_coin.milli(entry.milli)} kg x {unit} {shape}"


def _weight_below(desk: Desk, entry: Entry) -> None:
    label = _priced(desk, entry)
    desk.sheet.line(f"   {_weighing(desk, entry)}")
    _truth(desk, entry, label, _weight_of(entry))


def _weight_above(desk: Desk, entry: Entry) -> None:
    desk.sheet.line(f"   {_weighing(desk, entry)}")
    _truth(desk, entry, _priced(desk, entry), _weight_of(entry))


def _weight_inline(desk: Desk, entry: Entry) -> None:
    middle = f"{desk.item_coin.milli(entry.milli)}kg x {_unit(desk, entry)}  "
    if (
        _room(desk, entry, middle) < _LEAST_LABEL
        or desk.look["tag"] == "percent_before_amount"
    ):
        _weight_below(desk, entry)
        return
    _truth(desk, entry, _priced(desk, entry, middle=middle), _weight_of(entry))


WEIGHTS: Final[Mapping[str, Callable[[Desk, Entry], None]]] = {
    "below": _weight_below, "above": _weight_above, "inline": _weight_inline,
}  # fmt: skip
