"""A copy is marked, and below its mark it is the job, dot by dot, on both simulated minds.

Compared on the simulated printer, which shares no code with the agent: what a printer in
some state prints of a job alone, and what it prints of the mark and the job.
"""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from PIL import Image, ImageChops

logging.getLogger().addHandler(logging.NullHandler())  # before escpos
from agent.letters.slips import SLIPS  # noqa: E402 -- after the handler above
from agent.pipeline import marking  # noqa: E402 -- after the handler above
from agent.star.interpret import interpret as star  # noqa: E402 -- after the handler
from bench.pixels import JOBS  # noqa: E402 -- after the handler above
from hardware_sim import paper_png  # noqa: E402 -- after the handler above
from hardware_sim.decode import run  # noqa: E402 -- after the handler above
from tests.escpos.proofs.table import PROOFS  # noqa: E402 -- after the handler above
from tests.star.printed import PRINTER as STAR_PRINTER  # noqa: E402
from tests.star.proofs import PROOFS as STAR_PROOFS  # noqa: E402

AT = dt.datetime(2026, 11, 29, 10, 12, tzinfo=dt.UTC)
WIDTH = 576
SALE = b"CAFE 2,30\n\x82t\x82 \xd5 1,20\nTOTAL 3,50\n\x1dV\x00"
"""Without ESC @: in the style and the code page that stand."""
PAGE = b"\x1bL\x1bW\0\0\0\0\x40\x02\x90\x01\x1d$\x40\0PAGE\n\x0c\n\x1dV\0"
PICTURE = b"\x1dv0\0\x02\0\x10\0" + bytes(range(32)) + b"\n\x1dV\0"

STATES = {
    "as it woke up": b"",
    "bold and wide": b"\x1bE\x01\x1d!\x11",
    "centred": b"\x1ba\x01",
    "right, underlined, inverted": b"\x1ba\x02\x1b-\x02\x1dB\x01",
    "upside down": b"\x1b{\x01",
    "turned": b"\x1bV\x01",
    "font B, tight": b"\x1bM\x01\x1b3\x10",
    "a margin, a narrow area": b"\x1dL\x40\0\x1dW\x40\x01",
    "French letters": b"\x1bR\x01",
    "spread": b"\x1b \x04",
    "in kanji mode": b"\x1c&",
    **{
        f"code page {n}": bytes((0x1B, 0x74, n))
        for n in (0, 1, 2, 3, 4, 5, 13, 16, 17, 19, 37, 40, 45, 46, 47, 48, 255)
    },
}
BODIES = {"text": SALE, "a page": PAGE, "a picture": PICTURE}


def mark(raw: bytes) -> bytes:
    """As :mod:`agent.pipeline.printing` makes it."""
    if marking.begins_anew(raw):
        return SLIPS["duplicata"]("TM-T88V", {"number": 2, "at": AT.isoformat()})
    return marking.plain(2, AT)


def paper(raw: bytes) -> Image.Image:
    return paper_png.job_raster(raw, WIDTH).convert("L")


def the_same_below(before: bytes, job: bytes) -> None:
    alone, marked = paper(before + job), paper(before + mark(job) + job)
    top = paper(before) if before else None
    height = alone.height - (top.height if top is not None else 0)
    want = alone.crop((0, alone.height - height, alone.width, alone.height))
    got = marked.crop((0, marked.height - height, marked.width, marked.height))
    assert marked.height > alone.height  # it says something
    assert ImageChops.difference(want, got).getbbox() is None


def effects(raw: bytes) -> list[object]:
    return list(run(raw)[1])


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("body", BODIES)
def test_a_job_that_counts_on_what_stands_is_the_same_below_its_mark(
    state: str, body: str
) -> None:
    before, job = STATES[state] + b"avant\n", BODIES[body]
    assert not marking.begins_anew(job)
    the_same_below(before, job)
    assert effects(mark(job) + job) == effects(job)


@pytest.mark.parametrize("state", STATES)
def test_a_job_that_begins_anew_is_the_same_below_its_mark(state: str) -> None:
    before = STATES[state] + b"avant\n"
    for body in BODIES.values():
        job = b"\0\x10\x04\x01\x1bp\0\x19\xfa\x1b@" + STATES[state] + body
        assert marking.begins_anew(job)
        the_same_below(before, job)


@pytest.mark.parametrize("path", sorted(JOBS.glob("*.bin")), ids=lambda path: path.stem)
def test_recorded_jobs_are_the_same_below_their_mark(path: object) -> None:
    the_same_below(b"", (JOBS / str(path)).read_bytes())


EXPLAINED = {"FS ( E fn=3C": "the printer's own top logo stands above our mark"}


@pytest.mark.parametrize("command", sorted(PROOFS.keys() - EXPLAINED.keys()))
def test_every_command_does_the_same_below_a_mark(command: str) -> None:
    the_same_below(b"", PROOFS[command].job)


STAR_EXPLAINED = {
    "ESC B": "vertical tabs are counted from the top of the form, which is our mark's",
    "VT": "as ESC B",
}


@pytest.mark.parametrize("command", sorted(STAR_PROOFS.keys() - STAR_EXPLAINED.keys()))
def test_so_does_every_command_of_a_star(command: str) -> None:
    job, shows, printer = STAR_PROOFS[command]
    alone = star(job, printer)
    assert shows(alone.elements)
    marked = star(star_mark(job) + job, printer)
    above = len(marked.elements) - len(alone.elements)
    assert above > 0
    assert marked.elements[above:] == alone.elements
    assert marked.unread == alone.unread


def test_a_star_s_mark_is_large_where_its_job_begins_anew() -> None:
    job = b"\x1b@\x1b\x1dt\x20CAF\xc9 2,30\n\x1bd\x02"
    strip = star(star_mark(job) + job, STAR_PRINTER)
    alone = star(job, STAR_PRINTER).elements
    assert tuple(strip.elements[-len(alone) :]) == tuple(alone)
    assert "DUPLICATA 2" in repr(strip.elements[: -len(alone)])


def star_mark(raw: bytes) -> bytes:
    if marking.begins_anew(raw):
        return SLIPS["duplicata"]("star", {"number": 2, "at": AT.isoformat()})
    return marking.plain(2, AT)


@pytest.mark.parametrize(
    ("raw", "anew"),
    [
        (b"\x1b@", True),
        (b"\x10\x04\x01\x1b=\x01\x1da\xff\x1b@CAFE", True),
        (b"\x1bt\x10\x1bR\x01\x1b!\0\x1b@", True),
        (b"", False),
        (b"CAFE\n\x1b@", False),
        (b"\x1b=\x02\x1b@", False),  # to the customer display
        (b"\x1bL\x1b@", False),  # in page mode ESC @ loses what is on the page
        (b"\n\x1b@", False),
        (b"\0" * 300 + b"\x1b@", False),
    ],
)
def test_what_begins_anew(raw: bytes, anew: bool) -> None:
    assert marking.begins_anew(raw) is anew
