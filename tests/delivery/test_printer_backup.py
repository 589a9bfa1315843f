"""Two printers on real sockets: each sheet comes out of one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest

from agent.bus import Bus
from agent.delivery.outcome import Deferred, Delivered, Outcome
from agent.delivery.printer import PrinterLink
from agent.delivery.printer_backup import LOOK_S, Printers
from agent.delivery.transports.opening import transport_for
from agent.events import Event
from tests.delivery.rig import quick, until
from tests.fakes.clock import FakeClock
from tests.fakes.entropy import FakeEntropy
from tests.fakes.printer import FakePrinter

RECEIPT = b"\x1b@BOUCHERIE MARTIN\nTOTAL 12,30\n\x1dV\x00"
KICK = b"\x1bp\x00\x19\xfa"
AFTER_S = 20.0


@dataclass
class Two:
    printers: Printers
    first: FakePrinter
    second: FakePrinter
    clock: FakeClock

    async def prints(self, raw: bytes = RECEIPT) -> Outcome:
        return await self.printers.print(raw, deadline_s=63)

    async def pass_time(self, seconds: float) -> None:
        await self.clock.advance(seconds)

    async def seen(self, *, over: bool) -> None:
        """Until the printers have looked."""

        def looked() -> bool:
            self.printers.look()
            return self.printers.state.backup is over

        await until(looked)


@asynccontextmanager
async def two() -> AsyncGenerator[Two]:
    bus, clock = Bus[Event](), FakeClock()
    async with FakePrinter() as first, FakePrinter() as second:
        links = []
        for at, its in ((first, bus), (second, Bus[Event]())):
            settings = quick(f"tcp://127.0.0.1:{at.port}")
            wire = transport_for(settings.wire)
            links.append(PrinterLink(wire, settings, its, FakeEntropy()))
        printers = Printers(links[0], links[1], AFTER_S, clock, bus)
        service = asyncio.create_task(printers.run())
        try:
            await until(lambda: links[0].state.known and links[1].state.known)
            yield Two(printers, first, second, clock)
        finally:
            service.cancel()
            with suppress(asyncio.CancelledError):
                await service


async def test_while_the_first_is_well_the_second_prints_nothing() -> None:
    async with two() as here:
        assert await here.prints() == Delivered()
        assert (here.first.paper, here.second.paper) == (RECEIPT, b"")
        assert not here.printers.state.backup


async def test_what_the_first_has_not_taken_for_a_while_goes_to_the_second() -> None:
    async with two() as here:
        here.first.mood.out_of_paper()
        await until(lambda: here.printers.state.paper == "out")
        here.printers.look()
        await here.pass_time(AFTER_S - 1)
        assert await here.prints() == Deferred("paper_out")
        await here.pass_time(1 + LOOK_S)
        await here.seen(over=True)
        assert here.printers.state.paper == "out"  # the screens say what is wrong
        assert here.printers.heard.paper == "ok"  # a POS may print
        assert await here.prints() == Delivered()
        assert (here.first.paper, here.second.paper) == (b"", RECEIPT)


async def test_when_the_first_is_well_again_it_prints_the_next_sheet() -> None:
    async with two() as here:
        here.first.mood.out_of_paper()
        await until(lambda: here.printers.state.paper == "out")
        here.printers.look()
        await here.pass_time(AFTER_S + LOOK_S)
        assert await here.prints() == Delivered()
        here.first.mood.all_well()
        await here.seen(over=False)
        assert await here.prints(RECEIPT * 2) == Delivered()
        assert (here.first.paper, here.second.paper) == (RECEIPT * 2, RECEIPT)


async def test_one_that_is_switched_off_is_replaced_too() -> None:
    async with two() as here:
        await here.first.switch_off()
        await until(lambda: not here.printers.state.online)
        here.printers.look()
        await here.pass_time(AFTER_S)
        await here.seen(over=True)
        assert await here.prints() == Delivered()
        assert here.second.paper == RECEIPT


async def test_with_both_in_trouble_the_first_is_what_people_look_after() -> None:
    async with two() as here:
        here.first.mood.out_of_paper()
        here.second.mood.out_of_paper()
        await until(lambda: here.printers.state.paper == "out")
        other = here.printers._second
        assert other is not None
        await until(lambda: other.state.paper == "out")
        here.printers.look()
        await here.pass_time(2 * AFTER_S)
        assert await here.prints() == Deferred("paper_out")
        assert not here.printers.state.backup


async def test_the_drawer_stays_at_the_first_and_nothing_flows_past_it() -> None:
    async with two() as here:
        assert here.printers.flow() is not None
    async with two() as here:
        here.first.mood.out_of_paper()
        await until(lambda: here.printers.state.paper == "out")
        here.printers.look()
        await here.pass_time(AFTER_S)
        await here.seen(over=True)
        assert here.printers.flow() is None
        assert here.printers.kick(KICK)
        await until(lambda: here.first.paper.endswith(KICK))
        assert here.second.paper == b""


async def test_the_log_says_when_it_goes_over_and_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with two() as here:
        here.first.mood.out_of_paper()
        await until(lambda: here.printers.state.paper == "out")
        here.printers.look()
        await here.pass_time(AFTER_S)
        await here.seen(over=True)
        here.first.mood.all_well()
        await here.seen(over=False)
    said = [record.message for record in caplog.records]
    assert said.count("the second printer prints") == 1
    assert said.count("the first printer prints again") == 1
