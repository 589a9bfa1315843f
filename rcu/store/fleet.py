"""The fleet's own file: how each till is, what was rolled out, who may look.

``fleet.db`` in rollback mode, so that commands may use it beside the server.  Nothing of
it is a proof or a record of a customer: without it the next heartbeats fill it again.
One row a till is overwritten with each beat; a history of changes is kept, bounded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import aiosqlite

from rcu.store import operators, rollouts
from rcu.store.db import Database, Profile, rows

APPLICATION_ID: Final = 0x52435546  # "RCUF"
FILE: Final = "fleet.db"
MAX_CHANGES: Final = 200
"""Of a till, the newest: some months of an ordinary one, a day of one that flickers."""
KEPT_MS: Final = 400 * 86_400_000
"""A till that was not heard for so long is forgotten here."""

_FIRST: Final = """
CREATE TABLE pulse (            -- the last heartbeat of a till
  edge           TEXT    NOT NULL PRIMARY KEY,
  heard_ms       INTEGER NOT NULL,
  body           TEXT    NOT NULL   -- heartbeat, as it came
) STRICT;

CREATE TABLE standing (         -- what is wrong with it, and since when
  edge           TEXT    NOT NULL,
  code           TEXT    NOT NULL,
  since_ms       INTEGER NOT NULL,
  detail         TEXT    NOT NULL,
  PRIMARY KEY (edge, code)
) STRICT;

CREATE TABLE change (           -- what began and ended, the newest of it
  n              INTEGER PRIMARY KEY AUTOINCREMENT,
  edge           TEXT    NOT NULL,
  at_ms          INTEGER NOT NULL,
  code           TEXT    NOT NULL,
  kind           TEXT    NOT NULL CHECK (kind IN ('began', 'ended', 'became')),
  detail         TEXT    NOT NULL
) STRICT;
CREATE INDEX change_by_edge ON change (edge, n);
"""

FLEET: Final = Profile(
    APPLICATION_ID,
    "DELETE",
    1,
    (_FIRST + rollouts.MIGRATION + operators.MIGRATION,),
)


@dataclass(frozen=True, slots=True)
class Pulse:
    """``body``: JSON.  ``standing``: code to (since when, detail)."""

    edge: str
    heard_ms: int
    body: str = field(repr=False)
    standing: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """``kind``: ``began``, ``ended``, or ``became`` for what is no trouble."""

    at_ms: int
    code: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Noted:
    """What follows from one beat: the row, what stands now, what changed."""

    edge: str
    heard_ms: int
    body: str
    standing: Mapping[str, tuple[int, str]]
    changes: Sequence[Change]


class Fleet:
    """How the tills are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pulses(self, edges: Iterable[str] | None = None) -> dict[str, Pulse]:
        """All, or of those tills."""
        wanted = None if edges is None else json.dumps(list(edges))
        only = (
            "" if wanted is None else " WHERE edge IN (SELECT value FROM json_each(?))"
        )
        values = () if wanted is None else (wanted,)
        standing: dict[str, dict[str, tuple[int, str]]] = {}
        found = await self._database.all(
            f"SELECT edge, code, since_ms, detail FROM standing{only}",  # noqa: S608 -- our own clause
            values,
        )
        for edge, code, since_ms, detail in found:
            standing.setdefault(edge, {})[code] = (since_ms, detail)
        heard = await self._database.all(
            f"SELECT edge, heard_ms, body FROM pulse{only}",  # noqa: S608 -- our own clause
            values,
        )
        return {
            edge: Pulse(edge, heard_ms, body, standing.get(edge, {}))
            for edge, heard_ms, body in heard
        }

    async def note(self, noted: Sequence[Noted]) -> None:
        """All of them in one commit."""
        async with self._database.transaction() as tx:
            for each in noted:
                await _note(tx, each)

    async def changes(self, edge: str) -> list[Change]:
        """Of one till, the newest first."""
        found = await self._database.all(
            "SELECT at_ms, code, kind, detail FROM change WHERE edge = ?"
            " ORDER BY n DESC LIMIT ?",
            (edge, MAX_CHANGES),
        )
        return [Change(*row) for row in found]

    async def forget(self, now_ms: int) -> int:
        """Tills that were not heard for long; how many."""
        async with self._database.transaction() as tx:
            gone = await rows(
                tx, "SELECT edge FROM pulse WHERE heard_ms < ?", (now_ms - KEPT_MS,)
            )
            edges = [(str(row[0]),) for row in gone]
            for table in ("pulse", "standing", "change"):
                await tx.executemany(f"DELETE FROM {table} WHERE edge = ?", edges)  # noqa: S608 -- our own names
            return len(edges)


async def _note(tx: aiosqlite.Connection, noted: Noted) -> None:
    edge = noted.edge
    await tx.execute(
        "INSERT INTO pulse VALUES (?, ?, ?) ON CONFLICT (edge) DO UPDATE"
        " SET heard_ms = excluded.heard_ms, body = excluded.body",
        (edge, noted.heard_ms, noted.body),
    )
    if not noted.changes:
        return
    await tx.execute("DELETE FROM standing WHERE edge = ?", (edge,))
    await tx.executemany(
        "INSERT INTO standing VALUES (?, ?, ?, ?)",
        [(edge, code, *since) for code, since in noted.standing.items()],
    )
    made: list[tuple[Any, ...]] = [
        (edge, each.at_ms, each.code, each.kind, each.detail) for each in noted.changes
    ]
    await tx.executemany(
        "INSERT INTO change (edge, at_ms, code, kind, detail) VALUES (?, ?, ?, ?, ?)",
        made,
    )
    await tx.execute(
        "DELETE FROM change WHERE edge = ?1 AND n <= (SELECT n FROM change"
        " WHERE edge = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2)",
        (edge, MAX_CHANGES),
    )
