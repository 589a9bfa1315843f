"""The pages in a real browser: what a touch and a key do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.verbs import Choice, Refusal, Words
from tests.screens.browser import CHROMIUM
from tests.screens.counter import Asked
from tests.screens.states import (
    OFFER,
    OFFERED,
    PRINTED,
    STATES,
)
from tests.screens.window import Window, speak

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest.mark.parametrize(
    ("key", "choice"), [("p", "paper"), ("P", "paper"), ("q", "qr"), ("n", "none")]
)
async def test_a_key_is_a_choice(cashier: Window, key: str, choice: Choice) -> None:
    await cashier.draw(OFFER)
    await cashier.page.keyboard.press(key)
    await cashier.heard(1)
    assert cashier.asked == [Asked("choose", "r-482", choice, None, "cashier")]


async def test_the_cashier_types_an_address_and_no_letter_of_it_is_a_choice(
    cashier: Window,
) -> None:
    await cashier.draw(OFFER)
    await cashier.page.keyboard.press("e")
    await cashier.page.keyboard.type("pqn@gmail.com")
    await cashier.page.keyboard.press("Enter")
    await cashier.heard(2)
    assert cashier.asked == [
        Asked("hold", "r-482"),
        Asked("choose", "r-482", "email", "pqn@gmail.com", "cashier"),
    ]


async def test_no_half_typed_address_swallows_a_key_of_the_next_sale(
    cashier: Window,
) -> None:
    await cashier.draw(OFFER)
    await cashier.page.keyboard.press("e")
    await cashier.page.keyboard.type("mar")
    await cashier.draw(replace(OFFER, shown=replace(OFFERED, id="r-483")))
    await cashier.page.keyboard.press("p")
    await cashier.heard(2)
    assert cashier.asked[-1] == Asked("choose", "r-483", "paper", None, "cashier")


async def test_a_copy_is_one_touch_in_the_list(cashier: Window) -> None:
    await cashier.draw(OFFER)
    await cashier.page.locator("#recent .again").nth(2).click()
    await cashier.heard(1)
    assert cashier.asked == [Asked("reprint", "r-479", by="cashier", reason="asked")]
    await cashier.page.get_by_text("Impression demandée").wait_for()
    assert await cashier.page.locator("#detail.go").is_visible()
    assert await cashier.page.locator("#detail.needs").is_hidden()


async def test_paper_that_came_after_no_answer_is_what_both_screens_say(
    cashier: Window, display: Window
) -> None:
    silent = STATES["silent"]
    assert silent.shown is not None
    later = replace(silent.shown, states=(PRINTED,))
    await cashier.draw(replace(silent, shown=later))
    assert await cashier.page.locator("#happened").inner_text() == "Ticket imprimé"
    pressed = cashier.page.locator('#keys [aria-pressed="true"]')
    assert await pressed.get_attribute("data-choice") == "paper"
    await display.draw(replace(silent, shown=later))
    said = await display.page.locator("#happened").inner_text()
    assert said == "Votre ticket est imprimé"


async def test_after_the_fact_only_what_hands_something_over_is_a_key(
    cashier: Window,
) -> None:
    await cashier.draw(STATES["silent"])
    for key in "qnp":
        await cashier.page.keyboard.press(key)
    await cashier.heard(1)
    assert cashier.asked[0].choice == "paper"


@pytest.mark.parametrize("choice", ["qr", "paper", "none"])
async def test_a_touch_is_a_choice(display: Window, choice: Choice) -> None:
    await display.draw(OFFER)
    await display.page.locator(f'[data-choice="{choice}"]').tap()
    await display.heard(1)
    assert display.asked == [Asked("choose", "r-482", choice, None, "customer")]


async def test_touching_the_countdown_stops_it(display: Window) -> None:
    await display.draw(OFFER)
    assert await display.page.locator("#seconds").text_content() in {"6", "7"}
    await display.page.locator("#hold").tap()
    await display.heard(1)
    assert display.asked == [Asked("hold", "r-482")]
    await display.draw(STATES["held"])
    assert await display.page.locator("#silence").inner_text() == "Prenez votre temps"
    assert await display.page.locator(".ring").is_hidden()


async def test_a_refusal_is_said_in_the_customers_language(display: Window) -> None:
    page = display.page
    display.counter.refusal = Refusal("bad", Words("Incomplète", "Incomplete"))
    await display.draw(OFFER)
    await speak(display, "en")
    await page.locator('[data-choice="email"]').tap()
    await page.locator("#address").type("a@b.fr")
    await page.locator("#send").tap()
    await page.locator("#use").get_by_text("Incomplete").wait_for()
    assert await page.locator("#entry").is_visible()
    assert [said for said in display.complaints if "409" not in said] == []
    display.complaints.clear()


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("offered", "Imprimer"),
        ("silent", "Imprimer"),
        ("taken_back", "Imprimer"),
        ("mailed", "Papier aussi ?"),
        ("applied", "Papier aussi ?"),
    ],
)
async def test_paper_is_one_more_only_where_something_else_arrives(
    display: Window, state: str, says: str
) -> None:
    await display.draw(STATES[state])
    paper = display.page.locator('#verbs [data-choice="paper"]')
    assert (await paper.inner_text()).replace("\u00a0", " ") == says


async def test_what_was_not_done_is_said_beside_the_receipt(display: Window) -> None:
    page, notice = display.page, display.page.locator("#notice")
    late = Words("Trop tard", "Too late")
    display.counter.refusal = Refusal("late", late)
    await display.draw(STATES["mail_later"])
    await page.locator("#not-me").tap()
    await notice.get_by_text("Trop tard").wait_for()
    assert await page.locator("#said").inner_text() == "Trop tard"
    await display.draw(replace(STATES["mailed"], shown=replace(OFFERED, id="r-483")))
    assert await notice.is_hidden()
    display.complaints.clear()  # Chromium writes each 409 to its console


async def test_after_a_choice_paper_is_still_one_touch_away(display: Window) -> None:
    page = display.page
    await display.draw(STATES["silent"])
    assert await page.locator("#happened").inner_text() == "Pas de papier"
    assert await page.locator('[data-choice="none"]').is_hidden()
    await page.locator('[data-choice="paper"]').tap()
    await display.heard(1)
    assert display.asked[0].choice == "paper"


@pytest.mark.parametrize(
    ("printed", "digital", "says"),
    [
        (200, 34, "Aujourd’hui : 200 sur papier, 34 par QR ou e-mail"),
        (200, None, "Aujourd’hui : 200 sur papier, moins de cinq par QR ou e-mail"),
        (None, None, "Aujourd’hui : moins de cinq tickets"),
    ],
)
async def test_without_figures_the_day_is_told_and_no_few(
    cashier: Window, printed: int | None, digital: int | None, says: str
) -> None:
    day = replace(OFFER, figures=None, printed_today=printed, digital_today=digital)
    await cashier.draw(day)
    told = await cashier.page.locator("#today").inner_text()
    assert told.replace("\u00a0", " ") == says
