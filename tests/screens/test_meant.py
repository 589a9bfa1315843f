"""What was perhaps meant, what was scanned, and the phone's code: one look, one touch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.verbs import Refusal, Words
from tests.screens.browser import CHROMIUM
from tests.screens.judge import DESK, DISPLAY, looks, violations
from tests.screens.states import OFFER, OFFERED
from tests.screens.window import Window, speak

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
]

REFUSED = Refusal("no_address", Words("Incomplète", "Incomplete"), "marie@gmail.com")


async def test_the_display_offers_what_the_counter_thinks_was_meant(
    display: Window,
) -> None:
    page = display.page
    display.counter.refusal = REFUSED
    await display.draw(OFFER)
    await page.locator('[data-choice="email"]').tap()
    await page.locator("#address").type("marie@example.com")
    await page.locator("#send").tap()
    await page.locator("#meant").get_by_text("gmail.com").wait_for()
    await display.draw(replace(OFFER, revision=OFFER.revision + 1))
    await page.locator("#meant").tap()
    assert await page.locator("#address").input_value() == "marie@gmail.com"
    assert await page.locator("#meant").is_hidden()
    display.complaints.clear()


async def test_the_cashier_takes_it_with_one_click(cashier: Window) -> None:
    page = cashier.page
    cashier.counter.refusal = REFUSED
    await cashier.draw(OFFER)
    await page.keyboard.press("e")
    await page.keyboard.type("marie@example.com")
    await page.keyboard.press("Enter")
    await page.locator("#meant").get_by_text("gmail.com").wait_for()
    await page.locator("#meant").click()
    assert await page.locator("#address").input_value() == "marie@gmail.com"
    assert await page.locator("#meant").is_hidden()
    cashier.complaints.clear()


LONG = "marie-antoinette.de-la-tour-du-pin-gouvernet.lafayette"
SIZES = [(800, 480), (480, 800), (390, 844), (1280, 800)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["fr", "ar"])
async def test_the_display_shows_the_name_too_where_there_is_room(
    display: Window, size: tuple[int, int], lang: str
) -> None:
    page, meant = display.page, display.page.locator("#meant")
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await display.draw(OFFER)
    await speak(display, lang)
    await page.locator('[data-choice="email"]').tap()
    await page.locator("#address").fill("marie@gmial.com")
    assert "marie@gmail.com" in await meant.inner_text()
    assert await looks(page, DISPLAY) == []
    await page.locator("#address").fill(f"{LONG * 4}@gmial.com")
    assert "…@gmail.com" in await meant.inner_text()
    assert await looks(page, DISPLAY) == []
    await meant.tap()
    assert await page.locator("#address").input_value() == f"{LONG * 4}@gmail.com"


@pytest.mark.parametrize("size", [(400, 800), (1024, 440), (1024, 600)])
async def test_the_cashier_sees_the_name_too_and_no_line_more(
    cashier: Window, size: tuple[int, int]
) -> None:
    page, meant = cashier.page, cashier.page.locator("#meant")
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await cashier.draw(OFFER)
    await page.keyboard.press("e")
    await page.keyboard.type("marie@gmial.com")
    assert "marie@gmail.com" in await meant.inner_text()
    high = await page.locator(".hint").bounding_box()
    await page.locator("#address").fill(f"{LONG}@gmial.com".replace("-", ""))
    await page.keyboard.press("Enter")
    assert "@gmail.com" in await meant.inner_text()
    assert await looks(page, DESK) == []
    await page.locator("#address").fill(f"{LONG * 3}@gmial.com")
    assert "…@gmail.com" in await meant.inner_text()
    assert await page.locator(".hint").bounding_box() == high
    await page.keyboard.press("Escape")


@pytest.mark.parametrize("code", ["ACDE-FGHJ", ""])
async def test_the_code_stands_beside_the_sale_and_the_scanned_line_is_marked(
    cashier: Window, code: str
) -> None:
    first, *others = OFFER.recent
    await cashier.draw(
        replace(
            OFFER,
            shown=replace(OFFERED, code=code, code_at="tickets.example/c"),
            recent=(replace(first, scanned=True), *others),
        )
    )
    said = cashier.page.locator("#code")
    assert await said.is_visible() == bool(code)
    assert code in await said.inner_text()
    assert await cashier.page.locator("#recent li.scanned").count() == 1
    assert await violations(cashier.page) == []
