"""CUPS before the real daemon: a real scheduler, its socket backend and ours."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hardware_sim import library_bytes, recordings
from hardware_sim.office import kitchen
from tests.clients.cups import Scheduler
from tests.clients.till import WAIT_S, Till

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="package"),
]

GRAPHICS = recordings.job("escpos-php__graphics")
SOON_S = 0.5


def order(folder: Path, seed: int) -> tuple[Path, bytes]:
    """A kitchen order, which nobody has to choose paper for."""
    raw, path = library_bytes.encode(kitchen(seed)), folder / "order.bin"
    path.write_bytes(raw)
    return path, raw


async def queue(cups: Scheduler, till: Till, scheme: str = "receipt-agent") -> str:
    """A raw queue to that till."""
    await cups.queue(f"till-{scheme}", f"{scheme}://{till.host}:{till.port}")
    return f"till-{scheme}"


async def test_lpinfo_lists_the_agent_of_this_till(cups: Scheduler) -> None:
    devices = await cups.run("lpinfo", "-h", cups.address, "-v")
    assert "direct receipt-agent:/" in devices.splitlines()


@pytest.mark.parametrize("scheme", ["socket", "receipt-agent"])
async def test_a_raw_queue_prints_unchanged(
    cups: Scheduler, till: Till, tmp_path: Path, scheme: str
) -> None:
    job, before = tmp_path / "job.bin", len(till.printer.paper_bytes)
    job.write_bytes(GRAPHICS)
    name = await queue(cups, till, scheme)
    await cups.print(name, job)
    await cups.done(name)
    printed = await till.printer.wait_printed(before + len(GRAPHICS), WAIT_S)
    assert printed[before:] == GRAPHICS


@pytest.mark.parametrize("scheme", ["socket", "receipt-agent"])
async def test_two_copies_are_printed_twice(
    cups: Scheduler, till: Till, tmp_path: Path, scheme: str
) -> None:
    (job, raw), before = order(tmp_path, 11), len(till.printer.paper_bytes)
    name = await queue(cups, till, scheme)
    await cups.print(name, job, copies=2)
    await cups.done(name)
    printed = await till.printer.wait_printed(before + 2 * len(raw), WAIT_S)
    assert printed[before:] == raw + raw


async def test_jobs_wait_in_order_for_an_agent_that_is_away(
    cups: Scheduler, till: Till, tmp_path: Path
) -> None:
    assert till.agent is not None
    assert till.counter is not None
    (first, raw), before = order(tmp_path, 12), len(till.printer.paper_bytes)
    second = tmp_path / "second.bin"
    second.write_bytes(GRAPHICS)
    name = await queue(cups, till)
    await till.agent.stop()
    try:
        await cups.print(name, first)
        await cups.print(name, second)
        await _alerts(cups, name, "connecting-to-device")
        assert len(await cups.waiting(name)) == 2
    finally:
        await till.agent.start(till.counter.healthy, WAIT_S)
    await cups.done(name)
    wanted = raw + GRAPHICS
    printed = await till.printer.wait_printed(before + len(wanted), WAIT_S)
    assert printed[before:] == wanted


async def test_a_cancelled_job_is_gone_and_never_printed(
    cups: Scheduler, till: Till, tmp_path: Path
) -> None:
    assert till.agent is not None
    assert till.counter is not None
    (job, raw), before = order(tmp_path, 13), len(till.printer.paper_bytes)
    name = await queue(cups, till)
    await till.agent.stop()
    try:
        waiting = await cups.print(name, job)
        await _alerts(cups, name, "connecting-to-device")
        await cups.cancel(waiting)
        await cups.done(name)
    finally:
        await till.agent.start(till.counter.healthy, WAIT_S)
    next_job, next_raw = order(tmp_path, 14)
    await cups.print(name, next_job)
    printed = await till.printer.wait_printed(before + len(next_raw), WAIT_S)
    assert printed[before:] == next_raw
    assert raw not in printed[before:]


async def test_the_queue_says_what_is_wrong_with_the_paper_and_takes_it_back(
    cups: Scheduler, till: Till, tmp_path: Path
) -> None:
    name = await queue(cups, till)
    await till.enter("paper out")
    await cups.print(name, order(tmp_path, 15)[0])
    await _alerts(cups, name, "media-empty-error")
    await cups.done(name)
    await till.enter("there")
    await cups.print(name, order(tmp_path, 16)[0])
    await _alerts(cups, name, "none")
    await cups.done(name)


async def test_a_queue_to_nowhere_stops_and_keeps_its_job(
    cups: Scheduler, tmp_path: Path
) -> None:
    await cups.queue("nowhere", "receipt-agent://127.0.0.1:9100/elsewhere")
    await cups.print("nowhere", order(tmp_path, 17)[0])
    async with asyncio.timeout(WAIT_S):
        while "disabled" not in (said := await cups.says("nowhere")):  # noqa: ASYNC110 -- asked, not told
            await asyncio.sleep(SOON_S / 10)
    assert "write receipt-agent:/" in said
    assert len(await cups.waiting("nowhere")) == 1


async def _alerts(cups: Scheduler, name: str, wanted: str) -> None:
    async with asyncio.timeout(WAIT_S):
        while f"Alerts: {wanted}" not in await cups.says(name):  # noqa: ASYNC110 -- asked, not told
            await asyncio.sleep(SOON_S / 10)
