"""Errors, recovery, status bits and flow control of the simulated printer."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware_sim import status
from hardware_sim.client import XOFF, XON, Flow
from hardware_sim.line import Line
from hardware_sim.printer import Changes, ThermalPrinter
from hardware_sim.real_time import Finder
from hardware_sim.status import Fault, Switches
from tests.hardware_sim.calling import DEADLINE_S, calling, hear


async def _failed(printer: ThermalPrinter) -> None:
    await printer.wait_until(
        lambda: printer.switches.fault is not Fault.NONE, DEADLINE_S, "fault"
    )


@pytest.mark.parametrize(
    ("switch", "first", "second", "third", "back"),
    [
        ({}, 0x16, 0x12, 0x12, "1400000f"),
        ({"fault": Fault.MECHANISM}, 0x1E, 0x52, 0x16, "1c04000f"),
        ({"fault": Fault.CUTTER}, 0x1E, 0x52, 0x1A, "1c08000f"),
        ({"broken": True}, 0x1E, 0x52, 0x32, "1c20000f"),
        ({"head_hot": True}, 0x1E, 0x52, 0x52, "1c40000f"),
        ({"cover_open": True}, 0x1E, 0x16, 0x12, "3c00000f"),
        ({"paper_out": True}, 0x1E, 0x32, 0x12, "1c000f0f"),
    ],
)
async def test_every_state_has_its_bits(
    switch: Changes, first: int, second: int, third: int, back: str
) -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(**switch)
        await line.write(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x14\x07\x01")
        assert await hear(line, 7) == bytes([first, second, third]) + bytes.fromhex(
            back
        )


@given(
    st.builds(
        Switches,
        *[st.booleans()] * 11,
        fault=st.sampled_from(Fault),
    ),
    st.integers(0, 255),
)
def test_fixed_bits_are_fixed_whatever_the_state(now: Switches, mask: int) -> None:
    for n in (1, 2, 3, 4):
        (told,) = status.real_time(n, now)
        assert told & 0x93 == 0x12
    first, *others = status.automatic(now)
    assert first & 0x93 == 0x10
    assert all(byte & 0x90 == 0 for byte in others)
    assert status.watched(mask & 0xF0, now) == (False, False, False, False)


async def test_a_jammed_cutter_resumes_at_the_cut() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(b"\x1da\x04")
        assert await hear(line, 4) == b"\x14\x00\x00\x0f"
        printer.turn(cutter_jam=True)
        await line.write(b"un\n\x1dV\x00deux\n\x1dV\x00")
        assert await hear(line, 4) == b"\x1c\x08\x00\x0f"
        assert printer.lines == ("un",)
        await line.write(b"\x10\x05\x01\x10\x04\x03")  # still in there
        assert await hear(line, 1) == b"\x1a"
        printer.turn(cutter_jam=False)
        await line.write(b"\x10\x04\x03")  # nobody said that it may go on
        assert await hear(line, 1) == b"\x1a"
        await line.write(b"\x10\x05\x01")
        assert await hear(line, 4) == b"\x14\x00\x00\x0f"
        sheets = await printer.wait_paper(2, DEADLINE_S)
        assert [sheet.lines for sheet in sheets] == [("un",), ("deux",)]


async def test_jammed_paper_resumes_with_the_line_that_failed() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(paper_jam=True)
        await line.write(b"ligne\nsuite\n\x1dV\x00")
        await _failed(printer)
        assert not printer.lines
        printer.turn(paper_jam=False)
        await line.write(b"\x10\x05\x01")
        (sheet,) = await printer.wait_paper(1, DEADLINE_S)
        assert sheet.lines == ("ligne", "suite")


async def test_clearing_forgets_the_line_buffer_and_keeps_the_settings() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(paper_jam=True)
        await line.write(b"\x1bE\x01perdu\nperdu aussi\n")
        await _failed(printer)
        printer.turn(paper_jam=False)
        await line.write(b"\x10\x05\x02neuf\n\x1dV\x00")
        (sheet,) = await printer.wait_paper(1, DEADLINE_S)
        assert sheet.lines == ("neuf",)
        assert printer.decoder.head.style.bold
        assert printer.switches.fault is Fault.NONE


@pytest.mark.parametrize(
    "clear", [b"\x10\x05\x02", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"]
)
async def test_what_came_with_the_clearing_before_it_is_forgotten_too(
    clear: bytes,
) -> None:
    picture = b"\x1dv0\x00\x48\x00\xff\x00" + b"\xaa" * 100
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(b"perdu\n" + picture + clear + b"neuf\n\x1dV\x00")
        (sheet,) = await printer.wait_paper(1, DEADLINE_S)
        assert sheet.lines == ("neuf",)


async def test_a_hot_head_goes_on_by_itself() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(head_hot=True)
        await line.write(b"chaud\n\x10\x05\x01\x10\x04\x03")
        assert await hear(line, 1) == b"\x52"
        assert not printer.lines
        printer.turn(head_hot=False)
        await printer.wait_printed(6, DEADLINE_S)
        assert printer.lines == ("chaud",)


async def test_automatic_status_is_silent_about_what_was_not_asked_for() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(b"\x1da\x01")
        assert await hear(line, 4) == b"\x14\x00\x00\x0f"
        printer.turn(broken=True)
        printer.turn(near_end=True)
        printer.turn(drawer_open=True)
        assert await hear(line, 4) == b"\x18\x20\x03\x0f"


async def test_a_process_id_comes_back_when_what_stood_before_it_is_printed() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        printer.turn(paper_out=True)
        await line.write(b"un\n\x1d(H\x06\x00000042\x10\x04\x04")
        assert await hear(line, 1) == b"\x7e"
        printer.turn(paper_out=False)
        assert await hear(line, 7) == b"\x37\x220042\x00"
        assert printer.lines == ("un",)


async def test_stored_graphics_are_listed_in_their_turn() -> None:
    define = b"\x1d(L\x0d\x000C0AB\x01\x08\x00\x02\x001\xf0\x0f"
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(b"\x1d(L\x04\x000@KC" + define + b"\x1d(L\x04\x000@KC")
        assert await hear(line, 4 + 6) == b"7r\x40\0" + b"7r\x40AB\0"
        await line.write(b"\x1d(L\x02\x0000\x1d(L\x02\x0003")
        assert await hear(line, 9 * 2) == b"70393216\x0071393214\x00"


async def test_a_macro_is_played_by_the_machine_cuts_and_all() -> None:
    async with ThermalPrinter() as printer, calling(printer) as line:
        await line.write(b"\x1d:bon\n\x1dV\x00\x1d:\x1d^\x02\x00\x00")
        sheets = await printer.wait_paper(3, DEADLINE_S)
        assert [sheet.lines for sheet in sheets] == [("bon",)] * 3


def test_flow_control_has_room_between_stop_and_go() -> None:
    flow = Flow()
    rooms = (4096, 129, 128, 100, 128, 256, 257, 4000, 0)
    assert [flow.regulate(room, 4096) for room in rooms] == [
        b"", b"", XOFF, b"", b"", b"", XON, b"", XOFF,
    ]  # fmt: skip
    small = Flow()
    assert [small.regulate(room, 45) for room in (45, 16, 26, 27)] == [
        b"",
        XOFF,
        b"",
        XON,
    ]


async def test_a_serial_line_is_stopped_and_started_again() -> None:
    ours, theirs = os.openpty()
    line = Line.of_fd(theirs)
    try:
        async with ThermalPrinter() as printer:
            printer.turn(paper_out=True)
            printer.attach(Line.of_fd(ours), xon_xoff=True)
            sent = b"0123456789012345678901234567890\n" * 125
            await line.write(sent)
            assert await hear(line, 1) == XOFF
            printer.turn(paper_out=False)
            assert await hear(line, 1) == XON
            assert await printer.wait_printed(len(sent), DEADLINE_S) == sent
    finally:
        line.close()


@given(st.binary(max_size=200), st.integers(1, 9), st.integers(0, 200))
def test_requests_are_found_in_any_pieces(noise: bytes, step: int, at: int) -> None:
    data = (
        noise[:at]
        + b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08\x10\x04\x02"
        + noise[at:]
    )
    whole = [(found.kind, found.said) for found in Finder().find(data)]
    pieces = Finder()
    found = [
        (request.kind, request.said)
        for start in range(0, len(data), step)
        for request in pieces.find(data[start : start + step])
    ]
    assert found == whole
    assert ("status", b"\x02") in whole
