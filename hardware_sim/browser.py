"""Chromium without a window, for screenshots and touches; a thin wrapper.

It uses the system's Chromium (Playwright's own is never downloaded).  Where
there is none, or it does not start, :func:`open_browser` gives ``None``: nothing in the shop depends on it.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Browser as Chromium
from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright

log = logging.getLogger(__name__)

PLACES: Final = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/opt/google/chrome/chrome",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS: Final = (
    "--no-sandbox",  # it only ever sees our own pages on this machine
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_S: Final = 60.0
"""Chromium starts in a second; a machine that builds elsewhere is slower."""
TOUCH_S: Final = 15.0
"""For a thing to be there and be touched."""


class Glass:
    """One page on one screen."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    async def png(self) -> bytes:
        """What is seen now."""
        return await self.tab.screenshot(type="png")

    async def touch(self, selector: str) -> None:
        """Press what is seen there."""
        await self.tab.click(selector, timeout=TOUCH_S * 1000)

    async def type(self, selector: str, text: str) -> None:
        """Write into a field."""
        await self.tab.fill(selector, text, timeout=TOUCH_S * 1000)

    async def attribute(self, selector: str, name: str) -> str | None:
        """What the page says of itself there."""
        return await self.tab.get_attribute(selector, name, timeout=TOUCH_S * 1000)

    async def wait(self, selector: str, deadline_s: float = TOUCH_S) -> None:
        """Until that is visible."""
        await self.tab.wait_for_selector(selector, timeout=deadline_s * 1000)

    async def close(self) -> None:
        await self.tab.close()


class Browser:
    """A started Chromium."""

    def __init__(self, chromium: Chromium) -> None:
        self._chromium = chromium

    async def open(
        self, url: str, width: int, height: int, scale: float = 1.0
    ) -> Glass:
        """A page in a window of that size, as a new visitor."""
        tab = await self._chromium.new_page(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            locale="fr-FR",
        )
        await tab.goto(url, wait_until="domcontentloaded")
        return Glass(tab)


def find() -> Path | None:
    """Chromium on this machine, or ``None``."""
    for place in PLACES:
        if Path(place).exists():
            return Path(place)
    named = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(named) if named else None


@asynccontextmanager
async def open_browser(*, wanted: bool = True) -> AsyncGenerator[Browser | None]:
    """A browser, or ``None`` where none is to be had (the log says why)."""
    path = find() if wanted else None
    if path is None:
        yield None
        return
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(START_S):
                driver = await stack.enter_async_context(async_playwright())
                chromium = await driver.chromium.launch(
                    executable_path=path, args=list(FLAGS), handle_sigint=False
                )
        # Without libatomic1 its driver ends at once, which arrives as a bare Exception.
        except Exception as error:  # noqa: BLE001 -- see above
            log.warning("Chromium does not start: %s", type(error).__name__)
            chromium = None
        if chromium is None:
            yield None
            return
        stack.push_async_callback(chromium.close)
        yield Browser(chromium)
