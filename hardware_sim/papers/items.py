"""The priced part of a sale: entries in order, under banners or above subtotals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hardware_sim.papers.desk import Desk
from hardware_sim.papers.forms import FORMS, WEIGHTS, behind, taken
from hardware_sim.papers.sale import Entry


def items(desk: Desk) -> None:
    """All entries, with family banners or subtotals, and the truth about them."""
    sheet, families = desk.sheet, desk.look["families"]
    _heading(desk)
    skipped = _skipped(desk)
    running, family = 0, None
    for place, entry in enumerate(desk.sale.entries):
        if entry.family != family:
            _close(desk, family, running)
            family, running = entry.family, 0
            if families == "before":
                sheet.line(f"{'>>> ' if desk.wide else ''}{family.upper()}")
        running += entry.cents
        if place != skipped:
            _print(desk, entry)
    _close(desk, family, running)
    sheet.truth.setdefault("items", [])


def _skipped(desk: Desk) -> int | None:
    if desk.lie != "missing_line":
        return None
    sold = [n for n, entry in enumerate(desk.sale.entries) if entry.kind == "item"]
    return desk.dice.choice(sold)


def _close(desk: Desk, family: str | None, running: int) -> None:
    if family is None or desk.look["families"] != "after":
        return
    desk.sheet.pair(
        desk.say("family", family), _held(desk, running + desk.wrong("family_sum"))
    )


def _held(desk: Desk, cents: int) -> str:
    """In the column of the items' amounts."""
    return desk.item_coin.full(cents) + " " * behind(desk)


def _heading(desk: Desk) -> None:
    if desk.look["quantity"] == "table":
        left = desk.say("desk")
        cells = f"{desk.say('unit_name'):>8}{desk.say('qty_name'):>6}{desk.say('amount_name'):>9}"
        room = desk.sheet.columns - len(cells) - behind(desk)
        desk.sheet.raw(f"{left[:room]:<{room}}{cells}")
    elif desk.look["quantity"] == "middle" and desk.land.lang == "fr":
        desk.sheet.pair("DESIGNATION", "P.U x QTE MONTANT")
    elif desk.chance(25):
        desk.sheet.pair(desk.say("desk"), desk.say("amount_name"))


# -- one entry ------------------------------------------------------------------


def _print(desk: Desk, entry: Entry) -> None:
    if entry.ean and entry.kind == "item":
        desk.sheet.line(entry.ean)
    if entry.kind == "void":
        desk.sheet.line(desk.say("void"))
    if entry.kind in {"discount", "void"} or entry.cents < 0:
        taken(desk, entry)
    elif entry.unit and desk.look["quantity"] not in {"table", "decimal"}:
        WEIGHTS[desk.look["weight"]](desk, entry)
    else:
        FORMS[desk.look["quantity"]](desk, entry)
    if entry.kind == "item" and desk.land.lang == "fr":
        _remark(desk, entry)


def _remark(desk: Desk, entry: Entry) -> None:
    """A line that is no item though it may bear an amount."""
    said = _REMARKS.get(desk.layout.trade, ("LOT DE 2", "+1 vignette"))
    if entry.cents > 200 and desk.chance(8 if desk.layout.trade == "grocery" else 20):
        more = desk.item_coin.bare(entry.cents * 5 // 4)
        text = desk.dice.choice(said).format(more=more, eco=desk.item_coin.bare(12))
        if "ECO" not in text or entry.key == "std":
            desk.sheet.line(f"   {text}")


_REMARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "fashion": ("T.42 COLORIS NOIR", "AU LIEU DE {more}", "Taille M  Réf 4471", "PRIX SOLDE"),
    "restaurant": ("> saignant", "sauce au poivre", "Quenelle / Tarte praline"),
    "diy": ("dont ECO-PART. {eco}", "Unité : PCE"),
    "grocery": ("LOT DE 2", "+1 vignette", "dont ECO-PART. {eco}", "Origine FRANCE"),
}  # fmt: skip
