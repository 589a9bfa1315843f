"""What no destination took for so long that it must not stay: exported, then erased.

The hard cap of the retention (G08): an entry that has not left the till within
``store.max_unsent_days`` is copied into a file beside the database, encrypted as it is,
with its data keys and without the till's; then its body is erased, it is set aside for
the destination, and said as loud as can be.  ``receipt-agent resend FILE`` puts it back
under its own number.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Final

from agent.store import exported
from agent.store.apply import aside_key
from agent.store.pen import Pen
from agent.store.schema import APPLICATION_ID, MIGRATIONS
from agent.store.seal import Sealer

MAX_ENTRIES: Final = 5_000
"""A file; another follows."""
PROBLEM: Final = (
    "not sent within store.max_unsent_days: exported to {name}, erased here"
)

_DUE: Final = """SELECT seq FROM event WHERE body IS NOT NULL AND seq > ?
  AND at_ms < ? AND (boot <> ? OR mono_ms < ?) ORDER BY seq LIMIT ?"""


def due(
    db: sqlite3.Connection, floor: int, before_ms: int, run: tuple[int, int]
) -> list[int]:
    """Entries above ``floor`` older than that, in order.

    ``run``: this start's number, and its own clock's bound: a jump makes nothing old.
    """
    rows = db.execute(_DUE, (floor, before_ms, *run, MAX_ENTRIES))
    return [seq for (seq,) in rows]


def export(
    db: sqlite3.Connection, sealer: Sealer, seqs: list[int], folder: Path
) -> Path:
    """Write the file, with whose the entries are; durable when it returns.

    Raises:
        OSError, sqlite3.Error: it is not there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{seqs[0]}-{seqs[-1]}.db"
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(beside, isolation_level=None)) as copy:
        for statements in MIGRATIONS:
            for statement in statements:
                copy.execute(statement)
        copy.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
        copy.execute(f"PRAGMA user_version = {len(MIGRATIONS):d}")
        copy.execute("BEGIN")
        for seq in seqs:
            _copy(db, copy, "event", "seq", seq)
            (sealed,) = db.execute(
                "SELECT body FROM event WHERE seq = ?", (seq,)
            ).fetchone()
            _copy(db, copy, "data_key", "kid", int.from_bytes(sealed[1:7], "big"))
        for (number,) in db.execute("SELECT n FROM kek").fetchall():
            _copy(db, copy, "kek", "n", number)
        copy.execute(exported.INDEX)
        copy.executemany(
            "INSERT INTO whose VALUES (?, ?)", exported.whose(db, sealer, seqs)
        )
        copy.execute("COMMIT")
        (count,) = copy.execute("SELECT count(*) FROM event").fetchone()
        if count != len(seqs):
            raise sqlite3.DatabaseError("the copy is not whole")
    for each in (beside, folder):
        exported.sync(each)
    beside.replace(path)
    exported.sync(folder)
    return path


def erase(pen: Pen, seqs: list[int], file: str) -> None:
    """They are in the file: set aside for every destination that lacks them."""
    for dest, acked in pen.db.execute("SELECT dest, acked FROM cursor").fetchall():
        for seq in seqs:
            if seq > acked:
                problem = PROBLEM.format(name=file)
                sealed = pen.seal(problem, "aside", aside_key(dest, seq), "problem")
                pen.db.execute(
                    "INSERT INTO aside VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (dest, seq, pen.stamp.wall_ms, sealed),
                )
    pen.db.executemany(
        "UPDATE event SET body = NULL WHERE seq = ?", [(seq,) for seq in seqs]
    )


def taken_back(db: sqlite3.Connection, file: Path, floor: int) -> bool:
    """All that is in the file is in the log again, and every destination has it.

    Asked before the retention erases it there.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    uri = f"{file.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as copy:
        seqs = copy.execute("SELECT seq FROM event WHERE body IS NOT NULL").fetchall()
    again = """SELECT 1 FROM event WHERE seq = ?1 AND body IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM aside WHERE aside.seq = ?1)"""
    return all(seq <= floor and db.execute(again, (seq,)).fetchone() for (seq,) in seqs)


def put_back(
    db: sqlite3.Connection, file: Path, people: Collection[tuple[bytes, bytes]] = ()
) -> int:
    """Into the log again, under their own numbers; how many.  They are sent anew.

    ``people``: by whom their receipts are known, who may ask to be forgotten.

    Raises:
        sqlite3.Error: nothing is put back.
    """
    db.execute("ATTACH ? AS old", (str(file),))
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            count = _put_back(db)
            db.executemany(
                "INSERT INTO known_by VALUES (?, ?) ON CONFLICT DO NOTHING", people
            )
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
    finally:
        db.execute("DETACH old")
    return count


def _put_back(db: sqlite3.Connection) -> int:
    db.execute(
        "INSERT INTO main.kek(kid) SELECT kid FROM old.kek WHERE true ON CONFLICT DO NOTHING"
    )
    db.execute(
        """INSERT OR IGNORE INTO main.data_key(kid, use, kek, wrapped)
        SELECT was.kid, use, (SELECT n FROM main.kek AS now WHERE now.kid = kek.kid),
          wrapped FROM old.data_key AS was JOIN old.kek ON kek.n = was.kek"""
    )
    # What was forgotten in the file is nothing to be put back.
    there = "SELECT seq FROM old.event WHERE body IS NOT NULL"
    db.execute(f"DELETE FROM main.event WHERE body IS NULL AND seq IN ({there})")  # noqa: S608 -- ours
    count = db.execute(
        "INSERT OR IGNORE INTO main.event SELECT * FROM old.event WHERE body IS NOT NULL"
    ).rowcount
    db.execute(f"DELETE FROM main.aside WHERE seq IN ({there})")  # noqa: S608 -- ours
    db.execute(
        """UPDATE main.cursor SET acked = min(acked, coalesce(
          (SELECT min(seq) - 1 FROM old.event WHERE body IS NOT NULL), acked))"""
    )
    return count


def _copy(
    db: sqlite3.Connection, copy: sqlite3.Connection, table: str, key: str, value: int
) -> None:
    row = db.execute(f"SELECT * FROM {table} WHERE {key} = ?", (value,)).fetchone()  # noqa: S608
    if row is not None:
        places = ", ".join("?" * len(row))
        copy.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", row)  # noqa: S608
