"""No more is on its way to a printer than lies where a pulse in real time overtakes it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from agent.delivery import printer_pace
from agent.delivery.flow import Flow
from agent.delivery.outcome import Deferred, Delivered
from agent.delivery.places import Speech
from agent.delivery.printer import PrinterLink
from agent.delivery.printer_pace import BEYOND, MOST, STEP
from agent.intake.aside import Seams, in_real_time
from agent.intake.limits import SLICE_BYTES as DOOR_BYTES
from hardware_sim.printer import ThermalPrinter
from tests.delivery.rig import linked, quick, until
from tests.fakes.printer import FakePrinter

KICK, NOW = b"\x1bp\x00\x19\xfa", b"\x10\x14\x01\x00\x01"
LINE = b"CAFE CREME           2,50\n"
SHEET = b"\x1b@" + LINE * 800 + b"\x1dV\x00"
ESCPOS = Speech(in_real_time, lambda: Seams(star=False))


@asynccontextmanager
async def known(
    printer: FakePrinter | ThermalPrinter, **changes: Any
) -> AsyncGenerator[PrinterLink]:
    """That the printer answers GS r is known."""
    patient = {"stall_s": 20.0, "hold_s": 60.0, "confirm_s": 20.0} | changes
    settings = quick(f"tcp://127.0.0.1:{printer.port}", **patient)
    async with linked(settings, speech=ESCPOS) as link:
        await until(lambda: link._proof.known)
        # A busy machine makes every printer one that is far away.
        link._interview._round_trips = deque(maxlen=0)
        yield link


async def stands(printer: FakePrinter) -> int:
    """What it has when nothing more comes."""
    await until(lambda: bool(printer.paper))
    seen = -1
    while seen != len(printer.paper):
        seen = len(printer.paper)
        await asyncio.sleep(0.1)
    return seen


async def test_no_more_is_out_than_its_buffer_holds_and_a_pulse_is_behind_that() -> (
    None
):
    async with FakePrinter() as printer, known(printer) as link:
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(SHEET, deadline_s=30))
        out = await stands(printer)
        assert STEP < out <= MOST < 4096
        assert link.kick(KICK)
        await until(lambda: printer.paper.endswith(NOW))
        assert len(printer.paper) == out + len(NOW)
        printer.answer_marks()
        assert await printing == Delivered()
        assert printer.paper.replace(NOW, b"") == SHEET


async def test_a_receipt_that_its_buffer_holds_is_written_without_a_question() -> None:
    receipt = b"\x1b@" + LINE * ((MOST - 8) // len(LINE)) + b"\x1dV\x00"
    assert STEP < len(receipt) <= MOST
    async with FakePrinter() as printer, known(printer) as link:
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(receipt, deadline_s=30))
        await until(lambda: len(printer.paper) == len(receipt) and printer._owed > 0)
        assert printer._owed == 1  # the proof's own
        printer.answer_marks()
        assert await printing == Delivered()


async def test_a_band_more_than_is_being_printed_is_there() -> None:
    band = b"\x1dv0\x00\x48\x00\x30\x00" + b"\x55" * (72 * 48)
    async with FakePrinter() as printer, known(printer) as link:
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(band * 8, deadline_s=30))
        assert await stands(printer) == 2 * len(band)
        printer.answer_marks()
        assert await printing == Delivered()
        assert printer.paper == band * 8


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1dv0\x00\x48\x00\x00\x02" + b"\x55" * (72 * 512),
        b"\x1b@\x1b=\x02" + LINE * 400 + b"\x1b=\x01",
        b"\x1d:" + LINE * 70 + b"\x1d:" + LINE * 400,
    ],
    ids=["one long command", "the customer display is selected", "a macro"],
)
async def test_where_nothing_can_be_asked_it_is_written_as_ever(raw: bytes) -> None:
    async with FakePrinter() as printer, known(printer) as link:
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(raw, deadline_s=30))
        await until(lambda: printer.paper == raw)
        printer.answer_marks()
        assert await printing == Delivered()


async def test_a_roll_that_ends_within_a_sheet_lets_pulses_through() -> None:
    async with ThermalPrinter() as printer, known(printer) as link:
        printer.turn(slow_bytes_s=20_000.0)
        printing = asyncio.create_task(link.print(SHEET, deadline_s=60))
        await printer.wait_printed(4000, 10.0)
        printer.turn(paper_out=True)
        # It says so, though the sheet is not out.
        await until(lambda: link.state.paper == "out")
        assert not printing.done()
        assert link.kick(KICK)
        (kick,) = await printer.wait_kicks(1, 5.0)
        assert kick.real_time
        printer.turn(paper_out=False, slow_bytes_s=0.0)
        assert await printing == Delivered()
        assert printer.connections == 1
        # The pulse is the printer's, wherever it stands in what it has.
        assert bytes(printer.paper_bytes).replace(NOW, b"") == SHEET


async def test_one_that_is_well_and_says_nothing_is_written_to_as_any_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakePrinter() as printer, known(printer, confirm_s=0.6) as link:
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(SHEET, deadline_s=30))
        await until(lambda: printer.paper == SHEET, within_s=10.0)
        printer.answer_marks()
        assert await printing == Delivered()
        printer.mood.busy, printer.paper = True, b""
        # Nor is the next sheet held back.
        printing = asyncio.create_task(link.print(SHEET, deadline_s=30))
        await until(lambda: printer.paper == SHEET)
        printer.answer_marks()
        assert await printing == Delivered()
    said = [each.message for each in caplog.records if each.levelno == logging.WARNING]
    assert said.count("the printer does not say how far it is") == 1


async def test_one_that_falls_silent_within_a_sheet_has_lost_it() -> None:
    async with (
        FakePrinter() as printer,
        known(printer, confirm_s=0.2, hold_s=0.0) as link,
    ):
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(SHEET, deadline_s=30))
        await stands(printer)
        printer.mood.mute = True
        assert await printing == Deferred("silent")
        printer.mood.mute = printer.mood.busy = False
        assert await link.print(SHEET, deadline_s=10) == Delivered()


async def test_silence_in_its_middle_proves_nothing_of_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(printer_pace, "LATE_S", 0.1)
    async with FakePrinter() as printer, known(printer) as link:
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(SHEET, deadline_s=30))
        await stands(printer)
        printer.mood.mute = True
        await until(lambda: link._interview.mute)
        printer.mood.mute = False
        async with asyncio.timeout(10):
            while printer.paper != SHEET:
                printer.say(b"\0")
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        assert not printing.done()
        printer.answer_marks()
        assert await printing == Delivered()


async def test_what_says_how_far_it_is_proves_nothing_of_the_end() -> None:
    async with FakePrinter() as printer, known(printer) as link:
        printer.mood.busy = True
        short = SHEET[: STEP + BEYOND]
        printing = asyncio.create_task(link.print(short, deadline_s=30))
        await until(lambda: printer.paper == short)
        printer.say(b"\0")
        await asyncio.sleep(0.2)
        assert not printing.done()
        printer.answer_marks()
        assert await printing == Delivered()


# -- a job that still comes ---------------------------------------------------


async def flowing(link: PrinterLink) -> Flow:
    async with asyncio.timeout(5):
        while (flow := link.flow()) is None or not flow.begun:
            if flow is not None:
                flow.end()
            await asyncio.sleep(0.01)
    return flow


def read(flow: Flow, start: int, end: int) -> None:
    """As the door does: behind what is written, in slices."""
    for to in range(start + DOOR_BYTES, end + 1, DOOR_BYTES):
        seam = to - (to - 2) % len(LINE)
        flow.place(seam, seam)
        flow.known(to)


async def test_the_rest_of_a_job_that_came_at_once_waits_here() -> None:
    size = 10 * DOOR_BYTES
    async with FakePrinter() as printer, known(printer) as link:
        flow = await flowing(link)
        printer.mood.busy = True
        assert not flow.write(SHEET[:size])
        read(flow, 0, size)
        assert STEP < await stands(printer) <= MOST
        out = len(printer.paper)
        assert link.kick(KICK)
        await until(lambda: NOW in printer.paper)
        assert printer.paper.index(NOW) <= out + DOOR_BYTES
        printer.answer_marks()
        async with asyncio.timeout(10):
            assert await flow.taken(size)
        flow.end()
        assert printer.paper.replace(NOW, b"") == SHEET[:size]


async def test_what_prints_nothing_is_not_waited_for() -> None:
    """It answers before any printer could have printed."""
    async with FakePrinter() as printer, known(printer) as link:
        flow = await flowing(link)
        at = 0
        async with asyncio.timeout(20):
            while not link._pace.quick:
                flow.write(SHEET[:1040] if at else b"\x1b@" + LINE * 40)
                at = flow.given
                flow.place(at, at)
                flow.known(at)
                flow.stands(None)
                assert await flow.taken(at)
                await asyncio.sleep(0.02)
        printer.mood.busy = True
        before = len(printer.paper)
        flow.write(SHEET)
        await until(lambda: len(printer.paper) == before + len(SHEET))
        flow.end()


async def test_a_job_that_nobody_can_read_is_printed_all_the_same() -> None:
    async with FakePrinter() as printer, known(printer) as link:
        flow = await flowing(link)
        flow.write(SHEET)
        async with asyncio.timeout(10):
            assert await flow.taken(len(SHEET))
        flow.end()
        assert printer.paper == SHEET
