"""Card terminals' slips: alone for the customer or the shop, or at the end of a sale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from hardware_sim.papers.cents import plain
from hardware_sim.papers.desk import Desk
from hardware_sim.papers.sheet import End

_AIDS: Final = (
    ("A0000000421010", "CB"),
    ("A0000000031010", "VISA DEBIT"),
    ("A0000000041010", "MASTERCARD"),
)


def integrated(desk: Desk) -> None:
    """The slip in the same job, if a card paid; before or after a cut."""
    wrong = desk.wrong("slip_amount")
    cards = [p.cents + wrong for p in desk.sale.payments if p.kind == "card"]
    if desk.look["slip"] != "integrated" or not cards:
        return
    if desk.chance(30):
        desk.sheet.parts.append(End())
    else:
        desk.sheet.rule("-")
    at = desk.sale.at
    late = at.replace(second=min(59, at.second + desk.dice.randint(2, 50)))
    for line in _body(desk, late, cards[0], "customer_slip"):
        desk.sheet.line(line)
    desk.sheet.truth["slip"] = {"amount": plain(cards[0])}


def slip(desk: Desk, whose: str, *, refused: bool = False, back: bool = False) -> None:
    """A paper that is nothing but a slip; refused, no money moved; back, it went to the customer."""
    sheet, amount = desk.sheet, desk.sale.total
    at = desk.sale.at
    if desk.chance(30):
        sheet.centre(desk.shop.name)
    for line in _body(desk, at, amount, whose, refused=refused, back=back):
        sheet.line(line)
    iso = f"{at:%Y-%m-%d}"
    shown = -amount if back else amount
    sheet.say(date=f"{at:%d/%m/%y}", date_iso=iso, date_ok=[iso], time=f"{at:%H:%M}")
    if not refused:
        sheet.say(total=plain(shown), total_ok=[plain(amount)])
    if refused:
        sheet.truth.setdefault("mentions", []).append("card_refused")


def _body(
    desk: Desk,
    at: datetime,
    cents: int,
    whose: str,
    *,
    refused: bool = False,
    back: bool = False,
) -> Iterator[str]:
    if desk.land.lang == "fr":
        yield from _french(desk, at, cents, refused=refused, back=back)
    elif desk.land.lang == "de":
        yield from _german(desk, at, cents, refused=refused, whose=whose)
    else:
        yield from _plain(desk, at, cents, refused=refused, back=back)
    if desk.land.lang != "de":
        yield desk.say(whose)
    if whose == "customer_slip" and desk.land.lang == "fr":
        yield "A CONSERVER"


def _french(
    desk: Desk, at: datetime, cents: int, *, refused: bool, back: bool
) -> Iterator[str]:
    dice, shop = desk.dice, desk.shop
    aid, label = dice.choice(_AIDS)
    yield from (
        "CARTE BANCAIRE",
        *(["SANS CONTACT"] if desk.chance(60) else []),
        aid,
        label,
    )
    yield f"LE {at:%d/%m/%y} A {at:%H:%M:%S}"
    yield shop.name.upper()
    yield shop.town
    yield f"{dice.randint(1_000_000, 9_999_999)}"
    yield f"{dice.randint(10_000, 39_999)}"
    if shop.siret:
        yield shop.siret
    yield f"{'*' * 12}{dice.randint(0, 9999):04d}"
    if desk.chance(40):
        yield f"FIN 30/09/{at.year % 100 + 3}"
    yield f"{dice.getrandbits(64):016X}"
    yield f"{dice.randint(1, 999):03d} {dice.randint(1, 999_999):06d} {dice.randint(10, 99)} C @"
    if refused:
        yield desk.say("refused")
    else:
        yield f"No AUTO : {dice.randint(0, 999_999):06d}"
    amount = f"{cents // 100},{cents % 100:02} {desk.land.currency}"
    yield from (
        ("MONTANT :", f"       {amount}")
        if desk.chance(50)
        else (f"MONTANT = {amount}",)
    )
    yield "CREDIT" if back else "DEBIT"


def _german(
    desk: Desk, at: datetime, cents: int, *, refused: bool, whose: str
) -> Iterator[str]:
    dice, columns = desk.dice, desk.sheet.columns

    def two(left: str, right: str) -> str:
        return f"{left}{right:>{columns - len(left)}}"

    yield desk.say(whose)
    yield two("Datum:", f"{at:%d.%m.%Y}")
    yield two("Uhrzeit:", f"{at:%H:%M:%S} Uhr")
    yield two("Beleg-Nr.", f"{dice.randint(1, 9999):04d}")
    yield two("Trace-Nr.", f"{dice.randint(1, 999_999):06d}")
    yield from ("Kartenzahlung", "Contactless", "girocard")
    yield two("Nr.", f"###############{dice.randint(0, 9999):04d} 0000")
    yield two("Terminal-ID", f"{dice.randint(10**7, 10**8 - 1)}")
    yield two(f"Betrag {desk.land.currency}", desk.coin.bare(cents))
    yield desk.say("refused") if refused else "Zahlung erfolgt"


def _plain(
    desk: Desk, at: datetime, cents: int, *, refused: bool, back: bool
) -> Iterator[str]:
    dice = desk.dice
    aid, label = dice.choice(_AIDS)
    yield desk.shop.name.upper()
    yield f"TID {dice.randint(10**7, 10**8 - 1)}  MID {dice.randint(10**7, 10**8 - 1)}"
    yield f"AID {aid}"
    yield f"{label} CONTACTLESS"
    yield f"{'*' * 12}{dice.randint(0, 9999):04d}"
    yield f"{at:%d/%m/%Y %H:%M:%S}"
    amount = desk.coin.full(-cents if back else cents)
    yield f"{desk.say('sum')} {desk.land.currency} {amount}"
    yield (
        desk.say("refused") if refused else f"AUTH CODE: {dice.randint(0, 999_999):06d}"
    )
