"""A second printer in the whole house: what the first does not take comes out of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.intake.listening import listening
from hardware_sim.printer import ThermalPrinter
from tests.fakes.printer import FakePrinter
from tests.house.test_paper_wins import RECEIPT, Till, till
from tests.house.test_sms import Counter


@asynccontextmanager
async def two(tmp_path: Path) -> AsyncGenerator[tuple[Counter, FakePrinter]]:
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    async with FakePrinter() as second:
        backup = {"link": f"tcp://127.0.0.1:{second.port}", "after_s": 0.5}
        also: dict[str, dict[str, Any]] = {
            "screens": {"listen": f"127.0.0.1:{port}"},
            "printer": {"poll_s": 0.1, "confirm_s": 0.3, "backup": backup},
        }
        url = f"http://127.0.0.1:{port}"
        async with (
            till(tmp_path, window_s=60, also=also) as here,
            httpx.AsyncClient(
                base_url=url, headers={"X-Receipt-Agent": "1"}
            ) as screens,
        ):
            await opened(screens)
            yield Counter(here, screens), second


async def opened(screens: httpx.AsyncClient) -> None:
    """They come last, behind the printer."""
    async with asyncio.timeout(25):
        while True:
            with suppress(httpx.TransportError):
                await screens.get("/api/snapshot", params={"view": "cashier"})
                return
            await asyncio.sleep(0.1)


NEXT = RECEIPT.replace(b"12:00  Ticket 0042", b"12:03  Ticket 0043")


async def wants_paper(at: Counter, raw: bytes = RECEIPT) -> None:
    await at.here.send(raw)
    found = await at.until(lambda seen: seen["shown"] and not seen["shown"]["choice"])
    asked = {"receipt": found["shown"]["id"], "choice": "paper", "by": "cashier"}
    assert (await at.screens.post("/api/choice", json=asked)).is_success


async def paper(printer: FakePrinter, raw: bytes) -> None:
    async with asyncio.timeout(20):
        while len(printer.paper) < len(raw):  # noqa: ASYNC110 -- a device
            await asyncio.sleep(0.02)
    assert printer.paper == raw


@pytest.mark.timeout(90)
async def test_the_second_prints_says_so_and_the_first_goes_on(tmp_path: Path) -> None:
    async with two(tmp_path) as (at, second):
        first = at.here.printer
        first.mood.out_of_paper()
        found = await at.says("la seconde imprime")
        assert "papier" in found["notice"]["says"]["fr"]
        await wants_paper(at)
        await paper(second, RECEIPT)
        assert first.paper == b""
        ways = {way["channel"]: way for way in (await at.shown())["ways"]}
        assert ways["paper"]["says"] is None  # nothing waits
        first.mood.all_well()
        await at.until(lambda seen: seen["notice"] is None)
        await wants_paper(at, NEXT)
        await paper(first, NEXT)
        assert second.paper == RECEIPT


@pytest.mark.timeout(90)
async def test_a_pos_hears_of_a_printer_that_prints(tmp_path: Path) -> None:
    async with two(tmp_path) as (at, _):
        at.here.printer.mood.out_of_paper()
        await at.says("la seconde imprime")
        assert await answers(at.here, b"\x10\x04\x04") == b"\x12"


async def answers(here: Till, question: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
    writer.write(question)
    async with asyncio.timeout(10):
        said = await reader.readexactly(1)
    writer.close()
    return said


@pytest.mark.timeout(90)
async def test_paper_out_within_a_job_gives_the_customer_one_whole_receipt(
    tmp_path: Path,
) -> None:
    """On the simulated printer, which keeps what it has not printed."""
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    async with ThermalPrinter() as printer:
        also: dict[str, dict[str, Any]] = {
            "screens": {"listen": f"127.0.0.1:{port}"},
            "printer": {
                "link": f"tcp://127.0.0.1:{printer.port}",
                "poll_s": 0.1,
            },
        }
        url = f"http://127.0.0.1:{port}"
        async with (
            till(tmp_path, window_s=60, also=also) as here,
            httpx.AsyncClient(
                base_url=url, headers={"X-Receipt-Agent": "1"}
            ) as screens,
        ):
            await opened(screens)
            at = Counter(here, screens)
            printer.turn(slow_bytes_s=300.0)
            await wants_paper(at)
            await printer.wait_printed(40, 20)
            printer.turn(paper_out=True)
            found = await at.says("n’a plus de papier")
            ways = {way["channel"]: way for way in found["ways"]}
            assert ways["qr"]["ready"]  # the customer can have it by phone
            printer.turn(paper_out=False, slow_bytes_s=0.0)
            await at.until(lambda seen: seen["notice"] is None)
            await at.says("Ticket imprimé")
            assert bytes(printer.paper_bytes) == RECEIPT
