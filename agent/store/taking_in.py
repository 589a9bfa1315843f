"""Jobs are taken in: their pieces, the whole, what passes ahead of them, their end."""

from __future__ import annotations

import json
from typing import Final
from uuid import UUID

from agent.store import decisions
from agent.store.pen import Pen
from agent.store.records import (
    AcceptJob,
    GaveUp,
    JobState,
    KeepPiece,
    LetPass,
    Passed,
    SettleJob,
)
from agent.store.seal import SHARED

_RANGES: Final = json.JSONEncoder(separators=(",", ":"))

GAVE_UP_MS: Final = 3_600_000
"""For so long it is kept that a POS gave up; it sends again within minutes."""

OF_ITS_OWN: Final = frozenset({"document", "raw"})
"""Shapes that may hold what a customer bought: each such job has a key of its own."""

SETTLED: Final = (JobState.PRINTED, JobState.NO_PAPER)


def keep_piece(pen: Pen, change: KeepPiece) -> None:
    key = piece_key(change.job, change.number)
    pen.db.execute(
        """INSERT INTO piece(job, number, door, at_ms, raw)
        SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM job WHERE id = ?1)
        ON CONFLICT DO NOTHING""",
        (
            change.job.bytes,
            change.number,
            change.door,
            pen.stamp.wall_ms,
            pen.seal(change.raw, "piece", key, "raw"),
        ),
    )


def accept_job(pen: Pen, change: AcceptJob) -> None:
    job = change.job
    kid = pen.sealer.document_key() if job.shape in OF_ITS_OWN else SHARED
    pen.db.execute(
        """INSERT INTO job(id, door, at_ms, boot, mono_ms, evidence, shape, follows,
          forwarded, state, rule, settled_ms, raw, line, start, source, kid)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?)
        ON CONFLICT(id) DO NOTHING""",
        (
            job.id.bytes,
            job.door,
            job.at_ms,
            pen.stamp.boot,
            pen.stamp.mono_ms,
            job.evidence,
            job.shape,
            job.follows.bytes if job.follows else None,
            _RANGES.encode(job.forwarded),
            job.state,
            pen.stamp.wall_ms if job.state in SETTLED else None,
            pen.seal(change.raw, "job", job.id, "raw", under=kid),
            job.line.bytes if job.line else None,
            job.start,
            job.source,
            kid or None,
        ),
    )
    pen.db.execute("DELETE FROM piece WHERE job = ?", (job.id.bytes,))


def let_pass(pen: Pen, change: LetPass) -> None:
    pen.update(
        "UPDATE job SET forwarded = ? WHERE id = ?",
        (_RANGES.encode(change.forwarded), change.job.bytes),
    )
    pen.db.execute(
        "INSERT INTO passing SELECT n, ? FROM job WHERE id = ? ON CONFLICT DO NOTHING",
        (
            pen.seal(
                change.raw,
                "passing",
                change.job,
                "raw",
                under=pen.key_of_job(change.job),
            ),
            change.job.bytes,
        ),
    )


def passed(pen: Pen, change: Passed) -> None:
    pen.db.execute(
        "DELETE FROM passing WHERE n = (SELECT n FROM job WHERE id = ?)",
        (change.job.bytes,),
    )


def gave_up(pen: Pen, change: GaveUp) -> None:
    pen.db.execute(
        """INSERT INTO gave_up(door, after, at_ms, source)
        VALUES (?, coalesce((SELECT max(n) FROM job), 0), ?, ?)""",
        (change.door, change.at_ms, change.source),
    )
    pen.db.execute("DELETE FROM gave_up WHERE at_ms < ?", (change.at_ms - GAVE_UP_MS,))


def settle_job(pen: Pen, change: SettleJob) -> None:
    settled_ms = pen.stamp.wall_ms if change.state in SETTLED else None
    pen.update(
        "UPDATE job SET state = ?, rule = ?, settled_ms = ? WHERE id = ?",
        (change.state, change.rule, settled_ms, change.job.bytes),
    )
    if change.decision:
        decisions.keep(pen, change.job, change.decision)


def piece_key(job: UUID, number: int) -> str:
    return f"{job}.{number}"
