"""``receipt-agent backup`` and ``restore``."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent import cellar
from agent.backups import EXIT_UNAVAILABLE
from agent.cli import main
from agent.config import load
from agent.store import moving
from agent.store.people import Forget, KnowBy
from agent.store.records import (
    AcceptJob,
    Append,
    DecideReceipt,
    JobState,
    OpenReceipt,
    SettleJob,
)
from agent.store.store import Store
from tests.store.builders import (
    a_job,
    a_receipt,
    an_entry,
    job_id,
    raw_of,
    receipt_id,
)
from tests.test_config import GOOD

ANNA = "anna@example.org"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "agent.toml"
    text = GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/state'")
    found.write_text(text)
    (tmp_path / "state").mkdir(mode=0o700)
    return found


def run(path: Path, *arguments: str) -> int:
    return main([*arguments, "--config", str(path)])


async def sell(store: Store, *numbers: int) -> None:
    for number in numbers:
        await store.commit(
            AcceptJob(a_job(number), raw_of(number)),
            OpenReceipt(a_receipt(number)),
            Append(an_entry(number)),
            KnowBy(
                receipt_id(number), "email", ANNA if number == 1 else "p@example.org"
            ),
            SettleJob(job_id(number), JobState.NO_PAPER, "R21"),
            DecideReceipt(receipt_id(number), "email"),
        )


def test_a_backup_is_taken_beside_a_running_agent_and_is_one_file(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, to = load(path), tmp_path / "backup" / "monday.db"
    to.parent.mkdir()

    async def beside() -> None:
        async with cellar.opened(config) as store:
            await sell(store, 1, 2)
            assert await asyncio.to_thread(run, path, "backup", str(to)) == 0
            await sell(store, 3)

    asyncio.run(beside())
    assert [each.name for each in to.parent.iterdir()] == ["monday.db"]
    assert to.stat().st_mode & 0o777 == 0o600
    assert (config.keys_dir / "store.key").read_bytes() not in to.read_bytes()
    assert ANNA.encode() not in to.read_bytes()
    assert "chiffrés" in capsys.readouterr().out


def test_what_is_put_back_is_there_and_no_number_is_given_twice(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, to = load(path), tmp_path / "monday.db"

    async def monday() -> None:
        async with cellar.opened(config) as store:
            await sell(store, 1, 2)

    async def tuesday() -> None:
        async with cellar.opened(config) as store:
            await sell(store, 3, 4)

    async def wednesday() -> None:
        async with cellar.opened(config) as store:
            assert await store.job_raw(job_id(2)) == raw_of(2)
            assert await store.job_raw(job_id(3)) is None
            await sell(store, 5)
            assert await store.log_height() == 5
            assert await store.job_raw(job_id(5)) == raw_of(5)

    asyncio.run(monday())
    assert run(path, "backup", str(to)) == 0
    asyncio.run(tuesday())
    assert run(path, "restore", str(to)) == 0
    said = capsys.readouterr().out
    (before,) = (tmp_path / "state" / "quarantine").glob("*-replaced/agent.db")
    assert str(before) in said
    asyncio.run(wednesday())


def test_who_was_forgotten_since_the_backup_stays_forgotten(
    path: Path, tmp_path: Path
) -> None:
    config, to = load(path), tmp_path / "monday.db"

    async def monday() -> None:
        async with cellar.opened(config) as store:
            await sell(store, 1, 2)

    async def forget() -> None:
        async with cellar.opened(config) as store:
            subject = await _subject(store)
            found = await store.traces(subject)
            assert found.receipts == (receipt_id(1),)
            await store.forget(Forget(subject, found, "{}"))

    async def look() -> None:
        async with cellar.opened(config) as store:
            assert await store.job_raw(job_id(1)) is None
            assert await store.receipt(receipt_id(1)) is None
            assert [each.seq for each in await store.entries_after(0, 9, 1 << 20)] == [
                2
            ]
            assert await store.unsettled_jobs() == []
            assert await store.job_raw(job_id(2)) == raw_of(2)
            assert store.damaged == 0  # erased, not a damaged disk

    asyncio.run(monday())
    assert run(path, "backup", str(to)) == 0
    asyncio.run(forget())
    assert run(path, "restore", str(to)) == 0
    asyncio.run(look())


def test_a_backup_is_whole_after_the_database_was_damaged_and_made_anew(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The new one knows no key of the old one's: nobody was forgotten by it."""
    config, to = load(path), tmp_path / "monday.db"

    async def monday() -> None:
        async with cellar.opened(config) as store:
            await sell(store, 1, 2)

    async def look() -> None:
        async with cellar.opened(config) as store:
            for number in (1, 2):
                assert await store.job_raw(job_id(number)) == raw_of(number)
                assert await store.receipt(receipt_id(number)) is not None

    asyncio.run(monday())
    assert run(path, "backup", str(to)) == 0
    moving.renew(cellar.database(config), datetime.now(UTC), 64)
    assert run(path, "restore", str(to)) == 0
    assert "has to be forgotten again" in caplog.text
    asyncio.run(look())


async def _subject(store: Store) -> bytes:
    found = await store._hop.run(
        lambda db: db.execute(
            "SELECT subject FROM known_by WHERE receipt = ?", (receipt_id(1).bytes,)
        ).fetchone()
    )
    return bytes(found[0])


def test_nothing_is_put_back_under_a_running_agent(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, to = load(path), tmp_path / "monday.db"

    async def beside() -> None:
        async with cellar.opened(config) as store:
            await sell(store, 1)
            assert await asyncio.to_thread(run, path, "backup", str(to)) == 0
            code = await asyncio.to_thread(run, path, "restore", str(to))
            assert code == EXIT_UNAVAILABLE
            assert await store.job_raw(job_id(1)) == raw_of(1)

    asyncio.run(beside())
    assert "stop that one first" in capsys.readouterr().err


@pytest.mark.parametrize("spoil", ["text", "cut", "missing"])
def test_what_is_no_backup_changes_nothing(
    path: Path, tmp_path: Path, spoil: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config, to = load(path), tmp_path / "monday.db"

    async def monday() -> None:
        async with cellar.opened(config) as store:
            await sell(store, *range(1, 30))

    asyncio.run(monday())
    assert run(path, "backup", str(to)) == 0
    match spoil:
        case "text":
            to.write_text("a shopping list")
        case "cut":
            to.write_bytes(to.read_bytes()[: -20 * 2048])
        case _:
            to.unlink()
    before = cellar.database(config).read_bytes()
    assert run(path, "restore", str(to)) == EXIT_UNAVAILABLE
    assert str(to) in capsys.readouterr().err
    assert cellar.database(config).read_bytes() == before
    assert not (tmp_path / "state" / "quarantine").exists()


def test_a_backup_under_another_key_is_not_put_back(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, to = load(path), tmp_path / "monday.db"

    async def monday() -> None:
        async with cellar.opened(config) as store:
            await sell(store, 1)

    asyncio.run(monday())
    assert run(path, "backup", str(to)) == 0
    (config.keys_dir / "store.key").write_bytes(bytes(32))
    assert run(path, "restore", str(to)) == EXIT_UNAVAILABLE
    assert "put that key back" in capsys.readouterr().err


def test_before_the_first_start_there_is_nothing_to_back_up(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(path, "backup", str(tmp_path / "x.db")) == EXIT_UNAVAILABLE
    assert "has the agent run once?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "kind", ["link", "dangling", "folder", "pipe", "socket", "device"]
)
def test_a_backup_takes_the_place_of_nothing_but_a_plain_file(
    path: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    to, other = tmp_path / "to", tmp_path / "other"
    match kind:
        case "link":
            other.write_text("precious")
            to.symlink_to(other)
        case "dangling":
            to.symlink_to(other)
        case "folder":
            to.mkdir()
        case "pipe":
            os.mkfifo(to)
        case "socket":
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(str(to))
        case _:
            try:
                os.mknod(to, 0o600 | stat.S_IFCHR, os.makedev(1, 7))  # full, null(4)
            except PermissionError:
                pytest.skip("only root makes a device")
    sold(path)
    before = to.lstat()
    assert run(path, "backup", str(to)) == EXIT_UNAVAILABLE
    assert f"{to}\u00a0: un" in capsys.readouterr().err
    now = to.lstat()
    assert (now.st_ino, now.st_mode) == (before.st_ino, before.st_mode)
    assert {each.name for each in tmp_path.iterdir()} <= {
        *("agent.toml", "state", "to", "other")
    }
    assert not other.exists() or other.read_text() == "precious"


def test_a_plain_file_is_replaced_and_the_database_itself_is_not(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sold(path)
    to = tmp_path / "monday.db"
    to.write_text("last week's")
    assert run(path, "backup", str(to)) == 0
    database = cellar.database(load(path))
    before = database.stat().st_ino
    (tmp_path / "hard").hardlink_to(database)
    for same in (database, tmp_path / "hard"):
        assert run(path, "backup", str(same)) == EXIT_UNAVAILABLE
        assert "own database" in capsys.readouterr().err
    assert database.stat().st_ino == before


def test_root_follows_no_link_of_another_user_to_a_folder(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold(path)
    (tmp_path / "there").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "there")
    to = tmp_path / "here" / "monday.db"
    if os.geteuid() == 0:
        os.chown(tmp_path / "here", 1, 1, follow_symlinks=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert run(path, "backup", str(to)) == EXIT_UNAVAILABLE
    assert [*(tmp_path / "there").iterdir()] == []
    monkeypatch.setattr(os, "geteuid", lambda: 1)
    assert run(path, "backup", str(to)) == 0


def test_what_is_no_file_is_not_put_back(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """/dev/zero has no end, and filled the disk."""
    sold(path)
    assert run(path, "restore", "/dev/null") == EXIT_UNAVAILABLE
    assert "pas un fichier" in capsys.readouterr().err


def sold(path: Path) -> None:
    config = load(path)

    async def monday() -> None:
        async with cellar.opened(config) as store:
            await sell(store, 1)

    asyncio.run(monday())
