from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from hardware_sim import paper_png
from hardware_sim.glyphs import CELL, FontName, glyph
from hardware_sim.marks import Feed, Mark, Picture, Row, Run, Style

WIDTH_DOTS = 576


def _drawn(text: str, style: Style) -> Image.Image:
    """One run at the left edge: mode ``L``, black on white, its own box."""
    run = Run(0, text, style)
    row = Row((run,), (), style.line_dots)
    return paper_png.raster([row], WIDTH_DOTS).crop((0, 0, run.end, style.line_dots))


def _ink(image: Image.Image) -> int:
    return image.histogram()[0]


def test_a_double_character_is_the_single_one_enlarged() -> None:
    single, double = _drawn("R", Style()), _drawn("R", Style(width=2, height=3))
    assert double.size == (24, 72)
    enlarged = single.resize(double.size, Image.Resampling.NEAREST)
    assert ImageChops.difference(double, enlarged).getbbox() is None


def test_bold_has_more_ink_and_underline_a_line() -> None:
    plain = _drawn("il", Style())
    assert _ink(_drawn("il", Style(bold=True))) > _ink(plain)
    underlined = _drawn("il", Style(underline_dots=2)).crop((0, 22, 24, 24))
    assert underlined.getextrema() == (0, 0)


def test_inverted_and_upside_down_are_what_they_say() -> None:
    plain = _drawn("TOTAL", Style())
    inverted = _drawn("TOTAL", Style(inverted=True))
    turned = _drawn("TOTAL", Style(upside_down=True))
    assert ImageChops.difference(ImageChops.invert(plain), inverted).getbbox() is None
    assert ImageChops.difference(plain.rotate(180), turned).getbbox() is None


def test_a_gap_between_characters_is_white() -> None:
    spaced = _drawn("\u2588\u2588", Style(gap_dots=4))
    assert spaced.size == (32, 24)
    assert spaced.crop((12, 0, 16, 24)).getextrema() == (255, 255)


def test_small_and_large_characters_stand_on_one_line() -> None:
    runs = (Run(0, "\u2588", Style()), Run(12, "\u2588", Style(height=2)))
    ink = paper_png.raster([Row(runs, (), 48)], WIDTH_DOTS)
    assert ink.crop((0, 0, 12, 24)).getextrema() == (255, 255)
    assert ink.crop((0, 24, 12, 48)).getextrema() == (0, 0)


@pytest.mark.parametrize("font", ["A", "B"])
def test_every_character_of_the_french_till_has_a_glyph(font: FontName) -> None:
    box = glyph("\N{REPLACEMENT CHARACTER}", font)
    assert box.size == CELL[font]
    for char in "AZaz09€éèêëàâçîïôùûüœÉÈÀÇ°²«»£§µ–—’“”…─│┌┐└┘═║█░▒▓":
        assert glyph(char, font).tobytes() != box.tobytes(), char


def test_a_missing_glyph_is_a_box_and_a_no_break_space_is_none() -> None:
    assert glyph("\N{REPLACEMENT CHARACTER}", "A").getbbox() is not None
    assert glyph("\u00a0", "A").getbbox() is None
    assert glyph("\u202f", "B").getbbox() is None


@pytest.mark.parametrize("edge", ["cut", "partial", "torn"])
def test_paper_ends_at_its_edge_and_lies_on_nothing(edge: paper_png.Edge) -> None:
    row = Row((Run(0, "x", Style()),), (), 30)
    paper = Image.open(io.BytesIO(paper_png.png([row], WIDTH_DOTS, edge)))
    height = 30 + paper_png.MARGIN_TOP_DOTS + paper_png.MARGIN_BOTTOM_DOTS
    around = 2 * paper_png.SHADOW_DOTS
    assert paper.size == (paper_png.PAPER_DOTS + around, height + around)
    alpha = paper.getchannel("A")
    assert alpha.getpixel((0, 0)) == 0
    middle = alpha.getpixel((paper.width // 2 + 4, paper_png.SHADOW_DOTS + height - 2))
    assert (middle == 255) == (edge == "partial")


def test_what_pos_feed_before_a_cut_is_not_shown_as_paper() -> None:
    row = Row((Run(0, "x", Style()),), (), 30)
    ends: tuple[list[Mark], ...] = ([], [Feed(100)], [Feed(160)])
    heights = [
        Image.open(io.BytesIO(paper_png.png([row, *end], WIDTH_DOTS))).height
        for end in ends
    ]
    assert heights[1] == heights[0]
    assert heights[2] == heights[0] + 40


def test_a_paper_without_end_is_drawn_up_to_its_bound() -> None:
    tall = [Picture(0, Image.new("L", (8, 20_000), 255))] * 3
    assert paper_png.raster(tall, WIDTH_DOTS).height == paper_png.MOST_DOTS
