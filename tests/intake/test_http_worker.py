"""Documents through a real worker process, also one that stops in the middle."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from agent.pipeline import workshop
from agent.worker.client import Worker
from hardware_sim.epos_pos import receipt_as_picture
from tests.intake.http_shop import RECEIPT, Desk, shop

TOKEN = "0123456789abcdef0123456789abcdef"
RELAY = """
import sys
import agent.house
import agent.intake.doors.epos_http, agent.intake.doors.json_http
print(*sorted(name for name in sys.modules if name.startswith("agent.epos.")))
"""


def test_the_relay_loads_nothing_that_reads_a_document() -> None:
    told = subprocess.run(
        [sys.executable, "-c", RELAY], check=True, capture_output=True, text=True
    )
    assert told.stdout.split() == ["agent.epos.answers"]


@asynccontextmanager
async def working() -> AsyncGenerator[Worker]:
    worker = Worker()
    async with asyncio.TaskGroup() as group:
        service = group.create_task(worker.run())
        try:
            await worker.call("draw_qr", {"url": "A"}, b"", 20.0)
            yield worker
        finally:
            service.cancel()


@pytest.mark.slow
async def test_the_worker_reads_the_longest_documents(tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    token_file.write_text(TOKEN)
    bits = os.urandom(3_000_000)
    text = {"lines": [{"text": "Ц" * 60}] * 2000}
    async with (
        working() as worker,
        shop(Desk(worker=worker), token_file=token_file) as here,
        here.pos() as pos,
        httpx.AsyncClient(base_url=here.url, trust_env=False, timeout=15) as http,
    ):
        assert (await pos.send(receipt_as_picture(576, len(bits) // 72, bits))).success
        head = {"authorization": f"Bearer {TOKEN}"}
        answer = await http.post("/api/print", json=text, headers=head)
        assert answer.status_code == 200
        assert worker.deaths == 0
    picture, lines = here.desk.jobs
    assert len(picture) > len(bits)
    assert lines.count(b"\n") == 2000


@pytest.mark.slow
async def test_a_worker_that_stops_costs_the_document_and_its_heir_takes_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workshop, "TRANSLATE_S", 0.3)
    async with (
        working() as worker,
        shop(Desk(worker=worker)) as here,
        here.pos() as pos,
    ):
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        answer = await pos.send(RECEIPT)
        assert (answer.success, answer.code) == (False, "PrintSystemError")
        assert here.desk.jobs == []
        monkeypatch.undo()
        assert (await pos.send(RECEIPT)).success
    assert here.desk.printed() == ["ÉPICERIE LUCIE", "TOTAL 9,50 €"]
