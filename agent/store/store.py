"""The cellar's door: open it, commit changes, ask questions.

Durable when ``commit`` returns.  One connection writes and checkpoints, one
reads; each has its thread, and both are closed whatever happens (aiosqlite's
threads are not daemons: one left open keeps the process from ending).

Errors: ``StoreError`` means that this write or read did not happen.  After a
fatal one (failed fsync, damaged file) every commit and ``ping`` raises, so the
watchdog starves and the service manager starts a fresh process.
``DamagedRecord`` (a kind of ``StoreError``) concerns one record only.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from agent.clock import Clock
from agent.errors import StoreError, StoreOverError
from agent.ids import JobId
from agent.store import (
    exported,
    overdue,
    people,
    salvage,
    side_files,
)
from agent.store.answers import Answers
from agent.store.hard_cap import HardCap
from agent.store.hop import Hop
from agent.store.keeper import Keeper
from agent.store.key_care import KeyCare
from agent.store.opening import SUSPECT, held, prepare_reader, prepare_writer
from agent.store.reads import Reads
from agent.store.records import (
    AcceptJob,
    Change,
)
from agent.store.room import MB, Reserve, Room, RoomKeeper
from agent.store.salvaging import Salvaging
from agent.store.scrubbing import Scrubbing
from agent.store.seal import Sealing
from agent.store.settings import StoreSettings
from agent.store.vault import Vault, VaultSealer
from agent.store.witness import Witness
from agent.store.writer import GroupWriter

log = logging.getLogger(__name__)


class Store(Answers):
    """An open cellar.  Made by ``open`` only."""

    def __init__(
        self, reader: Hop, writer: GroupWriter, keeper: Keeper, hop: Hop, reads: Reads
    ) -> None:
        super().__init__(reader, reads, writer.judge)
        self._sealing: Callable[[], Sealing]
        """By the keys as they are now: they may have been rotated."""
        self._path: Path
        self._writer = writer
        self._keeper = keeper
        self._hop = hop

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        path: Path,
        *,
        sealer: Sealing,
        clock: Clock,
        settings: StoreSettings,
        spared: Collection[JobId] = (),
    ) -> AsyncGenerator[Store]:
        """Open or create the file (0600); take up what a crash left in pieces.

        Pieces of the jobs in ``spared`` stay pieces: somebody has all of their bytes.
        On the way out what is queued is still written.

        Raises:
            StoreError: with the file and the remedy.
        """
        with held(path):
            async with _connected(path) as hop, _connected(path) as reader:
                reserve = Reserve(path, settings.reserve_mb * MB)
                boot = await _prepared(hop, path, settings.max_size_mb, reserve)
                for salvaged in await hop.run(lambda _: salvage.found(path)):
                    await _take_over(hop, salvaged, sealer)
                await reader.run(lambda db: prepare_reader(db, path))
                # A key that is not the file's is found here, before it is written to.
                writes, opens = await hop.run(sealer.on), await reader.run(sealer.on)
                writer = GroupWriter(hop, writes, clock, boot)
                care = (
                    KeyCare(path, (hop, reader), (writes, opens), sealer, writer, clock)
                    if isinstance(sealer, Vault)
                    and isinstance(writes, VaultSealer)
                    and isinstance(opens, VaultSealer)
                    else None
                )
                suspect = path.with_name(path.name + SUSPECT)
                writer.damaged = lambda: suspect.touch(mode=0o600)
                salvaging = Salvaging(path, clock)
                room = RoomKeeper(reserve, path.parent, hop, writer, clock)
                cap = HardCap(path, hop, writer, writes, clock, settings)

                def sealing() -> Sealing:
                    return care.vault if care else sealer

                def rotten() -> None:
                    store.damaged += 1

                scrub = Scrubbing(path, sealing, writer, clock, rotten)
                keeper = Keeper(
                    *(hop, writer, clock, settings, care, salvaging, room),
                    *(cap.enforce, scrub),
                )
                store = cls(reader, writer, keeper, hop, Reads(opens))
                store._path, store._sealing = path, sealing
                async with _running(writer, keeper):
                    await store._adopt_orphans(spared)
                    yield store

    @property
    def room(self) -> Room:
        """How much room there is on the disk, and whether anything is taken in."""
        return self._keeper.room

    @property
    def transactions(self) -> int:
        """COMMITs since the start; commits share them."""
        return self._writer.transactions

    async def commit(self, *changes: Change) -> None:
        """Write all of them or none.  Durable when it returns.

        Cancelling the caller does not withdraw the changes.  Waits while 1000
        commits or 8 MB are queued.

        Raises:
            StoreError: disk full or failed; nothing of it is written.
        """
        try:
            await self._writer.commit(changes)
        except StoreError:
            self._writer.witness.refused(changes)
            raise

    def watch(self, witness: Witness) -> None:
        """It is told of every commit from now on."""
        self._writer.witness = witness

    @property
    def queued(self) -> int:
        """Commits in line for a transaction."""
        return self._writer.queued

    async def ping(self) -> None:
        """Prove that the writer's thread answers.

        Raises:
            StoreError: it refuses; the process should restart.
        """
        self._writer.refuse_if_over()
        if self._keeper.wants_a_fresh_start:
            raise StoreOverError("what was salvaged is taken up by a fresh process")
        try:
            await self._hop.run(lambda db: db.execute("SELECT 1").fetchone())
        except sqlite3.Error as error:
            raise self._writer.judge(error) from error

    async def over(self) -> None:
        """Return when the store has failed for good; ``ping`` then says why."""
        await self._writer.over.wait()

    async def erase(self) -> int:
        """Sweep what the retention no longer allows; also done by the hour."""
        return await self._keeper.erase()

    async def traces(self, subject: bytes) -> people.Traces:
        """What is here of one contact, by its reference (24 bytes); exports included."""
        found = await super().traces(subject)
        # Behind the log: what is exported meanwhile is in one of the two.
        beside = await asyncio.to_thread(
            exported.find, self._path, self._sealing(), subject
        )
        return replace(found, exported=beside.entries, exports_unread=beside.unread)

    async def forget(self, change: people.Forget) -> None:
        """Destroy what it names; gone from the files when it returns.

        Exports go first: what was said to be destroyed is.

        Raises:
            StoreError: not all is destroyed, or the WAL could not be emptied; again.
        """
        for file in exported.files(self._path):
            try:
                # On the writer's thread, which also wraps their keys anew.
                await self._hop.run(
                    lambda _: exported.forget(file, self._sealing(), change.subject)  # noqa: B023 -- awaited in this very turn
                )
            except (OSError, sqlite3.Error) as error:
                raise StoreError(
                    f"{file}: nothing is erased in it ({error})"
                ) from error
        await self.commit(change)
        await self._keeper.truncate()

    async def take_up_keys(self) -> bool:
        """Change over to the till's key as its file is now; whether it is another.

        Raises:
            StoreError: the key cannot be read, or the disk failed.
        """
        return await self._keeper.take_up_keys()

    async def put_back(self, file: Path) -> int:
        """What was exported because nobody took it, to be sent anew; how many entries.

        Raises:
            StoreError: nothing is put back.
        """

        def back(db: sqlite3.Connection) -> int:
            side_files.expect_known(self._sealing(), file)
            return overdue.put_back(db, file, exported.people(file, self._sealing()))

        try:
            return await self._hop.run(back)
        except sqlite3.Error as error:
            raise self._writer.judge(error) from error

    async def _adopt_orphans(self, spared: Collection[JobId]) -> None:
        for job, raw in await self._read(self._reads.orphans):
            if job.id in spared:
                continue
            log.warning("a job was cut off by a crash", extra={"job": str(job.id)})
            await self.commit(AcceptJob(job, raw))


@asynccontextmanager
async def _connected(path: Path) -> AsyncGenerator[Hop]:
    hop = Hop(path)
    try:
        await hop
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be opened ({error})") from error
    try:
        yield hop
    finally:
        await hop.close()


async def _prepared(hop: Hop, path: Path, max_size_mb: int, reserve: Reserve) -> int:
    """The number of this start; on a full disk for the price of the reserve."""
    try:
        return await hop.run(lambda db: prepare_writer(db, path, max_size_mb))
    except StoreError as error:
        cause = error.__cause__
        full = isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF in (
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_IOERR,  # the -shm cannot be made
            sqlite3.SQLITE_CANTOPEN,
        )
        if not full or not await hop.run(lambda _: reserve.release()):
            raise
        log.critical("the disk is full: the reserve is given up")
    return await hop.run(lambda db: prepare_writer(db, path, max_size_mb))


async def _take_over(hop: Hop, salvaged: Path, sealing: Sealing) -> None:
    """Of a damaged database what could be read; paper does not wait for it."""

    def take(db: sqlite3.Connection) -> dict[str, int]:
        # Under a key that is not here, it would shut the whole database.
        side_files.expect_known(sealing, salvaged)
        taken = salvage.take_over(db, salvaged)
        salvaged.with_name(salvage.TAKEN).touch(mode=0o600)
        salvaged.unlink()
        return taken

    try:
        taken = await hop.run(take)
    except (sqlite3.Error, StoreError, OSError) as error:
        log.critical("what was salvaged waits: %s", error)
        return
    log.warning("what was salvaged is taken over", extra={"rows": taken})


@asynccontextmanager
async def _running(writer: GroupWriter, keeper: Keeper) -> AsyncGenerator[None]:
    """Both tasks for the length of the block.

    Not a TaskGroup: it would wrap whatever the caller's block raises into an
    ExceptionGroup, and a ConfigError has to stay one.  The writer never falls:
    its ``finally`` answers every waiter, and ``ping`` tells.
    """
    writing = asyncio.create_task(writer.run(), name="store writer")
    keeping = asyncio.create_task(keeper.run(), name="store keeper")
    try:
        yield
    finally:
        keeping.cancel()
        writer.close()
        await asyncio.wait((keeping, writing))
        for task in (keeping, writing):
            if not task.cancelled() and (bug := task.exception()) is not None:
                log.error("a task of the store fell", exc_info=bug)
