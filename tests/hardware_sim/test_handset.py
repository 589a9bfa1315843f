"""The phone of the shop's page, over a site that changes its mind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from hardware_sim import handset as device
from hardware_sim.handset import Handset

AGAIN_S = 0.01
WAIT_S = 10.0
PATH = "/r/DFY3YVNSPFMRC2GAINYFAY2GHI"


class Site:
    """Answers with ``status``; 0 hangs up."""

    def __init__(self) -> None:
        self.status = 404
        self.asked = 0
        self.url = ""
        self.on = True

    async def meet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        if self.status:
            writer.write(
                f"HTTP/1.1 {self.status} X\r\nContent-Length: 0\r\n"
                "Connection: close\r\n\r\n".encode()
            )
            await writer.drain()
        writer.close()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not true():  # noqa: ASYNC110 -- another task's counter has no bell
                await asyncio.sleep(AGAIN_S)


@asynccontextmanager
async def held() -> AsyncIterator[tuple[Site, Handset, list[int]]]:
    """A site, a phone that is looked at, and the turns that its page was told."""
    site, turns = Site(), list[int]()
    server = await asyncio.start_server(site.meet, "127.0.0.1", 0)
    async with server, asyncio.TaskGroup() as group:
        site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        phone = Handset(
            site.url, lambda: site.on, lambda: turns.append(phone.turn), AGAIN_S
        )
        running = group.create_task(phone.run())
        yield site, phone, turns
        running.cancel()


async def test_a_receipt_on_its_way_is_opened_again_when_it_is_there() -> None:
    async with held() as (site, phone, turns):
        await phone.look(PATH)
        await site.until(lambda: site.asked > 3)
        assert turns == [1]  # the same page is not drawn again
        site.status = 200
        await site.until(lambda: phone.status == 200)
        assert turns == [1, 2]
        asked = site.asked
        await asyncio.sleep(5 * AGAIN_S)
        assert site.asked == asked


async def test_nobody_is_asked_while_the_service_is_off() -> None:
    async with held() as (site, phone, _):
        site.on, site.status = False, 0
        await phone.look(PATH)
        assert phone.status is None
        asked = site.asked
        await asyncio.sleep(5 * AGAIN_S)
        assert site.asked == asked
        site.on, site.status = True, 200
        phone.hope()
        await site.until(lambda: phone.status == 200)


async def test_it_gives_up_and_hopes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "AGAIN_TIMES", 5)
    async with held() as (site, phone, _):
        await phone.look(PATH)
        await site.until(lambda: site.asked == 6)
        await asyncio.sleep(5 * AGAIN_S)
        assert site.asked == 6
        site.status = 200
        phone.hope()
        await site.until(lambda: phone.status == 200)


async def test_without_a_page_it_says_why() -> None:
    async with held() as (site, phone, turns):
        phone.say("Aucun QR code à l’écran", "No QR code on the display")
        await asyncio.sleep(3 * AGAIN_S)
        assert (phone.path, phone.en, turns) == ("", "No QR code on the display", [1])
        assert site.asked == 0
