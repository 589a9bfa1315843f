"""A POS prints a sale once more: one receipt, through a kill of the agent too."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hardware_sim import library_bytes
from hardware_sim.receipts import sale
from hardware_sim.shop import Shop
from tests.acceptance.rig import WAIT_S, patient_shop, ring_up, wait_issued

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]


async def test_a_reprint_is_no_second_receipt_before_and_after_a_kill(
    tmp_path: Path,
) -> None:
    again = library_bytes.encode(sale("restaurant", 1))
    async with patient_shop(tmp_path) as shop:
        now, ticket = await ring_up(shop, seed=1)
        receipt = now["shown"]["id"]
        assert (await shop.pos.play(again)).failure == ""
        await _jobs_settled(shop, 1)
        still = (await shop.counter.snapshot())["shown"]
        assert (still["id"], still["phase"]) == (receipt, "offered")

        await shop.counter.choose(receipt, "qr")
        await shop.agent.stop(signal.SIGKILL)
        await shop.open_agent()
        assert (await shop.pos.play(again)).failure == ""
        (sheet,) = await shop.printer.wait_paper(1, WAIT_S)
        assert "DUPLICATA" in sheet.text
        assert ticket.truth.number in sheet.text

        later, _ = await ring_up(shop, seed=2)
        await wait_issued(shop, later["shown"]["id"])
        assert shop.issued(receipt) == 1
        assert await asyncio.to_thread(_count, shop, "receipt", "1") == 2
        assert await asyncio.to_thread(_count, shop, "paper_of", "part='reprint'") == 2


async def test_a_slip_of_its_own_job_is_with_its_sale_at_the_rcu_after_a_kill(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop:
        now, ticket = await ring_up(shop)
        await shop.agent.stop(signal.SIGKILL)
        await shop.open_agent()
        assert (await shop.pos.play(_slip(ticket.truth.total_cents or 0))).failure == ""
        async with asyncio.timeout(WAIT_S):
            while not (ties := await asyncio.to_thread(_ties, shop)):  # noqa: ASYNC110 -- the books know no bell
                await asyncio.sleep(0.05)
        ((slip, sale_id),) = ties
        assert sale_id == now["shown"]["id"]
        assert shop.issued(slip) == 1


async def test_a_pos_that_pauses_within_a_line_has_made_one_sale(
    tmp_path: Path,
) -> None:
    """Longer than any silence that ends a job: paper is printed, the screen has one."""
    ticket = sale("bakery", 1)
    raw = library_bytes.encode(ticket)
    between = [m.start() + 1 for m in re.finditer(rb"[A-Za-z]{2}", raw)]
    cut = next(at for at in between if at > len(raw) // 2)
    async with patient_shop(tmp_path) as shop:
        _, line = await asyncio.open_connection("127.0.0.1", shop.door)
        line.write(raw[:cut])
        await _jobs_settled(shop, 1, "state='printed'")
        line.write(raw[cut:])
        now = await shop.counter.offered(None, WAIT_S)
        line.close()
        shown = now["shown"]
        assert (shown["number"], shown["total"]) == ("002-10001", "13,20\xa0€")
        await shop.counter.choose(shown["id"], "paper")
        printer = shop.printer
        await printer.wait_until(lambda: raw[cut:-8] in printer.received, WAIT_S, "it")
        assert printer.received.count(raw[:cut]) == 1
        await wait_issued(shop, shown["id"])
        assert await asyncio.to_thread(_count, shop, "receipt", "1") >= 1


def _slip(cents: int) -> bytes:
    """A terminal's, by the POS's printer."""
    amount = f"{cents // 100},{cents % 100:02} EUR"
    lines = [
        *("CARTE BANCAIRE", "SANS CONTACT", "LE 13/07/26 A 17:41:02", "LE BISTROT"),
        *("############4321", "N AUTO : 123456", "MONTANT :", amount, "DEBIT"),
        *("TICKET CLIENT", "A CONSERVER"),
    ]
    return b"\x1b@" + "\n".join([*lines, "", ""]).encode() + b"\x1dV\x00"


def _ties(shop: Shop) -> list[tuple[str, str]]:
    books = shop.folder / "rcu" / "rcu.db"
    with closing(sqlite3.connect(f"{books.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute("SELECT receipt_id, sale_id FROM attached").fetchall()


async def _jobs_settled(
    shop: Shop, count: int, where: str = "state='no_paper'"
) -> None:
    async with asyncio.timeout(WAIT_S):
        while await asyncio.to_thread(_count, shop, "job", where) < count:  # noqa: ASYNC110 -- the books know no bell
            await asyncio.sleep(0.05)


def _count(shop: Shop, table: str, where: str) -> int:
    with sqlite3.connect(f"file:{shop.folder}/agent/agent.db?mode=ro", uri=True) as db:
        (count,) = db.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    db.close()
    return int(count)
