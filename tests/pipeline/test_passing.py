"""What later jobs rely on reaches the printer though the paper waits."""

from __future__ import annotations

import asyncio

import pytest

from agent.choice.session import Choice
from agent.escpos.replies.contents import NOTHING
from agent.store.records import JobState, LetPass
from tests.pipeline.rig import Rig, document

SALE = document(kind="sale", total=950)
LOGO = b"(a logo for weeks)"


def defining() -> Rig:
    rig = Rig()
    rig.worker.passes, rig.worker.left_out = LOGO, ((0, 4), (2, 8))
    return rig


async def test_a_definition_does_not_wait_for_the_choice_and_comes_once() -> None:
    rig = defining()
    async with rig.running():
        job = await rig.job(SALE, forwarded=((6, 10),))
        assert rig.printer.printed == [LOGO]
        assert rig.shelf.jobs[job].forwarded == ((0, 10),)  # once it is printed
        shown = rig.counter.snapshot("display").shown
        assert shown is not None
        await rig.counter.choose(shown.id, "paper", None, "customer")
        await rig.settle()
    assert rig.printer.printed == [LOGO, SALE[10:]]


async def test_the_same_definition_in_every_receipt_goes_once_while_none_is_printed() -> (
    None
):
    rig = defining()
    async with rig.running():
        await rig.job(SALE)
        await rig.job(document(kind="sale", total=1))
        assert rig.printer.printed == [LOGO]
        # A sheet may drop what RAM holds (ESC @): then it is sent again.
        await rig.job(b"feed", shape="control")
        await rig.job(document(kind="sale", total=2))
    assert rig.printer.printed == [LOGO, b"feed", LOGO]


async def test_a_job_that_is_printed_at_once_takes_its_definitions_along() -> None:
    rig = defining()
    order = document(kind="kitchen", total=1)
    async with rig.running():
        await rig.job(order)
    assert rig.printer.printed == [order]


async def test_a_card_slip_that_waits_lets_its_definitions_pass_too() -> None:
    rig = defining()
    async with rig.running():
        await rig.job(document(kind="card_slip", total=950))
    assert rig.printer.printed == [LOGO]


async def test_when_the_store_cannot_note_it_the_receipt_is_offered_all_the_same() -> (
    None
):
    rig = defining()
    rig.shelf.breaks_on = LetPass
    async with rig.running():
        await rig.job(SALE)
        assert rig.counter.snapshot("display").shown is not None
    assert rig.printer.printed == [LOGO]


async def test_what_nobody_can_say_of_the_memory_is_said_to_be_nothing() -> None:
    rig = Rig()
    rig.worker.broken = {"contents"}
    async with asyncio.timeout(5):
        assert await rig.hatch.contents(b"", b"\x1d(L\x02\x00\x30\x33") is NOTHING


async def test_without_holding_every_receipt_is_printed_and_issued() -> None:
    rig = Rig(hold=False)
    async with rig.running():
        await rig.job(SALE)
        await rig.job(document(kind="card_slip", total=950))
        assert rig.counter.snapshot("display").shown is None
        (sale,) = rig.counter.snapshot("cashier").recent
        assert len(sale.slips) == 1
    assert rig.printer.printed == [SALE, document(kind="card_slip", total=950)]
    assert [row.choice for row in rig.shelf.rows.values()] == ["paper", "paper"]


@pytest.mark.parametrize("choice", ["none", "qr", "paper"])
async def test_what_the_printer_never_got_reaches_it_after_a_restart(
    choice: Choice,
) -> None:
    """In the order of its jobs, and once; whatever became of their receipts."""
    rig = defining()
    rig.printer.trouble = "offline"
    order = document(kind="kitchen", total=1)
    async with rig.running():
        await rig.job(order)
        job = await rig.job(SALE)
        shown = rig.counter.snapshot("display").shown
        assert shown is not None
        await rig.counter.choose(shown.id, choice, None, "customer")
        await rig.settle()
        rig.worker.passes = b"(another logo)"
        await rig.job(document(kind="sale", total=1))
    assert rig.printer.printed == []
    rig.build()
    rig.printer.trouble = ""
    async with rig.running():
        await rig.pass_time(0)
    paper = [SALE[8:]] if choice == "paper" else []
    assert rig.printer.printed == [order, LOGO, *paper, b"(another logo)"]
    wanted = JobState.PRINTED if paper else JobState.NO_PAPER
    assert rig.shelf.jobs[job].state is wanted
    rig.build()
    async with rig.running():
        await rig.pass_time(0)
    assert len(rig.printer.printed) == 3 + len(paper)


async def test_what_was_let_pass_and_cannot_be_read_stops_nothing() -> None:
    rig = defining()
    rig.printer.trouble = "offline"
    async with rig.running():
        await rig.job(SALE)
    rig.shelf.damaged = {*rig.shelf.passes}
    rig.build()
    rig.printer.trouble = ""
    async with rig.running():
        assert rig.counter.snapshot("display").shown is not None
    assert rig.printer.printed == []
