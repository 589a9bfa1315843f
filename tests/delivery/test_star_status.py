from __future__ import annotations

import pytest

from agent.delivery.printer_interview import Interview
from agent.delivery.settings import PrinterSettings
from agent.delivery.star_status import QUESTION, read_state
from agent.delivery.transports.opening import transport_for
from agent.events import PrinterState
from hardware_sim.printer import Changes
from hardware_sim.star_printer import StarPrinter

WELL = bytes((0x23, 0x86, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00))
FINE = PrinterState(known=True)
STATES: list[tuple[Changes, PrinterState]] = [
    ({}, FINE),
    ({"near_end": True}, PrinterState(known=True, paper="near_end")),
    ({"paper_out": True}, PrinterState(known=True, online=False, paper="out")),
    ({"cover_open": True}, PrinterState(known=True, online=False, cover_open=True)),
    ({"drawer_open": True}, PrinterState(known=True, drawer_open=True)),
    ({"broken": True}, PrinterState(known=True, online=False, error=True)),
]


def test_a_status_is_found_behind_other_bytes_and_only_whole() -> None:
    echo = b"\x1b\x1d\x03\x01\x00\x00\x01\x00"
    assert read_state(echo + WELL) == FINE
    assert [read_state(WELL[:size]) for size in range(len(WELL))] == [None] * len(WELL)


def test_one_on_a_cable_has_no_length_behind_it() -> None:
    short = bytes((0x0F, 0x06, 0x08, 0x00, 0x00, 0x0C, 0x00))
    out = PrinterState(known=True, online=False, paper="out")
    assert read_state(short) == out


@pytest.mark.parametrize(("changes", "state"), STATES)
async def test_a_star_is_asked_in_its_own_words(
    changes: Changes, state: PrinterState
) -> None:
    async with StarPrinter() as printer:
        printer.turn(**changes)
        link = f"tcp://127.0.0.1:{printer.port}"
        settings = PrinterSettings(link=link, asks="star")
        wire = transport_for(settings.wire)
        interview = Interview(wire, settings)
        await wire.open(within_s=3.0)
        try:
            assert await interview.ask() == state
            assert interview.has_answered
        finally:
            wire.close()
        assert bytes(printer.received) == QUESTION


async def test_a_silent_star_is_mute() -> None:
    async with StarPrinter() as printer:
        printer.turn(deaf=True)
        link = f"tcp://127.0.0.1:{printer.port}"
        settings = PrinterSettings(link=link, asks="star", answer_s=0.1)
        wire = transport_for(settings.wire)
        interview = Interview(wire, settings)
        await wire.open(within_s=3.0)
        try:
            assert await interview.ask() is None
        finally:
            wire.close()
    assert interview.mute
    assert not interview.has_answered
