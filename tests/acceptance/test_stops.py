"""The agent dies or is told to stop; nothing that a POS has handed over is lost."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from hardware_sim import library_bytes
from hardware_sim.office import kitchen
from hardware_sim.pos import Manner, Pos
from tests.acceptance.rig import WAIT_S, patient_shop, ring_up, wait_issued

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]


async def test_a_killed_agent_prints_what_was_due_and_offers_again(
    tmp_path: Path,
) -> None:
    order = library_bytes.encode(kitchen(7))
    async with patient_shop(tmp_path) as shop:
        now, _ = await ring_up(shop)
        shop.printer.turn(refusing=True)
        shop.printer.hang_up()
        played = await shop.pos.play(order)
        assert played.accepted_s is not None, played
        assert await shop.agent.stop(signal.SIGKILL) == -signal.SIGKILL
        assert shop.printer.papers == []

        shop.printer.turn(refusing=False)
        await shop.open_agent()
        (sheet,) = await shop.printer.wait_paper(1, WAIT_S)
        assert "CUISINE" in sheet.text
        again = await shop.counter.offered(None, WAIT_S)
        assert again["shown"]["id"] == now["shown"]["id"]
        assert again["shown"]["qr_svg"] == now["shown"]["qr_svg"]


async def test_a_stopped_agent_prints_half_a_job_and_keeps_the_choice(
    tmp_path: Path,
) -> None:
    order = library_bytes.encode(kitchen(8))
    half = order[: len(order) // 2]
    async with patient_shop(tmp_path) as shop:
        now, ticket = await ring_up(shop)
        before = len(shop.printer.paper_bytes)
        manner = Manner(half_close=False, deadline_s=WAIT_S)
        async with Pos("127.0.0.1", shop.door, manner).stay() as call:
            assert (await call.play(half)).failure == ""
            # Answered after the half before it was read.
            assert await call.ask(b"\x10\x04\x01", 1, WAIT_S)
            assert await shop.agent.stop(signal.SIGTERM) == 0
        await shop.printer.wait_printed(before + len(half), WAIT_S)
        shop.printer.tear_off()
        assert bytes(shop.printer.paper_bytes[before:]) == half

        await shop.open_agent()
        again = await shop.counter.offered(None, WAIT_S)
        assert again["shown"]["id"] == now["shown"]["id"]
        await shop.counter.choose(again["shown"]["id"], "paper")
        sheets = await shop.printer.wait_paper(2, WAIT_S)
        assert ticket.truth.number in sheets[-1].text
        assert bytes(shop.printer.paper_bytes[before:]).count(half) == 1


async def test_what_the_rcu_missed_arrives_once_though_both_were_killed(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop:
        await shop.rcu.stop(signal.SIGKILL)
        now, _ = await ring_up(shop)
        receipt = now["shown"]["id"]
        await shop.counter.choose(receipt, "qr")
        await shop.agent.stop(signal.SIGKILL)
        await shop.open_rcu()
        await shop.open_agent()
        await wait_issued(shop, receipt)
        # Another receipt goes up after it: were the first sent twice, it would be by then.
        later, _ = await ring_up(shop, seed=2)
        await wait_issued(shop, later["shown"]["id"])
        assert shop.issued(receipt) == 1
