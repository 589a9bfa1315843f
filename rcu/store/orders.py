"""Orders to the tills and what became of them; the closings that tills sent.

An order is on its way (``feed``) until the till's cursor has passed it, and open until
the till has proved what it did.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import aiosqlite

from agent.wire.closing import DayClosed
from agent.wire.orders import OrderApplied
from rcu.store import standing
from rcu.store.db import Database
from rcu.store.standing import Order

MIGRATION: Final = """
CREATE TABLE till_order (       -- what a till was ordered to do, and its proof
  edge           TEXT    NOT NULL,
  id             TEXT    NOT NULL,
  type           TEXT    NOT NULL,
  request        TEXT    NOT NULL,   -- that it belongs to; an OpenDSR request's id
  issued_ms      INTEGER NOT NULL,
  due_ms         INTEGER,
  status         TEXT    NOT NULL DEFAULT '',  -- of the last proof; empty: none came
  proof          TEXT    NOT NULL DEFAULT '',  -- order.applied.v1, as it came
  proved_ms      INTEGER,
  PRIMARY KEY (edge, id)
) STRICT;
CREATE INDEX till_order_by_request ON till_order (request);
CREATE INDEX till_order_open ON till_order (issued_ms)
 WHERE status NOT IN ('completed', 'nothing_found');

CREATE TABLE closing (          -- what a till says that its log holds, day by day
  edge           TEXT    NOT NULL,
  last           INTEGER NOT NULL,
  sequence       INTEGER NOT NULL,
  day            TEXT    NOT NULL,
  body           TEXT    NOT NULL,   -- day.closed.v1, as it came
  received_ms    INTEGER NOT NULL,
  PRIMARY KEY (edge, sequence)
) STRICT;
"""


class Orders:
    """Issues orders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, edges: Iterable[str], order: Order, now_ms: int) -> list[str]:
        """Put it on the way to each of those tills; which got it now.

        In the same commit it stands for tills to come, if it is about somebody.
        """
        async with self._database.transaction() as tx:
            if order.about:
                await standing.stand(tx, order, now_ms)
            return [
                edge
                for edge in sorted(set(edges))
                if await standing.put(tx, edge, order, now_ms)
            ]

    async def heard(self, edge: str, after: int, now_ms: int) -> int:
        """A till has done all up to there; how many orders it is given once more.

        One that is further than we know (our disk came from a copy) takes us along.
        A new one is answered when all that stands is on its way, in slices.
        """
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM feed WHERE edge = ? AND seq <= ?", (edge, after)
            )
            stands = await standing.follow(tx, edge, after, now_ms)
        count = 0
        for start in range(0, len(stands), standing.SLICE):
            some = stands[start : start + standing.SLICE]
            async with self._database.transaction() as tx:
                count += await standing.again(tx, edge, some, now_ms)
        if stands:
            async with self._database.transaction() as tx:
                await standing.level(tx, edge, after)
        return count

    async def proofs(
        self, asked: Iterable[tuple[str, str]]
    ) -> dict[str, tuple[str, str]]:
        """What became of those orders (till, id): status and why, by till."""
        listed = json.dumps([list(each) for each in asked])
        found = await self._database.all(
            "SELECT edge, status, coalesce(json_extract(nullif(proof, ''), '$.why'), '')"
            " FROM till_order WHERE (edge, id) IN (SELECT json_extract(value, '$[0]'),"
            " json_extract(value, '$[1]') FROM json_each(?))",
            (listed,),
        )
        return {edge: (status, why) for edge, status, why in found}

    async def newest(
        self, kind: str, edge: str | None = None, limit: int = 1
    ) -> dict[str, list[dict[str, Any]]]:
        """The last orders of that type to each till, the newest first."""
        found = await self._database.all(
            "SELECT edge, id, request, issued_ms, status, proof, proved_ms FROM ("
            " SELECT *, row_number() OVER (PARTITION BY edge ORDER BY issued_ms DESC,"
            "  rowid DESC) AS n FROM till_order WHERE (?1 = '' OR type = ?1)"
            "  AND (?2 IS NULL OR edge = ?2)) WHERE n <= ?3 ORDER BY edge, n",
            (kind, edge, limit),
        )
        told: dict[str, list[dict[str, Any]]] = {}
        for row in found:
            told.setdefault(row[0], []).append(
                {
                    "id": row[1],
                    "request": row[2],
                    "issued_ms": row[3],
                    "status": row[4],
                    "proof": json.loads(row[5] or "{}"),
                    "proved_ms": row[6],
                }
            )
        return told

    async def edges_knowing(self, kind: str, keys: Iterable[str]) -> list[str]:
        """The tills that ever sent one of those identifiers (value or match key)."""
        listed = json.dumps(list(keys))
        found = await self._database.all(
            "SELECT edge FROM identifier WHERE kind = ?1"
            " AND value IN (SELECT value FROM json_each(?2))"
            " UNION SELECT edge FROM identifier WHERE kind = ?1"
            " AND key IN (SELECT value FROM json_each(?2))",
            (kind, listed),
        )
        return [str(row[0]) for row in found]

    async def edges_told(self, kind: str) -> list[str]:
        """The tills that were ever given an order of that type."""
        found = await self._database.all(
            "SELECT DISTINCT edge FROM till_order WHERE type = ?", (kind,)
        )
        return [str(row[0]) for row in found]

    async def edges(self) -> list[str]:
        """Every till that ever sent anything."""
        found = await self._database.all("SELECT edge FROM height ORDER BY edge", ())
        return [str(row[0]) for row in found]


async def proved(
    tx: aiosqlite.Connection, edge: str, proof: OrderApplied, now_ms: int
) -> None:
    """A till says what it did.  The latest counts: a partial one becomes a whole one."""
    await tx.execute(
        "UPDATE till_order SET status = ?, proof = ?, proved_ms = ?"
        " WHERE edge = ? AND id = ?",
        (proof.status, proof.model_dump_json(), now_ms, edge, proof.order),
    )
    # What had waited at that till came up before its proof.
    await tx.execute(
        "UPDATE erasure SET again = 1 WHERE request <> '' AND request ="
        " (SELECT request FROM till_order WHERE edge = ? AND id = ?)",
        (edge, proof.order),
    )


async def closed(
    tx: aiosqlite.Connection, edge: str, day: DayClosed, sequence: int, now_ms: int
) -> None:
    """A till closes its day."""
    await tx.execute(
        "INSERT INTO closing VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            *(edge, day.last, sequence, day.day.isoformat()),
            *(day.model_dump_json(), now_ms),
        ),
    )
