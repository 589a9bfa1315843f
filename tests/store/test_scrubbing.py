"""Rot is found before anybody reads it: the file's behind the start, then the records'."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from agent.store import opening, scrubbing
from agent.store.consents import ConsentRow, KeepConsent
from agent.store.handovers import KeepSession
from agent.store.hop import Hop
from agent.store.records import (
    AcceptJob,
    Append,
    DecideReceipt,
    JobState,
    OpenReceipt,
    SettleJob,
)
from agent.store.scrubbing import FIRST_S, PAUSE_S, TICK_S, Scrubbing
from agent.store.store import Store
from tests.fakes.clock import FakeClock
from tests.store.builders import (
    AT_MS,
    a_job,
    a_receipt,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
)

SALES = 4


async def fill(store: Store) -> None:
    for number in range(1, SALES + 1):
        await store.commit(
            AcceptJob(a_job(number), raw_of(number)),
            OpenReceipt(a_receipt(number)),
            Append(an_entry(number)),
            KeepSession(receipt_id(number), b"{}"),
            SettleJob(job_id(number), JobState.NO_PAPER, "R21", b'{"why":1}'),
            DecideReceipt(receipt_id(number), "qr"),
        )
    body = b'{"a":1}'
    row = ConsentRow(
        *(1, hashlib.sha256(body).digest(), AT_MS, AT_MS + 1, b"s" * 24),
        *("receipt_delivery", "email", "given", body),
    )
    await store.commit(KeepConsent(row, b"\0" * 32))


async def until(clock: FakeClock, step_s: float, done: Callable[[], bool]) -> None:
    """Time passes as long as it takes; the store's threads are real ones."""
    async with asyncio.timeout(30.0):
        while not done():
            await clock.advance(step_s)
            await asyncio.sleep(0.002)


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records]


async def test_every_kind_of_record_proves_itself_and_a_flip_is_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with opened(tmp_path) as store:
        await fill(store)
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await clock.advance(FIRST_S)
        await until(
            clock, TICK_S, lambda: "records proved their seals" in messages(caplog)
        )
        (said,) = [each for each in caplog.records if "proved" in each.msg]
        # raw, decision; token, body, strip, session; entry; and one consent
        assert said.__dict__["records"] >= SALES * 7 + 1
        assert (said.__dict__["damaged"], store.damaged) == (0, 0)

    with closing(sqlite3.connect(tmp_path / "agent.db")) as db, db:
        (raw,) = db.execute("SELECT raw FROM job WHERE n = 2").fetchone()
        flipped = raw[:40] + bytes([raw[40] ^ 4]) + raw[41:]
        db.execute("UPDATE job SET raw = ? WHERE n = 2", (flipped,))
    caplog.clear()
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await clock.advance(FIRST_S)
        await until(clock, TICK_S, lambda: store.damaged == 1)
        assert await store.job_raw(job_id(3)) == raw_of(3)
    (damage,) = [each for each in caplog.records if each.msg == "a record is damaged"]
    assert str(job_id(2)) in damage.__dict__["record"]


def _rot(path: Path) -> None:
    """A page of the table of jobs, below its root, is noise."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (page,) = db.execute(
            """SELECT pageno FROM dbstat WHERE name = 'job' AND pagetype = 'leaf'
            ORDER BY pageno DESC LIMIT 1"""
        ).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * opening.PAGE_BYTES)
        file.write(b"\xa5" * opening.PAGE_BYTES)


def _has_dbstat() -> bool:
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.execute("SELECT 1 FROM dbstat").fetchall()
        except sqlite3.Error:
            return False
    return True


@pytest.mark.skipif(not _has_dbstat(), reason="this SQLite has no dbstat")
async def test_a_large_file_is_checked_behind_its_start_and_damage_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as store:
        await fill(store)
        for number in range(10, 40):
            await store.commit(AcceptJob(a_job(number), raw_of(number)))
    path = tmp_path / "agent.db"
    _rot(path)
    for module in (opening, scrubbing):
        monkeypatch.setattr(module, "QUICK_CHECK_MAX_BYTES", 1000)
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:  # does not look before
        await clock.advance(FIRST_S)
        over = asyncio.create_task(store.over())
        await until(clock, PAUSE_S, over.done)
    assert (tmp_path / "agent.db.suspect").exists()


async def test_a_large_file_that_is_whole_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for module in (opening, scrubbing):
        monkeypatch.setattr(module, "QUICK_CHECK_MAX_BYTES", 1000)
    clock = FakeClock()
    async with opened(tmp_path) as store:
        await fill(store)
    async with opened(tmp_path, clock=clock) as store:
        await clock.advance(FIRST_S)
        checked = "the store was checked while it runs"
        await until(clock, PAUSE_S, lambda: checked in messages(caplog))
        await store.ping()


async def test_a_stop_does_not_wait_for_a_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(db: sqlite3.Connection) -> None:
        begun.set()
        db.execute(
            """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT count(*) FROM n"""
        ).fetchone()

    async def check(_: Scrubbing, hop: Hop) -> bool:
        await hop.run(endless)
        return True

    monkeypatch.setattr(Scrubbing, "check", check)
    monkeypatch.setattr(scrubbing, "QUICK_CHECK_MAX_BYTES", 1)
    clock = FakeClock()
    async with asyncio.timeout(30.0):
        async with opened(tmp_path, clock=clock):
            await clock.advance(FIRST_S)
            await asyncio.to_thread(begun.wait, 20.0)
