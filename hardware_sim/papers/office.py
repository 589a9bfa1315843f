"""Papers that are no receipt of a sale: kitchen, reports, slips, vouchers, tests, labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hardware_sim.goods import ean13
from hardware_sim.papers.cents import half_up, plain, vat_table
from hardware_sim.papers.desk import Desk, dated
from hardware_sim.papers.slips import slip

_COOKED: Final = ("> saignant", "> sans sel", "> frites", "> a point", "+ glace")


def kitchen(desk: Desk) -> None:
    """An order: dishes, no prices."""
    sheet, sale, dice = desk.sheet, desk.sale, desk.dice
    sheet.styled(desk.say("kitchen"), wide=2)
    sheet.pair(
        desk.say("table", dice.randint(1, 40)), desk.say("covers", dice.randint(1, 8))
    )
    sheet.line(f"{sale.at:%H:%M:%S}   {desk.say('server', 'LEA')}")
    sheet.rule("-")
    for entry in sale.entries:
        pieces = entry.milli // 1000
        sheet.line(
            f"{pieces} x {entry.label}"
            if desk.look["quantity"] == "front_x"
            else f"{pieces} {entry.label}"
        )
        if desk.chance(40):
            sheet.line(f"   {dice.choice(_COOKED)}")
    sheet.rule("-")
    if desk.chance(70):
        sheet.centre(desk.say("next"))


def gift(desk: Desk) -> None:
    """What was bought, not for how much."""
    sheet, sale = desk.sheet, desk.sale
    sheet.styled(desk.say("gift"))
    sheet.line(f"{desk.say('ticket', sale.number)}  {desk.say('till', sale.till)}")
    sheet.line(dated(desk, sale.at))
    for entry in sale.entries:
        sheet.line(f"{entry.milli // 1000}  {entry.label}")
    sheet.centre(desk.say("exchange"))
    sheet.code(
        "CODE128",
        f"{sale.at:%d%m%y}{sale.store}{desk.dice.randrange(10**6):06d}",
        "receipt",
    )


def report(kind: str) -> Callable[[Desk], None]:
    """``x`` reads, ``z`` closes the day: counts, tenders, VAT, no items."""

    def block(desk: Desk) -> None:
        sheet, dice, coin = desk.sheet, desk.dice, desk.coin
        gross = {key: dice.randint(20_000, 400_000) for key in desk.land.rates}
        rows = vat_table(gross, desk.land.rates)
        day = sum(gross.values())
        sheet.styled(desk.say(kind, dice.randint(1, 2000)))
        sheet.line(
            f"{desk.say('till', desk.sale.till)}   {desk.say('operator', desk.sale.operator)}"
        )
        sheet.line(dated(desk, desk.sale.at))
        sheet.rule("-")
        sheet.pair(desk.say("sales"), str(dice.randint(20, 400)))
        sheet.pair(desk.say("voids"), str(dice.randint(0, 9)))
        sheet.pair(desk.say("day"), coin.full(day))
        cash = half_up(day * dice.randint(10, 50), 100)
        sheet.pair(desk.say("cash"), coin.bare(cash))
        sheet.pair(desk.say("card"), coin.bare(day - cash))
        if desk.chance(60):
            for row in rows:
                sheet.pair(
                    f"{desk.say('vat_name')} {desk.rate(row.key)}",
                    f"{coin.bare(row.net):>10}{coin.bare(row.vat):>10}",
                )
        sheet.pair(desk.say("float"), coin.bare(15_000))
        if kind == "z":
            sheet.pair(
                desk.say("perpetual"), coin.bare(dice.randint(10**7, 10**8) + day)
            )

    return block


def card_slip(desk: Desk) -> None:
    slip(desk, "customer_slip")


def merchant_slip(desk: Desk) -> None:
    slip(desk, "merchant_slip", back=desk.chance(15))


def refused_slip(desk: Desk) -> None:
    slip(desk, "customer_slip", refused=True)


def voucher(desk: Desk) -> None:
    """Money for the next visit."""
    sheet = desk.sheet
    worth = desk.dice.choice((200, 500, 1000, 2500))
    sheet.styled(desk.say("voucher_title"), wide=2)
    if desk.chance(50):
        sheet.styled(desk.coin.full(worth), wide=2)
    else:
        sheet.centre(f"-{desk.dice.choice((10, 20, 30))}%")
    sheet.centre(desk.say("valid", f"31/12/{desk.sale.at.year}"))
    sheet.code("EAN13", ean13(f"98{desk.dice.randrange(10**10):010d}"), "other")
    sheet.truth["worth"] = plain(worth)


def abort(desk: Desk) -> None:
    """A sale given up before it was paid: lines, and nothing due."""
    sheet = desk.sheet
    for entry in desk.sale.entries[:3]:
        sheet.pair(entry.label, desk.item_coin.full(entry.cents))
    sheet.styled(desk.say("abort"))
    sheet.pair(desk.say("sum"), desk.coin.full(0))
    sheet.line(dated(desk, desk.sale.at))
    sheet.truth["document"] = "void"


def cash(slot: str) -> Callable[[Desk], None]:
    """Money into the drawer or out of it."""

    def block(desk: Desk) -> None:
        desk.sheet.styled(desk.say(slot))
        amount = desk.dice.choice((5000, 10_000, 15_000, 20_000, 45_000))
        desk.sheet.pair(desk.say("till", desk.sale.till), desk.coin.full(amount))
        desk.sheet.line(dated(desk, desk.sale.at))
        desk.sheet.line(desk.say("operator", desk.sale.operator))
        desk.sheet.truth["document"] = slot

    return block


def drawer(desk: Desk) -> None:
    desk.sheet.centre(desk.say("drawer"))
    desk.sheet.line(
        f"{dated(desk, desk.sale.at)}  {desk.say('operator', desk.sale.operator)}"
    )
    desk.sheet.truth["document"] = "drawer"


def test_page(desk: Desk) -> None:
    """What an installer prints."""
    sheet = desk.sheet
    sheet.line(desk.say("test"))
    for text in ("éèàçôù ÄÖÜß ñ", "0123456789 ABCDEFGHIJ", "192.168.1.55  115200 8N1"):
        sheet.line(text)
    sheet.rule("=")
    sheet.code("EAN13", ean13("400638133393"), "other")
    sheet.truth["document"] = "test_page"


def label(desk: Desk) -> None:
    """A scale's label on goods: a price, but nobody paid."""
    entry = next((e for e in desk.sale.entries if e.unit == "kg"), desk.sale.entries[0])
    sheet, coin = desk.sheet, desk.item_coin
    sheet.styled(entry.label)
    sheet.line(f"{coin.milli(entry.milli)} kg   {coin.bare(entry.unit_cents or 0)}/kg")
    sheet.styled(coin.full(abs(entry.cents)), "right", wide=2)
    sheet.line(f"{desk.sale.at:%d/%m/%y}  PLU {desk.dice.randint(1, 999)}")
    sheet.code(
        "EAN13",
        ean13(f"21{desk.dice.randrange(10**5):05d}{abs(entry.cents) % 10**5:05d}"),
        "other",
    )
    sheet.truth["document"] = "label"


def queue(desk: Desk) -> None:
    desk.sheet.centre(desk.say("queue"))
    desk.sheet.styled(
        f"{desk.dice.choice('ABC')}{desk.dice.randint(1, 99):02d}", wide=2
    )
    desk.sheet.line(f"{desk.sale.at:%d/%m/%Y %H:%M}", "center")
    desk.sheet.truth["document"] = "queue"


def exit_code(desk: Desk) -> None:
    """Opens a gate; it is no receipt."""
    desk.sheet.styled(desk.say("exit", f"{desk.dice.randrange(10_000):04d}#"))
    desk.sheet.line(f"{desk.sale.at:%d/%m/%Y %H:%M}", "center")
    desk.sheet.code("QR", f"exit:{desk.dice.getrandbits(64):016x}", "other")
    desk.sheet.truth["document"] = "exit"


def settlement(desk: Desk) -> None:
    """A terminal calls its bank."""
    sheet, dice = desk.sheet, desk.dice
    sheet.styled(desk.say("settle"))
    sheet.line(dated(desk, desk.sale.at))
    sheet.pair("TRANSACTIONS", str(dice.randint(3, 120)))
    sheet.pair("DEBIT", desk.coin.full(dice.randint(10_000, 500_000)))
    sheet.pair("CREDIT", desk.coin.full(0))
    sheet.truth["document"] = "settlement"
