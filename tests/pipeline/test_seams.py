"""A receipt that was split by a pause is one receipt all the same."""

from __future__ import annotations

from uuid import UUID

import pytest

from agent.ids import JobId, LineId
from agent.pipeline.seams import MAX_JOINED_BYTES, MAX_LINES, Seams, better
from agent.store.records import Evidence, Job
from agent.wire.receipt import DocKind, Gist, Level

LINE = LineId(UUID(int=7))
UNKNOWN = Gist()
SALE = Gist(DocKind.SALE, 950, level=Level.V2)


def a_job(start: int, evidence: Evidence = "idle", line: LineId | None = LINE) -> Job:
    return Job(
        JobId(UUID(int=1)), "serial", 1, evidence, "document", line=line, start=start
    )


def test_a_part_is_what_the_next_one_goes_on_with() -> None:
    seams = Seams()
    seams.note(a_job(100), b"PAIN 1,00\n", UNKNOWN, b"")
    assert seams.before(a_job(110), b"TOTAL 1,00\n") == b"PAIN 1,00\n"
    # Three parts are one as well.
    seams.note(a_job(110), b"LAIT 2,00\n", UNKNOWN, b"PAIN 1,00\n")
    assert seams.before(a_job(120), b"TOTAL") == b"PAIN 1,00\nLAIT 2,00\n"


@pytest.mark.parametrize(
    "why", ["a hole", "a head", "a cut", "it was one", "a line", "no line", "too long"]
)
def test_else_a_document_begins_by_itself(why: str) -> None:
    seams = Seams()
    raw = b"x" * MAX_JOINED_BYTES if why == "too long" else b"PAIN 1,00\n"
    evidence: Evidence = "cut" if why == "a cut" else "idle"
    gist = SALE if why == "it was one" else UNKNOWN
    line = None if why == "no line" else LINE
    seams.note(a_job(0, evidence, line), raw, gist, b"")
    start = len(raw) + (why == "a hole")
    other = LineId(UUID(int=8)) if why == "a line" else line
    text = b"\x1b@TOTAL" if why == "a head" else b"TOTAL"
    assert seams.before(a_job(start, line=other), text) == b""


def test_lines_are_forgotten_in_time() -> None:
    seams = Seams()
    lines = [LineId(UUID(int=n + 1)) for n in range(MAX_LINES + 1)]
    for line in lines:
        seams.note(a_job(0, line=line), b"x", UNKNOWN, b"")
    assert seams.before(a_job(1, line=lines[0]), b"y") == b""
    assert seams.before(a_job(1, line=lines[1]), b"y") == b"x"


@pytest.mark.parametrize(
    ("whole", "part", "wins"),
    [
        (SALE, UNKNOWN, True),
        (SALE, SALE._replace(level=Level.V0), True),
        (SALE, SALE, False),
        (SALE._replace(level=Level.V0), SALE, False),
        (UNKNOWN, UNKNOWN, False),
        (SALE._replace(total=None), UNKNOWN, False),
    ],
)
def test_the_whole_is_taken_when_it_makes_more_sense(
    whole: Gist, part: Gist, wins: bool
) -> None:
    assert better(whole, part) is wins
