"""What a printer remembers between two jobs, and what ESC @ makes it forget."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.counter import Counter
from agent.escpos.interpret import Read, read
from agent.escpos.memory import (
    EMPTY,
    HEAD,
    MAX_CHARACTER_BYTES,
    MAX_MEMORY_BYTES,
    Letterhead,
    Memory,
    Mount,
)
from agent.escpos.settings import Settings
from agent.escpos.shelf import MAX_PICTURES
from agent.paper.strip import Font, Picture, Raster, Run, Style, Symbol, TextLine
from tests.escpos.printed import PRINTER
from tests.escpos.test_graphics import graphics, logo, shown

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
COLUMNS = b"\xff" + b"\0" * 7
BLOCK = Raster(0, 8, 8, b"\x80" * 8)
SQUARE = Raster(0, 8, 4, b"\xf0" * 2 + b"\x0f" * 2)
FS_Q = FS + b"q\x01\x01\x00\x01\x00" + COLUMNS
FS_P = FS + b"p\x01\x00"
BITS = GS + b"*\x01\x01" + COLUMNS
SHOW_BITS = GS + b"/\x00"


def in_turn(*jobs: bytes, memory: Memory = EMPTY) -> Read:
    """Jobs with a restart between any two: the memory goes over as bytes."""
    done = Read(read(b"", PRINTER, memory).strip, memory)
    for job in jobs:
        done = read(job, PRINTER, Memory.from_bytes(done.memory.to_bytes()))
    return done


def elements(*jobs: bytes) -> list[object]:
    return list(in_turn(*jobs).strip.elements)


# -- what lives on --------------------------------------------------------


@pytest.mark.parametrize(
    ("define", "show", "seen"),
    [
        (FS_Q, FS_P, BLOCK),
        (BITS, SHOW_BITS, BLOCK),
        (logo(67, b"A1"), shown(fn=69), SQUARE),
        (logo(83, b"A1"), shown(fn=85), SQUARE),
    ],
)
def test_a_picture_defined_once_is_printed_in_a_later_job(
    define: bytes, show: bytes, seen: Raster
) -> None:
    assert elements(define, b"a\n", show) == [seen]


@pytest.mark.parametrize(
    ("define", "show", "stays"),
    [
        (FS_Q, FS_P, True),
        (BITS, SHOW_BITS, False),
        (logo(67, b"A1"), shown(fn=69), True),
        (logo(83, b"A1"), shown(fn=85), False),
    ],
)
def test_a_reset_in_a_later_job_forgets_what_is_in_ram(
    define: bytes, show: bytes, stays: bool
) -> None:
    printed = elements(define, ESC + b"@", show)
    assert any(isinstance(each, Raster) for each in printed) is stays


EURO = ESC + b"&\x03\x24\x24\x02" + b"\xff\x00\xff" * 2
KANJI = FS + b"2\x77\x21" + b"\x80" * 72


def test_a_character_that_the_pos_drew_is_printed_until_a_reset() -> None:
    shown = ESC + b"%\x01" + b"$\n"
    (line,) = in_turn(EURO, shown).strip.elements
    assert isinstance(line, TextLine)
    assert [run.text for run in line.runs] == ["$"]
    assert line.runs[0].shapes[0].bits[:2] == b"\xc0\x00"
    (line,) = in_turn(EURO, ESC + b"@", shown).strip.elements
    assert isinstance(line, TextLine)
    assert line.runs[0].shapes == ()


def test_a_kanji_that_the_pos_drew_is_remembered() -> None:
    memory = in_turn(KANJI).memory
    assert len(memory.kanji) == 1
    assert in_turn(b"a\n", memory=memory).memory.kanji == memory.kanji
    assert in_turn(ESC + b"@", memory=memory).memory.kanji == {}


def test_logos_defined_anew_replace_all_older_ones() -> None:
    two = FS + b"q\x02" + (b"\x01\x00\x01\x00" + COLUMNS) * 2
    second = FS + b"p\x02\x00"
    assert elements(two, second) == [BLOCK]
    assert elements(two, FS_Q, second) == [Symbol("LOGO", b"", "logo 2", height=0)]


def test_defining_logos_resets_the_printer() -> None:
    printed = elements(ESC + b"E\x01" + BITS + FS_Q + b"a\n" + SHOW_BITS)
    (line,) = printed
    assert isinstance(line, TextLine)
    assert not line.runs[0].style.bold


def test_the_serial_number_goes_on_in_the_next_job() -> None:
    done = in_turn(GS + b"C2\x07\x00" + GS + b"c\n", GS + b"c\n")
    (line,) = done.strip.elements
    assert isinstance(line, TextLine)
    assert line.runs[0].text == "8"


def test_saved_settings_are_loaded_by_a_later_job() -> None:
    save = ESC + b"E\x01" + ESC + b"a\x02" + GS + b"(M\x02\x00\x01\x01"
    load = GS + b"(M\x02\x00\x02\x01"
    (line,) = in_turn(save, load + b"a\n").strip.elements
    assert line == TextLine((Run("a", Style(bold=True), 564),))
    assert in_turn(save, b"a\n").strip.elements == (TextLine((Run("a"),)),)


def test_a_printer_may_begin_each_job_with_its_saved_settings() -> None:
    save = ESC + b"E\x01" + GS + b"(M\x02\x00\x01\x01" + GS + b"(M\x02\x00\x03\x01"
    bold = (TextLine((Run("a", Style(bold=True)),)),)
    assert in_turn(save, b"a\n").strip.elements == bold
    assert in_turn(save, ESC + b"@a\n").strip.elements == bold
    back = GS + b"(M\x02\x00\x03\x00"
    assert in_turn(save, back, b"a\n").strip.elements != bold


def test_the_memory_is_the_same_object_when_nothing_changed() -> None:
    memory = in_turn(FS_Q, logo(67, b"A1")).memory
    job = ESC + b"@" + b"PAIN 1,20\n" + FS_P + GS + b"V\x00"
    assert read(job, PRINTER, memory).memory is memory
    assert read(job, PRINTER, EMPTY).memory is EMPTY


def test_a_definition_like_the_one_before_changes_nothing() -> None:
    memory = in_turn(FS_Q).memory
    assert read(FS_Q, PRINTER, memory).memory is memory


# -- bytes ----------------------------------------------------------------


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    width, height = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    size = (width + 7) // 8 * height
    return Picture(width, height, draw(st.binary(min_size=size, max_size=size)))


KINDS = st.sampled_from([b"N", b"Q", b"D", b"B"])
KEYS = st.builds(lambda kind, key: kind + key, KINDS, st.binary(max_size=2))
FONTS: list[Font] = ["A", "B", "C", "D", "E"]
MOUNTS = st.builds(
    Mount, st.binary(min_size=2, max_size=2), st.integers(0, 2), st.integers(0, 255)
)
MEMORIES = st.builds(
    Memory,
    pictures=st.dictionaries(KEYS, pictures(), max_size=4),
    characters=st.dictionaries(
        st.tuples(st.sampled_from(FONTS), st.integers(0, 255)), pictures(), max_size=4
    ),
    kanji=st.dictionaries(st.binary(min_size=1, max_size=4), pictures(), max_size=4),
    macro=st.binary(max_size=100),
    letterhead=st.builds(
        Letterhead,
        st.none() | MOUNTS,
        st.none() | st.builds(Mount, st.just(b"B2"), st.integers(0, 2)),
        st.booleans(),
        st.booleans(),
    ),
    counter=st.builds(Counter, *[st.integers(0, 65535)] * 3),
    fresh=st.booleans(),
    saved=st.none() | st.just(Settings(16, page_chosen=True, country=1, align=2)),
)


@given(MEMORIES)
def test_what_is_written_is_read_again(memory: Memory) -> None:
    assert Memory.from_bytes(memory.to_bytes()) == memory


@given(st.binary(max_size=300))
def test_no_bytes_raise(raw: bytes) -> None:
    assert isinstance(Memory.from_bytes(raw), Memory)
    assert isinstance(Memory.from_bytes(HEAD + raw), Memory)


@given(MEMORIES, st.data())
def test_bytes_that_are_cut_off_are_an_empty_memory_or_a_smaller_one(
    memory: Memory, data: st.DataObject
) -> None:
    raw = memory.to_bytes()
    cut = Memory.from_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    assert cut.pictures.items() <= memory.pictures.items()
    assert cut.macro in {b"", memory.macro}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"escpos memory 2\n",
        HEAD + b"P",
        HEAD + b"P\x02NA\x00\x00\x00\xff",
        HEAD + b"P\x01N\x00\x00\x00\x05" + b"\x00\x08\x00\x02" + b"x",
        HEAD + b"C\x02Z\x41\x00\x00\x00\x05" + b"\x00\x08\x00\x01" + b"x",
        HEAD + b"C\x01A\x00\x00\x00\x05" + b"\x00\x08\x00\x01" + b"x",
        HEAD + b"S\x00\x00\x00\x00\x01\x01",
        HEAD + b"T\x02A1\x00\x00\x00\x02\x03\x00",
        HEAD + b"N\x00\x00\x00\x00\x01\x00",
        HEAD + b"M\x00\x00\x00\x00\x00" * 9000,
        Memory(macro=bytes(MAX_MEMORY_BYTES)).to_bytes(),
    ],
)
def test_bytes_that_are_not_ours_are_an_empty_memory(raw: bytes) -> None:
    assert Memory.from_bytes(raw) is EMPTY


def test_a_record_of_a_later_version_is_read_over() -> None:
    raw = Memory(macro=b"x").to_bytes() + b"?\x00\x00\x00\x00\x01!"
    assert Memory.from_bytes(raw) == Memory(macro=b"x")


# -- bounds ---------------------------------------------------------------


def test_a_flood_of_definitions_stays_within_its_bound() -> None:
    job = b"".join(
        logo(fn, bytes((32 + n // 90, 32 + n % 90)))
        for n in range(600)
        for fn in (67, 83)
    )
    memory = read(job, PRINTER, EMPTY).memory
    assert len(memory.pictures) == 2 * MAX_PICTURES
    assert len(memory.to_bytes()) < MAX_MEMORY_BYTES


def test_the_fullest_memory_can_be_read_again() -> None:
    dots = b"\xff" * (64 * 1024 - 20)
    body = b"0%s\x01" + b"\x40\x00" + (8189).to_bytes(2, "little") + b"1" + dots[:65512]
    job = b"".join(
        graphics(fn, body % bytes((65 + n, 65))) for n in range(8) for fn in (67, 83)
    )
    memory = read(job, PRINTER, EMPTY).memory
    assert len(memory.pictures) == 6 + 4
    glyph = Picture(24, 24, b"\xff" * 72)
    full = Memory(
        pictures=memory.pictures,
        characters={("A", code): glyph for code in range(256)},
        kanji={bytes((hi, lo)): glyph for hi in range(50) for lo in range(94)},
        macro=bytes(2048),
    )
    raw = full.to_bytes()
    assert len(raw) < MAX_MEMORY_BYTES
    again = Memory.from_bytes(raw)
    assert again.pictures == memory.pictures
    assert len(again.characters) == 256
    assert sum(len(each.bits) for each in again.kanji.values()) < MAX_CHARACTER_BYTES
    assert read(b"a\n", PRINTER, again).memory.pictures == memory.pictures


def test_a_picture_of_an_unknown_kind_is_not_put_on_the_shelf() -> None:
    strange = Memory(pictures={b"?1": Picture(8, 1, b"x"), b"": Picture(8, 1, b"x")})
    assert read(b"a\n", PRINTER, strange).memory == EMPTY


def test_a_flood_of_logos_ends() -> None:
    tiny = FS + b"q\xff" + (b"\x01\x00\x01\x00" + COLUMNS) * 255
    last = logo(67, b"A1")
    few, many = (in_turn(tiny * count + last).memory for count in (1, 17))
    assert b"NA1" in few.pictures
    assert b"NA1" not in many.pictures
