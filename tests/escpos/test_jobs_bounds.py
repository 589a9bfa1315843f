"""Jobs that never cut: silence, size, the display, and recorded ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.escpos.jobs import (
    FED_S,
    MAX_JOB_BYTES,
    SILENCE_S,
    STALL_S,
    TAIL_S,
    JobEnd,
    JobReader,
)
from tests.escpos.notation import nasty
from tests.escpos.splitting import DOC, ends, read, tiles
from tests.escpos.streams import CORPUS, JOBS


class TestSilence:
    def test_ends_sooner_when_the_paper_was_fed_out(self) -> None:
        for stream, patience_s in (
            (b"TOTAL\n", SILENCE_S),
            (b"TOTAL\n\n\n\n", FED_S),
            (b"TOTAL\x1bd\x04", FED_S),
            (b"TOTAL\x1bJ\xf0", FED_S),
            (b"TOTAL\n\n\n\nMERCI\n", SILENCE_S),
            (b"TOTAL\n\n\n\nMERCI", SILENCE_S),
        ):
            reader = JobReader()
            reader.feed(stream)
            assert reader.patience_s == patience_s
            assert reader.quiet(patience_s * 0.9) == []
            assert reader.quiet(patience_s) == [
                JobEnd(0, len(stream), "document", "idle")
            ]
            assert reader.patience_s is None

    def test_means_nothing_before_anything_was_said(self) -> None:
        reader = JobReader()
        assert reader.patience_s is None
        assert reader.quiet(1000) == []
        assert reader.close() == []

    def test_inside_a_command_is_waited_out_and_ends_the_job_at_last(self) -> None:
        reader = JobReader()
        stream = b"TOTAL\n\x1dv0\x00\x08"
        reader.feed(stream)
        assert reader.quiet(SILENCE_S) == []
        assert reader.patience_s == STALL_S
        ended = JobEnd(0, len(stream), "document", "idle", ((6, len(stream)),))
        assert reader.quiet(STALL_S) == [ended]

    def test_does_not_lose_a_line_whose_end_has_not_come(self) -> None:
        reader = JobReader()
        reader.feed(DOC + b"TOTAL")
        assert reader.quiet(TAIL_S) == []
        (job,) = ends(reader.quiet(SILENCE_S))
        assert (job.start, job.shape) == (len(DOC), "document")


class TestSize:
    def test_ends_a_job_that_never_cuts_between_two_tokens(self) -> None:
        line = b"ARTICLE " * 8 + b"\n"
        stream = line * (2 * MAX_JOB_BYTES // len(line) + 100)
        jobs = ends(
            read(*(stream[i : i + 65536] for i in range(0, len(stream), 65536)))
        )
        assert [job.evidence for job in jobs] == ["size", "size", "close"]
        assert {job.shape for job in jobs} == {"document"}
        assert max(job.end - job.start for job in jobs) <= MAX_JOB_BYTES
        assert min(job.end - job.start for job in jobs[:2]) > MAX_JOB_BYTES - 100
        assert tiles(jobs, len(stream))

    def test_ends_a_job_inside_a_picture_that_never_ends(self) -> None:
        reader = JobReader()
        steps = reader.feed(b"\x1dv0\x00\xff\xff\xff\xff")
        for _ in range(3 * MAX_JOB_BYTES // 65536):
            steps += reader.feed(nasty(65536))
        jobs = ends(steps)
        assert [(job.shape, job.evidence) for job in jobs] == [("document", "size")] * 2
        assert max(job.end - job.start for job in jobs) <= MAX_JOB_BYTES

    def test_ends_a_flood_behind_a_cut(self) -> None:
        flood = b"\0" * 1023 + b"\n"
        stream = DOC + flood * (MAX_JOB_BYTES // len(flood) + 1)
        jobs = ends(read(stream))
        assert [(job.shape, job.evidence) for job in jobs] == [
            ("document", "cut"),
            ("tail", "size"),
            ("control", "close"),
        ]
        assert tiles(jobs, len(stream))


def test_what_goes_to_the_customer_display_is_not_on_paper() -> None:
    reader = JobReader()
    reader.feed(b"\x1b=\x02ARTICLE 9,50")
    reader.quiet(SILENCE_S)
    assert not reader.marked
    reader.feed(b"\x1b=\x01TICKET\n")
    assert reader.marked


@pytest.mark.parametrize(
    ("stem", "documents"),
    [
        # Two sheets, and text that no line feed ever prints.
        ("escpost__cafe-order-voucher", 3),
        ("python-escpos-generated__text40", 1),
        ("python-escpos-generated__logo_qr15", 1),
        ("escpos-php__graphics", 1),
    ],
)
def test_recorded_jobs_split_into_their_sheets(stem: str, documents: int) -> None:
    shapes = [end.shape for end in ends(read(JOBS[stem]))]
    assert shapes.count("document") == documents
    assert set(shapes) <= {"document", "tail"}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_recorded_jobs_split_alike_in_packets(path: Path) -> None:
    stream = path.read_bytes()
    whole = read(stream)
    assert whole == read(*(stream[i : i + 1448] for i in range(0, len(stream), 1448)))
    assert tiles(ends(whole), len(stream))
