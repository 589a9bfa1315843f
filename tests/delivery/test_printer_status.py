from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.delivery.printer_status import Sieve, read_state, trouble_of
from agent.events import PrinterState

ALL_WELL = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}


def test_a_real_printer_at_rest_can_print() -> None:
    state = read_state(ALL_WELL, "low")
    assert state == PrinterState(known=True)
    assert trouble_of(state) is None


@pytest.mark.parametrize(
    ("number", "byte", "field", "value"),
    [
        (1, 0x1E, "online", False),
        (1, 0x12, "drawer_open", True),
        (2, 0x16, "cover_open", True),
        (2, 0x32, "paper", "out"),
        (2, 0x52, "error", True),
        (3, 0x16, "error", True),
        (3, 0x1A, "error", True),
        (3, 0x32, "error", True),
        (3, 0x52, "error", True),
        (4, 0x1E, "paper", "near_end"),
        (4, 0x72, "paper", "out"),
        (4, 0x7E, "paper", "out"),
    ],
)
def test_each_bit_of_the_manual_says_one_thing(
    number: int, byte: int, field: str, value: object
) -> None:
    well = read_state(ALL_WELL, "low")
    state = read_state(ALL_WELL | {number: byte}, "low")
    changed = {
        name
        for name in PrinterState.__dataclass_fields__
        if getattr(state, name) != getattr(well, name)
    }
    assert changed == {field}
    assert getattr(state, field) == value


def test_the_feed_button_and_little_paper_do_not_stop_a_job() -> None:
    answers = ALL_WELL | {1: 0x56, 2: 0x1A, 4: 0x1E}
    assert trouble_of(read_state(answers, "low")) is None


def test_the_drawer_switch_may_be_the_other_way_round() -> None:
    assert read_state(ALL_WELL, "high").drawer_open
    assert not read_state(ALL_WELL | {1: 0x12}, "high").drawer_open


def test_an_open_cover_is_said_before_missing_paper() -> None:
    answers = {1: 0x1E, 2: 0x36, 3: 0x12, 4: 0x72}
    assert trouble_of(read_state(answers, "low")) == "cover_open"


def test_nothing_known_is_no_trouble() -> None:
    assert trouble_of(PrinterState(known=False, online=False, paper="out")) is None


NOISE = st.one_of(
    st.just(b"\x14\x00\x00\x0f"),  # automatic status
    st.just(b"\x1c\x0c\x6c\x6f"),  # automatic status, much set
    st.just(b"_TM-T88V\x00"),  # GS I 67: has bytes that look like an answer
    st.just(b"\x37\x22RRRR\x00"),  # GS ( H
    st.sampled_from([b"\x00", b"\x0c", b"\x03", b"\x11", b"\x13"]),
)


@given(
    st.lists(st.tuples(NOISE, st.sampled_from([0x12, 0x16, 0x1A, 0x1E, 0x72]))),
    st.data(),
)
def test_answers_are_found_whatever_surrounds_them_and_however_it_is_cut(
    parts: list[tuple[bytes, int]], data: st.DataObject
) -> None:
    stream = b"".join(noise + bytes((answer,)) for noise, answer in parts)
    cut = data.draw(st.integers(0, len(stream)))
    sieve = Sieve()
    found = sieve.feed(stream[:cut]) + sieve.feed(stream[cut:])
    assert found == [answer for _, answer in parts]


def test_a_name_that_never_ends_does_not_deafen_us() -> None:
    assert Sieve().feed(b"_" + b"A" * 200 + b"\x16")[-1] == 0x16
