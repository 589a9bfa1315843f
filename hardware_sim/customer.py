"""The customer in front of the display, with a phone in hand.

Looks at pixels and touches glass where there is a browser; without one, asks
the agent over HTTP and looks at the QR's SVG drawn to pixels.  :attr:`way` says
which.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import httpx

from hardware_sim import phone
from hardware_sim.browser import Browser, Glass
from hardware_sim.counter import Counter, Snapshot

DISPLAY: Final = (1280, 800)
"""The customer display's pixels."""
PHONE: Final = (412, 900)
"""The phone's pixels, for a page that has a script."""
LOOK_EVERY_S: Final = 0.05
"""Between two looks at the display, or at a page that is not there yet."""
PATIENCE_S: Final = 20.0
"""For anything that takes a blink on a quiet machine."""

T = TypeVar("T")


class Customer:
    """One customer of one till; ``browser`` may be ``None``.

    Attributes:
        seen_png: the display as the phone saw it last.
        page: what the phone opened last.
    """

    def __init__(self, counter: Counter, browser: Browser | None) -> None:
        self._counter = counter
        self._browser = browser
        self._glass: Glass | None = None
        self.seen_png = b""
        self.page = phone.Page("", 0, "")

    @property
    def way(self) -> str:
        """How this customer sees, for the report."""
        if self._browser is None:
            return "the QR's SVG, drawn to pixels (no browser)"
        return "a screenshot of the customer display"

    async def hold(self, now: Snapshot) -> None:
        """Touch the countdown: it stops."""
        glass = await self._in_front(now)
        if glass is None:
            await self._counter.hold(now["shown"]["id"])
        else:
            await glass.touch("#hold")

    async def choose(self, now: Snapshot, choice: str) -> None:
        """Press one of the four buttons."""
        glass = await self._in_front(now)
        if glass is None:
            await self._counter.choose(now["shown"]["id"], choice)
        else:
            await glass.touch(f'#verbs [data-choice="{choice}"]')

    async def write_address(self, now: Snapshot, address: str) -> None:
        """Choose e-mail and type the address."""
        glass = await self._in_front(now)
        if glass is None:
            await self._counter.choose(now["shown"]["id"], "email", address)
            return
        await glass.touch('#verbs [data-choice="email"]')
        await glass.type("#address", address)
        await glass.touch("#send")

    async def scan(self, now: Snapshot) -> str:
        """Hold the phone in front of the display; what its camera reads.

        Raises:
            TimeoutError: there is no readable QR.
        """
        glass = await self._in_front(now)

        async def look() -> str | None:
            if glass is None:
                svg = now["shown"]["qr_svg"]
                self.seen_png = await asyncio.to_thread(phone.picture_of_svg, svg)
            else:
                self.seen_png = await glass.png()
            return await asyncio.to_thread(phone.read_qr, self.seen_png)

        return await _until(look, "readable QR")

    async def open(self, url: str) -> phone.Page:
        """Open the page and reload until the receipt is there.

        An address that holds the receipt itself is read by its page's script; without a
        browser nothing reads it, which status 0 says.

        Raises:
            TimeoutError: it does not come.
        """
        if "#" in url:
            self.page = await self._read(url)
            return self.page

        async def load() -> phone.Page | None:
            try:
                page = await asyncio.to_thread(phone.open_page, url)
            except httpx.HTTPError:
                return None
            return page if page.status == httpx.codes.OK else None

        self.page = await _until(load, "receipt on the page")
        return self.page

    async def _read(self, url: str) -> phone.Page:
        if self._browser is None:
            return phone.Page(url, 0, "")
        glass = await self._browser.open(url, *PHONE)
        await glass.wait("[data-ready]")
        html = await glass.tab.content()
        await glass.close()
        return phone.Page(url, httpx.codes.OK, html)

    async def _in_front(self, now: Snapshot) -> Glass | None:
        """The display, once it shows what the agent says it shows."""
        if self._browser is None:
            return None
        if self._glass is None:
            url = f"{self._counter.url}/display"
            self._glass = await self._browser.open(url, *DISPLAY)
        glass = self._glass

        async def drawn() -> bool | None:
            revision = await glass.attribute("body", "data-revision")
            return int(revision or 0) >= now["revision"] or None

        await _until(drawn, "such picture on the display")
        return glass


async def _until(look: Callable[[], Awaitable[T | None]], what: str) -> T:
    """Look again until there is something."""
    since_s = time.monotonic()
    while (found := await look()) is None:
        if time.monotonic() - since_s > PATIENCE_S:
            raise TimeoutError(f"no {what} in {PATIENCE_S} s")
        await asyncio.sleep(LOOK_EVERY_S)
    return found
