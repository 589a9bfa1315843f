"""The real daemon with every door open: a sale by each is offered at the counter."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import tty
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from hardware_sim import library_bytes
from hardware_sim.epos_pos import EposPos, receipt_as_text
from hardware_sim.pos import Manner, Pos
from hardware_sim.programs import free_port
from hardware_sim.receipts import sale
from hardware_sim.shop import Shop
from tests.acceptance.rig import PATIENT_S, WAIT_S, at_counter

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

STAR = b"\x1b@EPICERIE LUCIE\nPAIN            3,20\nTOTAL           3,20\n\x1bd\x02"
LINES = ["EPICERIE LUCIE", "PAIN                3,20", "TOTAL EUR           3,20"]
TOKEN = "a-token-of-the-till-0001"


def every_door(folder: Path, device: str, ports: dict[str, int]) -> str:
    return f"""
[door.star]
listen = "127.0.0.1:{ports["star"]}"
[door.serial]
device = "{device}"
flow = "xonxoff"
[door.device]
path = "{folder}/fifo"
[door.folder]
path = "{folder}/jobs"
settle_s = 0
[door.http]
listen = "127.0.0.1:{ports["http"]}"
token_file = "{folder}/token"
"""


async def test_a_sale_by_every_door_is_offered(tmp_path: Path) -> None:
    far, near = os.openpty()
    tty.setraw(near)
    (tmp_path / "jobs").mkdir()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "token").write_text(TOKEN)
    ports = {"star": free_port(), "http": free_port()}
    raw = library_bytes.encode(sale("restaurant", 5))

    async def by_serial() -> None:
        await asyncio.to_thread(_write_all, far, raw)

    async def by_fifo() -> None:
        fd = await asyncio.to_thread(os.open, tmp_path / "fifo", os.O_WRONLY)
        await asyncio.to_thread(_write_all, fd, raw)
        os.close(fd)

    async def by_folder() -> None:
        await asyncio.to_thread((tmp_path / "new").write_bytes, raw)
        await asyncio.to_thread((tmp_path / "new").rename, tmp_path / "jobs" / "1.bin")

    async def by_epos() -> None:
        async with EposPos(f"http://127.0.0.1:{ports['http']}") as pos:
            answer = await pos.send(receipt_as_text(LINES))
        assert answer.success, answer

    async def by_json() -> None:
        job = {"raw": base64.b64encode(raw).decode()}
        head = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        async with httpx.AsyncClient(trust_env=False) as http:
            url = f"http://127.0.0.1:{ports['http']}/api/print"
            answer = await http.post(url, content=json.dumps(job), headers=head)
        assert answer.status_code == 200, answer.text

    async def by_star() -> None:
        pos = Pos("127.0.0.1", ports["star"], Manner(deadline_s=WAIT_S))
        assert (await pos.play(STAR)).failure == ""

    doors: dict[str, Callable[[], Awaitable[None]]] = {
        "serial": by_serial,
        "fifo": by_fifo,
        "folder": by_folder,
        "epos": by_epos,
        "json": by_json,
        "star": by_star,
    }
    try:
        more = every_door(tmp_path, os.ttyname(near), ports)
        async with Shop(tmp_path / "shop", window_s=PATIENT_S, more=more) as shop:
            for name, sell in doors.items():
                before = await at_counter(shop)
                await sell()
                now = await shop.counter.offered(before, WAIT_S)
                assert now["shown"]["kind"] == "sale", name
                assert now["shown"]["total"], name
            assert shop.printer.papers == []
    finally:
        os.close(far)
        os.close(near)


async def test_without_holding_a_job_is_on_paper_and_issued(tmp_path: Path) -> None:
    raw = library_bytes.encode(sale("restaurant", 6))
    folder = tmp_path / "shop"
    async with Shop(folder, window_s=PATIENT_S, more="") as shop:
        text = shop.configuration.read_text()
        shop.configuration.write_text(
            text.replace("[choice]", "[choice]\nhold = false")
        )
        await shop.agent.stop()
        await shop.open_agent()
        assert (await shop.pos.play(raw)).failure == ""
        printed = await shop.printer.wait_printed(len(raw), WAIT_S)
        assert printed == raw
        listed = await shop.counter.until(
            lambda now: bool(now["recent"]), WAIT_S, "receipt in the list"
        )
        assert listed["shown"] is None
        # Nothing is printed a second time for being understood.
        await asyncio.sleep(0.5)
        assert bytes(shop.printer.paper_bytes) == raw


def _write_all(fd: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]
