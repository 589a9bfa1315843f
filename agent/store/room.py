"""Room on the disk: a reserve that is given up when it is full, and who goes first.

A full disk fails what frees room too: an acknowledgement and a checkpoint write before
anything gets smaller.  So a file of some megabytes lies beside the database; when the
disk is full it is removed, what may be erased is erased, and until there is room again
nothing new is taken in: each job is printed as it comes, and what was accepted is sent,
printed and struck off as ever.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.clock import Clock
from agent.errors import StoreError
from agent.store.hop import Runner
from agent.store.writer import GroupWriter

log = logging.getLogger(__name__)

MB: Final = 1 << 20
NAME: Final = ".reserve"
FIRST_S: Final = 2.0
"""Not while the daemon starts."""
LOOK_S: Final = 30.0
TIGHT_LOOK_S: Final = 2.0
"""While nothing is taken in: a shop that has made room sees it soon."""
WARN_SHARE, WARN_BYTES = 0.15, 1024 * MB
TIGHT_SHARE, TIGHT_BYTES = 0.05, 256 * MB
"""Of the disk, or so many bytes if that is less: a large disk is not full at 5 %."""
QUOTA_PAGES: Final = 1024
"""2 MB of the store's own quota are for striking off and erasing."""


@dataclass(frozen=True, slots=True)
class Room:
    """How it stands.  ``tight``: why nothing new is taken in; empty: it is.

    ``refused``: commits since the start that were not taken for want of room.
    """

    free_mb: int = 0
    reserve: bool = False
    tight: str = ""
    low: bool = False
    refused: int = 0


class Reserve:
    """The file.  Blocking."""

    def __init__(self, database: Path, size: int) -> None:
        self._path = database.with_name(database.name + NAME)
        self._size = size

    @property
    def there(self) -> bool:
        return self._path.exists()

    @property
    def size(self) -> int:
        return self._size

    def make(self) -> bool:
        """All of it, on the disk; ``False``: there is no room for it."""
        if not self._size or self.there:
            return self.there
        beside = self._path.with_name(self._path.name + ".new")
        try:
            opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.posix_fallocate(opened, 0, self._size)
                os.fsync(opened)
            finally:
                os.close(opened)
            beside.replace(self._path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            log.warning("no reserve on the disk", extra={"why": error.strerror})
            return False
        return True

    def release(self) -> bool:
        """Give it up; ``False``: there was none."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True


class RoomKeeper:
    """Runs for as long as the store is open."""

    def __init__(
        self,
        reserve: Reserve,
        folder: Path,
        hop: Runner,
        writer: GroupWriter,
        clock: Clock,
    ) -> None:
        self._reserve = reserve
        self._folder = folder
        self._hop = hop
        self._writer = writer
        self._clock = clock
        self._room = Room()

    @property
    def room(self) -> Room:
        """As it was seen last."""
        return self._room

    async def look_now_and_then(self) -> None:
        """Until cancelled."""
        await self._clock.sleep(FIRST_S)
        waited_s = LOOK_S
        while True:
            if self._writer.tight or waited_s >= LOOK_S:
                await self.look()
                waited_s = 0.0
            await self._clock.sleep(TIGHT_LOOK_S)
            waited_s += TIGHT_LOOK_S

    async def make_room(self, erase: Callable[[], Awaitable[object]]) -> None:
        """Each time that a write found the disk full; until cancelled."""
        while True:
            await self._writer.full.wait()
            self._writer.full.clear()
            released = await asyncio.to_thread(self._reserve.release)
            self._writer.tight = "the disk is full"
            log.critical(
                "no room: every job is printed as it comes", extra={"reserve": released}
            )
            try:
                await self._hop.run(
                    lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                )
                await erase()
            except (StoreError, sqlite3.Error) as error:
                log.error("nothing can be erased", extra={"problem": str(error)})  # noqa: TRY400 -- it says it all
            await self.look()

    async def look(self) -> Room:
        """How it stands now; taken in again where there is room again."""
        total, _, free = await asyncio.to_thread(shutil.disk_usage, self._folder)
        left = await self._hop.run(_pages_left)
        there = await asyncio.to_thread(lambda: self._reserve.there)
        if not there and free > 2 * self._reserve.size:
            there = await asyncio.to_thread(self._reserve.make)
        tight = ""
        if self._reserve.size and not there:
            tight = "the disk is full"
        elif free < _bound(total, TIGHT_SHARE, TIGHT_BYTES):
            tight = "the disk is nearly full"
        elif left < QUOTA_PAGES:
            tight = "the store's own quota is nearly full (store.max_size_mb)"
        self._say(tight)
        self._writer.tight = tight
        low = free < _bound(total, WARN_SHARE, WARN_BYTES)
        if low and not self._room.low:
            log.warning("the disk fills up", extra={"free_mb": free // MB})
        self._room = Room(free // MB, there, tight, low, self._writer.refused)
        return self._room

    def _say(self, tight: str) -> None:
        before = self._writer.tight
        if tight and not before:
            log.critical("no room: every job is printed as it comes: %s", tight)
        elif before and not tight:
            log.warning("there is room again, jobs are taken in")


def _bound(total: int, share: float, most: int) -> int:
    return min(int(total * share), most)


def _pages_left(db: sqlite3.Connection) -> int:
    """Until the quota, with those that are free within the file."""
    used, free, most = (
        int(db.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "max_page_count")
    )
    return most - used + free
