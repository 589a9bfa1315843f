from __future__ import annotations

import time

import pytest

from hardware_sim.flaky_net import Changes, FlakyNet
from hardware_sim.line import dial
from hardware_sim.pos import Manner, Pos
from hardware_sim.printer import ThermalPrinter

DEADLINE_S = 3.0
ASKS = Manner(ask_done=True, deadline_s=DEADLINE_S)
IMPATIENT = Manner(ask_done=True, deadline_s=0.2)
JOB = b"Bonjour\n" * 30


@pytest.mark.parametrize(
    ("weather", "at_least_s"),
    [
        ({}, 0.0),
        ({"trickle": True}, 0.0),
        ({"delay_s": 0.1}, 0.2),
        ({"bytes_s": 1000.0}, 0.2),
    ],
)
async def test_bytes_arrive_unchanged_in_any_weather(
    weather: Changes, at_least_s: float
) -> None:
    async with ThermalPrinter() as printer, FlakyNet("127.0.0.1", printer.port) as net:
        net.turn(**weather)
        start_s = time.monotonic()
        played = await Pos("127.0.0.1", net.port, ASKS).play(JOB)
        assert (played.failure, played.replies) == ("", b"\x00")
        assert bytes(printer.received) == JOB + b"\x1dr\x01"
        assert time.monotonic() - start_s >= at_least_s


async def test_a_black_hole_takes_everything_and_says_nothing() -> None:
    async with ThermalPrinter() as printer, FlakyNet("127.0.0.1", printer.port) as net:
        net.turn(black_hole=True)
        played = await Pos("127.0.0.1", net.port, IMPATIENT).play(JOB)
        assert played.failure == "TimeoutError"
        assert played.sent_s is not None
        assert not printer.received
        assert net.swallowed == len(JOB) + 3


async def test_a_lost_reply_is_printed_all_the_same() -> None:
    async with ThermalPrinter() as printer, FlakyNet("127.0.0.1", printer.port) as net:
        net.turn(lost_replies=True)
        played = await Pos("127.0.0.1", net.port, IMPATIENT).play(JOB)
        assert (played.failure, played.replies) == ("TimeoutError", b"")
        assert await printer.wait_printed(len(JOB), DEADLINE_S)


async def test_a_connection_breaks_after_so_many_bytes() -> None:
    async with ThermalPrinter() as printer, FlakyNet("127.0.0.1", printer.port) as net:
        net.turn(reset_after_bytes=100)
        manner = Manner(
            ask_done=True, chunk_bytes=40, pause_s=0.01, deadline_s=DEADLINE_S
        )
        played = await Pos("127.0.0.1", net.port, manner).play(JOB)
        assert played.failure == "ConnectionResetError"
        await printer.wait_idle(DEADLINE_S)
        assert bytes(printer.received) == JOB[:80]


async def test_open_connections_can_be_reset_and_new_ones_work() -> None:
    async with ThermalPrinter() as printer, FlakyNet("127.0.0.1", printer.port) as net:
        line = await dial("127.0.0.1", net.port, DEADLINE_S)
        await line.write(b"un\n")
        await printer.wait_printed(3, DEADLINE_S)
        net.reset()
        assert await line.read() == b""
        line.close()
        assert (await Pos("127.0.0.1", net.port, ASKS).play(b"deux\n")).failure == ""


async def test_one_side_can_be_told_that_the_other_has_finished() -> None:
    async with ThermalPrinter() as printer, FlakyNet("127.0.0.1", printer.port) as net:
        line = await dial("127.0.0.1", net.port, DEADLINE_S)
        await line.write(b"un\n")
        await printer.wait_printed(3, DEADLINE_S)
        net.half_close("caller")
        assert await line.read() == b""
        await line.write(b"encore\n")
        assert await printer.wait_printed(10, DEADLINE_S) == b"un\nencore\n"
        line.close()


async def test_refusing_is_felt_at_once_and_ends() -> None:
    async with ThermalPrinter() as printer, FlakyNet("127.0.0.1", printer.port) as net:
        net.turn(refusing=True)
        pos = Pos("127.0.0.1", net.port, ASKS)
        assert (await pos.play(JOB)).failure == "ConnectionRefusedError"
        net.turn(refusing=False)
        assert (await pos.play(JOB)).failure == ""


async def test_a_dead_far_side_is_a_reset() -> None:
    async with ThermalPrinter() as printer, FlakyNet("127.0.0.1", printer.port) as net:
        printer.turn(refusing=True)
        played = await Pos("127.0.0.1", net.port, ASKS).play(JOB)
        assert played.failure == "ConnectionResetError"


async def test_an_answer_that_gets_lost_is_a_reset_behind_a_question_that_was_heard() -> (
    None
):
    async with ThermalPrinter() as printer, FlakyNet("127.0.0.1", printer.port) as net:
        net.turn(lost_share=1.0)
        pos = Pos("127.0.0.1", net.port, ASKS)
        assert (await pos.play(JOB)).failure == "ConnectionResetError"
        assert JOB in bytes(printer.received)
        assert (net.replies, net.replies_lost) == (1, 1)
        net.turn(lost_share=0.0)
        assert (await pos.play(JOB)).failure == ""
        assert (net.replies, net.replies_lost) == (2, 1)
