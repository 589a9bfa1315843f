from __future__ import annotations

import asyncio
import os
import socket

import pytest
from escpos.printer import Network

from hardware_sim.firmware import LINGER_S, Options
from hardware_sim.line import Line, dial
from hardware_sim.printer import Changes, ThermalPrinter
from tests.hardware_sim.calling import DEADLINE_S, calling, hear

QR = (
    bytes.fromhex("1d28 6b03 0031 4308 1d28 6b08 0031 5030")
    + b"salut"
    + bytes.fromhex("1d28 6b03 0031 5130")
)


async def _hears_nothing(line: Line) -> bool:
    try:
        async with asyncio.timeout(0.1):
            return await line.read() == b""
    except TimeoutError:
        return True


def _ask_with_library(port: int) -> tuple[bool, int]:
    """python-escpos is the referee of the status bits."""
    client = Network("127.0.0.1", port, timeout=2, profile="TM-T88IV")
    try:
        return client.is_online(), client.paper_status()
    finally:
        client.close()


@pytest.mark.parametrize(
    ("switch", "online", "paper"),
    [
        ({}, True, 2),
        ({"near_end": True}, True, 1),
        ({"paper_out": True}, False, 0),
        ({"cover_open": True}, False, 2),
        ({"offline": True}, False, 2),
        ({"drawer_open": True}, True, 2),
    ],
)
async def test_python_escpos_reads_the_state_of_the_printer(
    switch: Changes, online: bool, paper: int
) -> None:
    async with ThermalPrinter() as printer:
        printer.turn(**switch)
        assert await asyncio.to_thread(_ask_with_library, printer.port) == (
            online,
            paper,
        )


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        ("1b40 1b3d01 100401", "16"),
        ("100402", "12"),
        ("100403", "12"),
        ("100404", "12"),
        ("1d7201", "00"),
        ("1d7232", "01"),
        ("1d4942", "5f4550534f4e00"),
        ("1d49431d4901", "5f544d2d543838560020"),
        ("1d61ff", "1400000f"),
        ("1d2848 0600 3030 34313039", "37 22 34313039 00"),
        ("1b76", "00"),
        ("10140701", "1400000f"),
        ("10140801031401060208", "372500"),
    ],
)
async def test_every_question_gets_the_answer_of_the_manual(
    ask: str, answer: str
) -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        wanted = bytes.fromhex(answer)
        await line.write(bytes.fromhex(ask))
        assert await hear(line, len(wanted)) == wanted


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
async def test_any_chunking_prints_the_same_and_answers_the_same(size: int) -> None:
    job = b"\x1b@Bonjour\n\x10\x04\x01" + QR + b"\x1dV\x42\x00\x1dr\x01"
    async with ThermalPrinter() as printer, calling(printer) as line:
        for at in range(0, len(job), size):
            await line.write(job[at : at + size])
            await asyncio.sleep(0)
        assert await hear(line, 2) == b"\x16\x00"
        (sheet,) = await printer.wait_paper(1, DEADLINE_S)
        assert sheet.lines == ("Bonjour",)
        assert [symbol.data for symbol in sheet.symbols] == [b"salut"]
        assert printer.received == job
        asked = job.replace(b"\x10\x04\x01", b"").removesuffix(b"\x1dr\x01")
        assert printer.paper_bytes == asked


async def test_a_status_request_inside_a_picture_is_answered_and_stays_picture() -> (
    None
):
    job = b"\x1dv0\x00\x01\x00\x06\x00" + b"\x10\x04\x01\x1dr\x01" + b"\n"
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(job)
        assert await hear(line, 1) == b"\x16"
        assert await printer.wait_printed(len(job), DEADLINE_S) == job
        assert await _hears_nothing(line)


async def test_status_is_answered_while_ordered_questions_wait_for_paper() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(paper_out=True)
        await line.write(b"ligne\n\x1dr\x01")
        await printer.wait_received(9, DEADLINE_S)
        await line.write(b"\x10\x04\x04")
        assert await hear(line, 1) == b"\x7e"
        assert await _hears_nothing(line)
        assert not printer.paper_bytes
        printer.turn(paper_out=False)
        assert await hear(line, 1) == b"\x00"
        assert printer.lines == ("ligne",)


async def test_a_full_buffer_is_felt_at_the_other_end() -> None:
    job = (b"x" * 40 + b"\n") * 300_000
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(paper_out=True)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await line.write(job)
        assert len(printer.received) <= printer.options.buffer_bytes + 2048


async def test_slow_means_bytes_a_second() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(slow_bytes_s=1000)
        start_s = printer.clock_s
        await line.write((b"x" * 19 + b"\n") * 10)
        await printer.wait_printed(200, DEADLINE_S)
        assert printer.clock_s - start_s >= 0.15


async def test_a_deaf_printer_takes_calls_and_says_nothing() -> None:
    async with ThermalPrinter() as printer:
        printer.turn(deaf=True)
        async with calling(printer) as line:
            await line.write(b"\x10\x04\x01")
            assert await _hears_nothing(line)
            assert not printer.received
            printer.turn(deaf=False)
            assert await hear(line, 1) == b"\x16"


async def test_a_printer_may_go_deaf_in_the_middle_of_a_call() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(b"\x10\x04\x01")
        assert await hear(line, 1) == b"\x16"
        printer.turn(deaf=True)
        await line.write(b"\x10\x04\x01")
        assert await _hears_nothing(line)
        assert len(printer.received) == 3


async def test_a_refusing_printer_is_back_on_the_same_port() -> None:
    async with ThermalPrinter() as printer:
        printer.turn(refusing=True)
        with pytest.raises(ConnectionRefusedError):
            await dial("127.0.0.1", printer.port, DEADLINE_S)
        printer.turn(refusing=False)
        async with calling(printer) as line:
            await line.write(b"\x10\x04\x01")
            assert await hear(line, 1) == b"\x16"


async def test_one_client_at_a_time_and_the_next_one_is_served_after_it() -> None:
    async with ThermalPrinter() as printer, calling(printer) as first:
        await first.write(b"un\n")
        await printer.wait_received(3, DEADLINE_S)
        async with calling(printer) as second:
            await second.write(b"\x10\x04\x01")
            assert await _hears_nothing(second)
            first.close()
            assert await hear(second, 1) == b"\x16"


async def test_with_several_places_status_is_answered_while_another_prints() -> None:
    async with (
        ThermalPrinter(options=Options(clients=3)) as printer,
        calling(printer) as first,
        calling(printer) as second,
    ):
        await first.write(b"un\n")
        await printer.wait_printed(3, DEADLINE_S)
        await second.write(b"\x10\x04\x01deux\n")
        assert await hear(second, 1) == b"\x16"
        assert printer.lines == ("un",)
        first.close()
        await printer.wait_printed(8, DEADLINE_S)
        assert list(printer.lines) == ["un", "deux"]


async def test_status_comes_back_by_itself_when_it_was_asked_for() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(b"\x1da\x08")
        assert await hear(line, 4) == b"\x14\x00\x00\x0f"
        printer.turn(near_end=True)
        assert await hear(line, 4) == b"\x14\x00\x03\x0f"
        printer.turn(drawer_open=True)
        assert await _hears_nothing(line)


async def test_the_drawer_opens_in_order_and_in_real_time() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(paper_out=True)
        await line.write(b"\x1bp\x00\x19\xfa\x10\x14\x01\x01\x02")
        (kick,) = await printer.wait_kicks(1, DEADLINE_S)
        assert (kick.pin, kick.on_ms, kick.real_time) == (5, 200, True)
        printer.turn(paper_out=False)
        kick = (await printer.wait_kicks(2, DEADLINE_S))[1]
        assert (kick.pin, kick.on_ms, kick.real_time) == (2, 50, False)
        assert printer.switches.drawer_open
        await line.write(b"\x10\x04\x01")
        assert await hear(line, 1) == b"\x12"


async def test_a_cleared_buffer_is_never_printed() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(paper_out=True)
        await line.write(b"perdu\n")
        await printer.wait_received(6, DEADLINE_S)
        await line.write(b"\x10\x05\x02")
        await printer.wait_received(9, DEADLINE_S)
        printer.turn(paper_out=False)
        await line.write(b"neuf\n\x1dV\x00")
        (sheet,) = await printer.wait_paper(1, DEADLINE_S)
        assert sheet.lines == ("neuf",)


async def test_a_half_closed_client_gets_its_answer_and_then_a_prompt_fin() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(b"fin\n\x1dr\x01")
        line.half_close()
        start_s = printer.clock_s
        assert await hear(line, 10) == b"\x00"
        assert printer.clock_s - start_s < LINGER_S


async def test_hanging_up_is_a_reset() -> None:
    async with ThermalPrinter() as printer:
        with socket.create_connection(("127.0.0.1", printer.port)) as sock:
            await printer.wait_until(
                lambda: bool(printer.clients), DEADLINE_S, "client"
            )
            printer.hang_up()
            with pytest.raises(ConnectionResetError):
                await asyncio.to_thread(sock.recv, 1)


async def test_paper_is_torn_by_hand_and_blank_cuts_are_no_sheets() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(b"\n\n\x1dV\x00reste\n")
        await printer.wait_printed(11, DEADLINE_S)
        printer.tear_off()
        assert [sheet.edge for sheet in printer.papers] == ["torn"]
        assert printer.blank_cuts == 1


async def test_it_hangs_on_a_tty_as_well() -> None:
    ours, theirs = os.openpty()
    line = Line.of_fd(theirs)
    try:
        async with ThermalPrinter() as printer:
            printer.attach(Line.of_fd(ours))
            await line.write(b"\x10\x04\x01serie\n\r\x1dV\x00")
            assert await hear(line, 1) == b"\x16"
            (sheet,) = await printer.wait_paper(1, DEADLINE_S)
            assert sheet.lines == ("serie",)
    finally:
        line.close()


async def test_a_missed_deadline_says_what_there_was_instead() -> None:
    async with ThermalPrinter() as printer:
        with pytest.raises(TimeoutError, match="papers=0"):
            await printer.wait_paper(1, 0.02)


async def test_noise_neither_stops_nor_confuses_it() -> None:
    noise = bytes(range(256)) * 40
    async with ThermalPrinter() as printer:
        async with calling(printer) as line:
            await line.write(noise)
            line.half_close()
            await hear(line, 1000)
        await printer.wait_idle(DEADLINE_S)
        async with calling(printer) as line:
            await line.write(b"\x1b@\x1b=\x01encore\n\x1dV\x00\x10\x04\x03")
            assert await hear(line, 1) == b"\x12"
            await printer.wait_until(
                lambda: any("encore" in sheet.text for sheet in printer.papers),
                DEADLINE_S,
                "next receipt",
            )


async def test_a_cancelled_shop_leaves_no_printer_behind() -> None:
    opened: asyncio.Queue[int] = asyncio.Queue()

    async def shop() -> None:
        async with ThermalPrinter() as printer:
            opened.put_nowait(printer.port)
            await printer.wait_paper(1, 60)

    task = asyncio.get_running_loop().create_task(shop())
    port = await opened.get()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ConnectionRefusedError):
        await dial("127.0.0.1", port, DEADLINE_S)


async def test_an_error_in_the_shop_comes_out_as_itself() -> None:
    with pytest.raises(KeyError):
        async with ThermalPrinter():
            raise KeyError
