"""An agent died: what it held is on paper, once, and the next one neither prints nor offers it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.choice.ledger import HandOver
from agent.store.handovers import OrderHandOver
from agent.store.records import (
    AcceptJob,
    Job,
    JobState,
    OpenReceipt,
    OrderPaper,
    SettleJob,
)
from hardware_sim import library_bytes
from hardware_sim.office import kitchen
from hardware_sim.shop import Shop
from tests.acceptance.rig import WAIT_S, patient_shop, ring_up
from tests.fakes.printer import FakePrinter
from tests.store.builders import a_job, a_receipt, job_id, leave_key, opened, raw_of

pytestmark = pytest.mark.timeout(180)


async def print_held(config: Path, *more: str, **environ: str) -> tuple[int, str]:
    """The command as systemd runs it: its exit code, and all that it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "agent", "print-held"),
        *("--config", str(config), *more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environ},
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def till(folder: Path, port: int, more: str = "") -> Path:
    """A configuration beside a state folder that has the builders' key."""
    state = folder / "state"
    state.mkdir(mode=0o700)
    leave_key(state)
    path = folder / "agent.toml"
    path.write_text(
        f"""
[till]
tenant = "enseigne"
store = "S1"
till = "T1"
shop = "Épicerie"
tickets_url = "https://tickets.example"
state_dir = "{state}"
[printer]
link = "tcp://127.0.0.1:{port}"
{more}"""
    )
    return path


async def states(folder: Path, *numbers: int) -> list[JobState | None]:
    async with opened(folder / "state") as store:
        found = [await store.job(job_id(number)) for number in numbers]
    return [job.state if job else None for job in found]


async def test_accepted_due_and_open_are_printed_in_their_order_and_settled(
    tmp_path: Path,
) -> None:
    async with FakePrinter() as printer:
        config = till(tmp_path, printer.port)
        async with opened(tmp_path / "state") as store:
            await store.commit(
                AcceptJob(a_job(1), raw_of(1)),
                SettleJob(job_id(1), JobState.PAPER_DUE, "R00"),
                AcceptJob(a_job(2), raw_of(2)),
                OpenReceipt(a_receipt(2)),
                SettleJob(job_id(2), JobState.HELD, "R21"),
                AcceptJob(a_job(3), raw_of(3)),
            )
        code, said = await print_held(config)
        assert (code, "3" in said) == (0, True), said
        assert printer.paper == raw_of(1) + raw_of(2) + raw_of(3)
        assert await states(tmp_path, 1, 2, 3) == [JobState.PRINTED] * 3
        async with opened(tmp_path / "state") as store:
            assert await store.open_receipts() == []
            row = await store.receipt(a_receipt(2).id)
            assert row is not None
            assert (row.choice, row.paper_copies, row.given) == ("paper", 1, 1)
            (given,) = (await store.ledger(row.id)).rows
            assert (given.channel, given.outcome) == ("paper", "done")
            log = await store.entries_after(0, 10, 1 << 20)
            told = [each.entry.type for each in log]
            assert told == ["choice.made.v1", "delivery.status.v1"]
        assert await print_held(config) == (0, "imprimés\u00a0: 0 (printed)\n")
        assert printer.paper == raw_of(1) + raw_of(2) + raw_of(3)


async def test_a_copy_that_was_due_bears_its_mark(tmp_path: Path) -> None:
    async with FakePrinter() as printer:
        config = till(tmp_path, printer.port)
        row = a_receipt(1)
        async with opened(tmp_path / "state") as store:
            await store.commit(
                AcceptJob(a_job(1), raw_of(1)),
                OpenReceipt(row),
                SettleJob(job_id(1), JobState.PAPER_DUE, "R10"),
                OrderHandOver(
                    HandOver(row.id, 1, "paper", "lost", "cashier", row.at_ms)
                ),
                OrderPaper(row.id, 2),
            )
        assert (await print_held(config))[0] == 0
        assert b"DUPLICATA 1" in printer.paper
        assert printer.paper.endswith(raw_of(1))


async def test_what_the_pos_gave_up_is_not_printed(tmp_path: Path) -> None:
    given_up = Job(job_id(1), "tcp", a_job(1).at_ms, "abandoned", "document")
    async with FakePrinter() as printer:
        config = till(tmp_path, printer.port)
        async with opened(tmp_path / "state") as store:
            await store.commit(AcceptJob(given_up, raw_of(1)))
        assert (await print_held(config))[0] == 0
        assert printer.paper == b""
        assert await states(tmp_path, 1) == [JobState.NO_PAPER]


async def test_what_a_printer_does_not_take_in_time_stays_due(tmp_path: Path) -> None:
    async with FakePrinter() as printer:
        printer.mood.out_of_paper()
        config = till(tmp_path, printer.port)
        async with opened(tmp_path / "state") as store:
            await store.commit(
                AcceptJob(a_job(1), raw_of(1)),
                OpenReceipt(a_receipt(1)),
                SettleJob(job_id(1), JobState.HELD, "R21"),
            )
        code, _ = await print_held(config, "--within", "0.5")
        assert (code, printer.paper) == (75, b"")
        assert await states(tmp_path, 1) == [JobState.PAPER_DUE]
        printer.mood.all_well()
        assert (await print_held(config))[0] == 0
        assert printer.paper == raw_of(1)


async def test_a_broken_configuration_keeps_no_paper_back(tmp_path: Path) -> None:
    async with FakePrinter() as printer:
        config = till(tmp_path, printer.port)
        async with opened(tmp_path / "state") as store:
            await store.commit(AcceptJob(a_job(1), raw_of(1)))
        config.write_text("[till\n")
        code, said = await print_held(config)
        assert (code, printer.paper) == (78, b""), said
        known = {
            "STATE_DIRECTORY": str(tmp_path / "state"),
            "RECEIPT_AGENT_PRINTER": f"tcp://127.0.0.1:{printer.port}",
        }
        code, said = await print_held(config, **known)
        assert (code, printer.paper) == (0, raw_of(1)), said


async def test_beside_a_living_agent_it_prints_nothing(tmp_path: Path) -> None:
    async with FakePrinter() as printer:
        config = till(tmp_path, printer.port)
        async with opened(tmp_path / "state") as store:
            await store.commit(AcceptJob(a_job(1), raw_of(1)))
            code, said = await print_held(config)
        assert (code, printer.paper) == (69, b"")
        assert "l’agent tourne" in said


async def test_without_a_database_there_is_nothing_to_do(tmp_path: Path) -> None:
    config = till(tmp_path, 9)
    assert (await print_held(config))[0] == 0
    assert not (tmp_path / "state" / "agent.db").exists()


@pytest.mark.acceptance
async def test_the_next_agent_neither_prints_nor_offers_it_again(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop:
        order = library_bytes.encode(kitchen(7))
        now, ticket = await ring_up(shop)
        before = len(shop.printer.received)
        shop.printer.turn(refusing=True)
        shop.printer.hang_up()
        assert (await shop.pos.play(order)).accepted_s is not None
        assert await shop.agent.stop(signal.SIGKILL) == -signal.SIGKILL
        shop.printer.turn(refusing=False)

        code, said = await print_held(shop.configuration)
        assert code == 0, said
        papers = len(shop.printer.papers)
        texts = [paper.text for paper in shop.printer.papers]
        assert sum(ticket.truth.number in text for text in texts) == 1
        assert bytes(shop.printer.received[before:]).count(order) == 1

        await shop.open_agent()
        shown = await _taken_up(shop)
        assert shown["id"] == now["shown"]["id"]
        assert (shown["phase"], shown["choice"]) == ("done", "paper")
        assert (shown["paper_copies"], shown["progress"]) == (1, "done")
        assert len(shop.printer.papers) == papers
        again, _ = await ring_up(shop)
        assert again["shown"]["id"] != now["shown"]["id"]
        assert len(shop.printer.papers) == papers


async def _taken_up(shop: Shop) -> dict[str, Any]:
    """The receipt that stands at the counter again after the start."""
    async with asyncio.timeout(WAIT_S):
        while True:
            if (shown := (await shop.counter.snapshot())["shown"]) is not None:
                return dict(shown)
            await asyncio.sleep(0.05)


def test_systemd_runs_it_before_the_bypass_and_does_not_wait_for_long() -> None:
    unit = Path(__file__).parents[2] / "systemd" / "receipt-agent-bypass.service"
    lines = unit.read_text().splitlines()
    (before,) = [each for each in lines if each.startswith("ExecStartPre=")]
    assert before.startswith("ExecStartPre=-/usr/bin/timeout 15 ")
    assert " -m agent print-held --config /etc/receipt-agent/agent.toml" in before
    assert "Environment=RUNTIME_DIRECTORY=/run/receipt-agent" in lines
    (starts,) = [each for each in lines if each.startswith("TimeoutStartSec=")]
    assert int(starts.partition("=")[2]) > 15
