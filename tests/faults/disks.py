"""A full disk, and a disk whose bits rot."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

from agent.errors import StoreError
from agent.ids import JobId
from agent.store.damage import DamagedRecord
from agent.store.store import Store
from tests.faults.cuts import KEPT, MEMORY
from tests.faults.figures import Figures
from tests.faults.kills import judged
from tests.faults.lab import Lab
from tests.faults.reopening import reopened

SMALL_DISK = "16m"
PRINTED_SALES = 12
"""While the disk is full."""
STAYS_FULL_S = 3.0
"""After them: what was promised and not written meets a full disk."""
RESUMED_S = 60.0


class NoDiskError(Exception):
    """Nothing may be mounted here."""


def why_not() -> str:
    """Why no small disk can be made here; empty: it can."""
    return "" if os.geteuid() == 0 else "only root may mount"


@contextmanager
def mounted(place: Path, *options: str) -> Generator[None]:
    """Something at ``place``, and gone afterwards.

    Raises:
        NoDiskError: in the system's words.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", *options, str(place)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NoDiskError(done.stderr.strip())
    place.chmod(0o700)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


async def full(
    folder: Path, seed: int, broken: str = "", *, alone: bool = False
) -> Figures:
    """Somebody's photos fill the till's disk for a while; it sells on."""
    lab = Lab(folder, agent=broken, more="\n[store]\nreserve_mb = 1\n", seed=seed)
    with mounted(lab.state, "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs"):
        async with lab.open(alone=alone):
            pid = lab.agent.process.pid if lab.agent.process else 0
            await lab.tills.sell(5)
            party = await asyncio.to_thread(fill_up, lab.state)
            before = len(lab.on_paper())
            await lab.tills.sell(PRINTED_SALES)
            during = len(lab.on_paper()) - before
            await asyncio.sleep(STAYS_FULL_S)
            party.unlink()
            resumed_s = await _taken_in_again(lab)
            process = lab.agent.process
            same = lab.agent.running and process is not None and process.pid == pid
            # Printed, and no room to note it: the next start takes them up.
            unsettled = await asyncio.to_thread(lab.waiting)
            starts = []
            if not alone:
                await lab.agent.stop()
                starts = [await lab.open_agent()]
            figures = await judged(lab, Figures("disk full", broken, seed, 1), starts)
    figures.more |= {
        "printed_while_full": during,
        "same_process": same,
        "unsettled_until_restart": unsettled,
        "resumes_s": round(resumed_s, 1),
    }
    return figures


def fill_up(folder: Path) -> Path:
    """All that is left, down to the last block."""
    path = folder / "photos of the staff party"
    with path.open("wb") as file:
        left = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        os.posix_fallocate(file.fileno(), 0, max(left, 1))
        file.seek(0, os.SEEK_END)
        while True:
            try:
                os.write(file.fileno(), bytes(512))
                os.posix_fallocate(file.fileno(), 0, file.tell() + 512)
            except OSError:
                return path


async def _taken_in_again(lab: Lab) -> float:
    """Sell until a sale is kept again, and not printed for want of room."""
    began = time.monotonic()
    async with asyncio.timeout(RESUMED_S):
        while True:
            before = await asyncio.to_thread(lab.taken_in)
            await lab.tills.sell(1)
            if await asyncio.to_thread(lab.taken_in) > before:
                return time.monotonic() - began
            await asyncio.sleep(0.2)


@dataclass(slots=True)
class Content:
    """Every record of a database by its key, as far as it can be read."""

    jobs: dict[bytes, bytes] = field(default_factory=dict)
    entries: dict[int, bytes] = field(default_factory=dict)
    damaged: int = 0
    wrong: str = ""


async def flips(folder: Path, sales: int, count: int, seed: int) -> Figures:
    """Single bits flip in the database of an agent that has sold so much."""
    lab = Lab(folder, more="\n[store]\nreserve_mb = 0\n")
    async with lab.alone():
        await lab.open_agent()
        await lab.tills.sell(sales)
        await lab.understood()
    figures = await flipped(lab.state, count, seed)
    figures.offered = figures.accepted = sales
    shutil.rmtree(folder, ignore_errors=True)
    return figures


async def flipped(state: Path, count: int, seed: int) -> Figures:
    """The same with a folder whose agent has ended; each bit in a fresh copy.

    ``broken`` would be a store without seals: SQLite's own check, on the same copies.
    """
    database, dice = state / KEPT[0], Random(seed)
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    whole, content = await read(state, database), database.read_bytes()
    figures = Figures("bit flips", "", seed)
    seen, silent, sqlite_silent, shut = 0, 0, 0, 0
    for _ in range(count):
        rotten = bytearray(content)
        rotten[dice.randrange(len(rotten))] ^= 1 << dice.randrange(8)
        with tempfile.TemporaryDirectory(dir=MEMORY) as place:
            (Path(place) / KEPT[0]).write_bytes(rotten)
            sqlite_silent += _silent_to_sqlite(Path(place) / KEPT[0], database)
            now = await read(Path(place), database)
        figures.faults += 1
        silent += bool(_differing(whole, now))
        shut += bool(now.wrong)
        seen += bool(now.wrong or now.damaged)
    figures.lost, figures.corrupt = silent, seen
    figures.more = {
        "records": len(whole.jobs) + len(whole.entries),
        "silently_wrong": silent,
        "silently_wrong_to_sqlite": sqlite_silent,
        "file_put_aside": shut,
    }
    return figures


async def read(folder: Path, keys: Path) -> Content:
    """All records, as the agent would."""
    try:
        async with reopened(folder, keys) as store:
            return await store._read(lambda db: _content(store, db))
    except (StoreError, sqlite3.Error) as error:
        return Content(wrong=str(error))


def _content(store: Store, db: sqlite3.Connection) -> Content:
    content = Content()
    # As the agent lists them: by the rows, not by the names in the index.
    for (key,) in db.execute("SELECT id FROM job NOT INDEXED").fetchall():
        try:
            raw = store._reads.job_raw(db, JobId(UUID(bytes=key)))
            content.jobs[key] = raw or b""
        except (DamagedRecord, ValueError):
            content.damaged += 1
    (rows,) = db.execute("SELECT count(*) FROM event").fetchone()
    for entry in store._reads.entries_after(db, 0, 10**6, 10**9):
        content.entries[entry.seq] = entry.entry.body
    content.damaged += rows - len(content.entries)
    return content


def _differing(whole: Content, now: Content) -> int:
    """Records that read well and say something else."""
    jobs = sum(whole.jobs.get(key) != raw for key, raw in now.jobs.items())
    entries = sum(whole.entries.get(n) != body for n, body in now.entries.items())
    return jobs + entries


_SEALED = "SELECT hex(id), raw FROM job UNION ALL SELECT hex(id), body FROM event"


def _silent_to_sqlite(rotten: Path, whole: Path) -> bool:
    """Whether a record differs and SQLite finds nothing wrong."""
    with closing(sqlite3.connect(whole)) as db:
        before = dict(db.execute(_SEALED).fetchall())
    try:
        with closing(sqlite3.connect(rotten)) as db:
            if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return False
            return dict(db.execute(_SEALED).fetchall()) != before
    except (sqlite3.Error, UnicodeDecodeError):
        return False  # seen, if not by name: what it says of a page has rotted too
