"""Every state in a real browser: legible, whole, in reach, in five languages.

A part of the matrix, for every day; ``python -m tests.screens.shots`` judges all of it.
"""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.async_api import Browser, Page

from agent.screens.settings import ScreensSettings
from tests.screens.browser import CHROMIUM
from tests.screens.counter import running
from tests.screens.extremes import EXTREMES
from tests.screens.judge import BARS, DESK, DISPLAY, looks, violations
from tests.screens.states import OFFER, STATES
from tests.screens.window import Window, opened, speak

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(90),
]

Size = tuple[int, int]
DISPLAYS: list[Size] = [(800, 480), (480, 800), (390, 844)]
"""Larger ones are the same page: a rem follows the screen."""
STRIPS: list[Size] = [(400, 800), (1024, 600), (1024, 440), (1920, 500)]
TALKATIVE = (
    "idle",
    "offered_six",
    "account_wants_card",
    "mailed",
    "mailed_and_printed",
    "paper_out",
)
HEARD = ("idle", "offered_six", "mailed_and_printed", "paper_out", "applied")
"""States that between them hold every kind of element."""


async def resize(page: Page, size: Size) -> None:
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize("size", DISPLAYS)
async def test_every_state_of_the_display_is_legible_and_can_be_touched(
    display: Window, size: Size
) -> None:
    page = display.page
    await resize(page, size)
    for name, snapshot in (STATES | EXTREMES).items():
        await display.draw(snapshot)
        assert await looks(page, DISPLAY) == [], name
    await display.draw(STATES["offered_six"])
    for channel in ("email", "sms"):
        await page.locator(f'#verbs [data-choice="{channel}"]').click()
        assert await looks(page, DISPLAY) == [], channel
        await page.locator("#close").click()


@pytest.mark.parametrize("size", STRIPS)
async def test_every_state_of_the_cashiers_strip_is_legible_and_can_be_touched(
    cashier: Window, size: Size
) -> None:
    page = cashier.page
    await resize(page, size)
    for name, snapshot in (STATES | EXTREMES).items():
        await cashier.draw(snapshot)
        assert await looks(page, DESK) == [], name
    await cashier.draw(EXTREMES["unproven"])
    await page.keyboard.press("v")
    assert await looks(page, DESK) == []
    await page.keyboard.press("v")
    await page.locator("#recent .more").nth(1).click()
    assert await looks(page, DESK) == []
    await cashier.draw(STATES["dead_letters"])
    await page.keyboard.press("r")
    assert await page.locator("#recent .letter").count() == 3
    assert await looks(page, DESK) == []
    await page.keyboard.press("r")


KEYS = """() => [...document.querySelectorAll("#keys button")]
  .map((key) => key.getBoundingClientRect().toJSON())"""
SEEN = """() => {
  const card = document.querySelector("#card").getBoundingClientRect();
  return ["total", "happened"].map((id) => document.getElementById(id).getBoundingClientRect())
    .every((box) => box.top >= card.top - 1 && box.bottom <= card.bottom + 1);
}"""


@pytest.mark.parametrize("size", [(400, 800), (1024, 600), (1024, 440), (1024, 360)])
async def test_the_six_keys_stay_where_they_are_and_the_total_is_seen(
    cashier: Window, size: Size
) -> None:
    page = cashier.page
    await resize(page, size)
    places = []
    for name, snapshot in STATES.items():
        await cashier.draw(snapshot)
        shapes = await page.evaluate(KEYS)
        assert len(shapes) == 6
        for shape in shapes:
            assert min(shape["width"], shape["height"]) >= 64, name
        if snapshot.notice is None:
            places.append(shapes)
        assert snapshot.shown is None or await page.evaluate(SEEN), name
    assert all(each == places[0] for each in places)


@pytest.mark.parametrize("lang", ["en", "es", "de", "ar"])
async def test_the_display_fits_in_every_language(display: Window, lang: str) -> None:
    page = display.page
    for size in DISPLAYS:
        await resize(page, size)
        for name in TALKATIVE:
            await display.draw(STATES[name])
            if name == "idle":
                await page.locator(f'#idle-langs [data-lang="{lang}"]').click()
            elif await page.locator("html").get_attribute("lang") != lang:
                await speak(display, lang)
            assert await looks(page, DISPLAY) == [], (size, name)
        await page.locator('#verbs [data-choice="email"]').click()
        assert await looks(page, DISPLAY) == [], size
        await display.draw(STATES["idle"])
        await page.locator('#idle-langs [data-lang="fr"]').click()


async def test_arabic_runs_from_the_right_and_its_amount_from_the_left(
    display: Window,
) -> None:
    page = display.page
    await display.draw(OFFER)
    await speak(display, "ar")
    assert await page.locator("html").get_attribute("dir") == "rtl"
    code, paper = page.locator(".code"), page.locator("#slot")
    left, right = await code.bounding_box(), await paper.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] < right["x"]
    assert await page.locator("#total").get_attribute("dir") == "ltr"
    drawn = await page.evaluate(
        """async () => (await document.fonts.ready, [...document.fonts]
          .filter((face) => face.status === "loaded").map((face) => face.family))"""
    )
    assert any("Noto Sans Arabic" in face for face in drawn)


async def test_the_cashiers_english_fits(cashier: Window) -> None:
    await cashier.page.locator("#lang").click()
    for size in STRIPS[:3]:
        await resize(cashier.page, size)
        for name in ("offered_six", "mailed_and_printed", "applied", "paper_out"):
            await cashier.draw(STATES[name])
            assert await looks(cashier.page, DESK) == [], (size, name)
    await cashier.page.locator("#lang").click()


@pytest.mark.parametrize("view", ["display", "cashier"])
async def test_axe_finds_nothing(windows: dict[str, Window], view: str) -> None:
    window = windows[view]
    await resize(window.page, (1024, 600))
    for name in HEARD:
        await window.draw(STATES[name])
        assert await violations(window.page) == [], name
    if view == "cashier":
        await window.draw(STATES["dead_letters"])
        await window.page.keyboard.press("r")
        assert await violations(window.page) == []
        await window.page.keyboard.press("r")
    await window.calm()


@pytest.mark.parametrize("view", ["it", "pair", ""])
async def test_the_other_pages_are_as_good(browser: Browser, view: str) -> None:
    async with running() as screens, opened(browser, screens, view) as window:
        page = window.page
        for size in ((1280, 800), (390, 844)):
            await resize(page, size)
            if view == "it":
                await window.draw(STATES["dead_letters"])
                await page.locator("#pair").click()
                await page.locator("#offer-code").wait_for()
            assert await looks(page, BARS.get(view, DESK)) == []
            assert await violations(page) == []
            if view == "it":
                await page.locator("#cancel").click()
                await page.locator("#pair").wait_for()


@pytest.mark.parametrize("view", ["display", "cashier", "it"])
async def test_the_dark_is_as_legible(browser: Browser, view: str) -> None:
    settings = ScreensSettings(theme="dark")
    async with (
        running(settings=settings) as screens,
        opened(browser, screens, view) as window,
    ):
        await resize(window.page, (1280, 800))
        for name in HEARD:
            await window.draw(STATES[name])
            assert await looks(window.page, BARS[view]) == [], name
            assert await violations(window.page) == [], name


PAPER = 250
"""Grey of it, 0 to 255."""


@pytest.mark.parametrize("size", [(800, 480), (1280, 800), (800, 1280)])
async def test_in_the_dark_paper_stays_paper_to_its_foot(
    browser: Browser, size: Size
) -> None:
    """The print fades where more is below; the paper does not, nor the last line read."""
    settings = ScreensSettings(theme="dark")
    async with (
        running(settings=settings) as screens,
        opened(browser, screens, "display") as window,
    ):
        page = window.page
        await resize(page, size)
        await window.draw(STATES["offered_six"])
        sheet = await page.locator(".sheet").bounding_box()
        slot = await page.locator("#slot").bounding_box()
        assert sheet is not None
        assert slot is not None
        assert sheet["y"] + sheet["height"] > slot["y"] + slot["height"] + 50
        drawn = Image.open(io.BytesIO(await page.screenshot())).convert("L")
        for above in (2, 10, 25):
            at = (int(sheet["x"]) + 6, int(slot["y"] + slot["height"]) - above)
            assert drawn.getpixel(at) == pytest.approx(PAPER, abs=3), above
        last = page.locator("#slot .strip-line").last
        await page.locator("#slot").evaluate("(e) => e.scrollTo(0, e.scrollHeight)")
        box, veil = await last.bounding_box(), await page.evaluate(VEIL)
        assert box is not None
        assert box["y"] + box["height"] <= slot["y"] + slot["height"] - veil


VEIL = """() => parseFloat(getComputedStyle(document.querySelector("#slot"), "::after").height)"""
