"""Above and below the sale: who sells, when, which ticket, and what is said besides."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from hardware_sim.goods import ean13
from hardware_sim.papers.cents import plain
from hardware_sim.papers.desk import Desk, dated
from hardware_sim.papers.registers import iban
from hardware_sim.papers.sheet import Logo
from hardware_sim.papers.shops import PEOPLE

_PORTUGUESE: Final = re.compile(r"\b(?:FS|FR) \S+")
"""There the kind's letters and the series are part of the number (Portaria 195/2020)."""


def head(desk: Desk) -> None:
    """Logo, name, address, register numbers: as much of it as this till prints."""
    sheet, shop, how = desk.sheet, desk.shop, desk.look["merchant"]
    if how == "logo" or desk.chance(30):
        sheet.parts.append(Logo())
    if desk.chance(15):
        sheet.centre(desk.say("welcome"))
    if how in {"name", "both"}:
        sheet.styled(shop.name, wide=2 if desk.chance(35) else 1)
    if how in {"legal", "both"}:
        sheet.centre(shop.legal)
        sheet.say(legal_name=shop.legal, company_ok=[shop.legal])
    if how != "logo":
        sheet.say(company=shop.legal if how == "legal" else shop.name)
    _address(desk)
    if desk.chance(70):
        sheet.centre(desk.say("phone", shop.phone))
        sheet.say(phone=shop.phone)
    _ids(desk)
    if desk.chance(15):
        sheet.centre(desk.say("hours"))
    sheet.gap()


def _address(desk: Desk) -> None:
    sheet, shop = desk.sheet, desk.shop
    if desk.layout.trade in {"bakery", "frozen"} and desk.chance(50):
        return
    whole = f"{shop.street} {shop.town}"
    if len(whole) < sheet.columns - 2 and desk.chance(25):
        sheet.centre(whole)
    else:
        sheet.centre(shop.street)
        sheet.centre(shop.town)
    sheet.say(address=whole)
    if desk.land.country == "FR" and desk.chance(15):
        sheet.centre("FRANCE")


def _ids(desk: Desk) -> None:
    how, shop = desk.look["ids"], desk.shop
    if how == "none":
        return
    if shop.siret and (how == "all" or desk.chance(60)):
        _siret(desk, shop.siret)
    if desk.land.vat_label and (how == "all" or desk.chance(60)):
        desk.sheet.centre(desk.dice.choice(desk.land.vat_label).format(shop.vat_id))
        desk.sheet.say(vat_id=shop.vat_id)


def _siret(desk: Desk, number: str) -> None:
    spaced = f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}"
    shown = spaced if desk.chance(40) else number
    naf = desk.shop.naf
    text = f"SIRET {shown}" if desk.chance(60) else f"Siret : {shown}"
    with_naf = naf is not None and desk.chance(60)
    if with_naf and len(text) + 12 <= desk.sheet.columns:
        text += f"  {desk.dice.choice(('APE', 'NAF'))} {naf}"
        desk.sheet.say(naf=naf)
    desk.sheet.centre(text)
    desk.sheet.say(siret=number)
    if desk.chance(15):
        desk.sheet.centre(f"RCS {desk.shop.town[6:]} {number[:9]}")


# -- the ticket's own numbers -------------------------------------------------------


def info(desk: Desk) -> None:
    """Number, till, operator, and the date where it stands at the top."""
    pieces = [_number(desk)]
    if desk.look["place"] == "head":
        pieces.append(dated(desk, desk.sale.at))
    pieces += _stations(desk)
    _side_by_side(desk, pieces)


def _number(desk: Desk) -> str:
    said = desk.say("ticket", desk.sale.number)
    whole = _PORTUGUESE.search(said) if desk.land.country == "PT" else None
    desk.sheet.say(receipt_no=whole[0] if whole else desk.sale.number)
    return said


def _stations(desk: Desk) -> list[str]:
    sale, pieces = desk.sale, []
    if desk.chance(60):
        pieces.append(desk.say("till", sale.till))
        desk.sheet.say(till=sale.till)
    if desk.chance(50):
        who = desk.dice.choice(PEOPLE) if desk.chance(50) else sale.operator
        pieces.append(desk.say("operator", who))
        desk.sheet.say(cashier=who)
    if desk.chance(20):
        pieces.append(desk.say("store", sale.store))
        desk.sheet.say(store=sale.store)
    return pieces


def _side_by_side(desk: Desk, pieces: list[str]) -> None:
    """Two to a line where they fit."""
    while pieces:
        first = pieces.pop(0)
        fits = pieces and len(first) + len(pieces[0]) + 3 <= desk.sheet.columns
        if fits and desk.chance(70):
            desk.sheet.pair(first, pieces.pop(0))
        else:
            desk.sheet.line(first)


def foot(desk: Desk) -> None:
    """The date, unless it stood at the top; thanks; decoys."""
    sale, sheet = desk.sale, desk.sheet
    if desk.look["place"] == "foot":
        if desk.chance(30):
            sheet.line(desk.say("date_word"))
        sheet.line(dated(desk, sale.at))
    elif desk.look["place"] == "bars":
        day = "%m/%d/%Y" if desk.land.on_top else "%d.%m.%Y"
        stamp = f"{sale.at:{day} %H:%M} {sale.store} {sale.till} {sale.number} {sale.operator}"
        sheet.line(stamp)
        sheet.say(store=sale.store, till=sale.till, cashier=sale.operator)
        dated(desk, sale.at)
    sheet.centre(desk.say("thanks"))
    if desk.chance(30):
        sheet.centre(desk.say("keep"))
    if desk.look["guarantee"] == "yes":
        sheet.centre(desk.say("guarantee"))
        if desk.land.country == "FR":
            sheet.truth.setdefault("mentions", []).append("guarantee")
    if desk.chance(25):
        sheet.centre(desk.say("exchange"))
        sheet.truth.setdefault("mentions", []).append("exchange")
    _noise(desk)


def symbol(desk: Desk) -> None:
    """What a shop scans at a return."""
    sale, kind = desk.sale, desk.look["symbol"]
    digits = f"{sale.at:%d%m%y}{sale.till}{sale.store}{sale.number}".replace("-", "")
    if kind == "ean13":
        desk.sheet.code(
            "EAN13", ean13(f"29{digits:0>10}"[-12:].rjust(12, "2")), "receipt"
        )
    elif kind == "code128":
        desk.sheet.code("CODE128", digits[:22], "receipt")
        desk.sheet.centre(digits[:22])
    elif kind == "qr":
        desk.sheet.code("QR", f"https://shop.example/t/{digits}", "link")


# -- what is no part of the sale ------------------------------------------------------


def loyalty(place: str) -> Callable[[Desk], None]:
    """The customer's card with its amounts, none of which was paid."""

    def block(desk: Desk) -> None:
        if desk.look["loyalty"] != place:
            return
        card = ean13(f"29{desk.dice.randrange(10**10):010d}")
        shown = f"{'*' * 9}{card[-4:]}" if desk.chance(30) else card
        desk.sheet.line(desk.say("card_no", shown))
        desk.sheet.say(loyalty=shown)
        if place == "head":
            return
        old = desk.dice.randint(100, 20_000)
        won = desk.sale.total // 100
        balances = []
        if desk.chance(60):
            desk.sheet.pair(desk.say("old_balance"), desk.coin.bare(old))
            balances.append(["before", old])
        desk.sheet.line(desk.say("points", won))
        if desk.chance(60):
            desk.sheet.pair(desk.say("new_balance"), desk.coin.full(old + won))
            balances.append(["after", old + won])
        desk.sheet.truth["balances"] = balances
        desk.sheet.truth["loyalty_points"] = won

    return block


def _noise(desk: Desk) -> None:
    dice, how = desk.dice, desk.look["noise"]
    lines = {"none": 0, "some": 2, "lots": 5}[how]
    for decoy in dice.sample(sorted(_DECOYS), lines):
        desk.sheet.line(_DECOYS[decoy](desk))


def _eligible(desk: Desk) -> str:
    food = sum(e.cents for e in desk.sale.entries if e.key == "food" and e.cents > 0)
    return f"{desk.say('eligible')} : {desk.coin.bare(food)}"


_DECOYS: Final[Mapping[str, Callable[[Desk], str]]] = {
    "version": lambda d: f"V {d.dice.randint(1, 9)}.{d.dice.randint(0, 20)}.{d.dice.randint(0, 12)}.{d.dice.randint(0, 9)}",
    "hours": lambda d: d.say("hours"),
    "iban": lambda d: f"IBAN {iban(d.dice)}",
    "ean": lambda d: ean13(f"3{d.dice.randrange(10**11):011d}"),
    "web": lambda _: "www.shop.example",
    "phone": lambda d: d.say("phone", d.land.phone.format(9, 69, 39, d.dice.randrange(100), d.dice.randrange(100))),
    "worth": lambda d: f"1 pt = {d.coin.full(1 * 100)}",
    "valid": lambda d: d.say("valid", f"31/12/{d.sale.at.year + 1}"),
    "eligible": _eligible,
    "capital": lambda d: f"{d.dice.choice(d.land.legal)} CAPITAL {d.dice.choice((8000, 50000))} {d.land.currency}",
    "hash": lambda d: f"#{d.dice.getrandbits(48):012X}",
}  # fmt: skip


def coupon_at_end(desk: Desk) -> None:
    """A voucher for the next visit, printed below the sale."""
    if desk.look["noise"] != "lots" or desk.chance(60):
        return
    worth = desk.dice.choice((200, 300, 500, 1000))
    desk.sheet.rule("-")
    desk.sheet.centre(desk.say("voucher_title"))
    desk.sheet.centre(desk.coin.full(worth))
    desk.sheet.centre(
        desk.say("valid", f"{desk.sale.at.day:02}/12/{desk.sale.at.year + 1}")
    )
    desk.sheet.truth["attached_voucher"] = plain(worth)
