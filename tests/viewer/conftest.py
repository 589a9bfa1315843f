"""A browser, and pages that say what they did."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Tab:
    """What an empty one was made as stays so; the origin is each test's own."""

    page: Page
    complaints: list[str]


@pytest.fixture(scope="module")
def idle() -> dict[tuple[str, str, str], list[Tab]]:
    """Empty tabs, by language, scheme and workers: a new one costs more than a page."""
    return defaultdict(list)


@pytest.fixture
def opens(
    browser: Browser, host: Host, idle: dict[tuple[str, str, str], list[Tab]]
) -> Opens:
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
        tabs = idle[lang, scheme, workers]
        tab = tabs.pop() if tabs else await _new(browser, lang, scheme, workers)
        page = tab.page
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(host.page(address))
        await page.wait_for_selector("[data-ready]")
        yield page
        if workers == "allow":  # one that was registered stays in its context
            await page.context.close()
        else:
            await page.goto("about:blank")
            await page.emulate_media(media="null")
            await page.context.clear_cookies()
            tabs.append(tab)
        said = [each for each in tab.complaints if not EXPECTED.search(each)]
        tab.complaints.clear()
        assert said == []

    return opening


async def _new(browser: Browser, lang: str, scheme: Any, workers: Any) -> Tab:
    context = await browser.new_context(
        locale=lang,
        color_scheme=scheme,
        reduced_motion="reduce",
        service_workers=workers,
        accept_downloads=True,
    )
    tab = Tab(await context.new_page(), [])
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.page.on("console", lambda said: tab.complaints.append(said.text))
    return tab


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
