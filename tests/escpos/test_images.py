from __future__ import annotations

from agent.escpos.line import rows_of
from agent.escpos.pictures import scaled
from agent.paper.strip import Feed, Picture, Raster, Symbol, TextLine
from tests.escpos.printed import elements, strip_of, text

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
SQUARE = b"\xf0" * 2 + b"\x0f" * 2  # 8 x 4


def _raster(mode: int, width_bytes: int, data: bytes) -> bytes:
    height = len(data) // width_bytes
    head = (
        bytes((mode,))
        + width_bytes.to_bytes(2, "little")
        + height.to_bytes(2, "little")
    )
    return GS + b"v0" + head + data


def _graphics(fn: int, body: bytes) -> bytes:
    block = b"0" + bytes((fn,)) + body
    return GS + b"(L" + len(block).to_bytes(2, "little") + block


def test_a_raster_keeps_its_dots() -> None:
    assert elements(_raster(0, 1, SQUARE)) == [Raster(0, 8, 4, SQUARE)]


def test_a_raster_is_aligned_like_a_line() -> None:
    (picture,) = elements(ESC + b"a\x01" + _raster(0, 1, SQUARE))
    assert isinstance(picture, Raster)
    assert picture.x == 284


def test_the_modes_double_width_and_height() -> None:
    assert elements(_raster(3, 1, b"\xa0")) == [Raster(0, 16, 2, b"\xcc\x00" * 2)]


def test_slices_of_one_picture_become_one_picture() -> None:
    assert elements(_raster(0, 1, SQUARE) * 3) == [Raster(0, 8, 12, SQUARE * 3)]


def test_slices_with_paper_between_them_stay_apart() -> None:
    assert len(elements(_raster(0, 1, SQUARE), b"\n", _raster(0, 1, SQUARE))) == 3


def test_bands_of_24_dots_join_when_the_spacing_leaves_no_gap() -> None:
    band = ESC + b"*\x21\x08\x00" + b"\xff\x00\xff" * 8 + b"\n"
    joined = Raster(0, 8, 48, (b"\xff" * 8 + b"\0" * 8 + b"\xff" * 8) * 2)
    assert elements(ESC + b"3\x18" + band * 2) == [joined]


def test_a_band_at_the_default_spacing_leaves_its_gap() -> None:
    band = ESC + b"*\x21\x08\x00" + b"\xff" * 24 + b"\n"
    assert elements(band) == [Raster(0, 8, 24, b"\xff" * 24), Feed(6)]


def test_eight_dot_columns_are_three_dots_high_and_two_wide_at_single_density() -> None:
    eight = elements(ESC + b"*\x01\x08\x00" + b"\x80" * 8 + b"\n")
    assert eight[0] == Raster(0, 8, 24, b"\xff" * 3 + b"\0" * 21)
    single = elements(ESC + b"*\x00\x04\x00" + b"\x80" * 4 + b"\n")
    assert single[0] == Raster(0, 8, 24, b"\xff" * 3 + b"\0" * 21)


def test_pieces_side_by_side_are_one_picture() -> None:
    piece = ESC + b"*\x21\x04\x00" + b"\xff" * 12
    assert elements(piece * 2 + b"\n")[0] == Raster(0, 8, 24, b"\xff" * 24)


def test_text_beside_a_band_is_kept() -> None:
    job = ESC + b"*\x21\x08\x00" + b"\xff" * 24 + b"PAIN\n"
    assert text(job) == [" PAIN"]


def test_graphics_are_printed_when_asked_for() -> None:
    store = _graphics(112, b"0\x01\x011" + b"\x08\x00\x04\x00" + SQUARE)
    assert elements(store) == []
    assert elements(store + _graphics(50, b"")) == [Raster(0, 8, 4, SQUARE)]


def test_planes_of_a_picture_lie_on_each_other() -> None:
    head = b"0\x01\x011" + b"\x08\x00\x01\x00"
    job = _graphics(112, head + b"\xf0") + _graphics(112, head + b"\x0f")
    assert elements(job + _graphics(2, b"")) == [Raster(0, 8, 1, b"\xff")]


def test_large_graphics_have_a_longer_length() -> None:
    block = b"0p" + b"0\x01\x011" + b"\x08\x00\x04\x00" + SQUARE
    job = GS + b"8L" + len(block).to_bytes(4, "little") + block
    assert elements(job + _graphics(50, b"")) == [Raster(0, 8, 4, SQUARE)]


def test_a_logo_defined_in_the_job_is_drawn_by_its_key() -> None:
    define = _graphics(83, b"0A1\x01" + b"\x08\x00\x04\x00" + b"1" + SQUARE)
    assert elements(define + _graphics(85, b"A1\x01\x02")) == [
        Raster(0, 8, 8, b"\xf0" * 4 + b"\x0f" * 4)
    ]


def test_a_logo_that_only_the_printer_knows_leaves_an_empty_mark() -> None:
    assert elements(FS + b"p\x01\x00", _graphics(69, b"A1\x01\x01")) == [
        Symbol("LOGO", b"", "logo 1", height=0),
        Symbol("LOGO", b"", "logo A1", height=0),
    ]


def test_logos_and_downloaded_images_are_columns() -> None:
    columns = b"\xff" + b"\0" * 7
    dots = b"\x80" * 8
    assert elements(FS + b"q\x01\x01\x00\x01\x00" + columns + FS + b"p\x01\x00") == [
        Raster(0, 8, 8, dots)
    ]
    assert elements(GS + b"*\x01\x01" + columns + GS + b"/\x00") == [
        Raster(0, 8, 8, dots)
    ]


def test_columns_turn_into_rows() -> None:
    assert rows_of(b"\x80\x40\x20", 1) == Picture(3, 8, b"\x80\x40\x20" + b"\0" * 5)


def test_scaling_keeps_odd_widths() -> None:
    assert scaled(Picture(3, 1, b"\xa0"), 2, 1) == Picture(6, 1, b"\xcc")


def test_a_flood_of_tiny_pictures_ends() -> None:
    strip = strip_of(_raster(0, 1, b"\x80") * 30_000)
    assert strip.elements == (Raster(0, 8, 20_000, b"\x80" * 20_000),)
    assert strip.unread == 1 + 9_999 * 9


def test_a_picture_bomb_is_counted_and_the_text_around_it_stays() -> None:
    define = FS + b"q\x01" + (64).to_bytes(2, "little") * 2 + b"\xff" * (64 * 64 * 8)
    strip = strip_of(b"PAIN\n", define, (FS + b"p\x01\x03") * 5000, b"TOTAL\n")
    rasters = [e for e in strip.elements if isinstance(e, Raster)]
    assert sum(len(raster.bits) for raster in rasters) <= 4 << 20
    assert strip.unread > 0
    assert [e.runs[0].text for e in strip.elements if isinstance(e, TextLine)] == [
        "PAIN",
        "TOTAL",
    ]


def test_a_band_left_of_an_earlier_one_stands_left_of_it() -> None:
    columns = b"*\x21\x08\x00" + b"\xff" * 24
    first, second = (
        ESC + b"$\xc8\x00" + ESC + columns,
        ESC + b"$\x00\x00" + ESC + columns,
    )
    assert elements(first + second + b"\n") == elements(second + first + b"\n")
    picture = elements(first + second + b"\n")[0]
    assert isinstance(picture, Raster)
    assert (picture.x, picture.width) == (0, 208)
