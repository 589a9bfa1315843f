"""Which jobs there are, without their bytes."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Final
from uuid import UUID

from agent.ids import JobId, LineId
from agent.store.records import GaveUp, Job, JobState

LOOKED_AT: Final = 4
"""Jobs for each document: its tail, its pulses, its settings."""

_JOB: Final = """SELECT id, door, at_ms, evidence, shape, follows, forwarded, state,
line, start, source FROM job """


def unsettled(db: sqlite3.Connection) -> list[Job]:
    rows = db.execute(
        _JOB  # noqa: S608 -- both parts are ours
        + """WHERE state IN ('accepted', 'held', 'paper_due')
        OR n IN (SELECT n FROM passing) ORDER BY n"""
    )
    return [_job(row) for row in rows]


def tails(db: sqlite3.Connection, job: JobId) -> list[Job]:
    rows = db.execute(_JOB + "WHERE follows = ? ORDER BY n", (job.bytes,))
    return [_job(row) for row in rows]


def one(db: sqlite3.Connection, job: JobId) -> Job | None:
    row = db.execute(_JOB + "WHERE id = ?", (job.bytes,)).fetchone()
    return _job(row) if row else None


def lately(db: sqlite3.Connection, since_ms: int, limit: int) -> list[Job | GaveUp]:
    # at_ms has no index, and may jump: of the last ones by number.
    jobs = db.execute(
        """SELECT n, id, door, at_ms, evidence, shape, follows, forwarded, state,
        line, start, source FROM job WHERE n > (SELECT max(n) FROM job) - ?
        AND shape = 'document' AND at_ms >= ? ORDER BY n DESC LIMIT ?""",
        (LOOKED_AT * limit, since_ms, limit),
    ).fetchall()
    given_up = db.execute(
        """SELECT after, door, at_ms, source FROM gave_up WHERE at_ms >= ?
        ORDER BY n""",
        (since_ms,),
    )
    found: list[tuple[int, Job | GaveUp]] = [
        (n, _job(tuple(row))) for n, *row in reversed(jobs)
    ]
    found += [(after, GaveUp(*row)) for after, *row in given_up]
    # Stable: what was given up stands behind its last job.
    return [each for _, each in sorted(found, key=lambda each: each[0])]


def _job(row: tuple[Any, ...]) -> Job:
    key, door, at_ms, evidence, shape, follows, forwarded, state, *stood = row
    line, start, source = stood
    return Job(
        id=JobId(UUID(bytes=key)),
        door=door,
        at_ms=at_ms,
        evidence=evidence,
        shape=shape,
        follows=JobId(UUID(bytes=follows)) if follows else None,
        forwarded=tuple((start, end) for start, end in json.loads(forwarded)),
        state=JobState(state),
        line=LineId(UUID(bytes=line)) if line else None,
        start=start,
        source=source,
    )
