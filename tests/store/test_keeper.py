"""Erasure takes what it may and nothing else; checkpoints happen when idle."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from agent.store import side_files
from agent.store.preferences import KeepPreference
from agent.store.records import (
    AcceptJob,
    Append,
    DecideReceipt,
    JobState,
    KeepSale,
    MoveCursor,
    OpenReceipt,
    PutParcel,
    SetAside,
    SettleJob,
)
from agent.store.settings import StoreSettings
from agent.store.store import Store
from tests.fakes.clock import EPOCH, FakeClock
from tests.store.builders import (
    AT_MS,
    a_job,
    a_parcel,
    a_receipt,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
)
from tests.store.test_consents import kept

DAY_S = 86_400.0


async def _sell(store: Store, number: int) -> None:
    await store.commit(
        AcceptJob(a_job(number), raw_of(number)),
        OpenReceipt(a_receipt(number)),
        Append(an_entry(number)),
        SettleJob(job_id(number), JobState.NO_PAPER, "R10"),
        DecideReceipt(receipt_id(number), "qr"),
    )


def test_the_fake_clock_starts_when_the_records_do() -> None:
    assert int(EPOCH.timestamp() * 1000) == AT_MS


async def test_settled_and_sent_content_is_erased_after_the_retention(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(MoveCursor("rcu", 0))
        await _sell(store, 1)
        await store.commit(MoveCursor("rcu", 1))
        clock._elapsed_s = 2.9 * DAY_S
        assert await store.erase() == 0
        assert await store.job_raw(job_id(1)) == raw_of(1)
        sealed = await asyncio.to_thread(_sealed, tmp_path)
        assert all(each in _bytes_of(tmp_path) for each in sealed)
        clock._elapsed_s = 3.1 * DAY_S
        assert await store.erase() == 3
        assert await store.job_raw(job_id(1)) is None
        assert await store.receipt(receipt_id(1)) is None
        assert await store.recent_receipts(9) == []
        assert await store.entries_after(0, 9, 9999) == []
        assert await store.log_height() == 1
        # gone from the file and from the WAL, not only from the table
        files = await asyncio.to_thread(_bytes_of, tmp_path)
        assert not [each for each in sealed if each in files]


async def test_what_is_still_needed_is_kept_however_old(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(MoveCursor("rcu", 0))
        clock._elapsed_s = 1.0
        for number in (1, 2, 3):
            await _sell(store, number)
        await store.commit(
            AcceptJob(a_job(4, JobState.HELD), b"held"),
            OpenReceipt(a_receipt(4)),
            PutParcel(a_parcel(1)),
            SetAside("rcu", 1, "refused"),
            MoveCursor("rcu", 1),
        )
        clock._elapsed_s = 30 * DAY_S
        await store.erase()
        # 1 is sent, but set aside and its mail is due; 2 and 3 are not sent
        assert [e.seq for e in await store.entries_after(0, 9, 9999)] == [1, 2, 3]
        assert await store.receipt(receipt_id(1)) is not None
        assert await store.job_raw(job_id(2)) == raw_of(2)
        assert await store.receipt(receipt_id(3)) is not None
        assert await store.job_raw(job_id(4)) == b"held"
        assert await store.receipt(receipt_id(4)) == a_receipt(4)


async def test_a_clock_that_jumps_ahead_erases_nothing_before_its_time(
    tmp_path: Path,
) -> None:
    """A till without a battery wakes up in 2000 and is set right by the network."""
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(MoveCursor("rcu", 0))
        await _sell(store, 1)
        await store.commit(MoveCursor("rcu", 1))
        clock.jump(26 * 365 * DAY_S)
        await store.erase()
        assert await store.job_raw(job_id(1)) == raw_of(1)
        assert await store.receipt(receipt_id(1)) is not None
        assert len(await store.entries_after(0, 9, 9999)) == 1
        clock._elapsed_s += 3.1 * DAY_S
        await store.erase()
        assert await store.job_raw(job_id(1)) is None


async def test_a_clock_that_jumps_ahead_takes_no_proof_choice_or_likeness(
    tmp_path: Path,
) -> None:
    """Rows that bear the time of the wall clock alone."""
    clock = FakeClock()
    there = """SELECT (SELECT count(*) FROM consent WHERE body IS NOT NULL),
      (SELECT count(*) FROM preference), (SELECT count(*) FROM sale)"""
    async with opened(tmp_path, clock=clock) as store:
        clock._elapsed_s = 1.0
        await store.commit(
            kept(1),
            KeepPreference(b"\x07" * 16, None, AT_MS + 1000),
            KeepSale(receipt_id(1), *["00" * 16] * 3),
        )
        clock.jump(26 * 365 * DAY_S)
        await store.erase()
        assert await store.ask(lambda db, _: db.execute(there).fetchone()) == (1, 1, 1)
        clock._elapsed_s += 3.1 * DAY_S
        await store.erase()
        assert await store.ask(lambda db, _: db.execute(there).fetchone()) == (1, 1, 0)
        clock._elapsed_s += 3 * 366 * DAY_S
        await store.erase()
        assert await store.ask(lambda db, _: db.execute(there).fetchone()) == (0, 0, 0)


async def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    clock = FakeClock()
    settings = StoreSettings(tombstone_days=4)
    async with opened(tmp_path, clock=clock, settings=settings) as store:
        for number in range(1, 301):
            await _sell(store, number)
        clock._elapsed_s = 5 * DAY_S
        assert await store.erase() == 1800
        assert await store.erase() == 0
        rows = await store._hop.run(
            lambda db: [
                db.execute(f"SELECT count(*) FROM {table}").fetchone()
                for table in ("event", "job", "receipt")
            ]
        )
        assert rows == [(0,), (0,), (0,)]
        assert await store.log_height() == 300
    async with opened(tmp_path) as store:
        await store.commit(Append(an_entry(301)), MoveCursor("rcu", 301))
        (logged,) = await store.entries_after(0, 9, 9999)
        assert logged.seq == 301
        assert await store.cursor("rcu") == 301


async def test_the_keeper_sweeps_by_the_hour(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await _sell(store, 1)
        await clock.advance(3.1 * DAY_S)
        async with asyncio.timeout(5):
            while await store.job_raw(job_id(1)) is not None:
                await clock.advance(3600)
                await asyncio.sleep(0.01)


async def test_housekeeping_that_falls_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock, tries = FakeClock(), 0
    again = asyncio.Event()

    def gone(*_: object) -> int:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise FileNotFoundError("a folder that somebody has just removed")
        loop.call_soon_threadsafe(again.set)
        return 0

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(side_files, "age_out", gone)
    async with opened(tmp_path, clock=clock), asyncio.timeout(30.0):
        while not again.is_set():
            await clock.advance(30.0)
            await asyncio.sleep(0.01)
    assert "housekeeping of the store fell" in caplog.text


async def test_an_idle_store_moves_the_wal_into_the_file(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        size = (tmp_path / "agent.db").stat().st_size
        await clock.advance(1.5)
        async with asyncio.timeout(5):
            while (tmp_path / "agent.db").stat().st_size == size:  # noqa: ASYNC110 -- a file has no event
                await asyncio.sleep(0.01)
    # A copy of the main file alone holds the job: nothing is left in the WAL.
    db = sqlite3.connect(tmp_path / "agent.db")
    assert db.execute("SELECT count(*) FROM job").fetchone() == (1,)
    db.close()


def _sealed(folder: Path) -> list[bytes]:
    """What stands encrypted in the file, and the wrapped key of it."""
    db = sqlite3.connect(folder / "agent.db")
    try:
        found = db.execute(
            """SELECT raw FROM job UNION SELECT body FROM event UNION SELECT body FROM
            receipt UNION SELECT strip FROM receipt UNION SELECT wrapped FROM data_key
            WHERE kid = (SELECT kid FROM job)"""
        ).fetchall()
    finally:
        db.close()
    return [each for (each,) in found]


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
