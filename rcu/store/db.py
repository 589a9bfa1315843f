"""A database file, and its one way to write.

Two profiles.  ``LEDGER`` is WAL with ``synchronous=FULL``: what is answered is
on the disk.  SQLite 3.7.0-3.51.2 can lose pages when two WAL connections race
(sqlite.org/wal.html#walresetbug), so a ledger has exactly one connection, and
a lock file that refuses a second process.  ``KEYRING`` is a small file in
rollback mode (DELETE, EXTRA), which the command line may write while the
server reads it.

A cancelled ``COMMIT`` may still happen, so every write is safe to repeat; a
transaction cut short is rolled back here, and nowhere else.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite

from rcu.errors import StoreError

PAGE_SIZE = 4096
BUSY_TIMEOUT_MS = 5000
WAL_AUTOCHECKPOINT_PAGES = 4000
"""16 MB: the checkpoint comes often enough to bound the WAL."""
JOURNAL_SIZE_LIMIT_BYTES = 16 << 20


Values = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """How a file is kept, and what it is (``application_id``)."""

    application_id: int
    journal_mode: str
    synchronous: int
    migrations: tuple[str, ...]


class Database:
    """One connection, one writer at a time."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._writing = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, profile: Profile) -> AsyncGenerator[Database]:
        """Open the file, bring it to the newest version, close it on the way out.

        Raises:
            StoreError: not our file, from a newer version, or not durable.
        """
        _make_private(path)
        async with aiosqlite.connect(path, isolation_level=None) as connection:
            try:
                await _prepare(connection, path, profile)
            except sqlite3.DatabaseError as error:
                raise StoreError(f"{path}: {error}") from error
            yield cls(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[aiosqlite.Connection]:
        """Run the block as one all-or-nothing write."""
        async with self._writing:
            try:
                await self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                await self._connection.execute("COMMIT")
            except BaseException:
                # The thread works first in, first out: this runs after
                # whatever was in flight when we were cancelled.
                with suppress(sqlite3.OperationalError):  # nothing to roll back
                    await self._connection.execute("ROLLBACK")
                raise

    async def give_back(self, pages: int) -> None:
        """Return up to ``pages`` free pages to the file system."""
        async with self._writing:
            # Only a script steps the pragma to its end (execute frees one page).
            await self._connection.executescript(f"PRAGMA incremental_vacuum({pages})")

    async def scrub(self) -> bool:
        """What was deleted is in no file any more; ``False``: a reader holds the WAL.

        Pages are overwritten as they are freed (``secure_delete``); the WAL still has
        them as they were, until it is cut off.
        """
        async with self._writing:
            await self._connection.executescript("PRAGMA incremental_vacuum")
            sql = "PRAGMA wal_checkpoint(TRUNCATE)"
            async with self._connection.execute(sql) as cursor:
                row = await cursor.fetchone()
        return row is not None and row[0] == 0

    async def one(self, sql: str, values: Sequence[Any]) -> sqlite3.Row | None:
        """The first row of a read.

        Between transactions only: a reader on the writer's connection would
        else see what is not committed.
        """
        async with self._writing, self._connection.execute(sql, values) as cursor:
            return await cursor.fetchone()

    async def all(self, sql: str, values: Values) -> Iterable[sqlite3.Row]:
        """All rows of a read, which bounds them itself; see :meth:`one`."""
        async with self._writing:
            return await rows(self._connection, sql, values)


async def rows(
    tx: aiosqlite.Connection, sql: str, values: Values
) -> Iterable[sqlite3.Row]:
    """All rows of a read inside a transaction."""
    async with tx.execute(sql, values) as cursor:
        return await cursor.fetchall()


def expect(path: Path) -> None:
    """A command that only looks makes nothing.

    Raises:
        StoreError: there is no such database.
    """
    if not path.is_file():
        raise StoreError(
            f"{path}: no database there; has `receipt-rcu serve` run here once? The folder "
            "is store.directory of the configuration (--config)"
        )


def _make_private(path: Path) -> None:
    """The file exists before SQLite sees it, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = not path.exists()
    path.touch(mode=0o600)
    if new and os.geteuid() == 0:  # a command of root's makes what the server writes to
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


async def _pragma(connection: aiosqlite.Connection, text: str) -> Any:
    async with connection.execute(f"PRAGMA {text}") as cursor:
        row = await cursor.fetchone()
    return None if row is None else row[0]


async def _prepare(
    connection: aiosqlite.Connection, path: Path, profile: Profile
) -> None:
    await _pragma(connection, f"busy_timeout = {BUSY_TIMEOUT_MS}")
    await connection.execute("BEGIN")  # what another makes meanwhile is not half seen
    version = int(await _pragma(connection, "user_version"))
    owner = int(await _pragma(connection, "application_id"))
    tables = await _pragma(connection, "schema_version")
    await connection.execute("ROLLBACK")
    if owner != profile.application_id and (owner or version or tables):
        raise StoreError(f"{path}: belongs to another program; name another directory")
    if version > len(profile.migrations):
        raise StoreError(
            f"{path}: written by a newer receipt-rcu (version {version}); install it"
        )
    if not tables:
        await _pragma(connection, f"page_size = {PAGE_SIZE}")
        await _pragma(connection, "auto_vacuum = INCREMENTAL")
    mode = await _pragma(connection, f"journal_mode = {profile.journal_mode}")
    await _pragma(connection, f"synchronous = {profile.synchronous}")
    await _pragma(connection, "foreign_keys = ON")
    await _pragma(connection, "trusted_schema = OFF")
    await _pragma(connection, "cell_size_check = ON")
    await _pragma(connection, "secure_delete = ON")
    await _pragma(connection, f"wal_autocheckpoint = {WAL_AUTOCHECKPOINT_PAGES}")
    await _pragma(connection, f"journal_size_limit = {JOURNAL_SIZE_LIMIT_BYTES}")
    kept = int(await _pragma(connection, "synchronous"))
    if (str(mode).upper(), kept) != (profile.journal_mode, profile.synchronous):
        raise StoreError(f"{path}: the file system refuses {profile.journal_mode}")
    for number in range(version, len(profile.migrations)):
        try:
            await connection.executescript(
                f"BEGIN IMMEDIATE;\n{profile.migrations[number]}\n"
                f"PRAGMA application_id = {profile.application_id};\n"
                f"PRAGMA user_version = {number + 1};\nCOMMIT;"
            )
        except sqlite3.OperationalError:
            with suppress(sqlite3.OperationalError):  # nothing to roll back
                await connection.execute("ROLLBACK")
            # A command and the server may make one file at the same moment.
            if int(await _pragma(connection, "user_version")) <= number:
                raise


@contextmanager
def sole_owner(directory: Path) -> Iterator[None]:
    """Hold the directory's lock file: a second server is refused, not raced.

    Raises:
        StoreError: another process holds it.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                f"{directory}: another receipt-rcu is running on it; stop it first"
            ) from error
        yield
    finally:
        os.close(handle)
