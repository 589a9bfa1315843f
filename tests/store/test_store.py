"""What is committed is there, in order, also after the store was closed."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from agent.ids import JobId
from agent.store.apply import WRITERS
from agent.store.reads import LONGEST_DEFERRAL_MS, Backlog, DayCounts
from agent.store.records import (
    AcceptJob,
    Append,
    Change,
    DecideReceipt,
    JobState,
    KeepPiece,
    LoggedEntry,
    MarkHandedOver,
    MoveCursor,
    OpenReceipt,
    OrderPaper,
    ParcelState,
    PutParcel,
    SetAside,
    SettleJob,
)
from tests.store.builders import (
    AT_MS,
    a_job,
    a_parcel,
    a_receipt,
    an_entry,
    job_id,
    opened,
    receipt_id,
)


def test_every_kind_of_change_can_be_written() -> None:
    assert set(WRITERS) == set(get_args(Change))


async def test_a_job_survives_closing_and_opening(tmp_path: Path) -> None:
    job = replace(a_job(1), follows=job_id(7), forwarded=((3, 8), (10, 15)))
    raw = bytes(range(256)) * 20
    async with opened(tmp_path) as store:
        await store.commit(AcceptJob(job, raw))
    async with opened(tmp_path) as store:
        assert await store.unsettled_jobs() == [job]
        assert await store.job(job.id) == job
        assert await store.job_raw(job.id) == raw
        assert await store.tails(job_id(7)) == [job]
        assert await store.tails(job.id) == []


async def test_unsettled_jobs_come_in_the_order_of_acceptance(tmp_path: Path) -> None:
    states = {
        5: JobState.PAPER_DUE,
        4: JobState.PRINTED,
        3: JobState.HELD,
        2: JobState.NO_PAPER,
    }
    async with opened(tmp_path) as store:
        for number in (5, 4, 3, 2, 1):
            await store.commit(AcceptJob(a_job(number), b"x"))
        for number, state in states.items():
            await store.commit(SettleJob(job_id(number), state, "R01"))
        jobs = await store.unsettled_jobs()
    assert [(job.id, job.state) for job in jobs] == [
        (job_id(5), JobState.PAPER_DUE),
        (job_id(3), JobState.HELD),
        (job_id(1), JobState.ACCEPTED),
    ]


async def test_pieces_are_replaced_by_the_whole_job(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(KeepPiece(job_id(1), "raw_tcp", 0, b"ab"))
        await store.commit(AcceptJob(a_job(1), b"abc"))
        await store.commit(KeepPiece(job_id(1), "raw_tcp", 0, b"ab"))  # repeated, late
    async with opened(tmp_path) as store:
        assert await store.unsettled_jobs() == [a_job(1)]
        assert await store.job_raw(job_id(1)) == b"abc"


async def test_pieces_left_by_a_crash_become_a_raw_job_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(AcceptJob(a_job(1), b"whole"))
        for number, raw in ((1, b"cd"), (0, b"ab"), (2, b"ef")):
            await store.commit(KeepPiece(job_id(2), "serial", number, raw))
    for _ in range(2):
        async with opened(tmp_path) as store:
            first, second = await store.unsettled_jobs()
            assert first == a_job(1)
            assert (second.id, second.door) == (job_id(2), "serial")
            assert (second.evidence, second.shape) == ("crash", "raw")
            assert await store.job_raw(second.id) == b"abcdef"


async def test_an_orphan_ends_before_a_missing_piece(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for number, raw in ((0, b"ab"), (2, b"ef")):
            await store.commit(KeepPiece(job_id(2), "serial", number, raw))
    async with opened(tmp_path) as store:
        assert await store.job_raw(job_id(2)) == b"ab"


async def test_an_unknown_job_has_no_bytes(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        assert await store.job(JobId(UUID(int=0))) is None
        assert await store.job_raw(JobId(UUID(int=0))) is None


async def test_every_change_may_be_repeated(tmp_path: Path) -> None:
    changes: tuple[Change, ...] = (
        KeepPiece(job_id(9), "raw_tcp", 0, b"ab"),
        AcceptJob(a_job(1), b"x"),
        OpenReceipt(a_receipt(1)),
        Append(an_entry(1)),
        Append(an_entry(2)),
        SettleJob(job_id(1), JobState.HELD, "R10"),
        DecideReceipt(receipt_id(1), "email"),
        PutParcel(a_parcel(1)),
        MarkHandedOver(receipt_id(1)),
        MoveCursor("rcu", 1),
        SetAside("rcu", 2, "schema"),
    )
    async with opened(tmp_path) as store:
        for _ in range(2):
            await store.commit(*changes)
            for change in changes:
                await store.commit(change)
        assert await store.log_height() == 2
        assert [job.state for job in await store.unsettled_jobs()] == [JobState.HELD]
        assert await store.receipt(receipt_id(1)) == replace(
            a_receipt(1), choice="email", handed_over=True
        )
        assert await store.due_parcels("email", AT_MS, 9) == [a_parcel(1)]
        assert await store.cursor("rcu") == 1
        assert await store.set_aside("rcu") == [SetAside("rcu", 2, "schema")]


async def test_changes_of_one_commit_hold_together_or_not_at_all(
    tmp_path: Path,
) -> None:
    broken = replace(a_job(1), state="nonsense")  # type: ignore[arg-type]  # on purpose
    async with opened(tmp_path) as store:
        with pytest.raises(Exception, match="CHECK"):
            await store.commit(Append(an_entry(1)), AcceptJob(broken, b"x"))
        assert await store.log_height() == 0


async def test_entries_come_by_count_and_by_bytes_and_at_least_one(
    tmp_path: Path,
) -> None:
    entries = [an_entry(number, b"x" * 100) for number in range(1, 6)]
    logged = [LoggedEntry(seq, entry) for seq, entry in enumerate(entries, start=1)]
    async with opened(tmp_path) as store:
        await store.commit(*(Append(entry) for entry in entries))
        assert await store.entries_after(0, 500, 10_000) == logged
        assert await store.entries_after(1, 2, 10_000) == logged[1:3]
        assert await store.entries_after(0, 500, 250) == logged[:2]
        assert await store.entries_after(2, 500, 1) == logged[2:3]
        assert await store.entries_after(5, 500, 10_000) == []


async def test_a_cursor_never_goes_back_nor_beyond_the_log(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(*(Append(an_entry(number)) for number in (1, 2, 3)))
        assert await store.cursor("rcu") == 0
        assert await store.backlog("rcu") == Backlog(3, AT_MS + 1)
        for acked, holds in ((2, 2), (1, 2), (99, 3), (-5, 3)):
            await store.commit(MoveCursor("rcu", acked))
            assert await store.cursor("rcu") == holds
        assert await store.backlog("rcu") == Backlog(0, None)


async def test_open_and_recent_receipts(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(*(OpenReceipt(a_receipt(number)) for number in (1, 2, 3)))
        await store.commit(DecideReceipt(receipt_id(2), "qr"))
        assert await store.open_receipts() == [a_receipt(1), a_receipt(3)]
        recent = await store.recent_receipts(2)
        assert [row.id for row in recent] == [receipt_id(3), receipt_id(2)]
        assert await store.receipt(receipt_id(4)) is None


async def test_a_finished_parcel_forgets_its_recipient(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(PutParcel(a_parcel(1, next_ms=AT_MS)))
        await store.commit(PutParcel(a_parcel(2, next_ms=AT_MS + 60_000)))
        assert await store.next_parcel_ms("email") == AT_MS
        assert await store.due_parcels("email", AT_MS, 9) == [
            a_parcel(1, next_ms=AT_MS)
        ]
        assert await store.due_parcels("sms", AT_MS, 9) == []
        done = replace(a_parcel(1), state=ParcelState.DONE, detail="queued as 4711")
        await store.commit(PutParcel(done))
        assert await store.next_parcel_ms("email") == AT_MS + 60_000
        await store.commit(PutParcel(replace(a_parcel(2), state=ParcelState.DEAD)))
        assert await store.next_parcel_ms("email") is None
    assert _blobs(tmp_path, "SELECT recipient FROM parcel") == [None, None]


async def test_a_parcel_deferred_before_the_clock_went_back_is_due(
    tmp_path: Path,
) -> None:
    parcel = a_parcel(1, next_ms=AT_MS + LONGEST_DEFERRAL_MS + 1)
    async with opened(tmp_path) as store:
        await store.commit(PutParcel(parcel))
        assert await store.due_parcels("email", AT_MS, 9) == [parcel]
        assert await store.due_parcels("email", AT_MS + 1, 9) == []


async def test_the_day_is_counted_from_its_midnight(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for number in range(4):
            await store.commit(
                AcceptJob(a_job(number), b"x"), OpenReceipt(a_receipt(number))
            )
        for number in (0, 1):
            await store.commit(SettleJob(job_id(number), JobState.PRINTED, "R01"))
            await store.commit(OrderPaper(receipt_id(number), 1))
        for number in (1, 2):
            await store.commit(
                DecideReceipt(receipt_id(number), "qr"),
                MarkHandedOver(receipt_id(number)),
            )
        assert await store.counts_since(AT_MS) == DayCounts(printed=2, digital=2)
        assert await store.counts_since(AT_MS + 1) == DayCounts(printed=1, digital=2)
        assert await store.counts_since(AT_MS + 3) == DayCounts(printed=0, digital=0)


async def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    async with opened(folder) as store:
        await store.commit(Append(an_entry(1)))
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes) >= {"agent.db", "agent.db-wal", "agent.db-shm"}
    assert set(modes.values()) == {0o600}


async def test_nothing_personal_stands_in_clear(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(
            KeepPiece(job_id(2), "raw_tcp", 0, b"Secret noir"),
            AcceptJob(a_job(1), b"Secret noir"),
            Append(an_entry(1, b'"Secret noir"')),
            OpenReceipt(replace(a_receipt(1), strip_html=b"Secret noir")),
            PutParcel(replace(a_parcel(1), detail="550 anna@example.org unknown")),
            SetAside("rcu", 1, "Secret noir"),
        )
        files = _bytes_of(tmp_path)
    for secret in (b"Secret", b"anna", b"example.org", a_receipt(1).token.encode()):
        assert secret not in files


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def _blobs(folder: Path, sql: str) -> list[object]:
    db = sqlite3.connect(folder / "agent.db")
    try:
        return [row[0] for row in db.execute(sql)]
    finally:
        db.close()
