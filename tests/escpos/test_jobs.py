"""Where jobs end: by evidence, without a hole, whatever the packets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.grammar import LEADS
from agent.escpos.jobs import (
    FED_S,
    SILENCE_S,
    STALL_S,
    TAIL_S,
    Abandon,
    Ask,
    JobEnd,
    JobReader,
    KickNow,
)
from tests.escpos.notation import nasty
from tests.escpos.splitting import CUT, DOC, KICK, LOGO, ends, parts, read, tiles
from tests.escpos.streams import cut_up, cuts, singly, streams

cases = st.one_of(
    streams,
    st.lists(
        st.sampled_from(
            [
                *(b"Caf\x82 1.20\n", b"\n\n\n\n", CUT, KICK, LOGO, b"\x1b@", b"  "),
                *(
                    b"\x1ba\x01",
                    b"\x10\x04\x01",
                    b"\x1dr\x01",
                    b"\x1b=\x01",
                    b"\x1b=\x02",
                ),
                *(
                    b"\0",
                    b"\x10\x05\x02",
                    b"\x10\x05\x01",
                    b"\x1d(L\x04\x000@KC",
                    b"\x06",
                ),
                b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08",
            ]
        ),
        max_size=14,
    ).map(b"".join),
)


@given(cases, cuts)
def test_jobs_do_not_depend_on_packets(stream: bytes, where: list[int]) -> None:
    assert read(*cut_up(stream, where)) == read(stream)
    assert read(*singly(stream)) == read(stream)


@given(cases)
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
    kicked: set[int] = set()
    told: set[int] = set()
    for step in read(stream):
        if isinstance(step, KickNow):
            assert stream[step.start : step.end] == step.raw
            kicked |= set(range(step.start, step.end))
        if isinstance(step, JobEnd):
            for start, end in step.forwarded:
                assert step.start <= start < end <= step.end
                told |= set(range(start, end))
    assert kicked <= told
    torn = sorted(told - kicked)
    assert torn == list(range(len(stream) - len(torn), len(stream)))
    assert not torn or stream[torn[0]] in LEADS


@given(cases)
def test_patience_ends_whatever_is_open(stream: bytes) -> None:
    reader = JobReader()
    steps, waited = reader.feed(stream), 0
    while (patience_s := reader.patience_s) is not None:
        assert reader.quiet(patience_s * 0.99) == []
        steps += reader.quiet(patience_s)
        waited += 1
        assert waited <= 3
    assert tiles(ends(steps), len(stream))
    assert reader.close() == []


@pytest.mark.parametrize(
    "cut",
    [
        *(
            b"\x1dV\x00",
            b"\x1dV\x01",
            b"\x1dV0",
            b"\x1dV1",
            b"\x1dVA\x03",
            b"\x1dVB\x00",
        ),
        *(
            b"\x1dVa\x03",
            b"\x1dVb\x03",
            b"\x1dVg\x03",
            b"\x1dVh\x03",
            b"\x1bi",
            b"\x1bm",
        ),
        b"\x1d(V\x02\x000\x01",
    ],
)
def test_a_document_ends_at_its_cut_at_once(cut: bytes) -> None:
    reader = JobReader()
    stream = b"TOTAL 9.50\n" + cut
    assert reader.feed(stream) == [JobEnd(0, len(stream), "document", "cut")]


@pytest.mark.parametrize(
    "mark",
    [
        *(b"TOTAL", LOGO, b"\x1b*\x00\x01\x00x", b"\x1cp\x01\x00", b"\x1d/\x00"),
        *(b"\x1dk\x04A1\x00", b"\x1d(k\x03\x001Q0", b"\x1d(L\x02\x0002", b"\x1d(L\x02\x000\x02"),
        *(b"\x1d(L\x06\x000EAA\x01\x01", b"\x1d8L\x02\x00\x00\x0002", b"\x1d(A\x02\x00\x00\x02"),
    ],
)  # fmt: skip
def test_whatever_marks_paper_makes_a_document(mark: bytes) -> None:
    assert parts(mark + CUT) == [(mark + CUT, "document", "cut")]


@pytest.mark.parametrize(
    ("stream", "shape"),
    [
        (b"", None),
        (KICK, "drawer"),
        (b"\x1b@\x1b=\x01" + KICK + b"\x1bp\x01\x19\xfa", "drawer"),
        (b"\x10\x14\x01\x00\x05", "drawer"),
        (b"\x10\x04\x02\x1b\x06\x01\x1b@", "queries"),
        (b"\x10\x04\x01\x10\x04\x04", "queries"),
        (b"\x1b@", "queries"),
        (b"\x1b@\x1da\xff\x1dI\x42\x1d(H\x06\x000012AB", "queries"),
        (b"\x10\x14\x07\x01\x10\x05\x01\x1bv\x1bu\x00", "queries"),
        (b"\0" * 8192, "empty"),
        (b"\x1bt\x10", "control"),
        (b"\x1d(L\x0b\x000p0\x01\x011\x08\x00\x01\x00\xff", "control"),
        (b"\n\n\n", "control"),
        (b"   ", "control"),
        (KICK + b"\n", "control"),
        (CUT, "control"),
        (b"\x10\x14\x03\x01\x00\x01\x01\x00", "drawer"),
        (b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x07", "control"),
        (b"\x1d(E\x02\x00\x06\x03\x1d(L\x02\x0000\x1cg2\0\0\0\0\0\5\0", "queries"),
        (b"\x1bB\x03\x01", "control"),
        (b"\x1b=\x02TOTAL 9.50\x1b=\x01", "control"),
        (b"TOTAL", "document"),
    ],
)
def test_the_shape_of_a_whole_connection(stream: bytes, shape: str | None) -> None:
    expected = [(stream, shape, "close")] if shape else []
    assert parts(stream) == expected


@pytest.mark.parametrize(
    "tail",
    [
        *(b"\n\n", b"\x1bd\x05", CUT, b"\n" + CUT, b"\x1b@", b"\x1b@\n" + CUT, b" \n"),
        *(KICK + b"\x1b@", b"\x1dr\x01\n", b"\x1b=\x01", b"\x1bJ\x10\x0c", b"\x1bt\x10" + CUT),
    ],
)  # fmt: skip
class TestBehindACut:
    def test_what_prints_nothing_is_the_tail_when_the_pos_hangs_up(
        self, tail: bytes
    ) -> None:
        assert parts(DOC + tail) == [(DOC, "document", "cut"), (tail, "tail", "close")]

    def test_or_falls_silent(self, tail: bytes) -> None:
        reader = JobReader()
        reader.feed(DOC + tail)
        assert reader.quiet(TAIL_S * 0.9) == []
        ended = ends(reader.quiet(SILENCE_S))
        assert [(job.shape, job.evidence) for job in ended] == [("tail", "idle")]
        assert reader.patience_s is None


@pytest.mark.parametrize(
    ("tail", "head"),
    [
        (b"", b""),
        (b"\n\n", b""),
        (b"\n", b"\x1b@"),
        (b"\n" + CUT, b"\x1b@\x1ba\x01"),
        (b"", b"\x1ba\x01\n"),
        (b"\x1bd\x03", b"\x1b!\x30\x1bt\x10"),
        (b"\x1ba\x00\n", b"\x1b@\x1bt\x10"),
        (b"\x1b@\n" + CUT, b"\x1bE\x01"),
        (b"\n", b"   "),
        (b"\n", b"\x1b=\x01\x1bR\x00"),
        (b"\n" + KICK, b"\x1b@" + KICK),
        (b"\n", b"\x1b@\x1bt\x10\x1b@"),
    ],
)
def test_what_prepares_the_next_document_heads_it(tail: bytes, head: bytes) -> None:
    expected = [(DOC, "document", "cut")]
    if tail:
        expected.append((tail, "tail", "cut"))
    expected.append((head + DOC, "document", "cut"))
    assert parts(DOC + tail + head + DOC) == expected


def test_settings_behind_a_cut_are_kept_apart_from_the_tail() -> None:
    assert parts(DOC + b"\n\x1bt\x10") == [
        (DOC, "document", "cut"),
        (b"\n", "tail", "close"),
        (b"\x1bt\x10", "control", "close"),
    ]


def test_settings_behind_a_cut_and_a_pause_still_head_the_next_document() -> None:
    reader = JobReader()
    reader.feed(DOC + b"\n\x1bt\x10")
    (tail,) = ends(reader.quiet(TAIL_S))
    assert (tail.start, tail.end, tail.shape) == (len(DOC), len(DOC) + 1, "tail")
    (document,) = ends(reader.feed(DOC))
    assert (document.start, document.shape) == (tail.end, "document")


@pytest.mark.parametrize(
    ("after", "shape"), [(b"\x1dr\x01", "queries"), (KICK, "drawer"), (b"\0", "empty")]
)
def test_what_does_not_concern_paper_is_no_tail(after: bytes, shape: str) -> None:
    assert parts(DOC + after)[1:] == [(after, shape, "close")]


def test_after_a_pause_behind_a_cut_a_drawer_pulse_is_its_own_job() -> None:
    reader = JobReader()
    reader.feed(DOC)
    assert reader.patience_s == TAIL_S
    assert reader.quiet(TAIL_S) == []
    reader.feed(b"\x1b@" + KICK)
    assert [end.shape for end in ends(reader.close())] == ["drawer"]


def test_a_kitchen_copy_and_a_receipt_on_one_connection_are_two_documents() -> None:
    stream = b"\x1b@CUISINE\n2x Menu\n" + CUT + b"\x1b@TICKET\n9,50\n" + CUT
    assert [part[1:] for part in parts(stream)] == [("document", "cut")] * 2


@pytest.mark.parametrize(
    "picture",
    [
        LOGO,
        b"\x1b*\x21\x20\x00" + nasty(96),
        b"\x1d(L\x4a\x000p0\x01\x011\x08\x00\x40\x00" + nasty(64),
        b"\x1d8L\x4a\x00\x00\x000p0\x01\x011\x08\x00\x40\x00" + nasty(64),
    ],
)
def test_a_cut_inside_a_picture_never_splits(picture: bytes) -> None:
    steps = read(b"LOGO " + picture + b"\nTOTAL" + CUT)
    assert len(steps) == 1


class TestTheDrawer:
    @pytest.mark.parametrize(
        "kick",
        [KICK, b"\x10\x14\x01\x00\x05", b"\x10\x14\x03\x01\x00\x01\x01\x00"],
    )
    def test_opens_at_once_in_the_middle_of_a_receipt(self, kick: bytes) -> None:
        reader = JobReader()
        assert reader.feed(b"TOTAL 9.50" + kick) == [KickNow(kick, 10, 10 + len(kick))]
        assert reader.feed(CUT) == [
            JobEnd(0, 13 + len(kick), "document", "cut", ((10, 10 + len(kick)),))
        ]

    def test_pulses_before_and_after_belong_to_the_jobs_they_stand_in(self) -> None:
        first, tail = ends(read(KICK + DOC + b"\n" + KICK))
        assert first.forwarded == ((0, 5),)
        assert tail.forwarded == ((tail.end - 5, tail.end),)

    def test_a_pulse_inside_a_picture_is_a_picture(self) -> None:
        picture = b"\x1dv0\x00\x05\x00\x01\x00" + KICK
        assert ends(read(picture)) == read(picture)


class TestQuestions:
    def test_come_out_where_they_stand_with_their_urgency(self) -> None:
        steps = read(b"AB\x1dr\x01\x10\x04\x01")
        asks = [step for step in steps if isinstance(step, Ask)]
        assert [(ask.token.name, ask.realtime, ask.at) for ask in asks] == [
            ("GS r", False, 2),
            ("DLE EOT", True, 5),
        ]

    def test_follow_the_end_of_the_document_before_them(self) -> None:
        kinds = [type(step) for step in read(DOC + b"\x1dr\x01")]
        assert kinds == [JobEnd, Ask, JobEnd]

    def test_inside_a_picture_are_not_asked(self) -> None:
        assert not [step for step in read(LOGO) if isinstance(step, Ask)]


CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


class TestGivingUp:
    @pytest.mark.parametrize("code", [b"\x10\x05\x02", CLEAR])
    def test_ends_what_is_open_with_the_code_in_it(self, code: bytes) -> None:
        raw = b"TOTAL 9.50\n"
        steps = JobReader().feed(raw + code + DOC)
        end = len(raw + code)
        asked = [step for step in steps if isinstance(step, Ask)]
        assert steps[:2] == [
            Abandon(len(raw)),
            JobEnd(0, end, "document", "abandoned"),
        ]
        assert [(ask.token.raw, ask.realtime) for ask in asked] == (
            [(CLEAR, True)] if code == CLEAR else []
        )
        assert steps[-1] == JobEnd(end, end + len(DOC), "document", "cut")

    def test_of_a_document_that_has_ended_is_said_as_well(self) -> None:
        steps = read(DOC + b"\n\x10\x05\x02")
        assert steps == [
            JobEnd(0, len(DOC), "document", "cut"),
            Abandon(len(DOC) + 1),
            JobEnd(len(DOC), len(DOC) + 4, "tail", "abandoned"),
        ]

    def test_keeps_a_head_apart_from_the_tail(self) -> None:
        stream = DOC + b"\n\x1b@\x1ba\x01\x10\x05\x02"
        assert parts(stream)[1:] == [
            (b"\n", "tail", "abandoned"),
            (b"\x1b@\x1ba\x01\x10\x05\x02", "control", "abandoned"),
        ]

    def test_of_nothing_is_no_job_for_anybody(self) -> None:
        assert parts(b"\x10\x05\x02") == [(b"\x10\x05\x02", "queries", "abandoned")]

    def test_knows_the_pulses_that_left(self) -> None:
        (end,) = ends(read(KICK + b"\x10\x05\x02"))
        assert (end.shape, end.forwarded) == ("drawer", ((0, 5),))

    @pytest.mark.parametrize(
        "other",
        [b"\x10\x05\x00", b"\x10\x05\x01", b"\x10\x05\x03", CLEAR[:-1] + b"\x09"],
    )
    def test_needs_the_right_parameters(self, other: bytes) -> None:
        assert not [step for step in read(b"A" + other) if isinstance(step, Abandon)]
        assert ends(read(b"A" + other))[0].evidence == "close"

    @pytest.mark.parametrize("code", [b"\x10\x05\x02", CLEAR])
    def test_inside_a_picture_is_a_picture(self, code: bytes) -> None:
        picture = b"\x1dv0\x00" + bytes((len(code), 0, 1, 0)) + code
        assert ends(read(picture)) == read(picture)

    def test_speaks_to_the_printer_while_the_display_is_selected(self) -> None:
        steps = read(b"\x1b=\x02TOTAL\x10\x05\x02")
        assert isinstance(steps[0], Abandon)
