"""From an address on the screen to a proof that store IT and the RCU can check."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from hardware_sim.shop import Shop
from tests.acceptance.rig import WAIT_S, patient_shop, ring_up, wait_issued

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

ADDRESS = "marie.curie@gmail.com"


async def agent(shop: Shop, *arguments: str) -> tuple[int, str]:
    """A command beside the running agent: its exit code and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent", *arguments),
        *("--config", str(shop.configuration)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def at_rcu(shop: Shop, question: str) -> list[tuple[str, ...]]:
    books = shop.folder / "rcu" / "rcu.db"
    with closing(sqlite3.connect(f"{books.as_uri()}?mode=ro", uri=True)) as db:
        return [tuple(map(str, row)) for row in db.execute(question)]


async def until(shop: Shop, question: str, count: int) -> list[tuple[str, ...]]:
    async with asyncio.timeout(WAIT_S):
        while len(found := await asyncio.to_thread(at_rcu, shop, question)) < count:  # noqa: ASYNC110 -- the books know no bell
            await asyncio.sleep(0.05)
    return found


async def test_an_address_leaves_a_proof_and_can_be_taken_back(tmp_path: Path) -> None:
    async with patient_shop(tmp_path) as shop:
        offered, _ = await ring_up(shop)
        receipt = offered["shown"]["id"]
        await shop.counter.choose(receipt, "email", ADDRESS)
        await shop.mailbox.wait(1, WAIT_S)
        await wait_issued(shop, receipt)

        code, said = await agent(shop, "consent", "verify", "--lang", "en")
        assert code == 0, said
        assert "1 record" in said
        assert "signatures: 1 good" in said
        code, said = await agent(shop, "keys", "list")
        assert (code, len(said.splitlines())) == (0, 4)

        asked = "SELECT record FROM consent WHERE record <> ''"
        ((record,),) = await until(shop, asked, 1)
        given = json.loads(record)
        assert (given["receipt"], given["method"]) == (receipt, "customer_screen")
        assert "marie" not in record

        code, said = await agent(shop, "consent", "withdraw", ADDRESS, "--lang", "en")
        assert code == 0, said
        assert "takes it up" in said
        records = await until(shop, asked, 2)
        back = json.loads(records[1][0])
        assert (back["decision"], back["subject"]) == ("withdrawn", given["subject"])
        code, said = await agent(shop, "consent", "verify", "--lang", "en")
        assert code == 0, said
        assert "2 records" in said

        # Whom the mail reached by mistake.
        (mail,) = shop.mailbox.messages
        link = next(line for line in mail.text.splitlines() if line.endswith("/not-me"))
        async with httpx.AsyncClient() as browser:
            assert (await browser.get(link)).status_code == 200
            assert (await browser.post(link)).status_code == 200
        linked = "SELECT kind FROM identifier WHERE unlinked_ms IS NULL"
        assert await asyncio.to_thread(at_rcu, shop, linked) == []
        assert ADDRESS not in shop.agent.said() + shop.rcu.said()
