"""The phone's page in a browser: without scripts it works, with axe-core nothing is found."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from rcu.app import build
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import TOKEN, issued
from tests.rcu.test_codes import CODE, coded
from tests.rcu.test_codes import TOKEN as CODED
from tests.rcu.test_wishes import ADDRESS, feed, invited
from tests.screens.browser import CHROMIUM, launch
from tests.screens.judge import violations

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.timeout(120),
]

PHONE: ViewportSize = {"width": 360, "height": 740}
LANGS = ("fr", "en", "es", "de", "ar")


@asynccontextmanager
async def served(rcu: Rcu) -> AsyncGenerator[str]:
    """On a socket, as a browser needs it."""
    app = build(rcu.store, rcu.settings, rcu.clock)
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server._serve())
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110 -- uvicorn rings no bell
                await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        await serving


@asynccontextmanager
async def browsing() -> AsyncGenerator[Browser]:
    async with async_playwright() as play:
        browser = await launch(play)
        try:
            yield browser
        finally:
            await browser.close()


async def too_small(page: Page) -> list[str]:
    """Targets under 48 px (issue: a finger at the counter), and words that stick out."""
    found: list[str] = await page.evaluate(
        """() => [...document.querySelectorAll('a, button, input:not([type=hidden])')]
        .filter((each) => {
          // A box is ticked by its words too: they are one target.
          const whole = each.type === 'checkbox' ? each.closest('label') : each;
          const box = whole.getBoundingClientRect();
          return Math.min(box.height, box.width) < 47.5 || box.right > innerWidth + 0.5;
        }).map((each) => each.outerHTML)"""
    )
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["scrolls sideways"] if wide else [])]


async def crowded(page: Page) -> list[str]:
    """Buttons that touch what stands above them in their form."""
    found: list[str] = await page.evaluate(
        """() => [...document.querySelectorAll('form button')].filter((each) => {
          const above = each.previousElementSibling?.getBoundingClientRect();
          return above?.height && each.getBoundingClientRect().top - above.bottom < 7.5;
        }).map((each) => each.outerHTML)"""
    )
    return found


async def test_axe_finds_nothing_in_any_language_by_day_or_night(rcu: Rcu) -> None:
    asks = {"email": dict.fromkeys(LANGS, "Pour ce ticket, et pour rien d’autre.")}
    boxes = {
        "email": {
            "marketing_email": dict.fromkeys(LANGS, "Recevoir des offres. " * 4),
            "satisfaction_survey": dict.fromkeys(LANGS, "Donner mon avis une fois."),
        }
    }
    await rcu.till.post([issued(), invited(account=True, asks=asks, boxes=boxes)])
    async with served(rcu) as url, browsing() as browser:
        for scheme in ("light", "dark"):
            page = await browser.new_page(viewport=PHONE, color_scheme=scheme)
            for lang in LANGS:
                for path in (f"/r/{TOKEN}/wish", "/c"):
                    await page.goto(f"{url}{path}?lang={lang}")
                    assert await violations(page) == [], (lang, path, scheme)
                    assert await too_small(page) == [], (lang, path, scheme)
                    assert await crowded(page) == [], (lang, path, scheme)
            await page.goto(f"{url}/r/{TOKEN}/wish?lang=fr")
            await page.fill("#contact", "marie@gmial.com")
            await page.click("text=Envoyer")
            assert await page.get_by_role("alert").count() == 1
            assert await violations(page) == []
            if folder := os.environ.get("PHONE_SHOTS"):
                await page.screenshot(
                    path=Path(folder) / f"{scheme}.png", full_page=True
                )
            await page.close()


async def test_without_scripts_a_wish_and_a_code_work(rcu: Rcu) -> None:
    await rcu.till.post([issued(), invited()])
    await rcu.till.post(
        [
            issued(3, token=CODED, receipt_id="r-2"),
            {**coded(4), "data": {**coded(4)["data"], "receipt_id": "r-2"}},
        ]
    )
    async with served(rcu) as url, browsing() as browser:
        context = await browser.new_context(
            viewport=PHONE, java_script_enabled=False, locale="fr-FR"
        )
        page = await context.new_page()
        await page.goto(f"{url}/r/{TOKEN}")
        await page.get_by_role("link", name="Le recevoir autrement").click()
        await page.get_by_label("Recevoir aussi par e-mail").fill(ADDRESS)
        await page.get_by_role("button", name="Envoyer").click()
        await page.get_by_text("hors ligne").wait_for()
        assert (await feed(rcu)).json()[0]["data"]["contact"] == ADDRESS
        await page.goto(f"{url}/c")
        await page.get_by_label("Code").fill(CODE.lower())
        await page.get_by_role("button", name="Ouvrir").click()
        await page.wait_for_url(f"{url}/r/{CODED}")
