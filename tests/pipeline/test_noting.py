"""What was printed while the store could not know it is known once there is room."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.bus import Bus
from agent.errors import ChangeRefusedError, StoreError, StoreOverError
from agent.events import Event
from agent.pipeline import noting
from agent.pipeline.noting import AGAIN_S, Noting
from agent.store.records import AcceptJob, Change, JobState, SettleJob
from tests.fakes.clock import FakeClock
from tests.pipeline.rig import Rig, document
from tests.store.builders import a_job, job_id, opened, raw_of


class Disk:
    """Full, or over, or not."""

    def __init__(self) -> None:
        self.wrong: StoreError | None = StoreError("full")
        self.told: list[tuple[Change, ...]] = []

    async def commit(self, *changes: Change) -> None:
        if self.wrong is not None:
            raise self.wrong
        self.told.append(changes)


def printed(number: int) -> SettleJob:
    return SettleJob(job_id(number), JobState.PRINTED, "R00")


async def test_a_job_that_is_printed_while_the_disk_is_full_is_not_offered_again() -> (
    None
):
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        shown = rig.counter.snapshot("cashier").shown
        assert shown is not None
        rig.shelf.broken = True
        await rig.counter.choose(shown.id, "paper", None, "cashier")
        await rig.settle()
        assert rig.printer.printed == [document()]
        assert rig.shelf.jobs[job].state is not JobState.PRINTED
        rig.shelf.broken = False
        await rig.pass_time(AGAIN_S + 0.1)
        assert rig.shelf.jobs[job].state is JobState.PRINTED
    rig.build()  # the next start finds nothing to offer
    async with rig.running():
        await rig.settle()
        assert rig.counter.snapshot("cashier").shown is None
    assert rig.printer.printed == [document()]


async def test_what_is_owed_is_told_in_order_as_far_as_there_is_room() -> None:
    disk, clock = Disk(), FakeClock()
    notes = Noting(disk, clock, Bus[Event]())
    running = asyncio.create_task(notes.run())
    for number in (1, 2, 3):
        await notes.note(printed(number))
    await clock.advance(AGAIN_S * 3)
    assert (notes.owed, disk.told) == (3, [])
    disk.wrong = None
    await clock.advance(AGAIN_S)
    assert disk.told == [(printed(1),), (printed(2),), (printed(3),)]
    assert notes.owed == 0
    await clock.advance(AGAIN_S * 3)
    assert len(disk.told) == 3
    running.cancel()


async def test_a_stop_tries_once_more() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document(kind="kitchen"))
        rig.shelf.broken = True
        await rig.lane.noting.note(SettleJob(job, JobState.PRINTED, "R00"))
        rig.shelf.broken = False
        await rig.lane.stop()
        assert rig.lane.noting.owed == 0


async def test_a_store_that_is_over_is_not_asked_for_ever() -> None:
    disk, clock = Disk(), FakeClock()
    notes = Noting(disk, clock, Bus[Event]())
    running = asyncio.create_task(notes.run())
    disk.wrong = StoreOverError("over")
    await notes.note(printed(1))
    await clock.advance(AGAIN_S * 10)
    assert clock.naps == [AGAIN_S]
    running.cancel()


async def test_so_much_is_remembered_and_no_more() -> None:
    disk = Disk()
    notes = Noting(disk, FakeClock(), Bus[Event]())
    for number in range(noting.MAX_OWED + 5):
        await notes.note(printed(number))
    assert notes.owed == noting.MAX_OWED
    disk.wrong = None
    await notes.again()
    assert disk.told[0] == (printed(5),)


async def test_what_does_not_fit_the_store_holds_up_nothing_behind_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Picky(Disk):
        async def commit(self, *changes: Change) -> None:
            if self.wrong is None and changes == (printed(2),):
                raise ChangeRefusedError("a constraint")
            await super().commit(*changes)

    disk = Picky()
    notes = Noting(disk, FakeClock(), Bus[Event]())
    for number in (1, 2, 3):
        await notes.note(printed(number))
    disk.wrong = None
    await notes.again()
    assert disk.told == [(printed(1),), (printed(3),)]
    assert notes.owed == 0
    assert "never takes it" in caplog.text


async def test_the_store_says_which_changes_never_fit(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store._hop.run(
            lambda db: db.execute(
                """CREATE TRIGGER no BEFORE UPDATE ON job
                BEGIN SELECT RAISE(ABORT, 'never'); END"""
            )
        )
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        with pytest.raises(ChangeRefusedError, match="never"):
            await store.commit(printed(1))
        await store.commit(AcceptJob(a_job(2), raw_of(2)))
