"""The demonstration: the story once, or an open day with a page to watch it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardware_sim import images
from hardware_sim.browser import Browser, open_browser
from hardware_sim.customer import Customer
from hardware_sim.day import Day
from hardware_sim.page import Page
from hardware_sim.programs import ProgramError
from hardware_sim.shop import Shop
from hardware_sim.story import Story, Told

STORY_WINDOW_S: Final = 4.0
"""In the story nobody has time: silence is played out once."""
EXIT_FAILED: Final = 1


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line.

    Attributes:
        folder: for configurations, databases and logs; ``None``: a temporary
            one, which goes with the shop.
        browser: use Chromium where there is one.
        every_s: between two sales of an open day.
        port: of the shop's page; 0 takes a free one.
        images: screenshots of the story go there.
    """

    folder: Path | None = None
    browser: bool = True
    every_s: float = 20.0
    port: int = 0
    images: Path | None = None


async def once(wishes: Wishes) -> int:
    """Play the story; 0 when all went well."""
    since_s = time.monotonic()
    well = True
    try:
        with _folder(wishes) as folder:
            async with (
                open_browser(wanted=wishes.browser) as browser,
                Shop(folder, STORY_WINDOW_S) as shop,
            ):
                _introduce(shop)
                async for told in Story(shop, browser).play():
                    _say(told)
                    well = well and told.well
                if wishes.images is not None:
                    well = await _photograph(shop, browser, wishes.images) and well
    except ProgramError as error:
        print(f"✗ {error}", flush=True)
        return EXIT_FAILED
    took_s = time.monotonic() - since_s
    print(f"{'✓ all went well' if well else '✗ not all went well'} in {took_s:.1f} s")
    return 0 if well else EXIT_FAILED


async def open_day(wishes: Wishes) -> int:
    """Open the shop until cancelled."""
    try:
        with _folder(wishes) as folder:
            async with (
                open_browser(wanted=wishes.browser) as browser,
                Shop(folder) as shop,
                asyncio.TaskGroup() as group,
            ):
                _introduce(shop)
                day = Day(shop, Customer(shop.counter, browser), wishes.every_s)
                page = Page(day, wishes.port)
                _invite(shop, page)
                tasks = [group.create_task(page.run()), group.create_task(day.run())]
                await shop.agent.ended()  # it should not: Ctrl-C comes before
                for task in tasks:
                    task.cancel()
            print(f"✗ {shop.agent.failed('ended by itself')}", flush=True)
    except ProgramError as error:
        print(f"✗ {error}", flush=True)
    return EXIT_FAILED


async def _photograph(shop: Shop, browser: Browser | None, folder: Path) -> bool:
    if browser is None:
        print("✗ pictures need Chromium, and there is none")
        return False
    for path in await images.take(shop, browser, folder):
        print(f"✓ {path}", flush=True)
    return True


@contextmanager
def _folder(wishes: Wishes) -> Iterator[Path]:
    if wishes.folder is not None:
        yield wishes.folder
        return
    with tempfile.TemporaryDirectory(prefix="shop-") as made:
        yield Path(made)


def _introduce(shop: Shop) -> None:
    started = shop.started
    print(f"✓ RCU ready in {started.rcu_s:.1f} s, agent in {started.agent_s:.1f} s")
    print(f"  logs: {shop.rcu.log}, {shop.agent.log}", flush=True)


def _invite(shop: Shop, page: Page) -> None:
    print(f"  the shop:         {page.url}")
    print(f"  customer display: {shop.counter.url}/display")
    print(f"  cashier:          {shop.counter.url}/cashier")
    print("  Ctrl-C closes the shop.", flush=True)


def _say(told: Told) -> None:
    mark = "✓" if told.well else "✗"
    print(f"{mark} {told.letter}  {told.title} ({told.took_s:.1f} s)")
    print(f"     {told.says}", flush=True)
