"""PDFs as other programs see them: poppler's text, fonts, pictures and pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given, settings
from PIL import Image

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper.pdf import (
    MARGIN,
    MAX_CHARACTERS,
    MAX_LENGTH,
    MAX_PAGES,
    SHAPE_CHARACTERS,
    render,
)
from agent.paper.pen import POINTS_PER_DOT
from agent.paper.strip import (
    Box,
    Cut,
    Feed,
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
from agent.paper.text import lines, visible
from tests.escpos.streams import JOBS
from tests.paper.dots import dots_of, ink
from tests.paper.strips import CROSS, MANY_CODES, STRIPS

LATIN = [name for name in JOBS if "character" not in name and "code_pages" not in name]

pytestmark = pytest.mark.skipif(
    shutil.which("pdftotext") is None,
    reason="poppler is missing, so NO PDF WAS READ: install poppler-utils",
)


def _poppler(program: str, *arguments: str, pdf: bytes) -> bytes:
    return subprocess.run(
        [program, *arguments, "-", *(["-"] if program == "pdftotext" else [])],
        input=pdf,
        capture_output=True,
        check=True,
    ).stdout


def _text(strip: Strip) -> str:
    pdf = render(strip)
    return _poppler("pdftotext", "-raw", "-enc", "UTF-8", pdf=pdf).decode()


def _picture(strip: Strip) -> Image.Image:
    """The first page, one pixel a dot."""
    made = _poppler("pdftoppm", "-r", "203.2", "-png", "-singlefile", pdf=render(strip))
    return Image.open(BytesIO(made)).convert("L")


def _printed(strip: Strip) -> Image.Image:
    """The picture without margins."""
    image = _picture(strip)
    left = (image.width - strip.width) // 2
    return image.crop((left, MARGIN, left + strip.width, image.height - MARGIN))


def _drawings(pdf: bytes) -> int:
    """Forms in the document, to be drawn any number of times."""
    return pdf.count(b"/Subtype /Form")


def _line(*runs: Run) -> Strip:
    return Strip((TextLine(runs),))


# -- text -------------------------------------------------------------------


@pytest.mark.parametrize("job", LATIN)
def test_every_word_of_a_recorded_job_can_be_found(job: str) -> None:
    strip = interpret(JOBS[job], Printer())
    found = "".join(_text(strip).split())
    words = [word for line in lines(strip) for word in visible(line.text).split()]
    assert [word for word in words if word not in found] == []


def test_accents_and_signs_are_copied_as_they_are() -> None:
    said = "éèêëàâçùûîïôœæÉÈÀÇŒ€’«» Ελλάδα Привет"
    assert _text(_line(Run(said))).strip() == said


def test_what_the_face_lacks_is_drawn_and_said() -> None:
    assert _text(_line(Run("寿司 12,00 สวัสดี"))).strip() == "寿司 12,00 สวัสดี"
    assert ink(_printed(_line(Run("寿司"))))[2] > 24


def test_lines_of_frames_are_said_as_characters() -> None:
    assert _text(_line(Run("╔══╗"))).strip() == "╔══╗"


def test_turned_characters_are_one_word() -> None:
    assert _text(_line(Run("REMISE", Style(rotated=True)))).strip() == "REMISE"


def test_drawn_characters_are_found_by_what_they_stand_for() -> None:
    strip = _line(Run("5,20 "), Run("€", Style(), 60, (CROSS,)))
    assert _text(strip).strip() == "5,20 €"
    box = ink(_printed(strip).crop((60, 0, 100, 30)))
    assert box == pytest.approx((0, 0, 12, 24), abs=1)


def test_a_page_is_read_row_by_row() -> None:
    page = Page(
        200,
        (
            Placed(300, 40, TextLine((Run("b"),), 24)),
            Placed(0, 80, TextLine((Run("c"),), 24)),
            Placed(0, 40, TextLine((Run("a"),), 24)),
        ),
    )
    assert _text(Strip((page,))).split() == ["a", "b", "c"]


def test_what_is_printed_twice_is_said_once() -> None:
    line = TextLine((Run("TOTAL"),), 24)
    page = Page(30, (Placed(0, 0, line), Placed(1, 0, line)))
    assert _text(Strip((page,))).split() == ["TOTAL"]


def test_the_face_is_embedded_in_part_and_no_other_is_named() -> None:
    fonts = _poppler("pdffonts", pdf=render(_line(Run("Pain", Style(bold=True)))))
    (row,) = fonts.decode().splitlines()[2:]
    assert re.match(r"[A-Z]{6}\+DejaVuSansMono\s+TrueType\s+\S+\s+yes yes yes", row)


# -- looks ------------------------------------------------------------------


@pytest.mark.parametrize("width", [384, 512, 576])
def test_a_page_is_as_wide_as_the_paper_and_as_long_as_the_strip(width: int) -> None:
    strip = Strip((Feed(800),), width=width)
    info = _poppler("pdfinfo", pdf=render(strip)).decode()
    size = re.search(r"Page size: +([\d.]+) x ([\d.]+) pts", info)
    assert size is not None
    paper = {384: 58, 512: 80, 576: 80}[width]
    assert float(size[1]) == pytest.approx(paper / 25.4 * 72, abs=0.1)
    assert float(size[2]) == pytest.approx((800 + 2 * MARGIN) * POINTS_PER_DOT, abs=0.1)
    assert "Title:           Ticket" in info


STYLED = (
    Style(),
    Style(font="B", tall=2),
    Style(wide=2, tall=2, underline=2),
    Style(invert=True),
    Style(upside_down=True),
    Style(rotated=True),
)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("style", STYLED)
def test_letters_stand_where_the_printer_puts_them(turn: Turn, style: Style) -> None:
    line = TextLine((Run("HX", style, 10),), 48)
    page = Page(200, (Placed(250, 100, line, turn),))
    found, wanted = ink(_printed(Strip((page,)))), dots_of(Strip((page,))).getbbox()
    assert wanted is not None
    assert found == pytest.approx(wanted, abs=2)


def test_pictures_and_rules_are_exact() -> None:
    strip = Strip(
        (
            Raster(20, 16, 3, b"\xff\xff\x80\x01\xff\xff"),
            Box(40, 100, 30, 2),
            Page(40, (Placed(0, 10, Box(0, 30, 60)),)),
            Feed(60),
        )
    )
    image = _printed(strip)
    picture = ink(image.crop((0, 0, 576, 3)))
    assert picture == pytest.approx((20, 0, 36, 3), abs=1)
    assert image.getpixel((28, 1)) == 255
    assert ink(image.crop((0, 4, 576, 40))) == pytest.approx((40, 0, 140, 29), abs=1)
    rule = ink(image.crop((0, 36, 576, 133)))
    assert rule == pytest.approx((0, 7, 30, 37), abs=1)


def test_pictures_are_stencils_of_one_bit() -> None:
    listed = _poppler("pdfimages", "-list", pdf=render(Strip((Raster(0, 8, 1, b"x"),))))
    (row,) = listed.decode().splitlines()[2:]
    assert row.split()[2:8] == ["stencil", "8", "1", "-", "1", "1"]


@pytest.mark.parametrize("turn", [0, 90, 270])
def test_a_reader_reads_the_symbols_of_the_page(turn: Turn) -> None:
    symbol = Symbol("QR", b"https://t.example/4", "https://t.example/4", module=5)
    strip = Strip((Page(400, (Placed(250, 200, symbol, turn),)),))
    (code,) = zxingcpp.read_barcodes(_picture(strip))
    assert code.text == symbol.text


def test_the_second_colour_is_red() -> None:
    made = render(_line(Run("█", Style(ink=2))))
    shot = _poppler("pdftoppm", "-r", "203.2", "-png", "-singlefile", pdf=made)
    colours = Image.open(BytesIO(shot)).convert("RGB").getcolors()
    assert colours is not None
    _, colour = max(each for each in colours if each[1] != (255, 255, 255))
    assert colour == pytest.approx((178, 26, 31), abs=2)


# -- bounds -----------------------------------------------------------------


def test_a_longer_strip_goes_on_on_another_page() -> None:
    strip = Strip((Feed(MAX_LENGTH - 10), TextLine((Run("suite"),)), Cut()))
    pdf = render(strip)
    assert b"Pages:           2" in _poppler("pdfinfo", pdf=pdf)
    second = _poppler("pdftotext", "-f", "2", "-raw", pdf=pdf)
    assert second.split() == [b"suite"]


def test_a_flood_of_paper_ends_with_a_note() -> None:
    pdf = render(Strip((Feed(MAX_LENGTH),) * 50))
    assert f"Pages:           {MAX_PAGES + 1}".encode() in _poppler("pdfinfo", pdf=pdf)
    assert "pas affichée" in _poppler("pdftotext", pdf=pdf).decode()


def test_each_drawn_character_is_in_the_document_once() -> None:
    drawn = TextLine((Run("€" * 40, Style(), 0, (CROSS,) * 40),))
    assert _drawings(render(Strip((drawn,) * 20))) == 1
    assert _drawings(render(_line(Run("寿司寿司 ▒▒▒ abc", Style(wide=2))))) == 3


def test_a_flooded_page_ends_with_a_note() -> None:
    full = TextLine((Run("x" * 64, Style("B")),), 17)
    page = Page(16_000, tuple(Placed(0, 5 * n, full) for n in range(3000)))
    pdf = render(Strip((page, TextLine((Run("after"),)))))
    said = _poppler("pdftotext", "-raw", pdf=pdf).decode()
    assert said.count("x") <= MAX_CHARACTERS
    assert "La suite du ticket n’est pas affichée." in said
    assert "after" not in said


@pytest.mark.slow
def test_a_flood_of_different_drawings_ends_with_a_note() -> None:
    shapes = [Picture(16, 1, n.to_bytes(2, "big")) for n in range(1600)]
    line = (
        TextLine((Run("x" * 40, Style(), 0, tuple(shapes[at : at + 40])),))
        for at in range(0, 1600, 40)
    )
    pdf = render(Strip(tuple(line)))
    assert 1000 < _drawings(pdf) < MAX_CHARACTERS / SHAPE_CHARACTERS
    assert "pas affichée" in _poppler("pdftotext", pdf=pdf).decode()


def test_four_hundred_lines_are_written_in_full() -> None:
    line = TextLine((Run("ÉPICERIE fine, 3 × 1,20 €", Style(bold=True)), Run("3,60")))
    kanji = TextLine((Run("寿司の盛り合わせ"), Run("12,00", x=400)))
    assert "pas affichée" not in _text(Strip((line, kanji) * 400))


def test_codes_beyond_the_symbols_bytes_are_boxes_with_words() -> None:
    tall = 5 * 117 * 3 + 2 * 48 + 2 * MARGIN
    info = _poppler("pdfinfo", pdf=render(MANY_CODES)).decode()
    size = re.search(r"Page size: +([\d.]+) x ([\d.]+) pts", info)
    assert size is not None
    assert float(size[2]) == pytest.approx(tall * POINTS_PER_DOT, abs=0.1)


def test_the_same_strip_gives_the_same_bytes() -> None:
    strip = interpret(JOBS["escpost__cafe-order-voucher"], Printer())
    first = render(strip)
    render(_line(Run("Ωmega")))
    assert render(strip) == first


def test_hostile_text_stays_text() -> None:
    hostile = r")Tj(\)<</JS(x)>>endobj" + "\x00"
    styles = (Style(), Style(rotated=True), Style(upside_down=True))
    strip = Strip(tuple(TextLine((Run(hostile, style),)) for style in styles))
    assert _text(strip).split() == [hostile.replace("\x00", "\ufffd")] * 3
    assert b"JavaScript:      no" in _poppler("pdfinfo", pdf=render(strip))


@given(STRIPS)
@settings(max_examples=10, deadline=None)
def test_any_strip_is_a_pdf_that_poppler_reads_without_complaint(strip: Strip) -> None:
    done = subprocess.run(
        ["pdftotext", "-", "-"], input=render(strip), capture_output=True, check=True
    )
    assert done.stderr == b""
