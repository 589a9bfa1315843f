"""The fleet's pages in a real browser: several hundred tills, three widths, axe-core."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright

from rcu.app import Store, bind, build, open_store
from rcu.config import ServerSettings, Settings, StoreSettings, TillSettings
from rcu.fleet import gate
from rcu.seams import SystemEntropy
from rcu.store.rollouts import Part, Wanted
from tests.rcu.fakes import FakeClock
from tests.rcu.fleet import fleet
from tests.screens.browser import CHROMIUM, launch
from tests.screens.judge import AXE, FAINT

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO PAGE WAS LOOKED AT: install chromium",
    ),
    pytest.mark.timeout(120),
]
TILLS = 320
WIDTHS = (360, 800, 1280)
ROLLS = "() => document.documentElement.scrollWidth - innerWidth"
SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden])")]
  .filter((each) => each.checkVisibility() && !each.matches(".skip"))
  .map((each) => [each.innerText || each.name, each.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < 24)
  .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""

BROKEN = """() => [...document.querySelectorAll("th, td")].flatMap((cell) => {
  const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
  for (let text = walk.nextNode(); text; text = walk.nextNode())
    for (const word of text.data.matchAll(/[^\\s·:-]{2,20}/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (tops.size > 1) found.push(`broken within the word: ${word[0]}`);
    }
  return found;
})"""


@asynccontextmanager
async def served(folder: Path, tills: int = TILLS) -> AsyncIterator[tuple[str, str]]:
    """The address of a fleet, and a link into it."""
    clock = FakeClock()
    async with open_store(folder) as store:
        await fleet(store, tills)
        await rollouts(store, clock.ms)
        listener = bind(ServerSettings(port=0))
        settings = Settings(
            store=StoreSettings(directory=folder), tills=TillSettings(unsigned=True)
        )
        app = build(store, settings, clock)
        config = uvicorn.Config(app, lifespan="off", log_level="warning")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        token = gate.make_token(SystemEntropy())
        until_ms = clock.ms + 600_000
        await store.fleet.operators.invite(gate.digest(token), "it", until_ms, clock.ms)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield url, f"{url}/fleet/in/{token}"
        finally:
            server.should_exit = True
            await serving


async def rollouts(store: Store, now_ms: int) -> None:
    books = store.fleet.rollouts
    wanted = Wanted({"choice.window_s": 12}, (), 120.0, ("1", "10%", "100%"), 3600.0)
    n = await books.ask("all", wanted, now_ms)
    edge = "urn:edge:ENS1:S0001:T02"
    await books.begin(n, [Part(edge, 1, "waiting")], now_ms)
    await books.part(n, Part(edge, 1, "failed", "rolled back: the RCU is not reached"))
    why = f"{edge}: rolled back: the RCU is not reached"
    await books.move(n, "stopped", 1, why, now_ms)


async def wrong(page: Page) -> list[str]:
    over = await page.evaluate(ROLLS)
    sideways = [f"rolls sideways by {over}"] if over > 0 else []
    faint, small = await page.evaluate(FAINT, 4.5), await page.evaluate(SMALL)
    return [*sideways, *faint, *small, *await page.evaluate(BROKEN)]


async def test_it_can_be_read_at_every_width_by_everybody(tmp_path: Path) -> None:
    found: list[str] = []
    async with (
        served(tmp_path) as (url, link),
        async_playwright() as play,
    ):
        browser = await launch(play)
        context = await browser.new_context(locale="fr-FR", bypass_csp=True)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.location["url"]))
        await page.goto(link)
        await page.keyboard.press("Tab")
        while await page.evaluate("document.activeElement.tagName") != "BUTTON":
            await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")  # by the keyboard alone
        await page.wait_for_selector("table")
        assert await page.locator("#tills tbody tr").count() == 100
        for name, place in {
            "table": f"{url}/fleet",
            "english": f"{url}/fleet?lang=en&show=troubles",
            "till": f"{url}/fleet/till/urn:edge:ENS1:S0000:T01",
        }.items():
            await page.goto(place)
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                found += [f"{name} {width}: {each}" for each in await wrong(page)]
            await page.emulate_media(color_scheme="dark")
            found += [
                f"{name} dark: {each}" for each in await page.evaluate(FAINT, 4.5)
            ]
            await page.emulate_media(color_scheme="light")
        for place in ("/fleet?q=S0000", "/fleet/till/urn:edge:ENS1:S0000:T01"):
            await page.goto(url + place)
            await page.evaluate(AXE)
            heard = await page.evaluate("axe.run()")
            found += [
                f"{place}: {each['id']}: {each['nodes'][0]['html'][:120]}"
                for each in heard["violations"]
            ]
        await browser.close()
    assert found == []
    # Its policy forbids all but itself, so there is no icon to be found either.
    assert [url for url in complaints if not url.endswith("favicon.ico")] == []


async def test_without_a_script_and_without_a_link_there_is_a_calm_page(
    tmp_path: Path,
) -> None:
    async with served(tmp_path, 4) as (url, link), async_playwright() as play:
        browser = await launch(play)
        context = await browser.new_context(
            locale="fr-FR",
            java_script_enabled=False,
            viewport={"width": 360, "height": 640},
        )
        page = await context.new_page()
        await page.goto(f"{url}/fleet")
        assert "receipt-rcu operator link" in await page.locator("main").inner_text()
        await page.goto(link)
        await page.locator("form .button").click()
        await page.wait_for_selector("table")
        first = page.locator("#tills tbody tr").first
        assert "S0000 · T01" in await first.inner_text()
        assert "plus de papier" in await first.inner_text()
        await first.locator("a").click()
        await page.wait_for_selector("h2")
        assert "urn:edge:ENS1:S0000:T01" in await page.locator("main").inner_text()
        await browser.close()
