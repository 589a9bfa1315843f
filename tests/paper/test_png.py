from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Literal

import pytest
import zxingcpp
from hypothesis import given, settings
from PIL import Image

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper.frames import frame
from agent.paper.glyphs import glyph, turned
from agent.paper.measure import MARGIN
from agent.paper.onebit import encode
from agent.paper.png import MAX_HEIGHT, raster, render
from agent.paper.strip import (
    Box,
    Cut,
    Feed,
    Font,
    Page,
    Picture,
    Placed,
    Raster,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
    Turn,
)
from tests.paper.dots import dots_of
from tests.paper.strips import CROSS, MANY_CODES, STRIPS

FONTS: tuple[Font, ...] = ("A", "B", "C")
LETTERS = "éèêëàâçùûîïôœæÉÈÀÇŒ€’«»"


def _image(strip: Strip) -> Image.Image:
    image = Image.open(BytesIO(render(strip)))
    image.load()
    return image


def _ink(image: Image.Image) -> tuple[int, int, int, int]:
    """The box around all black dots."""
    box = image.convert("L").point(lambda value: 255 - value).getbbox()
    assert box is not None
    return box


def _line(text: str, style: Style, height: int = 200) -> Strip:
    return Strip((TextLine((Run(text, style),), height),))


def test_one_dot_is_one_pixel_of_one_bit() -> None:
    image = _image(Strip((Feed(100),), width=384))
    assert image.mode == "1"
    assert image.size == (384 + 2 * MARGIN, 100 + 2 * MARGIN)


def test_a_raster_stands_where_it_was_printed() -> None:
    image = _image(Strip((Feed(10), Raster(20, 16, 3, b"\xff\xff" * 3))))
    assert _ink(image) == (MARGIN + 20, MARGIN + 10, MARGIN + 36, MARGIN + 13)


def test_a_picture_wider_than_the_paper_is_cut_off() -> None:
    image = _image(Strip((Raster(0, 80, 1, b"\xff" * 10),), width=32))
    assert _ink(image)[2] == 32 + 2 * MARGIN


@pytest.mark.parametrize(
    ("style", "width", "height"),
    [
        (Style(), 36, 24),
        (Style(font="B"), 27, 17),
        (Style(font="C"), 24, 16),
        (Style(wide=3), 108, 24),
        (Style(tall=4), 36, 96),
        (Style(rotated=True), 72, 12),
    ],
)
def test_characters_fill_the_printers_cells(
    style: Style, width: int, height: int
) -> None:
    block = _ink(_image(_line("███", style)))
    assert block[2] - block[0] == width
    assert abs(block[3] - block[1] - height) <= 2 * style.tall


def test_white_on_black_is_the_whole_cell() -> None:
    inverted = _image(_line("  ", Style(invert=True)))
    assert _ink(inverted) == (MARGIN, MARGIN, MARGIN + 24, MARGIN + 24)


def test_emphasis_is_a_dot_wider_and_an_underline_lies_below() -> None:
    plain, bold = (
        _ink(_image(_line("l", Style()))),
        _ink(_image(_line("l", Style(bold=True)))),
    )
    assert bold[2] - plain[2] == 1
    assert _ink(_image(_line("_ _", Style(underline=2))))[3] == MARGIN + 24


def test_upside_down_is_the_line_turned_round() -> None:
    upright = _image(_line("AB", Style(), 24))
    turned_round = _image(_line("AB", Style(upside_down=True), 24))
    cell = (MARGIN, MARGIN, MARGIN + 24, MARGIN + 24)
    expected = upright.crop(cell).transpose(Image.Transpose.ROTATE_180)
    assert turned_round.crop(cell).tobytes() == expected.tobytes()


def test_runs_of_different_heights_stand_on_one_line() -> None:
    strip = Strip((TextLine((Run("█"), Run("█", Style(tall=2), 24)), 60),))
    image = _image(strip)
    small = image.crop((MARGIN, MARGIN, MARGIN + 12, MARGIN + 60))
    large = image.crop((MARGIN + 24, MARGIN, MARGIN + 36, MARGIN + 60))
    assert abs(_ink(small)[3] - _ink(large)[3]) <= 1


@pytest.mark.parametrize("font", FONTS)
def test_french_letters_are_in_the_face_and_told_apart(font: Font) -> None:
    drawn = {glyph(font, character) for character in LETTERS}
    assert len(drawn) == len(LETTERS)
    assert glyph(font, "\U0010fffe") not in drawn


def test_a_quarter_turn_is_clockwise() -> None:
    upright, sideways = glyph("A", "L"), turned("A", "L")
    assert len(sideways) == 12
    assert all(len(row) == 24 for row in sideways)
    assert [row[0] for row in sideways] == list(upright[-1])


@pytest.mark.parametrize(
    ("system", "text", "kind"),
    [
        ("QR", "https://ticket.example/r/4kJ-é", zxingcpp.BarcodeFormat.QRCode),
        ("EAN13", "4006381333931", zxingcpp.BarcodeFormat.EAN13),
        ("EAN8", "90311017", zxingcpp.BarcodeFormat.EAN8),
        ("CODE39", "AB-123", zxingcpp.BarcodeFormat.Code39),
        ("CODE128", "Ticket-4711", zxingcpp.BarcodeFormat.Code128),
        ("ITF", "123456789012", zxingcpp.BarcodeFormat.ITF),
        ("CODABAR", "A12345B", zxingcpp.BarcodeFormat.Codabar),
    ],
)
def test_a_reader_reads_the_symbols_back(
    system: str, text: str, kind: zxingcpp.BarcodeFormat
) -> None:
    symbol = Symbol(
        system,
        text.encode(),
        text,
        x=288,
        module=2,
        height=80,
        hri="below",
        anchor="centre",
    )
    if system == "QR":
        symbol = replace(symbol, module=5, level="M", hri="none")
    if system == "CODE128":
        symbol = replace(symbol, data=b"{B" + symbol.data)
    image = _image(Strip((Feed(40), symbol, Feed(40)))).convert("L")
    found = zxingcpp.read_barcodes(image)
    assert [(code.format, code.text) for code in found] == [(kind, text)]


def test_a_long_strip_is_cut_at_the_bound() -> None:
    image = _image(Strip((Feed(300_000), TextLine((Run("x"),)))))
    assert image.height == MAX_HEIGHT + 2 * MARGIN


def test_a_strip_that_is_cut_off_says_so() -> None:
    whole = _image(Strip((Feed(MAX_HEIGHT),)))
    short = _image(Strip((Feed(MAX_HEIGHT), Feed(1))))
    foot = (0, MAX_HEIGHT - 60, whole.width, MAX_HEIGHT + MARGIN)
    assert whole.crop(foot).convert("L").getextrema() == (255, 255)
    left, top, right, bottom = _ink(short.crop(foot))
    assert abs((left + right) / 2 - short.width / 2) <= 1
    assert bottom - top < 6


@given(STRIPS)
@settings(max_examples=60, deadline=None)
def test_any_strip_can_be_drawn(strip: Strip) -> None:
    assert render(strip).startswith(b"\x89PNG")
    assert render(strip, 8).startswith(b"\x89PNG")
    assert raster(strip).width == strip.width


# -- grey -------------------------------------------------------------------


def _grey(strip: Strip) -> Image.Image:
    image = Image.open(BytesIO(render(strip, 8)))
    image.load()
    return image


@pytest.mark.parametrize("width", [384, 512, 576])
@pytest.mark.parametrize("depth", [1, 8])
def test_either_depth_is_as_wide_as_the_head_and_says_its_dots(
    width: int, depth: Literal[1, 8]
) -> None:
    strip = Strip((TextLine((Run("TOTAL"),)),), width=width)
    image = Image.open(BytesIO(render(strip, depth)))
    assert image.mode == {1: "1", 8: "L"}[depth]
    assert image.size == (width + 2 * MARGIN, 30 + 2 * MARGIN)
    assert image.info["dpi"] == pytest.approx((203.2, 203.2))


def test_grey_letters_have_soft_edges_in_the_same_cells() -> None:
    strip = _line("Éa", Style(), 24)
    hard, soft = _ink(_image(strip)), _ink(_grey(strip))
    assert all(abs(a - b) <= 1 for a, b in zip(hard, soft, strict=True))
    assert len(set(_grey(strip).tobytes())) > 10


def test_grey_leaves_pictures_and_symbols_black_and_white() -> None:
    strip = Strip((Raster(0, 16, 2, b"\xaa\x55" * 2), Symbol("QR", b"x", "x")))
    assert set(_grey(strip).tobytes()) == {0, 255}


def test_the_second_colour_is_lighter_in_grey_and_black_in_dots() -> None:
    strip = _line("███", Style(ink=2), 24)
    assert min(_grey(strip).tobytes()) == 96
    assert _ink(_image(strip)) == _ink(_image(_line("███", Style(), 24)))


def test_letters_on_a_ground_of_another_colour_stay_readable() -> None:
    strip = _line("H", Style(ink=2, ground=1), 24)
    letter = dots_of(strip).crop((0, 0, 12, 24))
    assert letter.getextrema() == (0, 255)
    assert set(_grey(strip).crop((17, 17, 28, 39)).tobytes()) >= {0, 255}


# -- pages ------------------------------------------------------------------


# An L of dots: 5 wide, 3 high, its foot at the right.
ELL = Raster(0, 8, 3, b"\x80\x80\xf8")


@pytest.mark.parametrize(
    ("turn", "box"),
    [
        (0, (100, 50, 105, 53)),
        (90, (97, 50, 100, 55)),
        (180, (95, 47, 100, 50)),
        (270, (100, 45, 103, 50)),
    ],
)
def test_a_mark_is_turned_about_its_corner(
    turn: Turn, box: tuple[int, int, int, int]
) -> None:
    image = dots_of(Strip((Feed(10), Page(90, (Placed(100, 40, ELL, turn),)))))
    assert image.getbbox() == box
    steps = {0: 0, 90: 3, 180: 2, 270: 1}[turn]
    upright = image.crop(box)
    for _ in range(steps):
        upright = upright.transpose(Image.Transpose.ROTATE_270)
    assert [upright.getpixel((x, 2)) for x in range(5)] == [255] * 5
    assert upright.getpixel((4, 0)) == 0


def test_what_reaches_out_of_a_page_is_cut_off() -> None:
    page = Page(20, (Placed(0, 10, Box(0, 30, 40)), Placed(570, 0, Box(0, 30, 40))))
    image = dots_of(Strip((page, Feed(100))))
    assert image.size == (576, 120)
    assert image.getbbox() == (0, 0, 576, 20)


def test_a_page_prints_over_what_is_there() -> None:
    line = TextLine((Run("█"),), 24)
    page = Page(24, (Placed(0, 0, line), Placed(12, 0, line)))
    assert dots_of(Strip((page,))).getbbox() == (0, 0, 24, 24)


def test_a_frame_is_four_lines_and_a_rule_is_full() -> None:
    image = dots_of(Strip((Box(10, 20, 10, 2), Box(0, 4, 30))))
    assert image.getbbox() == (0, 0, 30, 40)
    assert image.crop((12, 2, 28, 8)).getbbox() is None
    assert image.crop((0, 10, 4, 40)).getextrema() == (255, 255)


def test_characters_that_the_pos_drew_are_its_dots_enlarged() -> None:
    run = Run("€", Style(wide=2, tall=3), 24, (CROSS,))
    image = dots_of(Strip((TextLine((run,), 72),)))
    assert image.getbbox() == (24, 0, 48, 72)
    assert image.crop((24, 3, 34, 69)).getbbox() is None


def test_a_drawn_character_higher_than_its_font_stands_on_the_line() -> None:
    tall = Picture(8, 24, b"\xff" * 24)
    runs = (Run("x", Style(font="C"), 0, (tall,)), Run("█", Style(font="C"), 8))
    image = dots_of(Strip((TextLine(runs, 24),)))
    assert image.getbbox() == (0, 0, 16, 24)
    assert image.crop((8, 0, 16, 24)).getbbox() == (0, 8, 8, 24)


def test_the_bare_dots_have_no_margin_and_no_cuts() -> None:
    bare = raster(Strip((Feed(5), Cut(), Raster(4, 8, 1, b"\xff"), Cut()), width=16))
    assert (bare.width, bare.height) == (16, 6)
    assert bare.bits == bytes(10) + b"\x0f\xf0"


def test_an_underline_is_as_thick_under_large_letters() -> None:
    image = dots_of(_line("  ", Style(underline=1, tall=4), 96))
    assert image.getbbox() == (0, 95, 24, 96)


def test_no_underline_where_printers_leave_it_out() -> None:
    flipped = dots_of(_line("l", Style(underline=2, invert=True), 24))
    plain = dots_of(_line("l", Style(invert=True), 24))
    assert flipped.tobytes() == plain.tobytes()
    assert dots_of(_line(" ", Style(underline=2, rotated=True))).getbbox() is None


def test_frames_of_characters_have_no_gaps() -> None:
    rows = ("╔═╦╗", "║ ║║", "╠═╬╣", "╚═╩╝")
    lines = tuple(TextLine((Run(row),), 24) for row in rows)
    image = dots_of(Strip(lines))
    (outer,) = {image.getbbox()}
    assert outer is not None
    left, top, right, bottom = outer
    for box in (
        (left, top, right, top + 2),
        (left, bottom - 2, right, bottom),
        (left, top, left + 2, bottom),
        (right - 2, top, right, bottom),
    ):
        assert image.crop(box).getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("corner", "rows"),
    [
        ("╓", ("0011111111", "0011111111", "0011001100")),
        ("╒", ("0000111111", "0000111111", "0000110000", "0000110000", "0000111111")),
        ("┌", ("0000111111", "0000111111", "0000110000")),
        ("▄", ("1111111111",) * 3),
        ("╭", ()),
    ],
)
def test_lines_go_round_the_outside_of_a_corner(
    corner: str, rows: tuple[str, ...]
) -> None:
    drawn = frame(corner, 10, 12)
    inked = [row for row in drawn if "1" in row]
    assert tuple(inked[: len(rows)]) == rows


def test_a_png_by_hand_is_what_a_reader_of_png_sees() -> None:
    raster = Raster(3, 10, 2, b"\xff\xff\x80\x00")
    image = Image.open(BytesIO(encode(raster, 16)))
    assert image.size == (16, 2)
    rows = image.convert("L").tobytes()
    assert [n for n in range(16) if rows[n] == 0] == list(range(3, 13))
    assert [n for n in range(16) if rows[16 + n] == 0] == [3]


def test_accents_on_a_real_job_leave_ink_above_the_capitals() -> None:
    job = b"\x1bt\x10" + "É".encode("cp1252")
    flat = _ink(_image(interpret(b"E", Printer())))
    accented = _ink(_image(interpret(job, Printer())))
    assert accented[1] < flat[1]


# -- bounds -----------------------------------------------------------------

FULL = TextLine((Run("A" * 64, Style("B")),), 17)


def test_a_flooded_page_ends_with_an_ellipsis() -> None:
    last = Placed(0, 500, TextLine((Run("█"),), 24))
    page = Page(2000, (*(Placed(0, 0, FULL),) * 6000, last))
    image = _image(Strip((page, TextLine((Run("after"),)))))
    size = 576 + 2 * MARGIN, 2000 + 30 + 2 * MARGIN
    assert image.size == size
    ink = [_ink(image.crop((0, top, size[0], top + 60))) for top in (0, 2000)]
    assert ink[0][3] <= MARGIN + 17
    assert image.crop((0, 60, size[0], 2000)).getextrema() == (255, 255)
    assert 280 < ink[1][0] < ink[1][2] < 328
    bare = raster(Strip((page,)))
    assert bare.height == 2000
    assert not any(bare.bits[72 * 60 :])


def test_paper_full_of_small_letters_is_drawn_to_its_end() -> None:
    lines = MAX_HEIGHT // 17
    dots = dots_of(Strip((FULL,) * lines))
    assert dots.getbbox() is not None
    assert dots.crop((0, (lines - 1) * 17, 576, lines * 17)).getbbox() is not None


def test_codes_beyond_the_symbols_bytes_are_boxes_with_words() -> None:
    drawn, words = 117 * 3, 48
    assert _image(MANY_CODES).height == 5 * drawn + 2 * words + 2 * MARGIN
    assert raster(MANY_CODES).height == 5 * drawn + 2 * words
