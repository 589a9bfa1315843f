"""The pages in a real browser: what is drawn, and that it can be read."""

from __future__ import annotations

import contextlib
import io
import socket
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser

from agent.screens.snapshot import (
    Applied,
    ChannelState,
    Fact,
    Fault,
    Figures,
    Forced,
    Legal,
    Notice,
    Proof,
    Recent,
    Room,
    Rooms,
    Shown,
    Snapshot,
    Way,
)
from agent.verbs import Words
from tests.screens.browser import CHROMIUM
from tests.screens.counter import running
from tests.screens.extremes import EXTREMES
from tests.screens.states import (
    IDLE,
    LAMPS,
    OFFER,
    OFFERED,
    PAGE,
    STATES,
)
from tests.screens.window import Window, opened, speak

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_an_alert_at_the_printer_is_one_line_in_a_short_window(
    cashier: Window,
) -> None:
    await cashier.page.set_viewport_size({"width": 1024, "height": 440})
    await cashier.draw(STATES["paper_out"])
    notice = await cashier.page.locator("#notice").bounding_box()
    assert notice is not None
    assert notice["height"] <= 40
    says = await cashier.page.locator("#notice").inner_text()
    assert "L’imprimante n’a plus de papier" in says
    assert "Mettez un rouleau" in says


async def test_the_countdown_goes_on_beside_an_alert(display: Window) -> None:
    page = display.page
    await display.draw(STATES["paper_out_soon"])
    hold = await page.locator("#hold").inner_text()
    assert "Touchez pour prendre votre temps" in hold
    notice = page.locator("#notice")
    assert (await notice.inner_text()).replace("\u2011", "-").splitlines() == [
        "L’imprimante n’a plus de papier",
        "Scannez votre ticket, ou recevez-le par e-mail.",
    ]
    await speak(display, "en")
    says = (await notice.inner_text()).replace("\u2011", "-")
    assert "Scan your receipt, or get it by e-mail." in says
    await display.draw(replace(STATES["paper_out_soon"], channels=("qr", "paper")))
    assert "mail" not in await notice.inner_text()


async def test_a_ticket_that_waits_for_the_printer_is_one_truth(
    cashier: Window,
) -> None:
    await cashier.draw(STATES["paper_waits"])
    card = await cashier.page.locator("#card").inner_text()
    assert "Ticket en attente · l’imprimante a besoin de vous" in card
    assert "s’imprime" not in card


async def test_the_day_is_counted_in_paper_and_in_what_replaced_it(
    cashier: Window,
) -> None:
    today = cashier.page.locator("#today")
    assert await today.text_content() == (
        "Aujourd’hui\u00a0: 12 sur papier, 34 par QR ou e-mail"
    )
    await cashier.page.locator("#lang").click()
    english = "Today: 12 on paper, 34 by QR or e-mail"
    assert await today.text_content() == english
    await cashier.page.locator("#lang").click()


async def test_what_the_verdict_rests_on_is_shown_when_asked_for(
    cashier: Window,
) -> None:
    page = cashier.page
    await cashier.draw(EXTREMES["unproven"])
    mark, why = page.locator("#verdict"), page.locator("#why-proof")
    assert await mark.inner_text() == "Sommes non vérifiées"
    assert await why.is_hidden()
    await mark.click()
    assert await mark.get_attribute("aria-expanded") == "true"
    said = (await why.inner_text()).replace("\u00a0", " ").splitlines()
    assert said[1:3] == ["Articles et total : il manque 0,36 €", "Quantité × prix"]
    assert await page.locator("#proofs .fails").count() == 1
    await page.locator("#lang").click()
    assert "Items and total: €0.36 missing" in (await why.inner_text()).replace(
        "\u00a0", " "
    )
    await page.locator("#lang").click()
    await page.locator("#proof-close").click()
    assert await why.is_hidden()
    assert await page.locator("#last").is_visible()


async def test_a_key_shows_the_proof_and_the_next_sale_puts_it_away(
    cashier: Window,
) -> None:
    page = cashier.page
    await page.keyboard.press("v")
    assert await page.locator("#why-proof").is_hidden()  # there is no receipt
    await cashier.draw(EXTREMES["unproven"])
    await page.keyboard.press("v")
    assert await page.locator("#why-proof").is_visible()
    assert await page.locator("#keys button").first.is_enabled()
    await cashier.draw(replace(OFFER, shown=replace(OFFERED, id="r-483", proofs=())))
    assert await page.locator("#why-proof").is_hidden()
    await page.keyboard.press("V")
    assert "Aucune somme" in await page.locator("#proofs").inner_text()
    await page.keyboard.press("Escape")
    assert await page.locator("#why-proof").is_hidden()


@pytest.mark.parametrize("view", ["display", "cashier"])
async def test_a_receipt_that_leaves_takes_its_words_with_it(
    windows: dict[str, Window], view: str
) -> None:
    window = windows[view]
    await window.draw(STATES["mailed"])
    await window.page.locator('[data-choice="paper"]').wait_for()
    await window.draw(replace(STATES["mailed"], shown=None, recent=()))
    texts = await window.page.locator("body").text_content() or ""
    assert "m•••" not in texts
    assert "42,17" not in texts
    assert await window.page.locator("#entry").is_hidden()
    assert window.complaints == []


async def test_a_page_shows_idle_calmly_while_somebody_was_typing(
    display: Window,
) -> None:
    await display.draw(STATES["silent"])
    await display.page.locator('[data-choice="email"]').tap()
    await display.draw(IDLE)
    assert await display.page.locator("#idle").is_visible()
    assert await display.page.locator("#entry").is_hidden()
    await display.draw(OFFER)
    assert await display.page.locator("#sale").is_visible()
    await display.page.locator(".strip-line").nth(10).wait_for(state="attached")
    await display.draw(IDLE)
    assert await display.page.locator(".strip-line").count() == 0


async def test_the_paper_of_one_customer_never_stays_for_the_next(
    display: Window,
) -> None:
    await display.draw(OFFER)
    await display.page.locator(".strip-line").nth(10).wait_for(state="attached")
    display.counter.paper = '<div class="strip">AU SUIVANT</div>'
    await display.draw(replace(OFFER, shown=replace(OFFERED, id="r-483")))
    await display.page.get_by_text("AU SUIVANT").wait_for(state="attached")
    assert await display.page.locator(".strip-line").count() == 0


async def test_a_minus_is_a_minus_and_a_credit_note_no_sale(cashier: Window) -> None:
    await cashier.draw(EXTREMES["large_credit"])
    line = cashier.page.locator("#recent > li").first
    total = await line.locator(".sum").first.text_content()
    assert total == "\u22121\u202f249,00\u00a0€"
    assert await line.locator(".word").first.inner_text() == "Avoir"


@pytest.mark.parametrize("state", ["offered", "mailed", "paper_out"])
async def test_a_phone_reads_the_code_from_the_pixels(
    display: Window, state: str
) -> None:
    await display.draw(STATES[state])
    picture = Image.open(io.BytesIO(await display.page.screenshot())).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == PAGE
    side = found.position.top_right.x - found.position.top_left.x
    assert side >= 0.4 * min(picture.size)


async def test_the_law_is_on_the_screen_before_a_sale(display: Window) -> None:
    law = await display.page.locator('.idle-law [lang="fr"]').inner_text()
    assert law.replace("\u00a0", " ") == (
        "Sauf exception légale, le ticket de caisse et le ticket de carte"
        " bancaire ne sont imprimés et remis qu’à votre demande."
    )


async def test_the_next_sale_replaces_the_last_one_at_once(display: Window) -> None:
    """Language, keyboard and what was typed belong to the sale that is gone."""
    page = display.page
    await display.draw(OFFER)
    await speak(display, "en")
    await page.locator('[data-choice="email"]').click()
    await page.locator("#address").type("marie")
    other = replace(OFFERED, id="r-483", total="8,00\u00a0€")
    await display.draw(replace(OFFER, shown=other))
    assert await page.locator("#total").inner_text() == "8,00\u00a0€"
    assert await page.locator("#address").input_value() == ""
    assert await page.locator("#entry").is_hidden()
    assert await page.locator("html").get_attribute("lang") == "fr"


async def test_channels_that_the_shop_lacks_are_not_offered(display: Window) -> None:
    await display.draw(replace(OFFER, channels=("qr", "paper", "none")))
    assert await display.page.locator('[data-choice="email"]').is_hidden()
    assert await display.page.locator('[data-choice="paper"]').is_visible()


async def test_an_agent_that_is_gone_is_said_and_its_return_is_noticed(
    browser: Browser,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        async with contextlib.AsyncExitStack() as closing:
            async with running(door) as first:
                window = await closing.enter_async_context(
                    opened(browser, first, "display")
                )
                await window.draw(OFFER)
            away = window.page.locator("#away")
            await away.wait_for()
            assert "Un instant" in await away.inner_text()
            assert await window.page.locator("#sale").is_hidden()
            async with running(door):
                await window.page.locator("#idle").wait_for()


async def test_a_screen_reader_hears_what_became_of_it(display: Window) -> None:
    await display.draw(STATES["mailed"])
    said = display.page.locator("#said")
    assert await said.get_attribute("aria-live") == "polite"
    assert await said.inner_text() == (
        "Ticket envoyé. m•••@gmail.com."
        " Votre adresse sert à cet envoi, et à rien d’autre."
    )


# -- hostile text --------------------------------------------------------------

EVIL = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"\'&'


def hostile(shown: Shown) -> Snapshot:
    evil = Words(EVIL, EVIL)
    return replace(
        OFFER,
        shop=EVIL,
        till=EVIL,
        shown=replace(
            shown,
            title=evil,
            total=EVIL,
            number=EVIL,
            at=EVIL,
            reason=evil,
            outcome=evil,
            qr_svg=f'<svg viewBox="0 0 9 9" onload="window.hacked=1">{EVIL}</svg>',
            states=(
                ChannelState("email", "done", evil, EVIL, 1),
                ChannelState("paper", "failed", evil, EVIL, 2),
            ),
            applied=None if shown.phase == "offered" else Applied("account", evil),
            proofs=(Proof(holds=False, says=evil),),
        ),
        ways=(Way("sms", ready=False, says=evil), Way("paper", ready=False, says=evil)),
        legal=(Legal(EVIL, EVIL, evil),),
        figures=Figures(receipts=9, forced=(Forced(EVIL, 9),)),
        rooms=Rooms(
            doors=(Room(evil, "needs", evil, EVIL),),
            versions=(Fact(EVIL, EVIL),),
            faults=(Fault(EVIL, EVIL, EVIL),),
        ),
        recent=(Recent(EVIL[:60], EVIL, evil, EVIL, "qr", 2),),
        lamps=tuple(replace(lamp, name=evil, says=evil) for lamp in LAMPS),
        notice=Notice(evil, evil),
    )


EVIL_PAPER = (
    f'<div class="strip" onclick="window.hacked=1">{EVIL}'
    '<a href="javascript:window.hacked=1">x</a><iframe src="/"></iframe></div>'
)
INTRUDERS = "body script, iframe, a, [onerror], [onload], [onclick], [src='x']"


@pytest.mark.parametrize("view", ["display", "cashier"])
@pytest.mark.parametrize("state", ["offered", "mailed"])
async def test_no_text_ever_becomes_markup(
    windows: dict[str, Window], view: str, state: str
) -> None:
    window, shown = windows[view], STATES[state].shown
    assert shown is not None
    await window.calm()
    window.counter.paper = EVIL_PAPER
    await window.draw(hostile(shown))
    if (view, state) == ("display", "offered"):
        await window.page.locator("#paper .strip").wait_for(state="attached")
    if view == "cashier":
        await window.page.keyboard.press("v")
        await window.page.keyboard.press("v")
        await window.page.locator("#recent .more").click()
    await window.page.wait_for_timeout(50)
    assert await window.page.evaluate("window.hacked") is None
    assert await window.page.locator(INTRUDERS).count() == 0
    await window.draw(replace(hostile(shown), shown=None))
    assert await window.page.locator(INTRUDERS).count() == 0


async def test_no_text_becomes_markup_on_the_screen_of_it(browser: Browser) -> None:
    async with running() as screens, opened(browser, screens, "it") as window:
        await window.draw(hostile(OFFERED))
        page = window.page
        await page.locator("#name").fill(EVIL[:40])
        await page.locator("#pair").click()
        await page.locator("#offer").wait_for()
        assert EVIL in await page.locator("#rooms").inner_text()
        assert EVIL in await page.locator("#faults").inner_text()
        assert await page.evaluate("window.hacked") is None
        assert await page.locator(INTRUDERS).count() == 0
