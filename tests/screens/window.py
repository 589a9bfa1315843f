"""One page of ours in a browser, and how to judge what it drew."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from agent.screens.snapshot import Snapshot
from tests.screens.counter import (
    IDLE,
    Asked,
    FakeCounter,
    Screens,
)

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
