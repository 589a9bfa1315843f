"""What a customer meets at the display, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.screens.browser import CHROMIUM
from tests.screens.judge import DESK, DISPLAY, looks
from tests.screens.states import EVERY_WAY, IDLE, OFFER, STATES
from tests.screens.window import Window, speak

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
]

INSIDE = """(words) => {
  const line = [...document.querySelectorAll("#paper .strip-line")]
    .find((each) => each.textContent.includes(words));
  const [box, slot] = [line, document.querySelector("#slot")]
    .map((each) => each.getBoundingClientRect());
  return box.top >= slot.top && box.bottom <= slot.bottom;
}"""


ROWS = """() => {
  const rows = new Map();
  for (const key of document.querySelectorAll("#keys button")) {
    const top = Math.round(key.getBoundingClientRect().top);
    rows.set(top, (rows.get(top) ?? "") + key.textContent);
  }
  return [...rows.values()];
}"""


@pytest.mark.parametrize("size", [(800, 480), (800, 1280), (480, 800)])
async def test_letters_stand_as_in_the_country_upright_too(
    display: Window, size: tuple[int, int]
) -> None:
    page = display.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    for lang, letters in (
        ("fr", ("azertyuiop", "qsdfghjklm", "wxcvbn")),
        ("de", ("qwertzuiop", "asdfghjkl", "yxcvbnm")),
        ("en", ("qwertyuiop", "asdfghjkl", "zxcvbnm")),
    ):
        await display.draw(STATES["offered_six"])
        await speak(display, lang)
        await page.locator('#verbs [data-choice="email"]').tap()
        rows = await page.evaluate(ROWS)
        for at, row in enumerate(letters, 1):
            assert row in rows[at]
        keys = "".join(rows)
        assert all(sign in keys for sign in "0123456789@+.-_")
        small = [each for each in await looks(page, DESK) if "small" in each]
        assert small == []
        await page.locator("#close").tap()
        await display.calm()


@pytest.mark.parametrize("size", [(800, 480), (1024, 600), (1280, 800), (800, 1280)])
async def test_a_number_of_another_country_can_be_typed(
    display: Window, size: tuple[int, int]
) -> None:
    page = display.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await display.draw(STATES["offered_six"])
    await page.locator('#verbs [data-choice="sms"]').tap()
    for sign in "+1202":
        await page.locator("#keys").get_by_text(sign, exact=True).tap()
    assert await page.locator("#address").input_value() == "+1202"
    assert await looks(page, DISPLAY) == []


async def test_a_refused_address_may_be_given_anew(display: Window) -> None:
    page = display.page
    await display.draw(STATES["mail_refused"])
    await page.locator("#not-me").get_by_text("Indiquer mon adresse").tap()
    await page.locator("#entry").wait_for()
    await display.heard(1)
    assert [each.verb for each in display.asked] == ["extend"]
    await page.locator("#close").tap()


@pytest.mark.parametrize("size", [(800, 480), (1024, 600), (480, 800)])
async def test_articles_are_seen_at_once_and_the_shop_s_lines_a_finger_away(
    display: Window, size: tuple[int, int]
) -> None:
    page = display.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await display.draw(OFFER)
    await page.wait_for_selector("#paper .strip-first", state="attached")
    assert await page.evaluate(INSIDE, "PAIN DE CAMPAGNE")
    assert await page.locator("#total").inner_text() == "42,17\u00a0€"
    await page.evaluate("document.querySelector('#slot').scrollTop = 0")
    assert await page.evaluate(INSIDE, "ÉPICERIE LUCIE")
    # A new picture of the same receipt takes nobody's place away.
    await display.draw(STATES["offered_six"])
    assert await page.evaluate(INSIDE, "ÉPICERIE LUCIE")


async def test_what_will_be_offered_is_said_and_looks_like_nothing_to_touch(
    display: Window,
) -> None:
    page = display.page
    await display.draw(replace(IDLE, channels=EVERY_WAY.channels))
    ways = page.locator("#ways")
    assert (await ways.inner_text()).replace("\u2011", "-") == (
        "Après l’achat, vous choisissez votre ticket\u00a0: à scanner, par e-mail, "
        "par SMS, dans votre compte, imprimé, ou rien."
    )
    assert await ways.locator("svg").count() == 0
    ink = "(element) => getComputedStyle(element).color"
    touched = page.locator("#idle-langs button").nth(1)
    assert await ways.evaluate(ink) != await touched.evaluate(ink)
    await display.draw(replace(IDLE, channels=("qr", "paper", "none")))
    assert "e-mail" not in (await ways.inner_text()).replace("\u2011", "-")


async def test_the_till_hears_in_what_language_its_screen_is_read(
    display: Window,
) -> None:
    page = display.page
    display.counter.spoken.clear()
    await page.locator('#idle-langs [data-lang="ar"]').tap()
    await display.draw(OFFER)
    await speak(display, "de")
    for _ in range(300):
        if len(display.counter.spoken) == 3:
            break
        await page.wait_for_timeout(10)
    # Idle, then for the sale that came, then as its customer chose.
    assert display.counter.spoken == [
        ("ar", None),
        ("ar", "r-482"),
        ("de", "r-482"),
    ]


async def test_no_law_is_told_that_no_rules_tell(display: Window) -> None:
    await display.draw(replace(IDLE, legal=()))
    assert await display.page.locator("#law").inner_text() == ""
    await display.draw(IDLE)
    assert "qu’à votre" in await display.page.locator("#law").inner_text()
