"""The real daemon with every door open: a sale by each is offered at the counter."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from pathlib import Path

import httpx
import pytest

from hardware_sim import library_bytes
from hardware_sim.epos_pos import EposPos, receipt_as_text
from hardware_sim.pos import Manner, Pos
from hardware_sim.receipts import sale
from tests.acceptance.rig import WAIT_S
from tests.clients.place import DOORS, Door, Way
from tests.clients.till import open_till

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

STAR = b"\x1b@EPICERIE LUCIE\nPAIN            3,20\nTOTAL           3,20\n\x1bd\x02"
LINES = ["EPICERIE LUCIE", "PAIN                3,20", "TOTAL EUR           3,20"]
SEEDS = count()
"""Another sale at each door: the same one again would be no second receipt."""


def a_sale() -> bytes:
    return library_bytes.encode(sale("restaurant", next(SEEDS)))


async def by_tcp(way: Way) -> None:
    await _play(way, a_sale())


async def by_star(way: Way) -> None:
    await _play(way, STAR)


async def by_file(way: Way) -> None:
    """A serial line or a FIFO: opened, written, closed."""
    await asyncio.to_thread(_write_all, way.tty, a_sale())


async def by_folder(way: Way) -> None:
    part = way.path / "1.part"
    await asyncio.to_thread(part.write_bytes, a_sale())
    await asyncio.to_thread(part.rename, way.path / "1.bin")


async def by_epos(way: Way) -> None:
    async with EposPos(way.url) as pos:
        answer = await pos.send(receipt_as_text(LINES))
    assert answer.success, answer


async def by_json(way: Way) -> None:
    job = {"raw": base64.b64encode(a_sale()).decode()}
    head = {
        "authorization": f"Bearer {way.token}",
        "content-type": "application/json",
    }
    async with httpx.AsyncClient(trust_env=False, verify=False, timeout=WAIT_S) as http:
        url = f"{way.url}/api/print"
        answer = await http.post(url, content=json.dumps(job), headers=head)
    assert answer.status_code == 200, answer.text


SELL: Mapping[Door, Callable[[Way], Awaitable[None]]] = {
    "tcp": by_tcp,
    "star": by_star,
    "serial": by_file,
    "device": by_file,
    "folder": by_folder,
    "epos": by_epos,
    "json": by_json,
}


async def test_a_sale_by_every_door_is_offered(tmp_path: Path) -> None:
    assert set(SELL) == set(DOORS)
    async with open_till(tmp_path / "till", "holding") as till:
        assert till.counter is not None
        for door, sell in SELL.items():
            before = await till.shown()
            await sell(till.ways[door])
            now = await till.counter.offered(before, WAIT_S)
            assert now["shown"]["kind"] == "sale", door
            assert now["shown"]["total"], door
        assert till.printer.papers == []


async def test_without_holding_a_job_is_on_paper_and_issued(tmp_path: Path) -> None:
    raw = a_sale()
    async with open_till(tmp_path / "till", "pass-through") as till:
        assert till.counter is not None
        await _play(till.ways["tcp"], raw)
        printed = await till.printer.wait_printed(len(raw), WAIT_S)
        assert printed == raw
        listed = await till.counter.until(
            lambda now: bool(now["recent"]), WAIT_S, "receipt in the list"
        )
        assert listed["shown"] is None
        # Nothing is printed a second time for being understood.
        await asyncio.sleep(0.5)
        assert bytes(till.printer.paper_bytes) == raw


async def _play(way: Way, raw: bytes) -> None:
    pos = Pos(way.host, way.port, Manner(deadline_s=WAIT_S))
    assert (await pos.play(raw)).failure == ""


def _write_all(path: Path, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_NOCTTY)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(fd, left) :]
    finally:
        os.close(fd)
