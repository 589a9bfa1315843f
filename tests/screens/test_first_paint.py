"""What a page shows before its script has run, or while it is slow to come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, Route

from agent.screens.snapshot import Snapshot
from tests.screens.browser import CHROMIUM
from tests.screens.counter import running
from tests.screens.states import IDLE, OFFER, OFFERED, STATES

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
]


@asynccontextmanager
async def scriptless(
    browser: Browser, snapshot: Snapshot, view: str
) -> AsyncIterator[Page]:
    async with running() as screens:
        screens.counter.showing = snapshot
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{screens.url}/{view}")
        yield page
        await context.close()


async def test_without_any_script_the_customer_sees_total_and_code(
    browser: Browser,
) -> None:
    async with scriptless(browser, OFFER, "display") as page:
        assert await page.locator("#total").inner_text() == "42,17\u00a0€"
        assert await page.locator("#qr img").is_visible()
        assert await page.locator("#idle").is_hidden()
        assert "en caisse" in await page.locator(".no-script").inner_text()
    async with scriptless(browser, IDLE, "display") as page:
        assert "Sauf exception légale" in await page.locator("#law").inner_text()
        assert await page.locator("#sale").is_hidden()


async def test_without_any_script_cashier_and_it_see_what_is_the_matter(
    browser: Browser,
) -> None:
    async with scriptless(browser, STATES["paper_waits"], "cashier") as page:
        assert await page.locator("#total").inner_text() == "42,17\u00a0€"
        assert "plus de papier" in await page.locator("#notice").inner_text()
        assert await page.locator("#recent li").count() == 10
        assert await page.locator("#lamps .needs").count() == 1
    async with scriptless(browser, IDLE, "it") as page:
        rooms = await page.locator("#rooms").inner_text()
        assert "Plus de papier" in rooms
        assert "En ordre" in rooms


@pytest.mark.parametrize("view", ["display", "cashier", "it"])
async def test_hostile_text_is_text_in_the_first_paint_too(
    browser: Browser, view: str
) -> None:
    evil = '"><img src=x onerror="1"><script>1</script>${shop}'
    shown = replace(OFFERED, total=evil, number=evil, qr_svg=f"<svg>{evil}</svg>")
    snapshot = replace(OFFER, shop=evil, till=evil, shown=shown)
    async with scriptless(browser, snapshot, view) as page:
        assert await page.locator("[onerror], body script, img[src='x']").count() == 0
        assert evil in await page.locator("body").inner_text()


async def test_a_slow_script_keeps_nobody_waiting_for_the_total(
    browser: Browser,
) -> None:
    let_go = asyncio.Event()

    async def slow(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    async with running() as screens:
        screens.counter.showing = OFFER
        page = await browser.new_page()
        page.set_default_timeout(5000)
        await page.route("**/*.js", slow)
        await page.goto(f"{screens.url}/display", wait_until="commit")
        await page.locator("#total").get_by_text("42,17").wait_for()
        assert await page.locator("#qr img").is_visible()
        let_go.set()
        await page.locator(".strip-line").nth(3).wait_for(state="attached")
        assert await page.locator("#qr svg").count() == 1
        assert await page.locator("#qr img").count() == 0
        await page.close()
