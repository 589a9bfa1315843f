"""The database file: durable, ours, and never half written."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from rcu.errors import StoreError
from rcu.store.db import Database, sole_owner
from rcu.store.schema import KEYRING, LEDGER
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import chosen


async def test_the_ledger_is_wal_and_full_and_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rcu.db"
    async with Database.open(path, LEDGER) as database:
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("auto_vacuum", 2),
            ("user_version", len(LEDGER.migrations)),
            ("application_id", LEDGER.application_id),
            ("secure_delete", 1),
        ):
            row = await database.one(f"PRAGMA {pragma}", ())
            assert row is not None
            assert row[0] == value, pragma
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_every_table_is_strict(rcu: Rcu) -> None:
    async with rcu.store.ledger._database.transaction() as tx:
        cursor = await tx.execute("SELECT name, strict FROM pragma_table_list")
        tables = {row[0]: row[1] for row in await cursor.fetchall()}
    mine = {name: strict for name, strict in tables.items() if "sqlite" not in name}
    assert len(mine) > 20
    assert set(mine.values()) == {1}


async def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "rcu.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        async with Database.open(path, LEDGER):
            raise AssertionError
    assert path.read_bytes() == before


async def test_a_file_from_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rcu.db"
    newer = replace(KEYRING, migrations=(*KEYRING.migrations, "CREATE TABLE y (x);"))
    async with Database.open(path, newer):
        pass
    with pytest.raises(StoreError, match="newer receipt-rcu"):
        async with Database.open(path, KEYRING):
            raise AssertionError


async def test_an_older_file_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "rcu.db"
    async with Database.open(path, KEYRING):
        pass
    newer = replace(KEYRING, migrations=(*KEYRING.migrations, "CREATE TABLE y (x);"))
    async with Database.open(path, newer) as database:
        assert await database.one("SELECT count(*) FROM y", ()) == (0,)


async def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rcu.db"
    path.write_bytes(b"not a database, at least not one of SQLite" * 100)
    with pytest.raises(StoreError, match="not a database"):
        async with Database.open(path, LEDGER):
            raise AssertionError


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    with sole_owner(tmp_path), pytest.raises(StoreError), sole_owner(tmp_path):
        raise AssertionError
    with sole_owner(tmp_path):
        pass


async def test_a_cut_off_till_leaves_nothing_half_done(rcu: Rcu) -> None:
    dice = random.Random(7)
    batch = [chosen(n) for n in range(1, 101)]
    for _ in range(20):
        task = asyncio.create_task(rcu.till.post(batch))
        await asyncio.sleep(dice.random() * 0.02)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        async with rcu.store.ledger._database.transaction() as tx:
            cursor = await tx.execute(
                "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM choice),"
                " (SELECT coalesce(max(contiguous), 0) FROM height)"
            )
            row = await cursor.fetchone()
        assert row in ((0, 0, 0), (100, 100, 100))
    answer = (await rcu.till.post(batch)).json()
    assert answer["ack"]["contiguous"] == 100


async def test_many_tills_at_once_all_get_their_answer(rcu: Rcu) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(rcu.till.post([chosen(n)], key=f"p{n}"))
            for n in range(1, 51)
        ]
    assert {task.result().status_code for task in tasks} == {200}
    answer = (await rcu.till.post([])).json()
    assert answer["ack"]["contiguous"] == 50
