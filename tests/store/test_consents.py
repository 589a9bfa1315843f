"""The ledger of consents grows at its end only, and keeps what was signed."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.store.consents import ConsentRow, KeepConsent, walk
from agent.store.damage import DamagedRecord
from agent.store.looking import looking
from agent.store.records import Append, MoveCursor, PutParcel
from agent.store.settings import StoreSettings
from agent.store.store import Store
from tests.fakes.clock import EPOCH, FakeClock
from tests.store.builders import VAULT, a_parcel, an_entry, opened

DAY_MS = 86_400_000
AT_MS = int(EPOCH.timestamp() * 1000)


def a_consent(seq: int, at_ms: int = AT_MS, subject: int = 1) -> ConsentRow:
    body = b'{"seq":%d}' % seq
    return ConsentRow(
        seq,
        hashlib.sha256(body).digest(),
        at_ms,
        at_ms + 7 * DAY_MS,
        subject.to_bytes(24, "big"),
        "receipt_delivery",
        "email",
        "given",
        body,
    )


def kept(seq: int, at_ms: int = AT_MS, subject: int = 1) -> KeepConsent:
    prev = a_consent(seq - 1).digest if seq > 1 else b"\0" * 32
    return KeepConsent(a_consent(seq, at_ms, subject), prev)


def chain(folder: Path) -> list[ConsentRow]:
    with looking(folder / "agent.db") as db:
        return list(walk(db, VAULT.on(db)))


async def write(store: Store, *seqs: int) -> None:
    for seq in seqs:
        await store.commit(kept(seq))


async def test_records_are_kept_in_order_and_the_end_is_known(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        assert await store.consent_head() is None
        await write(store, 1, 2, 3)
        assert await store.consent_head() == (3, a_consent(3).digest, AT_MS)
        assert chain(tmp_path) == [a_consent(seq) for seq in (1, 2, 3)]


async def test_the_same_record_again_changes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await write(store, 1, 2, 1, 2)
        assert len(chain(tmp_path)) == 2


@pytest.mark.parametrize(
    "change",
    [
        kept(4),
        KeepConsent(replace(a_consent(1), digest=b"\3" * 32), b"\0" * 32),
        replace(kept(3), prev=b"\1" * 32),
        KeepConsent(replace(a_consent(2), digest=b"\2" * 32), a_consent(1).digest),
    ],
)
async def test_a_fork_is_refused_with_all_that_came_with_it(
    tmp_path: Path, change: KeepConsent
) -> None:
    async with opened(tmp_path) as store:
        await write(store, 1, 2)
        with pytest.raises(StoreError, match="another end"):
            await store.commit(PutParcel(a_parcel(1)), change)
        assert await store.due_parcels("email", 0, 9) == []
        assert len(chain(tmp_path)) == 2


async def test_a_fork_does_not_sink_its_neighbours(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        async with asyncio.TaskGroup() as group:
            fine = group.create_task(store.commit(PutParcel(a_parcel(1))))
            forked = group.create_task(_refused(store, kept(7)))
            also = group.create_task(store.commit(kept(1)))
        assert fine.done()
        assert also.done()
        assert forked.result()
        assert len(chain(tmp_path)) == 1


async def _refused(store: Store, change: KeepConsent) -> bool:
    with pytest.raises(StoreError):
        await store.commit(change)
    return True


async def test_what_one_contact_decided_is_found(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(kept(1, subject=1))
        await store.commit(kept(2, subject=2))
        await store.commit(kept(3, subject=1))
        found = await store.consents_of((1).to_bytes(24, "big"))
        assert [row.seq for row in found] == [1, 3]
        assert found[0].body == b'{"seq":1}'
        assert await store.consents_of(b"\0" * 24) == []


async def test_no_statement_changes_or_removes_a_record(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await write(store, 1, 2)
    with sqlite3.connect(tmp_path / "agent.db") as db:
        for sql in (
            "UPDATE consent SET decision = 'withdrawn'",
            "UPDATE consent SET body = X'00'",
            "UPDATE consent SET subject = randomblob(24)",
            "DELETE FROM consent WHERE seq = 2",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="immutable"):
                db.execute(sql)
    db.close()


async def test_a_flipped_bit_is_seen(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await write(store, 1)
    with sqlite3.connect(tmp_path / "agent.db") as db:
        db.execute("DROP TRIGGER consent_is_immutable")
        (body,) = db.execute("SELECT body FROM consent").fetchone()
        db.execute("UPDATE consent SET body = ?", (body[:-1] + bytes([body[-1] ^ 1]),))
    db.close()
    with pytest.raises(DamagedRecord):
        chain(tmp_path)


async def test_bodies_go_with_the_proof_s_retention_from_the_beginning(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    settings = StoreSettings(proof_days=400)
    async with opened(tmp_path, clock=clock, settings=settings) as store:
        old = AT_MS - 401 * DAY_MS
        for seq, at_ms in enumerate([old, old, AT_MS, old], start=1):
            await store.commit(kept(seq, at_ms))
        await store.erase()
        rows = chain(tmp_path)
        # The fourth is old by a clock that went back: it waits for the third.
        assert [row.body is None for row in rows] == [True, True, False, False]
        assert [row.digest for row in rows] == [
            a_consent(seq).digest for seq in (1, 2, 3, 4)
        ]
        await store.erase()
        assert (await store.consent_head() or ())[:2] == (4, a_consent(4).digest)


async def test_what_the_rcu_has_not_got_stays(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        old = AT_MS - 500 * DAY_MS
        entry = replace(an_entry(1), at_ms=old)
        await store.commit(Append(entry), kept(1, old), MoveCursor("rcu", 0))
        await store.erase()
        assert chain(tmp_path)[0].body is not None
        await store.commit(MoveCursor("rcu", 1))
        await store.erase()
        assert chain(tmp_path)[0].body is None


async def test_a_look_beside_the_running_agent_does_no_harm(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await write(store, 1)
        with looking(tmp_path / "agent.db") as db:
            db.execute("BEGIN")
            first = list(walk(db, VAULT.on(db)))
            await write(store, 2)
            assert list(walk(db, VAULT.on(db))) == first
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                db.execute("INSERT INTO meta VALUES ('x', 1)")
        assert len(chain(tmp_path)) == 2
