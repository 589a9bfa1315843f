from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given, settings
from PIL import Image

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper.glyphs import glyph, turned
from agent.paper.onebit import encode
from agent.paper.png import MARGIN, MAX_HEIGHT, render
from agent.paper.strip import Feed, Font, Raster, Run, Strip, Style, Symbol, TextLine
from tests.paper.test_html import STRIPS

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
        symbol = Symbol(
            system, text.encode(), text, x=288, module=5, level="M", anchor="centre"
        )
    image = _image(Strip((Feed(40), symbol, Feed(40)))).convert("L")
    found = zxingcpp.read_barcodes(image)
    assert [(code.format, code.text) for code in found] == [(kind, text)]


def test_a_long_strip_is_cut_at_the_bound() -> None:
    image = _image(Strip((Feed(300_000), TextLine((Run("x"),)))))
    assert image.height == MAX_HEIGHT + 2 * MARGIN


@given(STRIPS)
@settings(max_examples=60, deadline=None)
def test_any_strip_can_be_drawn(strip: Strip) -> None:
    assert render(strip).startswith(b"\x89PNG")


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
