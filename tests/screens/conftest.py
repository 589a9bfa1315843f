"""Browser windows that the tests of a file share, since a browser is slow."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.screens.browser import launch
from tests.screens.counter import (
    running,
)
from tests.screens.window import Window, opened


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
