"""Group commit: shared, all-or-nothing each, and honest about failure."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agent.clock import SystemClock
from agent.errors import StoreError
from agent.store import writer as writer_module
from agent.store.hop import Hop
from agent.store.opening import prepare_writer
from agent.store.records import AcceptJob, Append, KeepPiece
from agent.store.seal import CheckedSealer
from agent.store.settings import StoreSettings
from agent.store.writer import MAX_BATCH, MAX_QUEUED, MAX_QUEUED_BYTES, GroupWriter
from tests.store.builders import a_job, an_entry, job_id, opened


async def test_fifty_callers_share_a_handful_of_transactions(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        before = store.transactions
        async with asyncio.TaskGroup() as group:
            for number in range(50):
                group.create_task(store.commit(Append(an_entry(number))))
        assert 1 <= store.transactions - before <= 3
        assert await store.log_height() == 50


async def test_a_batch_is_bounded(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        before = store.transactions
        async with asyncio.TaskGroup() as group:
            for number in range(MAX_BATCH * 2 + 1):
                group.create_task(store.commit(Append(an_entry(number))))
        assert store.transactions - before >= 3


async def test_a_poisoned_commit_does_not_sink_its_neighbours(tmp_path: Path) -> None:
    poisoned = AcceptJob(replace(a_job(3), door=None), b"x")  # type: ignore[arg-type]  # on purpose
    outcomes: dict[int, str] = {}

    async with opened(tmp_path) as store:

        async def write(number: int) -> None:
            change = poisoned if number == 3 else AcceptJob(a_job(number), b"x")
            try:
                await store.commit(Append(an_entry(number)), change)
            except StoreError as error:
                outcomes[number] = str(error)

        async with asyncio.TaskGroup() as group:
            for number in range(8):
                group.create_task(write(number))
        jobs = {job.id for job in await store.unsettled_jobs()}
        height = await store.log_height()
        entries = await store.entries_after(0, 99, 1 << 20)
    assert list(outcomes) == [3]
    assert "NOT NULL" in outcomes[3]
    assert jobs == {job_id(number) for number in range(8) if number != 3}
    assert (
        [entry.seq for entry in entries] == list(range(1, height + 1)) == [*range(1, 8)]
    )


async def test_a_bug_in_one_commit_reaches_its_caller_only(tmp_path: Path) -> None:
    bug = AcceptJob(a_job(1), None)  # type: ignore[arg-type]  # on purpose
    async with opened(tmp_path) as store:
        with pytest.raises(TypeError):
            await store.commit(bug)
        await store.commit(AcceptJob(a_job(1), b"x"))


async def test_a_cancelled_caller_does_not_withdraw_its_changes(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        task = asyncio.create_task(store.commit(Append(an_entry(1))))
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await store.commit(Append(an_entry(2)))
        ids = [logged.entry.id for logged in await store.entries_after(0, 9, 9999)]
    assert ids == [an_entry(1).id, an_entry(2).id]


async def test_cancellation_at_any_moment_leaves_whole_commits(tmp_path: Path) -> None:
    dice = Random(1)
    async with opened(tmp_path) as store:
        for number in range(60):
            task = asyncio.create_task(
                store.commit(Append(an_entry(number)), AcceptJob(a_job(number), b"x"))
            )
            await asyncio.sleep(dice.random() * 0.003)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await store.commit(Append(an_entry(1000 + number)))
        entries = await store.entries_after(0, 999, 1 << 20)
        jobs = {job.at_ms for job in await store.unsettled_jobs()}
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    small = {entry.entry.at_ms for entry in entries if entry.entry.at_ms in jobs}
    assert small == jobs
    assert len(entries) == 60 + len(jobs)


async def test_what_is_queued_when_the_store_closes_is_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        tasks = [
            asyncio.create_task(store.commit(Append(an_entry(number))))
            for number in range(300)
        ]
        await asyncio.sleep(0)
    await asyncio.wait(tasks)
    assert all(task.exception() is None for task in tasks)
    async with opened(tmp_path) as again:
        assert await again.log_height() == 300


async def test_a_closed_store_refuses(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        pass
    with pytest.raises(StoreError, match="closed"):
        await store.commit(Append(an_entry(1)))
    with pytest.raises(StoreError, match="closed"):
        await store.ping()


async def test_no_thread_outlives_the_store(tmp_path: Path) -> None:
    before = set(threading.enumerate())  # some of a test before may still be ending
    async with opened(tmp_path):
        ours = set(threading.enumerate()) - before
        assert len(ours) == 2
    for thread in ours:
        await asyncio.to_thread(thread.join, 5)
        assert not thread.is_alive()


async def test_the_queue_is_bounded_and_then_callers_wait(tmp_path: Path) -> None:
    raw = b"x" * (MAX_QUEUED_BYTES // 4)
    async with _writer(tmp_path) as (writer, _):
        tasks = [
            asyncio.create_task(writer.commit((KeepPiece(job_id(n), "d", 0, raw),)))
            for n in range(6)
        ]
        await asyncio.sleep(0.02)
        assert len(writer._queue) == 4
        assert writer._queued_bytes <= MAX_QUEUED_BYTES
        running = asyncio.create_task(writer.run())
        await asyncio.wait_for(asyncio.wait(tasks), 5)
        tasks = [
            asyncio.create_task(writer.commit((Append(an_entry(n)),)))
            for n in range(MAX_QUEUED + 50)
        ]
        await asyncio.sleep(0)
        assert len(writer._queue) <= MAX_QUEUED
        await asyncio.wait_for(asyncio.wait(tasks), 10)
        assert all(task.exception() is None for task in tasks)
        writer.close()
        await running


async def test_one_change_above_the_bound_passes_alone(tmp_path: Path) -> None:
    raw = bytes(MAX_QUEUED_BYTES + 1)
    async with opened(tmp_path) as store:
        await asyncio.wait_for(store.commit(AcceptJob(a_job(1), raw)), 10)
        assert await store.job_raw(job_id(1)) == raw


async def test_a_full_disk_refuses_and_keeps_what_was_accepted(tmp_path: Path) -> None:
    dice = Random(1)
    accepted: dict[int, bytes] = {}
    settings = StoreSettings(max_size_mb=1)
    async with opened(tmp_path, settings=settings) as store:
        with suppress(StoreError):
            for number in range(1000):
                raw = dice.randbytes(8000)
                await store.commit(AcceptJob(a_job(number), raw))
                accepted[number] = raw
        assert 50 < len(accepted) < 1000
        with pytest.raises(StoreError, match="full; free space"):
            await store.commit(AcceptJob(a_job(1001), dice.randbytes(9000)))
        await store.ping()
        for number, raw in accepted.items():
            assert await store.job_raw(job_id(number)) == raw
    async with opened(tmp_path) as store:  # the quota was raised
        await store.commit(AcceptJob(a_job(1001), b"x"))
        assert len(await store.unsettled_jobs()) == len(accepted) + 1


class _FailingDisk(sqlite3.Connection):
    """COMMIT fails as SQLite says it when the named thing breaks."""

    error: tuple[int, str] | None = None
    commits = 0

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            type(self).commits += 1
            if self.error is not None:
                code, name = self.error
                failure = sqlite3.OperationalError("disk I/O error")
                failure.sqlite_errorcode = code
                failure.sqlite_errorname = name
                raise failure
        return super().execute(sql, *args)


@asynccontextmanager
async def _writer(
    folder: Path, disk: type[sqlite3.Connection] = sqlite3.Connection
) -> AsyncGenerator[tuple[GroupWriter, Hop]]:
    path = folder / "agent.db"
    hop = Hop(path, disk)
    async with hop:
        boot = await hop.run(lambda db: prepare_writer(db, path, 100))
        yield GroupWriter(hop, CheckedSealer(), SystemClock(), boot), hop


async def test_a_failed_fsync_ends_all_writing(tmp_path: Path) -> None:
    class Disk(_FailingDisk):
        pass

    async with _writer(tmp_path, Disk) as (writer, hop):
        running = asyncio.create_task(writer.run())
        await writer.commit((Append(an_entry(1)),))
        Disk.error = (sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC")
        Disk.commits = 0
        tasks = [
            asyncio.create_task(writer.commit((Append(an_entry(n)),)))
            for n in (2, 3, 4)
        ]
        await asyncio.wait(tasks)
        assert Disk.commits == 1  # a second try on the same file would lie
        for task in tasks:
            assert isinstance(task.exception(), StoreError)
        Disk.error = None
        with pytest.raises(StoreError, match="must restart"):
            await writer.commit((Append(an_entry(5)),))
        with pytest.raises(StoreError, match="must restart"):
            writer.refuse_if_over()
        assert writer.over.is_set()
        (height,) = await hop.run(
            lambda db: db.execute("SELECT seq FROM log_height").fetchone()
        )
        assert height == 1
        writer.close()
        await running


async def test_a_failed_fsync_also_ends_a_second_try_one_by_one(tmp_path: Path) -> None:
    class Disk(_FailingDisk):
        pass

    poisoned = AcceptJob(replace(a_job(3), door=None), b"x")  # type: ignore[arg-type]  # on purpose
    async with _writer(tmp_path, Disk) as (writer, _):
        running = asyncio.create_task(writer.run())
        Disk.error = (sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC")
        Disk.commits = 0
        changes = (Append(an_entry(1)), poisoned, Append(an_entry(2)))
        tasks = [asyncio.create_task(writer.commit((change,))) for change in changes]
        await asyncio.wait(tasks)
        assert Disk.commits == 1
        assert all(isinstance(task.exception(), StoreError) for task in tasks)
        writer.close()
        await running


async def test_a_failed_write_refuses_that_commit_only(tmp_path: Path) -> None:
    class Disk(_FailingDisk):
        pass

    async with _writer(tmp_path, Disk) as (writer, _):
        running = asyncio.create_task(writer.run())
        Disk.error = (sqlite3.SQLITE_IOERR_WRITE, "SQLITE_IOERR_WRITE")
        with pytest.raises(StoreError, match="the disk failed"):
            await writer.commit((Append(an_entry(1)),))
        assert not writer.over.is_set()
        Disk.error = None
        await writer.commit((Append(an_entry(1)),))
        writer.close()
        await running


async def test_a_job_does_not_wait_for_ever_for_a_disk_that_does_not_keep_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "ROOM_S", 0.05)
    async with _writer(tmp_path) as (writer, _):
        # Nothing is written: a COMMIT that does not return.
        queued = [
            asyncio.create_task(writer.commit((Append(an_entry(n)),)))
            for n in range(MAX_QUEUED)
        ]
        await asyncio.sleep(0)
        with pytest.raises(StoreError, match="does not keep up"):
            await writer.commit((AcceptJob(a_job(1), b"x"),))
        assert writer.refused == 1
        # What cannot be printed instead waits; and all that was queued is written.
        late = asyncio.create_task(writer.commit((Append(an_entry(MAX_QUEUED)),)))
        await asyncio.sleep(0.2)
        assert not late.done()
        running = asyncio.create_task(writer.run())
        await asyncio.wait([*queued, late])
        assert all(task.exception() is None for task in (*queued, late))
        await writer.commit((AcceptJob(a_job(2), b"x"),))
        writer.close()
        await running
