"""The customer's pages around accounts and codes, as pictures to be looked at.

python -m tests.rcu.shots [FOLDER]

Makes ``account.png`` and ``upfront.png`` of docs/images, by the real RCU in a real
browser.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx
import uvicorn
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from hardware_sim.mailbox import Mailbox
from rcu.app import bind, build, open_store
from rcu.config import (
    AccountSettings,
    ServerSettings,
    Settings,
    StoreSettings,
    TillSettings,
)
from tests.rcu.fakes import EDGE, FakeClock, FakeEntropy, Till, example, issued
from tests.rcu.test_me import CARD, MARIE, sold
from tests.rcu.test_upfront import CODE, PAGE, reserved
from tests.screens.browser import launch

FOLDER: Final = Path(__file__).parents[2] / "docs" / "images"
SIZE: Final = (390, 760)
COLOURS: Final = 48


async def main(folder: Path) -> None:
    """Both sheets."""
    with tempfile.TemporaryDirectory() as place:
        async with open_store(Path(place)) as store, Mailbox() as mailbox:
            clock = FakeClock()
            listener = bind(ServerSettings(port=0))
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            accounts = AccountSettings(
                url=url,
                sender="tickets@halles.example",
                smtp_host="127.0.0.1",
                smtp_port=mailbox.port,
                smtp_security="none",
            )
            settings = Settings(
                store=StoreSettings(directory=Path(place)),
                accounts=accounts,
                tills=TillSettings(unsigned=True),
            )
            app = build(store, settings, clock)
            quiet = uvicorn.Config(app, lifespan="off", log_level="warning")
            server = uvicorn.Server(quiet)
            key = (await store.keyring.enrol(EDGE, clock.now_ms(), FakeEntropy())).token
            async with (
                asyncio.TaskGroup() as group,
                async_playwright() as play,
                httpx.AsyncClient(base_url=url) as http,
            ):
                serving = group.create_task(server.serve(sockets=[listener]))
                till, browser = Till(http, key), await launch(play)
                await _account(till, browser, url, mailbox, folder / "account.png")
                await _upfront(till, browser, url, folder / "upfront.png")
                await browser.close()
                server.should_exit = True
                await serving


async def _account(
    till: Till, browser: Browser, url: str, mailbox: Mailbox, path: Path
) -> None:
    await till.post(
        [*sold(1, "101"), *sold(3, "102"), *sold(5, "103", "loyalty", CARD)]
    )
    page, seen = await _page(browser), []
    await page.goto(f"{url}/me?lang=fr")
    seen.append(await page.screenshot())
    await page.fill("#address", MARIE)
    await page.click("form .button")
    (mail,) = await mailbox.wait(1, 10)
    link = re.search(r"http://\S+", mail.text)
    assert link is not None
    await page.goto(link[0])
    seen.append(await page.screenshot())
    await page.click("form .button")
    await page.wait_for_selector(".mine")
    seen.append(await page.screenshot())
    await page.click(".mine a")
    await page.wait_for_selector("article.strip")
    seen.append(await page.screenshot())
    _sheet(seen, path)


async def _upfront(till: Till, browser: Browser, url: str, path: Path) -> None:
    await till.post([reserved(10)])
    page, seen = await _page(browser), []
    await page.goto(f"{url}/u/{CODE}?lang=fr")
    seen.append(await page.screenshot())
    await page.click("form .button")
    await page.wait_for_url(re.compile(PAGE))
    seen.append(await page.screenshot())
    sale = issued(11, token=PAGE, receipt_id="r-11", receipt=example())
    await till.post([sale])
    # By itself, as on a phone that is left open.
    await page.wait_for_selector("article.strip", timeout=30_000)
    seen.append(await page.screenshot())
    await page.goto(f"{url}/u/{CODE}?lang=fr")
    seen.append(await page.screenshot())
    _sheet(seen, path)


async def _page(browser: Browser) -> Page:
    context = await browser.new_context(
        viewport={"width": SIZE[0], "height": SIZE[1]},
        locale="fr-FR",
        reduced_motion="reduce",
    )
    return await context.new_page()


def _sheet(seen: Sequence[bytes], path: Path) -> None:
    width, height = SIZE
    sheet = Image.new("RGB", (len(seen) * (width + 12) - 12, height), "#888")
    for at, png in enumerate(seen):
        sheet.paste(Image.open(io.BytesIO(png)).convert("RGB"), (at * (width + 12), 0))
    sheet.quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER))
