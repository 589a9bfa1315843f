"""A damaged database costs what was damaged: the till goes on, the rest comes back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agent.errors import StoreDamagedError
from agent.store import moving, salvage
from agent.store.consents import KeepConsent
from agent.store.damage import DamagedRecord
from agent.store.records import (
    AcceptJob,
    Append,
    JobState,
    KeepMemory,
    LetPass,
    MoveCursor,
    OpenReceipt,
    PutParcel,
    SettleJob,
)
from agent.store.store import Store
from tests.fakes.clock import FakeClock
from tests.store.builders import (
    a_job,
    a_parcel,
    a_receipt,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
)
from tests.store.test_consents import a_consent
from tests.store.test_old_files import IN_THE_CLEAR, unpacked

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)
SALES = 60
CLEAR_JOB = "SELECT 1 FROM job WHERE substr(raw, 1, 1) = x'01'"


class _Killed(BaseException):
    """Nothing runs behind it."""


async def _fill(folder: Path) -> None:
    async with opened(folder) as store:
        await store.commit(MoveCursor("rcu", 0), KeepMemory("tcp", b"logo"))
        for number in range(1, SALES + 1):
            await store.commit(
                AcceptJob(a_job(number), raw_of(number)),
                OpenReceipt(a_receipt(number)),
                Append(an_entry(number)),
            )
        await store.commit(
            PutParcel(a_parcel(1)),
            LetPass(job_id(2), b"\x1b@", ()),
            SettleJob(job_id(3), JobState.PAPER_DUE, "R10"),
            MoveCursor("rcu", 20),
            KeepConsent(a_consent(1), b"\0" * 32),
        )


def _damage(path: Path, *pages: int) -> None:
    """Those pages are noise, from 1."""
    content, dice = bytearray(path.read_bytes()), Random(1)
    for page in pages:
        content[(page - 1) * 2048 : page * 2048] = dice.randbytes(2048)
    path.write_bytes(content)


def _leaves(path: Path, table: str) -> list[int]:
    db = sqlite3.connect(path)
    try:
        return [
            page
            for (page,) in db.execute(
                "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'",
                (table,),
            )
        ]
    finally:
        db.close()


def _rows_of(path: Path, page: int) -> int:
    db = sqlite3.connect(path)
    try:
        row = db.execute("SELECT ncell FROM dbstat WHERE pageno = ?", (page,))
        return int(row.fetchone()[0])
    finally:
        db.close()


def _salvage(folder: Path) -> dict[str, int]:
    (damaged,) = salvage.waiting(folder / "agent.db")
    done = subprocess.run(
        [sys.executable, "-m", "agent.store.salvage", str(damaged)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    said = json.loads(done.stdout)
    assert said["salvaged"], said
    rows: dict[str, int] = said["rows"]
    return rows


async def test_a_damaged_file_is_said_and_not_touched_by_the_store(
    tmp_path: Path,
) -> None:
    await _fill(tmp_path)
    path = tmp_path / "agent.db"
    _damage(path, _leaves(path, "event")[1])
    before = path.read_bytes()
    with pytest.raises(StoreDamagedError, match=r"damaged|malformed"):
        async with opened(tmp_path):
            pass
    assert path.read_bytes() == before


async def test_the_till_goes_on_at_once_with_numbers_that_were_never_given(
    tmp_path: Path,
) -> None:
    await _fill(tmp_path)
    path = tmp_path / "agent.db"
    _damage(path, _leaves(path, "event")[1])
    aside = moving.renew(path, NOW, 100)
    assert aside.parent.parent.name == "quarantine"
    async with opened(tmp_path) as store:
        await store.commit(
            AcceptJob(a_job(99), raw_of(99)), Append(an_entry(99)), MoveCursor("rcu", 0)
        )
        assert await store.log_height() == SALES + 1
        # the ledger of consents goes on at its end
        await store.commit(KeepConsent(a_consent(2), a_consent(1).digest))


async def test_what_can_be_read_comes_back_whole_and_is_sent_once_more(
    tmp_path: Path,
) -> None:
    await _fill(tmp_path)
    path = tmp_path / "agent.db"
    page, other = _leaves(path, "event")[1], _leaves(path, "job")[5]
    lost_entries, lost_jobs = _rows_of(path, page), _rows_of(path, other)
    assert lost_entries
    assert lost_jobs
    _damage(path, page, other)
    moving.renew(path, NOW, 100)
    async with opened(tmp_path) as store:
        await store.commit(
            AcceptJob(a_job(99), raw_of(99)),
            Append(an_entry(99)),
            MoveCursor("rcu", SALES + 1),
        )
    rows = _salvage(tmp_path)
    # All but those of the page that is gone.
    assert rows["job"] == SALES - lost_jobs
    assert rows["event"] == SALES - lost_entries
    assert rows["receipt"] == SALES
    async with opened(tmp_path) as store:
        jobs = {job.id: job for job in await store.unsettled_jobs()}
        whole = [n for n in range(1, SALES + 1) if job_id(n) in jobs]
        assert len(whole) == rows["job"]
        for number in (*whole, 99):
            assert await store.job_raw(job_id(number)) == raw_of(number)
        assert jobs[job_id(3)].state is JobState.PAPER_DUE
        for number in range(1, SALES + 1):
            found = await store.receipt(receipt_id(number))
            assert found is not None
        (parcel,) = await store.due_parcels("email", 1, 9)
        assert parcel.recipient == "anna@example.org"
        assert await store.passing(job_id(2)) == b"\x1b@"
        assert await store.printer_memory("tcp") == b"logo"
        # The RCU had 20: what it may not have comes again, in order, under its numbers.
        assert await store.cursor("rcu") == 20
        sent = await store.entries_after(20, 999, 1 << 20)
        numbers = [each.seq for each in sent]
        assert numbers == sorted(numbers)
        assert numbers[-1] == SALES + 1
        assert len(numbers) >= SALES - 20 - lost_entries
        for each in sent[:-1]:
            assert each.entry == an_entry(each.seq)
    # Taken over once, and never again.
    assert salvage.found(path) == []
    assert salvage.waiting(path) == []


async def test_a_damaged_file_of_an_older_version_comes_back_whole_and_encrypted(
    tmp_path: Path,
) -> None:
    path = unpacked(IN_THE_CLEAR[-1], tmp_path)
    moving.renew(path, NOW, 100)
    rows = _salvage(tmp_path)
    assert (rows["job"], rows["receipt"], rows["parcel"]) == (3, 3, 1)
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store, asyncio.timeout(30.0):
        for number in (1, 2, 3):
            assert await store.job_raw(job_id(number)) == raw_of(number)
        (parcel,) = await store.due_parcels("email", 9, 9)
        assert parcel.recipient == "anna@example.org"
        while await store.ask(lambda db, _: db.execute(CLEAR_JOB).fetchone()):
            await clock.advance(5.0)
            await asyncio.sleep(0.01)


async def test_a_damaged_record_within_a_readable_row_is_met_where_it_is_read(
    tmp_path: Path,
) -> None:
    await _fill(tmp_path)
    path = tmp_path / "agent.db"
    db = sqlite3.connect(path)
    with db:
        db.execute(
            "UPDATE job SET raw = zeroblob(length(raw)) WHERE id = ?",
            (job_id(7).bytes,),
        )
    db.close()
    _damage(path, _leaves(path, "event")[1])
    moving.renew(path, NOW, 100)
    _salvage(tmp_path)
    async with opened(tmp_path) as store:
        with pytest.raises(DamagedRecord):
            await store.job_raw(job_id(7))
        assert await store.job_raw(job_id(8)) == raw_of(8)


async def test_a_file_of_noise_leaves_numbers_far_above(tmp_path: Path) -> None:
    await _fill(tmp_path)
    path = tmp_path / "agent.db"
    size = path.stat().st_size // 2048
    _damage(path, *range(1, size + 1))
    with pytest.raises(StoreDamagedError, match="NOTADB"):
        async with opened(tmp_path):
            pass
    moving.renew(path, NOW, 100)
    (damaged,) = salvage.waiting(path)
    assert salvage.main(damaged) == 1
    assert salvage.waiting(path) == []
    async with opened(tmp_path) as store:
        await store.commit(Append(an_entry(1)), AcceptJob(a_job(1), raw_of(1)))
        assert await store.log_height() > 160_000_000
        assert await store.job_raw(job_id(1)) == raw_of(1)


async def test_a_new_database_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(tmp_path)
    path = tmp_path / "agent.db"
    before = path.read_bytes()

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(moving, "set_aside", no_room)
    with pytest.raises(Exception, match="No space left"):
        moving.renew(path, NOW, 100)
    assert path.read_bytes() == before
    assert not (tmp_path / ".agent.db.new").exists()
    assert not (tmp_path / "agent.db.ready").exists()


async def test_a_kill_between_the_old_database_and_the_new_one_loses_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(tmp_path)
    path = tmp_path / "agent.db"
    set_aside = moving.set_aside

    def killed(*said: Any) -> None:
        set_aside(*said)
        # Its -wal may be there still.
        (tmp_path / "agent.db-wal").write_bytes(b"of the one before")
        raise _Killed

    monkeypatch.setattr(moving, "set_aside", killed)
    with pytest.raises(_Killed):
        moving.renew(path, NOW, 100)
    assert not path.exists()
    async with opened(tmp_path) as store:
        assert await store.log_height() == SALES
        assert not (tmp_path / "agent.db.ready").exists()
    assert _salvage(tmp_path)["job"] == SALES


async def test_a_store_that_failed_in_use_is_looked_at_whole_at_the_next_start(
    tmp_path: Path,
) -> None:
    await _fill(tmp_path)
    path = tmp_path / "agent.db"
    async with opened(tmp_path) as store:
        error = sqlite3.DatabaseError("malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        error.sqlite_errorname = "SQLITE_CORRUPT"
        store._writer.judge(error)
    assert (tmp_path / "agent.db.suspect").exists()
    async with opened(tmp_path) as store:
        assert await store.job_raw(job_id(1)) == raw_of(1)
    assert not (tmp_path / "agent.db.suspect").exists()
    assert isinstance(store, Store)
    assert path.exists()
