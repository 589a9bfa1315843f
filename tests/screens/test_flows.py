"""What people do: by touch, by keys alone, on a bad line, at two tills."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page

from agent.screens.settings import ScreensSettings
from tests.screens.browser import CHROMIUM
from tests.screens.counter import Asked, Screens, running
from tests.screens.states import IDLE, OFFER, OFFERED, STATES
from tests.screens.window import Window, opened, speak

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
]

SIX = STATES["offered_six"]


# -- by keys alone ---------------------------------------------------------------


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until that element has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate(
            "(selector) => document.activeElement?.matches(selector)", selector
        ):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")


async def test_a_customer_with_a_keyboard_gets_a_mail(display: Window) -> None:
    page = display.page
    await display.draw(SIX)
    await tab_to(page, '#verbs [data-choice="email"]')
    await page.keyboard.press("Enter")
    await page.keyboard.type("marie@gmail.com")
    await page.keyboard.press("Enter")
    await display.heard(2)
    assert display.asked == [
        Asked("hold", "r-482"),
        Asked("choose", "r-482", "email", "marie@gmail.com", "customer"),
    ]


async def test_a_customer_with_a_keyboard_changes_the_language_and_turns_back(
    display: Window,
) -> None:
    page = display.page
    await display.draw(SIX)
    await tab_to(page, "#lang")
    await page.keyboard.press("Enter")
    await tab_to(page, '#langs [data-lang="de"]')
    await page.keyboard.press("Space")
    assert await page.locator("html").get_attribute("lang") == "de"
    await tab_to(page, '#verbs [data-choice="sms"]')
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    assert await page.locator("#sale").is_visible()


@pytest.mark.parametrize(
    ("key", "channel", "contact"),
    [("e", "email", "marie@gmail.com"), ("s", "sms", "06 12 34 56 78")],
)
async def test_a_cashier_types_a_contact(
    cashier: Window, key: str, channel: str, contact: str
) -> None:
    page = cashier.page
    await cashier.draw(SIX)
    await page.keyboard.press(key)
    await page.keyboard.type("06")
    await page.keyboard.press("Enter")
    why = {"email": "Cette adresse n’est pas valable", "sms": "Ce numéro est incomplet"}
    assert await page.locator("#why").inner_text() == why[channel]
    await page.locator("#address").fill("")
    await page.keyboard.type(contact)
    await page.keyboard.press("Enter")
    await cashier.heard(2)
    assert cashier.asked[1:] == [Asked("choose", "r-482", channel, contact, "cashier")]  # type: ignore[arg-type]
    await page.locator("#entry").wait_for(state="hidden")


async def test_a_cashier_uses_the_keys_of_account_gift_and_search(
    cashier: Window,
) -> None:
    page = cashier.page
    await cashier.draw(SIX)
    await page.keyboard.press("c")
    await page.keyboard.press("g")  # no gift receipt can be made of this one
    await cashier.draw(STATES["mailed_and_printed"])
    await page.keyboard.press("g")
    await cashier.heard(2)
    await page.keyboard.press("f")
    await page.keyboard.type("54,90")
    await page.keyboard.press("Enter")
    await page.get_by_text("1 ticket trouvé").wait_for()
    await page.keyboard.press("Enter")  # the copy has the focus
    await cashier.heard(3)
    assert cashier.asked == [
        Asked("choose", "r-482", "account", None, "cashier"),
        Asked("gift", "r-482", by="cashier"),
        Asked("reprint", "r-478", by="cashier", reason="asked"),
    ]
    await page.keyboard.press("Escape")  # from the list, too
    assert await page.locator("#recent li").count() == 10
    assert await page.locator("#find").input_value() == ""
    await page.keyboard.press("f")
    await page.keyboard.press("Escape")
    assert await page.locator("#recent li").count() == 10


async def test_a_receipt_of_the_list_is_sent_again_with_its_reason(
    cashier: Window,
) -> None:
    page = cashier.page
    await cashier.draw(SIX)
    await page.locator("#recent .more").nth(1).click()
    assert "m•••@gmail.com" in await page.locator(".further").inner_text()
    await page.locator(".further select").select_option("not_arrived")
    await page.locator('.further [data-deed="email"]').click()
    await page.keyboard.type("marie@gmail.com")
    await page.keyboard.press("Enter")
    await cashier.heard(1)
    assert cashier.asked == [
        Asked("resend", "r-480", "email", "marie@gmail.com", "cashier", "not_arrived")
    ]
    await page.get_by_text("Nouvel envoi demandé").wait_for()


# -- what was applied, kept, and whose it is not -----------------------------------


async def test_a_preference_that_was_applied_is_one_key_from_paper(
    cashier: Window,
) -> None:
    page = cashier.page
    await cashier.draw(STATES["applied"])
    assert "Ticket dans votre compte" in await page.locator("#happened").inner_text()
    assert (await page.locator("#undo").inner_text()).split() == ["Papier", "?", "P"]
    await page.locator("#undo").click()
    await page.locator("#not-me").click()
    await cashier.heard(2)
    assert cashier.asked == [
        Asked("choose", "r-482", "paper", None, "cashier"),
        Asked("not_me", "r-482", by="cashier"),
    ]


async def test_the_customer_keeps_a_choice_forgets_it_and_says_not_me(
    display: Window,
) -> None:
    page = display.page
    await display.draw(STATES["mailed_and_printed"])
    assert await page.locator("#states li").count() == 2
    await page.locator("#keep").tap()
    await display.draw(STATES["applied"])
    assert await page.locator("#keep").inner_text() == "Choix conservé"
    await page.locator("#keep").tap()
    await display.draw(STATES["mail_later"])
    await page.locator("#not-me").get_by_text("Ce n’est pas mon adresse").tap()
    await page.locator("#close").tap()
    await page.locator('#verbs [data-choice="paper"]').get_by_text("Papier aussi").tap()
    await display.heard(5)
    assert [each.verb for each in display.asked] == [
        "keep",
        "forget",
        "not_me",
        "extend",
        "choose",
    ]


async def test_what_was_sent_to_the_wrong_address_is_sent_to_the_right_one(
    display: Window,
) -> None:
    page = display.page
    await display.draw(STATES["mailed"])
    await page.locator("#not-me").get_by_text("Ce n’est pas mon adresse").tap()
    # The wrong one is taken back, whatever comes of the right one.
    await page.locator("#entry").wait_for()
    assert display.asked[0] == Asked("not_me", "r-482", by="customer")
    await page.keyboard.type("marie@laposte.net")
    await page.keyboard.press("Enter")
    await display.heard(3)
    assert [each.verb for each in display.asked] == ["not_me", "extend", "choose"]
    assert display.asked[-1].email == "marie@laposte.net"
    await display.draw(STATES["texted"])
    await page.locator("#not-me").get_by_text("Ce n’est pas mon numéro").tap()
    await page.locator("#keys.pad").wait_for()
    await page.locator("#close").tap()
    await display.draw(STATES["taken_back"])
    says = await page.locator("#verdict").inner_text()
    assert "Adresse retirée" in says
    assert "•••" not in says
    display.asked.clear()
    await page.locator("#not-me").get_by_text("Indiquer mon adresse").tap()
    await page.locator("#entry").wait_for()
    assert [each.verb for each in display.asked] == ["extend"]


async def test_one_key_of_the_cashier_corrects_a_sent_address(cashier: Window) -> None:
    page = cashier.page
    await cashier.draw(STATES["mailed"])
    correct = page.locator("#correct")
    assert (await correct.inner_text()).split() == ["Corriger", "l’adresse", "X"]
    await page.keyboard.press("x")
    await page.locator("#entry").wait_for()
    await page.keyboard.type("marie@laposte.net")
    await page.keyboard.press("Enter")
    await cashier.heard(3)
    assert cashier.asked[0] == Asked("not_me", "r-482", by="cashier")
    assert cashier.asked[-1].email == "marie@laposte.net"
    await cashier.draw(STATES["printed"])
    assert await correct.is_hidden()
    await cashier.draw(STATES["texted"])
    assert "Corriger le numéro" in await correct.inner_text()
    await correct.tap()
    await page.locator("#entry").wait_for()
    await page.locator(".keys-of-board.pad").wait_for()
    await page.keyboard.press("Escape")


async def test_a_receipt_says_when_it_leaves_and_stays_when_touched(
    display: Window,
) -> None:
    page = display.page
    await display.draw(STATES["mailed"])
    says = (await page.locator("#hold").inner_text()).replace("\u00a0", " ")
    assert "S’efface de l’écran dans 20 s" in says or "dans 19 s" in says
    await page.locator("#hold").tap()
    await display.heard(1)
    assert display.asked == [Asked("extend", "r-482")]
    await display.draw(STATES["printed"])
    assert await page.locator("#not-me").is_hidden()
    assert await page.locator("#keep").is_hidden()


async def test_a_number_is_typed_on_the_pad(display: Window) -> None:
    page = display.page
    await page.set_viewport_size({"width": 1024, "height": 600})
    await display.draw(SIX)
    await page.locator('#verbs [data-choice="sms"]').tap()
    for digit in "0612345678":
        await page.locator("#keys").get_by_text(digit, exact=True).tap()
    await page.locator("#chips").get_by_text("+32").tap()
    assert await page.locator("#address").input_value() == "+32612345678"
    await page.locator("#chips").get_by_text("+33").tap()
    assert await page.locator("#address").input_value() == "+33612345678"
    await page.locator("#send").tap()
    await display.heard(2)
    assert display.asked[-1].email == "+33612345678"


# -- languages and sound -----------------------------------------------------------


async def test_a_language_chosen_before_the_sale_is_that_of_the_sale_only(
    display: Window,
) -> None:
    page = display.page
    await display.draw(IDLE)
    await page.locator('#idle-langs [data-lang="es"]').tap()
    assert "Salvo que la ley" in await page.locator("#law").inner_text()
    await display.draw(OFFER)
    assert "Sin respuesta" in await page.locator("#hold").inner_text()
    await page.locator('#verbs [data-choice="paper"]').tap()
    await display.heard(1)
    await display.draw(IDLE)
    assert await page.locator("html").get_attribute("lang") == "fr"


async def test_a_receipt_is_heard_once_and_never_when_sound_is_off(
    browser: Browser,
) -> None:
    async with running() as screens, opened(browser, screens, "display") as window:
        chimes = "document.body.dataset.chimes ?? '0'"
        await window.draw(OFFER)
        await window.draw(STATES["held"])
        assert await window.page.evaluate(chimes) == "1"
        await window.draw(IDLE)
        await window.page.locator("#sound").tap()
        pressed = await window.page.locator("#sound").get_attribute("aria-pressed")
        assert pressed == "false"
        await window.draw(OFFER)
        assert await window.page.evaluate(chimes) == "1"
    silent = ScreensSettings(sound=False)
    async with (
        running(settings=silent) as screens,
        opened(browser, screens, "display") as window,
    ):
        await window.draw(OFFER)
        assert await window.page.evaluate(chimes) == "0"


# -- a bad line, and two tills -------------------------------------------------------


@pytest.mark.parametrize("view", ["display", "cashier"])
async def test_a_line_that_is_cut_is_said_and_mends_itself(
    browser: Browser, view: str
) -> None:
    async with running() as screens, opened(browser, screens, view) as window:
        await window.draw(OFFER)
        await window.page.context.set_offline(True)
        away = "#away" if view == "display" else "#notice"
        await window.page.locator(away).wait_for(timeout=8000)
        await window.page.context.set_offline(False)
        await window.page.locator("#total").get_by_text("42,17").wait_for(timeout=8000)
        window.complaints.clear()  # Chromium writes each lost request to its console


async def test_a_verb_on_a_dead_line_says_so(cashier: Window) -> None:
    page = cashier.page
    await cashier.draw(OFFER)
    await page.route("**/api/choice", lambda route: route.abort())
    await page.keyboard.press("p")
    await page.locator("#detail").get_by_text("ne répond pas").wait_for()
    assert await page.locator("#keys button").first.is_enabled()
    await page.unroute("**/api/choice")
    await page.keyboard.press("p")
    await cashier.heard(1)
    cashier.complaints.clear()


async def test_two_tills_do_not_hear_each_other(browser: Browser) -> None:
    async with (
        running() as one,
        running() as two,
        opened(browser, one, "cashier") as first,
        opened(browser, two, "cashier") as second,
    ):
        other = replace(OFFERED, id="r-901", total="8,00\u00a0€")
        await first.draw(OFFER)
        await second.draw(replace(OFFER, till="Caisse 3", shown=other))
        await first.page.keyboard.press("p")
        await second.page.keyboard.press("n")
        await first.heard(1)
        await second.heard(1)
        assert _choices(one) == [("r-482", "paper")]
        assert _choices(two) == [("r-901", "none")]
        assert await second.page.locator("#total").inner_text() == "8,00\u00a0€"


def _choices(screens: Screens) -> list[tuple[str, str | None]]:
    return [(each.receipt, each.choice) for each in screens.counter.asked]


async def test_what_is_not_ready_says_why_and_cannot_be_pressed(
    display: Window,
) -> None:
    await display.draw(STATES["no_email_for_this_card"])
    mail = display.page.locator('#verbs [data-choice="email"]')
    assert await mail.is_disabled()
    assert "Pas d’e-mail" in await mail.inner_text()
    await speak(display, "en")
    assert "No e-mail for this card" in await mail.inner_text()
