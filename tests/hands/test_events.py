"""struct input_event: any bytes, any pieces, both forms."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.hands.events import NATIVE, Dropped, InputEvents, Stroke
from agent.hands.keys import CODES, NAMES, code_of, name_of
from tests.hands.device import event, press, syn

HEADER = Path("/usr/include/linux/input-event-codes.h")


def test_a_press_is_down_and_up_with_the_kernels_time() -> None:
    assert InputEvents().feed(press("KP1", 1234.5, for_ms=40)) == [
        Stroke(79, "down", 1234.5),
        Stroke(79, "up", 1274.5),
    ]


@pytest.mark.parametrize(("long", "form"), [(8, "<qqHHi"), (4, "<llHHi")])
def test_both_forms_are_read(long: int, form: str) -> None:
    raw = struct.pack(form, 2, 500_000, 1, CODES["P"], 2)
    assert len(raw) == {8: 24, 4: 16}[long]
    assert InputEvents(long).feed(raw) == [Stroke(25, "held", 2500.0)]


def test_the_form_is_that_of_this_machine() -> None:
    assert len(event(1, 1, 1)) == 2 * NATIVE + 8


def test_what_the_kernel_dropped_is_said_and_the_rest_of_that_report_left_out() -> None:
    dropped = event(0, 3, 0) + event(1, CODES["P"], 1) + syn()
    heard = InputEvents().feed(dropped + press("Q"))
    assert heard[0] == Dropped()
    assert [each.code for each in heard[1:] if isinstance(each, Stroke)] == [16, 16]


@given(st.binary(max_size=600), st.sampled_from([4, 8]))
def test_any_bytes_are_data(raw: bytes, long: int) -> None:
    heard = InputEvents(long).feed(raw)
    assert len(heard) <= len(raw) // (2 * long + 8)


EVENTS = st.builds(
    event, st.integers(0, 2), st.integers(0, 4), st.integers(-1, 3), st.integers(0, 999)
)


@given(st.lists(EVENTS).map(b"".join), st.lists(st.integers(0, 60), max_size=8))
def test_how_the_bytes_are_cut_changes_nothing(raw: bytes, cuts: list[int]) -> None:
    parser, heard, at = InputEvents(), [], 0
    for cut in cuts:
        heard += parser.feed(raw[at : at + cut])
        at += cut
    heard += parser.feed(raw[at:])
    assert heard == InputEvents().feed(raw)


def test_names_are_the_kernels() -> None:
    if not HEADER.exists():
        pytest.skip(f"no {HEADER}: apt-get install linux-libc-dev")
    found = re.finditer(r"#define KEY_(\w+)\s+(\d+|0x[0-9a-f]+)\b", HEADER.read_text())
    known = {match[1]: int(match[2], 0) for match in found}
    assert {name: known.get(name) for name in CODES} == CODES


def test_a_key_has_a_name_or_a_number() -> None:
    assert (name_of(79), name_of(700)) == ("KP1", "700")
    assert code_of("key_kp1") == code_of("KP1") == 79
    assert code_of("1") == 2  # the key, not the code
    assert code_of("700") == 700
    assert code_of("PAPER") is None
    assert len(NAMES) == len(CODES)
