"""What was once ugly or wrong on one picture of a strip and right on another."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import AsyncGenerator
from itertools import pairwise
from typing import get_args

import pytest
import pytest_asyncio
import zxingcpp
from PIL import Image, ImageChops
from playwright.async_api import Page as Window
from playwright.async_api import async_playwright

from agent.draw import PAGE
from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper import html, lettering, measure, pdf, png, smooth
from agent.paper.glyphs import glyph
from agent.paper.strip import (
    CELL_HEIGHT,
    CELL_WIDTH,
    Cut,
    Element,
    Font,
    Page,
    Placed,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
    Turn,
)
from agent.paper.style import STYLE
from tests.escpos.streams import JOBS
from tests.screens.browser import CHROMIUM, launch

FONTS: tuple[Font, ...] = get_args(Font)
PLAIN = Style()

printed = pytest.mark.skipif(
    shutil.which("pdftoppm") is None,
    reason="poppler is missing, so NO PDF WAS LOOKED AT: install poppler-utils",
)
seen = pytest.mark.skipif(
    CHROMIUM is None,
    reason="Chromium is missing, so NO STRIP WAS LOOKED AT: install chromium",
)


def _line(words: str, style: Style = PLAIN, height: int = 30) -> TextLine:
    return TextLine((Run(words, style),), height)


def _picture(*elements: Element, grey: bool = False) -> Image.Image:
    made = png.render(Strip(elements), 8 if grey else 1)
    return Image.open(io.BytesIO(made)).convert("L")


def _document(*elements: Element, dpi: float = 203.2) -> Image.Image:
    command = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "-"]
    document = pdf.render(Strip(elements))
    made = subprocess.run(command, input=document, capture_output=True, check=True)
    return Image.open(io.BytesIO(made.stdout)).convert("L")


def _read(image: Image.Image) -> int:
    return sum(code.valid for code in zxingcpp.read_barcodes(image))


def _dots(font: Font, character: str) -> int:
    return sum(row.count("1") for row in glyph(font, character))


# -- symbols wider than the paper ----------------------------------------------

WIDE = (
    Symbol("PDF417", b"Column count 30", "Column count 30", columns=30),
    Symbol("QR", b"x" * 800, "x" * 800, module=16),
    Symbol("CODE39", b"A" * 60, "A" * 60),
    Symbol("AZTEC", b"x" * 400, "x" * 400, module=16, level="23%"),
)


@printed
@pytest.mark.parametrize("symbol", WIDE, ids=lambda symbol: symbol.system)
def test_a_symbol_wider_than_the_paper_is_in_words_everywhere(symbol: Symbol) -> None:
    drawn = measure.figure(symbol).drawing
    assert drawn is not None
    assert drawn.width > 576
    assert "strip-box" in html.render(Strip((symbol,)))
    words = Symbol(symbol.system, b"", symbol.text)
    for render in (png.render, pdf.render):
        assert render(Strip((symbol,))) == render(Strip((words,)))


@pytest.mark.parametrize(
    ("turn", "x", "y"), [(0, 400, 0), (90, 99, 500), (180, 199, 99), (270, 0, 199)]
)
def test_a_symbol_that_reaches_out_of_a_page_is_in_words(
    turn: Turn, x: int, y: int
) -> None:
    symbol = Symbol("CODE39", b"ABC", "ABC")  # 237 dots
    there = Strip((Page(700, (Placed(x, y, symbol, turn),)),))
    words = Strip((Page(700, (Placed(x, y, Symbol("CODE39", b"", "ABC"), turn),)),))
    assert png.render(there) == png.render(words)
    inside = Strip((Page(700, (Placed(300, 350, symbol, turn),)),))
    assert _read(Image.open(io.BytesIO(png.render(inside))).convert("L")) == 1


def test_the_words_in_place_of_a_symbol_are_in_font_b_everywhere() -> None:
    (words,) = measure.figure(Symbol("LOGO", b"", "logo 1")).words
    assert words.font == "B"
    sizes = [
        re.search(rf"\.strip-{name}{{font-size:([^;}}]+)", STYLE)
        for name in ("box", "font-b")
    ]
    assert [size and size[1] for size in sizes] == [".75em"] * 2


def test_columns_that_the_pos_has_set_are_not_made_fewer() -> None:
    asked = Symbol("PDF417", b"x" * 20, "x" * 20, columns=30, room=576)
    assert measure.figure(asked).drawing is None
    free = Symbol("PDF417", b"x" * 200, "x" * 200, room=400)
    drawing = measure.figure(free).drawing
    assert drawing is not None
    assert drawing.width <= 400


# -- letters -------------------------------------------------------------------

TWO_MARKS = "ếẾấẤổỔẵẴỷẢ"


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("character", TWO_MARKS)
def test_a_letter_with_two_marks_is_made_of_what_our_face_has(
    font: Font, character: str
) -> None:
    letter, *marks = lettering.parts(character)
    assert marks
    assert all(lettering.has(part) for part in (letter, *marks))
    rows = glyph(font, character)
    assert {len(row) for row in rows} == {CELL_WIDTH[font]}
    assert len(rows) == CELL_HEIGHT[font]
    tops = [
        next(y for y, row in enumerate(glyph(font, each)) if "1" in row)
        for each in (character, letter)
    ]
    assert tops[0] < tops[1] or (character.isupper() and tops[0] == tops[1] == 0)
    soft = smooth.cell(font, character, 1, 1)
    assert len({shade for row in soft for shade in row}) > 2  # not dots made larger


def test_letters_with_two_marks_differ_from_each_other() -> None:
    alike = "êếềểễệ", "ôốồổỗộ", "ăắằẳẵặ", "EÊẾỀỂỄỆ"
    for letters in alike:
        assert len({glyph("A", letter) for letter in letters}) == len(letters)


def test_a_stroke_through_a_sign_is_not_set_below_it() -> None:
    assert lettering.parts("≠") == ("≠",)
    assert lettering.parts("\u2224") == ()  # U+2223 and U+0338, which goes through it


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize(("accented", "bare"), ["ΈΕ", "ΉΗ", "ΊΙ", "ΎΥ"])
def test_a_greek_capital_keeps_its_accent(font: Font, accented: str, bare: str) -> None:
    """Its ink begins left of its cell, where nothing of it was drawn."""
    assert glyph(font, accented) != glyph(font, bare)
    first = [row[:3] for row in glyph(font, accented)]
    high = CELL_HEIGHT[font] // 2
    assert any("1" in row for row in first[:high])
    soft = smooth.cell(font, accented, 2, 2)
    assert any(max(row[:6]) > 100 for row in soft[: high * 2])


@pytest.mark.parametrize("font", FONTS)
def test_lines_leave_no_dots_in_the_cells_beside_theirs(font: Font) -> None:
    for right, line in (("╮", "right"), ("╯", "right"), ("╱", "top")):
        rows = glyph(font, right)
        half = CELL_WIDTH[font] * 2 // 3 + 1
        if line == "right":
            assert not any("1" in row[half:] for row in rows), right
        else:
            assert "1" not in rows[0][:2], right
    # and meet what is beside them
    assert any(row[0] == "1" for row in glyph(font, "╮"))
    assert any(row[-1] == "1" for row in glyph(font, "╭"))


# -- characters without a cell on screens --------------------------------------


def test_a_soft_hyphen_is_a_hyphen() -> None:
    strip = Strip((_line("1\u00ad2"),))
    assert "1-2" in html.render(strip)
    assert png.render(strip) == png.render(Strip((_line("1-2"),)))


@pytest.mark.parametrize("mark", "\u200b\u200c\u200d\u200e\u200f\u2060\u061c\ufeff")
def test_joiners_and_marks_of_direction_are_a_cell_of_paper(mark: str) -> None:
    strip, bare = Strip((_line(f"a{mark}b"),)), Strip((_line("a b"),))
    for render in (html.render, png.render, pdf.render):
        assert render(strip) == render(bare)


def _spans(made: str) -> list[tuple[str, str]]:
    """Where each part of a line in SVG stands, and what it says."""
    return re.findall(r'<tspan[^>]* x="([^"]*)"[^>]*>([^<]*)</tspan>', made)


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("ab\u05b8c", [("0", "ab"), ("30", "\u00a0\u05b8"), ("36", "c")]),
        ("\u05b8c", [("6", "\u00a0\u05b8"), ("12", "c")]),
        ("Tiếng", [("0", "Ti"), ("30", "ế"), ("36", "ng")]),
        ("\u0e01\u0e47\u0e19", [("6", "ก"), ("18", "\u00a0็"), ("30", "น")]),
    ],
)
def test_what_another_face_would_move_has_a_place_of_its_own(
    words: str, places: list[tuple[str, str]]
) -> None:
    made = html.render(Strip((_line(words),)))
    assert _spans(made) == places
    alone = [at for at, _ in places if int(at) % 12]
    assert made.count("strip-alone") == len(alone)


# -- colours -------------------------------------------------------------------


def _luminance(colour: tuple[float, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    red, green, blue = linear if len(linear) == 3 else linear * 3
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _hexadecimal(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))


@pytest.mark.parametrize("ground", range(4))
@pytest.mark.parametrize("ink", range(4))
@pytest.mark.parametrize("invert", [False, True])
def test_letters_can_be_read_on_any_ground(ink: int, ground: int, invert: bool) -> None:
    seen_ink, behind = measure.tones(Style(invert=invert, ink=ink, ground=ground))
    if seen_ink == behind == 0:
        return  # nothing is printed
    colours = dict(re.findall(r"\.strip-ink-(\d)\{color:(#\w{6})", STYLE))
    grounds = dict(re.findall(r"\.strip-ground-(\d)\{background:(#\w{6})", STYLE))
    screen = _hexadecimal(colours.get(str(seen_ink), "#1d1b18"))
    assert _contrast(screen, _hexadecimal(grounds.get(str(behind), "#fbfaf7"))) >= 4.5


@printed
@pytest.mark.parametrize("style", [Style(ink=n) for n in (2, 3)])
@pytest.mark.parametrize("ground", range(4))
def test_every_picture_has_letters_that_can_be_read(style: Style, ground: int) -> None:
    line = _line("█ █", Style(ink=style.ink, ground=ground))
    for picture in (_picture(line, grey=True), _document(line, dpi=406.4)):
        low, high = picture.getextrema()
        assert isinstance(low, int | float)
        assert isinstance(high, int | float)
        assert _contrast((low / 255,), (high / 255,)) >= 4.5


# -- cuts and frames -----------------------------------------------------------


@printed
def test_a_partial_cut_looks_and_sounds_other_than_a_full_one() -> None:
    full, partial = Cut(full=True), Cut(full=False)
    assert 'aria-label="Coupe totale"' in html.render(Strip((full,)))
    assert 'aria-label="Coupe partielle"' in html.render(Strip((partial,)))
    for draw in (_picture, _document):
        inks = []
        for cut in (full, partial):
            ink = ImageChops.invert(draw(cut)).point(lambda v: 255 * (v > 60))
            row = ink.crop(ink.getbbox())
            inks.append(row.histogram()[255] / (row.width * row.height))
        assert inks[0] == 1
        assert 0.4 < inks[1] < 0.6


@printed
def test_the_lines_of_a_frame_show_no_seams_in_a_document() -> None:
    line = _line("═" * 20, Style(wide=2, tall=2))
    for dpi in (150, 203.2, 317):
        ink = ImageChops.invert(_document(line, dpi=dpi))
        box = ink.getbbox()
        assert box is not None
        rows = [ink.crop((box[0] + 2, y, box[2] - 2, y + 1)) for y in range(*box[1::2])]
        darkest = max(rows, key=lambda row: row.getextrema()[0])
        low, high = darkest.getextrema()
        assert isinstance(low, int | float)
        assert isinstance(high, int | float)
        assert high - low <= 8, dpi


# -- in a browser --------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window() -> AsyncGenerator[Window]:
    async with async_playwright() as play:
        browser = await launch(play)
        yield await browser.new_page()
        await browser.close()


async def _shot(page: Window, strip: Strip, width: int = 800) -> Image.Image:
    await page.set_viewport_size({"width": width, "height": 700})
    await page.set_content(
        PAGE.format(style=STYLE, strip=html.render(strip), title="Ticket")
    )
    shot = await page.locator(".strip-paper").screenshot()
    return Image.open(io.BytesIO(shot)).convert("L")


@seen
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("width", [384, 420, 512, 576])
async def test_a_dot_is_a_pixel_of_a_card_that_has_room(
    window: Window, width: int
) -> None:
    paper = await _shot(window, Strip((_line("x"),), width))
    assert width <= paper.width <= width + 12
    narrow = await _shot(window, Strip((_line("x"),), width), 360)
    assert narrow.width <= 360


@seen
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "job", ["escpos-php__barcode", "thermal__barcodes", "escpos-php__qr-code"]
)
async def test_a_scanner_reads_on_a_screen_what_it_reads_on_paper(
    window: Window, job: str
) -> None:
    strip = interpret(JOBS[job], Printer())
    assert _read(await _shot(window, strip)) >= _read(_picture(*strip.elements))


@seen
@pytest.mark.asyncio(loop_scope="module")
async def test_accents_stand_on_their_letters_on_a_screen(window: Window) -> None:
    """Ink of a letter with two marks stays in its cell, none of it on the next one."""
    shot = await _shot(window, Strip((_line("..ế."),)))
    ink = ImageChops.invert(shot).point(lambda v: 255 * (v > 90))
    cell = ink.crop((24, 0, 36, 30)).getbbox()
    assert cell is not None
    assert cell[1] < 7  # x-height is 11 dots above the 19th, the first mark ends at 5
    assert ink.crop((37, 0, 48, 15)).getbbox() is None


@seen
@pytest.mark.asyncio(loop_scope="module")
async def test_a_frame_is_whole_where_its_lines_meet(window: Window) -> None:
    large = Style(wide=2, tall=2)
    for style, height in ((PLAIN, 24), (large, 48)):
        lines = (_line(words, style, height) for words in ("╔══╗", "║  ║", "╚══╝"))
        shot = await _shot(window, Strip(tuple(lines)))
        top = shot.crop((CELL_WIDTH["A"] * style.wide - 1, 0, shot.width, height))
        edges = [top.crop((x, 0, x + 1, height)).tobytes() for x in (0, 8)]
        steps = [abs(a - b) for a, b in zip(*edges, strict=True)]
        assert max(steps) < 120, steps
        side = shot.crop((0, height, CELL_WIDTH["A"] * style.wide, 2 * height))
        rows = [
            min(side.crop((0, y, side.width, y + 1)).tobytes())
            for y in range(side.height)
        ]
        assert max(rows) - min(rows) < 90, rows
        assert all(abs(a - b) < 90 for a, b in pairwise(rows))
