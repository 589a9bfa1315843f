"""Page mode by its pixels: where the foot of a line stands, in all four directions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from hardware_sim import decode
from hardware_sim.marks import Picture
from hardware_sim.page_mode import DEFAULT_DEPTH_DOTS, MOST_DEPTH_DOTS
from hardware_sim.paper_png import job_raster
from hardware_sim.sheet import sheets_of

BLOCK = "█".encode("cp437")
"""A full cell: 12 x 24 dots of ink in font A."""
_TURNS = {
    0: None,
    1: Image.Transpose.ROTATE_90,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_270,
}


def _u16(*numbers: int) -> bytes:
    return b"".join(
        number.to_bytes(2, "little", signed=number < 0) for number in numbers
    )


def _area(x: int, y: int, wide: int, deep: int) -> bytes:
    return b"\x1bW" + _u16(x, y, wide, deep)


def _page(
    body: bytes, area: tuple[int, int, int, int] = (0, 0, 200, 100)
) -> Image.Image:
    return job_raster(b"\x1bL" + _area(*area) + body + b"\x0c")


def _ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.invert(image).getbbox()


def test_a_page_is_as_tall_as_its_area_and_ends_page_mode() -> None:
    assert _page(b"").height == 100
    after = job_raster(b"\x1bL" + _area(0, 0, 200, 100) + b"x\x0c" + BLOCK + b"\n")
    assert after.height == 130
    assert _ink(after.crop((0, 100, 576, 130))) == (0, 0, 12, 24)


def test_the_page_without_an_area_has_the_default_height() -> None:
    assert job_raster(b"\x1bL" + BLOCK + b"\x0c").height == DEFAULT_DEPTH_DOTS
    assert job_raster(b"\x1bL\x0c" + BLOCK + b"\n").height == 30


def test_the_default_height_can_be_chosen() -> None:
    taller = b"\x1d(P\x08\x000\xff\xff" + _u16(300, 0) + b"\x01"
    assert job_raster(taller + b"\x1bL" + BLOCK + b"\x0c").height == 300
    assert job_raster(b"\x1bL" + taller + BLOCK + b"\x0c").height == 300


def test_a_first_line_stands_on_row_24() -> None:
    assert _ink(_page(BLOCK)) == (0, 0, 12, 24)
    # Font B is 8 x 16 dots of ink in its cell of 9 x 17.
    assert _ink(_page(b"\x1bM1" + BLOCK)) == (0, 7, 8, 23)


def test_what_is_taller_reaches_up_and_is_lost_above_the_area() -> None:
    tall = b"\x1d!\x01" + BLOCK
    assert _ink(_page(tall)) == (0, 0, 12, 24)
    assert _ink(_page(b"\x1d$" + _u16(64) + tall)) == (0, 16, 12, 64)
    assert _ink(_page(b"\x1d$" + _u16(10) + BLOCK)) == (0, 0, 12, 10)


@pytest.mark.parametrize(
    "picture",
    [
        b"\x1dv0\x00\x01\x00\x28\x00" + b"\xff" * 40,
        b"\x1d(L\x32\x000p0\x01\x011\x08\x00\x28\x00"
        + b"\xff" * 40
        + b"\x1d(L\x02\x0002",
        b"\x1d*\x01\x05" + b"\xff" * 40 + b"\x1d/\x00",
        b"\x1cq\x01\x01\x00\x05\x00" + b"\xff" * 40 + b"\x1cp\x01\x00",
    ],
)
def test_pictures_stand_on_the_same_foot_and_the_pen_goes_on_beside(
    picture: bytes,
) -> None:
    drawn = _page(b"\x1d$" + _u16(50) + b"\x1b$" + _u16(20) + picture + BLOCK)
    assert _ink(drawn) == (20, 10, 40, 50)
    assert _ink(drawn.crop((28, 0, 200, 100))) == (0, 26, 12, 50)


def test_bars_stand_on_it_too_and_their_text_hangs_below() -> None:
    bars = b"\x1dw\x02\x1dh\x1e\x1dH\x02\x1dk\x03\x39\x36\x33\x38\x35\x30\x37\x34\x00"
    box = _ink(_page(b"\x1d$" + _u16(60) + bars))
    assert box is not None
    assert box[:2] == (0, 60 - 30)
    assert box[2] == 67 * 2
    assert box[3] > 60 + 10  # the digits' own glyphs end above their cell's foot


def test_line_feeds_bring_the_pen_down_by_the_spacing_and_back() -> None:
    image = _page(b"x" * 3 + b"\n\x1b3\x28\n" + BLOCK)
    assert _ink(image.crop((0, 40, 200, 100))) == (0, 30, 12, 54)
    assert _ink(_page(b"\x1bJ\x14\x1bd\x01" + BLOCK)) == (0, 50, 12, 74)
    assert _ink(_page(b"\x1d$" + _u16(60) + b"\x1bK\x14" + BLOCK)) == (0, 16, 12, 40)


def test_a_full_line_of_the_area_goes_on_in_the_next_one() -> None:
    assert _ink(_page(BLOCK * 3, (0, 0, 24, 100))) == (0, 0, 24, 54)


def test_positions_are_absolute_relative_and_ignored_outside_of_the_area() -> None:
    to = b"\x1b$" + _u16(50) + b"\x1d$" + _u16(30)
    assert _ink(_page(to + BLOCK)) == (50, 6, 62, 30)
    back = b"\x1b\\" + _u16(-20) + b"\x1d\\" + _u16(-2)
    assert _ink(_page(to + back + BLOCK)) == (30, 4, 42, 28)
    out = b"\x1b$" + _u16(500) + b"\x1d$" + _u16(101) + b"\x1d\\" + _u16(-40)
    assert _ink(_page(to + out + BLOCK)) == (50, 6, 62, 30)
    assert _ink(_page(b"\t" + BLOCK, (0, 0, 300, 100))) == (96, 0, 108, 24)


@pytest.mark.parametrize("direction", [0, 1, 2, 3])
def test_a_turned_area_is_the_upright_one_turned(direction: int) -> None:
    body = (
        b"AB\x1d!\x01c\x1d!\x00\nEcho\x1d$"
        + _u16(70)
        + b"\x1b$"
        + _u16(30)
        + b"\x1dB\x01F"
    )
    wide, deep = (120, 180) if direction % 2 else (180, 120)
    turned = _page(b"\x1bT" + bytes([direction]) + body, (40, 20, wide, deep))
    upright = _page(body, (0, 0, 180, 120)).crop((0, 0, 180, 120))
    turn = _TURNS[direction]
    expected = upright if turn is None else upright.transpose(turn)
    there = turned.crop((40, 20, 40 + wide, 20 + deep))
    assert _ink(upright) is not None
    assert ImageChops.difference(there, expected).getbbox() is None
    outside = turned.copy()
    outside.paste(255, (40, 20, 40 + wide, 20 + deep))
    assert _ink(outside) is None


def test_motion_units_change_places_in_a_turned_area() -> None:
    # GS P: a unit is 2 dots across the paper, 4 along it.
    units = b"\x1dP" + bytes([101, 51])
    area = b"\x1bW" + _u16(0, 0, 100, 50)
    upright = job_raster(
        units + b"\x1bL" + area + b"\x1b$" + _u16(10) + BLOCK + b"\x0c"
    )
    assert _ink(upright) == (20, 0, 32, 24)
    turned = job_raster(
        units + b"\x1bL" + area + b"\x1bT3\x1b$" + _u16(10) + BLOCK + b"\x0c"
    )
    assert _ink(turned) == (200 - 24 + 1, 40, 201, 52)


def test_areas_share_the_page_and_overprint() -> None:
    body = b"\x1dB\x01 " + _area(6, 0, 100, 100) + b"\x1dB\x01 "
    assert _ink(_page(body)) == (0, 0, 18, 24)


def test_cancel_clears_the_current_area_only() -> None:
    body = BLOCK * 4 + _area(24, 0, 100, 100) + b"\x18"
    assert _ink(_page(body)) == (0, 0, 24, 24)


def test_esc_ff_keeps_the_page_and_esc_s_throws_it_away() -> None:
    page = b"\x1bL" + _area(0, 0, 100, 40) + BLOCK
    assert job_raster(page + b"\x1b\x0c\x1b\x0c\x1bS").height == 80
    assert job_raster(page + b"\x1bSx\n").height == 30


def test_ff_resets_the_area_and_keeps_the_direction() -> None:
    job = b"\x1bT3\x1bL" + _area(0, 0, 100, 100) + b"\x0c\x1bL" + BLOCK + b"\x0c"
    image = job_raster(job)
    assert image.height == 100 + DEFAULT_DEPTH_DOTS
    assert _ink(image) == (576 - 24, 100, 576, 112)


def test_page_mode_starts_at_the_beginning_of_a_line_only() -> None:
    assert job_raster(b"x\x1bLy\n\x0c").height == 30


def test_each_mode_has_its_own_spacing() -> None:
    job = b"\x1b3\x50\x1bL" + _area(0, 0, 100, 100) + b"\n" + BLOCK + b"\x0c\n"
    image = job_raster(job)
    assert _ink(image) == (0, 30, 12, 54)
    assert image.height == 100 + 80


def test_rotation_upside_down_and_justification_wait_for_standard_mode() -> None:
    plain = _page(b"Rg\n")
    for command in (b"\x1bV1", b"\x1b{\x01", b"\x1ba1", b"\x1dL\x20\x00"):
        assert ImageChops.difference(_page(command + b"Rg\n"), plain).getbbox() is None
    job = b"\x1bL" + _area(0, 0, 576, 50) + b"\x1ba2\x0c" + BLOCK + b"\n"
    assert _ink(job_raster(job)) == (564, 50, 576, 74)


@pytest.mark.parametrize(
    ("x1", "x2", "kind", "rows"),
    [(10, 60, 1, (20, 21)), (10, 60, 3, (20, 23)), (60, 10, 3, (18, 21)), (10, 60, 5, (20, 26))],
)  # fmt: skip
def test_lines_grow_away_from_their_side(
    x1: int, x2: int, kind: int, rows: tuple[int, int]
) -> None:
    line = b"\x1d(Q\x0c\x000" + _u16(x1, 20, x2, 20) + bytes([1, kind, 48])
    assert _ink(_page(line)) == (10, rows[0], 61, rows[1])


def test_boxes_are_hollow_and_slanted_lines_go_from_corner_to_corner() -> None:
    box = b"\x1d(Q\x0e\x001" + _u16(10, 20, 60, 80) + bytes([1, 2, 48, 48, 1])
    image = _page(box)
    assert _ink(image) == (10, 20, 61, 81)
    assert _ink(image.crop((12, 22, 59, 79))) is None
    slant = b"\x1d(Q\x0c\x000" + _u16(0, 0, 90, 90) + bytes([1, 1, 48])
    assert _ink(_page(slant)) == (0, 0, 91, 91)


def test_a_page_says_its_text_line_by_line() -> None:
    body = b"TOTAL\x1b$" + _u16(120) + b"7,30\n\nMerci"
    (sheet,) = sheets_of(b"\x1bL" + _area(0, 0, 400, 100) + body + b"\x0c")
    assert sheet.lines == ("TOTAL     7,30", "Merci")


def test_a_page_printed_again_unchanged_is_the_same_picture() -> None:
    decoder, _ = decode.run(b"\x1bL" + _area(0, 0, 100, 100) + b"x" + b"\x1b\x0c" * 50)
    pictures = {
        id(mark.image) for mark in decoder.head.marks if isinstance(mark, Picture)
    }
    assert len(decoder.head.marks) == 50
    assert len(pictures) == 1


def test_an_area_of_any_size_stays_within_the_page_memory() -> None:
    image = job_raster(b"\x1bL" + _area(0, 0, 65535, 65535) + BLOCK + b"\x0c")
    assert image.size == (576, MOST_DEPTH_DOTS)
    ignored = _area(600, 0, 10, 10) + _area(0, 0, 0, 10)
    assert _ink(_page(ignored + BLOCK)) == (0, 0, 12, 24)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.builds(_area, *[st.integers(0, 700)] * 4),
            st.sampled_from([b"\x1bT" + bytes([n]) for n in range(4)]),
            st.builds(lambda n: b"\x1b$" + _u16(n), st.integers(0, 700)),
            st.builds(lambda n: b"\x1d$" + _u16(n), st.integers(0, 700)),
            st.builds(lambda n: b"\x1d\\" + _u16(n), st.integers(-700, 700)),
            st.builds(
                lambda a, b, c, d, k: b"\x1d(Q\x0c\x000" + _u16(a, b, c, d) + bytes([1, k, 48]),
                *[st.integers(0, 65535)] * 4, st.integers(0, 9),
            ),
            st.sampled_from([b"x", BLOCK * 60, b"\n", b"\x18", b"\x1b\x0c", b"\x1d!\x77", b"\t"]),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_nothing_leaves_the_last_area_or_the_paper(commands: list[bytes]) -> None:
    """Whatever was set before, a last small area holds what is written in it."""
    body = b"".join(commands) + b"\x18"
    blank = job_raster(b"\x1bL" + body + _area(100, 40, 50, 60) + b"\x18\x0c")
    inked = job_raster(
        b"\x1bL" + body + _area(100, 40, 50, 60) + b"\x18" + BLOCK * 9 + b"\x0c"
    )
    assert blank.width == inked.width == 576
    assert blank.height == inked.height
    changed = ImageChops.difference(blank, inked).getbbox()
    if changed is not None:
        height = blank.height
        assert changed[0] >= 100
        assert changed[2] <= 150
        assert changed[3] <= height
