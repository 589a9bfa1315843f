"""The page of a receipt in a QR, as a picture to be looked at.

python -m tests.viewer.pictures [FILE]

Makes ``offline-qr.png`` of docs/images: verified, revoked by night, in Arabic, changed.
"""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, async_playwright

from tests.screens.browser import launch
from tests.viewer.conftest import CASES
from tests.viewer.host import Host, hosting

FILE: Final = Path(__file__).parents[2] / "docs" / "images" / "offline-qr.png"
WIDTH, HEIGHT, GAP, COLOURS = 390, 900, 12, 64
WHOLE: Final = "with a code for returns"
SHOTS: Final = (
    (WHOLE, "fr-FR", False),
    ("a revoked key", "fr-FR", True),
    (WHOLE, "ar", False),
    ("a changed figure", "fr-FR", False),
)


async def shot(
    browser: Browser, host: Host, name: str, lang: str, *, night: bool
) -> Image.Image:
    """One telephone."""
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        locale=lang,
        color_scheme="dark" if night else "light",
        reduced_motion="reduce",
        service_workers="block",
    )
    page = await context.new_page()
    await page.goto(host.page(CASES[name]["url"]))
    await page.wait_for_selector("[data-ready]")
    picture = await page.screenshot()
    await context.close()
    return Image.open(io.BytesIO(picture))


async def main(file: Path) -> None:
    """All of them, side by side."""
    with hosting() as host:
        async with async_playwright() as play:
            browser = await launch(play)
            shots = [
                await shot(browser, host, name, lang, night=night)
                for name, lang, night in SHOTS
            ]
            await browser.close()
    step = WIDTH + GAP
    sheet = Image.new("RGB", (step * len(shots) - GAP, HEIGHT), (136, 136, 136))
    for at, each in enumerate(shots):
        sheet.paste(each, (at * step, 0))
    sheet.quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE))
