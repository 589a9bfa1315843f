from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hardware_sim import hand_bytes, library_bytes
from hardware_sim.firmware import Options
from hardware_sim.pos import Manner, Pos, play_file, play_now
from hardware_sim.printer import ThermalPrinter
from hardware_sim.receipts import sale

DEADLINE_S = 3.0
NARROW = Options(width_dots=512)


@pytest.mark.parametrize(
    "manner",
    [
        Manner(),
        Manner(half_close=False),
        Manner(ask_done=True),
        Manner(ask_done=True, half_close=False),
        Manner(chunk_bytes=1),
        Manner(chunk_bytes=100, pause_s=0.001),
    ],
)
async def test_every_manner_brings_the_bytes_to_paper(manner: Manner) -> None:
    raw = hand_bytes.encode(sale("bakery", 1))
    async with ThermalPrinter(options=NARROW) as printer:
        played = await Pos("127.0.0.1", printer.port, manner).play(raw)
        assert played.failure == ""
        assert played.accepted_s is not None
        assert played.replies == (b"\x00" if manner.ask_done else b"")
        assert await printer.wait_printed(len(raw), DEADLINE_S) == raw


async def test_python_escpos_prints_over_the_network() -> None:
    ticket = sale("supermarket", 2)
    async with ThermalPrinter(options=NARROW) as printer:
        played = await Pos("127.0.0.1", printer.port).play_with_library(ticket)
        assert played.failure == ""
        (sheet,) = await printer.wait_paper(1, DEADLINE_S)
        await printer.wait_idle(DEADLINE_S)
        assert bytes(printer.paper_bytes) == library_bytes.encode(ticket)
        assert "Le Comptoir des Halles" in sheet.text
        assert [symbol.system for symbol in sheet.symbols] == ["EAN13"]


async def test_a_persistent_till_prints_all_day_on_one_connection() -> None:
    async with ThermalPrinter(options=NARROW) as printer:
        pos = Pos("127.0.0.1", printer.port, Manner(half_close=False, ask_done=True))
        async with pos.stay() as call:
            for seed in range(3):
                played = await call.play(hand_bytes.encode(sale("bakery", seed)))
                assert (played.failure, played.replies) == ("", b"\x00")
            assert await call.ask(b"\x10\x04\x01", 1, DEADLINE_S) in (b"\x16", b"\x12")
        assert len(printer.papers) == 3
        assert printer.connections == 1


async def test_status_is_polled_on_a_second_connection_while_a_job_prints() -> None:
    options = Options(width_dots=512, clients=2)
    async with ThermalPrinter(options=options) as printer:
        printer.turn(slow_bytes_s=100)
        pos = Pos("127.0.0.1", printer.port, Manner(deadline_s=DEADLINE_S))
        async with asyncio.TaskGroup() as both:
            playing = both.create_task(
                pos.play(hand_bytes.encode(sale("restaurant", 1)))
            )
            polls = await pos.poll_status(10, 0.01)
            assert not playing.done()
            printer.turn(slow_bytes_s=0)
        assert [poll.answer for poll in polls] == [b"\x12"] * 10


async def test_accepted_means_printed_for_a_till_that_asks() -> None:
    raw = b"x" * 400 + b"\n"
    async with ThermalPrinter() as printer:
        printer.turn(slow_bytes_s=2000)
        manner = Manner(ask_done=True, half_close=False)
        played = await Pos("127.0.0.1", printer.port, manner).play(raw)
        assert played.sent_s is not None
        assert played.accepted_s is not None
        assert played.accepted_s - played.sent_s >= 0.1


async def test_bad_days_are_values() -> None:
    async with ThermalPrinter() as printer:
        manner = Manner(ask_done=True, deadline_s=0.1)
        pos = Pos("127.0.0.1", printer.port, manner)
        printer.turn(refusing=True)
        assert (await pos.play(b"x\n")).failure == "ConnectionRefusedError"
        printer.turn(refusing=False, deaf=True)
        played = await pos.play(b"x\n")
        assert (played.failure, played.accepted_s) == ("TimeoutError", None)
        assert played.reason == "no answer in time"
        printer.turn(refusing=True)
        assert (await pos.play_with_library(sale("bakery", 1))).failure != ""


async def test_a_printer_that_hangs_up_is_a_failure_too() -> None:
    async with ThermalPrinter() as printer:
        printer.turn(paper_out=True)
        manner = Manner(ask_done=True, deadline_s=DEADLINE_S)
        async with asyncio.TaskGroup() as both:
            playing = both.create_task(
                Pos("127.0.0.1", printer.port, manner).play(b"x\n")
            )
            await printer.wait_received(5, DEADLINE_S)
            printer.hang_up()
        assert playing.result().failure == "ConnectionResetError"


async def test_a_command_line_needs_no_loop(tmp_path: Path) -> None:
    job = tmp_path / "job.bin"
    job.write_bytes(b"deux\n")
    async with ThermalPrinter() as printer:
        await asyncio.to_thread(play_now, "127.0.0.1", printer.port, b"un\n")
        await asyncio.to_thread(play_file, "127.0.0.1", printer.port, job)
        assert printer.lines == ("un", "deux")
