"""A job goes to the printer while it still comes."""

from __future__ import annotations

import asyncio
from typing import Any

from agent.delivery.flow import FLOW_BYTES, Flow
from agent.delivery.nudge import PULSE_WAITS_S
from agent.delivery.outcome import Delivered
from agent.delivery.printer import PrinterLink
from agent.delivery.settings import PrinterSettings
from tests.delivery.rig import linked, quick, until
from tests.fakes.printer import FakePrinter

KICK, LATER = b"\x1bp\x00\x32\x32", b"\x1bp\x01\x32\x32"
RECEIPT = b"\x1b@BOUCHERIE MARTIN\nTOTAL 12,30\n\x1dV\x00"


def at(printer: FakePrinter, **changes: Any) -> PrinterSettings:
    return quick(f"tcp://127.0.0.1:{printer.port}", **changes)


async def flowing(link: PrinterLink) -> Flow:
    """The printer's wire, as soon as it is there."""
    async with asyncio.timeout(5):
        while (flow := link.flow()) is None:  # noqa: ASYNC110 -- no event says so
            await asyncio.sleep(0.01)
    return flow


async def test_its_first_bytes_are_on_paper_before_its_last_are_known() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        flow = await flowing(link)
        flow.write(RECEIPT[:10])
        await until(lambda: printer.paper == RECEIPT[:10])
        flow.write(RECEIPT[10:])
        async with asyncio.timeout(5):
            assert await flow.taken(len(RECEIPT))
        flow.end()
        assert printer.paper == RECEIPT


async def test_its_first_bytes_need_no_turn_of_the_printers_task() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        while not (flow := await flowing(link)).begun:
            flow.end()
            await asyncio.sleep(0.01)
        assert flow.write(RECEIPT)
        async with asyncio.timeout(5):
            assert await flow.taken(len(RECEIPT))
        flow.end()
        assert printer.paper == RECEIPT


async def test_a_drawer_that_waits_goes_before_it_and_one_that_comes_later_tears_nothing() -> (
    None
):
    async with FakePrinter() as printer, linked(at(printer)) as link:
        await until(lambda: link.state.known)
        assert link.kick(KICK)
        flow = await flowing(link)
        flow.write(b"\x1d")
        await until(lambda: printer.paper.endswith(b"\x1d"))
        assert link.kick(LATER)
        await asyncio.sleep(0.05)
        flow.write(b"V\x00")
        flow.stands(None)
        await until(lambda: printer.paper == KICK + b"\x1dV\x00" + LATER)


async def test_a_drawer_waits_for_the_end_of_a_command_and_not_for_ever() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        await until(lambda: link.state.known)
        flow = await flowing(link)
        flow.write(b"picture 12")
        flow.stands(lambda _pulse, left_out: None if left_out else (b"NOW", 3))
        assert link.kick(KICK)
        assert link.kick(LATER)
        await asyncio.sleep(PULSE_WAITS_S / 2)
        assert printer.paper == b"picture 12"
        await until(lambda: printer.paper == b"picture 12NOW")
        # The other one not, as it stands; and what was left out counts as taken.
        flow.write(b"34")
        flow.stands(lambda _pulse, _left_out: None)
        flow.write(b"5678")
        async with asyncio.timeout(5):
            assert await flow.taken(16)
        await until(lambda: printer.paper == b"picture 12NOW678")
        flow.stands(None)
        await until(lambda: printer.paper == b"picture 12NOW678" + LATER)
        flow.end()


async def test_a_drawer_that_waits_opens_when_the_printer_comes_back() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        await until(lambda: link.state.known)
        flow = await flowing(link)
        flow.write(b"torn")
        await until(lambda: printer.paper == b"torn")
        assert link.kick(KICK)
        printer.hang_up()
        await asyncio.sleep(0.05)
        flow.stands(None)
        await until(lambda: printer.paper.endswith(KICK))
        assert printer.paper.count(KICK) == 1
        assert flow.failed == (not await flow.taken(4))


async def test_jobs_that_are_complete_wait_until_it_is_over() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        flow = await flowing(link)
        flow.write(b"one ")
        printing = asyncio.create_task(link.print(b"two", deadline_s=5))
        await asyncio.sleep(0.05)
        flow.write(b"after ")
        flow.end()
        assert await printing == Delivered()
        assert printer.paper == b"one after two"


async def test_there_is_one_at_a_time_and_none_ahead_of_who_waits() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        flow = await flowing(link)
        assert link.flow() is None
        flow.end()
        assert await (await flowing(link)).taken(0)


async def test_a_printer_without_paper_takes_none() -> None:
    async with FakePrinter() as printer:
        printer.mood.out_of_paper()
        async with linked(at(printer, poll_s=0.05)) as link:
            await until(lambda: link.state.paper == "out")
            assert link.flow() is None


async def test_a_printer_that_dies_in_it_says_that_it_did_not_take_it() -> None:
    async with FakePrinter() as printer, linked(at(printer)) as link:
        flow = await flowing(link)
        flow.write(b"x" * 1000)
        assert await flow.taken(1000)
        printer.hang_up()
        await asyncio.sleep(0.05)
        async with asyncio.timeout(10):
            for _ in range(20):
                flow.write(b"y" * 4000)
                flow.known(flow.given)
                if not await flow.taken(flow.given):
                    break
        assert flow.failed


async def test_who_gives_more_than_a_buffer_waits_and_is_let_go_on_failure() -> None:
    flow = Flow()
    flow.write(b"x" * FLOW_BYTES)
    async with asyncio.timeout(1):
        await flow.room()
    flow.write(b"x")
    waiting = asyncio.create_task(flow.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    flow.fail()
    async with asyncio.timeout(1):
        await waiting
    assert not await flow.taken(FLOW_BYTES + 1)


async def test_the_next_job_does_not_wait_until_the_far_side_says_it_has_the_first() -> (
    None
):
    async with FakePrinter() as printer, linked(at(printer)) as link:
        while not (first := await flowing(link)).begun:
            first.end()
            await asyncio.sleep(0.01)
        printer.mood.deaf = True
        first.write(RECEIPT)
        assert link.flow() is None  # it may go on
        first.end()
        second = link.flow()
        assert second is not None
        assert second.begun
        assert second.write(b"MERCI\n")
        assert link.flow() is None
        assert link.kick(KICK)  # behind what is out
        second.stands(None)
        second.end()
        printer.mood.deaf = False
        async with asyncio.timeout(5):
            assert await first.taken(len(RECEIPT))
            assert await second.taken(6)
        await until(lambda: printer.paper == RECEIPT + b"MERCI\n" + KICK)
