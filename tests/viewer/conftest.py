"""A browser, and pages that say what they did."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.screens.browser import CHROMIUM, launch
from tests.viewer.host import VECTORS, Host, hosting

CASES = {case["name"]: case for case in VECTORS["cases"]}
HERE = Path(__file__).parent
EXPECTED = re.compile("blocked by Playwright|Failed to load resource|max scope allowed")
"""What the browser says of a worker that a test does without, and of a host that is away."""
Opens = Callable[..., AbstractAsyncContextManager[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncGenerator[Browser]:
    async with async_playwright() as play:
        browser = await launch(play)
        yield browser
        await browser.close()


@pytest.fixture
def host() -> Generator[Host]:
    with hosting() as host:
        yield host


@pytest.fixture
def opens(browser: Browser, host: Host) -> Opens:
    """A new visitor's page of an address; the test fails on any complaint."""

    @asynccontextmanager
    async def opening(
        address: str,
        *,
        width: int = 412,
        lang: str = "fr-FR",
        scheme: Any = "light",
        workers: Any = "block",
    ) -> AsyncGenerator[Page]:
        context = await browser.new_context(
            viewport={"width": width, "height": 900},
            locale=lang,
            color_scheme=scheme,
            reduced_motion="reduce",
            service_workers=workers,
            accept_downloads=True,
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        await page.goto(host.page(address))
        await page.wait_for_selector("[data-ready]")
        yield page
        await context.close()
        assert [each for each in complaints if not EXPECTED.search(each)] == []

    return opening


async def downloaded(page: Page, button: str) -> tuple[str, str]:
    """Name and content of the file behind a button."""
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name=button).click()
    download = await waiting.value
    path = await download.path()
    return download.suggested_filename, path.read_text(encoding="utf-8")


async def data(page: Page) -> Any:
    _, content = await downloaded(page, "Données (.json)")
    return json.loads(content)
