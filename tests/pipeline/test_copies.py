"""Copies of what was printed: how they are marked, and what they are when bytes are gone."""

from __future__ import annotations

import json

import pytest

from tests.pipeline.rig import INIT, Rig, document


def sheets(rig: Rig) -> list[bytes]:
    return rig.printer.printed


async def printed_twice(rig: Rig, raw: bytes) -> bytes:
    """The second one."""
    await rig.job(raw)
    here = rig.counter.here()
    assert here is not None
    await rig.counter.choose(here, "paper", None, "cashier")
    await rig.settle()
    assert sheets(rig) == [raw]
    assert await rig.counter.reprint(here) is None
    await rig.settle()
    return sheets(rig)[-1]


async def test_a_job_that_begins_anew_has_a_slip_for_its_mark() -> None:
    rig = Rig()
    async with rig.running():
        assert await printed_twice(rig, document()) == b"[duplicata 1]" + document()


async def test_a_job_that_counts_on_what_stands_has_letters_alone() -> None:
    rig, raw = Rig(), document().removeprefix(INIT)
    async with rig.running():
        copy = await printed_twice(rig, raw)
    mark = copy.removesuffix(raw)
    assert mark.startswith(b"DUPLICATA 1\n")
    assert mark.translate(None, b"\n").decode("ascii").isprintable()


async def test_a_worker_that_draws_nothing_costs_a_copy_its_size_only() -> None:
    rig = Rig()
    rig.worker.broken = {"render_slip"}
    async with rig.running():
        copy = await printed_twice(rig, document())
    assert copy.startswith(b"DUPLICATA 1\n")
    assert copy.endswith(document())


async def test_a_receipt_whose_bytes_are_gone_is_drawn_again() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        here = rig.counter.here()
        assert here is not None
        await rig.pass_time(9)  # nobody wanted paper
        await rig.pass_time(200)  # it has left the counter
        rig.shelf.damaged.add(job)
        assert await rig.counter.reprint(here) is None
        await rig.settle()
        assert sheets(rig) == [b"[again 0]"]
        assert await rig.counter.reprint(here) is None
        await rig.settle()
        assert sheets(rig) == [b"[again 0]", b"[again 1]"]
    asked = [params for task, params in rig.worker.asked if task == "render_slip"]
    assert [each["slip"] for each in asked[-1:]] == ["again"]
    ledger = [over.outcome for over in rig.shelf.handed.values()]
    assert ledger == ["done", "done"]


async def test_one_that_cannot_be_drawn_again_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document(total=1))
        here = rig.counter.here()
        assert here is not None
        await rig.pass_time(9)
        await rig.pass_time(200)
        rig.shelf.damaged.add(job)
        rig.worker.broken = {"render_slip"}
        await rig.counter.reprint(here)
        await rig.job(document(total=2))
        there = rig.counter.here()
        assert there is not None
        await rig.counter.choose(there, "paper", None, "cashier")
        await rig.settle()
        assert [
            json.loads(each.removeprefix(INIT))["total"] for each in sheets(rig)
        ] == [2]
    assert "cannot be drawn again" in caplog.text


async def test_a_printer_that_is_away_gets_the_drawn_one_later_and_once() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        here = rig.counter.here()
        assert here is not None
        await rig.pass_time(9)
        await rig.pass_time(200)
        rig.shelf.damaged.add(job)
        rig.printer.trouble = "paper_out"
        await rig.counter.reprint(here)
        await rig.pass_time(20)
        assert sheets(rig) == []
        rig.printer.trouble = ""
        await rig.pass_time(5)
        assert sheets(rig) == [b"[again 0]"]
    drawn = [p for task, p in rig.worker.asked if p.get("slip") == "again"]
    assert len(drawn) == 1
