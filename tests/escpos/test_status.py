"""Every bit of every answer, checked as the clients check them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.jobs import Ask, JobReader
from agent.escpos.status import Answering, Identity, asb
from agent.events import PrinterState

READY = PrinterState(known=True)
STATES = st.builds(
    PrinterState,
    known=st.booleans(),
    online=st.booleans(),
    cover_open=st.booleans(),
    paper=st.sampled_from(["ok", "near_end", "out"]),
    drawer_open=st.booleans(),
    error=st.booleans(),
)


def replies(stream: bytes, state: PrinterState = READY) -> Iterator[bytes]:
    voice = Answering(Identity())
    for step in JobReader().feed(stream):
        if isinstance(step, Ask):
            yield voice.answer(step.token, state)


def reply(question: bytes, state: PrinterState = READY) -> bytes:
    (only,) = replies(question, state)
    return only


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@given(state=STATES)
def test_every_real_time_status_has_its_fixed_bits(
    number: int, state: PrinterState
) -> None:
    (byte,) = reply(bytes((0x10, 4, number)), state)
    assert byte & 0x93 == 0x12


@given(STATES)
def test_automatic_status_has_its_fixed_bits(state: PrinterState) -> None:
    first, second, third, fourth = reply(b"\x1da\xff", state)
    assert first & 0x93 == 0x10
    assert (second | third | fourth) & 0x90 == 0


@pytest.mark.parametrize("question", [b"\x1dr\x01", b"\x1dr\x02", b"\x1bu\0", b"\x1bv"])
@given(state=STATES)
def test_a_transmitted_status_has_its_fixed_bits(
    question: bytes, state: PrinterState
) -> None:
    (byte,) = reply(question, state)
    assert byte & 0x90 == 0


@pytest.mark.parametrize(
    ("question", "state", "answer"),
    [
        (b"\x10\x04\x01", READY, "16"),
        (b"\x10\x04\x01", PrinterState(drawer_open=True), "12"),
        (b"\x10\x04\x01", PrinterState(online=False), "1e"),
        (b"\x10\x04\x01", PrinterState(paper="out"), "1e"),
        (b"\x10\x04\x01", PrinterState(paper="near_end"), "16"),
        (b"\x10\x04\x02", READY, "12"),
        (b"\x10\x04\x02", PrinterState(cover_open=True), "16"),
        (b"\x10\x04\x02", PrinterState(paper="out"), "32"),
        (b"\x10\x04\x02", PrinterState(error=True), "52"),
        (b"\x10\x04\x03", READY, "12"),
        (b"\x10\x04\x03", PrinterState(error=True), "1a"),
        (b"\x10\x04\x04", READY, "12"),
        (b"\x10\x04\x04", PrinterState(paper="near_end"), "1e"),
        (b"\x10\x04\x04", PrinterState(paper="out"), "7e"),
        (b"\x10\x04\x07\x01", READY, ""),
        (b"\x10\x05\x01", READY, ""),
        (b"\x10\x14\x07\x01", READY, "1400000f"),
        (b"\x10\x14\x07\x02", READY, ""),
        (b"\x1dr\x01", READY, "00"),
        (b"\x1dr1", PrinterState(paper="near_end"), "03"),
        (b"\x1dr\x01", PrinterState(paper="out"), "0f"),
        (b"\x1dr\x02", READY, "01"),
        (b"\x1dr2", PrinterState(drawer_open=True), "00"),
        (b"\x1dr\x04", READY, ""),
        (b"\x1bu\x00", READY, "01"),
        (b"\x1bu0", PrinterState(drawer_open=True), "00"),
        (b"\x1bv", PrinterState(paper="near_end"), "03"),
        (b"\x1da\xff", READY, "1400000f"),
        (b"\x1da\x01", PrinterState(cover_open=True), "3c00000f"),
        (b"\x1da\x01", PrinterState(error=True, paper="out"), "1c080f0f"),
        (b"\x1da\x00", READY, ""),
        (b"\x1dI\x01", READY, "20"),
        (b"\x1dI1", READY, "20"),
        (b"\x1dI\x02", READY, "02"),
        (b"\x1dI3", READY, "01"),
        (b"\x1dI\x43", READY, b"_TM-T88V\0".hex()),
        (b"\x1dI\x42", READY, b"_EPSON\0".hex()),
        (b"\x1dI\x44", READY, b"_\0".hex()),
        (b"\x1dI\x60", READY, "3d6000"),
        (b"\x1d(H\x06\x000012AB", READY, b"\x37\x2212AB\0".hex()),
        (b"\x1d(H\x03\x0010\x00", READY, ""),
    ],
)
def test_the_answer_is_the_manuals_byte(
    question: bytes, state: PrinterState, answer: str
) -> None:
    assert reply(question, state).hex() == answer


def test_receiptio_takes_us_for_an_online_epson_and_its_print_for_done() -> None:
    # Its dialogue on the wire, with the conditions of its own state machine.
    probe, *_ = replies(b"\x10\x04\x02\x1b\x06\x01\x1b\x40")
    assert probe[0] & 0x93 == 0x12
    assert probe[0] & 0x97 != 0x16
    assert probe[0] & 0xB3 != 0x32
    assert probe[0] & 0xD3 != 0x52
    assert list(replies(b"\x1dI\x42\x1dI\x43")) == [b"_EPSON\0", b"_TM-T88V\0"]
    (status,) = replies(b"\x1b@\x1da\xff")
    assert len(status) == 4
    assert status[0] & 0x93 == 0x10
    assert status[0] & 0x20 == 0
    assert status[1] & 0x2C == 0
    assert status[2] & 0x0C != 0x0C
    assert not any(byte & 0x90 for byte in status[1:])
    (done,) = replies(b"TOTAL 9.50\n\x1dV\x42\x00\x1dr\x01")
    assert done[0] & 0x90 == 0


@pytest.mark.parametrize("state", [READY, PrinterState(drawer_open=True)])
def test_receiptio_reads_the_drawer_from_the_first_real_time_status(
    state: PrinterState,
) -> None:
    (byte,) = reply(b"\x10\x04\x01", state)
    assert (byte & 0x97 == 0x16) is not state.drawer_open


def test_python_escpos_finds_us_online_with_paper() -> None:
    assert reply(b"\x10\x04\x01")[0] & 0x08 == 0
    assert reply(b"\x10\x04\x04")[0] & 0x6C == 0


class TestAutomaticStatusBack:
    def voice(self, selected: int) -> Answering:
        voice = Answering(Identity())
        (ask,) = JobReader().feed(bytes((0x1D, 0x61, selected)))
        assert isinstance(ask, Ask)
        voice.answer(ask.token, READY)
        return voice

    def test_says_nothing_unasked(self) -> None:
        assert Answering(Identity()).changed(PrinterState(paper="out")) == b""

    def test_tells_a_change_once(self) -> None:
        voice, out = self.voice(0xFF), PrinterState(known=True, paper="out")
        assert voice.changed(out) == asb(out)
        assert voice.changed(out) == b""
        assert voice.changed(READY) == asb(READY)

    @pytest.mark.parametrize(
        ("selected", "state"),
        [
            (0x01, PrinterState(drawer_open=True)),
            (0x02, PrinterState(cover_open=True)),
            (0x02, PrinterState(online=False)),
            (0x04, PrinterState(error=True)),
            (0x08, PrinterState(paper="near_end")),
        ],
    )
    def test_tells_only_of_what_was_selected(
        self, selected: int, state: PrinterState
    ) -> None:
        assert self.voice(selected).changed(state) == asb(state)
        assert self.voice(0x0F & ~selected & ~0x02).changed(state) == b""

    def test_is_silenced_by_a_zero(self) -> None:
        voice = self.voice(0xFF)
        (ask,) = JobReader().feed(b"\x1da\x00")
        assert isinstance(ask, Ask)
        assert voice.answer(ask.token, READY) == b""
        assert voice.changed(PrinterState(paper="out")) == b""


def test_we_introduce_ourselves_as_configured() -> None:
    voice = Answering(Identity(maker="Citizen", model="CT-S310II", serial="42"))
    steps = JobReader().feed(b"\x1dI\x42\x1dI\x43\x1dI\x44\x1dI\x41\x1dI\x45")
    assert [
        voice.answer(step.token, READY) for step in steps if isinstance(step, Ask)
    ] == [b"_Citizen\0", b"_CT-S310II\0", b"_42\0", b"_30.42 ESC/POS\0", b"_\0"]
