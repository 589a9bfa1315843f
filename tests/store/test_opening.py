"""The file is ours, keeps its promises, and is never opened otherwise."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.errors import StoreDamagedError, StoreError
from agent.store import moving
from agent.store.data_keys import is_encrypted
from agent.store.opening import prepare_writer
from agent.store.schema import APPLICATION_ID, MIGRATIONS
from tests.store.builders import opened

PROMISES = {
    "page_size": 2048,
    "auto_vacuum": 2,
    "application_id": int.from_bytes(b"RCPT", "big"),
    "user_version": len(MIGRATIONS),
    "journal_mode": "wal",
    "synchronous": 2,
    "secure_delete": 1,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "temp_store": 2,
    "busy_timeout": 5000,
    "wal_autocheckpoint": 4000,
    "journal_size_limit": 16 << 20,
    "quick_check": "ok",
}


async def test_the_writer_keeps_every_promise_of_durability(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        found = await store._hop.run(
            lambda db: {
                name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in PROMISES
            }
        )
    assert found == PROMISES


async def test_the_reader_neither_writes_nor_checkpoints(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await store._reader.run(lambda db: db.execute("DELETE FROM job"))
        limit = await store._reader.run(
            lambda db: db.execute("PRAGMA wal_autocheckpoint").fetchone()
        )
    assert limit == (0,)


def test_a_promise_that_is_not_kept_stops_the_start() -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with pytest.raises(StoreError, match="journal_mode is memory"):
            prepare_writer(db, Path(), 10)
    finally:
        db.close()


async def test_the_version_of_sqlite_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "agent.store")
    async with opened(tmp_path):
        pass
    versions = [getattr(record, "sqlite_version", None) for record in caplog.records]
    assert sqlite3.sqlite_version in versions


def _change(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in statements:
            db.execute(statement)
    finally:
        db.close()


def _text_file(path: Path) -> None:
    path.write_text("this is a shopping list, not a database\n" * 40)


def _foreign(path: Path) -> None:
    _change(path, "CREATE TABLE wifi(password TEXT)")


def _foreign_with_id(path: Path) -> None:
    _change(path, "PRAGMA application_id = 42")


def _newer(path: Path) -> None:
    _change(
        path,
        f"PRAGMA application_id = {APPLICATION_ID}",
        f"PRAGMA user_version = {len(MIGRATIONS) + 1}",
        "CREATE TABLE meta(k TEXT)",
    )


def _cut(path: Path) -> None:
    _change(
        path,
        "PRAGMA page_size = 2048",
        f"PRAGMA application_id = {APPLICATION_ID}",
        "PRAGMA user_version = 1",
        "CREATE TABLE t(x)",
        "INSERT INTO t VALUES (randomblob(100000))",
    )
    os.truncate(path, 20_000)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_text_file, "SQLITE_NOTADB.*aside and start again"),
        (_foreign, "another program's database.*path of its own"),
        (_foreign_with_id, "another program's database"),
        (_newer, "newer receipt-agent.*install that one again"),
        (_cut, "malformed|damaged"),
    ],
)
async def test_a_file_that_is_not_ours_is_named_and_left_alone(
    tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    path = tmp_path / "agent.db"
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=says) as caught:
        async with opened(tmp_path):
            pass
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


async def test_a_file_cut_off_at_birth_is_used(tmp_path: Path) -> None:
    _change(
        tmp_path / "agent.db",
        "PRAGMA page_size = 2048",
        "PRAGMA auto_vacuum = 2",
        "PRAGMA journal_mode = WAL",
    )
    async with opened(tmp_path) as store:
        assert await store.log_height() == 0


async def test_two_daemons_never_share_the_file(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(StoreError, match="another receipt-agent"):
            async with opened(tmp_path):
                pass
    async with opened(tmp_path) as store:
        await store.ping()


async def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        async with opened(tmp_path / "file" / "state"):
            pass


async def test_what_the_block_raises_comes_out_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with opened(tmp_path):
            _ = 1 / 0


ROTS = b"receipt_open ON receipt(n) WHERE choice"


async def test_a_schema_of_rotten_letters_is_damage_and_is_replaced(
    tmp_path: Path,
) -> None:
    """SQLite quotes them in its complaint, which Python then cannot decode."""
    async with opened(tmp_path):
        pass
    path = tmp_path / "agent.db"
    content = path.read_bytes()
    assert content.count(ROTS) == 1
    path.write_bytes(content.replace(ROTS, ROTS.replace(b"choice", b"\xefhoice")))
    assert not is_encrypted(path)
    with pytest.raises(StoreDamagedError, match="move"):
        async with opened(tmp_path):
            pass
    moving.renew(path, datetime.now(UTC), 64)
    async with opened(tmp_path) as store:
        assert await store.log_height() > 0


async def test_a_new_store_is_made_in_one_line_and_not_migrated_in_many(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "agent.store")
    async with opened(tmp_path):
        pass
    said = [each.getMessage() for each in caplog.records]
    assert said.count("store made") == 1
    assert "store migrated" not in said
