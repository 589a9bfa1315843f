"""Pictures of the PCL kind, between Epson's commands and as a receipt of their own."""

from __future__ import annotations

from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos import dialects
from agent.escpos.jobs import JobEnd, JobReader
from agent.escpos.pcl import MAX_ROW_BYTES, Rows, length, read
from agent.escpos.tokens import Command, Text, Tokeniser
from agent.paper.strip import Element, Raster, TextLine
from tests.escpos.printed import elements, strip_of, text

BEGIN, END = b"\x1b*t203R\x1b*r0F\x1b*r1A", b"\x1b*rB"


def row(data: bytes) -> bytes:
    return b"\x1b*b%dW" % len(data) + data


def raws(job: bytes) -> list[bytes]:
    reader = Tokeniser()
    return [token.raw for token in [*reader.feed(job), *reader.close()]]


@pytest.mark.parametrize(
    "sequence",
    [
        b"\x1b*rB",
        b"\x1b*t203R",
        b"\x1b*b3Wabc",
        b"\x1b&l1o6D",
        b"\x1b*p+10X",
        b"\x1b&k2G",
        b"\x1b*p-10X",
    ],
)
def test_a_sequence_is_one_piece_and_no_text(sequence: bytes) -> None:
    assert raws(b"PAIN" + sequence + b"LAIT\n") == [b"PAIN", sequence, b"LAIT", b"\n"]
    strip = strip_of(b"PAIN" + sequence.replace(b"*b3Wabc", b"*b0W") + b"\n")
    assert strip.unread == 0


@pytest.mark.parametrize("group", ascii_lowercase)
def test_every_small_letter_is_a_group(group: str) -> None:
    for lead in (b"\x1b*", b"\x1b&"):
        sequence = lead + group.encode() + b"12Q"
        assert raws(sequence + b"LAIT") == [sequence, b"LAIT"]
        assert strip_of(sequence + b"LAIT").unread == 0


@pytest.mark.parametrize(
    "job", [b"\x1b*b123456W", b"\x1b*b1!", b"\x1b&l", b"\x1b*b\n", b"\x1b*r\x1b@"]
)
def test_what_is_no_sequence_loses_no_byte(job: bytes) -> None:
    assert b"".join(raws(job + b"X\n")) == job + b"X\n"


def test_epsons_bit_images_and_characters_stay_what_they_are() -> None:
    reader = Tokeniser()
    found = reader.feed(b"\x1b*\x21\x01\x00abc\x1b&\x01AA\x01x\n")
    assert [t.name for t in found if isinstance(t, Command)] == ["ESC *", "ESC &", "LF"]
    assert not any(isinstance(token, Text) for token in found)


def test_rows_become_one_picture_as_wide_as_the_paper() -> None:
    job = BEGIN + row(b"\xff\x0f") + b"\x1b*b2Y" + row(b"\x80" * 200) + END
    (picture,) = elements(job)
    assert isinstance(picture, Raster)
    assert (picture.x, picture.width, picture.height) == (0, 576, 4)
    lines = [picture.bits[at : at + 72] for at in range(0, 4 * 72, 72)]
    assert lines[0] == b"\xff\x0f" + bytes(70)
    assert lines[1] == lines[2] == bytes(72)
    assert lines[3] == b"\x80" * 72


def test_each_order_of_a_picture_is_missed_when_it_is_taken_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Method 2 packs; ``V`` is a row like ``W``; ``r A`` forgets the row above."""
    packed, delta = b"\x1b*b2M", b"\x1b*b3M"
    job = (
        b"PAIN"
        + (BEGIN + packed + b"\x1b*b2V\xfe\x3c" + b"\x1b*b1Y" + row(b"\x00\xf0"))
        + (delta + BEGIN + row(b"\x01\x0f") + END)
    )
    rows = (b"\x3c\x3c\x3c", b"", b"\xf0", b"\x00\x0f")
    dots = b"".join(each.ljust(72, b"\0") for each in rows)

    def printed() -> list[Element]:
        return elements(job)

    line, *pictures = printed()
    assert isinstance(line, TextLine)
    assert pictures == [Raster(0, 576, 4, dots)]
    table = dialects._VALUES
    assert table.keys() == {"*rA", "*bM", "*bY", "*bW", "*bV"}
    for taken in table:
        left = {each: act for each, act in table.items() if each != taken}
        monkeypatch.setattr(dialects, "_VALUES", left)
        assert printed() != [line, *pictures], taken


@pytest.mark.parametrize(
    ("method", "packed", "expected"),
    [
        (0, b"abc", b"abc"),
        (1, b"\x02a\x00b", b"aaab"),
        (2, b"\x01ab\xfec\x80\x00d", b"abcccd"),
        (3, b"\x00x\x40yz!", b"xyz!"),
        (9, b"abc", b"abc"),
    ],
)
def test_rows_are_unpacked_by_their_method(
    method: int, packed: bytes, expected: bytes
) -> None:
    rows = Rows()
    rows.method = method
    assert rows.row(packed) == expected


def test_a_row_may_be_the_one_above_with_a_piece_replaced() -> None:
    rows = Rows()
    assert rows.row(b"aaaa") == b"aaaa"
    rows.method = 3
    assert rows.row(b"\x22XY") == b"aaXY"
    assert rows.row(b"\x1f\x09z") == b"aaXY" + bytes(36) + b"z"
    rows.begin()
    assert rows.row(b"\x01z") == b"\0z"


@given(st.integers(0, 4), st.lists(st.binary(max_size=300), max_size=6))
def test_any_rows_are_unpacked_within_bounds(method: int, rows: list[bytes]) -> None:
    unpacking = Rows()
    unpacking.method = method
    for data in rows:
        assert len(unpacking.row(data)) <= MAX_ROW_BYTES


@given(st.binary(min_size=1, max_size=40))
def test_a_length_is_told_and_read_alike(tail: bytes) -> None:
    raw = b"\x1b*b" + tail
    size = length(raw, 2)
    if size > 0 and len(raw) >= 2 + size:
        assert read(raw[: 2 + size]) is not None
    assert read(b"\x1b*b") is None


def test_a_job_of_such_rows_is_a_document() -> None:
    reader = JobReader()
    steps = [*reader.feed(BEGIN + row(b"\xff") * 9 + END), *reader.close()]
    (end,) = (step for step in steps if isinstance(step, JobEnd))
    assert end.shape == "document"


def test_text_around_such_a_picture_stays() -> None:
    job = b"PAIN\n" + BEGIN + row(b"\xff") + END + b"TOTAL\n"
    assert text(job) == ["PAIN", "", "TOTAL"]
