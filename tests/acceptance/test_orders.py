"""From a customer who wants to be forgotten to the tills' signed proof, by the commands."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hardware_sim.shop import EDGE, Shop
from tests.acceptance.rig import WAIT_S, patient_shop, ring_up, wait_issued

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

ADDRESS = "marie.curie@gmail.com"


async def command(shop: Shop, module: str, *arguments: str) -> tuple[int, str]:
    """Beside the running programs: exit code, standard output."""
    path = shop.configuration if module == "agent" else shop.folder / "rcu.toml"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments, "--config", str(path)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def until_orders(shop: Shop, status: str) -> str:
    async with asyncio.timeout(WAIT_S):
        while True:
            _, said = await command(shop, "rcu", "orders")
            if f"  {status}" in said:
                return said


def bodies(shop: Shop, receipt: str) -> int:
    """Of the till's records of that receipt, how many still have content."""
    books = shop.folder / "agent" / "agent.db"
    key = bytes.fromhex(receipt.replace("-", ""))
    with closing(sqlite3.connect(f"{books.as_uri()}?mode=ro", uri=True)) as db:
        ask = "SELECT count(body) FROM event WHERE receipt = ?"
        return int(db.execute(ask, (key,)).fetchone()[0])


async def test_who_asks_the_chain_to_be_forgotten_is_forgotten_at_the_till(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop:
        offered, _ = await ring_up(shop)
        receipt = offered["shown"]["id"]
        await shop.counter.choose(receipt, "email", ADDRESS)
        await shop.mailbox.wait(1, WAIT_S)
        await wait_issued(shop, receipt)
        assert bodies(shop, receipt) > 0

        code, said = await command(shop, "rcu", "erase", "--email", ADDRESS)
        assert code == 0, said
        said = await until_orders(shop, "completed")
        assert f"{EDGE}  erasure.order.v1" in said
        assert "receipts=1" in said
        assert bodies(shop, receipt) == 0

        code, said = await command(shop, "rcu", "reconcile", "--json")
        assert (code, json.loads(said)["gaps"]) == (0, [])
        code, said = await command(shop, "agent", "status", "--json")
        assert code == 0
        assert json.loads(said)["rcu_keys"]
        code, _ = await command(shop, "agent", "consent", "verify")
        assert code == 0


async def test_a_till_that_was_off_does_its_orders_before_it_sends(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop:
        offered, _ = await ring_up(shop)
        await wait_issued(shop, offered["shown"]["id"])
        await shop.agent.stop()
        said = ("sync.max_in_flight=1", "--trial", "5")
        code, _ = await command(shop, "rcu", "configure", *said)
        assert code == 0
        await shop.open_agent()
        await until_orders(shop, "completed")
        file = shop.folder / "agent" / "rcu" / "configuration.json"
        now = json.loads(file.read_text())["now"]
        assert now["settings"] == {"sync.max_in_flight": 1}


async def test_a_till_that_is_shut_out_says_so_and_goes_on_printing(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop:
        code, _ = await command(shop, "rcu", "revoke", "--till", EDGE)
        assert code == 0
        await ring_up(shop)
        async with asyncio.timeout(WAIT_S):
            while "does not admit this till" not in shop.agent.said():  # noqa: ASYNC110 -- a log has no bell
                await asyncio.sleep(0.1)
        await ring_up(shop)
