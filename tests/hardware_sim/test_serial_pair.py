from __future__ import annotations

import asyncio
import time

import pytest
import serial

from hardware_sim.printer import ThermalPrinter
from hardware_sim.serial_pair import SerialPair

DEADLINE_S = 3.0


async def test_pyserial_talks_to_the_printer_over_the_cable() -> None:
    async with SerialPair() as cable, ThermalPrinter() as printer:
        printer.attach_path(cable.printer_path)
        with serial.Serial(str(cable.till_path), 115200, timeout=2) as till:
            await asyncio.to_thread(
                till.write, b"\x1b@par le fil\r\n\x1dV\x00\x10\x04\x01"
            )
            assert await asyncio.to_thread(till.read, 1) == b"\x16"
            (sheet,) = await printer.wait_paper(1, DEADLINE_S)
            assert sheet.lines == ("par le fil",)


async def test_every_byte_crosses_unchanged_both_ways() -> None:
    every = bytes(range(256)) * 8
    async with SerialPair() as cable:
        with (
            serial.Serial(str(cable.till_path), 115200, timeout=2) as till,
            serial.Serial(str(cable.printer_path), 115200, timeout=2) as printer,
        ):
            for one, other in ((till, printer), (printer, till)):
                async with asyncio.TaskGroup() as both:
                    both.create_task(asyncio.to_thread(one.write, every))
                    heard = both.create_task(asyncio.to_thread(other.read, len(every)))
                assert heard.result() == every
        assert cable.carried == [len(every), len(every)]


async def test_baud_is_a_tenth_of_it_in_bytes() -> None:
    async with SerialPair(baud=9600) as cable:
        with (
            serial.Serial(str(cable.till_path), 9600, timeout=2) as till,
            serial.Serial(str(cable.printer_path), 9600, timeout=2) as printer,
        ):
            start_s = time.monotonic()
            await asyncio.to_thread(till.write, b"x" * 192)
            assert await asyncio.to_thread(printer.read, 192) == b"x" * 192
            assert time.monotonic() - start_s >= 0.19


async def test_a_printer_that_does_not_read_stops_the_till() -> None:
    async with SerialPair() as cable:
        with serial.Serial(str(cable.till_path), 115200, write_timeout=0.3) as till:
            with pytest.raises(serial.SerialTimeoutException):
                await asyncio.to_thread(till.write, b"x" * 200_000)
            till.reset_output_buffer()
        assert cable.carried[0] < 20_000


async def test_a_pulled_cable_loses_what_is_sent() -> None:
    async with SerialPair() as cable:
        with (
            serial.Serial(str(cable.till_path), 115200, timeout=0.1) as till,
            serial.Serial(str(cable.printer_path), 115200, timeout=0.1) as printer,
        ):
            cable.plugged = False
            till.write(b"perdu")
            assert await asyncio.to_thread(printer.read, 5) == b""
            cable.plugged = True
            till.write(b"arrive")
            assert await asyncio.to_thread(printer.read, 6) == b"arrive"


async def test_the_till_may_close_and_open_its_end() -> None:
    async with SerialPair() as cable, ThermalPrinter() as printer:
        printer.attach_path(cable.printer_path)
        for expected in (1, 2):
            with serial.Serial(str(cable.till_path), 115200, timeout=2) as till:
                await asyncio.to_thread(till.write, b"jour\n\x1dV\x00")
                await printer.wait_paper(expected, DEADLINE_S)
