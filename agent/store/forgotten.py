"""A backup is put back: whom the present file has forgotten is forgotten in it too.

A data key that the present file has no more is taken out of the backup, and what was under
it is emptied as a forgetting or the retention would: an erased record is an erased record
everywhere, and never bytes that cannot be read, which are a damaged disk.

A present file that knows no job of the backup's is another one (a new machine's, or the
empty one that took a damaged one's place): what it lacks was not forgotten by it.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from agent.ids import JobId, ReceiptId
from agent.store.damage import UNREADABLE
from agent.store.people import empty_job, empty_receipt
from agent.store.vault import KEY_NUMBER_BYTES, TAG_ENCRYPTED

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Present:
    """What the file that is replaced says of who was forgotten.

    ``erased``: of the ledger of consents, by a record's digest whose it is now.
    """

    keys: frozenset[int]
    last: int
    jobs: frozenset[bytes]
    statements: tuple[tuple[int, str], ...]
    erased: dict[bytes, bytes]


def take_out(db: sqlite3.Connection, path: Path) -> None:
    """Of the backup ``db`` what the database at ``path`` has forgotten since; for good.

    Raises:
        sqlite3.Error: the backup is none of this version, or there is no room.
    """
    present = _read(path)
    jobs = {key for (key,) in db.execute("SELECT id FROM job")}
    if present is None or jobs.isdisjoint(present.jobs):
        log.warning(
            "the present database does not know what is in the backup: whoever was "
            "forgotten since has to be forgotten again"
        )
    if present is None:
        return
    db.execute("PRAGMA secure_delete = ON").fetchall()
    db.execute("BEGIN IMMEDIATE")
    db.execute("CREATE TEMP TABLE gone(kid INTEGER PRIMARY KEY, head BLOB)")
    db.executemany(
        "INSERT INTO gone VALUES (?, ?)",
        [
            (kid, TAG_ENCRYPTED + kid.to_bytes(KEY_NUMBER_BYTES, "big"))
            for kid in ([] if jobs.isdisjoint(present.jobs) else _gone(db, present))
        ],
    )
    _empty(db, present)
    db.execute("DELETE FROM data_key WHERE kid IN (SELECT kid FROM gone)")
    db.executemany(
        """INSERT INTO erasure(at_ms, body) SELECT ?1, ?2
        WHERE NOT EXISTS (SELECT 1 FROM erasure WHERE body = ?2)""",
        present.statements,
    )
    db.execute("DROP TABLE temp.gone")
    db.execute("COMMIT")


def _gone(db: sqlite3.Connection, present: _Present) -> list[int]:
    kids = db.execute("SELECT kid FROM data_key WHERE kid <= ?", (present.last,))
    return [kid for (kid,) in kids if kid not in present.keys]


def _read(path: Path) -> _Present | None:
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as db:
            kept = db.execute("SELECT kid FROM data_key").fetchall()
            (last,) = db.execute(
                "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'data_key'"
            ).fetchone()
            said = db.execute("SELECT at_ms, body FROM erasure ORDER BY n").fetchall()
            jobs = db.execute("SELECT id FROM job").fetchall()
            erased = db.execute(
                "SELECT digest, subject FROM consent WHERE body IS NULL"
            )
            return _Present(
                keys=frozenset(kid for (kid,) in kept),
                last=last,
                jobs=frozenset(key for (key,) in jobs),
                statements=tuple(said),
                erased=dict(erased.fetchall()),
            )
    except UNREADABLE:
        return None


def _empty(db: sqlite3.Connection, present: _Present) -> None:
    for (key,) in _named(db, "receipt", "body"):
        empty_receipt(db, ReceiptId(UUID(bytes=key)))
    for (key,) in _named(db, "job", "raw"):
        empty_job(db, JobId(UUID(bytes=key)))
        # Nothing is erased before it is settled: what waited then is over by now.
        db.execute(
            """UPDATE job SET settled_ms = coalesce(settled_ms, at_ms), state =
              CASE WHEN state = 'printed' THEN state ELSE 'no_paper' END WHERE id = ?""",
            (key,),
        )
    db.execute(f"UPDATE event SET body = NULL WHERE {_under('body')}")  # noqa: S608
    rows = db.execute(
        f"""SELECT seq, digest, subject, {_under("body")} FROM consent
        WHERE body IS NOT NULL"""  # noqa: S608
    ).fetchall()
    for seq, digest, subject, under_gone in rows:
        if under_gone or digest in present.erased:
            by_retention = present.erased.get(digest) == subject
            db.execute(
                "UPDATE consent SET body = NULL, subject = ? WHERE seq = ?",
                (subject if by_retention else bytes(len(subject)), seq),
            )


def _named(db: sqlite3.Connection, table: str, column: str) -> list[Any]:
    """Rows whose ``column`` is under a key that is gone."""
    sql = f"SELECT id FROM {table} WHERE {_under(column)}"  # noqa: S608 -- ours
    return db.execute(sql).fetchall()


def _under(column: str) -> str:
    head = 1 + KEY_NUMBER_BYTES
    return f"substr({column}, 1, {head}) IN (SELECT head FROM temp.gone)"  # noqa: S608
