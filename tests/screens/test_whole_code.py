"""A receipt in a QR on the customer's display: as large as the screen is, and captioned."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import pytest
import zxingcpp
from PIL import Image

from agent.pipeline.offers import WHOLE
from agent.qr import svg, symbol
from agent.screens.snapshot import Snapshot
from tests.qr import rig
from tests.qr.make_vectors import coded
from tests.screens.browser import CHROMIUM
from tests.screens.judge import DISPLAY, looks
from tests.screens.states import STATES
from tests.screens.window import Window

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="Chromium is missing, so NO SCREEN WAS LOOKED AT: install chromium",
    ),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(90),
]

SIZES = [(800, 480), (1024, 600), (1280, 800), (480, 800), (800, 1280), (390, 844)]
NAMES = ("offered_six", "mailed_and_printed", "paper_out", "account_wants_card")


@cache
def whole(seed: int = 3) -> tuple[str, str, symbol.Fit]:
    """An address, its drawing, and how it was meant to be drawn."""
    made = coded(rig.paper(seed, "supermarket"), rig.issuer(), "screen")
    rows = symbol.modules(made.prefix, made.digits, made.fit)
    return made.url, svg.drawn(rows), made.fit


def shows(state: str) -> Snapshot:
    snapshot = STATES[state]
    assert snapshot.shown is not None
    shown = replace(snapshot.shown, qr_svg=whole()[1], qr_says=WHOLE)
    return replace(snapshot, shown=shown)


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_read_off_the_pixels_of_every_display(
    display: Window, size: tuple[int, int]
) -> None:
    page = display.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    url, _, fit = whole()
    for state in NAMES:
        await display.draw(shows(state))
        picture = Image.open(io.BytesIO(await page.screenshot())).convert("L")
        assert url in {found.text for found in zxingcpp.read_barcodes(picture)}
        assert await looks(page, DISPLAY) == [], state
        caption = page.locator("#scan")
        assert await caption.is_visible()
        assert await caption.inner_text() == WHOLE.fr
        side = (await page.locator("#qr svg").bounding_box() or {"width": 0})["width"]
        # Whole pixels a module, and as many as were reckoned with.
        modules = 17 + 4 * fit.version + 8
        assert side % modules == 0
        assert side >= modules * (fit.module if size[0] > size[1] else 3)


async def test_the_page_s_own_code_stays_as_small_as_it_was(display: Window) -> None:
    page = display.page
    await page.set_viewport_size({"width": 800, "height": 480})
    await display.draw(shows("offered_six"))
    assert await page.locator("#sale.whole").count() == 1
    await display.draw(STATES["offered_six"])
    assert await page.locator("#sale.whole").count() == 0
    assert not await page.locator("#scan").is_visible()
