"""An upgrade keeps the database as it was, and the older program puts it back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.errors import StoreError
from agent.store import former, moving, opening, side_files
from agent.store.records import AcceptJob
from agent.store.schema import MIGRATIONS
from tests.store.builders import VAULT, a_job, job_id, opened, raw_of

NEWER = (*MIGRATIONS, ("CREATE TABLE later(n INTEGER PRIMARY KEY) STRICT",))
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "quarantine").glob(f"*-v{len(MIGRATIONS)}/agent.db"))


async def _filled(folder: Path) -> Path:
    async with opened(folder) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
    assert copies(folder) == []  # a new database has no former one
    return folder / "agent.db"


async def test_the_older_program_gets_its_database_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await _filled(tmp_path)
    with monkeypatch.context() as upgrade:
        upgrade.setattr(opening, "MIGRATIONS", NEWER)
        async with opened(tmp_path) as store:
            await store.commit(AcceptJob(a_job(2), raw_of(2)))
    (copy,) = copies(tmp_path)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [*copy.parent.iterdir()] == [copy]

    with pytest.raises(StoreError, match="newer"):
        async with opened(tmp_path):
            pass
    moving.restore(path, copy, VAULT, NOW)
    async with opened(tmp_path) as store:
        assert await store.job_raw(job_id(1)) == raw_of(1)
        assert await store.job_raw(job_id(2)) is None

    # Upgraded once more, some time later: one copy, of what is there now.
    copy.parent.rename(copy.parent.with_name(f"20200101T000000Z-v{len(MIGRATIONS)}"))
    with monkeypatch.context() as upgrade:
        upgrade.setattr(opening, "MIGRATIONS", NEWER)
        async with opened(tmp_path):
            pass
    (again,) = copies(tmp_path)
    assert not again.parent.name.startswith("2020")


async def test_without_room_it_says_so_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await _filled(tmp_path)
    monkeypatch.setattr(opening, "MIGRATIONS", NEWER)
    with monkeypatch.context() as disk:
        disk.setattr(
            former,
            "shutil",
            SimpleNamespace(disk_usage=lambda _: SimpleNamespace(free=9)),
        )
        async with opened(tmp_path) as store:
            assert await store.job_raw(job_id(1)) == raw_of(1)
    assert "too little room" in caplog.text
    assert copies(tmp_path) == []


async def test_a_copy_that_cannot_be_written_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = await _filled(tmp_path)
    monkeypatch.setattr(opening, "MIGRATIONS", NEWER)
    (tmp_path / "quarantine").write_text("a file in its place")
    async with opened(tmp_path) as store:
        assert await store.job_raw(job_id(1)) == raw_of(1)
    assert "no copy of the database" in caplog.text
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(NEWER),)


async def test_the_copy_goes_with_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await _filled(tmp_path)
    monkeypatch.setattr(opening, "MIGRATIONS", NEWER)
    async with opened(tmp_path):
        pass
    (copy,) = copies(tmp_path)
    made_s = NOW.timestamp() - 31 * 86_400
    os.utime(copy.parent, (made_s, made_s))
    assert side_files.age_out(path, NOW, 30) == 1
    assert copies(tmp_path) == []
