from __future__ import annotations

import codecs
from unicodedata import category

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.escpos.interpret import MAX_TOKENS, interpret
from agent.escpos.roll import MAX_MARKS, MAX_RASTER_BYTES
from agent.escpos.settings import Printer
from agent.escpos.tokens import Text, Tokeniser
from agent.paper.strip import Raster, Strip
from agent.paper.text import lines, runs

PRINTER = Printer(width_dots=384)
NAMES = b"!$%-2357<=?@ADEGJKLMRSTUVWabcdefgijmpqrtuv{\\ &.*/:^PBQkhwHICNOX(8"
COMMANDS = st.builds(
    lambda lead, name, rest: bytes((lead, name)) + rest,
    st.sampled_from(b"\x10\x1b\x1c\x1d"),
    st.sampled_from(NAMES),
    st.binary(max_size=12),
)
PAGES = st.sampled_from(
    [
        b"\x1bL",
        b"\x0c",
        b"\x1b\x0c",
        b"\x18",
        b"\x1bS",
        b"\x1d$\x10\x00",
        b"\x1bW" + b"\x20\0" * 4,
    ]
)
PICTURES = st.builds(
    lambda width, mode, data: b"\x1dv0" + bytes((mode, width, 0, 4, 0)) + data,
    st.integers(0, 8),
    st.integers(0, 3),
    st.binary(min_size=32, max_size=32),
)
GRAPHICS = st.builds(
    lambda body: b"\x1d(L" + len(body).to_bytes(2, "little") + body,
    st.binary(max_size=24),
)
TEXT = st.text(max_size=60).map(lambda text: text.encode("cp858", "replace"))
JOBS = st.lists(
    st.one_of(st.binary(max_size=30), COMMANDS, PAGES, PICTURES, GRAPHICS, TEXT),
    max_size=30,
).map(b"".join)


# Letters, numbers, punctuation and currencies; ``st.characters(codec=..)`` would try all
# of Unicode for them on a new machine.
PRINTABLE = "".join(
    each
    for each in bytes(range(256)).decode("cp850")
    if category(each)[0] in "LNP" or category(each) == "Sc"
)


def _characters(strip: Strip) -> int:
    """Bytes that the text of the strip can have come from, at most."""
    return sum(len(run.text.encode()) for run in runs(strip))


@given(JOBS)
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_strip(raw: bytes) -> None:
    strip = interpret(raw, PRINTER)
    assert len(strip.elements) <= MAX_MARKS
    assert (
        sum(len(e.bits) for e in strip.elements if isinstance(e, Raster))
        <= MAX_RASTER_BYTES
    )
    assert strip.unread >= 0
    lines(strip)


@given(JOBS)
@settings(max_examples=200, deadline=None)
def test_every_text_byte_is_on_the_paper_or_counted(raw: bytes) -> None:
    tokeniser = Tokeniser()
    tokens = [*tokeniser.feed(raw), *tokeniser.close()]
    sent = sum(len(token.raw) for token in tokens if isinstance(token, Text))
    strip = interpret(raw, PRINTER)
    assert _characters(strip) + strip.unread >= sent


@given(st.text(PRINTABLE, max_size=200))
def test_plain_text_comes_out_as_it_went_in(text: str) -> None:
    raw = text.encode("cp850")
    # what is UTF-8 as well is a question of evidence, see test_utf8.py
    assume(text.isascii() or not _is_utf_8(raw))
    strip = interpret(b"\x1bt\x02" + raw, PRINTER)
    assert "".join(line.text for line in lines(strip)) == text


def _is_utf_8(raw: bytes) -> bool:
    """Is it well-formed, but for a character cut off at its end?"""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("flood", [b"\x1bE\x01", b"\t", b"\r"])
def test_a_flood_without_marks_ends_and_is_counted(flood: bytes) -> None:
    strip = interpret(b"PAIN\n" + flood * MAX_TOKENS + b"TOTAL\n", PRINTER)
    assert [line.text for line in lines(strip)] == ["PAIN"]
    assert strip.unread == 2 * len(flood) + len(b"TOTAL\n")


@given(JOBS)
@settings(max_examples=100, deadline=None)
def test_rasters_have_exactly_the_bytes_that_their_size_says(raw: bytes) -> None:
    for element in interpret(raw, PRINTER).elements:
        if isinstance(element, Raster):
            assert len(element.bits) == (element.width + 7) // 8 * element.height
