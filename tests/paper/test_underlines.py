"""Underlines on a screen, as they are on paper: at the cell's foot, whole, of 1 or 2 dots."""

from __future__ import annotations

import io
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Page as Window
from playwright.async_api import async_playwright

from agent.draw import PAGE
from agent.paper import html
from agent.paper.strip import Run, Strip, Style, TextLine
from agent.paper.style import STYLE
from tests.screens.browser import CHROMIUM, launch

SEEN = pytest.mark.skipif(
    CHROMIUM is None,
    reason="Chromium is missing, so NO STRIP WAS LOOKED AT: install chromium",
)
DARK = 128


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window() -> AsyncGenerator[Window]:
    async with async_playwright() as play:
        browser = await launch(play)
        yield await browser.new_page()
        await browser.close()


async def _whole_rows(page: Window, style: Style) -> list[int]:
    """Rows that are dark all along the line ``gpq``, from the top of its paper."""
    line = TextLine((Run("gpq", style),), 24 * style.tall)
    made = html.render(Strip((line,)))
    await page.set_content(PAGE.format(style=STYLE, strip=made, title="Ticket"))
    shot = await page.locator(".strip-paper").screenshot()
    image = Image.open(io.BytesIO(shot)).convert("L")
    columns = range(1, 36 * style.wide - 1)
    return [
        y
        for y in range(image.height)
        if all(image.crop((x, y, x + 1, y + 1)).tobytes()[0] < DARK for x in columns)
    ]


@SEEN
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("dots", [1, 2])
@pytest.mark.parametrize("scale", [1, 2])
async def test_an_underline_has_its_dots_below_the_letters(
    window: Window, dots: int, scale: int
) -> None:
    style = Style(underline=dots, wide=scale, tall=scale)
    rows = await _whole_rows(window, style)
    assert len(rows) == dots
    assert rows[0] >= 22 * scale


def test_a_line_of_two_dots_has_a_class_of_its_own() -> None:
    for dots, names in (
        (1, "strip-underline"),
        (2, "strip-underline strip-underline-2"),
    ):
        line = TextLine((Run("A", Style(underline=dots)),))
        assert f'class="{names}"' in html.render(Strip((line,)))
