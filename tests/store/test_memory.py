"""What a printer remembers is kept, alone or with its job, over every restart."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent.store import opening
from agent.store.records import AcceptJob, JobState, KeepMemory, OweLesson, SettleJob
from agent.store.schema import MIGRATIONS
from agent.store.seal import CheckedSealer, place
from tests.fakes.clock import FakeClock
from tests.store.builders import a_job, job_id, opened, raw_of

PRINTER = "tcp://192.168.1.50:9100"
MEMORY = b"escpos memory 1\n" + bytes(range(256)) * 100


async def test_a_memory_outlives_the_daemon_and_any_number_of_weeks(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(
            AcceptJob(a_job(1), raw_of(1)),
            KeepMemory(PRINTER, MEMORY),
            SettleJob(job_id(1), JobState.PRINTED, "R01"),
        )
    async with opened(tmp_path, clock=clock) as store:
        clock._elapsed_s = 60 * 86_400.0
        await store.erase()
        assert await store.job_raw(job_id(1)) is None
        assert await store.printer_memory(PRINTER) == MEMORY
        assert await store.printer_memory("another") is None


async def test_the_last_memory_is_the_one_that_counts(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for memory in (b"first", MEMORY, b"last"):
            await store.commit(KeepMemory(PRINTER, memory))
        assert await store.printer_memory(PRINTER) == b"last"


async def test_a_lesson_is_owed_over_a_restart_and_for_as_long_as_its_job_is_there(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    ids = [job_id(1), job_id(2)]
    async with opened(tmp_path, clock=clock) as store:
        for number in (1, 2):
            await store.commit(
                AcceptJob(a_job(number), raw_of(number)),
                SettleJob(job_id(number), JobState.PRINTED, "R01"),
                OweLesson(job_id(number), job_id(1)),
            )
    async with opened(tmp_path, clock=clock) as store:
        assert await store.lessons_owed(9) == ids
        clock._elapsed_s = 8 * 86_400.0
        await store.erase()
        assert await store.job(job_id(1)) is not None
        assert await store.lessons_owed(9) == []
        clock._elapsed_s = 400 * 86_400.0
        await store.erase()
        rows = await store._hop.run(
            lambda db: db.execute("SELECT n FROM lesson").fetchall()
        )
        assert list(rows) == []


async def test_a_damaged_memory_is_left_out_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path) as store:
        await store.commit(KeepMemory(PRINTER, MEMORY))
        await store._hop.run(
            lambda db: db.execute(
                "UPDATE printer_memory SET memory = CAST(substr(memory, 3) AS BLOB)"
            ).fetchall()
        )
        with caplog.at_level(logging.ERROR):
            assert await store.printer_memory(PRINTER) is None
        await store.commit(KeepMemory(PRINTER, b"new"))
        assert await store.printer_memory(PRINTER) == b"new"
    (record,) = caplog.records
    assert "printer_memory" in getattr(record, "record", "")


async def test_a_store_of_the_first_version_learns_to_remember(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(opening, "MIGRATIONS", MIGRATIONS[:1])
        async with opened(tmp_path, sealer=CheckedSealer()):
            pass
    _accepted_then(tmp_path)
    assert _version(tmp_path) == 1
    async with opened(tmp_path) as store:
        assert await store.job_raw(job_id(1)) == raw_of(1)
        assert await store.job(job_id(1)) == a_job(1)
        assert await store.printer_memory(PRINTER) is None
        await store.commit(KeepMemory(PRINTER, MEMORY))
        assert await store.printer_memory(PRINTER) == MEMORY
    assert _version(tmp_path) == len(MIGRATIONS)


def _accepted_then(folder: Path) -> None:
    """A job as the first version wrote it, which knew no lines."""
    job = a_job(1)
    sealed = CheckedSealer().seal(raw_of(1), place("job", job.id, "raw"))
    with closing(sqlite3.connect(folder / "agent.db")) as db, db:
        db.execute(
            """INSERT INTO job(id, door, at_ms, boot, mono_ms, evidence, shape, follows,
              forwarded, state, rule, settled_ms, raw)
            VALUES (?, ?, ?, 1, 1, ?, ?, NULL, '[]', ?, '', NULL, ?)""",
            (
                *(job.id.bytes, job.door, job.at_ms, job.evidence, job.shape),
                *(job.state, sealed),
            ),
        )


def _version(folder: Path) -> int:
    db = sqlite3.connect(folder / "agent.db")
    try:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
    finally:
        db.close()
