"""A job that is given up is forgotten by the printer before it is printed again.

Against the simulated printer, which keeps what it has not printed and prints it when it
has paper again.
"""

from __future__ import annotations

import asyncio

import pytest

from agent.delivery.outcome import Deferred, Delivered
from agent.delivery.printer import PrinterLink
from hardware_sim.printer import ThermalPrinter
from tests.delivery.rig import linked, quick, until

LINES = b"".join(b"LIGNE %03d\n" % n for n in range(120))
RECEIPT = b"\x1b@" + LINES + b"TOTAL 12,30\n\x1dV\x00"
LONG = RECEIPT * 40
"""More than the printer and the kernel between hold."""


def text_of(printer: ThermalPrinter) -> str:
    return printer.paper_bytes.decode("latin-1")


@pytest.mark.parametrize("close_s", [None, 60.0])
async def test_paper_that_runs_out_within_a_job_costs_no_second_end(
    close_s: float | None,
) -> None:
    async with ThermalPrinter() as printer:
        settings = quick(
            f"tcp://127.0.0.1:{printer.port}", confirm_s=5, idle_close_s=close_s
        )
        async with linked(settings) as link:
            await until(lambda: link.state.known)
            printer.turn(slow_bytes_s=2000.0)
            job = asyncio.create_task(link.print(RECEIPT, deadline_s=3))
            await until(lambda: len(printer.paper_bytes) > 200)
            printer.turn(paper_out=True)
            assert await job == Deferred("paper_out")
            assert link.state.paper == "out"
            printer.turn(paper_out=False, slow_bytes_s=0.0)
            assert await link.print(RECEIPT, deadline_s=20) == Delivered()
        shared = close_s is not None  # the others' jobs must not go with ours
        assert text_of(printer).count("TOTAL") == (2 if shared else 1)
        assert text_of(printer).endswith(RECEIPT.decode())


async def test_a_job_that_stalls_for_want_of_paper_goes_on_where_it_stopped() -> None:
    async with ThermalPrinter() as printer:
        settings = quick(
            f"tcp://127.0.0.1:{printer.port}", confirm_s=5, stall_s=0.4, hold_s=60
        )
        async with linked(settings) as link:
            await until(lambda: link.state.known)
            printer.turn(slow_bytes_s=5000.0)
            job = asyncio.create_task(link.print(LONG, deadline_s=600))
            await until(lambda: len(printer.paper_bytes) > 500)
            printer.turn(paper_out=True)
            await until(
                lambda: not link.state.online, within_s=10
            )  # the screens say so
            assert not job.done()
            printer.turn(paper_out=False, slow_bytes_s=0.0)
            assert await job == Delivered()
            assert link.state.online
            assert link.state.paper == "ok"
        assert bytes(printer.paper_bytes) == LONG


async def test_one_that_is_switched_off_meanwhile_gets_the_job_again() -> None:
    async with ThermalPrinter() as printer:
        settings = quick(
            f"tcp://127.0.0.1:{printer.port}", confirm_s=5, stall_s=0.4, hold_s=60
        )
        async with linked(settings) as link:
            await until(lambda: link.state.known)
            printer.turn(slow_bytes_s=5000.0)
            job = asyncio.create_task(link.print(LONG, deadline_s=600))
            await until(lambda: len(printer.paper_bytes) > 500)
            printer.turn(paper_out=True)
            await until(lambda: not link.state.online, within_s=10)
            await printer.reboot(0.2)
            assert await job == Deferred("lost")
            printer.turn(paper_out=False, slow_bytes_s=0.0)
            assert await link.print(RECEIPT, deadline_s=20) == Delivered()
        assert text_of(printer).endswith(RECEIPT.decode())


async def test_a_job_that_is_proved_is_not_cleared() -> None:
    async with ThermalPrinter() as printer:
        settings = quick(f"tcp://127.0.0.1:{printer.port}", confirm_s=5)
        async with linked(settings) as link:
            await until(lambda: link.state.known)
            for _ in range(3):
                assert await link.print(RECEIPT, deadline_s=20) == Delivered()
        assert printer.received.count(b"\x10\x14\x08") == 0


async def through(link: PrinterLink) -> None:
    """A receipt, while it comes."""
    async with asyncio.timeout(10):
        while (flow := link.flow()) is None or not flow.begun:
            if flow is not None:
                flow.end()
            await asyncio.sleep(0.01)
        flow.write(RECEIPT)
        flow.known(len(RECEIPT))
        flow.stands(None)
        assert await flow.taken(len(RECEIPT))
        flow.end()


async def test_a_sheet_that_is_given_up_takes_nothing_along_that_went_through() -> None:
    async with ThermalPrinter() as printer:
        settings = quick(f"tcp://127.0.0.1:{printer.port}", confirm_s=5)
        async with linked(settings) as link:
            await until(lambda: link.state.known)
            printer.turn(slow_bytes_s=1000.0)
            await through(link)
            printing = asyncio.create_task(link.print(RECEIPT, deadline_s=2))
            await until(lambda: printer.received.count(RECEIPT) == 2)
            printer.turn(paper_out=True)
            assert await printing == Deferred("paper_out")
            printer.turn(paper_out=False, slow_bytes_s=0.0)
            await until(lambda: text_of(printer).count("TOTAL") == 2)
        assert bytes(printer.paper_bytes) == RECEIPT * 2


@pytest.mark.parametrize("then", ["a look", "a sheet", "a roll that ends"])
async def test_what_went_through_is_not_cleared(then: str) -> None:
    """It was taken, and nobody sends it again."""
    async with ThermalPrinter() as printer:
        settings = quick(f"tcp://127.0.0.1:{printer.port}", confirm_s=5)
        async with linked(settings) as link:
            await until(lambda: link.state.known)
            printer.turn(slow_bytes_s=2000.0)
            await through(link)
            if then == "a sheet":
                assert await link.print(RECEIPT, deadline_s=20) == Delivered()
            elif then == "a roll that ends":
                printer.turn(paper_out=True)
                await until(lambda: link.state.paper == "out")
                printer.turn(paper_out=False)
            sheets = 2 if then == "a sheet" else 1
            await until(lambda: text_of(printer).count("TOTAL") == sheets, 10.0)
        assert bytes(printer.paper_bytes) == RECEIPT * sheets
        assert printer.received.count(b"\x10\x14\x08") == 0
