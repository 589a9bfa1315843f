"""A decision is kept with its job's settling, once, and goes with its job."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.store import decisions, displayed
from agent.store.damage import DamagedRecord
from agent.store.decisions import KeepPack
from agent.store.displayed import KeepDisplayed
from agent.store.looking import looking
from agent.store.records import AcceptJob, Append, JobState, OpenReceipt, SettleJob
from agent.store.settings import StoreSettings
from tests.fakes.clock import FakeClock
from tests.store.builders import (
    VAULT,
    a_job,
    a_receipt,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
)

WHY = b'{"facts":{"kind":"sale"},"decision":{"rule":"R10"}}'


def kept(folder: Path, number: int = 1) -> decisions.Decided | None:
    with looking(folder / "agent.db") as db:
        return decisions.decided(db, VAULT.on(db), job_id(number))


async def test_it_is_read_from_another_process_while_the_store_is_open(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        assert kept(tmp_path) is None
        await store.commit(SettleJob(job_id(1), JobState.HELD, "R10", WHY))
        found = kept(tmp_path)
    assert found is not None
    assert found.body == WHY
    assert found.at_ms == int(clock.now().timestamp() * 1000)
    assert found.boot == 1
    assert found.mono_ms == int(clock.monotonic() * 1000)
    assert kept(tmp_path) == found, "also when the agent has stopped"


async def test_of_several_the_first_stands(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        await store.commit(SettleJob(job_id(1), JobState.HELD, "R10", WHY))
        await store.commit(SettleJob(job_id(1), JobState.PAPER_DUE, "R10", b"{}"))
        await store.commit(SettleJob(job_id(1), JobState.PRINTED, "R10"))
    found = kept(tmp_path)
    assert found is not None
    assert found.body == WHY


async def test_it_goes_with_its_job_and_not_before(tmp_path: Path) -> None:
    clock = FakeClock()
    settings = StoreSettings(retention_hours=72, tombstone_days=90)
    async with opened(tmp_path, clock=clock, settings=settings) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        await store.commit(SettleJob(job_id(1), JobState.PRINTED, "R10", WHY))
        await clock.advance(80 * 3600)
        await store.erase()
        assert await store.job_raw(job_id(1)) is None
        assert kept(tmp_path) is not None
        await clock.advance(91 * 24 * 3600)
        await store.erase()
        assert await store.job(job_id(1)) is None
        assert kept(tmp_path) is None


async def test_it_is_sealed_and_a_flipped_bit_is_seen(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        await store.commit(SettleJob(job_id(1), JobState.PRINTED, "R10", WHY))
    with sqlite3.connect(tmp_path / "agent.db") as db:
        (body,) = db.execute("SELECT decision FROM job").fetchone()
        assert b"R10" not in body
        flipped = body[:-1] + bytes([body[-1] ^ 1])
        db.execute("UPDATE job SET decision = ?", (flipped,))
    db.close()
    with pytest.raises(DamagedRecord):
        kept(tmp_path)


async def test_the_pack_of_its_time_is_kept_once_by_its_digest(tmp_path: Path) -> None:
    text = b'schema = "policy/1"\n'
    digest = hashlib.sha256(text).digest()
    async with opened(tmp_path) as store:
        await store.commit(KeepPack(digest, text))
        await store.commit(KeepPack(digest, text))
    with looking(tmp_path / "agent.db") as db:
        assert decisions.pack(db, VAULT.on(db), digest.hex()) == text
        assert decisions.pack(db, VAULT.on(db), "00" * 32) is None


async def test_a_displayed_notice_is_kept_by_the_first_moment_of_its_day(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    first_ms = int(clock.now().timestamp() * 1000)
    french = KeepDisplayed("2026-11-29", "display-fr", "2026-1", b"\1" * 32, "fr")
    other = replace(french, version="2026-2")
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(french)
        await clock.advance(60)
        await store.commit(french, other, replace(french, day="2026-11-30"))
    with looking(tmp_path / "agent.db") as db:
        found = displayed.on(db, "2026-11-29")
        assert displayed.on(db, "2026-12-01") == ()
    assert [(each.version, each.at_ms) for each in found] == [
        ("2026-1", first_ms),
        ("2026-2", first_ms + 60_000),
    ]
    assert (found[0].digest, found[0].lang, found[0].boot) == (b"\1" * 32, "fr", 1)


async def test_what_happened_to_a_receipt_is_told_in_order_with_its_clocks(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)), OpenReceipt(a_receipt(1)))
        await store.commit(Append(an_entry(1)))
    with looking(tmp_path / "agent.db") as db:
        assert decisions.job_of(db, receipt_id(1)) == job_id(1)
        assert decisions.receipt_of(db, job_id(1)) == receipt_id(1)
        assert decisions.receipt_of(db, job_id(2)) is None
        (event,) = decisions.happened(db, VAULT.on(db), receipt_id(1))
    assert (event.seq, event.type, event.boot) == (1, "receipt.issued.v1", 1)
    assert event.body == an_entry(1).body


def test_what_is_no_database_of_ours_is_not_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "agent.db"
    with pytest.raises(StoreError, match="has the agent run"), looking(path):
        pass
    sqlite3.connect(path).execute("CREATE TABLE t(x)").connection.close()
    with pytest.raises(StoreError, match="another program"), looking(path):
        pass


async def test_one_of_another_version_is_not_either(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass
    path = tmp_path / "agent.db"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 3")
    database.close()
    with pytest.raises(StoreError, match="version 3"), looking(path):
        pass


async def test_a_receipt_comes_back_with_the_reason_of_its_time(tmp_path: Path) -> None:
    said = b'{"facts":{},"decision":{"reason_fr":"Parce que","reason_en":"Because"}}'
    async with opened(tmp_path) as store:
        for number, why in ((1, said), (2, b""), (3, b"[]")):
            await store.commit(
                AcceptJob(a_job(number), raw_of(number)),
                OpenReceipt(a_receipt(number)),
                SettleJob(job_id(number), JobState.HELD, "R10", why),
            )
        rows = {row.id: row.why for row in await store.open_receipts()}
    assert rows == {
        receipt_id(1): ("Parce que", "Because"),
        receipt_id(2): ("", ""),
        receipt_id(3): ("", ""),
    }


async def test_a_damaged_reason_does_not_hide_the_receipt(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(
            AcceptJob(a_job(1), raw_of(1)),
            OpenReceipt(a_receipt(1)),
            SettleJob(job_id(1), JobState.HELD, "R10", WHY),
        )
    database = sqlite3.connect(tmp_path / "agent.db")
    database.execute("UPDATE job SET decision = x'0102'")
    database.commit()
    database.close()
    async with opened(tmp_path) as store:
        (row,) = await store.open_receipts()
    assert row.why == ("", "")
