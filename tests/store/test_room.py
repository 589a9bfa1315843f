"""A full disk: what was accepted stays, what frees room goes on, new jobs are printed."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.store.records import (
    AcceptJob,
    Append,
    DecideReceipt,
    JobState,
    MoveCursor,
    OpenReceipt,
    SettleJob,
)
from agent.store.room import MB, Reserve, Room
from agent.store.settings import StoreSettings
from agent.store.store import Store
from tests.fakes.clock import FakeClock
from tests.store.builders import (
    a_job,
    a_receipt,
    an_entry,
    job_id,
    opened,
    raw_of,
    receipt_id,
)

SMALL = StoreSettings(reserve_mb=1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    """A disk of 6 MB, where root may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill_up(folder: Path) -> Path:
    """Something else takes all that is left."""
    path = folder / f"photos of the staff party {len(list(folder.iterdir()))}"
    with path.open("wb") as file:
        left = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        os.posix_fallocate(file.fileno(), 0, max(left, 1))
    return path


async def _sell(store: Store, numbers: range) -> None:
    for number in numbers:
        await store.commit(
            AcceptJob(a_job(number), raw_of(number) * 3),
            Append(an_entry(number)),
            SettleJob(job_id(number), JobState.NO_PAPER, "R21"),
        )


async def test_a_full_disk_is_cleared_through_the_reserve(small_disk: Path) -> None:
    clock = FakeClock()
    async with opened(small_disk, clock=clock, settings=SMALL) as store:
        await store.commit(MoveCursor("rcu", 0))
        await clock.advance(1.0)
        await _sell(store, range(1, 61))
        await clock.advance(300.0)
        later = range(200_000, 200_060)  # their entries are some minutes younger
        await _sell(store, later)
        assert (await _look(store)).reserve
        await clock.advance(73 * 3600.0)
        await store.commit(MoveCursor("rcu", 60))

        await asyncio.to_thread(_fill_up, small_disk)
        accepted = await _until_full(store, 300_000)
        async with asyncio.timeout(20):
            while await store.job_raw(job_id(1)) is not None:
                await clock.advance(1.0)
                await asyncio.sleep(0.05)
        # What was sent is erased, and nothing else that was accepted is lost.
        for number in (*later, *accepted):
            assert await store.job_raw(job_id(number)) == raw_of(number) * 3
        await store.ping()


async def test_until_there_is_room_nothing_new_is_taken_in_and_the_rest_goes_on(
    small_disk: Path,
) -> None:
    clock = FakeClock()
    async with opened(small_disk, clock=clock, settings=SMALL) as store:
        await store.commit(MoveCursor("rcu", 0))
        await _sell(store, range(1, 120))
        assert (await _look(store)).reserve
        await store._keeper.truncate()
        party = await asyncio.to_thread(_fill_up, small_disk)
        accepted = await _until_full(store, 200)
        async with asyncio.timeout(20):
            while store._writer.tight != "the disk is full":
                await clock.advance(1.0)
                await asyncio.sleep(0.05)
        assert not (await _look(store)).reserve
        with pytest.raises(StoreError, match="full"):
            await store.commit(AcceptJob(a_job(900), raw_of(900)))
        await store.commit(MoveCursor("rcu", 61))
        await store.commit(SettleJob(job_id(100), JobState.PRINTED, "R00"))

        party.unlink()
        seen = await _look(store)
        assert (seen.reserve, seen.tight) == (True, "")
        assert seen.refused >= 2
        await store.commit(AcceptJob(a_job(901), raw_of(901)))
    async with opened(small_disk, clock=clock, settings=SMALL) as store:
        for number in (*range(1, 120), *accepted):
            assert await store.job_raw(job_id(number)) == raw_of(number) * 3


async def test_room_that_was_made_is_seen_within_seconds(small_disk: Path) -> None:
    clock = FakeClock()
    async with opened(small_disk, clock=clock, settings=SMALL) as store:
        assert (await _look(store)).reserve
        party = await asyncio.to_thread(_fill_up, small_disk)
        await _until_full(store, 1)
        async with asyncio.timeout(20):
            while store._writer.tight != "the disk is full":
                await clock.advance(1.0)
                await asyncio.sleep(0.05)
        party.unlink()
        # What was under way when it was unlinked may have looked before.
        for _ in range(5):
            await clock.advance(1.0)
            await asyncio.sleep(0.2)
        async with asyncio.timeout(10):
            while store._writer.tight:  # noqa: ASYNC110 -- it rings no bell
                await asyncio.sleep(0.05)
        await store.commit(AcceptJob(a_job(901), raw_of(901)))


async def _look(store: Store) -> Room:
    assert store._keeper._room is not None
    return await store._keeper._room.look()


async def _until_full(store: Store, first: int) -> list[int]:
    accepted: list[int] = []
    for number in range(first, first + 2000):
        try:
            await store.commit(AcceptJob(a_job(number), raw_of(number) * 3))
        except StoreError:
            return accepted
        accepted.append(number)
    raise AssertionError("it never was full")


async def test_a_start_on_a_full_disk_costs_the_reserve(small_disk: Path) -> None:
    async with opened(small_disk, settings=SMALL) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        await store._keeper._room.look()  # type: ignore[union-attr]
    assert (small_disk / "agent.db.reserve").stat().st_size == MB
    _fill_up(small_disk)
    async with opened(small_disk, settings=SMALL) as store:
        assert await store.job_raw(job_id(1)) == raw_of(1)
        await store.commit(SettleJob(job_id(1), JobState.PRINTED, "R10"))
    assert not (small_disk / "agent.db.reserve").exists()


async def test_before_the_disk_is_full_jobs_are_no_longer_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 100 * MB

    def usage(_: Path) -> tuple[int, int, int]:
        return 64_000 * MB, 0, free

    async with opened(tmp_path, settings=SMALL) as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        monkeypatch.setattr(shutil, "disk_usage", usage)
        keeper = store._keeper._room
        assert keeper is not None
        assert (await keeper.look()).tight == "the disk is nearly full"
        assert store.room.low
        for change in (AcceptJob(a_job(2), b"x"), OpenReceipt(a_receipt(1))):
            with pytest.raises(StoreError, match="nearly full; free space"):
                await store.commit(change)
        await store.commit(SettleJob(job_id(1), JobState.PRINTED, "R10"))
        free = 900 * MB
        assert (await keeper.look()).tight == ""
        assert store.room.low
        await store.commit(AcceptJob(a_job(2), b"x"), OpenReceipt(a_receipt(1)))
        await store.commit(DecideReceipt(receipt_id(1), "none"))


async def test_the_quota_leaves_room_for_what_strikes_off(tmp_path: Path) -> None:
    settings = StoreSettings(max_size_mb=3, reserve_mb=0)
    async with opened(tmp_path, settings=settings) as store:
        keeper = store._keeper._room
        assert keeper is not None
        number = 0
        while not (await keeper.look()).tight:
            number += 1
            await store.commit(AcceptJob(a_job(number), raw_of(number) * 4))
        assert "quota" in store.room.tight
        assert number > 50
        with pytest.raises(StoreError, match="quota"):
            await store.commit(AcceptJob(a_job(900), b"x"))
        for each in range(1, number + 1):
            await store.commit(SettleJob(job_id(each), JobState.PRINTED, "R10"))


def test_a_reserve_is_whole_or_not_there(small_disk: Path) -> None:
    reserve = Reserve(small_disk / "agent.db", 4 * MB)
    assert reserve.make()
    assert (small_disk / "agent.db.reserve").stat().st_blocks * 512 >= 4 * MB
    assert reserve.release()
    assert not reserve.release()
    assert not Reserve(small_disk / "agent.db", 8 * MB).make()
    assert list(small_disk.iterdir()) == []
