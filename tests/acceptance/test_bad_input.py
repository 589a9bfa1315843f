"""Whatever comes to the printer port is bounded, and the next receipt works."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hardware_sim import library_bytes
from hardware_sim.office import kitchen
from hardware_sim.pos import Manner, Played, Pos
from hardware_sim.shop import Shop
from tests.acceptance.rig import (
    WAIT_S,
    assert_next_receipt_works,
    patient_shop,
    ring_up,
)
from tests.clients.conftest import kept

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]

RANDOM_BYTES = 60_000
ENDLESS_BYTES = 6_000_000
MOST_MEMORY_KB = 250_000
"""Of the agent, at its peak: jobs are 4 MB at most, and few are in memory."""
CLIENTS = 100

TRUNCATED = [
    b"\x1dv0\x00\xff\xff\xff\xff" + b"\x00" * 10,
    b"\x1d(L\xff\xff0p",
    b"\x1b*!\xff\xff",
    b"\x1dk\x49\xff{B",
    b"\x1d(k\xff\xff1P0",
    b"\x1b",
    b"\x10\x14\x01",
]
"""A picture, graphics, columns, bars, a QR, each cut off after its promise."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """Noise ends within some command: no other test wants that printer."""
    async with kept(patient_shop(tmp_path_factory.mktemp("shop"))) as open_one:
        yield open_one


async def test_random_bytes_reach_the_paper_and_stop_nothing(shop: Shop) -> None:
    noise = random.Random(11).randbytes(RANDOM_BYTES)
    before = len(shop.printer.received)
    since_s = time.monotonic()
    await shop.pos.play(noise)
    assert time.monotonic() - since_s < WAIT_S
    await assert_next_receipt_works(shop)
    # Less the status questions among them, which we answer ourselves.  It ends within a
    # command, as what is torn does, and waits a while for its POS to send it again.
    await shop.printer.wait_received(before + RANDOM_BYTES * 99 // 100, WAIT_S)
    assert shop.agent.running


async def test_truncated_commands_end_with_their_connection(shop: Shop) -> None:
    for raw in TRUNCATED:
        assert (await shop.pos.play(raw)).failure == ""
    await assert_next_receipt_works(shop)
    assert shop.agent.running


async def test_a_client_that_stalls_holds_up_nobody(shop: Shop) -> None:
    manner = Manner(half_close=False, deadline_s=WAIT_S)
    async with Pos("127.0.0.1", shop.door, manner).stay() as call:
        await call.play(b"\x1b@Bonjour\n\x1dv0\x00\x20\x00\xff\x00" + b"\x55" * 40)
        await assert_next_receipt_works(shop)


async def test_a_hundred_clients_at_once_are_all_served_or_told_no(
    shop: Shop,
) -> None:
    printer, before = shop.printer, len(shop.printer.received)
    orders = [library_bytes.encode(kitchen(seed)) for seed in range(CLIENTS)]
    since_s = time.monotonic()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(shop.pos.play(raw)) for raw in orders]
    played: list[Played] = [task.result() for task in tasks]
    assert time.monotonic() - since_s < WAIT_S
    accepted = [
        raw
        for raw, one in zip(orders, played, strict=True)
        if not one.failure and one.accepted_s is not None
    ]
    assert len(accepted) > CLIENTS // 2
    await printer.wait_until(
        lambda: all(printer.received.find(raw, before) >= 0 for raw in accepted),
        WAIT_S,
        "such pile of orders",
    )
    await assert_next_receipt_works(shop)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_more_than_a_job_holds_without_a_cut_is_bounded(tmp_path: Path) -> None:
    line = b"rien ne se coupe ici, jamais\n"
    endless = line * (ENDLESS_BYTES // len(line))
    manner = Manner(deadline_s=WAIT_S)
    async with patient_shop(tmp_path) as shop:
        played = await Pos("127.0.0.1", shop.door, manner).play(endless)
        assert played.failure in {"", "ConnectionResetError"}
        assert _peak_memory_kb(shop) < MOST_MEMORY_KB
        # Its paper takes a while; who comes next is served meanwhile.
        await ring_up(shop)
        assert await shop.printer.wait_printed(1000, WAIT_S)
        await shop.agent.stop(signal.SIGKILL)


def _peak_memory_kb(shop: Shop) -> int:
    assert shop.agent.process is not None
    status = Path(f"/proc/{shop.agent.process.pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1])
