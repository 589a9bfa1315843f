"""A receipt by SMS in the whole house: to a gateway, by a modem, and back to paper."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.intake.listening import listening
from hardware_sim.gateways import Gateways, Weather
from hardware_sim.modem import Modem
from tests.delivery.sms_rigs import http_section
from tests.house.test_paper_wins import RECEIPT, Till, till
from tests.store.builders import leave_key, opened

TYPED, NUMBER, MASK = "06 12 34 56 78", "+33612345678", "06 •• •• •• 78"


@dataclass
class Counter:
    here: Till
    screens: httpx.AsyncClient

    async def shown(self) -> dict[str, Any]:
        answer = await self.screens.get("/api/snapshot", params={"view": "cashier"})
        found: dict[str, Any] = answer.json()
        return found

    async def until(self, seen: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        found = {}
        try:
            async with asyncio.timeout(20):
                while not seen(found := await self.shown()):  # noqa: ASYNC110 -- a screen
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(json.dumps(found, ensure_ascii=False)) from None
        return found

    async def sells_by_sms(self) -> None:
        await self.here.send(RECEIPT)
        found = await self.until(lambda seen: seen["shown"])
        asked = {
            "receipt": found["shown"]["id"],
            "choice": "sms",
            "contact": TYPED,
            "by": "cashier",
        }
        answer = await self.screens.post("/api/choice", json=asked)
        assert answer.is_success, answer.text

    async def says(self, words: str) -> dict[str, Any]:
        """Somewhere on the cashier's screen."""
        return await self.until(
            lambda seen: words in json.dumps(seen, ensure_ascii=False)
        )


@asynccontextmanager
async def counter(tmp_path: Path, sms: Mapping[str, Any]) -> AsyncGenerator[Counter]:
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    (tmp_path / "token").write_text("abc\n")
    leave_key(tmp_path / "state")  # the tests read its log afterwards
    also: dict[str, Mapping[str, Any]] = {
        "screens": {"listen": f"127.0.0.1:{port}"},
        "sync": {"url": "http://127.0.0.1:9", "token_file": str(tmp_path / "token")},
        "sms": sms,
    }
    url = f"http://127.0.0.1:{port}"
    async with (
        till(tmp_path, window_s=60, also=also) as here,
        httpx.AsyncClient(base_url=url, headers={"X-Receipt-Agent": "1"}) as screens,
    ):
        yield Counter(here, screens)


async def test_the_link_goes_out_and_the_screen_says_so(tmp_path: Path) -> None:
    async with (
        Gateways() as gateways,
        counter(tmp_path, way(gateways, tmp_path)) as at,
    ):
        await at.sells_by_sms()
        found = await at.says("SMS envoyé")
        assert MASK in json.dumps(found, ensure_ascii=False)
        (taken,) = gateways.taken
        assert taken.number == NUMBER
        assert taken.text.startswith(
            "Le Comptoir des Halles : votre ticket https://tickets.example/r/"
        )
        assert "3,50" not in taken.text
        assert at.here.printer.paper == b""
    assert await written(tmp_path) == [("sms", "delivered", "id000001")]


async def test_a_number_that_is_refused_gets_its_paper(tmp_path: Path) -> None:
    async with (
        Gateways() as gateways,
        counter(tmp_path, way(gateways, tmp_path)) as at,
    ):
        gateways.weather = Weather(status=422)
        await at.sells_by_sms()
        await printed(at.here)
        await at.says("SMS refusé")
        assert gateways.taken == []
    assert ("sms", "refused", "sms_refused:422") in await written(tmp_path)


async def test_without_network_it_waits_and_the_screen_does_not_say_sent(
    tmp_path: Path,
) -> None:
    async with Gateways() as gateways:
        section = way(gateways, tmp_path)
        await gateways.shut()
        async with counter(tmp_path, section) as at:
            await at.sells_by_sms()
            found = await at.says("partira dès le retour du réseau")
            assert "SMS envoyé" not in json.dumps(found, ensure_ascii=False)
            await gateways.open()
            await at.says("SMS envoyé")
            assert len(gateways.taken) == 1
            assert at.here.printer.paper == b""


async def test_a_gateway_that_takes_it_and_breaks_off_sends_one(tmp_path: Path) -> None:
    async with (
        Gateways() as gateways,
        counter(tmp_path, way(gateways, tmp_path, idempotent=True)) as at,
    ):
        gateways.weather = Weather(cut="after")
        await at.sells_by_sms()
        await at.until(lambda _: gateways.taken)
        gateways.weather = Weather()
        await at.says("SMS envoyé")
        assert len(gateways.taken) == 1


async def test_twice_in_doubt_where_nobody_can_tell_is_paper(tmp_path: Path) -> None:
    async with (
        Gateways() as gateways,
        counter(tmp_path, way(gateways, tmp_path)) as at,
    ):
        gateways.weather = Weather(cut="before")
        await at.sells_by_sms()
        await printed(at.here)
        assert len(gateways.requests) == 2


async def test_a_modem_that_is_plugged_in_late(tmp_path: Path) -> None:
    modem = Modem(tmp_path)
    section = {"way": "modem", "modem": {"device": str(modem.path)}}
    async with counter(tmp_path, section) as at:
        await at.sells_by_sms()
        await at.says("partira dès le retour du réseau")
        async with modem:
            await at.says("SMS envoyé")
            assert [message.number for message in modem.sent] == [NUMBER]


async def test_a_secret_that_is_missing_costs_the_channel_and_no_receipt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        Gateways() as gateways,
        counter(tmp_path, way(gateways, tmp_path, secret_file="/nowhere")) as at,
    ):
        await at.here.send(RECEIPT)
        found = await at.until(lambda seen: seen["shown"])
        paper = {"receipt": found["shown"]["id"], "choice": "paper", "by": "cashier"}
        await at.screens.post("/api/choice", json=paper)
        await at.here.paper(RECEIPT)
    assert "no SMS is sent: sms.http.secret_file" in caplog.text


def way(gateways: Gateways, folder: Path, **changes: Any) -> dict[str, Any]:
    return {"way": "http", "http": http_section(gateways.url, folder, **changes)}


async def printed(here: Till) -> None:
    """The receipt, with the mark of what had been promised another way."""
    async with asyncio.timeout(20):
        while not here.printer.paper.endswith(b"\x1dV\x00"):  # noqa: ASYNC110 -- a device
            await asyncio.sleep(0.02)
    assert here.printer.paper.count(b"TOTAL TTC") == 1
    assert b"DUPLICATA" in here.printer.paper


async def written(tmp_path: Path) -> list[tuple[str, str, str]]:
    """What the log says of deliveries; the number stands in none of it."""
    found = []
    async with opened(tmp_path / "state") as store:
        for logged in await store.entries_after(0, 99, 1 << 20):
            if logged.entry.type == "delivery.status.v1":
                assert NUMBER.encode() not in logged.entry.body
                said = json.loads(logged.entry.body)
                found.append((said["channel"], said["state"], said["detail"]))
    return found
