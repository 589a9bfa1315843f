"""What holds at every door, whatever kind of line it has."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agent.intake.doors import folder
from agent.intake.doors.char_device import device_door
from agent.intake.doors.folder import FolderDoor
from agent.intake.doors.serial_line import serial_door
from agent.intake.limits import LOOK_S
from agent.intake.settings import (
    DeviceDoorSettings,
    FolderDoorSettings,
    SerialDoorSettings,
)
from hardware_sim import recordings
from tests.intake.book import Book
from tests.intake.doors import ANSWERING, RIGS, CablePos, FifoPos, Here, Pty, opened

RECEIPT = b"\x1b@TOTAL   9,50\n\n\n\n\x1dV\x00"
KICK = b"\x1bp\x00\x19\x19"
EVERY_BYTE = b"\x1b@\x1dv0\x00\x20\x00\x08\x00" + bytes(range(256)) + b"\n\x1dV\x00"
"""A picture that has every byte there is, XON and XOFF too."""

pytestmark = pytest.mark.timeout(60)


@pytest_asyncio.fixture(params=sorted(RIGS))
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Here]:
    rig = RIGS[request.param]
    ready, over = asyncio.Event(), asyncio.Event()
    found: list[Here] = []

    async def keep() -> None:
        async with rig(tmp_path) as made:
            found.append(made)
            ready.set()
            await over.wait()

    keeping = asyncio.create_task(keep())
    await ready.wait()
    yield found[0]
    over.set()
    await keeping


@pytest.mark.parametrize(
    "raw", [RECEIPT, EVERY_BYTE, recordings.job("escpos-php__graphics")],
    ids=["receipt", "every byte", "a long one"],
)  # fmt: skip
async def test_a_job_arrives_byte_for_byte(here: Here, raw: bytes) -> None:
    await here.pos.send(raw)
    await here.pos.let_go()
    async with asyncio.timeout(20):
        while b"".join(each for _, each in here.book.jobs) != raw:
            here.book.came.clear()
            await here.book.came.wait()
    assert here.book.jobs[0][0].shape == "document"


async def test_two_receipts_in_a_row_are_two_jobs(here: Here) -> None:
    await here.pos.send(RECEIPT + RECEIPT)
    await here.pos.let_go()
    await here.book.until(2)
    assert [raw for _, raw in here.book.jobs] == [RECEIPT, RECEIPT]


async def test_one_byte_at_a_time_is_the_same_job(here: Here) -> None:
    for byte in RECEIPT:
        await here.pos.send(bytes([byte]))
    await here.pos.let_go()
    await here.book.until(1)
    assert here.book.jobs[0][1] == RECEIPT


async def test_a_drawer_opens_before_its_receipt_is_durable(here: Here) -> None:
    here.book.durable_s = 0.3
    await here.pos.send(KICK + RECEIPT)
    await here.pos.let_go()
    async with asyncio.timeout(5):
        await here.book.kicked.wait()
    assert here.book.jobs == []
    assert here.book.kicks == [KICK]
    await here.book.until(1)
    assert here.book.jobs[0][0].forwarded == ((0, len(KICK)),)


async def test_a_job_without_a_cut_ends_all_the_same(here: Here) -> None:
    await here.pos.send(b"TOTAL 9,50\n\n\n\n\n")
    await here.pos.let_go()
    await here.book.until(1)
    assert here.book.jobs[0][0].evidence in {"idle", "close"}


async def test_the_next_job_works_as_the_first_did(here: Here) -> None:
    for count in range(1, 4):
        await here.pos.send(RECEIPT)
        await here.pos.let_go()
        await here.book.until(count)
    assert [raw for _, raw in here.book.jobs] == [RECEIPT] * 3
    assert len({job.id for job, _ in here.book.jobs}) == 3


@pytest.mark.parametrize("door", ANSWERING)
async def test_questions_are_answered_where_an_answer_can_go(
    door: str, tmp_path: Path
) -> None:
    async with RIGS[door](tmp_path) as here:
        assert await here.pos.ask(b"\x10\x04\x01", 1) == b"\x16"
        assert await here.pos.ask(RECEIPT + b"\x1dr\x01", 1) == b"\0"
        ((_, raw),) = here.book.jobs
        assert raw.endswith(RECEIPT)


@pytest.mark.parametrize("door", sorted(RIGS))
async def test_what_was_sent_before_a_stop_is_kept(door: str, tmp_path: Path) -> None:
    async with RIGS[door](tmp_path) as here:
        await here.pos.send(b"TOTAL 9,50\n")
        if door == "folder":
            await here.pos.let_go()
        await asyncio.sleep(0.5)
    assert [raw for _, raw in here.book.jobs] == [b"TOTAL 9,50\n"]


async def test_a_serial_line_that_is_unplugged_comes_back(tmp_path: Path) -> None:
    """A USB adapter: its device goes, and is there again under the same name."""
    name, book = tmp_path / "ttyUSB0", Book()
    settings = SerialDoorSettings(device=str(name), flow="xonxoff")
    async with opened(lambda at: serial_door(settings, at), book):
        for round_ in range(3):
            with Pty() as pty:
                name.symlink_to(pty.name)
                await pty.set_up()
                await CablePos(pty.far).send(RECEIPT + b"TOTAL 9,50\n")
                await book.until(2 * round_ + 1)
                await asyncio.sleep(0.1)
                name.unlink()
            # What was being sent when the cable was pulled is a job of its own.
            await book.until(2 * round_ + 2)
    assert [raw for _, raw in book.jobs] == [RECEIPT, b"TOTAL 9,50\n"] * 3


async def test_a_door_says_once_that_it_is_open_and_once_that_it_is_shut(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "agent.intake.doors.folder")
    path = tmp_path / "jobs"
    settings = FolderDoorSettings(path=path, settle_s=0.0)
    async with opened(lambda at: FolderDoor(settings, at), Book()):
        for _ in range(2):
            await asyncio.sleep(3 * LOOK_S)
            path.mkdir()
            await asyncio.sleep(3 * LOOK_S)
            path.rmdir()
    said = [record.getMessage() for record in caplog.records]
    assert said[:4] == ["a door is shut", "a door is open"] * 2


async def test_what_is_put_away_does_not_grow_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MAX_PUT_AWAY_FILES", 3)
    monkeypatch.setattr(folder, "MAX_PUT_AWAY_BYTES", 100)
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / ".hidden").write_bytes(b"not ours")
    long = RECEIPT.ljust(90, b"\n")
    written = {"a.prn": b"%PDF-1", "b.prn": b"%PDF-2"}
    written |= {f"{number}.prn": b"%d\n" % number for number in range(6)}
    written |= {"6.prn": long, "7.prn": b"7".ljust(20, b"\n")}
    for at, (name, raw) in enumerate(written.items()):
        (tmp_path / name).write_bytes(raw)
        os.utime(tmp_path / name, (at, at))
    book = Book()
    settings = FolderDoorSettings(path=tmp_path, settle_s=0.0, after="keep")
    async with opened(lambda at: FolderDoor(settings, at), book):
        async with asyncio.timeout(10):
            while not (tmp_path / "done" / "7.prn").exists():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
    kept = {each.name for each in (tmp_path / "done").iterdir()}
    assert kept == {".hidden", "7.prn"}
    assert len(list((tmp_path / "refused").iterdir())) == 2


async def test_one_file_is_one_job_though_it_cannot_be_put_away(tmp_path: Path) -> None:
    (tmp_path / "done").write_bytes(b"no folder")
    book = Book()
    settings = FolderDoorSettings(path=tmp_path, settle_s=0.0, after="keep")
    async with opened(lambda at: FolderDoor(settings, at), book):
        (tmp_path / "a.bin").write_bytes(RECEIPT)
        await book.until(1)
        await asyncio.sleep(1.0)
    raws = [raw for _, raw in book.jobs]
    assert raws.count(RECEIPT) == 1


async def test_a_file_that_is_written_again_and_again_is_a_job_each_time(
    tmp_path: Path,
) -> None:
    book = Book(durable_s=0.05)
    settings = FolderDoorSettings(path=tmp_path, settle_s=0.0)
    async with opened(lambda at: FolderDoor(settings, at), book):
        for number in range(5):
            (tmp_path / "new.tmp").write_bytes(
                RECEIPT.replace(b"9,50", b"%d,50" % number)
            )
            while (tmp_path / "receipt.prn").exists():  # noqa: ASYNC110 -- a POS that looks
                await asyncio.sleep(0.01)
            (tmp_path / "new.tmp").rename(tmp_path / "receipt.prn")
        await book.until(5)
    assert len({raw for _, raw in book.jobs}) == 5


async def test_a_file_that_is_opened_long_before_it_is_written_is_a_job(
    tmp_path: Path,
) -> None:
    book = Book()
    settings = FolderDoorSettings(path=tmp_path, settle_s=0.0)
    async with opened(lambda at: FolderDoor(settings, at), book):
        with (tmp_path / "receipt.prn").open("wb") as file:
            await asyncio.sleep(3 * LOOK_S)
            file.write(RECEIPT)
        await book.until(1)
    assert [raw for _, raw in book.jobs] == [RECEIPT]


async def test_a_fifo_that_is_made_anew_is_printed_to(tmp_path: Path) -> None:
    path, book = tmp_path / "printer", Book()
    os.mkfifo(path)
    settings = DeviceDoorSettings(path=path)
    async with opened(lambda at: device_door(settings, at), book):
        for _ in range(2):
            await asyncio.sleep(0.2)
            path.unlink()
            os.mkfifo(path)
            pos = FifoPos(path)
            async with asyncio.timeout(10):
                await pos.send(RECEIPT)
            await pos.let_go()
        await book.until(2)
    assert [raw for _, raw in book.jobs] == [RECEIPT] * 2


async def test_what_a_crash_left_in_our_hands_is_taken_at_the_next_start(
    tmp_path: Path,
) -> None:
    (tmp_path / ".taking-a.bin").write_bytes(RECEIPT)
    book = Book()
    settings = FolderDoorSettings(path=tmp_path, settle_s=0.0)
    async with opened(lambda at: FolderDoor(settings, at), book):
        await book.until(1)
    assert book.jobs[0][1] == RECEIPT


async def test_a_folder_is_taken_oldest_first_however_full_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MAX_FILES", 3)
    for number in range(10):
        # Made in another order than they were written.
        path = tmp_path / f"{number * 7 % 10}.prn"
        path.write_bytes(b"%d\n" % (number * 7 % 10))
        os.utime(path, (number * 7 % 10, number * 7 % 10))
    (tmp_path / "half.tmp").write_bytes(b"unfinished")
    (tmp_path / "gone.prn").symlink_to(tmp_path / "nowhere")
    book = Book()
    settings = FolderDoorSettings(path=tmp_path, settle_s=0.0)
    async with opened(lambda at: FolderDoor(settings, at), book):
        await book.until(10)
    assert [raw for _, raw in book.jobs] == [b"%d\n" % number for number in range(10)]
