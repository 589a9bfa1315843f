"""A page in a real Chromium prints: what it is allowed to is the browser's to judge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, async_playwright

from agent.intake.listening import listening
from hardware_sim.epos_pos import envelope, open_drawer, receipt_as_picture
from tests.intake.http_shop import shop
from tests.screens.browser import launch

HELLO = b"<!doctype html><title>POS</title>"
SEND = """async ([url, body, headers]) => {
  try {
    const said = await (await fetch(url, {method: "POST", body, headers})).text();
    const found = new DOMParser().parseFromString(said, "application/xml");
    const response = found.querySelector("response");
    return ["success", "code", "status"].map((name) => response.getAttribute(name));
  } catch (error) { return String(error); }
}"""
"""Reads the answer in the way of Odoo's ``sendPrintingJob``."""


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n"
    writer.write(head + b"content-length: %d\r\n\r\n" % len(HELLO) + HELLO)
    await writer.drain()
    writer.close()


@asynccontextmanager
async def page() -> AsyncGenerator[tuple[str, Page]]:
    """A POS's page, and the origin that it has."""
    port = listening("127.0.0.1", 0)
    origin = f"http://127.0.0.1:{port.getsockname()[1]}"
    async with (
        await asyncio.start_server(_serve, sock=port),
        async_playwright() as play,
    ):
        browser = await launch(play)
        tab = await browser.new_page()
        await tab.goto(origin)
        yield origin, tab
        await browser.close()


async def sent(tab: Page, url: str, body: bytes, **headers: str) -> Any:
    at = f"{url}/cgi-bin/epos/service.cgi?devid=local_printer&timeout=10000"
    return await tab.evaluate(SEND, [at, body.decode(), headers])


async def test_a_page_of_a_named_origin_prints_and_reads_the_answer() -> None:
    async with page() as (origin, tab), shop(origins=(origin,)) as here:
        picture = receipt_as_picture(64, 8, bytes(64))
        well = ["true", "", "251658262"]
        assert await sent(tab, here.url, picture) == well
        assert await sent(tab, here.url, open_drawer()) == well
        asking = {"SOAPAction": '""', "Content-Type": "text/xml; charset=utf-8"}
        asking["If-Modified-Since"] = "Thu, 01 Jan 1970 00:00:00 GMT"
        assert await sent(tab, here.url, picture, **asking) == well
        wrong = ["false", "SchemaError", "0"]
        assert await sent(tab, here.url, envelope("<txt/>")) == wrong
    assert len(here.desk.jobs) == 3


async def test_any_other_page_neither_prints_nor_opens_the_drawer() -> None:
    async with page() as (_, tab), shop(origins=("https://pos.example",)) as here:
        assert "TypeError" in await sent(tab, here.url, open_drawer())
        asking = {"SOAPAction": '""'}
        assert "TypeError" in await sent(tab, here.url, open_drawer(), **asking)
    assert here.desk.jobs == []
