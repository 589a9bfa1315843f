"""From a code on the idle display to a page that fills itself; and to nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hardware_sim import phone
from hardware_sim.receipts import sale
from hardware_sim.shop import Shop
from tests.acceptance.rig import PATIENT_S, SEEDS, WAIT_S, ring_up, wait_issued

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]


async def test_a_phone_that_scans_before_the_sale_gets_its_receipt(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path / "shop", PATIENT_S, "\n[qr]\nup_front = true\n")
    async with shop, httpx.AsyncClient() as browser, a_display(shop):
        early = await until(shop, claimed=False)
        png = await asyncio.to_thread(phone.picture_of_svg, early["svg"])
        code = await asyncio.to_thread(phone.read_qr, png)
        assert code is not None
        asks = await until_status(browser, code, 200)
        assert early["number"] in asks.text
        taken = await browser.post(code)
        assert taken.status_code == 303
        page = httpx.URL(code).join(taken.headers["location"])
        waits = await browser.get(page)
        assert f"Téléphone {early['number']}" in waits.text
        claimed = await until(shop, claimed=True)
        assert claimed["number"] == early["number"]

        ticket = sale("restaurant", next(SEEDS))
        assert (await shop.pos.play_with_library(ticket)).failure == ""
        receipt = await settled(shop)
        await wait_issued(shop, receipt)
        filled = await until_status(browser, str(page), 200)
        cents = ticket.truth.total_cents or 0
        assert f"{cents // 100},{cents % 100:02d}" in filled.text
        late = await browser.post(code)
        assert late.status_code == 404

        # The next customer's receipt is another page.
        offered, _ = await ring_up(shop)
        assert offered["shown"]["choice"] is None
        url = str(page).partition("?")[0].rpartition("/")[2]
        assert url not in shop.agent.said() + shop.rcu.said()


@asynccontextmanager
async def a_display(shop: Shop) -> AsyncGenerator[None]:
    """Its page is open, and listens."""
    async with (
        httpx.AsyncClient(base_url=shop.counter.url, timeout=None) as screen,
        screen.stream("GET", "/api/events", params={"view": "display"}),
    ):
        yield


async def settled(shop: Shop) -> str:
    """The receipt at the counter, whose customer has chosen already."""
    async with asyncio.timeout(WAIT_S):
        while True:
            shown = (await shop.counter.snapshot())["shown"]
            if shown is not None and shown["choice"] == "qr":
                return str(shown["id"])
            await asyncio.sleep(0.05)


async def until(shop: Shop, *, claimed: bool) -> dict[str, Any]:
    """What the idle display shows before a sale."""
    async with asyncio.timeout(WAIT_S):
        while True:
            early: dict[str, Any] | None = (await shop.counter.snapshot())["up_front"]
            if early is not None and early["claimed"] is claimed:
                return early
            await asyncio.sleep(0.1)


async def until_status(
    browser: httpx.AsyncClient, url: str, status: int
) -> httpx.Response:
    """Looking again, as the page does by itself."""
    async with asyncio.timeout(WAIT_S):
        while True:
            answer = await browser.get(url, headers={"accept-language": "fr"})
            if answer.status_code == status:
                return answer
            await asyncio.sleep(0.1)
