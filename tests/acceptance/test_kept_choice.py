"""A choice is where it was after kill -9: who has the original, who a copy, what is due."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from hardware_sim.shop import Shop
from tests.acceptance.rig import WAIT_S, patient_shop, ring_up

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]


def handed(folder: Path) -> list[tuple[int, str, str]]:
    """Number, channel and outcome of every hand-over, in the order of numbers."""
    found = sqlite3.connect(f"file:{folder / 'agent.db'}?mode=ro", uri=True)
    try:
        rows = found.execute(
            "SELECT number, channel, outcome FROM hand_over ORDER BY receipt, number"
        ).fetchall()
    finally:
        found.close()
    return [(number, channel, outcome) for number, channel, outcome in rows]


async def wait_handed(shop: Shop, wanted: list[tuple[int, str, str]]) -> None:
    """Until the ledger's newest rows are those; it knows no bell."""
    found: list[tuple[int, str, str]] = []
    try:
        async with asyncio.timeout(WAIT_S):
            while found[-len(wanted) :] != wanted:
                await asyncio.sleep(0.05)
                found = await asyncio.to_thread(handed, shop.folder / "agent")
    except TimeoutError:
        raise AssertionError(f"the ledger says {found}") from None


async def again(shop: Shop, true: Any, what: str) -> dict[str, Any]:
    """Kill, start, and wait for the screen."""
    await shop.agent.stop(signal.SIGKILL)
    await shop.open_agent()
    return await shop.counter.until(
        lambda now: now["shown"] is not None and true(now["shown"]), WAIT_S, what
    )


async def test_a_choice_is_where_it_was(tmp_path: Path) -> None:
    async with patient_shop(tmp_path) as shop:
        offered, _ = await ring_up(shop)
        receipt = offered["shown"]["id"]
        await shop.counter.hold(receipt)
        now = await again(shop, lambda shown: shown["id"] == receipt, "offer again")
        assert now["shown"]["phase"] == "offered"
        assert now["shown"]["left_ms"] is None

        shop.printer.turn(paper_out=True)
        await shop.counter.choose(receipt, "qr")
        await shop.counter.choose(receipt, "paper")
        now = await again(shop, lambda shown: shown["id"] == receipt, "choice again")
        states = {each["channel"]: each for each in now["shown"]["states"]}
        assert now["shown"]["phase"] == "delivering"
        assert (states["qr"]["state"], states["qr"]["copy"]) == ("done", 0)
        assert (states["paper"]["state"], states["paper"]["copy"]) == ("waiting", 1)

        shop.printer.turn(paper_out=False)
        await shop.counter.until(
            lambda now: now["shown"]["phase"] == "done", WAIT_S, "printed receipt"
        )
        assert await asyncio.to_thread(handed, shop.folder / "agent") == [
            (0, "qr", "done"),
            (1, "paper", "done"),
        ]


async def test_paper_that_was_touched_comes_whenever_the_kill_does(
    tmp_path: Path,
) -> None:
    """Ordered before the kill or asked for once more: one original, and it is printed."""
    async with patient_shop(tmp_path) as shop:
        for delay_s in (0.0, 0.004, 0.05):
            offered, ticket = await ring_up(shop)
            receipt, papers = offered["shown"]["id"], len(shop.printer.papers)
            touch = asyncio.create_task(shop.counter.choose(receipt, "paper"))
            await asyncio.sleep(delay_s)
            await shop.agent.stop(signal.SIGKILL)
            await asyncio.wait({touch})
            with contextlib.suppress(httpx.HTTPError):
                touch.result()
            await shop.open_agent()
            now = await shop.counter.until(
                lambda now: now["shown"] is not None, WAIT_S, "receipt again"
            )
            assert now["shown"]["id"] == receipt
            if now["shown"]["phase"] == "offered":
                await shop.counter.choose(receipt, "paper")
            await wait_handed(shop, [(0, "paper", "done")])
            sheets = await shop.printer.wait_paper(papers + 1, WAIT_S)
            assert ticket.truth.number in sheets[-1].text
            assert not any("DUPLICATA" in sheet.text for sheet in sheets[papers:])
