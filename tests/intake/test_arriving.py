"""What a POS has sent outlives the process that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.escpos.replies.contents import Contents
from agent.escpos.status import Identity
from agent.ids import JobId, uuid7
from agent.intake import arriving as arriving_module
from agent.intake.arriving import Arriving, Left
from agent.intake.dialect import escpos
from agent.intake.http_documents import Refused, Tongue, Translated
from agent.intake.salvage import Salvage, jobs_of
from agent.store.records import Job

RECEIPT = b"\x1b@TOTAL   9,50\n\n\n\n\x1dV\x00"
SPOKEN = escpos(Identity())
NAME = JobId(uuid7(1, b"0123456789"))


def left_of(folder: Path) -> list[Left]:
    """As the next process reads it."""
    return Arriving(folder).left()


def dropped(arriving: Arriving) -> None:
    """The process is gone: its files stay, its locks do not."""
    arriving.close()


def test_bytes_that_are_not_safe_are_found_again(tmp_path: Path) -> None:
    arriving = Arriving(tmp_path)
    spool = arriving.spool("tcp", 1234)
    assert spool is not None
    spool.write(0, b"abc")
    spool.write(3, b"def")
    spool.safe(4)
    spool.close(keep=True)
    (left,) = left_of(tmp_path)
    assert (left.door, left.at_ms, left.start, left.raw) == ("tcp", 1234, 4, b"ef")


def test_a_file_that_somebody_writes_is_left_alone(tmp_path: Path) -> None:
    arriving = Arriving(tmp_path)
    spool = arriving.spool("tcp", 1)
    assert spool is not None
    spool.write(0, b"abc")
    assert left_of(tmp_path) == []
    spool.close(keep=True)
    assert len(left_of(tmp_path)) == 1


def test_a_line_whose_jobs_are_all_safe_leaves_nothing(tmp_path: Path) -> None:
    arriving = Arriving(tmp_path)
    spool = arriving.spool("tcp", 1)
    assert spool is not None
    spool.write(0, b"abc")
    spool.safe(3)
    arriving.back(spool)
    again = arriving.spool("tcp", 2)
    assert again is spool
    again.write(7, b"xyz")
    again.close(keep=True)
    (left,) = left_of(tmp_path)
    assert (left.at_ms, left.start, left.raw) == (2, 7, b"xyz")


def test_a_job_that_began_with_a_question_keeps_its_name(tmp_path: Path) -> None:
    spool = Arriving(tmp_path).spool("tcp", 1)
    assert spool is not None
    spool.write(3, RECEIPT)  # DLE EOT 1 stood before it, and is not written down
    spool.name(0, NAME)
    spool.close(keep=True)
    (left,) = left_of(tmp_path)
    assert left.jobs == {3: NAME}


def test_nothing_is_left_of_files_that_were_not_needed(tmp_path: Path) -> None:
    arriving = Arriving(tmp_path)
    spools = [arriving.spool("tcp", 1) for _ in range(12)]
    for spool in spools:
        assert spool is not None
        arriving.back(spool)
    arriving.close()
    assert list(tmp_path.iterdir()) == []


@given(st.binary(max_size=200), st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_a_torn_file_gives_what_is_whole_and_raises_nothing(
    data: bytes, cut: int
) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        folder = Path(name)
        spool = Arriving(folder).spool("tcp", 1)
        assert spool is not None
        spool.name(0, NAME)
        spool.write(0, data)
        spool.close(keep=True)
        (path,) = folder.iterdir()
        path.write_bytes(path.read_bytes()[:cut])
        for left in left_of(folder):
            assert data.startswith(left.raw)


def test_a_stranger_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x.part").write_bytes(b"Zzzzzzzzzzz")
    (tmp_path / "y.part").write_bytes(b"Z\x01\0\0\0?")
    (tmp_path / "z.part").write_bytes(b"H\x02\0\0\0[]D\x01\0\0\0x")
    assert left_of(tmp_path) == []
    assert len(list(tmp_path.iterdir())) >= 2


def test_where_nothing_can_be_written_the_line_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert Arriving(tmp_path / "file" / "folder").spool("tcp", 1) is None


def test_a_killed_process_leaves_what_it_had_read(tmp_path: Path) -> None:
    program = (
        "import sys, os, signal\nfrom pathlib import Path\n"
        "from agent.intake.arriving import Arriving\n"
        "spool = Arriving(Path(sys.argv[1])).spool('tcp', 5)\n"
        "spool.write(0, b'TOTAL 9,50')\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=False, timeout=30
    )
    assert done.returncode == -signal.SIGKILL
    (left,) = left_of(tmp_path)
    assert left.raw == b"TOTAL 9,50"


# -- what becomes of it -------------------------------------------------------


def a_left(raw: bytes, jobs: dict[int, JobId] | None = None, start: int = 0) -> Left:
    return Left(Path("f.part"), "tcp", 1000, start, raw, jobs or {}, len(raw))


async def test_a_complete_document_is_a_job_like_any_other_and_the_rest_is_cut_off() -> (
    None
):
    jobs = await jobs_of(a_left(RECEIPT + b"SUIVANT 1,00\n"), SPOKEN)
    assert [(job.shape, job.evidence, raw) for job, raw in jobs] == [
        ("document", "cut", RECEIPT),
        ("document", "crash", b"SUIVANT 1,00\n"),
    ]
    assert len({job.id for job, _ in jobs}) == 2


async def test_its_name_is_that_by_which_the_store_knows_it() -> None:
    left = a_left(b"x\n" + RECEIPT, {9: NAME}, start=7)
    jobs = await jobs_of(left, SPOKEN)
    assert [(job.id == NAME, raw) for job, raw in jobs] == [
        (False, b"x\n"),
        (True, RECEIPT),
    ]
    # It was over: a named job stands behind it.
    assert jobs[0][0].evidence == "close"


async def test_reading_it_twice_makes_the_same_jobs() -> None:
    left = a_left(RECEIPT + RECEIPT + b"x")
    first, second = await jobs_of(left, SPOKEN), await jobs_of(left, SPOKEN)
    assert [job.id for job, _ in first] == [job.id for job, _ in second]


async def test_a_drawer_of_then_does_not_open_now() -> None:
    kick = b"\x1bp\x00\x19\xfa"
    assert await jobs_of(a_left(kick), SPOKEN) == []
    ((job, raw),) = await jobs_of(a_left(kick + b"TOTAL 9,50\n"), SPOKEN)
    assert raw == kick + b"TOTAL 9,50\n"
    assert job.forwarded == ((0, len(kick)),)


async def test_without_its_dialect_it_is_one_job_that_is_printed() -> None:
    ((job, raw),) = await jobs_of(a_left(RECEIPT + RECEIPT), None)
    assert (job.evidence, raw) == ("crash", RECEIPT + RECEIPT)


class Book:
    """A store that knows some jobs, and a corridor that writes down."""

    def __init__(self, known: set[JobId]) -> None:
        self.known = known
        self.accepted: list[tuple[Job, bytes]] = []
        self.given_up: list[tuple[str, str, int]] = []

    async def job(self, job: JobId) -> Job | None:
        return Job(job, "tcp", 1, "cut", "document") if job in self.known else None

    async def keep(self, job: JobId, door: str, number: int, raw: bytes) -> None:
        raise AssertionError("nothing is kept in pieces here")

    async def accept(self, job: Job, raw: bytes) -> None:
        self.accepted.append((job, raw))

    def kick(self, raw: bytes) -> None:
        raise AssertionError("no drawer opens now")

    def flow(self) -> None:
        return None

    async def contents(self, before: bytes, question: bytes) -> Contents:
        return Contents(nv_keys=("G1",), nv_bytes=len(before))

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        raise AssertionError("no documents here")

    async def abandoned(self, door: str, source: str) -> None:
        self.given_up.append((door, source, len(self.accepted)))


@pytest.mark.parametrize("known", [False, True])
async def test_what_was_durable_already_is_no_second_job(
    tmp_path: Path, *, known: bool
) -> None:
    spool = Arriving(tmp_path).spool("tcp", 1, "192.168.1.20")
    assert spool is not None
    spool.write(0, RECEIPT)
    spool.name(0, NAME)
    spool.close(keep=True)
    book = Book({NAME} if known else set())
    left = left_of(tmp_path)
    await Salvage(left, book, book, {"tcp": SPOKEN}, Arriving(tmp_path).again).take_up()
    wanted = [] if known else [(NAME, RECEIPT)]
    assert [(job.id, raw) for job, raw in book.accepted] == wanted
    # Its POS was told of nothing, and may send it again.
    assert book.given_up == [("tcp", "192.168.1.20", len(wanted))]
    assert {job.source for job, _ in book.accepted} <= {"192.168.1.20"}
    assert left_of(tmp_path) == []
    assert not left[0].path.exists()


async def test_more_than_can_be_held_is_read_in_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Oldest first, and none of it is forgotten: nor are the names of its jobs."""
    monkeypatch.setattr(arriving_module, "MAX_LEFT_BYTES", 200)
    for number in range(5):
        spool = Arriving(tmp_path).spool("tcp", number)
        assert spool is not None
        spool.write(0, b"%d" % number + b"x" * 70 + b"\n")
        spool.name(0, JobId(uuid7(number, b"0123456789")))
        spool.close(keep=True)
        os.utime(spool.path, (number, number))
    left = left_of(tmp_path)
    assert sum(len(each.raw) for each in left) <= 200
    assert [each.size for each in left] == [72] * 5
    assert all(each.jobs for each in left)
    book = Book(set())
    await Salvage(left, book, book, {"tcp": SPOKEN}, Arriving(tmp_path).again).take_up()
    assert [raw[:1] for _, raw in book.accepted] == [b"0", b"1", b"2", b"3", b"4"]
    assert left_of(tmp_path) == []


async def test_what_is_gone_meanwhile_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving_module, "MAX_LEFT_BYTES", 120)
    for number in range(3):
        spool = Arriving(tmp_path).spool("tcp", number)
        assert spool is not None
        spool.write(0, b"%d" % number + b"x" * 70 + b"\n")
        spool.close(keep=True)
        os.utime(spool.path, (number, number))
    left = left_of(tmp_path)
    left[1].path.unlink()
    book = Book(set())
    salvage = Salvage(left, book, book, {"tcp": SPOKEN}, Arriving(tmp_path).again)
    await salvage.take_up()
    assert [raw[:1] for _, raw in book.accepted] == [b"0", b"2"]
    assert salvage.taken_up.is_set()
