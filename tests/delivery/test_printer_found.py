"""What the log says of the printer at a start."""

from __future__ import annotations

import asyncio

import pytest

from tests.delivery.rig import linked, quick, until
from tests.fakes.printer import FakePrinter


async def test_the_log_says_once_which_printer_was_found_and_how_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "agent.delivery.printer_news")
    async with FakePrinter() as printer:
        address = f"tcp://127.0.0.1:{printer.port}"
        printer.mood.out_of_paper()
        async with linked(quick(address)) as link:
            await until(lambda: link.state.paper == "out")
            await asyncio.sleep(0.2)
            printer.mood.all_well()
            await until(lambda: link.state.paper == "ok")
        (record,) = caplog.records
        assert record.getMessage() == "printer is found"
        assert vars(record)["printer"] == address
        assert vars(record)["state"] == "paper_out"


async def test_a_printer_that_never_answers_is_called_mute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "agent.delivery.printer_news")
    async with FakePrinter() as printer:
        printer.mood.mute = True
        async with linked(quick(f"tcp://127.0.0.1:{printer.port}")):
            await until(lambda: caplog.records)
        assert vars(caplog.records[0])["state"] == "mute"
