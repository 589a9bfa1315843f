"""Which pages, tools and tills may print over HTTP."""

from __future__ import annotations

import httpx
import pytest

from agent.intake.http_settings import HttpDoorSettings
from hardware_sim.epos_pos import (
    EPSON,
    open_drawer,
)
from tests.intake.http_shop import POS, RECEIPT, shop


async def test_a_page_that_may_print_is_told_so_before_and_with_the_answer() -> None:
    async with shop(origins=(POS,)) as here, here.pos(origin=POS, manner=EPSON) as pos:
        assert await pos.may_print()
        assert (await pos.send(RECEIPT)).success


@pytest.mark.parametrize("origin", ["https://evil.example", "null", POS + ":444"])
async def test_another_page_prints_nothing(origin: str) -> None:
    async with shop(origins=(POS,)) as here, here.pos(origin=origin) as pos:
        assert not await pos.may_print()
        assert not (await pos.send(RECEIPT)).reached
        assert not (await pos.send(open_drawer())).reached
    assert here.desk.jobs == []


async def test_without_origins_only_tools_and_our_own_pages_print() -> None:
    async with shop() as here:
        async with here.pos(origin=POS) as pos:
            assert not (await pos.send(RECEIPT)).reached
        async with here.pos(origin=here.url) as pos:
            assert (await pos.send(RECEIPT)).success
        async with here.pos() as pos:
            assert (await pos.send(RECEIPT)).success


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8008", 200),
        ("[::1]:8008", 200),
        ("printer.shop.example", 200),
        ("printer.shop.example:8008", 200),
        ("rebound.evil.example", 421),
        ("127.0.0.1.evil.example:80", 421),
        ("", 421),
    ],
)
async def test_a_name_that_was_made_to_point_here_is_not_ours(
    host: str, status: int
) -> None:
    async with (
        shop(names=("printer.shop.example",)) as here,
        httpx.AsyncClient(trust_env=False) as http,
    ):
        answer = await http.post(
            f"{here.url}/cgi-bin/epos/service.cgi?devid=local_printer",
            content=RECEIPT,
            headers={"host": host},
        )
    assert answer.status_code == status


async def test_forwarded_headers_make_nobody_a_till() -> None:
    async with shop() as here, httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(
            f"{here.url}/cgi-bin/epos/service.cgi?devid=local_printer",
            content=RECEIPT,
            headers={"x-forwarded-for": "10.9.9.9", "x-forwarded-proto": "https"},
        )
    assert answer.status_code == 200


async def test_a_header_that_comes_twice_is_refused() -> None:
    async with shop(origins=(POS,)) as here, httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(
            f"{here.url}/cgi-bin/epos/service.cgi?devid=local_printer",
            content=RECEIPT,
            headers=[("origin", POS), ("origin", "https://evil.example")],
        )
    assert answer.status_code == 400


async def test_a_stranger_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpDoorSettings, "admits", lambda _self, _source: False)
    async with shop() as here:
        with pytest.raises(httpx.HTTPError):
            async with httpx.AsyncClient(trust_env=False) as http:
                await http.get(here.url)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_printing_is_a_post(method: str) -> None:
    async with shop() as here, httpx.AsyncClient(trust_env=False) as http:
        url = f"{here.url}/cgi-bin/epos/service.cgi?devid=local_printer"
        assert (await http.request(method, url)).status_code == 405
        assert (await http.post(f"{here.url}/")).status_code == 404


async def test_a_refused_request_ends_its_connection_and_a_good_one_does_not() -> None:
    async with shop() as here, httpx.AsyncClient(trust_env=False) as http:
        url = f"{here.url}/cgi-bin/epos/service.cgi?devid=local_printer"
        good = await http.post(url, content=RECEIPT)
        refused = await http.post(url, content=RECEIPT, headers={"origin": POS})
    assert "connection" not in good.headers
    assert refused.headers["connection"] == "close"
