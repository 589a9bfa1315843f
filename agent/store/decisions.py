"""What was decided of a job, whole, and the packs of rules that were in force.

A decision stands in its job's row, since that is written anyway when the job is settled,
and goes with it.  A pack is kept once, by the SHA-256 of its file, for as long as the
database: it holds nothing of a customer, and explains the decisions of its time.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from agent.ids import JobId, ReceiptId
from agent.store.damage import DamagedRecord
from agent.store.pen import Pen
from agent.store.seal import Sealer, place

log = logging.getLogger(__name__)

MIGRATION: Final = (
    # What was decided, when, and on which clock: wall, start number, monotonic.
    "ALTER TABLE job ADD COLUMN decision BLOB",
    "ALTER TABLE job ADD COLUMN decided_ms INTEGER",
    "ALTER TABLE job ADD COLUMN decided_boot INTEGER",
    "ALTER TABLE job ADD COLUMN decided_mono INTEGER",
    """CREATE TABLE pack(
      digest  BLOB PRIMARY KEY CHECK(length(digest) = 32),
      kept_ms INTEGER NOT NULL,
      body    BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)


@dataclass(frozen=True, slots=True)
class KeepPack:
    """A pack of rules is in force: the bytes of its file, whose SHA-256 is ``digest``."""

    digest: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class Decided:
    """A kept decision, when by the wall clock (Unix ms), and on which monotonic clock.

    ``boot`` numbers the starts of the agent, ``mono_ms`` is that clock's own time.
    """

    job: JobId
    door: str
    body: bytes
    at_ms: int
    boot: int
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the log, with the clocks that it was written by."""

    seq: int
    type: str
    at_ms: int
    boot: int
    mono_ms: int
    body: bytes | None
    """Empty (``None``) once retention has erased it."""


def keep(pen: Pen, job: JobId, body: bytes) -> None:
    """The first decision of a job stands."""
    pen.db.execute(
        """UPDATE job SET decision = ?, decided_ms = ?, decided_boot = ?,
        decided_mono = ? WHERE id = ? AND decision IS NULL""",
        (
            pen.seal(body, "job", job, "decision"),
            pen.stamp.wall_ms,
            pen.stamp.boot,
            pen.stamp.mono_ms,
            job.bytes,
        ),
    )


def keep_pack(pen: Pen, change: KeepPack) -> None:
    pen.db.execute(
        "INSERT INTO pack VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (
            change.digest,
            pen.stamp.wall_ms,
            pen.seal(change.text, "pack", change.digest.hex(), "body"),
        ),
    )


def job_of(db: sqlite3.Connection, receipt: ReceiptId) -> JobId | None:
    """Of a receipt's row, also when its content is erased."""
    row = db.execute(
        "SELECT job FROM receipt WHERE id = ?", (receipt.bytes,)
    ).fetchone()
    return JobId(UUID(bytes=row[0])) if row else None


def receipt_of(db: sqlite3.Connection, job: JobId) -> ReceiptId | None:
    """The receipt that a job became, if it became one."""
    row = db.execute("SELECT id FROM receipt WHERE job = ?", (job.bytes,)).fetchone()
    return ReceiptId(UUID(bytes=row[0])) if row else None


def decided(db: sqlite3.Connection, sealer: Sealer, job: JobId) -> Decided | None:
    """What was decided of a job; ``None``: it is unknown, forgotten, or older.

    Raises:
        DamagedRecord: not the bytes that were kept.
    """
    row = db.execute(
        """SELECT door, decision, decided_ms, decided_boot, decided_mono FROM job
        WHERE id = ? AND decision IS NOT NULL""",
        (job.bytes,),
    ).fetchone()
    if row is None:
        return None
    door, sealed, at_ms, boot, mono_ms = row
    body = sealer.unseal(sealed, place("job", job, "decision"))
    return Decided(job, door, body, at_ms, boot, mono_ms)


def why(sealer: Sealer, job: JobId, sealed: bytes | None) -> tuple[str, str]:
    """Its reason in French and English; empty if none was kept, or it is damaged.

    A receipt is not left out for want of a sentence.
    """
    if sealed is None:
        return ("", "")
    try:
        said = json.loads(sealer.unseal(sealed, place("job", job, "decision")))
        return said["decision"]["reason_fr"], said["decision"]["reason_en"]
    except (DamagedRecord, ValueError, KeyError, TypeError):
        log.warning("the reason of a decision cannot be read")
        return ("", "")


def pack(db: sqlite3.Connection, sealer: Sealer, digest: str) -> bytes | None:
    """The pack's file as it was then.

    Raises:
        DamagedRecord: not the bytes that were kept.
    """
    row = db.execute(
        "SELECT body FROM pack WHERE digest = ?", (bytes.fromhex(digest),)
    ).fetchone()
    return sealer.unseal(row[0], place("pack", digest, "body")) if row else None


def happened(
    db: sqlite3.Connection, sealer: Sealer, receipt: ReceiptId
) -> list[Happened]:
    """What the log says of a receipt, in order: who chose, what was delivered.

    Raises:
        DamagedRecord: one entry is not what was written.
    """
    rows = db.execute(
        """SELECT seq, id, type, at_ms, boot, mono_ms, body FROM event
        WHERE receipt = ? ORDER BY seq""",
        (receipt.bytes,),
    )
    return [
        Happened(
            seq,
            kind,
            at_ms,
            boot,
            mono_ms,
            sealer.unseal(
                sealed, place("event", UUID(bytes=key), "body", kind, at_ms, receipt)
            )
            if sealed
            else None,
        )
        for seq, key, kind, at_ms, boot, mono_ms, sealed in rows
    ]
