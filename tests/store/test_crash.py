"""What was acknowledged is there after kill -9, and every COMMIT was synced.

The oracle is this process: it reads the acknowledgements from a pipe, kills the
writer and looks into the file.  A kill does not take the kernel's page cache
away, so it says nothing about fsync; that half is held by ``synchronous=FULL``
read back (test_opening) and by counting the system calls here.  Not covered:
torn sectors and a disk that lies about having synced.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen, run

import pytest

from tests.store.builders import job_id, opened, raw_of

ROOT = Path(__file__).parents[2]
KILLS = 20


@contextmanager
def _spawner(folder: Path) -> Generator[Popen[bytes]]:
    command = [sys.executable, "-m", "tests.store.doomed", str(folder)]
    with Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE) as process:
        yield process
        process.stdin.close()  # type: ignore[union-attr]  # PIPE was asked for


def _kill_while_selling(tills: Popen[bytes], first: int, after_s: float) -> list[int]:
    """Start a till, kill it that long after it was open; the numbers it acked."""
    assert tills.stdin is not None
    assert tills.stdout is not None
    tills.stdin.write(b"%d 4 1000000\n" % first)
    tills.stdin.flush()
    pid = int(tills.stdout.readline().removeprefix(b"pid "))
    time.sleep(after_s)
    os.kill(pid, signal.SIGKILL)
    return [int(line) for line in iter(tills.stdout.readline, b"dead\n")]


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_to_kill_9(tmp_path: Path) -> None:
    dice = Random(1)
    acked: list[int] = []
    with _spawner(tmp_path) as tills:
        for kill in range(KILLS):
            acked += _kill_while_selling(tills, kill * 100_000, dice.random() * 0.06)
            async with opened(tmp_path) as store:
                there = {job.id for job in await store.unsettled_jobs()}
                assert {job_id(number) for number in acked} <= there
                assert await store.log_height() == len(there)  # both or neither
    async with opened(tmp_path) as store:
        for number in acked:
            assert await store.job_raw(job_id(number)) == raw_of(number)
        entries = await store.entries_after(0, 10**6, 10**9)
        there = {job.id for job in await store.unsettled_jobs()}
    assert [entry.seq for entry in entries] == list(range(1, len(there) + 1))
    assert len(acked) > KILLS
    assert len(there) - len(acked) <= KILLS * 4  # in flight at a kill, no phantoms


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_every_lone_commit_is_synced_before_it_is_acknowledged(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    till = [sys.executable, "-m", "tests.store.doomed", str(tmp_path / "db")]
    calls = "trace=fsync,fdatasync,write,pwrite64"
    strace = ["strace", "-f", "-y", "-e", calls, "-o", str(trace)]
    ran = run([*strace, *till], cwd=ROOT, input=b"0 1 40\n", stdout=PIPE, check=False)
    if ran.returncode != 0:
        pytest.skip("strace may not trace here")
    assert ran.stdout.count(b"\n") == 42
    assert _unsynced_acks(trace.read_text()) == []


def _unsynced_acks(trace: str) -> list[str]:
    """Acknowledgements written while a write to the WAL was not synced yet."""
    dirty = False
    early = []
    for line in trace.splitlines():
        call = re.search(r"(\w+)\((\d+)<([^>]*)>", line)
        if call is None:
            continue
        name, number, path = call.groups()
        if path.endswith(".db-wal"):
            dirty = name == "pwrite64"
        elif name == "write" and number == "1" and '"dead' not in line and dirty:
            early.append(line)
    return early


def test_the_check_for_unsynced_acks_bites() -> None:
    trace = (
        '7 pwrite64(9</x/agent.db-wal>, "..", 24, 0) = 24\n'
        '6 write(1<pipe:[1]>, "0\\n", 2) = 2\n'
        "7 fdatasync(9</x/agent.db-wal>) = 0\n"
        '6 write(1<pipe:[1]>, "1\\n", 2) = 2\n'
    )
    assert len(_unsynced_acks(trace)) == 1
