"""What a POS hears of the paper, in the whole house: only what the customer can do without.

``report_paper = "never"``, and a roll that is at its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.intake.listening import listening
from tests.fakes.printer import FakePrinter
from tests.house.test_paper_wins import Till, Understands, till

PAPER = b"\x10\x04\x04"
OUT, WELL = b"\x7e", b"\x12"
ASB_PAPER = b"\x1da\x08"
NEVER = {"report_paper": "never", "poll_s": 0.05}


async def hears(here: Till, wanted: bytes, within_s: float = 10.0) -> None:
    """Until a POS that asks hears that."""
    reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
    try:
        async with asyncio.timeout(within_s):
            while True:
                writer.write(PAPER)
                if await reader.readexactly(1) == wanted:
                    return
                await asyncio.sleep(0.02)
    finally:
        writer.close()


def rcu(tmp_path: Path) -> Mapping[str, Any]:
    """One that is away, which nobody has noticed."""
    (tmp_path / "token").write_text("abc\n")
    return {"url": "http://127.0.0.1:9", "token_file": str(tmp_path / "token")}


@pytest.mark.parametrize("configured", [True, False])
async def test_paper_out_is_hidden_while_a_customer_sees_a_qr_that_leads_somewhere(
    tmp_path: Path, configured: bool
) -> None:
    with listening("127.0.0.1", 0) as free:
        screens = free.getsockname()[1]
    also: dict[str, Mapping[str, Any]] = {
        "printer": NEVER,
        "screens": {"listen": f"127.0.0.1:{screens}"},
    }
    if configured:
        also["sync"] = rcu(tmp_path)
    printer = FakePrinter()
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{screens}") as http,
        till(tmp_path, Understands(), on=printer, also=also) as here,
    ):
        await hears(here, WELL)
        printer.mood.out_of_paper()
        await hears(here, OUT)  # no screen is there
        reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
        writer.write(ASB_PAPER)
        async with asyncio.timeout(10):
            assert (await reader.readexactly(4))[2] == 0x0F
            async with http.stream("GET", "/api/events?view=display"):
                if configured:
                    # Told by itself.
                    assert (await reader.readexactly(4))[2] == 0
                    await hears(here, WELL)
                else:
                    await asyncio.sleep(0.3)
                    await hears(here, OUT)
            await hears(here, OUT)
        writer.close()
