"""The customer's display with a receipt in its QR, and with a code before the sale.

python -m tests.screens.code_shots [FOLDER]

Makes ``display-codes.png`` of docs/images: 800 x 480, as on a seven-inch panel.
"""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import async_playwright

from tests.screens.browser import launch
from tests.screens.counter import running
from tests.screens.test_up_front import CODE, TAKEN
from tests.screens.test_whole_code import shows
from tests.screens.window import opened

FOLDER: Final = Path(__file__).parents[2] / "docs" / "images"
SIZE: Final = (800, 480)
COLOURS: Final = 40


async def main(folder: Path) -> None:
    """One sheet of four."""
    seen = []
    async with async_playwright() as play, running() as screens:
        browser = await launch(play)
        async with opened(browser, screens, "display") as window:
            await window.page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
            for snapshot in (
                shows("offered_six"),
                shows("mailed_and_printed"),
                CODE,
                TAKEN,
            ):
                await window.draw(snapshot)
                await window.page.wait_for_timeout(300)
                seen.append(await window.page.screenshot())
        await browser.close()
    width, height = SIZE
    sheet = Image.new("RGB", (2 * width + 12, 2 * height + 12), "#888")
    for at, png in enumerate(seen):
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        sheet.paste(picture, (at % 2 * (width + 12), at // 2 * (height + 12)))
    sheet.quantize(COLOURS).save(folder / "display-codes.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER))
