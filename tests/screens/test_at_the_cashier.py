"""What a cashier meets in the list and the search, by hand."""

from __future__ import annotations

import pytest

from tests.screens.browser import CHROMIUM
from tests.screens.counter import Asked
from tests.screens.judge import DESK, looks, violations
from tests.screens.states import OFFER, STATES
from tests.screens.window import Window

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_a_card_slip_stands_beneath_its_sale_and_prints_by_itself(
    cashier: Window,
) -> None:
    page = cashier.page
    await cashier.draw(OFFER)
    sale = page.locator("#recent > li").filter(has=page.locator(".slip"))
    assert await sale.count() == 1
    assert await page.locator("#recent > li").count() == 10
    slip = sale.locator(".slip")
    assert "Ticket carte" in await slip.inner_text()
    print_it = slip.get_by_role("button")
    assert await print_it.get_attribute("aria-label") == (
        "Imprimer le ticket carte de 18:28, 1\u202f249,00\u00a0€"
    )
    await print_it.tap()
    await cashier.heard(1)
    assert cashier.asked == [
        Asked("reprint", "r-slip", by="cashier", reason="asked"),
    ]


@pytest.mark.parametrize("size", [(400, 800), (1024, 600), (1024, 440), (390, 844)])
async def test_a_receipt_is_found_and_forgotten_again_by_touch_alone(
    cashier: Window, size: tuple[int, int]
) -> None:
    page = cashier.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await cashier.draw(OFFER)
    await page.locator("#find").tap()
    for sign in "54,90":
        await page.locator("#board-keys").get_by_text(sign, exact=True).tap()
    assert await looks(page, DESK) == []
    assert await violations(page) == []
    await page.locator("#board-erase").tap()
    await page.locator("#board-keys").get_by_text("0", exact=True).tap()
    await page.get_by_role("button", name="Chercher").tap()
    await page.get_by_text("1 ticket trouvé").wait_for()
    assert await page.locator("#board").is_hidden()
    assert await page.locator("#recent > li").count() == 1
    await page.get_by_role("button", name="Effacer la recherche").tap()
    assert await page.locator("#recent > li").count() == 10
    assert await page.locator("#find").input_value() == ""


@pytest.mark.parametrize("size", [(1024, 600), (1024, 440), (1280, 800)])
async def test_an_address_is_typed_by_touch_alone(
    cashier: Window, size: tuple[int, int]
) -> None:
    page = cashier.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await cashier.draw(STATES["offered_six"])
    await page.locator('#keys [data-choice="email"]').tap()
    for sign in ("a", "z", "@"):
        await page.locator("#board-keys").get_by_text(sign, exact=True).tap()
    assert await looks(page, DESK) == []
    await page.locator("#board-chips").get_by_text("@free.fr").tap()
    await page.locator("#send").tap()
    await cashier.heard(2)
    assert cashier.asked[-1].email == "az@free.fr"
    await page.locator("#board").wait_for(state="hidden")


async def test_a_number_is_typed_by_touch_on_the_narrowest_strip(
    cashier: Window,
) -> None:
    page = cashier.page
    await cashier.draw(STATES["offered_six"])
    await page.locator('#keys [data-choice="sms"]').tap()
    await page.locator("#board-chips").get_by_text("+33", exact=True).tap()
    for sign in "612345678":
        await page.locator("#board-keys").get_by_text(sign, exact=True).tap()
    assert await looks(page, DESK) == []
    await page.locator("#send").tap()
    await cashier.heard(2)
    assert cashier.asked[-1].email == "+33612345678"


async def test_a_search_that_is_wiped_out_shows_the_last_receipts(
    cashier: Window,
) -> None:
    page = cashier.page
    await cashier.draw(OFFER)
    await page.locator("#find").fill("54,90")
    await page.keyboard.press("Enter")
    await page.get_by_text("1 ticket trouvé").wait_for()
    await page.locator("#find").fill("")
    assert await page.locator("#recent > li").count() == 10


async def test_a_refused_address_is_typed_anew_and_nothing_is_taken_back(
    cashier: Window,
) -> None:
    page = cashier.page
    await cashier.draw(STATES["mail_refused"])
    await page.keyboard.press("x")
    await page.locator("#entry").wait_for()
    await page.keyboard.type("az@free.fr")
    await page.keyboard.press("Enter")
    await cashier.heard(2)
    assert [each.verb for each in cashier.asked] == ["hold", "choose"]


async def test_whoever_searches_no_more_has_the_list_again(cashier: Window) -> None:
    page = cashier.page
    await cashier.draw(OFFER)
    await page.locator("#find").tap()
    assert await page.locator("#recent").is_hidden()
    await page.locator("#title").tap()
    assert await page.locator("#board").is_hidden()
    assert await page.locator("#recent").is_visible()


async def test_whoever_has_a_keyboard_is_not_given_another(cashier: Window) -> None:
    page = cashier.page
    await cashier.draw(OFFER)
    await page.keyboard.press("e")
    await page.keyboard.type("a@b.fr")
    assert await page.locator("#board").is_hidden()
    await page.keyboard.press("Escape")
    await page.locator("#find").tap()
    assert await page.locator("#board").is_visible()
    await page.keyboard.press("5")
    assert await page.locator("#board").is_hidden()
    await page.keyboard.press("Escape")
