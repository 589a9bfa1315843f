"""The shop has no network: till, display, camera, static page; then the network is back.

The real programs, a screenshot of the display, zxing-cpp, and the real viewer on a host
that has its static files and nothing else.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from hardware_sim.browser import Browser, open_browser
from hardware_sim.counter import Snapshot
from hardware_sim.customer import Customer
from hardware_sim.programs import run_once
from hardware_sim.shop import Shop
from tests.acceptance.rig import WAIT_S, patient_shop, ring_up, wait_issued
from tests.qr import rig
from tests.screens.browser import CHROMIUM
from tests.viewer.host import hosting

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(180),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: no pixel was looked at"),
]

STORES = (
    '[stores.S0042]\nname = "Le Comptoir des Halles"\naddress = ["1 rue des Halles"]\n'
)


async def test_the_customer_has_the_whole_receipt_and_later_its_original(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop, chromium() as browser:
        lists = await published(shop)
        await shop.rcu.stop()
        _, ticket = await ring_up(shop)
        now = await shown_whole(shop)
        customer = Customer(shop.counter, browser)
        address = await customer.scan(now)
        start, _, digits = address.partition("#")
        assert start == f"{shop.rcu_url}/r"
        assert re.fullmatch(r"\d{300,2600}", digits)

        with hosting(**lists) as host:
            page = await opened(browser, host.page(address))
            assert await page.get_attribute(".seal", "data-trust") == "verified"
            read = await data(page)
            assert read["total"] == ticket.truth.total_cents
            assert read["number"] == ticket.truth.number
            assert sum(each["amount"] for each in read["payments"]) >= read["total"]
            assert read["merchant"]["name"]
            assert not [asked for asked in host.heard if digits[:40] in asked]
            assert {asked.split("?")[0].split("/")[1] for asked in host.heard} <= {"r"}

        (shop.folder / "viewer").mkdir()
        for name, content in lists.items():
            (shop.folder / "viewer" / name).write_bytes(content)
        with (shop.folder / "rcu.toml").open("a") as file:
            file.write('\n[viewer]\ndirectory = "viewer"\n')
        await shop.open_rcu()
        receipt = now["shown"]["id"]
        await wait_issued(shop, receipt)
        page = await opened(browser, address)
        assert await page.get_attribute(".seal", "data-trust") == "verified"
        await page.locator("a.original").click()
        await page.wait_for_selector("article.strip")
        assert re.search(r"/r/[A-Z2-7]{26}$", page.url)
        assert euros(ticket.truth.total_cents or 0) in await page.inner_text("main")


@asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    async with open_browser() as browser:
        assert browser is not None
        yield browser


async def opened(browser: Browser, address: str) -> Page:
    glass = await browser.open(address, 412, 900)
    await glass.tab.wait_for_selector("[data-ready]")
    return glass.tab


async def shown_whole(shop: Shop) -> Snapshot:
    """Once the till knows that the RCU is away, the code is the receipt itself."""
    async with asyncio.timeout(WAIT_S):
        while True:
            now = await shop.counter.snapshot()
            if now["shown"] is not None and now["shown"]["qr_says"] is not None:
                return now
            await asyncio.sleep(0.05)


async def published(shop: Shop) -> dict[str, bytes]:
    """The key list of this till, by the commands that a head office types."""
    folder, log = shop.folder, shop.folder / "keylist.log"
    config = str(shop.configuration)
    keys = await run_once(
        ["-m", "agent", "keys", "public", "--config", config], log, 60
    )
    # The till is as old as the day of its papers.
    born = re.sub(r'("valid_from": ?)"[^"]+"', r'\1"2026-01-01T00:00:00Z"', keys)
    (folder / "till.jsonl").write_text(born)
    (folder / "stores.toml").write_text(STORES)
    (folder / "office.pem").write_text(rig.office_pem())
    out = folder / "published"
    await run_once(
        [
            *("-m", "agent", "keylist", "build", f"S0042={folder / 'till.jsonl'}"),
            *("--root", str(folder / "office.pem"), "--retailer", "Les Comptoirs"),
            *("--stores", str(folder / "stores.toml"), "-o", str(out)),
        ],
        log,
        60,
    )
    return {each.name: each.read_bytes() for each in out.glob("*.json")}


async def data(page: Page) -> dict[str, Any]:
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Données (.json)").click()
    path = await (await waiting.value).path()
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"
