"""Opening the file: whose it is, what it promises, which version it has.

Nothing is written before the file has proved to be ours or empty.  Every
promise that durability rests on is read back after it was set.  A file that
cannot be used raises ``StoreError`` with its path and the remedy; it is never
repaired, replaced or emptied behind anyone's back.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agent.errors import StoreDamagedError, StoreError, StoreInUseError
from agent.store import former
from agent.store.damage import UNREADABLE
from agent.store.schema import APPLICATION_ID, MIGRATIONS

log = logging.getLogger(__name__)

PAGE_BYTES: Final = 2048
"""A commit writes whole pages to the WAL: 6.8 KB a receipt instead of 10.9."""

_FRESH: Final = (("page_size", PAGE_BYTES), ("auto_vacuum", 2))
_BOTH: Final[tuple[tuple[str, int | str], ...]] = (
    ("busy_timeout", 5000),
    ("foreign_keys", 1),
    ("trusted_schema", 0),
    ("cell_size_check", 1),
    ("mmap_size", 0),
    ("temp_store", 2),
    ("cache_size", -2048),
)
_WRITER: Final[tuple[tuple[str, int | str], ...]] = (
    ("journal_mode", "wal"),
    ("synchronous", 2),  # FULL: the WAL is synced by every COMMIT
    ("wal_autocheckpoint", 4000),  # a backstop; the keeper does it when idle
    ("journal_size_limit", 16 << 20),
    ("secure_delete", 1),
)
_READER: Final[tuple[tuple[str, int | str], ...]] = (
    # SQLite before 3.51.3 can lose pages when two connections checkpoint
    # (sqlite.org/wal.html#walresetbug): the reader never does.
    ("wal_autocheckpoint", 0),
    ("query_only", 1),
)

QUICK_CHECK_MAX_BYTES: Final = 64 << 20
"""Above, a cold check costs more than a second: done later (agent.store.scrubbing)."""

SUSPECT: Final = ".suspect"
"""Beside the database: it failed as damaged while it was in use.  Then all of it is
checked, however long that takes."""

ABOVE: Final = ".above"
"""Beside the database: the RCU has numbers of this till's log up to there.  What another
machine, or a database that is gone, had sent is counted on from, and given to none."""

READY: Final = ".ready"
"""Beside the database: whole, and to be it.  The one before goes first, and a kill comes
in between (:func:`agent.store.moving.swap`)."""

_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_ASK = "stop the agent, move {path} (with its -wal and -shm) aside and start again"


@contextmanager
def held(path: Path) -> Generator[None]:
    """Keep the file to this process, in a directory of its owner's.

    Raises:
        StoreError: another process has it, or it cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        lock = os.open(
            path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600
        )
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be made ({error.strerror}); "
            "check the directory's owner and free space"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise StoreInUseError(
            f"{path}: in use by another receipt-agent; stop that one first"
        ) from None
    finally:
        os.close(lock)


def prepare_writer(db: sqlite3.Connection, path: Path, max_size_mb: int) -> int:
    """Identify, set, check and migrate.  Returns the number of this start.

    Raises:
        StoreError: foreign, damaged, read-only or of a newer version.
    """
    try:
        fresh = _identify(db, path)
        if fresh:
            _promise(db, path, _FRESH)
        _promise(db, path, _WRITER + _BOTH)
        _expect(db, path, _FRESH)
        db.execute(f"PRAGMA max_page_count = {(max_size_mb << 20) // PAGE_BYTES:d}")
        _check(db, path)
        _migrate(db, path)
        _count_above(db, path)
        return _count_start(db)
    except UNREADABLE as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        name = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT")
        damaged = code & 0xFF in _DAMAGE and _may_be_ours(path)
        raise (StoreDamagedError if damaged else StoreError)(
            f"{path}: {error} ({name}); {_ASK.format(path=path)}"
        ) from error


def prepare_reader(db: sqlite3.Connection, path: Path) -> None:
    """A second connection that can neither write nor checkpoint."""
    _promise(db, path, _BOTH + _READER)


def _make(path: Path) -> None:
    _finish_swap(path)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        path.chmod(0o600)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _finish_swap(path: Path) -> None:
    ready = path.with_name(path.name + READY)
    if path.exists() or not ready.exists():
        return
    for part in ("-wal", "-shm"):  # the former one's, which has them where it is now
        path.with_name(path.name + part).unlink(missing_ok=True)
    ready.replace(path)


def _may_be_ours(path: Path) -> bool:
    """A shopping list is no database whose head is damaged."""
    size = path.stat().st_size
    return size > 0 and size % PAGE_BYTES == 0


def _identify(db: sqlite3.Connection, path: Path) -> bool:
    """Whether the file is new.  Reads only."""
    owner, version = _value(db, "application_id"), _value(db, "user_version")
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if owner == 0 and version == 0 and tables == 0:
        return True
    if owner != APPLICATION_ID:
        raise StoreError(
            f"{path}: this is another program's database; "
            "give the agent a path of its own"
        )
    if not isinstance(version, int) or version > len(MIGRATIONS):
        raise StoreError(
            f"{path}: version {version}, written by a newer receipt-agent (this one "
            f"knows {len(MIGRATIONS)}); install that one again"
        )
    return False


def _promise(
    db: sqlite3.Connection, path: Path, pragmas: tuple[tuple[str, int | str], ...]
) -> None:
    for name, value in pragmas:
        db.execute(f"PRAGMA {name} = {value}").fetchall()
    # page_size and auto_vacuum are fixed by the first write, journal_mode's.
    if pragmas is not _FRESH:
        _expect(db, path, pragmas)


def _expect(
    db: sqlite3.Connection, path: Path, pragmas: tuple[tuple[str, int | str], ...]
) -> None:
    for name, value in pragmas:
        if (found := _value(db, name)) != value:
            raise StoreError(
                f"{path}: PRAGMA {name} is {found}, not {value}; "
                "use a local file system with shared memory (not a network share)"
            )


def _value(db: sqlite3.Connection, pragma: str) -> int | str:
    value: int | str = db.execute(f"PRAGMA {pragma}").fetchone()[0]
    return value


def _check(db: sqlite3.Connection, path: Path) -> None:
    size = path.stat().st_size
    log.info(
        "store opened",
        extra={"sqlite_version": sqlite3.sqlite_version, "size_bytes": size},
    )
    suspect = path.with_name(path.name + SUSPECT)
    if size > QUICK_CHECK_MAX_BYTES and not suspect.exists():
        log.info("store is checked behind its start", extra={"size_bytes": size})
        return
    check = "integrity_check" if suspect.exists() else "quick_check"
    (answer,) = db.execute(f"PRAGMA {check}(1)").fetchone()
    if answer != "ok":
        raise StoreDamagedError(f"{path}: damaged ({answer}); {_ASK.format(path=path)}")
    suspect.unlink(missing_ok=True)


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    version = int(_value(db, "user_version"))
    if 0 < version < len(MIGRATIONS):
        former.keep(db, path, version)
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        db.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements:
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
            db.execute(f"PRAGMA user_version = {number:d}")
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        if version:
            log.info("store migrated", extra={"file": str(path), "version": number})
    if not version:
        said = {"file": str(path), "version": len(MIGRATIONS)}
        log.info("store made", extra=said)


def _count_above(db: sqlite3.Connection, path: Path) -> None:
    # What a destination has is given to no other entry: below its cursor nothing is sent.
    db.execute(
        """UPDATE meta SET v = max(v, coalesce((SELECT max(acked) FROM cursor), 0))
        WHERE k = 'high_seq'"""
    )
    above = path.with_name(path.name + ABOVE)
    try:
        told = above.read_text("ascii").strip()
    except (OSError, ValueError):
        return
    if told.isdigit():
        db.execute(
            "UPDATE meta SET v = max(v, ?) WHERE k = 'high_seq'",
            (min(int(told), 1 << 53),),
        )
    above.unlink(missing_ok=True)


def _count_start(db: sqlite3.Connection) -> int:
    (boot,) = db.execute(
        "UPDATE meta SET v = v + 1 WHERE k = 'boot' RETURNING v"
    ).fetchone()
    return int(boot)
