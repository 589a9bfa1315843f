"""Group commit: many callers, one transaction, one fsync.

A caller's changes wait in a bounded queue while the fsync before them runs;
what has gathered by then goes into the next transaction together.  The running
fsync is the only linger.  ``commit`` returns when COMMIT has: durable.

* A commit that fails alone does not sink its neighbours: the batch is rolled
  back and each tried by itself, once.
* A caller that is cancelled while waiting does not withdraw its row.
* A failed fsync ends all writing: the kernel reports a lost page once and then
  forgets it, so a second try on the same file would lie (STORE 4.12).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent.clock import Clock
from agent.errors import ChangeRefusedError, StoreError, StoreOverError
from agent.store.apply import apply
from agent.store.hop import Runner, Work
from agent.store.pen import Pen, Stamp, transaction
from agent.store.records import (
    AcceptJob,
    Append,
    Change,
    KeepMemory,
    KeepPiece,
    OpenReceipt,
)
from agent.store.seal import Sealer
from agent.store.witness import Nobody, Witness

log = logging.getLogger(__name__)

MAX_BATCH: Final = 256
"""Commits in one transaction; more gains nothing (STORE 2, note d)."""
MAX_QUEUED: Final = 1000
MAX_QUEUED_BYTES: Final = 8 << 20
"""Beyond either, callers wait at the door.  One larger change passes alone."""
ROOM_S: Final = 5.0
"""So long a POS waits for a disk that does not keep up; then its job is printed as it
comes.  What is queued already is still written."""

FATAL: Final = frozenset(
    {
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)
"""After one of these nothing more is written by this process."""

DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""Of these: the next start looks at all of the file."""

OF_THE_CHANGE: Final = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_RANGE,
        sqlite3.SQLITE_TOOBIG,
    }
)
"""Not for want of room, nor of the disk: another change may well be written."""

TAKING_IN: Final = (KeepPiece, AcceptJob, OpenReceipt)
"""What may be printed instead of being kept."""

_PLAIN: Final = {
    sqlite3.SQLITE_FULL: "the disk or the store's own quota is full; free space",
    sqlite3.SQLITE_IOERR: "the disk failed; look at the kernel's log",
    sqlite3.SQLITE_READONLY: "the store is read-only; look at the mount",
    sqlite3.SQLITE_BUSY: "another program holds the store; close it",
}


@dataclass(slots=True, eq=False)
class _Waiting:
    """One caller's changes, and where it waits."""

    changes: tuple[Change, ...]
    stamp: Stamp
    since_s: float
    weight: int
    done: asyncio.Future[None] = field(repr=False)


class GroupWriter:
    """The one way to write.  ``run`` must be running for ``commit`` to return."""

    def __init__(self, hop: Runner, sealer: Sealer, clock: Clock, boot: int) -> None:
        self._hop = hop
        self._sealer = sealer
        self._clock = clock
        self.boot = boot
        self._queue: deque[_Waiting] = deque()
        self._queued_bytes = 0
        self._room = asyncio.Condition()
        self._crowd = 0
        self._bell = asyncio.Event()
        self._closing = False
        self._refusal: str | None = None
        self.damaged: Callable[[], None] = _nothing
        """Told when the file turns out to be damaged."""
        self.wrote = asyncio.Event()
        """Set by every transaction; the keeper clears it."""
        self.transactions = 0
        """COMMITs since the start."""
        self.over = asyncio.Event()
        """Set by a fatal error: nothing will be written by this process any more."""
        self.full = asyncio.Event()
        """A write found no room; whoever makes some clears it."""
        self.tight = ""
        """Why nothing new is taken in; empty: it is."""
        self.refused = 0
        """Commits that were not taken for want of room."""
        self.witness: Witness = Nobody()

    async def commit(self, changes: tuple[Change, ...]) -> None:
        """Durable when it returns; all of ``changes`` or none.

        Raises:
            StoreError: not written; or the outcome is unknown after a fatal
                error, and the process must restart.
        """
        takes_in = any(isinstance(change, TAKING_IN) for change in changes)
        if self.tight and takes_in:
            self.refused += 1
            raise StoreError(f"not written: {self.tight}; free space")
        weight = sum(_weight(change) for change in changes)
        if self._crowd or not self._fits(weight):
            await self._wait_for_room(weight, ROOM_S if takes_in else None)
        self.refuse_if_over()
        now_s = self._clock.monotonic()
        item = _Waiting(
            changes,
            Stamp(
                self.boot,
                int(self._clock.now().timestamp() * 1000),
                int(now_s * 1000),
            ),
            now_s,
            weight,
            asyncio.get_running_loop().create_future(),
        )
        self._queue.append(item)
        self._queued_bytes += weight
        self._bell.set()
        await item.done

    async def run(self) -> None:
        """Write what is queued until ``close``; then what is left, and end."""
        try:
            while batch := await self._take():
                began_s = self._clock.monotonic()
                outcomes = await self._hop.run(self._transaction(batch))
                self.witness.wrote(self._clock.monotonic() - began_s)
                self._settle(batch, outcomes)
        finally:
            self.refuse("the store is closed")
            await self._make_room()

    @property
    def queued(self) -> int:
        """Commits in line."""
        return len(self._queue)

    def close(self) -> None:
        """Take no more; ``run`` ends after what is queued."""
        self._closing = True
        self._bell.set()

    def refuse(self, why: str) -> None:
        """Write nothing more.  The first reason stands."""
        if self._refusal is None:
            self._refusal = why
        for item in self._queue:
            _answer(item, StoreOverError(self._refusal))
        self._queue.clear()
        self._queued_bytes = 0

    def refuse_if_over(self) -> None:
        """Raise what a commit would raise now, if it would.

        Raises:
            StoreError: closing, or after a fatal error.
        """
        if self._refusal is not None or self._closing:
            raise StoreOverError(self._refusal or "the store is closing")

    def judge(self, error: sqlite3.Error) -> StoreError:
        """What an SQLite error means here; a fatal one ends all writing."""
        code = getattr(error, "sqlite_errorcode", 0)
        name = getattr(error, "sqlite_errorname", "unknown")
        if code in FATAL or code & 0xFF in FATAL:
            log.critical("store failed for good", extra={"sqlite_error": name})
            if code & 0xFF in DAMAGE:
                self.damaged()
            self.refuse(f"the store failed ({name}); the agent must restart")
            self.over.set()
            return StoreOverError(f"not written: the store failed ({name}: {error})")
        if code & 0xFF == sqlite3.SQLITE_FULL:
            self.refused += 1
            self.full.set()
        if code & 0xFF in OF_THE_CHANGE:
            return ChangeRefusedError(f"not written: it does not fit ({name}: {error})")
        advice = _PLAIN.get(code & 0xFF, "see the log")
        return StoreError(f"not written: {advice} ({name}: {error})")

    def _fits(self, weight: int) -> bool:
        if not self._queue or self._closing or self._refusal is not None:
            return True
        return (
            len(self._queue) < MAX_QUEUED
            and self._queued_bytes + weight <= MAX_QUEUED_BYTES
        )

    async def _take(self) -> list[_Waiting]:
        """The next batch; empty when closed and nothing is left."""
        while not self._queue and not self._closing:
            self._bell.clear()
            await self._bell.wait()
        count = min(len(self._queue), MAX_BATCH)
        batch = [self._queue.popleft() for _ in range(count)]
        self._queued_bytes -= sum(item.weight for item in batch)
        await self._make_room()
        return batch

    async def _wait_for_room(self, weight: int, patience_s: float | None) -> None:
        """Raise ``StoreError`` if there is none by then; without a limit, wait."""
        self._crowd += 1
        try:
            async with asyncio.timeout(patience_s), self._room:
                await self._room.wait_for(lambda: self._fits(weight))
        except TimeoutError:
            self.refused += 1
            raise StoreError("not written: the disk does not keep up") from None
        finally:
            self._crowd -= 1

    async def _make_room(self) -> None:
        if self._crowd:
            async with self._room:
                self._room.notify_all()

    def _settle(
        self, batch: Sequence[_Waiting], outcomes: Sequence[Exception | None]
    ) -> None:
        self.wrote.set()
        now_s = self._clock.monotonic()
        for item, outcome in zip(batch, outcomes, strict=True):
            if outcome is None:
                self.witness.committed(item.changes, item.since_s, now_s)
            if isinstance(outcome, sqlite3.Error):
                wrong = self.judge(outcome)
                wrong.__cause__ = outcome
                _answer(item, wrong)
            else:
                _answer(item, outcome)

    def _transaction(
        self, batch: Sequence[_Waiting]
    ) -> Work[Sequence[Exception | None]]:
        def work(db: sqlite3.Connection) -> Sequence[Exception | None]:
            outcome = self._attempt(db, batch)
            if outcome is None or len(batch) == 1 or _is_fatal(outcome):
                return [outcome] * len(batch)
            return self._one_by_one(db, batch)

        return work

    def _one_by_one(
        self, db: sqlite3.Connection, batch: Sequence[_Waiting]
    ) -> Sequence[Exception | None]:
        outcomes: list[Exception | None] = []
        for item in batch:
            last = outcomes[-1] if outcomes else None
            fatal = last is not None and _is_fatal(last)
            outcomes.append(last if fatal else self._attempt(db, [item]))
        return outcomes

    def _attempt(
        self, db: sqlite3.Connection, batch: Sequence[_Waiting]
    ) -> Exception | None:
        try:
            with transaction(db, self._sealer):
                for item in batch:
                    pen = Pen(db, self._sealer, item.stamp)
                    for change in item.changes:
                        apply(pen, change)
        except Exception as error:  # noqa: BLE001 -- the caller's, whatever it is
            return error
        self.transactions += 1
        return None


def _nothing() -> None:
    """Nobody wants to know."""


def _answer(item: _Waiting, outcome: Exception | None) -> None:
    if item.done.done():
        return  # cancelled while waiting: its row stands, nobody listens
    if outcome is None:
        item.done.set_result(None)
    else:
        item.done.set_exception(outcome)


def _is_fatal(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code in FATAL or code & 0xFF in FATAL


def _weight(change: Change) -> int:
    match change:
        case KeepPiece() | AcceptJob():
            return len(change.raw)
        case Append():
            return len(change.entry.body)
        case KeepMemory():
            return len(change.memory)
        case OpenReceipt():
            return len(change.row.body) + len(change.row.strip_html)
        case _:
            return 0
