"""What holds at every door, whatever kind of line it has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agent.intake.doors.folder import FolderDoor
from agent.intake.doors.serial_line import serial_door
from agent.intake.settings import FolderDoorSettings, SerialDoorSettings
from hardware_sim import recordings
from tests.intake.book import Book
from tests.intake.doors import ANSWERING, RIGS, CablePos, Here, Pty, opened

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


async def test_what_a_crash_left_in_our_hands_is_taken_at_the_next_start(
    tmp_path: Path,
) -> None:
    (tmp_path / ".taking-a.bin").write_bytes(RECEIPT)
    book = Book()
    settings = FolderDoorSettings(path=tmp_path, settle_s=0.0)
    async with opened(lambda at: FolderDoor(settings, at), book):
        await book.until(1)
    assert book.jobs[0][1] == RECEIPT
