"""The pages in a real browser: an address, typed, doubted, refused, sent."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Route

from agent.verbs import Refusal, Words
from tests.screens.browser import CHROMIUM
from tests.screens.counter import Asked
from tests.screens.extremes import EXTREMES
from tests.screens.judge import DESK, DISPLAY, looks
from tests.screens.states import (
    ASKS,
    IDLE,
    OFFER,
    STATES,
)
from tests.screens.window import Window

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest.mark.parametrize("size", [(400, 800), (1024, 600), (1024, 360), (1024, 440)])
async def test_typing_an_address_pushes_no_key_out_of_a_short_window(
    cashier: Window, size: tuple[int, int]
) -> None:
    page, (width, height) = cashier.page, size
    await page.set_viewport_size({"width": width, "height": height})
    await cashier.draw(EXTREMES["all_is_wrong"])
    await page.keyboard.press("p")
    await cashier.draw(STATES["paper_out_soon"])
    await page.keyboard.press("e")
    await page.keyboard.type("marie@gmial.com")
    await page.keyboard.press("Enter")
    assert await looks(page, DESK) == []
    for name in ("#address", "#send", "#meant", "#close", ".keys button"):
        for shape in await page.locator(name).all():
            box = await shape.bounding_box()
            assert box is not None, name
            assert box["y"] + box["height"] <= height, name


class LateAnswer:
    """The next choice is answered when ``let`` is set, and ``through`` tells that it was."""

    def __init__(self) -> None:
        self.let, self.through = asyncio.Event(), asyncio.Event()

    async def hold(self, route: Route) -> None:
        answer = await route.fetch()
        await self.let.wait()
        await route.fulfill(response=answer)
        self.through.set()


async def test_a_late_answer_to_the_key_before_closes_no_line_at_the_till(
    cashier: Window,
) -> None:
    page, late = cashier.page, LateAnswer()
    await cashier.draw(OFFER)
    await page.route("**/api/choice", late.hold)
    async with page.expect_response("**/api/choice"):
        await page.keyboard.press("p")
        await page.keyboard.press("e")
        await page.keyboard.type("marie")
        late.let.set()
        await late.through.wait()
    await page.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert await page.locator("#address").is_visible()
    assert await page.locator("#address").input_value() == "marie"
    await page.unroute("**/api/choice")
    await page.keyboard.press("Escape")


async def test_a_late_answer_to_the_key_before_closes_no_line_on_the_display(
    display: Window,
) -> None:
    page, late = display.page, LateAnswer()
    await display.draw(OFFER)
    await page.route("**/api/choice", late.hold)
    async with page.expect_response("**/api/choice"):
        await page.locator('[data-choice="qr"]').tap()
        await page.locator('[data-choice="email"]').tap()
        await page.locator("#keys").get_by_text("m", exact=True).tap()
        late.let.set()
        await late.through.wait()
    await page.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert await page.locator("#address").input_value() == "m"
    await page.unroute("**/api/choice")


async def test_an_address_is_typed_on_the_glass(display: Window) -> None:
    page = display.page
    keys, chips = page.locator("#keys"), page.locator("#chips")
    await display.draw(OFFER)
    await page.locator('[data-choice="email"]').tap()
    for sign in "mau":
        await keys.get_by_text(sign, exact=True).tap()
    await page.locator("#erase").tap()
    for sign in "x.2":
        await keys.get_by_text(sign, exact=True).tap()
    await page.locator("#send").tap()
    assert await page.locator("#use").inner_text() == "Cette adresse n’est pas valable"
    await chips.get_by_text("@gmail.com").tap()
    await chips.get_by_text("@orange.fr").tap()
    await page.locator("#send").tap()
    await display.heard(2)
    assert display.asked == [
        Asked("hold", "r-482"),
        Asked("choose", "r-482", "email", "max.2@orange.fr", "customer"),
    ]
    await page.locator("#sale").wait_for()


@pytest.mark.parametrize("lang", ["fr", "en", "es", "de", "ar"])
async def test_the_sentence_beside_the_field_is_the_recorded_one(
    display: Window, lang: str
) -> None:
    page = display.page
    await display.draw(IDLE)
    await page.locator(f'#idle-langs [data-lang="{lang}"]').tap()
    await display.draw(OFFER)
    await page.locator('[data-choice="email"]').tap()
    assert await page.locator("#use").inner_text() == getattr(ASKS, lang)
    assert await looks(page, DISPLAY) == []
    await display.draw(IDLE)


TYPOS = {
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail,com": "gmail.com",
    "Gmal.com": "gmail.com",
    "gmail.fr": "gmail.com",
    "hotmial.com": "hotmail.com",
    "hotmal.fr": "hotmail.fr",
    "orange.f": "orange.fr",
    "oragne.fr": "orange.fr",
    "yaho.fr": "yahoo.fr",
    "free.f": "free.fr",
    "laposte.nte": "laposte.net",
    "outlok.com": "outlook.com",
    "gmail.com": None,
    "ymail.com": None,
    "tree.fr": None,
    "orange.com": None,
    "epicerie-lucie.fr": None,
    "hotmail.be": None,
    "": None,
}


async def test_the_commonest_slips_are_noticed_and_nothing_else(
    display: Window,
) -> None:
    noticed = await display.page.evaluate(
        """async (domains) => {
          const { meant } = await import("/static/address.js");
          return domains.map((domain) => meant(`marie@${domain}`));
        }""",
        list(TYPOS),
    )
    assert dict(zip(TYPOS, noticed, strict=True)) == TYPOS
    assert (
        await display.page.evaluate(
            'import("/static/address.js").then(({ meant }) => meant("gmial.com"))'
        )
        is None
    )


async def test_what_was_probably_meant_is_one_touch_and_never_silent(
    display: Window,
) -> None:
    page = display.page
    await display.draw(OFFER)
    await page.locator('[data-choice="email"]').tap()
    await page.locator("#address").type("marie@gmial.com")
    assert await page.locator("#meant").text_content() == (
        "Vouliez-vous dire marie@gmail.com\u00a0?"
    )
    assert await looks(page, DISPLAY) == []
    await page.locator("#send").tap()
    assert await page.locator("#address").input_value() == "marie@gmial.com"
    await page.locator("#meant").tap()
    assert await page.locator("#meant").is_hidden()
    await page.locator("#send").tap()
    await display.heard(2)
    assert display.asked[-1].email == "marie@gmail.com"


async def test_who_insists_on_an_address_is_believed(cashier: Window) -> None:
    page = cashier.page
    await cashier.draw(OFFER)
    await page.keyboard.press("e")
    await page.keyboard.type("marie@gmail.co")
    assert await page.locator("#meant").is_hidden()
    await page.keyboard.press("Enter")
    await page.locator("#meant").wait_for()
    await page.keyboard.press("Enter")
    await cashier.heard(2)
    assert cashier.asked[-1].email == "marie@gmail.co"


async def test_the_cashier_is_told_why_an_address_does_not_leave(
    cashier: Window,
) -> None:
    page, why = cashier.page, cashier.page.locator("#why")
    cashier.counter.refusal = Refusal("bad", Words("Refusée", "Refused"))
    await cashier.draw(OFFER)
    await page.keyboard.press("e")
    await page.keyboard.type("marie@")
    await page.keyboard.press("Enter")
    assert await why.inner_text() == "Cette adresse n’est pas valable"
    assert await why.get_attribute("role") == "status"
    await page.keyboard.type("free.fr")
    assert await why.inner_text() == ""
    await page.keyboard.press("Enter")
    await why.get_by_text("Refusée").wait_for()
    assert await page.locator("#address").input_value() == "marie@free.fr"
    cashier.complaints.clear()  # Chromium writes each 409 to its console
