"""GS ( L, GS 8 L and GS D: the print buffer, colours, tones, and stored graphics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.pictures import columns, fitted, halftone, halved, over, rows
from agent.paper.strip import Element, Picture, Raster, Symbol
from tests.escpos.printed import elements, strip_of

ESC, GS = b"\x1b", b"\x1d"
SQUARE = b"\xf0" * 2 + b"\x0f" * 2  # 8 x 4
EIGHT_BY_FOUR = b"\x08\x00\x04\x00"


def graphics(fn: int, body: bytes = b"") -> bytes:
    block = b"0" + bytes((fn,)) + body
    return GS + b"(L" + len(block).to_bytes(2, "little") + block


def large(fn: int, body: bytes = b"") -> bytes:
    block = b"0" + bytes((fn,)) + body
    return GS + b"8L" + len(block).to_bytes(4, "little") + block


def logo(fn: int, key: bytes, data: bytes = SQUARE) -> bytes:
    return graphics(fn, b"0" + key + b"\x01" + EIGHT_BY_FOUR + b"1" + data)


def plane(colour: bytes, data: bytes, tone: bytes = b"0") -> bytes:
    """A row of eight dots for the print buffer."""
    return graphics(112, tone + b"\x01\x01" + colour + b"\x08\x00\x01\x00" + data)


PRINT = graphics(50)
A_SQUARE = Raster(0, 8, 4, SQUARE)


def shown(key: bytes = b"A1", fn: int = 69) -> bytes:
    return graphics(fn, key + b"\x01\x01")


# -- the print buffer -----------------------------------------------------


def test_two_colours_are_both_black() -> None:
    job = plane(b"1", b"\xf0") + plane(b"2", b"\x0f") + PRINT
    assert elements(job) == [Raster(0, 8, 1, b"\xff")]


def test_columns_of_graphics_turn_into_rows() -> None:
    body = b"0\x01\x011" + b"\x02\x00\x08\x00" + b"\x80\x01"
    assert elements(graphics(113, body) + PRINT) == [
        Raster(0, 2, 8, b"\x80" + b"\0" * 6 + b"\x40")
    ]


def test_graphics_are_enlarged_by_the_scale_of_their_own() -> None:
    body = b"0\x02\x021" + b"\x08\x00\x01\x00" + b"\xa0"
    assert elements(graphics(112, body) + PRINT) == [Raster(0, 16, 2, b"\xcc\x00" * 2)]


def test_a_second_picture_of_the_same_colour_and_another_size_takes_its_place() -> None:
    wider = graphics(112, b"0\x01\x011" + b"\x10\x00\x01\x00" + b"\x01\x02")
    job = plane(b"1", b"\xff") + wider + PRINT
    assert elements(job) == [Raster(0, 16, 1, b"\x01\x02")]


def test_colours_of_different_sizes_share_a_corner() -> None:
    wider = graphics(112, b"0\x01\x012" + b"\x10\x00\x01\x00" + b"\x00\xff")
    job = plane(b"1", b"\xf0") + wider + PRINT
    assert elements(job) == [Raster(0, 16, 1, b"\xf0\xff")]


def test_what_is_printed_has_left_the_buffer() -> None:
    assert elements(plane(b"1", b"\xff") + PRINT + PRINT) == [Raster(0, 8, 1, b"\xff")]


def test_a_reset_empties_the_buffer() -> None:
    assert elements(plane(b"1", b"\xff") + ESC + b"@" + PRINT) == []


def test_a_flat_and_a_tall_plate_make_no_bomb() -> None:
    flat = graphics(112, b"0\x01\x011" + b"\xff\xff\x01\x00" + b"\xff" * 8192)
    tall = large(112, b"0\x01\x012" + b"\x01\x00\xff\xff" + b"\xff" * 65535)
    strip = strip_of(flat, tall, PRINT)
    assert strip.elements == ()
    assert strip.unread == 8192 + 65535


# -- tones ----------------------------------------------------------------


def tone(level: int) -> bytes:
    """Eight by four dots of one level, from four planes; 49 is the highest bit."""
    job = b""
    for bit, colour in enumerate((b"1", b"2", b"3", b"4")):
        data = b"\xff" * 4 if level >> (3 - bit) & 1 else b"\0" * 4
        job += graphics(112, b"4\x01\x01" + colour + EIGHT_BY_FOUR + data)
    return job + PRINT


def ink(element: Element) -> int:
    assert isinstance(element, Raster)
    return int.from_bytes(element.bits, "big").bit_count()


def test_sixteen_tones_come_out_as_so_many_dots() -> None:
    blacks = [ink(elements(tone(level))[0]) for level in range(16)]
    assert blacks[0] == 0
    assert blacks[15] == 32
    assert blacks == sorted(blacks)
    assert len(set(blacks)) == 16


@given(st.lists(st.integers(0, 15), min_size=1, max_size=64), st.integers(1, 12))
def test_a_darker_dot_is_never_lighter_on_paper(levels: list[int], width: int) -> None:
    height = -(-len(levels) // width)
    levels = levels + [0] * (width * height - len(levels))

    def planes(of: list[int]) -> list[Picture]:
        made = []
        for bit in (3, 2, 1, 0):
            data = b""
            for y in range(height):
                row = of[y * width : (y + 1) * width]
                digits = "".join(str(level >> bit & 1) for level in row)
                size = (width + 7) // 8
                data += int(digits.ljust(size * 8, "0"), 2).to_bytes(size, "big")
            made.append(rows(width, height, data))
        return made

    light = halftone(planes(levels))
    dark = halftone(planes([min(15, level + 1) for level in levels]))
    assert (light.width, light.height) == (width, height)
    before, after = (int.from_bytes(each.bits, "big") for each in (light, dark))
    assert before & after == before


# -- stored ---------------------------------------------------------------


@pytest.mark.parametrize(("define", "show"), [(67, 69), (83, 85)])
def test_stored_graphics_are_printed_by_their_key(define: int, show: int) -> None:
    assert elements(logo(define, b"A1") + shown(fn=show)) == [A_SQUARE]


@pytest.mark.parametrize(("define", "show"), [(68, 69), (84, 85)])
def test_stored_columns_are_printed_by_their_key(define: int, show: int) -> None:
    body = b"0A1\x01" + b"\x02\x00\x08\x00" + b"1" + b"\x80\x01"
    assert elements(graphics(define, body) + shown(fn=show)) == [
        Raster(0, 2, 8, b"\x80" + b"\0" * 6 + b"\x40")
    ]


def test_both_memories_have_keys_of_their_own() -> None:
    job = logo(67, b"A1") + shown(fn=85)
    assert elements(job) == [Symbol("LOGO", b"", "logo A1", height=0)]


def test_stored_colours_lie_on_each_other() -> None:
    body = b"0A1\x02" + b"\x08\x00\x01\x00" + b"1\xf0" + b"2\x03"
    assert elements(graphics(67, body) + shown()) == [Raster(0, 8, 1, b"\xf3")]


def test_stored_tones_are_a_dither() -> None:
    body = b"4A1\x04" + EIGHT_BY_FOUR
    body += b"".join(bytes((49 + bit,)) + b"\xff" * 4 for bit in range(4))
    assert elements(graphics(67, body) + shown()) == [Raster(0, 8, 4, b"\xff" * 4)]


def test_a_key_defined_again_shows_the_new_picture() -> None:
    job = logo(67, b"A1") + logo(67, b"A1", b"\xff" * 4) + shown()
    assert elements(job) == [Raster(0, 8, 4, b"\xff" * 4)]


@pytest.mark.parametrize(
    ("forget", "gone"),
    [
        (graphics(66, b"A1"), {b"A1"}),
        (graphics(65, b"CLR"), {b"A1", b"B2"}),
        (graphics(65, b"CLX"), set()),
        (graphics(82, b"A1"), set()),
        (ESC + b"@", set()),
    ],
)
def test_nv_graphics_go_when_they_are_deleted(forget: bytes, gone: set[bytes]) -> None:
    define = logo(67, b"A1") + logo(67, b"B2")
    for key in (b"A1", b"B2"):
        printed = elements(define + forget + shown(key))[0]
        assert (printed == A_SQUARE) is (key not in gone)


@pytest.mark.parametrize(
    "forget", [graphics(82, b"A1"), graphics(81, b"CLR"), ESC + b"@"]
)
def test_graphics_in_ram_go_with_a_reset_as_well(forget: bytes) -> None:
    assert elements(logo(83, b"A1") + forget + shown(fn=85)) == [
        Symbol("LOGO", b"", "logo A1", height=0)
    ]


def test_questions_about_graphics_leave_no_mark() -> None:
    asked = b"".join(graphics(fn) for fn in (0, 48, 51, 52))
    asked += graphics(64, b"KC") + graphics(80, b"KC")
    assert strip_of(asked).elements == ()
    assert strip_of(asked).unread == 0


def test_a_full_memory_keeps_what_it_has() -> None:
    big = b"0" + b"%s\x01" + b"\x40\x02" + (4096).to_bytes(2, "little") + b"1"
    first = large(67, big % b"A1" + b"\xaa" * (72 * 4096))
    again = large(67, big % b"B2" + b"\xff" * (72 * 4096))
    (kept,) = elements(first + again + shown())
    assert isinstance(kept, Raster)
    assert kept.bits == b"\xaa" * (72 * 4096)
    assert elements(first + again + shown(b"B2")) == [
        Symbol("LOGO", b"", "logo B2", height=0)
    ]


# -- density --------------------------------------------------------------


def test_pictures_of_360_dots_an_inch_are_printed_at_half_their_size() -> None:
    fine = graphics(49, b"33")
    raster = GS + b"v0\x00\x01\x00\x02\x00" + b"\x80\x01"
    assert elements(fine + raster) == [Raster(0, 4, 1, b"\x90")]
    assert elements(fine + logo(67, b"A1") + shown()) == [Raster(0, 4, 2, b"\xc0\x30")]


def test_another_density_or_a_reset_ends_that() -> None:
    for end in (graphics(1, b"22"), ESC + b"@"):
        assert elements(graphics(1, b"33") + end + logo(67, b"A1") + shown()) == [
            A_SQUARE
        ]


@pytest.mark.parametrize("said", [b"23", b"44", b"\x02\x03"])
def test_a_density_that_is_none_changes_nothing(said: bytes) -> None:
    assert elements(graphics(49, said) + logo(67, b"A1") + shown()) == [A_SQUARE]


def test_halving_keeps_the_last_odd_row_and_column() -> None:
    assert halved(Picture(3, 3, b"\x00\x00\x20")) == Picture(2, 2, b"\x00\x40")


# -- dots -----------------------------------------------------------------


def test_pictures_on_each_other_share_the_upper_left_corner() -> None:
    small, wide = Picture(8, 2, b"\x80\x80"), Picture(16, 1, b"\x01\x01")
    assert over((small, wide)) == Picture(16, 2, b"\x81\x01\x80\x00")
    assert over(()) == Picture(0, 0, b"")
    assert fitted(small, 8, 2) is small


def test_rows_and_columns_are_as_many_as_the_data() -> None:
    assert rows(8, 1000, b"ab") == Picture(8, 2, b"ab")
    assert columns(1000, 8, b"\x80\x80") == Picture(2, 8, b"\xc0" + b"\0" * 7)
    assert rows(0, 5, b"ab").bits == b""
