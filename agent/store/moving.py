"""The file as a whole: copied, put back, moved out of the way when it is damaged.

Numbers are never given twice, by no file that takes another's place: the log's, since
the RCU knows each of them for one entry, and those of data keys.  Where the old file
does not say how far it got, counting goes on far above, by the clock.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from agent.errors import StoreError
from agent.store import forgotten
from agent.store.damage import UNREADABLE
from agent.store.former import QUARANTINE
from agent.store.opening import READY, SUSPECT, held, prepare_writer
from agent.store.schema import APPLICATION_ID, MIGRATIONS
from agent.store.seal import Sealing

log = logging.getLogger(__name__)

PARTS: Final = ("", "-wal", "-shm")
EPOCH_S: Final = 1_600_000_000
"""Seconds since then are above any number that a till has come to: it gives a few a
minute, and began later."""
MAX_LEAP: Final = 1 << 20
COPY_PAGES: Final = -1
"""In one go: one picture, and nothing begins anew while the agent writes."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How far a file got.  ``consents``: its ledger, which goes on at its end."""

    entry: int
    key: int
    consents: tuple[tuple[Any, ...], ...] = ()


def numbers(path: Path, now: datetime) -> Numbers:
    """Of a file that may be damaged."""
    beyond = int(now.timestamp()) - EPOCH_S
    try:
        with closing(_opened(path)) as db:
            entry = _one(db, "SELECT seq FROM log_height", beyond)
            key = _one(
                db, "SELECT seq FROM sqlite_sequence WHERE name = 'data_key'", beyond
            )
            ledger = tuple(rows_that_can_be_read(db, "consent", "seq"))
            return Numbers(entry, key, tuple(sorted(ledger)))
    except UNREADABLE:
        return Numbers(beyond, beyond)


def go_on_above(db: sqlite3.Connection, found: Numbers) -> None:
    """Count from there; where nothing was decided yet, with the ledger of consents."""
    db.execute(
        "UPDATE meta SET v = max(v, ?) WHERE k = 'high_seq'",
        (found.entry,),
    )
    db.execute(
        """INSERT INTO sqlite_sequence(name, seq) SELECT 'data_key', 0
        WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'data_key')"""
    )
    db.execute(
        "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'data_key'",
        (found.key,),
    )
    empty = db.execute("SELECT 1 FROM consent LIMIT 1").fetchone() is None
    if empty:
        db.executemany(
            "INSERT INTO consent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", found.consents
        )


def backup(path: Path, to: Path) -> int:
    """Copy the database while the agent runs or not; how many bytes.

    What is encrypted stays so, and the till's key is not in it.

    Raises:
        StoreError: no database, no room, or the copy does not check.
    """
    if not path.is_file():
        raise StoreError(f"{path}: no database there; has the agent run once?")
    beside = growing(to)
    try:
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_opened(path)) as db, closing(sqlite3.connect(beside)) as copy:
            _expect_ours(db, path)
            db.backup(copy, pages=COPY_PAGES)
            _expect_whole(copy, beside)
            # One file: no -wal beside it that could be left behind.
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
        _sync(beside)
        beside.replace(to)
        _sync(to.parent)
    except (OSError, sqlite3.Error) as error:
        beside.unlink(missing_ok=True)
        raise StoreError(f"{to}: cannot be written ({error})") from error
    return to.stat().st_size


def growing(to: Path) -> Path:
    """Where a file is while it is not whole."""
    return to.with_name(f".{to.name}.new")


def restore(path: Path, source: Path, keys: Sealing, now: datetime) -> Path | None:
    """Put a backup in the database's place; where the one before is now.

    What was forgotten since is forgotten in it too (:mod:`agent.store.forgotten`).
    Returns ``None`` if there was none before.

    Raises:
        StoreError: an agent runs, the backup is none of ours or damaged, it is under
            another key, no room.
    """
    with held(path):
        fresh = growing(path)
        try:
            shutil.copyfile(source, fresh)
            fresh.chmod(0o600)
            with closing(sqlite3.connect(fresh, isolation_level=None)) as db:
                _expect_ours(db, source)
                _expect_whole(db, source)
                if db.execute(
                    "SELECT 1 FROM sqlite_schema WHERE name = 'kek'"
                ).fetchone():
                    keys.on(db)
                forgotten.take_out(db, path)
                db.execute("PRAGMA journal_mode = DELETE").fetchall()
                found = numbers(path, now)
                if not path.stat().st_size:  # gone: nobody here knows how far it got
                    beyond = int(now.timestamp()) - EPOCH_S
                    found = Numbers(beyond, beyond)
                go_on_above(db, found)
            _sync(fresh)
            before = swap(fresh, path, now, "replaced")
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{source}: cannot be put back ({error})") from error
        finally:
            fresh.unlink(missing_ok=True)
    return before


def renew(path: Path, now: datetime, max_size_mb: int) -> Path:
    """Put a damaged database aside and an empty one in its place; where it is now.

    The new one is there whole, counting on from the old one, or not at all.

    Raises:
        StoreError: another agent has it, or there is no room.
    """
    with held(path):
        fresh = growing(path)
        found = numbers(path, now)
        try:
            fresh.unlink(missing_ok=True)
            os.close(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            with closing(sqlite3.connect(fresh, isolation_level=None)) as db:
                prepare_writer(db, fresh, max_size_mb)
                go_on_above(db, found)
                db.execute("PRAGMA journal_mode = DELETE").fetchall()
            _sync(fresh)
            aside = swap(fresh, path, now, "damaged") or path
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path}: no new database ({error})") from error
        finally:
            fresh.unlink(missing_ok=True)
    log.critical(
        "the database was damaged: a new one is in its place, what can be read of the old "
        "one is taken over",
        extra={"aside": str(aside), "entry": found.entry},
    )
    return aside


def swap(fresh: Path, path: Path, now: datetime, why: str) -> Path | None:
    """``fresh`` is whole: put it in the database's place; where that one is now.

    After a kill in between the next opening ends it (:mod:`agent.store.opening`), or
    counting would begin at nought.

    Raises:
        OSError: no room to set the former one aside; it is where it was.
    """
    ready = path.with_name(path.name + READY)
    fresh.replace(ready)
    try:
        before = set_aside(path, now, why) if path.stat().st_size else None
        ready.replace(path)
    finally:
        if path.exists():
            ready.unlink(missing_ok=True)
    _sync(path.parent)
    return before


def set_aside(path: Path, now: datetime, why: str) -> Path:
    """Move the database, its -wal and its -shm together; where they are now.

    Raises:
        OSError: they cannot be moved; none is, or some are.
    """
    folder = path.parent / QUARANTINE / f"{now:%Y%m%dT%H%M%SZ}-{why}"
    folder.mkdir(mode=0o700, parents=True)
    there = [path.with_name(path.name + part) for part in PARTS]
    there = [each for each in there if each.exists()]
    # All of them here before the first is gone there: a kill in between leaves a
    # database that is damaged as before, never one without its last commits.
    for each in there:
        os.link(each, folder / each.name)
    _sync(folder)
    for each in (*there, path.with_name(path.name + SUSPECT)):
        each.unlink(missing_ok=True)
    _sync(path.parent)
    return folder / path.name


def rows_that_can_be_read(
    db: sqlite3.Connection, table: str, key: str
) -> Iterator[tuple[Any, ...]]:
    """Rows of a table, around the places that are damaged.

    From the beginning, with growing leaps over what does not open where the key is a
    number; then from the end, up to what does not open.
    """
    seen: set[int] = set()
    damaged = False
    for upwards in (True, False):
        last: Any = None
        leap = 0
        while leap <= MAX_LEAP:
            after = last + leap if leap else last
            try:
                for found, *row in _run_of_rows(db, (table, key), after, up=upwards):
                    last, leap = found, 0
                    if (what := hash((found, *row))) not in seen:
                        seen.add(what)
                        yield tuple(row)
            except UNREADABLE:
                damaged = True
                if not upwards or not isinstance(last, int):
                    break
                leap = 2 * leap or 1
                continue
            break
        if not damaged:
            return


def _run_of_rows(
    db: sqlite3.Connection, what: tuple[str, str], after: Any, *, up: bool
) -> Iterator[tuple[Any, ...]]:
    """Rows from there on, to the last before what does not open.

    Python's cursor has taken a step beyond the row that it gives: where that step
    fails, the row is lost with it, and has to be asked for alone.
    """
    table, key = what
    order, beyond = ("ASC", ">") if up else ("DESC", "<")
    alone = False
    while True:
        where = f"WHERE {key} {beyond} ?" if after is not None else ""
        rows = db.execute(
            f"""SELECT {key}, * FROM {table} {where} ORDER BY {key} {order}
            LIMIT {1 if alone else -1}""",  # noqa: S608 -- ours
            (after,) if after is not None else (),
        )
        got = False
        try:
            for row in rows:
                after, got = row[0], True
                yield row
        except UNREADABLE:
            if alone:
                raise
            alone = True
            continue
        if not (alone and got):
            return


def _one(db: sqlite3.Connection, sql: str, otherwise: int) -> int:
    try:
        row = db.execute(sql).fetchone()
    except UNREADABLE:
        return otherwise
    return int(row[0]) if row else 0


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _expect_ours(db: sqlite3.Connection, path: Path) -> None:
    owner = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if owner != APPLICATION_ID:
        raise StoreError(f"{path}: no database of a receipt-agent")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path}: version {version}, written by a newer receipt-agent (this one "
            f"knows {len(MIGRATIONS)})"
        )


def _expect_whole(db: sqlite3.Connection, path: Path) -> None:
    (answer,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise StoreError(f"{path}: damaged ({answer})")


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
