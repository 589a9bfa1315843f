"""Where Star jobs end: by evidence, without a hole, whatever the packets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.escpos.jobs import (
    FED_S,
    MAX_JOB_BYTES,
    SILENCE_S,
    STALL_S,
    TAIL_S,
    Abandon,
    Ask,
    JobEnd,
    KickNow,
    Step,
)
from agent.star.jobs import JobReader
from tests.escpos.splitting import ends, tiles
from tests.escpos.streams import cut_up, cuts, singly
from tests.star.streams import CUT, DOC, EXAMPLES, ROW, streams

ENTER, QUIT, FF = b"\x1b*rA", b"\x1b*rB", b"\x1b\x0c\x00"
cases = st.one_of(streams, st.lists(st.sampled_from(EXAMPLES)).map(b"".join))


def read(*chunks: bytes) -> list[Step]:
    reader = JobReader()
    return [step for chunk in chunks for step in reader.feed(chunk)] + reader.close()


def parts(*chunks: bytes) -> list[tuple[bytes, str, str]]:
    stream = b"".join(chunks)
    return [
        (stream[end.start : end.end], end.shape, end.evidence)
        for end in ends(read(*chunks))
    ]


# -- laws -------------------------------------------------------------------


@given(cases, cuts)
@settings(max_examples=200)
def test_jobs_do_not_depend_on_packets(stream: bytes, where: list[int]) -> None:
    assert read(*cut_up(stream, where)) == read(stream)
    assert read(*singly(stream)) == read(stream)


@given(cases)
@settings(max_examples=200)
def test_jobs_leave_no_hole_and_do_not_overlap(stream: bytes) -> None:
    assert tiles(ends(read(stream)), len(stream))


@given(cases, cuts, st.lists(st.sampled_from([0.1, TAIL_S, FED_S, SILENCE_S, STALL_S])))
def test_silence_at_any_moment_leaves_no_hole_either(
    stream: bytes, where: list[int], silences: list[float]
) -> None:
    reader, steps = JobReader(), []
    for index, chunk in enumerate(cut_up(stream, where)):
        steps += reader.feed(chunk)
        if index < len(silences):
            steps += reader.quiet(silences[index])
    steps += reader.close()
    assert tiles(ends(steps), len(stream))


@given(cases)
def test_what_is_forwarded_are_pulses_that_came_out_and_half_a_command_at_the_end(
    stream: bytes,
) -> None:
    reader = JobReader()
    steps = reader.feed(stream)
    torn = len(reader.torn)
    kicked: list[tuple[int, int]] = []
    told: list[tuple[int, int]] = []
    for step in [*steps, *reader.close()]:
        if isinstance(step, KickNow):
            kicked.append((step.start, step.end))
        if isinstance(step, JobEnd):
            told += step.forwarded
    half = [(len(stream) - torn, len(stream))] if torn else []
    assert told == kicked + half


@given(cases)
def test_patience_ends_what_there_is(stream: bytes) -> None:
    reader = JobReader()
    steps = reader.feed(stream)
    for _ in range(4):
        patience_s = reader.patience_s
        if patience_s is None:
            break
        steps += reader.quiet(patience_s)
    assert reader.patience_s is None
    assert tiles(ends(steps), len(stream))


# -- cuts -------------------------------------------------------------------


@pytest.mark.parametrize("n", b"\x00\x01\x02\x030123")
def test_escape_d_cuts(n: int) -> None:
    cut = b"\x1bd" + bytes((n,))
    assert parts(b"A\n" + cut + b"B\n" + cut) == [
        (b"A\n" + cut, "document", "cut"),
        (b"B\n" + cut, "document", "cut"),
    ]


def test_feeds_and_a_second_cut_are_the_tail() -> None:
    assert parts(DOC + b"\n\n" + CUT + b"\x1b@NEXT\n" + CUT) == [
        (DOC, "document", "cut"),
        (b"\n\n" + CUT, "tail", "cut"),
        (b"\x1b@NEXT\n" + CUT, "document", "cut"),
    ]


def test_the_end_of_the_document_is_not_a_cut_of_its_own() -> None:
    """receiptline: ESC d 3, ESC GS ETX 1 0 0, EOT."""
    close = b"\x1b\x1d\x03\x01\x00\x00\x04"
    assert parts(DOC + close) == [(DOC, "document", "cut"), (close, "queries", "close")]


def test_tear_bar_printers_end_by_silence() -> None:
    reader = JobReader()
    assert not ends(reader.feed(b"TOTAL\n\x1ba\x05"))
    assert reader.patience_s == FED_S
    assert [end.evidence for end in ends(reader.quiet(FED_S))] == ["idle"]


def test_a_flood_ends_by_size() -> None:
    found = ends(read(b"x" * (MAX_JOB_BYTES + 10)))
    assert [end.evidence for end in found] == ["size", "close"]


@pytest.mark.parametrize("cancel", [b"\x18", b"\x1b\x06\x18"])
def test_who_cancels_what_it_began_will_send_it_again(cancel: bytes) -> None:
    begun = b"TOTAL 9." + cancel
    assert parts(begun + DOC) == [
        (begun, "document", "abandoned"),
        (DOC, "document", "cut"),
    ]
    steps = read(begun + DOC)
    assert [step.at for step in steps if isinstance(step, Abandon)] == [8]


@pytest.mark.parametrize("cancel", [b"\x18", b"\x1b\x06\x18"])
def test_who_cancels_nothing_begins_afresh(cancel: bytes) -> None:
    steps = read(DOC + cancel + DOC)
    assert not any(isinstance(step, Abandon) for step in steps)
    assert [end.shape for end in ends(steps)] == ["document", "document"]


# -- raster sessions --------------------------------------------------------


def test_a_raster_session_is_one_document_whatever_it_cuts() -> None:
    session = ENTER + ROW * 2 + FF + ROW + b"\x1b\x0c\x04" + QUIT
    assert parts(session + session) == [(session, "document", "cut")] * 2


def test_quitting_executes_what_remains() -> None:
    session = ENTER + ROW + QUIT
    assert parts(session + b"\x1b\x06\x01") == [
        (session, "document", "cut"),
        (b"\x1b\x06\x01", "queries", "close"),
    ]


def test_a_raster_logo_that_does_not_cut_is_the_head_of_its_receipt() -> None:
    logo = ENTER + b"\x1b*rE1\x00" + ROW + QUIT
    assert parts(logo + DOC) == [(logo + DOC, "document", "cut")]


def test_who_never_leaves_raster_mode_is_given_half_a_second() -> None:
    reader = JobReader()
    assert not ends(reader.feed(ENTER + ROW + FF))
    assert reader.patience_s == FED_S
    first = ends(reader.quiet(FED_S))
    assert not ends(reader.feed(ROW * 4))
    assert reader.patience_s == SILENCE_S
    second = ends(reader.feed(FF) + reader.quiet(FED_S))
    assert [end.shape for end in first + second] == ["document", "document"]


# -- drawer and questions ---------------------------------------------------


@pytest.mark.parametrize("pulse", [b"\x07", b"\x1c", b"\x1a", b"\x19"])
def test_a_pulse_leaves_at_once(pulse: bytes) -> None:
    reader = JobReader()
    assert reader.feed(b"TOTAL\n" + pulse) == [KickNow(pulse, 6, 7)]
    end = ends(reader.feed(CUT))[0]
    assert end.forwarded == ((6, 7),)


def test_the_length_of_the_pulse_goes_ahead_of_it() -> None:
    width = b"\x1b\x07\x14\x14"
    steps = read(width + b"\x07")
    assert [step.raw for step in steps if isinstance(step, KickNow)] == [width, b"\x07"]
    assert [end.shape for end in ends(steps)] == ["drawer"]


def test_a_pulse_byte_in_a_picture_is_a_dot() -> None:
    steps = read(b"\x1bk\x01\x00" + b"\x07\x1c\x1a\x19" * 6 + b"\n")
    assert not any(isinstance(step, KickNow) for step in steps)


def test_a_drawer_in_raster_mode_is_opened_in_line_mode_s_words() -> None:
    """The printer that gets it ahead of the job is not in raster mode."""
    steps = read(ENTER + b"\x1b*rD1\0" + b"\x1b*rD3\0" + QUIT)
    kicks = [step.raw for step in steps if isinstance(step, KickNow)]
    assert kicks == [b"\x07", b"\x07\x1a"]


@pytest.mark.parametrize(
    ("raw", "realtime"),
    [
        *((b"\x1b\x06\x01", True), (b"\x05", True), (b"\x04", True)),
        *((b"\x17", False), (b"\x1b\x1d\x03\x01\0\0", False), (b"\x1b\x1ea1", False)),
        *((b"\x1b\x1eE0", False), (b"\x18", False), (b"\x1b#*\n\0", False)),
        *((b"\x1b\x1dyI", False), (b"\x1b\x1dxI", False)),
    ],
)
def test_questions_come_out_where_they_stand(raw: bytes, realtime: bool) -> None:
    asks = [step for step in read(b"A\n" + raw + b"B") if isinstance(step, Ask)]
    assert [(ask.token.raw, ask.realtime, ask.at) for ask in asks] == [
        (raw, realtime, 2)
    ]


def test_padding_is_nothing() -> None:
    assert parts(b"\0" * 300) == [(b"\0" * 300, "empty", "close")]


def test_the_probe_of_a_pos_that_knows_no_dialect_yet_is_no_job() -> None:
    probe = b"\x10\x04\x02\x1b\x06\x01\x1b@"
    assert parts(probe) == [(probe, "queries", "close")]


def test_defining_a_logo_is_a_job_that_changes_the_printer() -> None:
    logo = b"\x1b\x1cq\x01\x01\x00\x01\x00" + bytes(8)
    assert parts(logo) == [(logo, "control", "close")]
