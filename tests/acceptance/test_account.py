"""From a card at the counter to « mes tickets »: a mailed link, a proof, the next receipts."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from hardware_sim.gateways import Gateways
from hardware_sim.shop import Shop
from hardware_sim.tickets import Ticket
from tests.acceptance.rig import (
    PATIENT_S,
    WAIT_S,
    patient_shop,
    ring_up,
    wait_issued,
)
from tests.delivery.sms_rigs import http_section

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

CARD, OTHER = "2000000000008", "2000000000015"
MOBILE = "+33612345678"
MARIE = "marie.curie@gmail.com"


async def test_a_card_s_receipts_are_found_and_the_till_hears_of_each(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop:
        await with_accounts(shop)
        async with (
            httpx.AsyncClient(base_url=shop.rcu_url) as marie,
            httpx.AsyncClient(
                base_url=shop.counter.url, headers={"X-Receipt-Agent": "1"}
            ) as till,
        ):
            # Nobody has an account yet: paper, and the till says so.
            first, ticket = await sold(shop, till, CARD)
            await choose(till, first, "account")
            shown = await until(shop, first, "paper")
            assert states(shown) == [("account", "failed"), ("paper", "done")]

            await enter(shop, marie)
            day = day_of(shop, first)
            cents = ticket.truth.total_cents or 0
            proof = {"number": CARD, "total": f"{cents / 100:.2f}", "day": day}
            assert (await marie.post("/me/cards", data=proof)).status_code == 303
            assert f"/me/r/{first}" in (await marie.get("/me")).text

            second, _ = await sold(shop, till, CARD)
            await choose(till, second, "account")
            shown = await until(shop, second, "account")
            assert states(shown) == [("account", "done")]
            assert f"/me/r/{second}" in (await marie.get("/me")).text

            third, _ = await sold(shop, till, OTHER)
            await choose(till, third, "account")
            shown = await until(shop, third, "paper")
            assert f"/me/r/{third}" not in (await marie.get("/me")).text
            assert MARIE not in shop.rcu.said() + shop.agent.said()


async def test_whoever_has_only_a_telephone_comes_in_by_the_link_of_a_message(
    tmp_path: Path,
) -> None:
    async with Gateways() as gateways:
        folder = tmp_path / "shop"
        section = sms_section(gateways, tmp_path)
        async with Shop(folder, window_s=PATIENT_S, more=section) as shop:
            await with_accounts(shop)
            async with (
                httpx.AsyncClient(base_url=shop.rcu_url) as phone,
                httpx.AsyncClient(
                    base_url=shop.counter.url, headers={"X-Receipt-Agent": "1"}
                ) as till,
            ):
                first = await by_sms(shop, till)
                link = re.search(
                    r"https?://[^/ ]+(/r/[A-Z2-7]{26}\?s=[A-Z2-7]{16})",
                    gateways.taken[0].text,
                )
                assert link is not None
                page = (await phone.get(link[1])).text
                door = re.search(r'href="(/me/in/[A-Z2-7]{16}\?lang=[a-z]+)"', page)
                assert door is not None
                assert (await phone.post(door[1])).status_code == 303
                assert f"/me/r/{first}" in (await phone.get("/me")).text

                # From now on what is sent to the number is there by itself.
                second = await by_sms(shop, till)
                assert f"/me/r/{second}" in (await phone.get("/me")).text
                assert MOBILE not in shop.rcu.said() + shop.agent.said()


def sms_section(gateways: Gateways, folder: Path) -> str:
    said = {"way": "http", "http": http_section(gateways.url, folder)}
    return f"\n[sms]\n{toml(said)}"


def toml(said: Mapping[str, Any]) -> str:
    """Of strings and tables: JSON's strings are TOML's."""
    lines = [
        f"{name} = {{ {', '.join(toml(value).splitlines())} }}"
        if isinstance(value, Mapping)
        else f"{name} = {json.dumps(str(value))}"
        for name, value in said.items()
    ]
    return "\n".join(lines)


async def by_sms(shop: Shop, till: httpx.AsyncClient) -> str:
    """A sale whose customer gives a telephone number; its receipt."""
    offered, _ = await ring_up(shop)
    receipt = str(offered["shown"]["id"])
    await wait_issued(shop, receipt)
    said = {"receipt": receipt, "choice": "sms", "contact": MOBILE, "by": "customer"}
    (await till.post("/api/choice", json=said)).raise_for_status()
    await until(shop, receipt, "sms")
    await wait_said(shop, receipt, "proof.sent.v1")
    return receipt


async def wait_said(shop: Shop, receipt: str, kind: str) -> None:
    """Until the RCU's books have it."""
    books = f"{(shop.folder / 'rcu' / 'rcu.db').as_uri()}?mode=ro"
    asked = "SELECT count(*) FROM event WHERE receipt_id = ? AND type = ?"
    async with asyncio.timeout(WAIT_S):
        while True:
            with closing(sqlite3.connect(books, uri=True)) as db:
                if db.execute(asked, (receipt, kind)).fetchone()[0]:
                    return
            await asyncio.sleep(0.05)


async def with_accounts(shop: Shop) -> None:
    await shop.rcu.stop()
    said = (
        f'\n[accounts]\nurl = "{shop.rcu_url}"\nsender = "tickets@halles.example"\n'
        f'smtp_host = "127.0.0.1"\nsmtp_port = {shop.mailbox.port}\n'
        'smtp_security = "none"\n'
    )
    with (shop.folder / "rcu.toml").open("a") as file:
        file.write(said)
    await shop.open_rcu()


async def sold(shop: Shop, till: httpx.AsyncClient, card: str) -> tuple[str, Ticket]:
    """The card first, then the goods."""
    shown = await till.post("/api/identify", json={"value": card})
    assert shown.status_code < 300, shown.text
    offered, ticket = await ring_up(shop)
    receipt = str(offered["shown"]["id"])
    await wait_issued(shop, receipt)
    return receipt, ticket


async def choose(till: httpx.AsyncClient, receipt: str, choice: str) -> None:
    said = {"receipt": receipt, "choice": choice, "by": "customer"}
    (await till.post("/api/choice", json=said)).raise_for_status()


async def until(shop: Shop, receipt: str, channel: str) -> dict[str, Any]:
    """That channel has brought it."""
    async with asyncio.timeout(WAIT_S):
        while True:
            shown: dict[str, Any] = (await shop.counter.snapshot())["shown"]
            assert shown["id"] == receipt
            if (channel, "done") in states(shown):
                return shown
            await asyncio.sleep(0.05)


def states(shown: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["channel"], each["state"]) for each in shown["states"]]


async def enter(shop: Shop, marie: httpx.AsyncClient) -> None:
    await marie.post("/me/in?lang=fr", data={"address": MARIE})
    mails = await shop.mailbox.wait(shop.mailbox.taken or 1, WAIT_S)
    link = re.search(r"/me/in/[A-Z2-7]{26}\?lang=fr", mails[-1].text)
    assert link is not None
    assert (await marie.post(link[0])).status_code == 303


def day_of(shop: Shop, receipt: str) -> str:
    """As the paper has it, by the RCU's books."""
    books = f"{(shop.folder / 'rcu' / 'rcu.db').as_uri()}?mode=ro"
    asked = (
        "SELECT json_extract(CAST(body AS TEXT), '$.date') FROM receipt"
        " WHERE receipt_id = ?"
    )
    with closing(sqlite3.connect(books, uri=True)) as db:
        (day,) = db.execute(asked, (receipt,)).fetchone()
    return str(day)
