"""A logo that a POS defined before the agent was restarted is still known."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.escpos.memory import Memory
from agent.worker.frames import Frame
from tests.fakes.printer import FakePrinter
from tests.house.test_paper_wins import RECEIPT, Understands, till

LOGO = b"\x1cq\x01\x01\x00\x01\x00" + b"\xff" * 8


class Listening(Understands):
    """Knows what the printer remembered when a receipt came."""

    def __init__(self) -> None:
        self.memory = b""
        self.learned = asyncio.Event()
        self.understood = asyncio.Event()

    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame:
        done = await super().call(task, params, body, deadline_s, *more)
        if task == "learn":
            self.learned.set()
        elif task == "understand":
            self.memory = more[0]
            self.understood.set()
        return done


async def test_a_restarted_agent_knows_the_logo(tmp_path: Path) -> None:
    worker, printer = Listening(), FakePrinter()
    async with till(tmp_path, worker, on=printer) as here:
        await here.send(LOGO)
        await here.paper(LOGO)
        async with asyncio.timeout(10):
            await worker.learned.wait()
    worker = Listening()
    async with till(tmp_path, worker, 60, printer) as here:
        await here.send(RECEIPT)
        async with asyncio.timeout(10):
            await worker.understood.wait()
    assert printer.paper == LOGO
    (picture,) = Memory.from_bytes(worker.memory).pictures.values()
    assert picture.bits == b"\xff" * 8
