"""What must hold for any job, however it was made."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

from agent import decode
from agent.escpos import describe
from agent.escpos.interpret import read
from agent.escpos.memory import EMPTY, MAX_MEMORY_BYTES, Memory
from agent.escpos.roll import MAX_MARKS, MAX_RASTER_BYTES
from agent.escpos.settings import Printer
from agent.escpos.spans import Skimmer
from agent.escpos.tokens import Text, Token, Tokeniser
from agent.paper import html, pdf, png, text
from agent.paper.strip import Page, Raster, Strip
from agent.worker import tasks
from tests.fuzz.jobs import Job

PRINTERS = (
    Printer(),
    Printer(width_dots=384),
    Printer(width_dots=512, multibyte="gb18030"),
)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
DRAW_ONE_IN = 400
"""Drawing costs twenty times what reading does."""
CHUNK_ONE_IN = 4
REMEMBER_ONE_IN = 8
TELL_ONE_IN = 16
ALL_ONE_IN = 2000
SAY_ONE_IN = 2


class BrokenLawError(AssertionError):
    """A job for which something does not hold."""


def check(job: Job, dice: Random) -> None:
    """All laws for one job.

    Raises:
        BrokenLawError: with the law's name.  Anything else that is raised is a
            broken law as well.
    """
    tokens = _read(job.raw, Tokeniser())
    _hold("no byte is lost", b"".join(token.raw for token in tokens) == job.raw)
    _hold("offsets are where tokens stand", _offsets(tokens))
    if dice.randrange(CHUNK_ONE_IN) == 0:
        _hold("chunks are invisible", _read_in_chunks(job.raw, dice) == tokens)
        _hold("spans lose no byte", _skimmed(job.raw, dice) == job.raw)
    if job.text is not None:
        said = b"".join(token.raw for token in tokens if isinstance(token, Text))
        _hold("no argument is text, and no text an argument", said == job.text)
    strip, memory = read(job.raw, dice.choice(PRINTERS), EMPTY)
    _bounded(strip)
    if dice.randrange(SAY_ONE_IN) == 0:
        text.lines(strip)
        text.symbols(strip)
    if dice.randrange(REMEMBER_ONE_IN) == 0:
        kept = memory.to_bytes()
        _hold("memory has a bound", len(kept) <= MAX_MEMORY_BYTES)
        _hold("memory comes back", Memory.from_bytes(kept).to_bytes() == kept)
        read(job.raw, PRINTERS[0], Memory.from_bytes(kept))
    if dice.randrange(TELL_ONE_IN) == 0:
        _described(job.raw)
    if dice.randrange(DRAW_ONE_IN) == 0:
        html.render(strip)
        png.render(strip, dice.choice((1, 8)))
    if dice.randrange(ALL_ONE_IN) == 0:
        _through_the_worker(job.raw, dice)
        pdf.render(strip)


def _described(raw: bytes) -> None:
    """What ``receipt-agent decode`` says, as text and as JSON."""
    told = list(describe.job([raw], PRINTERS[0]))
    _hold("decode shows every byte", b"".join(each.raw for each in told) == raw)
    for line in (*decode.as_text(told), *decode.as_json(told)):
        _hold("decode writes no control character", CONTROL.search(line) is None)


def _through_the_worker(raw: bytes, dice: Random) -> None:
    """As the relay asks, with a memory that a bad disk has changed."""
    kept = bytearray(read(raw, PRINTERS[0], EMPTY).memory.to_bytes())
    kept[dice.randrange(len(kept))] ^= 1 << dice.randrange(8)
    params = {"profile": "default", "country": "FR", "reads": True}
    tasks.understand(params, raw, bytes(kept))
    tasks.learn(params, raw, bytes(kept))


def _hold(law: str, holds: object) -> None:
    if not holds:
        raise BrokenLawError(law)


def _read(raw: bytes, tokeniser: Tokeniser) -> list[Token]:
    return [*tokeniser.feed(raw), *tokeniser.close()]


def _offsets(tokens: list[Token]) -> bool:
    return all(one.at + len(one.raw) == two.at for one, two in pairwise(tokens))


def _chunks(raw: bytes, dice: Random) -> list[bytes]:
    edges = {
        0,
        len(raw),
        *(dice.randint(0, len(raw)) for _ in range(dice.randint(0, 6))),
    }
    return [raw[a:b] for a, b in pairwise(sorted(edges))]


def _read_in_chunks(raw: bytes, dice: Random) -> list[Token]:
    tokeniser = Tokeniser()
    tokens = [token for chunk in _chunks(raw, dice) for token in tokeniser.feed(chunk)]
    return [*tokens, *tokeniser.close()]


def _skimmed(raw: bytes, dice: Random) -> bytes:
    skimmer = Skimmer()
    items = [item.raw for chunk in _chunks(raw, dice) for item in skimmer.skim(chunk)]
    return b"".join([*items, *(token.raw for token in skimmer.close())])


def _bounded(strip: Strip) -> None:
    marks = len(strip.elements)
    ink = 0
    for element in strip.elements:
        inner = (
            [placed.mark for placed in element.marks]
            if isinstance(element, Page)
            else [element]
        )
        marks += len(inner)
        ink += sum(len(each.bits) for each in inner if isinstance(each, Raster))
    _hold("a strip has a bound of marks", marks <= 2 * MAX_MARKS)
    _hold("a strip has a bound of ink", ink <= 2 * MAX_RASTER_BYTES)
