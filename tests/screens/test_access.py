"""Tablets of the shop, over HTTPS: paired by a code, held to their role, shut out."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from agent.screens import certificate, porter, web
from agent.screens.access import COOKIE, STRANGERS_AT_ONCE, VERBS_AT_ONCE
from agent.screens.settings import ScreensSettings
from tests.fakes.clock import FakeClock
from tests.screens.browser import CHROMIUM
from tests.screens.counter import Screens, running
from tests.screens.states import OFFER

OURS = {"X-Receipt-Agent": "1"}
CHOICE = {"receipt": "r-482", "choice": "paper"}


@pytest_asyncio.fixture
async def screens(tmp_path: Path) -> AsyncIterator[Screens]:
    async with running(folder=tmp_path) as up:
        yield up


def client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers=OURS, trust_env=False, verify=False)


async def code_for(till: httpx.AsyncClient, role: str) -> str:
    answer = await till.post("/api/pair/open", json={"role": role, "name": "Tablette"})
    assert answer.status_code == 200
    code: str = answer.json()["offer"]["code"]
    return code


async def paired(
    till: httpx.AsyncClient, tablet: httpx.AsyncClient, role: str
) -> httpx.Response:
    code = await code_for(till, role)
    return await tablet.post("/api/pair/enter", json={"code": code})


async def test_a_stranger_is_shown_where_to_be_paired_and_nothing_else(
    screens: Screens,
) -> None:
    async with client(screens.url_tls) as tablet:
        for path in ("/", "/cashier", "/display", "/it", "/healthz"):
            answer = await tablet.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/pair")
        for path in (
            "/api/snapshot?view=display",
            "/api/events?view=it",
            "/api/devices",
        ):
            assert (await tablet.get(path)).status_code == 401
        for verb in ("choice", "pair/open", "devices/revoke"):
            assert (await tablet.post(f"/api/{verb}", json=CHOICE)).status_code == 401
        page = await tablet.get("/pair")
        assert page.status_code == 200
        assert "http://127.0.0.1" not in page.headers["content-security-policy"]
    assert screens.counter.asked == []


async def test_a_tablet_is_paired_by_the_code_and_held_to_its_role(
    screens: Screens,
) -> None:
    screens.counter.show(OFFER)
    async with client(screens.url) as till, client(screens.url_tls) as tablet:
        answer = await paired(till, tablet, "display")
        assert answer.json() == {"done": True, "role": "display"}
        said = answer.headers["set-cookie"].lower()
        for word in ("secure", "httponly", "samesite=strict", "path=/"):
            assert word in said
        assert said.startswith(f"{COOKIE.lower()}=")
        assert "domain" not in said
        assert (await tablet.get("/")).headers["location"] == "/display"
        assert (await tablet.get("/display")).status_code == 200
        assert (await tablet.get("/cashier")).status_code == 403
        assert (await tablet.get("/it")).status_code == 403
        for view, status in (("display", 200), ("cashier", 403), ("it", 403)):
            got = await tablet.get("/api/snapshot", params={"view": view})
            assert got.status_code == status
        chosen = await tablet.post("/api/choice", json={**CHOICE, "by": "customer"})
        assert chosen.status_code == 200
        for verb, body in (
            ("choice", {**CHOICE, "by": "cashier"}),
            ("reprint", {"receipt": "r-480", "by": "cashier"}),
            ("search", {"query": "42"}),
            ("pair/open", {"role": "it", "name": "x"}),
            ("devices/revoke", {"device": "x"}),
        ):
            assert (await tablet.post(f"/api/{verb}", json=body)).status_code == 403
    assert [each.verb for each in screens.counter.asked] == ["choose"]


async def test_the_ledger_is_told_which_screen_asked(screens: Screens) -> None:
    async with client(screens.url) as till, client(screens.url_tls) as tablet:
        await paired(till, tablet, "cashier")
        body = {"receipt": "r-480", "by": "cashier", "reason": "lost"}
        assert (await tablet.post("/api/reprint", json=body)).status_code == 200
        assert (await till.post("/api/reprint", json=body)).status_code == 200
    device = str(screens.store.kept[0].id)
    assert [each.by for each in screens.counter.asked] == [
        f"cashier:{device}",
        "cashier",
    ]


async def test_a_screen_that_is_revoked_is_out_while_it_listens(
    screens: Screens,
) -> None:
    async with client(screens.url) as till, client(screens.url_tls) as tablet:
        await paired(till, tablet, "display")
        (device,) = (await till.get("/api/devices")).json()["devices"]
        assert (device["role"], device["name"]) == ("display", "Tablette")
        async with tablet.stream("GET", "/api/events?view=display") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 1000"
            body = {"device": device["device"]}
            assert (await till.post("/api/devices/revoke", json=body)).json()["done"]
            async with asyncio.timeout(5):
                assert "event: snapshot" in [line async for line in lines]
        assert (await tablet.get("/api/snapshot?view=display")).status_code == 401
        again = await till.post("/api/devices/revoke", json=body)
        assert (again.status_code, again.json()["code"]) == (409, "gone")


async def test_a_paired_screens_stream_ends_and_is_judged_again(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "PAIRED_FOR_S", 0.1)
    async with client(screens.url) as till, client(screens.url_tls) as tablet:
        await paired(till, tablet, "display")
        for url, agent, ends in (
            ("/api/events?view=display", tablet, True),
            ("/api/events?view=display", till, False),
        ):
            async with agent.stream("GET", url) as stream:
                lines = stream.aiter_lines()
                try:
                    async with asyncio.timeout(0.5 if not ends else 5):
                        assert [line async for line in lines]
                    ended = True
                except TimeoutError:
                    ended = False
            assert ended is ends


async def test_guessing_locks_the_pairing(screens: Screens) -> None:
    async with client(screens.url) as till, client(screens.url_tls) as tablet:
        code = await code_for(till, "it")
        guess = f"{(int(code) + 1) % 10**6:06d}"
        said = [
            (await tablet.post("/api/pair/enter", json={"code": guess})).json()["code"]
            for _ in range(5)
        ]
        assert said == ["wrong"] * 4 + ["locked"]
        right = await tablet.post("/api/pair/enter", json={"code": code})
        assert right.json()["code"] == "locked"
        body = {"role": "it", "name": "x"}
        reopened = await till.post("/api/pair/open", json=body)
        assert reopened.json()["words"]["fr"].startswith("Trop d’essais")
    assert screens.store.kept == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example:{port}"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:{port}"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"X-Receipt-Agent": None}, 403),
        ({"Origin": "https://127.0.0.1:{port}"}, 200),
    ],
)
async def test_a_page_of_elsewhere_cannot_use_the_tablets_cookie(
    screens: Screens, headers: dict[str, Any], status: int
) -> None:
    async with client(screens.url) as till, client(screens.url_tls) as tablet:
        await paired(till, tablet, "display")
        for name, value in headers.items():
            if value is None:
                del tablet.headers[name]
            else:
                tablet.headers[name] = value.format(port=screens.port_tls)
        answer = await tablet.post("/api/choice", json={**CHOICE, "by": "customer"})
        assert answer.status_code == status
    assert len(screens.counter.asked) == (status == 200)


async def test_nobody_of_elsewhere_may_ask_too_often(tmp_path: Path) -> None:
    hold = {"receipt": "r-482"}
    async with (
        running(folder=tmp_path, clock=FakeClock()) as screens,
        client(screens.url) as till,
        client(screens.url_tls) as stranger,
        client(screens.url_tls) as tablet,
    ):
        await paired(till, tablet, "display")
        asked = [
            (await tablet.post("/api/hold", json=hold)).status_code
            for _ in range(VERBS_AT_ONCE + 2)
        ]
        assert asked == [200] * VERBS_AT_ONCE + [429] * 2
        assert (await tablet.get("/display")).status_code == 200  # reading is free
        seen = [
            (await stranger.get("/pair")).status_code
            for _ in range(STRANGERS_AT_ONCE + 1)
        ]
        # One request of a stranger was the pairing.
        assert seen == [200] * (STRANGERS_AT_ONCE - 1) + [429] * 2
        assert (await till.post("/api/hold", json=hold)).status_code == 200


async def test_a_caller_that_says_nothing_takes_no_more_than_its_share(
    screens: Screens,
) -> None:
    calls = []
    for _ in range(porter.CONNECTIONS_EACH + 4):
        call = socket.create_connection(("127.0.0.1", screens.port_tls))
        call.setblocking(False)
        calls.append(call)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(5):
        ended = [await loop.sock_recv(call, 1) for call in calls[-4:]]
    assert ended == [b""] * 4
    for call in calls:
        call.close()
    async with client(screens.url) as till:  # the till's own port is another
        assert (await till.get("/healthz")).status_code == 200


async def test_the_fingerprint_beside_the_code_is_that_of_the_port(
    screens: Screens, tmp_path: Path
) -> None:
    async with client(screens.url) as till:
        said = (await till.get("/api/devices")).json()
    pem = await asyncio.to_thread(
        ssl.get_server_certificate, ("127.0.0.1", screens.port_tls)
    )
    seen = tmp_path / "seen.pem"
    seen.write_text(pem)
    assert said["fingerprint"] == certificate.fingerprint(seen)
    assert said["address"] == f"https://127.0.0.1:{screens.port_tls}"


async def test_the_retailers_certificate_is_shown(tmp_path: Path) -> None:
    crt, key = certificate.own(
        tmp_path / "theirs", ["till.example"], dt.datetime.now(dt.UTC)
    )
    settings = ScreensSettings(certfile=crt, keyfile=key, names=("till.example",))
    async with (
        running(folder=tmp_path, settings=settings) as screens,
        client(screens.url) as till,
        client(screens.url_tls) as tablet,
    ):
        said = (await till.get("/api/devices")).json()
        assert said["fingerprint"] == certificate.fingerprint(crt)
        assert said["address"] == f"https://till.example:{screens.port_tls}"
        tablet.headers["Host"] = f"till.example:{screens.port_tls}"
        assert (await tablet.get("/pair")).status_code == 200
        tablet.headers["Host"] = f"other.example:{screens.port_tls}"
        assert (await tablet.get("/pair")).status_code == 421


async def test_a_certificate_that_is_lost_keeps_tablets_out_and_the_till_in(
    tmp_path: Path,
) -> None:
    settings = ScreensSettings(certfile=tmp_path / "none.crt")
    async with (
        running(folder=tmp_path, settings=settings) as screens,
        client(screens.url) as till,
    ):
        assert (await till.get("/cashier")).status_code == 200
        assert "address" not in (await till.get("/api/devices")).json()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing")
@pytest.mark.asyncio(loop_scope="module")
async def test_two_people_pair_a_tablet_with_their_fingers(
    browser: Browser, tmp_path: Path
) -> None:
    async with running(folder=tmp_path) as screens:
        till = await browser.new_page(locale="fr-FR")
        till.set_default_timeout(5000)
        await till.goto(f"{screens.url}/it")
        await till.locator("#name").fill("Comptoir")
        await till.locator("#role").select_option("display")
        await till.locator("#pair").click()
        await till.locator("#offer").wait_for()
        code = (await till.locator("#offer-code").inner_text()).replace(" ", "")
        outside = await browser.new_context(ignore_https_errors=True)
        tablet = await outside.new_page()
        tablet.set_default_timeout(5000)
        await tablet.goto(screens.url_tls)
        await tablet.wait_for_url("**/pair")
        await tablet.locator("#code").fill("12")
        await tablet.locator("#enter").click()
        assert "six chiffres" in await tablet.locator("#why").inner_text()
        await tablet.locator("#code").fill(code)
        await tablet.keyboard.press("Enter")
        await tablet.wait_for_url("**/display")
        await tablet.locator("#shop").get_by_text("Épicerie Lucie").wait_for()
        revoke = till.locator('#devices button[aria-label="Retirer Comptoir"]')
        await revoke.click()
        await tablet.wait_for_url("**/pair")
        await till.locator("#no-devices").wait_for()
        await outside.close()
        await till.close()
