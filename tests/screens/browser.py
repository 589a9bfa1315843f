"""Headless Chromium, as the tills have it."""

from __future__ import annotations

import shutil

from playwright.async_api import Browser, Playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


async def launch(play: Playwright) -> Browser:
    assert CHROMIUM is not None
    return await play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
