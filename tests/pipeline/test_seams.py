"""A receipt that was split by a pause is one receipt all the same."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from agent.ids import JobId, LineId
from agent.pipeline.reading import Reading
from agent.pipeline.recollection import Recollection
from agent.pipeline.seams import MAX_JOINED_BYTES, MAX_LINES, Seams, better
from agent.pipeline.workshop import Understood, Workshop, _understood
from agent.store.records import Evidence, Job
from agent.wire.receipt import DocKind, Gist, Level, Tried
from agent.worker.tasks import understand
from hardware_sim import library_bytes
from hardware_sim.goods import Trade
from hardware_sim.receipts import TRADES, sale
from tests.fakes.shelf import FakeShelf

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
        (SALE._replace(equations=(Tried("A2", holds=True, gap=0),)), SALE, True),
        (SALE._replace(equations=(Tried("A2", holds=False, gap=9),)), SALE, False),
        (SALE._replace(number="17"), SALE, True),
        (SALE._replace(level=Level.V0), SALE, False),
        (UNKNOWN, UNKNOWN, False),
        (SALE._replace(total=None), UNKNOWN, False),
    ],
)
def test_the_whole_is_taken_when_it_makes_more_sense(
    whole: Gist, part: Gist, wins: bool
) -> None:
    assert better(whole, part) is wins


class AtOnce(Workshop):
    """It reads in this process."""

    def __init__(self) -> None:
        """No worker."""

    async def understand(
        self, raw: bytes, memory: bytes = b"", dialect: str = "escpos"
    ) -> Understood:
        params = {"profile": "default", "country": "FR", "dialect": dialect}
        return _understood(understand(params, raw, memory))


def _within_lines(raw: bytes, end: int) -> list[int]:
    """A place between two letters in each part of a dozen."""
    between = [m.start() + 1 for m in re.finditer(rb"[A-Za-z]{2}", raw[:end])]
    return between[:: max(1, len(between) // 12)]


@pytest.mark.parametrize("trade", TRADES)
async def test_a_pause_within_a_line_leaves_one_sale(trade: Trade) -> None:
    raw = library_bytes.encode(sale(trade, 1))
    workshop = AtOnce()
    whole = (await workshop.understand(raw)).gist
    assert whole.kind is DocKind.SALE
    total = f"{(whole.total or 0) / 100:.2f}".replace(".", ",").encode()
    for cut in _within_lines(raw, raw.index(total)):
        reading = Reading(workshop, Recollection(FakeShelf(), workshop, "p"), {})
        head = await reading.understand(a_job(0), raw[:cut])
        assert head.gist.total is None
        rest = await reading.understand(a_job(cut, "cut"), raw[cut:])
        assert rest.gist == whole, raw[cut - 20 : cut + 10]
