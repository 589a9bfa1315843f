"""A drawer pulse goes ahead of all that is not at the printer yet, and spoils nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from agent.delivery.nudge import PULSE_WAITS_S
from agent.delivery.outcome import Delivered
from agent.delivery.places import DISABLES, Place, Places, Speech
from agent.delivery.printer import PrinterLink
from agent.delivery.printer_news import FRESH_S
from agent.intake.aside import Seams, in_real_time, star_in_real_time
from tests.delivery.rig import linked, quick, until
from tests.fakes.printer import FakePrinter

KICK, NOW = b"\x1bp\x00\x19\xfa", b"\x10\x14\x01\x00\x01"
LINE = b"\x1ba\x00CAFE CREME           2,50\n"
SHEET = b"\x1b@" + LINE * 4000
PICTURE = b"\x1b@\x1dv0\x00\x48\x00\x00\x06"
DOTS = 72 * 1536
ESCPOS = Speech(in_real_time, lambda: Seams(star=False))


@asynccontextmanager
async def slow(
    speech: Speech = ESCPOS, **changes: Any
) -> AsyncGenerator[tuple[FakePrinter, PrinterLink]]:
    """A printer that takes no more once it has begun, until it hears again."""
    async with FakePrinter(receive_buffer=2048) as printer:
        settings = quick(f"tcp://127.0.0.1:{printer.port}", stall_s=20.0, **changes)
        async with linked(settings, speech=speech) as link:
            if settings.asks != "never":
                await until(lambda: link.state.known)
            yield printer, link


async def printed(
    printer: FakePrinter, link: PrinterLink, sheet: bytes, pause_s: float = 0.05
) -> bytes:
    """The sheet, in the middle of which a pulse comes; what is on paper then."""
    before = len(printer.paper)
    printer.mood.deaf_after = before + 2000
    printing = asyncio.create_task(link.print(sheet, deadline_s=30))
    await until(lambda: printer.mood.deaf)
    await asyncio.sleep(0.05)
    assert link.kick(KICK)
    await asyncio.sleep(pause_s)
    printer.mood.deaf = False
    assert await printing == Delivered()
    return printer.paper[before:]


async def test_it_goes_between_two_commands_of_a_sheet_on_its_way() -> None:
    async with slow() as (printer, link):
        paper = await printed(printer, link, SHEET)
    at = paper.index(NOW)
    # Only what the kernels hold was ahead of it.
    assert at < len(SHEET) // 6
    assert paper[:at] + paper[at + 5 :] == SHEET
    assert (at - 2) % len(LINE) in {0, 3, len(LINE) - 1}


async def test_a_printer_that_answers_nothing_is_told_as_the_pos_says_it() -> None:
    async with slow(asks="never") as (printer, link):
        paper = await printed(printer, link, SHEET)
    at = paper.index(KICK)
    assert at < len(SHEET) // 6
    assert paper.replace(KICK, b"") == SHEET


async def test_in_a_long_picture_it_stands_for_white_dots() -> None:
    black = b"\x7e" * 72
    sheet = PICTURE + (black * 4 + bytes(72) * 2) * (DOTS // 432) + b"\n"
    async with slow() as (printer, link):
        paper = await printed(printer, link, sheet, pause_s=2 * PULSE_WAITS_S)
    at = paper.index(NOW)
    assert at < len(sheet) // 6
    assert sheet[at : at + 5] == bytes(5)
    assert paper == sheet[:at] + NOW + sheet[at + 5 :]


async def test_and_for_black_ones_where_there_is_no_white() -> None:
    sheet = PICTURE + b"\x7e" * DOTS + b"\n"
    async with slow() as (printer, link):
        paper = await printed(printer, link, sheet, pause_s=2 * PULSE_WAITS_S)
    at = paper.index(NOW)
    assert at < len(sheet) // 6
    assert paper == sheet[:at] + NOW + sheet[at + 5 :]


async def test_a_printer_that_may_take_it_for_dots_gets_it_behind_the_picture() -> None:
    sheet = PICTURE + bytes(DOTS) + LINE * 100
    async with slow(asks="never") as (printer, link):
        paper = await printed(printer, link, sheet, pause_s=2 * PULSE_WAITS_S)
    assert paper == PICTURE + bytes(DOTS) + KICK + LINE * 100


async def test_nor_is_one_told_in_real_time_that_was_told_not_to_listen() -> None:
    disabled = b"\x1d(D\x03\x00\x14\x01\x00"
    async with slow() as (printer, link):
        paper = await printed(printer, link, SHEET[:2] + disabled + SHEET[2:])
        assert NOW not in paper
        assert KICK in paper
        # Until it is set back.
        assert NOW in await printed(printer, link, SHEET)


async def test_nor_behind_a_job_that_came_through_and_told_it_so() -> None:
    async with slow(confirm_s=10.0) as (printer, link):
        async with asyncio.timeout(5):
            while (flow := link.flow()) is None:  # noqa: ASYNC110 -- no event says so
                await asyncio.sleep(0.01)
        flow.write(b"\x1b@\x1d(D\x03\x00\x14\x01\x00")
        flow.stands(None)
        assert link.kick(KICK)
        await until(lambda: printer.paper.endswith(KICK))
        flow.write(b"\x1b@")
        flow.stands(None)
        assert link.kick(KICK)
        await until(lambda: printer.paper.endswith(NOW))
        flow.end()


async def test_a_sheet_that_cannot_be_read_is_printed_and_the_pulse_behind_it() -> None:
    class Broken:
        def feed(self, _data: bytes) -> list[tuple[int, int]]:
            raise ValueError("a bug")

    async with slow(Speech(in_real_time, Broken)) as (printer, link):
        paper = await printed(printer, link, SHEET)
    assert paper == SHEET + NOW


async def test_a_star_has_its_own_word_and_no_place_in_a_row() -> None:
    rows = b"b\x48\x00" + b"\x07" * 72
    sheet = b"\x1b@\x1b*rA\0" + rows * 1500 + b"\x1b*rB"
    star = Speech(star_in_real_time, lambda: Seams(star=True))
    # Not the Star that is asked, but one whose bytes are read as a Star's.
    async with slow(star) as (printer, link):
        before = len(printer.paper)
        printer.mood.deaf_after = before + 2000
        printing = asyncio.create_task(link.print(sheet, deadline_s=30))
        await until(lambda: printer.mood.deaf)
        await asyncio.sleep(0.05)
        assert link.kick(b"\x07")
        await asyncio.sleep(0.05)
        printer.mood.deaf = False
        assert await printing == Delivered()
        paper = printer.paper[before:]
    at = paper.index(b"\x1c")
    assert at < len(sheet) // 6
    assert (at - 7) % len(rows) == 0
    assert paper[:at] + paper[at + 1 :] == sheet


async def test_it_goes_between_two_commands_of_a_job_that_still_comes() -> None:
    async with slow() as (printer, link):
        async with asyncio.timeout(5):
            while (flow := link.flow()) is None:  # noqa: ASYNC110 -- no event says so
                await asyncio.sleep(0.01)
        printer.mood.deaf = True
        await asyncio.sleep(0.05)
        flow.write(SHEET[:60_000])
        for n in range(0, 2000, 10):
            flow.place(2 + len(LINE) * n, 2 + len(LINE) * n)
        flow.known(60_000)
        assert link.kick(KICK)
        await asyncio.sleep(0.05)
        printer.mood.deaf = False
        async with asyncio.timeout(10):
            assert await flow.taken(60_000)
        flow.end()
        paper = printer.paper
    at = paper.index(NOW)
    assert at < 20_000
    assert (at - 2) % len(LINE) == 0
    assert paper[:at] + paper[at + 5 :] == SHEET[:60_000]


async def test_while_the_printer_has_it_all_and_still_prints_it_is_told_at_once() -> (
    None
):
    async with slow(confirm_s=10.0) as (printer, link):
        printer.mood.busy = True
        printing = asyncio.create_task(link.print(LINE, deadline_s=30))
        await until(lambda: printer.paper == LINE)
        assert link.kick(KICK)
        await until(lambda: printer.paper == LINE + NOW)
        assert not printing.done()
        printer.answer_marks()
        assert await printing == Delivered()


async def test_at_rest_it_hears_what_the_pos_said() -> None:
    async with slow(poll_s=3600) as (printer, link):
        await asyncio.sleep(0.1)
        assert link.kick(KICK)
        await until(lambda: printer.paper == KICK)


@pytest.mark.parametrize(
    "mood", ["out_of_paper", "cover_open"], ids=["no paper", "cover open"]
)
async def test_a_printer_that_has_stopped_is_told_in_real_time(mood: str) -> None:
    async with slow(poll_s=0.05) as (printer, link):
        getattr(printer.mood, mood)()
        await until(lambda: not link.state.online)
        assert link.kick(KICK)
        # A buzzer has no such word.
        assert link.kick(b"\x1b(A\x02\x00\x61\x01")
        await until(lambda: printer.paper == NOW + b"\x1b(A\x02\x00\x61\x01")


async def test_and_so_is_one_that_stopped_when_nobody_looked() -> None:
    async with slow(poll_s=3600) as (printer, link):
        await asyncio.sleep(2 * FRESH_S)
        printer.mood.cover_open()
        asked = len(printer.asked)
        assert link.kick(KICK)
        await until(lambda: printer.paper == NOW)
        # One question, then the pulse; the others are asked when it is out.
        assert printer.asked[asked : asked + 2] in ([1], [1, 1])
        await until(lambda: link.state.cover_open)


async def test_one_that_has_fallen_silent_may_have_stopped() -> None:
    """Without paper and too slow to say so: an ESC p would wait for the next roll."""
    async with slow(poll_s=0.05) as (printer, link):
        printer.mood.mute = True
        await until(lambda: not link.state.online)
        assert link.kick(KICK)
        await until(lambda: bool(printer.paper))
        assert printer.paper == NOW


@pytest.mark.parametrize(
    ("raw", "disabled"),
    [
        (b"\x1d(D\x03\x00\x14\x01\x00", True),
        (b"\x1d(D\x03\x00\x14\x010", True),
        (b"\x1d(D\x05\x00\x14\x02\x00\x01\x00", True),
        (b"\x1d(D\x03\x00\x14\x01\x01", False),
        (b"\x1d(D\x03\x00\x14\x02\x00", False),
        (b"\x1dv0\x00", False),
    ],
)
def test_what_switches_it_off(raw: bytes, *, disabled: bool) -> None:
    assert bool(DISABLES.search(b"\x1b@" + raw + b"A")) == disabled


def test_places_come_in_order_and_go_when_they_are_passed() -> None:
    places = Places()
    for place in [(0, 0), (4, 4), (4, 4), (9, 20), (20, 20)]:
        places.add(Place(*place))
    assert places.next(0) == (0, 0)
    assert places.next(1) == (4, 4)
    assert places.next(5) == (9, 20)
    assert places.next(19) == (9, 20)
    assert places.next(20) == (20, 20)
    assert places.next(21) is None
