"""A job goes to the printer while it still comes."""

from __future__ import annotations

import asyncio
from typing import Any

from agent.delivery.flow import FLOW_BYTES, Flow
from agent.delivery.outcome import Delivered
from agent.delivery.printer import PrinterLink
from agent.delivery.settings import PrinterSettings
from tests.delivery.rig import linked, quick, until
from tests.fakes.printer import FakePrinter

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
