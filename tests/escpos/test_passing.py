"""What must not wait reaches the printer, marks nothing and happens once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.interpret import read
from agent.escpos.memory import EMPTY, Memory
from agent.escpos.passing import Passing, passing
from agent.paper.strip import Buzz
from tests.escpos.printed import PRINTER
from tests.escpos.streams import EXAMPLES, JOBS, streams
from tests.escpos.test_graphics import logo

NV, RAM = logo(67, b"A1"), logo(83, b"D1")
OTHER = logo(67, b"A2")
FORGET = b"\x1d(L\x04\x000BA1"
FORGET_ALL = b"\x1d(L\x05\x000ACLR"
FS_Q = b"\x1cq\x01\x01\x00\x01\x00" + b"\xff" * 8
CHARACTER = b"\x1b&\x03AA\x01\xff\xff\xff"
KANJI = b"\x1c2\x77\x21" + b"\xff" * 72
BITS = b"\x1d*\x01\x01" + b"\xff" * 8
TOP = b"\x1c(E\x06\x00\x3e\x02A1\x30\x00"
TOP_OFF = b"\x1c(E\x04\x00\x41\x0201"
BUZZ = b"\x1b(A\x03\x00a\x01\x02"
BEEP = b"\x1bB\x02\x03"
SHOWN = b"\x1b=\x02\x0cTOTAL 9,50\x1b=\x01"
SESSION = (
    b"\x1d(E\x03\x00\x01IN",
    b"\x1d(E\x04\x00\x05\x03\x06\x00",
    b"\x1d(E\x04\x00\x02OUT",
)
RECORD = b"\x1d(C\x08\x00\x001\x00K1abc"
SAVE = b"\x1d(M\x02\x00\x01\x01"

pieces = st.sampled_from(
    [
        *(NV, RAM, OTHER, FORGET, FORGET_ALL, FS_Q, CHARACTER, KANJI, BITS, TOP, TOP_OFF),
        *(BUZZ, BEEP, SHOWN, *SESSION, RECORD, SAVE, b"\x1b?A", b"\x1c?\x77\x21"),
        *(b"\x1b=\x02", b"\x1b=\x01", b"\x1b=\x03", b"\x1b@", b"\x1bL", b"\x1bS", b"\x0c"),
        *(b"\x1d:", b"\x1d^\x01\x00\x00", b"\x1bM\x01", b"\x1b!\x00", b"\x1b!\x01", b"\n"),
        *(b"TOTAL", b"\t", b"\x1d(L\x04\x00011\x33\x33", b"\x1d(L\x04\x0001\x32\x32"),
        *(b"\x1d(L\x04\x0001\x33\x33", b"\x1dV\0", b"\x1bp\0\x19\xfa", b"\x1dr\x01", b"\x07"),
        *(b"\x10\x14\x03\x01\x00\x01\x00\x01\x00", b"\x1d(M\x02\x00\x03\x01", b"\x1dC2\x05\0", b"\x1dc"),
        *(b"\x1d(L\x04\x000RD1", b"\x1cp\x01\x00", b"\x1dL\x10\0"),
    ]
)  # fmt: skip
definers = st.lists(pieces, max_size=14).map(b"".join)
befores = st.lists(pieces, max_size=8).map(
    lambda parts: read(b"".join(parts), PRINTER, EMPTY).memory
)


def without(raw: bytes, ranges: tuple[tuple[int, int], ...]) -> bytes:
    kept, at = b"", 0
    for start, end in ranges:
        assert at <= start < end <= len(raw)
        kept, at = kept + raw[at:start], end
    return kept + raw[at:]


def proved(raw: bytes, before: Memory = EMPTY) -> Passing:
    """``now`` leaves no mark, and the printer remembers what it would have."""
    done = passing(raw)
    sheet = read(done.now, PRINTER, before)
    assert all(isinstance(each, Buzz) for each in sheet.strip.elements)
    later = read(without(raw, done.left_out), PRINTER, sheet.memory)
    assert later.memory == read(raw, PRINTER, before).memory
    return done


@given(streams)
def test_any_job_passes_no_mark_and_is_remembered_as_if_it_had_been_printed(
    raw: bytes,
) -> None:
    proved(raw)


@given(definers, befores)
def test_a_job_of_definitions_does_too_whatever_the_printer_knew(
    raw: bytes, before: Memory
) -> None:
    if before.saved is None:
        proved(raw, before)


@given(st.lists(st.sampled_from(EXAMPLES), max_size=10).map(b"".join))
def test_a_job_of_any_commands_does_too(raw: bytes) -> None:
    proved(raw)


@pytest.mark.parametrize("stem", JOBS)
def test_recorded_jobs_do_too(stem: str) -> None:
    proved(JOBS[stem])


@pytest.mark.parametrize(
    "piece",
    [NV, FORGET, FORGET_ALL, FS_Q, TOP, RECORD, b"".join(SESSION), BUZZ, BEEP, SHOWN,
     b"\x1dg0\x00\x14\x00", b"\x1d8L" + (len(NV) - 5).to_bytes(4, "little") + NV[5:]],
)  # fmt: skip
def test_what_stays_or_sounds_passes_and_does_not_happen_twice(piece: bytes) -> None:
    raw = b"\x1b@" + piece + b"TOTAL\n\x1dV\0"
    assert proved(raw) == (piece, ((2, 2 + len(piece)),))


@pytest.mark.parametrize("piece", [RAM, CHARACTER, KANJI, BITS, TOP_OFF])
def test_what_a_reset_drops_passes_and_stays_in(piece: bytes) -> None:
    assert proved(b"\x1b@" + piece + b"TOTAL\n\x1dV\0") == (piece, ())


@pytest.mark.parametrize("piece", [RAM, CHARACTER, KANJI, BITS, TOP_OFF])
def test_what_the_job_itself_drops_does_not_pass(piece: bytes) -> None:
    assert proved(piece + b"TOTAL\n\x1b@") == (b"", ())


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        (b"\x1d:", NV),
        (b"TOTAL", TOP),
        (b"\x1bL", NV),
        (b"\x1bM\x01", CHARACTER),
        (b"\x1b!\x01", CHARACTER),
        (b"\x1d(L\x04\x0001\x33\x33", NV),
        (b"\x1b!\x30", FS_Q),
        (SESSION[0], SESSION[1]),
        (b"", SESSION[1]),
        (b"", SAVE),
        (b"", b"\x1dC2\x05\x00"),
    ],
)
def test_what_means_something_else_alone_stays_where_it_is(
    before: bytes, piece: bytes
) -> None:
    assert proved(before + piece) == (b"", ())


def test_order_is_kept_and_nothing_overtakes_what_has_to_stay() -> None:
    assert proved(NV + FORGET + OTHER).now == NV + FORGET + OTHER
    stays = b"\x1d(L\x04\x0001\x33\x33" + NV + b"\x1b@"
    assert proved(OTHER + stays + FORGET_ALL) == (OTHER, ((0, len(OTHER)),))


@pytest.mark.parametrize("piece", [NV, RAM, BUZZ, BEEP, b"\x07", SHOWN])
def test_behind_a_macro_nothing_passes_since_it_may_be_recorded(piece: bytes) -> None:
    assert proved(b"\x1d:" + piece + b"\x1d:" + piece) == (b"", ())


def test_the_printer_is_selected_again_though_the_job_forgets_to() -> None:
    raw = b"TOTAL\n\x1b=\x02MERCI"
    assert proved(raw) == (b"\x1b=\x02MERCI\x1b=\x01", ((6, len(raw)),))


def test_pulses_and_questions_inside_a_display_span_do_not_pass_again() -> None:
    raw = b"\x1b=\x02A\x1bp\0\x19\xfa\x10\x04\x01B\x1b=\x01"
    assert passing(raw).now == b"\x1b=\x02AB\x1b=\x01"


def test_a_receipt_of_today_passes_nothing() -> None:
    assert passing(b"\x1b@\x1ba\x01TOTAL 9,50\n\x1dV\0") == (b"", ())
