"""How far the RCU's downlink has been applied: its cursor, as the RCU gave it.

It is committed together with what an event of the feed comes to, so that each is done
once, however often it is sent.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from agent.store.pen import Pen

TABLE: Final = """CREATE TABLE feed(
  source TEXT PRIMARY KEY,
  cursor TEXT NOT NULL
) STRICT, WITHOUT ROWID"""


@dataclass(frozen=True, slots=True)
class FollowFeed:
    """All up to ``cursor`` (opaque) of what ``source`` sends down is done."""

    source: str
    cursor: str


@dataclass(frozen=True, slots=True)
class RewindCursor:
    """``destination`` is to have once more what comes behind ``acked``."""

    destination: str
    acked: int


def rewind(pen: Pen, change: RewindCursor) -> None:
    pen.update(
        "UPDATE cursor SET acked = min(acked, max(0, ?)) WHERE dest = ?",
        (change.acked, change.destination),
    )


def follow(pen: Pen, change: FollowFeed) -> None:
    pen.db.execute(
        """INSERT INTO feed VALUES (?, ?)
        ON CONFLICT(source) DO UPDATE SET cursor = excluded.cursor""",
        (change.source, change.cursor),
    )


def read(db: sqlite3.Connection, source: str) -> str:
    """Empty at the beginning."""
    row = db.execute("SELECT cursor FROM feed WHERE source = ?", (source,)).fetchone()
    return str(row[0]) if row else ""
