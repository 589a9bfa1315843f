"""The ledger of consents: append-only, each record tied to the one before it.

A record is kept as the bytes that were signed.  What is clear beside them names nobody:
``subject`` is the keyed hash of a contact.  The body goes when the proof's retention is
over; the row stays, for the chain.

A record that does not follow the last one is refused with its whole commit: two writers,
or one that did not know how its last commit ended, cannot fork the chain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from agent.errors import StoreError
from agent.store.damage import DamagedRecord
from agent.store.pen import Pen
from agent.store.seal import Sealer, place

MIGRATION: Final = (
    """CREATE TABLE consent(
      seq        INTEGER PRIMARY KEY,
      digest     BLOB NOT NULL CHECK(length(digest) = 32),
      at_ms      INTEGER NOT NULL,
      expires_ms INTEGER NOT NULL,
      subject    BLOB NOT NULL CHECK(length(subject) = 24),
      purpose    TEXT NOT NULL,
      channel    TEXT NOT NULL,
      decision   TEXT NOT NULL,
      body       BLOB
    ) STRICT""",
    "CREATE INDEX consent_subject ON consent(subject)",
    """CREATE TRIGGER consent_is_immutable BEFORE UPDATE ON consent
      WHEN NEW.body IS NOT NULL OR NEW.seq <> OLD.seq OR NEW.digest <> OLD.digest
        OR NEW.at_ms <> OLD.at_ms OR NEW.expires_ms <> OLD.expires_ms
        OR NEW.subject <> OLD.subject OR NEW.purpose <> OLD.purpose
        OR NEW.channel <> OLD.channel OR NEW.decision <> OLD.decision
      BEGIN SELECT RAISE(ABORT, 'the ledger of consents is immutable'); END""",
    """CREATE TRIGGER consent_stays BEFORE DELETE ON consent
      BEGIN SELECT RAISE(ABORT, 'the ledger of consents is immutable'); END""",
)


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One record.  ``digest`` is the SHA-256 of ``body``; ``subject``: key id, hash."""

    seq: int
    digest: bytes
    at_ms: int
    expires_ms: int
    subject: bytes
    purpose: str
    channel: str
    decision: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class KeepConsent:
    """The next record; ``prev`` is the digest of the last one (ignored for the first)."""

    row: ConsentRow
    prev: bytes


def keep(pen: Pen, change: KeepConsent) -> None:
    """Append it; the same record once more changes nothing.

    Raises:
        StoreError: the chain has another end.
    """
    row = change.row
    there = pen.db.execute(
        "SELECT digest FROM consent WHERE seq = ?", (row.seq,)
    ).fetchone()
    if there is not None and there[0] == row.digest:
        return
    end = head(pen.db)
    follows = end is None or end[1] == change.prev
    if row.seq != (end[0] if end else 0) + 1 or not follows:
        raise StoreError("not written: the ledger of consents has another end")
    pen.db.execute(
        "INSERT INTO consent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.seq,
            row.digest,
            row.at_ms,
            row.expires_ms,
            row.subject,
            row.purpose,
            row.channel,
            row.decision,
            pen.seal(
                row.body or b"",
                "consent",
                str(row.seq),
                "body",
                under=pen.sealer.contact_key(row.subject),
            ),
        ),
    )


def head(db: sqlite3.Connection) -> tuple[int, bytes, int] | None:
    """The last record's number, digest and time; ``None`` before the first."""
    row = db.execute(
        "SELECT seq, digest, at_ms FROM consent ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None


def of_subject(
    db: sqlite3.Connection, sealer: Sealer, subject: bytes
) -> list[ConsentRow]:
    """All that was decided under one contact's hash, in order.

    Raises:
        DamagedRecord: one body is not what was kept.
    """
    rows = db.execute(_ROWS + "WHERE subject = ? ORDER BY seq", (subject,))
    return [_row(sealer, row) for row in rows]


def readable_of(
    db: sqlite3.Connection, sealer: Sealer, subject: bytes
) -> list[tuple[ConsentRow, bool]]:
    """The same, and whether each is damaged: that one is without its body."""
    rows = db.execute(_ROWS + "WHERE subject = ? ORDER BY seq", (subject,)).fetchall()
    return [_readable(sealer, row) for row in rows]


def _readable(sealer: Sealer, row: tuple[Any, ...]) -> tuple[ConsentRow, bool]:
    try:
        return _row(sealer, row), False
    except DamagedRecord:
        return replace(ConsentRow(*row), body=None), True


def walk(db: sqlite3.Connection, sealer: Sealer) -> Iterator[ConsentRow]:
    """The whole chain from its beginning, row by row.

    Raises:
        DamagedRecord: a body is not what was kept.
    """
    for row in db.execute(_ROWS + "ORDER BY seq"):
        yield _row(sealer, row)


_ROWS: Final = """SELECT seq, digest, at_ms, expires_ms, subject, purpose, channel,
decision, body FROM consent """


def _row(sealer: Sealer, row: tuple[Any, ...]) -> ConsentRow:
    kept = ConsentRow(*row)
    if kept.body is None:
        return kept
    key = place("consent", str(kept.seq), "body")
    return replace(kept, body=sealer.unseal(kept.body, key))
