"""Which jobs came last, and how far each has come: for whoever follows the till."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from agent.ids import JobId

LOOKED_BACK: Final = 50
"""Jobs that may still change; an older one that waits for paper is seen as it is."""


@dataclass(frozen=True, slots=True)
class JobSeen:
    """Nothing of what stands on it.  ``state``: as in the store's table."""

    id: JobId
    door: str
    shape: str
    state: str
    rule: str


def newest(db: sqlite3.Connection) -> list[JobSeen]:
    """The last :data:`LOOKED_BACK`, as they came."""
    rows = db.execute(
        "SELECT id, door, shape, state, rule FROM job ORDER BY n DESC LIMIT ?",
        (LOOKED_BACK,),
    ).fetchall()
    return [JobSeen(JobId(UUID(bytes=job)), *rest) for job, *rest in reversed(rows)]
