"""What a printer remembers is given along with each job, and never in its way."""

from __future__ import annotations

import asyncio

import pytest

from agent.errors import StoreError, WorkerError
from agent.pipeline.recollection import LEARN_AT_MOST_S, Recollection
from agent.store.records import JobState, KeepMemory
from tests.fakes.shelf import FakeShelf
from tests.pipeline.rig import PRINTER, Rig, document


async def test_a_definition_is_printed_and_given_to_the_next_receipt() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(b"define logo", shape="control")
        await rig.job(document())
    assert rig.printer.printed == [b"define logo"]
    assert rig.worker.memories == [b"logo"]
    assert rig.shelf.memories == {PRINTER: b"logo"}


async def test_a_receipt_that_defines_is_offered_and_then_learned_from() -> None:
    rig = Rig()
    rig.worker.defines = True
    async with rig.running():
        await rig.job(document(number="define logo"))
        order = [task for task, _ in rig.worker.asked]
    assert order.index("draw_qr") < order.index("learn")
    assert rig.shelf.memories[PRINTER].startswith(b"logo")


async def test_a_receipt_that_defines_nothing_is_not_read_twice() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
    assert "learn" not in [task for task, _ in rig.worker.asked]
    assert rig.shelf.memories == {}


async def test_the_memory_is_there_again_after_a_restart() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(b"define logo", shape="control")
    rig.build()
    async with rig.running():
        await rig.job(document())
    assert rig.worker.memories == [b"logo"]


@pytest.mark.parametrize("evidence", ["size", "stop", "crash"])
async def test_a_job_printed_without_understanding_is_learned_from(
    evidence: str,
) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(b"define logo", shape="raw", evidence=evidence)  # type: ignore[arg-type]
    assert rig.printer.printed == [b"define logo"]
    assert rig.shelf.memories == {PRINTER: b"logo"}


async def test_a_tail_is_read_only_when_there_is_something_to_forget() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        await rig.job(b"reset", shape="tail", follows=job)
        assert "learn" not in [task for task, _ in rig.worker.asked]
        await rig.job(b"define logo", shape="control")
        await rig.job(b"define smaller", shape="tail", follows=job)
    assert rig.shelf.memories == {PRINTER: b"smaller"}


async def test_a_worker_that_cannot_learn_costs_only_the_logo() -> None:
    rig = Rig()
    rig.worker.broken.add("learn")
    async with rig.running():
        job = await rig.job(b"define logo", shape="control")
        await rig.job(document())
    assert rig.printer.printed == [b"define logo"]
    assert rig.shelf.jobs[job].state is JobState.PRINTED
    assert len(rig.shelf.rows) == 1
    assert rig.shelf.memories == {}


async def test_a_store_that_cannot_keep_it_leaves_it_to_this_run() -> None:
    rig = Rig()
    rig.shelf.breaks_on = KeepMemory
    async with rig.running():
        await rig.job(b"define logo", shape="control")
        await rig.job(document())
    assert rig.printer.printed == [b"define logo"]
    assert rig.worker.memories == [b"logo"]
    assert rig.shelf.memories == {}


async def test_a_store_that_does_not_answer_means_a_new_printer() -> None:
    shelf = FakeShelf()
    shelf.broken = True
    recollection = Recollection(shelf, _Hangs(), PRINTER)
    await recollection.recall()
    assert recollection.memory == b""
    with pytest.raises(StoreError):
        await shelf.printer_memory(PRINTER)


class _Hangs:
    async def learn(self, raw: bytes, memory: bytes) -> bytes:
        if raw == b"dead":
            raise WorkerError("gone")
        if raw == b"babble":
            raise IndexError
        await asyncio.sleep(LEARN_AT_MOST_S * 100)
        return b"too late"


async def test_a_worker_that_hangs_is_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.pipeline.recollection.LEARN_AT_MOST_S", 0.01)
    recollection = Recollection(FakeShelf(), _Hangs(), PRINTER)
    for raw in (b"anything", b"dead", b"babble", None):
        await recollection.learn(raw)
    assert recollection.memory == b""
