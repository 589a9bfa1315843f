"""What a printer remembers is given along with each job, and never in its way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest

from agent.errors import StoreError, WorkerError
from agent.ids import JobId
from agent.pipeline.recollection import LEARN_AT_MOST_S, MAX_OWED, Recollection
from agent.store.records import AcceptJob, Job, JobState, KeepMemory, Shape
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


async def test_what_could_not_be_kept_is_kept_with_the_next_lesson() -> None:
    rig = Rig()
    rig.shelf.breaks_on = KeepMemory
    async with rig.running():
        await rig.job(b"define logo", shape="control")
        rig.shelf.breaks_on = None
        await rig.job(b"settings", shape="control")
    assert rig.shelf.memories == {PRINTER: b"logo"}


async def test_a_receipt_that_was_not_understood_is_learned_from() -> None:
    rig = Rig()
    rig.worker.broken.add("understand")
    raw = document(number="define logo")
    async with rig.running():
        await rig.job(raw)
    assert rig.printer.printed == [raw]
    assert rig.shelf.memories[PRINTER].startswith(b"logo")


async def test_a_worker_in_trouble_is_not_asked_for_lessons_while_jobs_wait() -> None:
    rig = Rig()
    rig.worker.broken.add("understand")
    async with rig.running():
        for number, logo in enumerate(("define old", "define new"), start=1):
            job = replace(_job(number), shape="document")
            await rig.hatch.accept(job, document(number=logo))
        await rig.settle()
    asked = [task for task, _ in rig.worker.asked]
    assert asked == ["understand", "understand", "learn", "learn"]
    assert rig.shelf.memories[PRINTER].startswith(b"new")


async def test_a_lesson_that_failed_is_taken_up_by_the_next_job() -> None:
    rig = Rig()
    async with rig.running():
        rig.worker.broken.add("learn")
        await rig.job(b"define logo", shape="control")
        rig.worker.broken.clear()
        await rig.job(document())
    assert rig.shelf.memories == {PRINTER: b"logo"}


async def test_an_older_definition_never_takes_the_place_of_a_newer_one() -> None:
    rig = Rig()
    async with rig.running():
        rig.worker.broken.add("learn")
        await rig.job(b"define old", shape="control")
        rig.worker.broken.clear()
        await rig.job(b"define new", shape="control")
    assert rig.shelf.memories == {PRINTER: b"new"}
    rig.build()
    async with rig.running():
        await rig.job(document())
    assert rig.worker.memories == [b"new"]


async def test_a_receipt_behind_a_lesson_that_failed_is_learned_from_after_it() -> None:
    rig = Rig()
    async with rig.running():
        rig.worker.broken.add("learn")
        await rig.job(b"define old", shape="control")
        rig.worker.broken.clear()
        await rig.job(document(number="define new"))
    assert rig.shelf.memories[PRINTER].startswith(b"new")


async def test_a_lesson_that_failed_is_taken_up_by_the_next_start() -> None:
    rig = Rig()
    rig.worker.broken.add("learn")
    async with rig.running():
        await rig.job(b"define logo", shape="control")
    assert rig.shelf.memories == {}
    rig.worker.broken.clear()
    rig.build()
    async with rig.running():
        await rig.job(document())
    assert rig.worker.memories == [b"logo"]
    assert rig.shelf.lessons == []


@pytest.mark.parametrize("shape", ["control", "document"])
async def test_a_definition_outlives_a_kill_before_it_was_learned(shape: Shape) -> None:
    rig = Rig()
    rig.worker.defines = True
    rig.worker.hung.add("learn")
    async with rig.running():
        job = await rig.job(document(number="define logo"), shape=shape)
        assert rig.shelf.jobs[job].state is not JobState.ACCEPTED
    assert rig.shelf.memories == {}
    rig.worker.hung.clear()
    rig.build()
    async with rig.running():
        await rig.settle()
    assert rig.shelf.memories[PRINTER].startswith(b"logo")
    assert len(rig.printer.printed) == (shape == "control")


async def test_a_tail_that_defines_outlives_a_kill_before_it_was_learned() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(b"define logo", shape="control")
        job = await rig.job(document())
        rig.worker.hung.add("learn")
        tail = await rig.job(b"define smaller", shape="tail", follows=job)
        assert rig.shelf.jobs[tail].state is JobState.HELD
    rig.worker.hung.clear()
    rig.build()
    async with rig.running():
        await rig.settle()
    assert rig.shelf.memories == {PRINTER: b"smaller"}


async def test_a_job_that_the_corridor_fell_over_is_learned_from() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(b"not what the fake worker reads, define logo")
    assert rig.printer.printed == [b"not what the fake worker reads, define logo"]
    assert rig.shelf.memories == {PRINTER: b"logo"}


async def test_a_hostile_job_is_given_up_and_stops_none_behind_it() -> None:
    shelf, student = FakeShelf(), _Student()
    recollection = Recollection(shelf, student, PRINTER)
    for number, raw in enumerate((b"dead", b"logo", b"dead", b"babble"), start=1):
        await _learn(recollection, shelf, number, raw)
    assert student.asked == [b"dead", b"dead", b"logo", b"dead", b"dead", b"babble"]
    assert shelf.memories == {PRINTER: b"logo"}
    await recollection.catch_up()
    assert not recollection.behind


async def test_lessons_of_a_worker_that_is_down_are_bounded() -> None:
    shelf = FakeShelf()
    recollection = Recollection(shelf, _Student(), PRINTER)
    for number in range(1, MAX_OWED + 3):
        await _accept(recollection, shelf, number, b"logo %d" % number)
    assert shelf.lessons == [_job(number).id for number in range(3, MAX_OWED + 3)]
    await recollection.catch_up()
    assert shelf.memories == {PRINTER: b"logo %d" % (MAX_OWED + 2)}
    assert shelf.lessons == []


async def test_a_job_whose_bytes_are_damaged_stops_none_behind_it() -> None:
    shelf = FakeShelf()
    shelf.damaged.add(_job(1).id)
    recollection = Recollection(shelf, _Student(), PRINTER)
    await _accept(recollection, shelf, 1, b"damaged")
    await _accept(recollection, shelf, 2, b"logo")
    await recollection.catch_up()
    assert shelf.memories == {}
    await recollection.catch_up()
    assert shelf.memories == {PRINTER: b"logo"}


async def test_a_store_that_does_not_answer_means_a_new_printer() -> None:
    shelf = FakeShelf()
    shelf.broken = True
    recollection = Recollection(shelf, _Student(), PRINTER)
    await recollection.recall()
    assert recollection.memory == b""
    with pytest.raises(StoreError):
        await shelf.printer_memory(PRINTER)


@dataclass
class _Student:
    """Remembers the last job, if it lives."""

    asked: list[bytes] = field(default_factory=list)

    async def learn(self, raw: bytes, memory: bytes) -> bytes:
        self.asked.append(raw)
        if raw == b"dead":
            raise WorkerError("gone")
        if raw == b"babble":
            raise IndexError
        if raw == b"hang":
            await asyncio.sleep(LEARN_AT_MOST_S * 100)
        return raw


def _job(number: int) -> Job:
    return Job(JobId(UUID(int=number)), "door", number, "cut", "control")


async def _accept(
    recollection: Recollection, shelf: FakeShelf, number: int, raw: bytes
) -> JobId:
    job = _job(number)
    recollection.owe(job)
    await shelf.commit(AcceptJob(job, raw), *recollection.owed(job.id))
    return job.id


async def _learn(
    recollection: Recollection, shelf: FakeShelf, number: int, raw: bytes
) -> None:
    await recollection.catch_up(await _accept(recollection, shelf, number, raw), raw)


async def test_a_worker_that_hangs_is_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.pipeline.recollection.LEARN_AT_MOST_S", 0.01)
    shelf, student = FakeShelf(), _Student()
    recollection = Recollection(shelf, student, PRINTER)
    await _learn(recollection, shelf, 1, b"hang")
    assert recollection.memory == b""
    await _learn(recollection, shelf, 2, b"logo")
    assert student.asked == [b"hang", b"hang"]
    await recollection.catch_up()
    assert recollection.memory == b"logo"
