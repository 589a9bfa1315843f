"""What reached nobody is sent again, and a barrier opened: routes, keys, fingers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from agent.verbs import Refusal, Words
from tests.screens.browser import CHROMIUM
from tests.screens.counter import Asked, Screens, running
from tests.screens.states import IDLE, OFFER, STATES
from tests.screens.test_access import client, paired
from tests.screens.window import Window, opened

SEEN = pytest.mark.skipif(
    CHROMIUM is None,
    reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
)
pytestmark = pytest.mark.asyncio(loop_scope="module")

MAIL = {"receipt": "r-dead", "channel": "email"}
LETTERS = STATES["dead_letters"]
BARRIER = STATES["self_checkout"]


@pytest_asyncio.fixture(loop_scope="module")
async def screens(tmp_path: Path) -> AsyncIterator[Screens]:
    async with running(folder=tmp_path) as up:
        yield up


# -- routes ------------------------------------------------------------------


@pytest.mark.parametrize("by", ["cashier", "it"])
async def test_who_may_is_named_to_the_counter(screens: Screens, by: str) -> None:
    async with client(screens.url) as till:
        answer = await till.post("/api/replay", json={**MAIL, "by": by})
        assert (answer.status_code, answer.json()) == (200, {"done": True})
    assert screens.counter.asked == [Asked("replay", "r-dead", "email", by=by)]


async def test_an_exit_slip_is_the_cashiers_to_print(screens: Screens) -> None:
    async with client(screens.url) as till:
        answer = await till.post("/api/exit", json={"receipt": "r-482"})
        assert answer.json() == {"done": True}
    assert screens.counter.asked == [Asked("exit_slip", "r-482", by="cashier")]


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("cashier", {"cashier": 200, "it": 403, "exit": 200}),
        ("it", {"cashier": 403, "it": 200, "exit": 403}),
        ("display", {"cashier": 403, "it": 403, "exit": 403}),
    ],
)
async def test_a_tablet_is_held_to_its_role(
    screens: Screens, role: str, statuses: dict[str, int]
) -> None:
    async with client(screens.url) as till, client(screens.url_tls) as tablet:
        await paired(till, tablet, role)
        for by in ("cashier", "it"):
            answer = await tablet.post("/api/replay", json={**MAIL, "by": by})
            assert answer.status_code == statuses[by]
        answer = await tablet.post("/api/exit", json={"receipt": "r-482"})
        assert answer.status_code == statuses["exit"]
    device = f"{role}:{screens.store.kept[0].id}"
    assert {each.by for each in screens.counter.asked} <= {device}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("replay", MAIL),
        ("replay", {**MAIL, "by": "customer"}),
        ("replay", {**MAIL, "by": "it", "channel": "paper"}),
        ("replay", {**MAIL, "by": "it", "contact": "anna@example.org"}),
        ("exit", {}),
    ],
)
async def test_what_is_no_order_never_reaches_the_counter(
    screens: Screens, path: str, body: Any
) -> None:
    async with client(screens.url) as till:
        assert (await till.post(f"/api/{path}", json=body)).status_code == 400
    assert screens.counter.asked == []


async def test_a_page_of_another_site_sends_nothing_again(screens: Screens) -> None:
    async with httpx.AsyncClient(base_url=screens.url, trust_env=False) as stranger:
        for path, body in (("replay", {**MAIL, "by": "it"}), ("exit", MAIL)):
            answer = await stranger.post(f"/api/{path}", json=body)
            assert answer.status_code == 403
    assert screens.counter.asked == []


# -- the cashier -------------------------------------------------------------


@SEEN
async def test_by_touch_one_is_sent_again_and_one_printed(cashier: Window) -> None:
    page = cashier.page
    await cashier.draw(LETTERS)
    toggle = page.get_by_role("button", name="À renvoyer : 3")
    await toggle.tap()
    assert await toggle.get_attribute("aria-expanded") == "true"
    first = page.locator("#recent .letter").nth(0)
    assert "m•••@example.org" in await first.inner_text()
    assert "Deux jours d’essais" in await first.inner_text()
    await first.get_by_text("Renvoyer").tap()
    await cashier.heard(1)
    await page.get_by_text("Nouvel envoi demandé").wait_for()
    await first.get_by_text("Imprimer").tap()
    await cashier.heard(2)
    assert cashier.asked == [
        Asked("replay", "r-dead", "email", by="cashier"),
        Asked("reprint", "r-dead", by="cashier", reason="not_arrived"),
    ]
    await toggle.tap()
    assert await page.locator("#recent .letter").count() == 0


@SEEN
async def test_where_nobody_knows_the_address_it_is_typed_anew(
    cashier: Window,
) -> None:
    page = cashier.page
    await page.set_viewport_size({"width": 1024, "height": 600})
    await cashier.draw(LETTERS)
    await page.keyboard.press("r")
    lost = page.locator("#recent .letter").nth(1)
    assert "adresse oubliée" in await lost.inner_text()
    assert await lost.get_by_text("Renvoyer").count() == 0
    await lost.get_by_text("Saisir l’adresse").click()
    await page.keyboard.type("anna@example.org")
    await page.keyboard.press("Enter")
    await cashier.heard(1)
    assert cashier.asked == [
        Asked("resend", "r-lost", "email", "anna@example.org", "cashier", "not_arrived")
    ]
    await page.keyboard.press("r")


@SEEN
async def test_by_keyboard_the_list_opens_and_keeps_the_focus(cashier: Window) -> None:
    page = cashier.page
    await cashier.draw(LETTERS)
    await page.keyboard.press("r")
    await page.keyboard.press("Tab")
    await cashier.draw(replace(LETTERS, printed_today=13))
    await page.keyboard.press("Enter")
    await cashier.heard(1)
    assert cashier.asked == [Asked("replay", "r-dead", "email", by="cashier")]
    await cashier.draw(replace(IDLE, dead=LETTERS.dead))
    assert await page.locator("#recent .letter").count() == 0


@SEEN
async def test_without_any_there_is_no_such_line(cashier: Window) -> None:
    await cashier.draw(OFFER)
    await cashier.page.keyboard.press("r")
    assert await cashier.page.locator("#recent .letters").count() == 0
    await cashier.page.keyboard.press("r")


@SEEN
async def test_a_refusal_says_why_nothing_is_sent_again(cashier: Window) -> None:
    page = cashier.page
    cashier.counter.refusal = Refusal("shut_out", Words("Pas là", "Not there"))
    await cashier.draw(LETTERS)
    await page.keyboard.press("r")
    await page.locator("#recent .letter").nth(0).get_by_text("Renvoyer").click()
    await page.get_by_text("Pas là").wait_for()
    await page.keyboard.press("r")
    cashier.complaints.clear()  # Chromium writes each 409 to its console


@SEEN
async def test_the_barrier_opens_by_key_by_touch_and_for_an_earlier_sale(
    cashier: Window,
) -> None:
    page = cashier.page
    await page.set_viewport_size({"width": 1024, "height": 600})
    await cashier.draw(BARRIER)
    await page.keyboard.press("t")
    await cashier.heard(1)
    await page.get_by_text("Talon de sortie demandé").wait_for()
    await page.locator("#exit").tap()
    await cashier.heard(2)
    await page.locator("#recent .more").nth(1).tap()
    await page.locator(".further").get_by_text("Talon de sortie").tap()
    await cashier.heard(3)
    assert [each.receipt for each in cashier.asked] == ["r-482", "r-482", "r-480"]
    assert {each.verb for each in cashier.asked} == {"exit_slip"}


@SEEN
async def test_a_till_without_a_barrier_has_no_such_key(cashier: Window) -> None:
    page = cashier.page
    await cashier.draw(OFFER)
    await page.keyboard.press("t")
    assert await page.locator("#exit").is_hidden()
    await page.locator("#recent .more").nth(1).click()
    assert await page.locator(".further").get_by_text("Talon de sortie").count() == 0
    assert cashier.asked == []
    await page.locator("#recent .more").nth(1).click()


# -- store IT ----------------------------------------------------------------


@SEEN
async def test_it_sends_one_again_and_is_told(browser: Browser) -> None:
    async with running() as screens, opened(browser, screens, "it") as window:
        page = window.page
        await window.draw(IDLE)
        assert await page.locator("#no-dead").is_visible()
        await window.draw(LETTERS)
        assert await page.locator("#no-dead").is_hidden()
        assert await page.locator("#dead li").count() == 3
        again = page.get_by_role("button", name="Renvoyer à")
        assert await again.count() == 2  # where the address is forgotten: none
        await again.nth(1).focus()
        await page.keyboard.press("Enter")
        await window.heard(1)
        assert window.asked == [Asked("replay", "r-text", "sms", by="it")]
        await page.get_by_text("Nouvel envoi demandé.").wait_for()
        screens.counter.refusal = Refusal("gone", Words("Trop tard", "Too late"))
        await again.nth(0).tap()
        await page.get_by_text("Trop tard").wait_for()
