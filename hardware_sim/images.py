"""The README's pictures, taken from the running shop so that anyone can retake them.

Needs a browser.  Pictures above the size limit lose colours, not pixels.
"""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Final

from PIL import Image

from hardware_sim.browser import Browser
from hardware_sim.counter import Snapshot
from hardware_sim.customer import Customer
from hardware_sim.day import Day
from hardware_sim.page import Page, door
from hardware_sim.shop import Shop

LARGEST_BYTES: Final = 200_000
"""A README loads in a moment."""
COLOURS: Final = 256
WAIT_S: Final = 30.0
SETTLE_S: Final = 1.5
"""Fonts, frames within frames and the paper's slide have no event to wait for."""
ADDRESS: Final = "camille.martin@example.org"

SCREEN: Final = (1280, 800)
STRIP: Final = (1120, 700)
PHONE: Final = (390, 844)
WINDOW: Final = (1600, 1000)


async def take(shop: Shop, browser: Browser, folder: Path) -> list[Path]:
    """Play a few sales and photograph them; the files, in ``folder``."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    customer = Customer(shop.counter, browser)
    day = Day(shop, customer, every_s=20.0)
    day.by_clock = False
    page = Page(day, door(0))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(page.run()), group.create_task(day.run())]
        now = await _sales(shop, day, customer)
        pictures = {
            "shop": await _photograph(browser, page.url, WINDOW),
            "display": await _photograph(
                browser, f"{shop.counter.url}/display", SCREEN
            ),
            "cashier": await _photograph(browser, f"{shop.counter.url}/cashier", STRIP),
            "phone": await _photograph(browser, await customer.scan(now), PHONE),
            "paper": day.papers[-1].png,
        }
        for task in tasks:
            task.cancel()
    return [
        await asyncio.to_thread(_keep, folder / f"{name}.png", png)
        for name, png in pictures.items()
    ]


async def _sales(shop: Shop, day: Day, customer: Customer) -> Snapshot:
    """Paper, e-mail, a kitchen order, then a sale that is offered and scanned."""
    await day.sell("kitchen", "restaurant")
    now = await shop.counter.offered(None, WAIT_S)
    await customer.write_address(now, ADDRESS)
    await shop.mailbox.wait(shop.mailbox.taken + 1, WAIT_S)
    await day.sell("bakery")
    now = await shop.counter.offered(now["shown"]["id"], WAIT_S)
    papers = len(shop.printer.papers)
    await customer.choose(now, "paper")
    await shop.printer.wait_paper(papers + 1, WAIT_S)
    while day.papers[-1].number < papers:
        await day.changed()
    await day.sell("supermarket")
    now = await shop.counter.offered(now["shown"]["id"], WAIT_S)
    await customer.hold(now)
    await customer.open(await customer.scan(now))
    await day.scan()
    day.turn("drawer_open", on=False)
    return now


async def _photograph(browser: Browser, url: str, size: tuple[int, int]) -> bytes:
    glass = await browser.open(url, *size)
    await asyncio.sleep(SETTLE_S)
    png = await glass.png()
    await glass.close()
    return png


def _keep(path: Path, png: bytes) -> Path:
    if len(png) > LARGEST_BYTES:
        small = io.BytesIO()
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        picture.quantize(COLOURS, Image.Quantize.MEDIANCUT).save(
            small, "PNG", optimize=True
        )
        png = small.getvalue()
    path.write_bytes(png)
    return path
