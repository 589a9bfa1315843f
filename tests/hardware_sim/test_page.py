"""The shop's page over a shop whose agent and RCU are small fakes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hardware_sim.counter import Counter
from hardware_sim.customer import Customer
from hardware_sim.day import BUTTONS, Day
from hardware_sim.page import Page, door
from hardware_sim.shop import Shop

WAIT_S = 10.0


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Day, httpx.AsyncClient]]:
    """A page over devices that are switched on, with nobody behind the printer port."""
    shop = Shop(folder)
    async with shop.furnished(), Counter(shop.counter.url) as counter:
        day = Day(shop, Customer(counter, None), every_s=600.0)
        day.by_clock = False
        page = Page(day, door(0))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(page.run()), group.create_task(day.run())]
            async with httpx.AsyncClient(base_url=page.url, trust_env=False) as http:
                yield day, http
            for task in tasks:
                task.cancel()


async def pictures(http: httpx.AsyncClient) -> AsyncIterator[dict[str, Any]]:
    async with http.stream("GET", "/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


async def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, http):
        home = await http.get("/")
        assert home.status_code == 200
        assert "http" not in home.text
        for name in ("shop.css", "shop.js", "fonts/inter-regular.woff2"):
            assert f"/static/{name}" in home.text or name.startswith("fonts")
            assert (await http.get(f"/static/{name}")).status_code == 200
        assert (await http.get("/static/../cli.py")).status_code == 404
        policy = home.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'")


async def test_orders_come_from_the_page_itself_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as (day, http):
        order = {"what": "turn", "switch": "paper_out", "on": True}
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            assert (
                await http.post("/do", json=order, headers=headers)
            ).status_code == 403
        assert not day.shop.printer.switches.paper_out
        assert (await http.post("/do", json=order)).status_code == 204
        assert day.shop.printer.switches.paper_out


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"what": "rob"}', 400),
        (b'{"what": {}}', 400),
        (b'{"what": "turn", "switch": "wall", "on": true}', 204),
        (b'{"what": "sell", "kind": ["x"]}', 204),
        (b" " * 2000, 413),
    ],
)
async def test_nonsense_is_turned_away(
    tmp_path: Path, body: bytes, status: int
) -> None:
    async with opened(tmp_path) as (day, http):
        before = day.picture()
        assert (await http.post("/do", content=body)).status_code == status
        assert day.picture() == before


async def test_every_change_is_told_and_a_new_page_learns_all(tmp_path: Path) -> None:
    async with opened(tmp_path) as (day, http), asyncio.timeout(WAIT_S):
        stream = pictures(http)
        first = await anext(stream)
        assert first["printer"]["cover_open"] is False
        day.turn("cover_open", on=True)
        assert (await anext(stream))["printer"]["cover_open"] is True
        assert (await anext(pictures(http)))["printer"]["cover_open"] is True


async def test_a_printed_sheet_is_shown_as_a_picture(tmp_path: Path) -> None:
    async with opened(tmp_path) as (day, http), asyncio.timeout(WAIT_S):
        _, writer = await asyncio.open_connection("127.0.0.1", day.shop.printer.port)
        writer.write(b"\x1b@Bonjour\n\n\x1dV\x00")
        await writer.drain()
        writer.close()
        while not day.papers:
            await day.changed()
        (number,) = day.picture()["sheets"]
        sheet = await http.get(f"/sheet/{number}.png")
        assert sheet.content.startswith(b"\x89PNG")
        assert (await http.get("/sheet/99.png")).status_code == 404


async def test_a_message_is_shown_in_a_sandbox(tmp_path: Path) -> None:
    async with opened(tmp_path) as (day, http), asyncio.timeout(WAIT_S):
        _, writer = await asyncio.open_connection("127.0.0.1", day.shop.mailbox.port)
        writer.write(
            b"HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"
            b"Subject: Votre ticket\r\nContent-Type: text/html\r\n\r\n"
            b"<script>top.location='x'</script><b>12,90</b>\r\n.\r\nQUIT\r\n"
        )
        while not day.picture()["mail"]:
            await day.changed()
        writer.close()
        (mail,) = day.picture()["mail"]
        assert (mail["subject"], mail["to"]) == ("Votre ticket", "c@d.example")
        shown = await http.get(f"/mail/{mail['number']}")
        assert "<b>12,90</b>" in shown.text
        assert shown.headers["content-security-policy"].startswith("sandbox; default")
        assert (await http.get("/mail/7")).status_code == 404


async def test_a_sale_that_cannot_be_printed_is_in_the_diary(tmp_path: Path) -> None:
    async with opened(tmp_path) as (day, http):
        await http.post("/do", json={"what": "sell", "kind": "card"})
        lines = [line["fr"] for line in day.picture()["diary"]]
    assert len([line for line in lines if line.startswith("Ticket carte")]) == 2
    assert "La caisse n’a pas pu imprimer\u00a0: personne ne répond" in lines
    assert "card" in BUTTONS


async def test_the_diary_is_set_like_print(tmp_path: Path) -> None:
    async with opened(tmp_path) as (day, _):
        await day.sell("fashion", "refund")
        told = {line["en"]: line["fr"] for line in day.picture()["diary"]}
    assert re.fullmatch(
        "Vente\u00a0: Atelier Presqu’île, [\\d\u00a0]+,\\d\\d\u00a0€", told["Sale"]
    )
    assert re.fullmatch("Avoir, \u2212[\\d\u00a0]+,\\d\\d\u00a0€", told["Refund"])


async def test_a_phone_without_network_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, http):
        shown = await http.get("/phone/r/DFY3YVNSPFMRC2GAINYFAY2GHI")
    assert "Page injoignable" in shown.text
    assert shown.headers["content-security-policy"].startswith("sandbox")
