"""The demonstration: the story once, or an open day with a page to watch it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
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
from hardware_sim.page import Page, door
from hardware_sim.programs import ProgramError
from hardware_sim.shop import Shop
from hardware_sim.story import Story, Told

STORY_WINDOW_S: Final = 8.0
"""As at a staffed till: whoever plays the customer on a busy machine has to reach the
glass within it.  Silence is played out once."""
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
    _open()
    with _room(wishes) as room:
        try:
            room.well = await _play(room.folder, wishes)
        except ProgramError as error:
            print(f"✗ {error}", flush=True)
    took_s = time.monotonic() - since_s
    print(
        f"{'✓ all went well' if room.well else '✗ not all went well'} in {took_s:.1f} s"
    )
    return 0 if room.well else EXIT_FAILED


async def open_day(wishes: Wishes) -> int:
    """Open the shop until cancelled, which is its only good end.

    Raises:
        OSError: the page's port is taken; nothing was started.
    """
    with door(wishes.port) as listener, _room(wishes) as room:
        _open()
        try:
            await _serve(room.folder, wishes, listener)
        except ProgramError as error:
            print(f"✗ {error}", flush=True)
    return EXIT_FAILED


async def _play(folder: Path, wishes: Wishes) -> bool:
    well = True
    async with (
        open_browser(wanted=wishes.browser) as browser,
        Shop(folder, STORY_WINDOW_S) as shop,
    ):
        _introduce(shop, logs=wishes.folder is not None)
        async for told in Story(shop, browser).play():
            _say(told)
            well = well and told.well
        if wishes.images is not None:
            well = await _photograph(shop, browser, wishes.images) and well
    return well


async def _serve(folder: Path, wishes: Wishes, listener: socket.socket) -> None:
    async with (
        open_browser(wanted=wishes.browser) as browser,
        Shop(folder) as shop,
        asyncio.TaskGroup() as group,
    ):
        _introduce(shop, logs=True)
        day = Day(shop, Customer(shop.counter, browser), wishes.every_s)
        page = Page(day, listener)
        _invite(shop, page)
        tasks = [group.create_task(page.run()), group.create_task(day.run())]
        await shop.agent.ended()  # it should not: Ctrl-C comes before
        for task in tasks:
            task.cancel()
    raise shop.agent.failed("ended by itself")


async def _photograph(shop: Shop, browser: Browser | None, folder: Path) -> bool:
    if browser is None:
        print("✗ pictures need Chromium, and there is none")
        return False
    for path in await images.take(shop, browser, folder):
        print(f"✓ {path}", flush=True)
    return True


@dataclass(slots=True)
class _Room:
    """Where a shop keeps its files, and whether all went well there."""

    folder: Path
    well: bool = False


@contextmanager
def _room(wishes: Wishes) -> Iterator[_Room]:
    """The folder asked for, or a temporary one that outlives only a failure."""
    if wishes.folder is not None:
        yield _Room(wishes.folder)
        return
    room = _Room(Path(tempfile.mkdtemp(prefix="shop-")))
    try:
        yield room
    except asyncio.CancelledError:
        room.well = True
        raise
    finally:
        if room.well:
            shutil.rmtree(room.folder)
        else:
            print(f"  kept for you, logs and all: {room.folder}", flush=True)


def _open() -> None:
    print("A shop opens on this machine: RCU, agent, printer, mail relay and POS.")
    print("  Some seconds; everything listens on this machine alone.", flush=True)


def _introduce(shop: Shop, *, logs: bool) -> None:
    """``logs``: they will be there for whoever reads this."""
    ready = shop.started
    print(f"✓ RCU ready in {ready.rcu_s:.1f} s, agent in {ready.agent_s:.1f} s")
    if logs:
        print(f"  logs: {shop.rcu.log}, {shop.agent.log}")
    sys.stdout.flush()


def _invite(shop: Shop, page: Page) -> None:
    print(f"  the shop:         {page.url}")
    print(f"  customer display: {shop.counter.url}/display")
    print(f"  cashier:          {shop.counter.url}/cashier")
    print(f"  store IT:         {shop.counter.url}/it")
    print(f"  the RCU:          {shop.rcu_url} (receipts, each by its code)")
    print("  its fleet page:   a link, good once and for ten minutes, by")
    print(f"    {shop.operator}")
    print("  Ctrl-C closes the shop.", flush=True)


def _say(told: Told) -> None:
    mark = "✓" if told.well else "✗"
    print(f"{mark} {told.letter}  {told.title} ({told.took_s:.1f} s)")
    print(f"     {told.says}", flush=True)
