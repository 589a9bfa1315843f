"""A card slip stands beneath its sale in the cashier's list, and in what is found."""

from __future__ import annotations

from agent.screens.snapshot import Recent
from tests.pipeline.rig import Rig, document

PAID = {"payments": [{"kind": "card", "label": "CB", "amount": 4217}], "number": "17"}
SLIP = {"kind": "card_slip", "total": 4217}


def listed(rig: Rig) -> tuple[Recent, ...]:
    return rig.counter.snapshot("cashier").recent


def kinds(lines: tuple[Recent, ...]) -> list[tuple[str, list[str]]]:
    return [(line.kind, [slip.kind for slip in line.slips]) for line in lines]


async def test_it_comes_before_or_after_its_sale() -> None:
    for first, second in ((PAID, SLIP), (SLIP, PAID)):
        rig = Rig()
        async with rig.running():
            await rig.job(document(**first))
            await rig.job(document(**second))
            assert kinds(listed(rig)) == [("sale", ["card_slip"])]


async def test_one_that_belongs_to_no_sale_is_named_by_what_it_is() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(**PAID))
        await rig.job(document(kind="card_slip", total=999))
        assert kinds(listed(rig)) == [("card_slip", []), ("sale", [])]
        assert listed(rig)[0].title.fr == "Ticket carte"


async def test_it_is_printed_by_itself_and_stays_where_it_is() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(**PAID))
        await rig.job(document(**SLIP))
        await rig.pass_time(8.1)
        slip = listed(rig)[0].slips[0]
        assert slip.mark == "ORIGINAL"
        assert await rig.counter.reprint(slip.id) is None
        await rig.settle()
        assert rig.printer.printed == [document(**SLIP)]
        assert kinds(listed(rig)) == [("sale", ["card_slip"])]
        assert listed(rig)[0].slips[0].mark == "DUPLICATA 1"
        # What becomes of the sale leaves its slip there.
        await rig.counter.reprint(listed(rig)[0].id)
        assert kinds(listed(rig)) == [("sale", ["card_slip"])]


async def test_a_restart_puts_it_there_again() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(**SLIP))
        await rig.job(document(**PAID))
        await rig.pass_time(8.1)
    rig.build()
    async with rig.running():
        assert kinds(listed(rig)) == [("sale", ["card_slip"])]


async def test_a_search_for_the_amount_finds_one_sale() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(**PAID))
        await rig.job(document(**SLIP))
        found = await rig.counter.search("42,17")
        assert kinds(found) == [("sale", ["card_slip"])]
        assert len({found[0].id, found[0].slips[0].id}) == 2
