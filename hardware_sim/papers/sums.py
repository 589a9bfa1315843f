"""From the subtotal to the change, and the VAT: what must close, or must be caught."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hardware_sim.papers.axes import VAT_ORDERS
from hardware_sim.papers.cents import Row, plain
from hardware_sim.papers.desk import LIE_CENTS, Desk

MISCOUNT: Final = 5
"""By how much a wrong count is off, at least."""


def subtotal(desk: Desk) -> None:
    """Only where something follows, or now and then."""
    sale, sheet = desk.sale, desk.sheet
    needed = sale.off or desk.land.on_top or desk.lie == "subtotal"
    if not needed and not desk.chance(25):
        return
    shown = sale.subtotal + desk.wrong("subtotal")
    sheet.pair(desk.say("subtotal"), desk.coin.full(shown))
    sheet.say(subtotal=plain(shown))
    if desk.look["discount"] == "block" and sale.off:
        _block(desk)
    else:
        for label, cents in sale.off:
            sheet.pair(label, desk.coin.full(-cents))
    if sale.off:
        sheet.say(discounts=[{"name": n, "amount": plain(-c)} for n, c in sale.off])
    if desk.land.on_top:
        _added(desk)


def _added(desk: Desk) -> None:
    """Taxes below prices that are net of them; none on goods that bear none."""
    for row in desk.sale.vat:
        if row.rate_bp:
            desk.sheet.pair(
                desk.say("vat_of", desk.rate(row.key)), desk.coin.full(row.vat)
            )
    desk.sheet.say(tax=plain(desk.sale.tax))


def _block(desk: Desk) -> None:
    """Discounts as positive amounts under a heading; only their sum is subtracted."""
    sheet = desk.sheet
    sheet.line(desk.say("block"))
    for label, cents in desk.sale.off:
        if desk.chance(50):
            sheet.line(f"{desk.say('discount')}")
        sheet.pair(f"   {label}", desk.coin.bare(cents))
    lost = sum(cents for _, cents in desk.sale.off)
    sheet.pair(desk.say("block_total"), desk.coin.bare(lost))


def total(desk: Desk) -> None:
    """The amount due; with a rounding, before and after it."""
    sale, sheet = desk.sale, desk.sheet
    shown = sale.due + desk.wrong("total")
    if sale.rounding:
        sheet.pair(desk.say("sum"), desk.coin.full(sale.total))
        sheet.pair(desk.say("rounding"), desk.coin.full(sale.rounding))
        sheet.say(rounding=plain(sale.rounding), total_ok=[plain(sale.total)])
    _due(desk, shown)
    sheet.say(total=plain(shown))
    if desk.look["discount"] == "info" and desk.chance(70):
        sheet.pair(desk.say("saved"), desk.coin.full(desk.dice.randint(20, 900)))


def _due(desk: Desk, cents: int) -> None:
    label, amount = desk.say("due"), desk.coin.full(cents)
    counted = _counted(desk)
    if desk.look["count"] == "in_total":
        label = (
            f"{label} ({counted})"
            if desk.chance(50)
            else f"{desk.say('pieces', counted)} {label}"
        )
        desk.sheet.say(n_items=counted)
    if desk.look["total"] == "next_line":
        desk.sheet.line(label)
        desk.sheet.line(amount, "right")
    else:
        desk.sheet.pair(label, amount, wide=2 if desk.look["total"] == "wide" else 1)


def _counted(desk: Desk) -> int:
    """The pieces; a lie is no other number that tills call so: it would be none on paper."""
    if desk.lie != "count":
        return desk.sale.articles
    shown = desk.sale.articles + MISCOUNT
    while shown in desk.sale.also_articles:
        shown += 1
    return shown


def count(desk: Desk) -> None:
    """Pieces or lines sold, as tills print either."""
    how = desk.look["count"]
    if how == "articles":
        desk.sheet.line(desk.say("articles", _counted(desk)))
        desk.sheet.say(n_items=_counted(desk))
    elif how == "lines":
        lines = desk.sale.sold_lines
        desk.sheet.line(desk.say("linecount", lines))
        desk.sheet.say(n_lines=lines)


def payments(desk: Desk) -> None:
    """Tenders, what is left to pay after each where the till says so, change."""
    sale, sheet = desk.sale, desk.sheet
    rest = sale.due
    for paid in sale.payments:
        sheet.pair(desk.say(paid.kind), desk.coin.full(paid.cents))
        rest -= paid.cents
        if desk.look["balance"] == "yes" and rest > 0:
            sheet.pair(desk.say("balance"), desk.coin.full(rest))
    change = sale.change + desk.wrong("change")
    if change or (sale.payments[-1].kind == "cash" and desk.chance(20)):
        sheet.pair(desk.say("change"), desk.coin.full(change))
        if change:
            sheet.say(change=plain(change))
    sheet.say(
        payments=[{"type": p.kind, "amount": plain(p.cents)} for p in sale.payments]
    )


# -- VAT ------------------------------------------------------------------------


def vat(desk: Desk) -> None:
    """The recapitulation, in the form that this till has."""
    form = desk.look["vat"]
    if form == "none":
        return
    rows = _rows(desk)
    _VAT_FORMS.get(form, _table)(desk, rows)
    shown = _SHOWN.get(form, ("net", "vat", "gross"))
    desk.sheet.say(
        vat=[_row_truth(desk, row, shown) for row in rows],
        tax=plain(sum(row.vat for row in rows)),
    )


def _rows(desk: Desk) -> tuple[Row, ...]:
    rows = desk.sale.vat
    if desk.lie != "vat_row":
        return rows
    wrong = rows[-1]
    return (*rows[:-1], Row(wrong.key, wrong.rate_bp, wrong.net + LIE_CENTS, wrong.vat))


_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "net-vat": ("net", "vat"), "keyed": ("net", "vat"), "included": ("vat",), "oneline": ("net", "vat"),
}  # fmt: skip


def _row_truth(desk: Desk, row: Row, shown: tuple[str, ...]) -> dict[str, Any]:
    cells = {"net": row.net, "vat": row.vat, "gross": row.gross}
    code = desk.codes.get(row.key)
    return {
        "code": code if desk.look["tag"] != "percent_before_amount" else None,
        "rate": f"{row.rate_bp / 100:g}",
        **{
            name: plain(cents) if name in shown else None
            for name, cents in cells.items()
        },
    }


def _key(desk: Desk, row: Row) -> str:
    """What a table's row begins with."""
    code, rate = desk.codes.get(row.key), desk.rate(row.key)
    if code is None or desk.look["tag"] == "percent_before_amount":
        return rate
    return f"{code}={rate:>6}" if desk.land.lang == "de" else f"{code} {rate}"


def _table(desk: Desk, rows: tuple[Row, ...]) -> None:
    order = desk.look["vat"].split("-")
    sheet = desk.sheet
    cell = 8 if not desk.wide else min(10, (sheet.columns - 10) // 3)
    lead = sheet.columns - cell * len(order)
    names = "".join(f"{desk.say(f'{name}_name')[: cell - 1]:>{cell}}" for name in order)
    sheet.raw(f"{desk.say('rate_name')[: lead - 1]:<{lead}}{names}")
    for row in rows:
        cells = {"net": row.net, "vat": row.vat, "gross": row.gross}
        text = "".join(f"{desk.coin.bare(cells[name]):>{cell}}" for name in order)
        sheet.raw(f"{_key(desk, row)[:lead]:<{lead}}{text}")
    if desk.look["vat_sum"] == "yes":
        honest = desk.sale.vat
        sums = {
            "net": sum(r.net for r in honest),
            "vat": sum(r.vat for r in honest),
            "gross": sum(r.gross for r in honest) + desk.wrong("vat_total"),
        }
        text = "".join(f"{desk.coin.bare(sums[name]):>{cell}}" for name in order)
        sheet.raw(f"{desk.say('sum')[: lead - 1]:<{lead}}{text}")


def _included(desk: Desk, rows: tuple[Row, ...]) -> None:
    for row in rows:
        desk.sheet.pair(desk.say("vat_of", desk.rate(row.key)), desk.coin.bare(row.vat))


def _oneline(desk: Desk, rows: tuple[Row, ...]) -> None:
    names = desk.say("net_name"), desk.say("vat_name")
    for row in rows:
        net, tax = desk.coin.bare(row.net), desk.coin.bare(row.vat)
        desk.sheet.line(
            f"{names[1]} {desk.rate(row.key)}  {names[0]} {net}  {names[1]} {tax}"
        )


def _keyed(desk: Desk, rows: tuple[Row, ...]) -> None:
    """``TVA 4: 5,50% €  28,19  1,55``."""
    name = desk.say("vat_name")
    for row in rows:
        code = desk.codes.get(row.key, "")
        key = f" {code}" if code and desk.look["tag"] != "percent_before_amount" else ""
        desk.sheet.pair(
            f"{name}{key}:{desk.rate(row.key)}",
            f"{desk.coin.bare(row.net):>9} {desk.coin.bare(row.vat):>8}",
        )
    if desk.look["vat_sum"] == "yes":
        desk.sheet.pair(desk.say("vat_sum"), desk.coin.bare(sum(r.vat for r in rows)))


_VAT_FORMS: Final[Mapping[str, Callable[[Desk, tuple[Row, ...]], None]]] = {
    **dict.fromkeys((*VAT_ORDERS, "net-vat"), _table),
    "included": _included, "oneline": _oneline, "keyed": _keyed,
}  # fmt: skip
