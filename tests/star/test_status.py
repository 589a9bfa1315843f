"""Star answers, byte by byte, and as the parsers of POS libraries take them."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from agent.events import Paper, PrinterState
from agent.star.status import Answering, Identity, asb
from agent.star.tokens import Command, Tokeniser

FINE = PrinterState(known=True)
ON_WIRE = Identity(framed=True)
SOH, ENQ, EOT, ETB = b"\x1b\x06\x01", b"\x05", b"\x04", b"\x17"
STATES = [
    PrinterState(True, online, cover, paper, drawer, error)
    for online, cover, paper, drawer, error in product(
        *((True, False), (True, False), get_args(Paper), (True, False), (True, False))
    )
]


def ask(answering: Answering, raw: bytes, state: PrinterState = FINE) -> bytes:
    (token,) = Tokeniser().feed(raw)
    assert isinstance(token, Command)
    return answering.answer(token, state)


def fresh(identity: Identity | None = None) -> Answering:
    return Answering(identity or Identity())


# -- bytes of the manual (5.2.1 to 5.2.4) -------------------------------------


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (FINE, "23 06 00 00 00 00 00 00 00"),
        (PrinterState(online=False), "23 06 08 00 00 00 00 00 00"),
        (PrinterState(cover_open=True), "23 06 28 00 00 00 00 00 00"),
        (PrinterState(paper="near_end"), "23 06 00 00 00 04 00 00 00"),
        (PrinterState(paper="out"), "23 06 08 00 00 0c 00 00 00"),
        (PrinterState(drawer_open=True), "23 06 04 00 00 00 00 00 00"),
        (PrinterState(error=True), "23 06 08 08 00 00 00 00 00"),
    ],
)
def test_automatic_status(state: PrinterState, expected: str) -> None:
    assert ask(fresh(), SOH, state) == bytes.fromhex(expected)
    framed = bytes.fromhex(expected.replace("23 06", "23 86") + "00 00")
    assert ask(fresh(ON_WIRE), SOH, state) == framed


@pytest.mark.parametrize(
    ("state", "enq", "eot"),
    [
        (FINE, 0x20, 0x10),
        (PrinterState(cover_open=True), 0x24, 0x10),
        (PrinterState(error=True), 0x24, 0x10),
        (PrinterState(paper="near_end"), 0x20, 0x14),
        (PrinterState(paper="out"), 0x28, 0x1C),
        (PrinterState(drawer_open=True), 0xA0, 0x90),
    ],
)
def test_one_byte_of_status(state: PrinterState, enq: int, eot: int) -> None:
    assert ask(fresh(), ENQ, state) == bytes((enq,))
    assert ask(fresh(), EOT, state) == bytes((eot,))


def test_one_byte_of_status_on_ethernet_is_framed() -> None:
    status = asb(FINE, ON_WIRE)
    assert ask(fresh(ON_WIRE), ENQ) == status + b"\x00\x0801:B\x00\x01\x20;"
    assert ask(fresh(ON_WIRE), EOT) == status + b"\x00\x0802:B\x00\x01\x10;"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("identity", [Identity(), ON_WIRE])
def test_which_bits_are_fixed(state: PrinterState, identity: Identity) -> None:
    """5.2.3 (5), status identification method."""
    first, second, *rest = ask(fresh(identity), SOH, state)[:9]
    assert first & 0x91 == 0x01
    assert second & 0x11 == 0x00
    assert all(byte & 0x91 == 0x00 for byte in rest)
    assert ask(fresh(), ENQ, state)[0] & 0x10 == 0x00
    assert ask(fresh(), EOT, state)[0] & 0x11 == 0x10


def test_a_drawer_wired_the_other_way() -> None:
    low = Identity(drawer_high=False)
    assert ask(fresh(low), SOH)[2] == 0x04
    assert ask(fresh(low), SOH, PrinterState(drawer_open=True))[2] == 0x00


def test_the_model_is_told() -> None:
    assert ask(fresh(), b"\x1b#*\n\0") == b"\x1b#*,TSP654Ver3.0\n\0"
    assert ask(fresh(), b"\x1b#W10\n\0") == b""


# -- automatic status ---------------------------------------------------------


def test_nothing_is_told_unasked() -> None:
    assert fresh().changed(PrinterState(cover_open=True)) == b""


def test_a_change_is_told_once() -> None:
    answering, opened = fresh(), PrinterState(cover_open=True)
    assert ask(answering, b"\x1b\x1ea1") == b""
    assert answering.changed(FINE) == b""
    assert answering.changed(opened) == asb(opened, Identity())
    assert answering.changed(opened) == b""
    ask(answering, b"\x1b\x1ea\x00", opened)
    assert answering.changed(FINE) == b""


def test_a_number_out_of_range_changes_nothing() -> None:
    answering = fresh()
    ask(answering, b"\x1b\x1ea\x01")
    ask(answering, b"\x1b\x1ea\x44")
    assert answering.changed(PrinterState(error=True))


def test_who_greets_says_its_status_first() -> None:
    assert fresh().hello(FINE) == b""
    assert fresh(Identity(greets=True)).hello(FINE) == asb(FINE, Identity())


# -- counters -----------------------------------------------------------------


def test_etb_counts_to_31_and_tells_only_those_who_watch() -> None:
    answering = fresh()
    assert ask(answering, ETB) == b""
    ask(answering, b"\x1b\x1ea1")
    counted = [ask(answering, ETB) for _ in range(31)]
    numbers = [(told[7] >> 2 & 0x18) | (told[7] >> 1 & 0x07) for told in counted]
    assert numbers == [*range(2, 32), 0]
    assert all(told[7] & 0x91 == 0 and told[2] & 0x02 for told in counted)


def test_etb_s_bit_is_cleared_when_it_was_told() -> None:
    answering = fresh()
    ask(answering, ETB)
    assert ask(answering, SOH)[2] == 0x02
    assert ask(answering, SOH)[2] == 0x00


@pytest.mark.parametrize("clear", [b"\x1b\x1eE0", b"\x18"])
def test_the_counter_is_cleared_without_a_word(clear: bytes) -> None:
    answering = fresh()
    ask(answering, ETB)
    assert ask(answering, clear) == b""
    assert ask(answering, SOH) == asb(FINE, Identity())


def test_print_end_counter_as_in_the_manual_s_example_2() -> None:
    answering = fresh()
    assert ask(answering, b"\x1b\x1d\x03\x02\x02\x00") == b""
    assert (
        ask(answering, b"\x1b\x1d\x03\x00\x02\x00")
        == b"\x1b\x1d\x03\x00\x02\x00\x00\x00"
    )
    for number in range(1, 5):
        asked = b"\x1b\x1d\x03\x01\x02" + bytes((0x10 + number,))
        assert ask(answering, asked) == asked + bytes((number, 0))
    assert ask(answering, b"\x1b\x1d\x03\x03\x00\x00") == b""


# -- receiptio ----------------------------------------------------------------


def length(told: bytes) -> int:
    """How long receiptio takes an automatic status to be."""
    return ((told[0] >> 2 & 0x18) | (told[0] >> 1 & 0x07)) + (told[1] >> 6 & 0x02)


def verdict(told: bytes) -> str:
    """What receiptio makes of one, while it prints: its tests in its order."""
    if told[2] & 0x20:
        return "coveropen"
    if told[5] & 0x08:
        return "paperempty"
    if told[3] & 0x2C or told[4] & 0x0A:
        return "error"
    return "online"


@pytest.mark.parametrize("identity", [Identity(), ON_WIRE])
@pytest.mark.parametrize("state", STATES)
def test_receiptio_understands(state: PrinterState, identity: Identity) -> None:
    told = ask(fresh(identity), SOH, state)
    assert told[0] & 0x91 == 0x01
    assert told[0] & 0xF1 == 0x21
    assert length(told) == len(told)
    expected = (
        "coveropen"
        if state.cover_open
        else "paperempty"
        if state.paper == "out"
        else "error"
        if state.error
        else "online"
    )
    assert verdict(told) == expected
    assert bool(told[2] & 0x04) == state.drawer_open


@pytest.mark.parametrize("identity", [Identity(), ON_WIRE])
def test_a_whole_conversation_with_receiptio(identity: Identity) -> None:
    """It waits for two statuses: one behind the first ETB, one behind the last."""
    answering = fresh(identity)
    assert length(ask(answering, SOH)) <= len(ask(answering, SOH))
    assert ask(answering, b"\x1b\x1ea\x01") == b""
    for _ in range(2):
        told = ask(answering, ETB)
        assert told[0] & 0xF1 == 0x21
        assert length(told) == len(told)
        assert verdict(told) == "online"
