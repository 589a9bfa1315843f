"""Pages as SVG: read as text, seen as paper; the second half in a real browser."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import AsyncGenerator, Iterator

import pytest
import pytest_asyncio
from hypothesis import given, settings
from PIL import Image
from playwright.async_api import Page, async_playwright

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper import html, text
from agent.paper.strip import (
    Box,
    Feed,
    Placed,
    Raster,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
    Turn,
)
from agent.paper.strip import Page as Sheet
from tests.escpos.streams import JOBS
from tests.paper.dots import dots_of, ink
from tests.paper.strips import CROSS, PAGES
from tests.paper.test_html import _Reader
from tests.screens.browser import CHROMIUM, launch

TURNS: tuple[Turn, ...] = (0, 90, 180, 270)
CORNERS = {0: (20, 20), 90: (556, 20), 180: (556, 380), 270: (20, 380)}


def _said(*runs: Run, x: int = 0, y: int = 0, turn: Turn = 0) -> Placed:
    return Placed(x, y, TextLine(runs, 24), turn)


def _words(*marks: Placed) -> str:
    return _Reader(html.render(Strip((Sheet(400, marks),)))).words


# -- read -------------------------------------------------------------------


@given(PAGES)
@settings(max_examples=100, deadline=None)
def test_a_page_is_read_in_the_order_of_its_text(sheet: Sheet) -> None:
    """Of marks that are text; what is printed twice is said twice here."""
    marks = tuple(each for each in sheet.marks if isinstance(each.mark, TextLine))
    read = text.page_rows(Sheet(sheet.height, marks))
    rows = [text.line_of(row.line).text for row in read]
    said = sorted(text.visible("".join(rows)).replace(" ", ""))
    shown = sorted(_words(*marks).replace(" ", ""))
    assert [c for c in said if shown.count(c) < said.count(c)] == []


def test_rows_come_by_direction_then_height_then_place() -> None:
    marks = (
        _said(Run("d"), x=500, y=10, turn=90),
        _said(Run("c"), y=60),
        _said(Run("b"), x=300, y=34),
        _said(Run("a"), y=30),
        _said(Run("f"), x=300, y=300, turn=180),
        _said(Run("e"), x=500, y=300, turn=180),
    )
    assert _words(*marks).replace(" ", "") == "dabcef"


def test_columns_of_a_row_are_parted_by_a_space() -> None:
    assert _words(_said(Run("TOTAL"), Run("9,99 €", x=240))) == "TOTAL 9,99 €"


def test_letters_spaced_a_little_stay_one_word() -> None:
    runs = (Run(letter, x=at * 15) for at, letter in enumerate("PAIN"))
    assert _words(_said(*runs)) == "PAIN"


def test_what_is_printed_twice_is_said_once() -> None:
    html_text = html.render(
        Strip((Sheet(60, (_said(Run("TOTAL")), _said(Run("TOTAL"), x=1))),))
    )
    first, again = html_text.split('aria-hidden="true"')
    assert (first.count("TOTAL"), again.count("TOTAL")) == (1, 1)


def test_a_line_upside_down_keeps_its_order() -> None:
    flipped = Style(upside_down=True)
    line = TextLine((Run("Pain", flipped, 500), Run("1,20 €", flipped, 10)))
    words = _Reader(html.render(Strip((line,)))).words
    assert words == "Pain1,20 €"


def test_a_drawn_character_stays_the_text_it_stands_for() -> None:
    line = TextLine((Run("5,20 "), Run("€", Style(), 60, (CROSS,))))
    reader = _Reader(html.render(Strip((line,))))
    assert reader.words == "5,20 €"
    assert "strip-drawn" in reader.all("class")
    assert any(d.startswith("M0 0h12v1H0z") for d in reader.all("d"))


def test_cells_are_kept_whatever_the_face() -> None:
    reader = _Reader(html.render(Strip((Sheet(60, (_said(Run("漢字 ab")),)),))))
    assert reader.all("x") == ["0", "48"]
    assert reader.all("textlength") == ["48", "36"]


def test_hostile_text_on_a_page_is_only_characters() -> None:
    hostile = "</text><script>x</script>\"'\u202e\x00"
    styles = (Style(), Style(rotated=True), Style(upside_down=True))
    marks = tuple(
        _said(Run(hostile, style), y=at * 30) for at, style in enumerate(styles)
    )
    shown = html.render(Strip((Sheet(400, marks),)))
    assert "<script" not in shown
    assert "\u202e" not in shown
    assert _Reader(shown).words.count("</text><script>") == 3


def test_pictures_of_pages_count_among_all_pictures() -> None:
    noise = bytes((n * n * 7 + n // 3) % 251 for n in range(72 * 400))
    mark = Placed(0, 0, Raster(0, 576, 400, noise))
    shown = html.render(Strip((Sheet(400, (mark,) * 50),) * 2))
    assert len(shown) < html.MAX_PICTURE_CHARACTERS + 100 * 200


def test_a_page_of_rules_alone_is_not_read_out() -> None:
    reader = _Reader(html.render(Strip((Box(0, 576, 4),))))
    assert reader.all("aria-hidden") == ["true"]
    assert reader.all("role") == []


# -- in a browser -----------------------------------------------------------

seen = pytest.mark.skipif(
    CHROMIUM is None,
    reason="Chromium is missing, so NO STRIP WAS LOOKED AT: install chromium",
)
POLICY = "default-src 'none'; style-src 'sha256-{}'; img-src data:"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened() -> AsyncGenerator[tuple[Page, list[str]]]:
    """One window for all tests, since Chromium opens one slowly; its complaints."""
    complaints: list[str] = []
    async with async_playwright() as play:
        browser = await launch(play)
        page = await browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        yield page, complaints
        await browser.close()


@pytest.fixture
def window(opened: tuple[Page, list[str]]) -> Iterator[Page]:
    page, complaints = opened
    complaints.clear()
    yield page
    assert complaints == []


async def _open(page: Page, strip: Strip, width: int) -> None:
    """The fragment alone, under the strictest policy."""
    style = html.STYLE + "body{margin:0}"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    await page.goto("about:blank")
    await page.set_viewport_size({"width": width, "height": 700})
    await page.set_content(
        "<!doctype html><html lang=fr><meta charset=utf-8>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(digest)}">'
        f"<style>{style}</style><body>{html.render(strip)}"
    )


MIXED = Strip(
    (
        TextLine((Run("Épicerie"),)),
        Sheet(
            400,
            (
                *(
                    _said(Run("TOTAL"), Run("9,99", x=96), x=x, y=y, turn=turn)
                    for turn in TURNS
                    for x, y in (CORNERS[turn],)
                ),
                Placed(250, 150, Symbol("QR", b"x", "x")),
            ),
        ),
        TextLine((Run("Merci"),)),
    )
)


@seen
@pytest.mark.asyncio(loop_scope="module")
async def test_a_screen_reader_is_told_the_lines_of_a_page(window: Page) -> None:
    await _open(window, MIXED, 800)
    tree = await window.locator("section").aria_snapshot()
    assert "- group:" in tree
    assert "- text: " + " ".join(["TOTAL 9,99"] * 4) in tree
    assert 'img "Code QR : x"' in tree.replace("\u00a0", " ")


@seen
@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_copied_has_the_rows_as_lines(window: Page) -> None:
    await _open(window, MIXED, 800)
    copied = await window.evaluate(
        "() => { getSelection().selectAllChildren(document.body);"
        " return getSelection().toString(); }"
    )
    assert copied.split("\n") == ["Épicerie", *["TOTAL 9,99"] * 4, "Merci"]


@seen
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("turn", TURNS)
async def test_a_browser_puts_marks_where_the_printer_does(
    window: Page, turn: Turn
) -> None:
    x, y = CORNERS[turn]
    large = Style(wide=2, tall=2)
    sheet = Sheet(
        400, (_said(Run("HXH", large), Run("H", x=120), x=x, y=y, turn=turn),)
    )
    await _open(window, Strip((sheet,)), 800)
    shot = await window.locator(".strip-page").screenshot()
    image = Image.open(io.BytesIO(shot)).convert("L").resize((576, 400))
    dots = dots_of(Strip((sheet,))).getbbox()
    assert dots is not None
    assert ink(image) == pytest.approx(dots, abs=4)


@seen
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("job", JOBS)
async def test_no_recorded_job_scrolls_sideways_on_a_phone(
    window: Page, job: str
) -> None:
    await _open(window, interpret(JOBS[job], Printer()), 360)
    wide = await window.evaluate("document.documentElement.scrollWidth")
    hidden = await window.evaluate(
        "(() => { const strip = document.querySelector('.strip');"
        " return strip.scrollWidth - strip.clientWidth; })()"
    )
    assert (wide, hidden) == (360, 0)


@seen
@pytest.mark.asyncio(loop_scope="module")
async def test_a_receipt_is_as_long_as_on_paper(window: Page) -> None:
    job = b"".join(b"ARTICLE %02d                     1,20\n" % n for n in range(40))
    strip = interpret(job, Printer())
    await _open(window, Strip((*strip.elements, Feed(60))), 800)
    box = await window.locator(".strip-paper").bounding_box()
    assert box is not None
    assert box["height"] / box["width"] == pytest.approx(1260 / 576, rel=0.02)
