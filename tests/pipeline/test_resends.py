"""A POS gives up and sends again: one receipt, and one sheet."""

from __future__ import annotations

import asyncio

import pytest

from agent.store.records import GaveUp, JobState
from tests.pipeline.rig import Rig, document

SALE = document(kind="sale", total=950)
OTHER = document(kind="sale", total=120)
TILL, OTHER_TILL = "192.168.1.20", "192.168.1.21"
GIVES_UP = {"a door": ("elsewhere", ""), "a till": ("door", OTHER_TILL)}


async def test_what_was_given_up_half_way_is_kept_and_not_printed() -> None:
    rig = Rig()
    async with rig.running():
        half = await rig.job(SALE[:20], evidence="abandoned")
        await rig.hatch.abandoned("door", "")
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
        await rig.hatch.abandoned("door", "")
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
        await rig.hatch.abandoned("door", "")
        again = await rig.job(order)
        await rig.settle()
    assert rig.printer.printed == [order, order]
    assert rig.shelf.rules[again] == "R91"


@pytest.mark.parametrize("why", ["another", "too late", "nobody gave up", *GIVES_UP])
async def test_else_it_is_a_sale_of_its_own(why: str) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        if why != "nobody gave up":
            await rig.hatch.abandoned(*GIVES_UP.get(why, ("door", "")))
        if why == "too late":
            await rig.pass_time(121)
        await rig.job(OTHER if why == "another" else SALE)
    assert len(rig.shelf.rows) == 2


async def test_each_job_comes_again_once() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        await rig.hatch.abandoned("door", "")
        await rig.job(SALE)
        await rig.job(SALE)
    assert len(rig.shelf.rows) == 2


async def test_a_pos_may_give_up_in_two_ways_one_after_the_other() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        await rig.hatch.abandoned("door", "")
        await rig.hatch.abandoned("door", "")
        await rig.job(SALE)
    assert len(rig.shelf.rows) == 1


@pytest.mark.parametrize("restarts", [False, True])
async def test_what_one_till_gives_up_another_has_not(*, restarts: bool) -> None:
    """Two customers buy the same within a minute of each other."""
    rig = Rig()
    async with rig.running():
        first = await rig.job(SALE, source=TILL)
        await rig.hatch.abandoned("door", OTHER_TILL)
    if restarts:
        rig.build()
    async with rig.running():
        await rig.pass_time(1)
        second = await rig.job(SALE, source=TILL)
        await rig.hatch.abandoned("door", TILL)
        again = await rig.job(SALE, source=TILL)
    assert {row.job for row in rig.shelf.rows.values()} == {first, second}
    assert rig.shelf.rules[again] == "R91"


async def test_an_order_that_waits_for_paper_is_not_given_up_by_another_till() -> None:
    rig = Rig()
    rig.printer.trouble = "no_paper"
    order = document(kind="kitchen", total=1)
    async with rig.running():
        await rig.job(order, source=TILL)
        await rig.hatch.abandoned("door", OTHER_TILL)
        await rig.job(order, source=TILL)
        await rig.job(order, source=OTHER_TILL)
        rig.printer.trouble = ""
        for _ in range(3):
            await rig.pass_time(5)
    assert rig.printer.printed == [order] * 3


async def test_of_very_many_tills_those_that_spoke_last_are_remembered() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE, source=TILL)
        await rig.hatch.abandoned("door", TILL)
        await rig.job(SALE, source=OTHER_TILL)
        for number in range(255):
            await rig.hatch.abandoned("door", f"10.0.0.{number}")
        await rig.hatch.abandoned("door", OTHER_TILL)
        await rig.job(SALE, source=TILL)
        await rig.job(SALE, source=OTHER_TILL)
    assert len(rig.shelf.rows) == 3


@pytest.mark.parametrize("dies", ["before", "after", "between"])
async def test_a_restart_makes_no_second_receipt_of_a_resend(dies: str) -> None:
    rig = Rig()
    async with rig.running():
        first = await rig.job(SALE)
        if dies != "before":
            await rig.hatch.abandoned("door", "")
        if dies == "between":
            await rig.job(OTHER)
    rig.build()
    async with rig.running():
        if dies == "before":
            await rig.hatch.abandoned("door", "")
        again = await rig.job(SALE)
    assert rig.shelf.rules[again] == "R91"
    assert len(rig.shelf.rows) == (2 if dies == "between" else 1)
    assert first in {row.job for row in rig.shelf.rows.values()}


async def test_a_resend_that_was_durable_and_no_more_is_none_after_a_restart() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
    # Nobody takes jobs now: both are in the store, and that is all.
    await rig.hatch.abandoned("door", "")
    again = await rig.job(SALE)
    rig.build()
    async with rig.running():
        await rig.pass_time(1)
        third = await rig.job(SALE)
    assert rig.shelf.rules[again] == "R91"
    assert len(rig.shelf.rows) == 2  # each comes again once
    assert third in {row.job for row in rig.shelf.rows.values()}


async def test_after_a_restart_too_what_comes_late_is_a_sale_of_its_own() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        await rig.hatch.abandoned("door", "")
    rig.build()
    async with rig.running():
        await rig.pass_time(121)
        await rig.job(SALE)
    assert len(rig.shelf.rows) == 2


async def test_what_was_sent_long_ago_is_not_given_up() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        await rig.pass_time(601)
        await rig.hatch.abandoned("door", "")
        await rig.job(SALE)
    assert len(rig.shelf.rows) == 2


async def test_a_store_that_cannot_note_it_stops_nothing() -> None:
    rig = Rig()
    rig.shelf.breaks_on = GaveUp
    async with rig.running():
        await rig.job(SALE)
        await rig.hatch.abandoned("door", "")
        await rig.job(SALE)
    assert len(rig.shelf.rows) == 1


async def test_half_a_receipt_whose_line_broke_and_the_whole_one_are_one_receipt() -> (
    None
):
    rig = Rig()
    async with rig.running():
        half = await rig.job(SALE[:20] + bytes(50), evidence="torn")
        whole = await rig.job(SALE)
        await rig.pass_time(30)
    assert rig.printer.printed == []
    assert rig.shelf.rules[half] == "R90"
    assert rig.shelf.jobs[half].state is JobState.NO_PAPER
    assert [row.job for row in rig.shelf.rows.values()] == [whole]


@pytest.mark.parametrize("why", ["nobody", "another", "a door", "a till"])
async def test_half_a_receipt_that_does_not_come_again_is_printed(why: str) -> None:
    rig = Rig()
    half = SALE[: SALE.index(b"950") + 2]
    async with rig.running():
        torn = await rig.job(half, evidence="torn", door="elsewhere")
        if why != "nobody":
            door = "door" if why == "a door" else "elsewhere"
            source = OTHER_TILL if why == "a till" else ""
            raw = OTHER if why == "another" else SALE
            await rig.job(raw, door=door, source=source)
        await rig.pass_time(14)
        assert rig.printer.printed == []
        await rig.pass_time(1)
    assert rig.printer.printed == [half]
    assert rig.shelf.rules[torn] == "R00"
    assert len(rig.shelf.rows) == (0 if why == "nobody" else 1)


async def test_what_a_line_had_given_before_it_broke_may_come_again_with_it() -> None:
    rig = Rig()
    async with rig.running():
        first = await rig.job(SALE)
        await rig.job(OTHER[:20], evidence="torn")
        again = await rig.job(SALE)
        second = await rig.job(OTHER)
    assert rig.shelf.rules[again] == "R91"
    assert {row.job for row in rig.shelf.rows.values()} == {first, second}


async def test_where_nothing_is_held_half_a_receipt_does_not_wait() -> None:
    rig = Rig(hold=False)
    async with rig.running():
        await rig.job(SALE[:20], evidence="torn")
    assert rig.printer.printed == [SALE[:20]]
    assert rig.shelf.rows == {}


async def test_many_torn_jobs_are_not_all_kept_waiting() -> None:
    rig = Rig()
    async with rig.running():
        for number in range(10):
            await rig.job(b"torn %d" % number, evidence="torn")
    assert rig.printer.printed == [b"torn 0", b"torn 1"]


async def test_a_torn_job_that_waited_at_a_crash_is_printed_at_the_next_start() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE[:20], evidence="torn")
    rig.build()
    async with rig.running():
        await rig.job(SALE)
    assert rig.printer.printed == [SALE[:20]]
    assert len(rig.shelf.rows) == 1


async def test_the_whole_one_may_come_while_the_torn_one_is_on_its_way_to_the_disk() -> (
    None
):
    rig = Rig()
    rig.shelf.turns = 3
    async with rig.running():
        async with asyncio.TaskGroup() as group:
            group.create_task(rig.job(OTHER))
            group.create_task(rig.job(SALE[:20], evidence="torn"))
            group.create_task(rig.job(OTHER))
            group.create_task(rig.job(SALE))
        await rig.pass_time(30)
    assert sorted(rig.shelf.rules.values())[-2:] == ["R90", "R91"]
    assert rig.printer.printed == []
    assert len(rig.shelf.rows) == 2
