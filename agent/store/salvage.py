"""What can still be read of a damaged database: ``python -m agent.store.salvage FOLDER``.

A process of its own, beside the agent, which goes on with a new database: reading
a damaged file may take minutes, or end this process.  It writes ``salvaged.db`` beside
the damaged one; the agent's next start takes that over (:func:`take_over`).  Nothing is
opened with a key: each record proves itself when it is read.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from itertools import chain
from pathlib import Path
from typing import Final

from agent.store.damage import UNREADABLE
from agent.store.former import QUARANTINE
from agent.store.moving import rows_that_can_be_read
from agent.store.schema import APPLICATION_ID, MIGRATIONS

log = logging.getLogger(__name__)

SALVAGED: Final = "salvaged.db"
TAKEN: Final = "salvaged.taken"
HOPELESS: Final = "nothing to salvage"
NICE: Final = 10

_FIRST: Final = ("kek", "data_key", "job", "receipt", "event")
"""What others name."""
_NUMBERED: Final = {"job": "n", "receipt": "n", "piece": "n", "erasure": "n"}
"""Whose numbers are their own file's: rows get new ones."""
_BY_JOB: Final = ("passing", "lesson")
_APART: Final = {"kek", "data_key", "cursor", "meta", "gave_up", *_BY_JOB}
"""Taken over in another way, or of no use any more."""


def salvage(damaged: Path, to: Path) -> dict[str, int]:
    """Copy what can be read; how many rows by table.

    Raises:
        sqlite3.Error: nothing can be read, or the copy cannot be written.
    """
    beside = to.with_name(f".{to.name}.new")
    beside.unlink(missing_ok=True)
    counts: dict[str, int] = {}
    with (
        closing(sqlite3.connect(damaged)) as db,
        closing(sqlite3.connect(beside, isolation_level=None)) as copy,
    ):
        beside.chmod(0o600)
        db.execute("PRAGMA query_only = ON").fetchall()
        db.execute("PRAGMA cell_size_check = ON").fetchall()
        version = min(db.execute("PRAGMA user_version").fetchone()[0], len(MIGRATIONS))
        _build(copy, MIGRATIONS[:version])
        copy.execute("BEGIN")
        for table, key in _tables(copy):
            counts[table] = 0
            with suppress(*UNREADABLE):
                for row in rows_that_can_be_read(db, table, key):
                    places = ", ".join("?" * len(row))
                    with suppress(sqlite3.Error):
                        copy.execute(
                            f"INSERT OR IGNORE INTO {table} VALUES ({places})",  # noqa: S608
                            row,
                        )
                        counts[table] += 1
        copy.execute("COMMIT")
        # Rows fit the tables of their time; the copy is sound, and can be migrated.
        _build(copy, MIGRATIONS[version:])
        copy.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
        copy.execute(f"PRAGMA user_version = {len(MIGRATIONS):d}")
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    if not any(counts.values()):
        raise sqlite3.DatabaseError("no row of it can be read")
    beside.replace(to)
    return counts


def waiting(path: Path) -> list[Path]:
    """Damaged databases beside ``path`` that nobody has read yet, the oldest first."""
    return [
        folder / path.name
        for folder in sorted((path.parent / QUARANTINE).glob("*-damaged"))
        if (folder / path.name).exists()
        and not any((folder / name).exists() for name in (SALVAGED, TAKEN, HOPELESS))
    ]


def found(path: Path) -> list[Path]:
    """What was salvaged and waits to be taken over, the oldest first."""
    return sorted((path.parent / QUARANTINE).glob(f"*-damaged/{SALVAGED}"))


def take_over(db: sqlite3.Connection, salvaged: Path) -> dict[str, int]:
    """Take the rows into the open database, all or none; safe to repeat.

    Entries keep their numbers, and what the RCU may not have of them is sent again.
    """
    db.execute("ATTACH ? AS old", (str(salvaged),))
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            taken = _take(db)
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
    finally:
        db.execute("DETACH old")
    return taken


def _take(db: sqlite3.Connection) -> dict[str, int]:
    db.execute(
        "INSERT INTO main.kek(kid) SELECT kid FROM old.kek WHERE true ON CONFLICT DO NOTHING"
    )
    db.execute(
        """INSERT OR IGNORE INTO main.data_key(kid, use, kek, subject, wrapped)
        SELECT was.kid, use, (SELECT n FROM main.kek AS now WHERE now.kid = kek.kid),
          CASE WHEN EXISTS (SELECT 1 FROM main.data_key AS now
            WHERE now.subject = was.subject) THEN NULL ELSE was.subject END, wrapped
        FROM old.data_key AS was JOIN old.kek ON kek.n = was.kek"""
    )
    taken: dict[str, int] = {}
    for table, _ in _tables(db):
        if table not in _APART:
            taken[table] = _take_table(db, table)
    for table in _BY_JOB:
        rest = ", was.raw" if table == "passing" else ""
        db.execute(
            f"""INSERT OR IGNORE INTO main.{table} SELECT now.n{rest}
            FROM old.{table} AS was JOIN old.job AS then_ ON then_.n = was.n
            JOIN main.job AS now ON now.id = then_.id"""  # noqa: S608 -- ours
        )
    # Of two words on how far a destination is the lower one: it knows each entry once.
    db.execute(
        """UPDATE main.cursor SET acked = min(acked, coalesce((SELECT acked FROM old.cursor
          AS was WHERE was.dest = cursor.dest), 0))"""
    )
    db.execute("INSERT OR IGNORE INTO main.cursor SELECT * FROM old.cursor")
    # Of an older version's file they may be in the clear: looked through once more.
    db.execute("DELETE FROM main.meta WHERE k = 'resealed'")
    return taken


def _take_table(db: sqlite3.Connection, table: str) -> int:
    own = _NUMBERED.get(table)
    columns = ", ".join(
        name
        for _, name, *_ in db.execute(f"PRAGMA main.table_info({table})")
        if name != own
    )
    return db.execute(
        f"""INSERT OR IGNORE INTO main.{table}({columns})
        SELECT {columns} FROM old.{table} ORDER BY {own or "1"}"""  # noqa: S608 -- ours
    ).rowcount


def _tables(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every table, and the column by which its rows are found."""
    names = [
        name
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    first = [name for name in _FIRST if name in names]
    ordered = [*first, *sorted(set(names) - {*first, "meta"})]
    return [(name, _key_of(db, name)) for name in ordered]


def _key_of(db: sqlite3.Connection, table: str) -> str:
    """The first column of its primary key."""
    columns = db.execute(f"PRAGMA table_info({table})").fetchall()
    return str(next(name for _, name, _, _, _, place in columns if place == 1))


def _build(copy: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
    for statement in chain.from_iterable(migrations):
        copy.execute(statement)


def main(damaged: Path) -> int:
    """Salvage one; what came of it as JSON."""
    os.nice(NICE)
    folder = damaged.parent
    try:
        counts = salvage(damaged, folder / SALVAGED)
    except (*UNREADABLE, OSError) as error:
        (folder / HOPELESS).write_text(f"{error}\n")
        sys.stdout.write(json.dumps({"salvaged": False, "why": str(error)}) + "\n")
        return 1
    sys.stdout.write(json.dumps({"salvaged": True, "rows": counts}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
