"""Both sides count the same log: what one says of a day, the other can count again."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from agent.clock import SystemClock
from agent.entropy import SystemEntropy
from agent.ids import EntryId, PageToken
from agent.store import closings
from agent.store.records import Append, Entry
from agent.sync.day_end import DayEnd
from agent.sync.jitter import Jitter
from agent.sync.proofs import Prover
from agent.wire.closing import CLOSED, DayClosed, line
from rcu import reconciling
from rcu.reconciling import Till as Counted
from tests.rcu.fakes import example
from tests.store.builders import AT_MS
from tests.sync.shop import SOURCE, Rcu, Till, shop


def sale(number: int, total: int) -> Append:
    """As the till says it."""
    receipt = {**example(), "total": total}
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    data = {
        "receipt_id": f"r-{number}",
        "token": PageToken("A" * 25 + letters[number]),
        "job_sha256": "00" * 32,
        "issued_at": "2026-01-02T09:00:00Z",
        "receipt": receipt,
    }
    name = EntryId(UUID(int=0x7000 << 64 | number))
    body = json.dumps(data).encode()
    return Append(Entry(name, "receipt.issued.v1", AT_MS + number, None, body))


def day_end(at: Till) -> DayEnd:
    clock, dice = SystemClock(), SystemEntropy()
    prover = Prover(at.speaker, clock, dice)
    return DayEnd(at.store, prover, clock, Jitter(SOURCE, dice), at.uplink.wake)


async def counted(rcu: Rcu) -> Counted:
    def count() -> Counted:
        with reconciling.reading(rcu.folder) as (ledger, keys):
            (till,) = reconciling.tills(ledger, keys)
            return till

    return await asyncio.to_thread(count)


async def closed(at: Till, *totals: int) -> None:
    """Sales of some day, closed, and all of it sent up."""
    await at.store.commit(*(sale(n, t) for n, t in enumerate(totals, start=1)))
    assert await day_end(at).close()
    await at.until_acked(len(totals) + 1)


async def test_what_the_till_says_the_rcu_counts_again(tmp_path: Path) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await closed(at, 1250, 750, 99)
        till = await counted(rcu)
        (own,) = await at.store.ask(lambda db, s: closings.newest(db, s, 9))
    (day,) = till.days
    assert (day.faults, day.notes) == ((), ())
    assert till.whole
    assert (day.closing.first, day.closing.last, day.closing.events) == (1, 3, 3)
    assert [each.total for each in day.closing.sold] == [2099]
    assert line(DayClosed.model_validate_json(own.body)) == line(day.closing)
    assert till.open == (1, 4, 4)  # the closing itself is of the next one


async def test_the_next_day_follows_from_the_one_before(tmp_path: Path) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await closed(at, 100)
        # The closing is an entry of today; what is of before comes behind it no more.
        assert not await day_end(at).close()
        await at.store.commit(sale(9, 200))
        found = await at.store.ask(lambda db, s: closings.tally(db, s, 1 << 62))
        till = await counted(rcu)
    assert found.types == {CLOSED: 1, "receipt.issued.v1": 1}
    assert found.before == till.days[0].closing.head


async def test_a_long_log_is_closed_in_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.store.closings.MAX_ENTRIES", 2)
    async with shop(tmp_path) as (rcu, _net, at):
        await at.store.commit(*(sale(n, 100) for n in range(1, 6)))
        closer = day_end(at)
        assert [await closer.close() for _ in range(4)] == [True, True, True, False]
        await at.until_acked(8)
        till = await counted(rcu)
    ranges = [(each.closing.first, each.closing.last) for each in till.days]
    assert ranges == [(1, 2), (3, 4), (5, 5)]
    assert till.whole


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("DELETE FROM event WHERE sequence = 2", "missing 2"),
        ("UPDATE receipt SET total = 1 WHERE receipt_id = 'r-2'", "sums here"),
        (
            "UPDATE event SET id = 'x' WHERE sequence = 2",
            "another head",
        ),
        (
            "UPDATE closing SET body = json_set(body, '$.sold[0].total', 1)",
            "not signed by a key",
        ),
        ("UPDATE closing SET body = json_set(body, '$.sig', '')", "not signed"),
    ],
)
async def test_what_was_changed_at_the_rcu_is_named(
    tmp_path: Path, sql: str, says: str
) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await closed(at, 1250, 750, 99)
    with sqlite3.connect(rcu.folder / "rcu.db") as db:
        db.execute(sql)
    db.close()
    till = await counted(rcu)
    assert not till.whole
    assert any(says in fault for fault in till.days[0].faults)


async def test_a_hole_is_named(tmp_path: Path) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await at.sell(1, 9)
        await at.until_acked(9)
    with sqlite3.connect(rcu.folder / "rcu.db") as db:
        db.execute("DELETE FROM event WHERE sequence IN (4, 5)")
    db.close()
    till = await counted(rcu)
    assert till.holes == ((4, 5),)
    assert not till.whole


async def test_what_retention_took_is_a_note_and_no_fault(tmp_path: Path) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        await closed(at, 1250, 750)
    with sqlite3.connect(rcu.folder / "rcu.db") as db:
        db.execute("DELETE FROM receipt")
    db.close()
    till = await counted(rcu)
    assert till.whole
    assert "retention" in till.days[0].notes[0]


async def test_a_closing_that_somebody_else_signed_is_refused(tmp_path: Path) -> None:
    async with shop(tmp_path) as (rcu, _net, at):
        prover = Prover(at.speaker, SystemClock(), SystemEntropy())
        await at.store.commit(sale(1, 100))
        found = await at.store.ask(lambda db, s: closings.tally(db, s, 1 << 62))
        entry = prover.closing(_forged(found)).entry
        said: dict[str, Any] = {**json.loads(entry.body), "events": 7}
        forged = Entry(entry.id, CLOSED, entry.at_ms, None, json.dumps(said).encode())
        await at.store.commit(Append(forged))
        at.uplink.wake()
        await at.until_acked(2)
        (aside,) = await at.store.set_aside("rcu")
        till = await counted(rcu)
    assert aside.problem.find("problem:proof") > 0
    assert till.days == ()


def _forged(found: closings.Tally) -> DayClosed:
    return DayClosed(
        day="2026-01-02",
        first=found.first,
        last=found.last,
        events=found.events,
        types=found.types,
        sold=found.sold,
        before=found.before,
        head=found.head,
        closed_at="2026-01-03T00:00:00Z",
    )
