"""A POS gives up and sends again: one receipt, and one sheet."""

from __future__ import annotations

import pytest

from agent.store.records import JobState
from tests.pipeline.rig import Rig, document

SALE = document(kind="sale", total=950)
OTHER = document(kind="sale", total=120)


async def test_what_was_given_up_half_way_is_kept_and_not_printed() -> None:
    rig = Rig()
    async with rig.running():
        half = await rig.job(SALE[:20], evidence="abandoned")
        await rig.hatch.abandoned("door")
        whole = await rig.job(SALE)
        await rig.settle()
    assert rig.printer.printed == []
    assert rig.shelf.jobs[half].state is JobState.NO_PAPER
    assert rig.shelf.rules[half] == "R90"
    assert [row.job for row in rig.shelf.rows.values()] == [whole]


async def test_a_receipt_that_is_offered_and_comes_again_is_one_receipt() -> None:
    rig = Rig()
    async with rig.running():
        first = await rig.job(SALE)
        await rig.hatch.abandoned("door")
        again = await rig.job(SALE)
        shown = rig.counter.snapshot("display").shown
        assert shown is not None
        await rig.counter.choose(shown.id, "paper", None, "customer")
        await rig.settle()
    assert [row.job for row in rig.shelf.rows.values()] == [first]
    assert rig.shelf.rules[again] == "R91"
    assert rig.shelf.jobs[again].state is JobState.NO_PAPER
    assert rig.printer.printed == [SALE]


async def test_what_was_printed_and_comes_again_is_printed_again_by_the_old_name() -> (
    None
):
    rig = Rig()
    order = document(kind="kitchen", total=1)
    async with rig.running():
        await rig.job(order)
        await rig.hatch.abandoned("door")
        again = await rig.job(order)
        await rig.settle()
    assert rig.printer.printed == [order, order]
    assert rig.shelf.rules[again] == "R91"


@pytest.mark.parametrize("why", ["another", "too late", "nobody gave up", "a door"])
async def test_else_it_is_a_sale_of_its_own(why: str) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        if why != "nobody gave up":
            await rig.hatch.abandoned("elsewhere" if why == "a door" else "door")
        if why == "too late":
            await rig.pass_time(121)
        await rig.job(OTHER if why == "another" else SALE)
    assert len(rig.shelf.rows) == 2


async def test_each_job_comes_again_once() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        await rig.hatch.abandoned("door")
        await rig.job(SALE)
        await rig.job(SALE)
    assert len(rig.shelf.rows) == 2


async def test_a_pos_may_give_up_in_two_ways_one_after_the_other() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        await rig.hatch.abandoned("door")
        await rig.hatch.abandoned("door")
        await rig.job(SALE)
    assert len(rig.shelf.rows) == 1
