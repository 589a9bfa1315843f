"""Addresses that get nothing from this till.

One came back for good, one wants no mail, one is nobody's, as the RCU says.
Only their keyed hash is here, until their time is over; of what is nobody's until the RCU
takes it back (:mod:`agent.store.card_holders`).  And the outcome of a hand-over
that came back after a relay had taken it.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from agent.store import card_holders
from agent.store.pen import Pen

Why = Literal["bounced", "unwanted", "blocked"]
"""``blocked``: nobody's, a landline or the shop's own address (``identifier.blocked.v1``)."""
KID_BYTES: Final = 8

MIGRATION: Final = (
    """CREATE TABLE shut_out(
      subject  BLOB PRIMARY KEY CHECK(length(subject) = 24),
      why      TEXT NOT NULL CHECK(why IN ('bounced', 'unwanted')),
      at_ms    INTEGER NOT NULL,
      until_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # A CHECK can be changed by a new table only.
    """CREATE TABLE hand_over_that_may_bounce(
      receipt  BLOB NOT NULL CHECK(length(receipt) = 16),
      number   INTEGER NOT NULL CHECK(number >= 0),
      channel  TEXT NOT NULL,
      why      TEXT NOT NULL,
      operator TEXT NOT NULL,
      at_ms    INTEGER NOT NULL,
      outcome  TEXT NOT NULL CHECK(outcome IN
        ('waiting', 'done', 'failed', 'withdrawn', 'bounced')),
      ended_ms INTEGER,
      job      BLOB CHECK(job IS NULL OR length(job) = 16),
      PRIMARY KEY(receipt, number)
    ) STRICT, WITHOUT ROWID""",
    """INSERT INTO hand_over_that_may_bounce
    SELECT receipt, number, channel, why, operator, at_ms, outcome, ended_ms, job
    FROM hand_over""",
    "DROP TABLE hand_over",
    "ALTER TABLE hand_over_that_may_bounce RENAME TO hand_over",
    "CREATE INDEX hand_over_waits ON hand_over(channel) WHERE outcome = 'waiting'",
)


@dataclass(frozen=True, slots=True)
class ShutOut:
    """No mail goes to that contact (key id and keyed hash, 24 bytes) until then.

    What somebody asked for counts more than what bounced.
    """

    subject: bytes
    why: Why
    until_ms: int


@dataclass(frozen=True, slots=True)
class LetIn:
    """That contact may have mail again, whatever it was shut out for."""

    subject: bytes


def let_in(pen: Pen, change: LetIn) -> None:
    pen.db.execute("DELETE FROM shut_out WHERE subject = ?", (change.subject,))


def shut(pen: Pen, change: ShutOut) -> None:
    pen.db.execute(
        """INSERT INTO shut_out VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT(subject) DO UPDATE SET
          why = CASE WHEN why = 'unwanted' THEN why ELSE excluded.why END,
          until_ms = max(until_ms, excluded.until_ms)""",
        (change.subject, change.why, pen.stamp.wall_ms, change.until_ms),
    )
    pen.db.execute("DELETE FROM shut_out WHERE until_ms <= ?", (pen.stamp.wall_ms,))


def why(db: sqlite3.Connection, subject: bytes, now_ms: int) -> Why | None:
    """``None``: it may have what is sent to it."""
    if card_holders.is_blocked(db, subject[KID_BYTES:]):
        return "blocked"
    row = db.execute(
        "SELECT why FROM shut_out WHERE subject = ? AND until_ms > ?", (subject, now_ms)
    ).fetchone()
    return row[0] if row else None
