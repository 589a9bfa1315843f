"""Every state of every screen as a picture, to be looked at.

python -m tests.screens.shots FOLDER
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.screens.browser import CHROMIUM, launch
from tests.screens.counter import EXTREMES, STATES, Screens, running

SIZES = {
    "display": [(800, 480), (1024, 640), (1920, 1080), (480, 800)],
    "cashier": [(400, 800), (1024, 600), (1024, 360), (1024, 440)],
}
SETTLE_MS = 700
"""The paper has come out of its slot."""


async def shoot(screens: Screens, page: Page, view: str, folder: Path) -> None:
    size = page.viewport_size or {"width": 0, "height": 0}
    stem = f"{view}-{size['width']}x{size['height']}"
    await page.goto(f"{screens.url}/{view}")
    for name, snapshot in (STATES | EXTREMES).items():
        screens.counter.show(snapshot)
        await page.wait_for_timeout(SETTLE_MS)
        await page.screenshot(path=folder / f"{stem}-{name}.png")
    screens.counter.show(STATES["paper_out_soon"])
    await page.wait_for_timeout(SETTLE_MS)
    await page.locator('[data-choice="email"]').click()
    await page.locator("#address").type("marie.dupont@gm")
    await page.screenshot(path=folder / f"{stem}-entry.png")
    await page.keyboard.press("Enter")
    await page.screenshot(path=folder / f"{stem}-entry_incomplete.png")
    await page.locator("#address").type("ial.com")
    await page.keyboard.press("Enter")
    await page.screenshot(path=folder / f"{stem}-entry_meant.png")
    if view == "display":
        await page.locator("#close").click()
        await page.locator("#lang").click()
        await page.screenshot(path=folder / f"{stem}-english.png")


async def album(browser: Browser, folder: Path) -> None:
    for view, sizes in SIZES.items():
        for width, height in sizes:
            async with running() as screens:
                page = await browser.new_page(
                    viewport={"width": width, "height": height}
                )
                await shoot(screens, page, view, folder)
                if (width, height) == sizes[0]:
                    screens.task.cancel()
                    await page.wait_for_timeout(3000)
                    await page.screenshot(path=folder / f"{view}-away.png")
                await page.close()


async def main(folder: Path) -> None:
    async with async_playwright() as play:
        browser = await launch(play)
        await album(browser, folder)
        await browser.close()


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("Chromium is not installed: nothing to take pictures with")
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
