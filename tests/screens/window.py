"""One page of ours in a browser, and how to judge what it drew."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from agent.screens.snapshot import Snapshot
from tests.screens.counter import Asked, FakeCounter, Screens
from tests.screens.states import IDLE


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


async def speak(window: Window, lang: str) -> None:
    """Choose a language on the display, as a finger does."""
    await window.page.locator("#lang").click()
    await window.page.locator(f'#langs [data-lang="{lang}"]').click()
