from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper.html import (
    MAX_CHARACTERS,
    MAX_PICTURE_CHARACTERS,
    STYLE,
    render,
)
from agent.paper.strip import (
    Box,
    Cut,
    Feed,
    Page,
    Placed,
    Raster,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
)
from tests.paper.strips import CROSS, SQUARE, STRIPS

TAGS = {
    *("section", "div", "span", "p", "hr", "img"),
    *("svg", "g", "path", "rect", "image", "text", "tspan"),
}
ATTRIBUTES = {
    *("class", "aria-label", "aria-hidden", "alt", "role", "width", "height", "src"),
    *("viewbox", "xml:space", "shape-rendering", "transform", "d", "x", "y", "rotate"),
    *("text-anchor", "textlength", "lengthadjust", "href"),
}


class _Reader(HTMLParser):
    """What a browser sees: tags, classes, text; closes what was opened."""

    VOID = frozenset({"img", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, name: str) -> list[str]:
        return [value for attribute, value in self.attributes if attribute == name]


def _text(*runs: Run) -> str:
    return _Reader(render(Strip((TextLine(runs),)))).words


def test_text_is_text_and_keeps_its_columns() -> None:
    assert _text(Run("PAIN"), Run("1,20 €", x=240)) == "PAIN" + " " * 16 + "1,20 €"


def test_markup_from_a_till_is_only_characters() -> None:
    hostile = "<script>alert('x')</script>&amp;\"\x00\u202e"
    html = render(Strip((TextLine((Run(hostile),)), Symbol("PDF417", b"x", hostile))))
    assert "script>" not in html.replace("&lt;/script&gt;", "").replace(
        "&lt;script&gt;", ""
    )
    assert "\x00" not in html
    assert "\u202e" not in html
    assert _Reader(html).words.startswith("<script>alert('x')</script>&amp;\"")


@given(STRIPS)
@settings(max_examples=150, deadline=None)
def test_no_data_ever_becomes_a_tag_an_attribute_or_a_reference(strip: Strip) -> None:
    reader = _Reader(render(strip))
    assert reader.open == []
    assert set(reader.tags) <= TAGS
    names = {name for name, _ in reader.attributes}
    assert names <= ATTRIBUTES
    assert all(
        source.startswith("data:image/png;base64,")
        for source in reader.all("src") + reader.all("href")
    )
    classes = {word for value in reader.all("class") for word in value.split()}
    assert all(re.fullmatch(r"strip(-[a-z0-9-]+)?", word) for word in classes)


def test_every_class_has_a_rule() -> None:
    style = Style("B", True, 1, True, True, True, 2, 3)
    small = Style("C", wide=8, tall=8)
    strip = Strip(
        (
            TextLine((Run("x", style), Run("y", small))),
            Feed(30),
            Feed(3000),
            Symbol("QR", b"x", "x"),
            Symbol("LOGO", b"", "logo 1"),
            SQUARE,
            Cut(),
        )
    )
    words = " ".join(_Reader(render(strip)).all("class")).split()
    assert [word for word in words if f".{word}" not in STYLE] == []


def test_the_style_sheet_refers_to_nothing_outside() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_a_picture_is_a_png_of_its_dots_with_a_label() -> None:
    reader = _Reader(render(Strip((SQUARE,), width=24)))
    (source,) = reader.all("src")
    png = base64.b64decode(source.removeprefix("data:image/png;base64,"))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert reader.all("role") == ["img"]
    assert reader.all("aria-label")[1] == "Image imprimée, 8 × 2 points"


def test_a_bar_code_is_drawn_and_says_what_it_says() -> None:
    symbol = Symbol(
        "EAN13", b"4006381333931", "4006381333931", x=288, hri="below", anchor="centre"
    )
    reader = _Reader(render(Strip((symbol,))))
    assert "Code EAN13\u00a0: 4006381333931" in reader.all("aria-label")
    assert reader.words == "4006381333931"
    assert reader.all("transform") == ["translate(145 0) scale(3 162)"]


def test_what_cannot_be_drawn_is_said() -> None:
    wrong = Symbol("EAN13", b"PAIN", "PAIN")
    assert _Reader(render(Strip((wrong,)))).words == "Code EAN13\u00a0: PAIN"
    logo = Symbol("LOGO", b"", "logo 1")
    assert _Reader(render(Strip((logo,)))).words == "Logo enregistré dans l’imprimante"


def test_a_picture_bomb_becomes_a_box_in_words() -> None:
    noise = bytes((n * n * 7 + n // 3) % 251 for n in range(400_000))
    bomb = Raster(0, 4000, 800, noise)
    started = time.process_time()
    html = render(Strip((bomb, *[SQUARE] * 3)))
    assert time.process_time() - started < 2
    assert len(html) < MAX_PICTURE_CHARACTERS
    huge = render(Strip((Raster(0, 8, 4 << 20, bytes(4 << 20)),)))
    assert "Image imprimée, 8 × 4194304 points" in _Reader(huge).words


def test_many_pictures_are_bounded_together() -> None:
    noise = bytes((n * n * 7 + n // 3) % 251 for n in range(72 * 400))
    html = render(Strip((Raster(0, 576, 400, noise), Feed(1)) * 100))
    assert len(html) < MAX_PICTURE_CHARACTERS + 100 * 100


def test_a_flood_of_styles_ends_with_a_note() -> None:
    line = TextLine(tuple(Run("x", Style(bold=n % 2 == 0), n * 12) for n in range(500)))
    html = render(Strip((line,) * 200))
    assert len(html) < MAX_CHARACTERS * 1.1
    assert "La suite du ticket n’est pas affichée." in html


FLIPPED = Style(upside_down=True)
FULL = TextLine((Run("x" * 64, Style("B")),), 17)
FLOODS: dict[str, Callable[[], TextLine | Page]] = {
    "lines of a page": lambda: Page(
        16_000, tuple(Placed(0, n % 16_000, FULL) for n in range(20_000))
    ),
    "turned lines of a page": lambda: Page(
        16_000, tuple(Placed(500, n, TextLine((Run("x"),)), 90) for n in range(20_000))
    ),
    "frames of a page": lambda: Page(
        16_000, tuple(Placed(0, n, Box(0, 9, 9, 1)) for n in range(20_000))
    ),
    "pictures of a page": lambda: Page(
        16_000, tuple(Placed(0, n, SQUARE) for n in range(20_000))
    ),
    "a turned line": lambda: TextLine(
        tuple(Run("x", FLIPPED, n) for n in range(20_000))
    ),
    "a line of sizes": lambda: TextLine(
        tuple(Run("é漢", Style(wide=1 + n % 2), n) for n in range(20_000))
    ),
    "a drawn line": lambda: TextLine(
        tuple(Run("x" * 9, FLIPPED, n, (CROSS,) * 9) for n in range(9_000))
    ),
}
"""Made when they are wanted: in memory all along they would slow every other test."""


@pytest.mark.parametrize("flood", FLOODS)
def test_one_flooded_mark_ends_with_a_note_too(flood: str) -> None:
    html = render(Strip((FLOODS[flood](), TextLine((Run("after"),)))))
    reader = _Reader(html)
    assert MAX_CHARACTERS * 0.3 < len(html) < MAX_CHARACTERS + 400
    assert reader.words.endswith("La suite du ticket n’est pas affichée.")
    assert "after" not in reader.words
    assert reader.open == []


def test_many_empty_pages_are_bounded_together() -> None:
    html = render(Strip((Page(9, ()),) * 20_000))
    assert MAX_CHARACTERS * 0.3 < len(html) < MAX_CHARACTERS + 400


def test_the_text_of_a_page_comes_before_its_frames() -> None:
    frames = tuple(Placed(0, n, Box(0, 9, 9, 1)) for n in range(20_000))
    said = Placed(0, 0, TextLine((Run("TOTAL"),)))
    assert "TOTAL" in _Reader(render(Strip((Page(16_000, (*frames, said)),)))).words


def test_codes_beyond_the_symbols_bytes_are_in_words() -> None:
    sizes = (7000, 7000, 7000, 13)
    codes = (Symbol("EAN13", b"0" * size, "4006381333931") for size in sizes)
    reader = _Reader(render(Strip(tuple(codes))))
    assert len(reader.all("aria-label")[1:]) == 3
    assert reader.words == "Code EAN13\u00a0: 4006381333931"


def test_a_receipt_of_forty_lines_is_small() -> None:
    job = b"".join(b"ARTICLE %02d                     1,20\n" % n for n in range(40))
    assert len(render(interpret(job, Printer()))) < 4_000


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        (("AU BON PAIN", "2 x PAIN   COMPLET   3,20", "PAIN COMPLET"), 1),
        (("CAFE DU PORT", "7UP 33CL        2,00", "7UP 33CL"), 1),
        (("EPICERIE", "POMMES", "  0,792 kg x 2,49   1,97"), 1),
    ],
)
def test_the_line_of_the_first_article_is_marked_once(
    lines: tuple[str, ...], first: int
) -> None:
    label = {"2": "PAIN COMPLET", "7": "7UP 33CL"}.get(lines[1][0], "POMMES")
    made = render(Strip(tuple(TextLine((Run(line),)) for line in lines)), label)
    marked = [("strip-first" in each) for each in made.split('<div class="strip-line')]
    assert marked[1:] == [at == first for at in range(len(lines))]


def test_no_line_is_marked_where_nobody_knows_an_article() -> None:
    lines = tuple(TextLine((Run(line),)) for line in ("EPICERIE", "", "PAIN 3,20"))
    assert "strip-first" not in render(Strip(lines))
    assert "strip-first" not in render(Strip(lines), "FROMAGE")
