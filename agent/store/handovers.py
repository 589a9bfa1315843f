"""The ledger of originals and copies, and how far each choice has come.

Nothing in it is personal: what a hand-over went to stands in its parcel, and is erased
there.  The rows outlive the receipt's content, since they are the proof of delivery.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from agent.choice.figures import Counts
from agent.choice.ledger import HandOver, Ledger, Outcome
from agent.ids import JobId, ReceiptId
from agent.store.pen import Pen

MIGRATION: Final = (
    """CREATE TABLE hand_over(
      receipt  BLOB NOT NULL CHECK(length(receipt) = 16),
      number   INTEGER NOT NULL CHECK(number >= 0),
      channel  TEXT NOT NULL,
      why      TEXT NOT NULL,
      operator TEXT NOT NULL,
      at_ms    INTEGER NOT NULL,
      outcome  TEXT NOT NULL CHECK(outcome IN
        ('waiting', 'done', 'failed', 'withdrawn')),
      ended_ms INTEGER,
      job      BLOB CHECK(job IS NULL OR length(job) = 16),
      PRIMARY KEY(receipt, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX hand_over_waits ON hand_over(channel) WHERE outcome = 'waiting'",
    # Numbers given so far: what an older version printed or sent had them too.
    "ALTER TABLE receipt ADD COLUMN given INTEGER NOT NULL DEFAULT 0",
    "UPDATE receipt SET given = paper_copies + handed_over",
    # How far the choice has come, from offer to choice, and how long its paper is.
    "ALTER TABLE receipt ADD COLUMN session BLOB",
    "ALTER TABLE receipt ADD COLUMN took_ms INTEGER",
    "ALTER TABLE receipt ADD COLUMN paper_mm INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE parcel ADD COLUMN number INTEGER NOT NULL DEFAULT 0",
)

_ROW: Final = """SELECT receipt, number, channel, why, operator, at_ms, outcome,
ended_ms, job FROM hand_over """
_SINCE: Final = "receipt.n > coalesce((SELECT max(n) FROM receipt WHERE at_ms < ?), 0)"
"""max(n) walks back from the end and stops at yesterday's last row."""
_TODAY: Final = _SINCE + " AND session IS NOT NULL AND choice IS NOT NULL"
"""Those that a customer was offered."""


@dataclass(frozen=True, slots=True)
class OrderHandOver:
    """The row, and that its number is given."""

    row: HandOver


@dataclass(frozen=True, slots=True)
class EndHandOver:
    """What became of it; the first word counts.

    Only that it arrived counts more than that it was taken back, and that it bounced
    more than that it arrived.
    """

    receipt: ReceiptId
    number: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class KeepSession:
    """How far a choice has come, as the counter writes it.

    ``took_ms``: from the offer to a person's choice; the first one counts.
    """

    receipt: ReceiptId
    session: bytes
    took_ms: int | None = None


HandOverChange = OrderHandOver | EndHandOver | KeepSession


def order(pen: Pen, change: OrderHandOver) -> None:
    row = change.row
    pen.db.execute(
        """INSERT INTO hand_over VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING""",
        (
            row.receipt.bytes,
            row.number,
            row.channel,
            row.why,
            row.operator,
            row.at_ms,
            row.outcome,
            row.ended_ms,
            row.job.bytes if row.job else None,
        ),
    )
    pen.update(
        "UPDATE receipt SET given = max(given, ?) WHERE id = ?",
        (row.number + 1, row.receipt.bytes),
    )


def end(pen: Pen, change: EndHandOver) -> None:
    pen.db.execute(
        """UPDATE hand_over SET outcome = ?1, ended_ms = ?2
        WHERE receipt = ?3 AND number = ?4 AND (outcome = 'waiting'
          OR (outcome = 'withdrawn' AND ?1 = 'done')
          OR (outcome = 'done' AND ?1 = 'bounced'))""",
        (change.outcome, pen.stamp.wall_ms, change.receipt.bytes, change.number),
    )


def keep_session(pen: Pen, change: KeepSession) -> None:
    pen.update(
        """UPDATE receipt SET session = ?, took_ms = coalesce(took_ms, ?)
        WHERE id = ?""",
        (
            pen.seal(
                change.session,
                "receipt",
                change.receipt,
                "session",
                under=pen.key_of(change.receipt),
            ),
            change.took_ms,
            change.receipt.bytes,
        ),
    )


# -- reads -------------------------------------------------------------------


def ledger(db: sqlite3.Connection, receipt: ReceiptId) -> Ledger:
    """All that was handed over of it."""
    known = db.execute(
        "SELECT given FROM receipt WHERE id = ?", (receipt.bytes,)
    ).fetchone()
    rows = _rows(
        db.execute(_ROW + "WHERE receipt = ? ORDER BY number", (receipt.bytes,))
    )
    return Ledger(receipt, known[0] if known else len(rows), tuple(rows))


def waiting(db: sqlite3.Connection, channel: str) -> list[HandOver]:
    """What was ordered by that channel and has not come, oldest first."""
    return _rows(
        db.execute(
            _ROW
            + "WHERE channel = ? AND outcome = 'waiting' ORDER BY at_ms, receipt, number",
            (channel,),
        )
    )


def outbox(db: sqlite3.Connection) -> dict[str, tuple[int, int | None]]:
    """By channel: how many wait, and the oldest (Unix ms)."""
    rows = db.execute(
        """SELECT channel, count(*), min(at_ms) FROM hand_over
        WHERE outcome = 'waiting' GROUP BY channel"""
    )
    return {channel: (count, oldest_ms) for channel, count, oldest_ms in rows}


def between(
    db: sqlite3.Connection, since_ms: int, until_ms: int, after: int, limit: int
) -> list[HandOver]:
    """For the export: rows ordered in ``[since_ms, until_ms)``, from the ``after``-th."""
    return _rows(
        db.execute(
            _ROW
            + """WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms, receipt, number
            LIMIT ? OFFSET ?""",
            (since_ms, until_ms, limit, after),
        )
    )


def fate(db: sqlite3.Connection, receipt: ReceiptId, destination: str) -> Outcome:
    """Whether the destination has every entry of the log about that receipt.

    ``failed``: it refused one for good.
    """
    (refused,) = db.execute(
        """SELECT count(*) FROM event JOIN aside ON aside.seq = event.seq
        WHERE event.receipt = ? AND aside.dest = ?""",
        (receipt.bytes, destination),
    ).fetchone()
    if refused:
        return "failed"
    (missing,) = db.execute(
        """SELECT count(*) FROM event WHERE receipt = ? AND seq >
          coalesce((SELECT acked FROM cursor WHERE dest = ?), 0)""",
        (receipt.bytes, destination),
    ).fetchone()
    return "waiting" if missing else "done"


def today(db: sqlite3.Connection, since_ms: int) -> tuple[int, int]:
    """Receipts since then that went to paper, and that went out by another channel."""
    (printed,) = db.execute(
        f"SELECT count(*) FROM receipt WHERE paper_copies > 0 AND {_SINCE}",  # noqa: S608 -- ours
        (since_ms,),
    ).fetchone()
    (digital,) = db.execute(
        f"""SELECT count(*) FROM receipt
        WHERE (handed_over = 1 OR choice IN ('email', 'sms', 'account')) AND {_SINCE}""",  # noqa: S608
        (since_ms,),
    ).fetchone()
    return printed, digital


def counts(db: sqlite3.Connection, since_ms: int) -> Counts:
    """What the counter did since then."""

    def table(sql: str) -> dict[str, int]:
        return dict(db.execute(sql, (since_ms,)).fetchall())

    (receipts, unprinted, avoided_mm) = db.execute(
        f"""SELECT count(*), coalesce(sum(paper_copies = 0), 0),
        coalesce(sum(paper_mm * (paper_copies = 0)), 0)
        FROM receipt WHERE {_TODAY}""",  # noqa: S608 -- ours
        (since_ms,),
    ).fetchone()
    took = db.execute(
        f"""SELECT took_ms FROM receipt WHERE {_TODAY} AND took_ms IS NOT NULL
        ORDER BY took_ms""",  # noqa: S608
        (since_ms,),
    ).fetchall()
    # CROSS JOIN: from today's receipts to theirs; the ledger itself is years long.
    sent = table(
        f"""SELECT outcome, count(*) FROM receipt CROSS JOIN hand_over
        ON hand_over.receipt = receipt.id WHERE {_SINCE}
        AND channel IN ('email', 'sms') GROUP BY outcome"""  # noqa: S608 -- ours
    )
    (captured,) = db.execute(
        f"""SELECT count(*) FROM receipt WHERE {_TODAY} AND EXISTS (SELECT 1
        FROM hand_over WHERE hand_over.receipt = receipt.id
        AND channel IN ('email', 'sms', 'account'))""",  # noqa: S608
        (since_ms,),
    ).fetchone()
    return Counts(
        receipts=receipts,
        mix=table(
            f"SELECT choice, count(*) FROM receipt WHERE {_TODAY} GROUP BY choice"  # noqa: S608
        ),
        forced=table(
            f"""SELECT rule, count(*) FROM receipt CROSS JOIN hand_over
            ON hand_over.receipt = receipt.id
            WHERE {_SINCE} AND why = 'rule' GROUP BY rule"""  # noqa: S608
        ),
        took_ms=[row[0] for row in took],
        unprinted=unprinted,
        avoided_mm=avoided_mm,
        captured=captured,
        arrived=sent.get("done", 0),
        refused=sent.get("failed", 0) + sent.get("bounced", 0),
    )


def _rows(found: Iterable[Any]) -> list[HandOver]:
    return [_row(*row) for row in found]


def _row(receipt: bytes, *rest: Any) -> HandOver:
    *said, job = rest
    rest = (*said, JobId(UUID(bytes=job)) if job else None)
    return HandOver(ReceiptId(UUID(bytes=receipt)), *rest)
