"""A page in Chromium that prints by ``fetch``: what CORS lets it, no more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from hardware_sim import browser
from hardware_sim.browser import Glass
from hardware_sim.epos_pos import SERVICE, envelope, receipt_as_text
from tests.clients.place import Place
from tests.clients.said import Said

PULSE = '<pulse drawer="drawer_1" time="pulse_300"/>'
HELLO = b"<!doctype html><title>POS</title>"
SEND = """async ([url, bodies]) => {
  const headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'};
  const said = [];
  for (const body of bodies) try {
    const answer = await (await fetch(url, {method: "POST", body, headers})).text();
    const found = new DOMParser().parseFromString(answer, "application/xml");
    const response = found.querySelector("response");
    said.push(response.getAttribute("success") == "true" ? "" : response.getAttribute("code"));
  } catch (error) { said.push(String(error).split(":")[0]); }
  return said;
}"""


@cache
def why_no_browser() -> str:
    if browser.find() is None:
        return "no Chromium here: apt-get install chromium libatomic1"
    return ""


@asynccontextmanager
async def page() -> AsyncIterator[tuple[str, Glass | None]]:
    """The origin of a POS's page and the page; without Chromium, none."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, browser.open_browser() as chromium:
        glass = None if chromium is None else await chromium.open(origin, 800, 600)
        yield origin, glass


async def epos(place: Place) -> Said:
    """The drawer and the receipt, each with its preflight."""
    assert place.page is not None
    since_s = time.monotonic()
    url = f"{place.way.url}{SERVICE}?devid=local_printer&timeout=10000"
    bodies = [envelope(PULSE).decode(), receipt_as_text(place.lines).decode()]
    drawer, printed = await place.page.tab.evaluate(SEND, [url, bodies])
    took_s = time.monotonic() - since_s
    done = printed or "printed"
    return Said(f"drawer {drawer or 'ok'}", done, int(bool(printed)), took_s)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n"
    writer.write(head + b"content-length: %d\r\n\r\n" % len(HELLO) + HELLO)
    await writer.drain()
    writer.close()
