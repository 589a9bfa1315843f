"""The code before a sale, on the idle display; and the phone that took it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from agent.pipeline.offers import PHONE_WAITS, UP_FRONT
from agent.qr.svg import draw
from agent.screens.snapshot import UpFrontCode
from tests.screens.browser import CHROMIUM
from tests.screens.judge import DISPLAY, looks
from tests.screens.states import IDLE, STATES
from tests.screens.window import Window

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(90),
]

URL = "https://tickets.example/u/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CODE = replace(IDLE, up_front=UpFrontCode(draw(URL), "42", UP_FRONT))
TAKEN = replace(IDLE, up_front=UpFrontCode("", "42", PHONE_WAITS, claimed=True))
SIZES = [(800, 480), (1024, 600), (1280, 800), (480, 800), (800, 1280), (390, 844)]


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_read_by_a_camera_and_by_people(
    display: Window, size: tuple[int, int]
) -> None:
    page = display.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await display.draw(CODE)
    picture = Image.open(io.BytesIO(await page.screenshot())).convert("L")
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [URL]
    assert await page.locator("#early-says").inner_text() == UP_FRONT.fr
    assert not await page.locator("#not-phone").is_visible()
    assert await looks(page, DISPLAY) == []
    await display.draw(TAKEN)
    assert await page.locator("#early-number").inner_text() == "42"
    assert not await page.locator("#early-code").is_visible()
    assert await looks(page, DISPLAY) == []


async def test_it_is_gone_with_the_sale_and_without_one_there_is_none(
    display: Window,
) -> None:
    await display.draw(CODE)
    await display.draw(STATES["offered_six"])
    assert not await display.page.locator("#early").is_visible()
    await display.draw(IDLE)
    assert not await display.page.locator("#early").is_visible()


async def test_who_stands_there_says_that_it_is_another_s_phone(
    display: Window,
) -> None:
    await display.draw(TAKEN)
    display.asked.clear()
    await display.page.locator("#not-phone").click()
    await display.heard(1)
    (asked,) = display.asked
    assert (asked.verb, asked.receipt) == ("not_me", "phone")
