"""The pages in a real browser: what is drawn, what a touch and a key do."""

from __future__ import annotations

import asyncio
import contextlib
import io
import socket
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from agent.screens.ports import Refusal
from agent.screens.snapshot import Choice, Notice, Recent, Shown, Snapshot, Words
from tests.screens.browser import CHROMIUM, launch
from tests.screens.counter import (
    EXTREMES,
    IDLE,
    LAMPS,
    OFFER,
    OFFERED,
    PAGE,
    STATES,
    Asked,
    FakeCounter,
    Screens,
    running,
)

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
]

# What makes a page legible: each visible text against what is painted behind it.
FAINT = """(least) => {
  const parse = (css) => {
    const [r, g, b, a = 1] = css.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const light = ({ r, g, b }) => [r, g, b]
    .map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.a > 0.99) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.data.trim();
    if (!words || !element.checkVisibility() || element.closest("svg,.unseen")) continue;
    if (element.closest("button:disabled")) continue;
    const [dark, bright] = [light(parse(getComputedStyle(element).color)), light(behind(element))]
      .sort((a, b) => a - b);
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < least) found.push(`${words}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""

SMALL = """(least) => [...document.querySelectorAll("button, input")]
  .filter((element) => element.checkVisibility())
  .map((element) => [element.innerText || element.id, element.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < least - 0.5
    || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5)
  .map(([name, box]) => `${name}: ${box.width} x ${box.height} at ${box.right}, ${box.bottom}`)"""


@dataclass
class Window:
    """One page on one server, used by many tests, since a browser is slow."""

    page: Page
    screens: Screens
    complaints: list[str]

    @property
    def counter(self) -> FakeCounter:
        return self.screens.counter

    @property
    def asked(self) -> list[Asked]:
        return self.counter.asked

    async def draw(self, snapshot: Snapshot) -> None:
        """Show it, and wait until the page has drawn exactly that revision."""
        self.counter.show(snapshot)
        await self.page.wait_for_function(
            "(revision) => document.body.dataset.revision === revision",
            arg=str(self.counter.showing.revision),
        )

    async def heard(self, count: int) -> None:
        """Wait until the counter was asked that often."""
        for _ in range(300):
            if len(self.asked) >= count:
                break
            await asyncio.sleep(0.01)
        assert len(self.asked) == count, self.asked

    async def calm(self) -> None:
        """As after a night: no sale, nothing asked, nothing refused."""
        self.counter.refusal = None
        self.asked.clear()
        self.complaints.clear()
        await self.draw(IDLE)


@contextlib.asynccontextmanager
async def opened(
    browser: Browser, screens: Screens, path: str
) -> AsyncGenerator[Window]:
    page = await browser.new_page(has_touch=True, reduced_motion="reduce")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    page.set_default_timeout(5000)
    await page.goto(f"{screens.url}/{path}")
    await page.evaluate("document.fonts.ready")
    yield Window(page, screens, complaints)
    await page.close()


# Words that stand outside the screen, or outside the box that they belong to.
OUTSIDE = """() => [...document.querySelectorAll("main *, .past p")]
  .filter((element) => element.childElementCount === 0 && element.innerText?.trim())
  .filter((element) => element.checkVisibility())
  .filter((element) => !element.closest(".slot, ol, svg, .unseen, .head h1"))
  .filter((element) => {
    const words = document.createRange();
    words.selectNodeContents(element);
    const box = words.getBoundingClientRect();
    const home = (element.closest("button, .notice, .card, .left") ?? document.body)
      .getBoundingClientRect();
    return box.left < home.left - 1 || box.right > home.right + 1
      || box.top < home.top - 1 || box.bottom > home.bottom + 1
      || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
  })
  .map((element) => element.innerText)"""

KEYS = """() => [...document.querySelectorAll(".keys button")]
  .map((key) => key.getBoundingClientRect().toJSON())"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncGenerator[Browser]:
    async with async_playwright() as play:
        browser = await launch(play)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def windows(browser: Browser) -> AsyncGenerator[dict[str, Window]]:
    async with (
        running() as one,
        running() as two,
        opened(browser, one, "display") as display,
        opened(browser, two, "cashier") as cashier,
    ):
        yield {"display": display, "cashier": cashier}


@pytest_asyncio.fixture(loop_scope="module")
async def display(windows: dict[str, Window]) -> AsyncGenerator[Window]:
    await windows["display"].page.set_viewport_size({"width": 800, "height": 480})
    await windows["display"].calm()
    yield windows["display"]
    assert windows["display"].complaints == []


@pytest_asyncio.fixture(loop_scope="module")
async def cashier(windows: dict[str, Window]) -> AsyncGenerator[Window]:
    await windows["cashier"].page.set_viewport_size({"width": 400, "height": 800})
    await windows["cashier"].calm()
    yield windows["cashier"]
    assert windows["cashier"].complaints == []


# -- what is drawn -----------------------------------------------------------


@pytest.mark.parametrize("size", [(800, 480), (480, 800), (1024, 640), (1920, 1080)])
async def test_every_state_of_the_display_is_legible_and_can_be_touched(
    display: Window, size: tuple[int, int]
) -> None:
    page, (width, height) = display.page, size
    await page.set_viewport_size({"width": width, "height": height})
    for name, snapshot in (STATES | EXTREMES).items():
        await display.draw(snapshot)
        assert await page.evaluate(FAINT, 7) == [], name
        assert await page.evaluate(SMALL, 64) == [], name
        assert await page.evaluate(OUTSIDE) == [], name
        assert await page.evaluate("document.body.scrollWidth") <= width, name
    await display.draw(OFFER)
    await page.locator('[data-choice="email"]').click()
    assert await page.evaluate(FAINT, 7) == []
    assert await page.evaluate(SMALL, 64) == []


@pytest.mark.parametrize(
    "size",
    [(400, 800), (1024, 600), (1024, 360), (1024, 440), (1280, 600), (1920, 500)],
)
async def test_every_state_of_the_cashiers_strip_is_legible_and_can_be_touched(
    cashier: Window, size: tuple[int, int]
) -> None:
    page, (width, height) = cashier.page, size
    await page.set_viewport_size({"width": width, "height": height})
    for name, snapshot in (STATES | EXTREMES).items():
        await cashier.draw(snapshot)
        assert await page.evaluate(FAINT, 4.5) == [], name
        assert await page.evaluate(OUTSIDE) == [], name
        assert await page.evaluate("document.body.scrollWidth") <= width, name
        for shape in await page.evaluate(KEYS):
            assert min(shape["width"], shape["height"]) >= 64, name
            assert shape["bottom"] <= height, name


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
    assert await page.evaluate(OUTSIDE) == []
    assert await page.evaluate(FAINT, 4.5) == []
    for name in ("#address", "#send", "#meant", "#close", ".keys button"):
        for shape in await page.locator(name).all():
            box = await shape.bounding_box()
            assert box is not None, name
            assert box["y"] + box["height"] <= height, name


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
    await page.locator("#lang").tap()
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
    assert await display.page.locator(".strip-line").count() > 10


@pytest.mark.parametrize("view", ["display", "cashier"])
async def test_a_minus_is_a_minus(windows: dict[str, Window], view: str) -> None:
    await windows[view].draw(EXTREMES["refund"])
    total = windows[view].page.locator("#total")
    assert await total.text_content() == "\u22121\u202f249,00\u00a0€"


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
    await page.locator("#lang").click()
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


# -- what a touch and a key do -----------------------------------------------


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
    await cashier.page.locator("#recent button").nth(2).click()
    await cashier.heard(1)
    assert cashier.asked == [Asked("reprint", "r-479")]
    await cashier.page.get_by_text("Impression demandée").wait_for()
    assert await cashier.page.locator("#detail.go").is_visible()
    assert await cashier.page.locator("#detail.needs").is_hidden()


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
    assert await page.locator("#use").inner_text() == "Cette adresse est incomplète"
    await chips.get_by_text("@gmail.com").tap()
    await chips.get_by_text("@orange.fr").tap()
    await page.locator("#send").tap()
    await display.heard(2)
    assert display.asked == [
        Asked("hold", "r-482"),
        Asked("choose", "r-482", "email", "max.2@orange.fr", "customer"),
    ]
    await page.locator("#sale").wait_for()


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
        "Vouliez-vous dire …@gmail.com\u00a0?"
    )
    assert await page.evaluate(SMALL, 64) == []
    assert await page.evaluate(FAINT, 7) == []
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
    assert await why.inner_text() == "Cette adresse est incomplète"
    assert await why.get_attribute("aria-live") == "polite"
    await page.keyboard.type("free.fr")
    assert await why.inner_text() == ""
    await page.keyboard.press("Enter")
    await why.get_by_text("Refusée").wait_for()
    assert await page.locator("#address").input_value() == "marie@free.fr"
    cashier.complaints.clear()  # Chromium writes each 409 to its console


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
    await page.locator("#lang").tap()
    await page.locator('[data-choice="email"]').tap()
    await page.locator("#address").type("a@b.fr")
    await page.locator("#send").tap()
    await page.locator("#use").get_by_text("Incomplete").wait_for()
    assert await page.locator("#entry").is_visible()
    assert [said for said in display.complaints if "409" not in said] == []
    display.complaints.clear()


async def test_after_a_choice_paper_is_still_one_touch_away(display: Window) -> None:
    page = display.page
    await display.draw(STATES["silent"])
    assert await page.locator("#happened").inner_text() == "Pas de papier"
    assert await page.locator('[data-choice="none"]').is_hidden()
    await page.locator('[data-choice="paper"]').tap()
    await display.heard(1)
    assert display.asked[0].choice == "paper"


async def test_a_screen_reader_hears_what_became_of_it(display: Window) -> None:
    await display.draw(STATES["mailed"])
    said = display.page.locator("#said")
    assert await said.get_attribute("aria-live") == "polite"
    assert await said.inner_text() == (
        "Ticket envoyé. m•••@gmail.com"
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
            strip_html=f'<div class="strip" onclick="window.hacked=1">{EVIL}'
            '<a href="javascript:window.hacked=1">x</a><iframe src="/"></iframe></div>',
            qr_svg=f'<svg viewBox="0 0 9 9" onload="window.hacked=1">{EVIL}</svg>',
        ),
        recent=(Recent(EVIL[:60], EVIL, evil, EVIL, "qr", 2),),
        lamps=tuple(replace(lamp, name=evil, says=evil) for lamp in LAMPS),
        notice=Notice(evil, evil),
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
    await window.draw(hostile(shown))
    await window.page.wait_for_timeout(50)
    assert await window.page.evaluate("window.hacked") is None
    assert await window.page.locator(INTRUDERS).count() == 0
